//! What stderr says when an error ends a program (Node: src/node_errors.cc
//! `PrintException`, `GetErrorSource`).

use crate::engine::{Engine, Exception};
use crate::modules::{self, WRAPPER};
use event_loop::node::Origin;
use rquickjs::{Ctx, Function, Value};

/// Nobody caught this.
pub(crate) fn uncaught<'js>(
    engine: &Engine,
    ctx: &Ctx<'js>,
    error: Value<'js>,
    origin: Origin,
) {
    let stack = stack(&error);
    let described = engine
        .internal::<Function>(ctx, "describe")
        .and_then(|describe| describe.call((error.clone(), origin.to_string())));
    // To describe takes memory, and a stack: both may be what is missing.
    let text: String = described.unwrap_or_else(|_| {
        ctx.catch();
        format!("Uncaught {}\n{}", message(&error), stack.trim_end())
    });
    let source = source(&stack);
    last_words(engine, &format!("{source}{text}\n\n{}\n", whoami()));
}

/// The loop has run dry, and the main module still waits.
pub(crate) fn unsettled(engine: &Engine, module: &str) {
    let text = format!("Warning: Detected unsettled top-level await in {module}\n");
    last_words(engine, &text);
}

/// The loop has not turned for too long. The engine knows the functions that are on its
/// stack, not the line that a loop without calls is at.
pub(crate) fn blocked(engine: &Engine, ctx: &Ctx<'_>, error: Option<&Exception>) {
    let error = error.and_then(|error| error.clone().restore(ctx).ok());
    let stack = error.as_ref().map_or_else(String::new, stack);
    let text = "Stopped: the event loop did not turn for longer than allowed";
    let frames = stack.lines().map(|frame| format!("\n{frame}"));
    let frames: String = frames.collect();
    last_words(engine, &format!("{text}{frames}\n\n{}\n", whoami()));
}

/// Kept until the program has ended: what 'exit' listeners print comes first.
fn last_words(engine: &Engine, text: &str) {
    engine.0.last_words.borrow_mut().push_str(text);
}

fn whoami() -> String {
    format!(
        "js-runtime {}, QuickJS in V8's place",
        env!("CARGO_PKG_VERSION")
    )
}

fn stack(error: &Value<'_>) -> String {
    error
        .as_object()
        .and_then(|error| error.get("stack").ok())
        .unwrap_or_default()
}

fn message(error: &Value<'_>) -> String {
    error
        .as_object()
        .and_then(|error| error.get("message").ok())
        .unwrap_or_default()
}

/// The line that the topmost frame of a stack points at, if it is a file's: its place,
/// its text, and a mark below. The stack is the program's to change, so nothing in it is
/// taken for granted.
fn source(stack: &str) -> String {
    show_source(stack).unwrap_or_default()
}

fn show_source(stack: &str) -> Option<String> {
    let frame = stack.lines().next()?.trim().strip_prefix("at ")?;
    let place = frame
        .rsplit_once('(')
        .map_or(frame, |(_, place)| place.trim_end_matches(')'));
    let (rest, column) = place.rsplit_once(':')?;
    let (file, line) = rest.rsplit_once(':')?;
    let (line, mut column): (usize, usize) = (line.parse().ok()?, column.parse().ok()?);
    // Not a pipe, which may never answer.
    std::fs::metadata(file).ok().filter(|file| file.is_file())?;
    let text = modules::read_source(file).ok()?;
    let lines: Vec<&str> = text.lines().collect();
    let line = line.min(lines.len());
    let shown = *lines.get(line.checked_sub(1)?)?;
    if line == 1 && column > WRAPPER[0].len() && !file.ends_with(".mjs") {
        column -= WRAPPER[0].len();
    }
    // A line of a minified file is not worth a screen of its own.
    let shown: String = shown.chars().take(200).collect();
    let mark = " ".repeat(column.saturating_sub(1).min(shown.chars().count()));
    Some(format!("{file}:{line}\n{shown}\n{mark}^\n\n"))
}
