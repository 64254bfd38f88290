//! The loop tells what it does: turn, phase, queue, callback.
//!
//! `cargo run -p event-loop --example narrate [TRACE]` prints the story of a small
//! program. With a file name it writes the trace there, for a page to step through.

use event_loop::closures::{Closures, Js, await_};
use event_loop::uv::Simulated;
use std::fs::File;
use std::io::BufWriter;

fn program(js: &mut Js) {
    js.label("timer").set_timeout(1, |js| js.log("timer"));
    js.label("immediate").set_immediate(|js| {
        js.log("immediate");
        let tick = |js: &mut Js| js.log("tick of the immediate");
        js.label("tick of the immediate").next_tick(tick);
    });
    js.label("tick").next_tick(|js| js.log("tick"));
    let resolved = js.resolved(());
    js.label("promise")
        .then(&resolved, |js, _| js.log("promise"));
    js.label("file")
        .read_file("notes.txt", |js, _| js.log("file"));
    js.async_fn(|js| {
        js.log("async body");
        await_((), |js, _| js.log("after await"))
    });
    js.log("main end");
}

fn main() -> std::io::Result<()> {
    let poll = Simulated::new().file("notes.txt", b"a file that is not there");
    let mut js = Js::new(poll, Closures::quiet());
    js.record();
    js.run_script(program)?;
    let trace = js.take_trace().unwrap_or_default();
    print!("{}", trace.narrate());
    if let Some(path) = std::env::args_os().nth(1) {
        trace.write(BufWriter::new(File::create(path)?))?;
    }
    Ok(())
}
