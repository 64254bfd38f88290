//! JavaScript that nobody rewrote: the same files run here and on the pinned Node, and
//! print the same. NAME.out beside a program is what Node 26.10.0 printed.

#[path = "../../event-loop/random/mod.rs"]
#[allow(
    dead_code,
    unused_imports,
    reason = "only the programs are of interest here"
)]
mod random;
mod support;

use js_runtime::Limits;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use support::{Outcome, run, run_text};

fn folder(path: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    path.canonicalize().expect("the folder is there")
}

/// The programs of a folder, by name.
fn programs(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let is_program =
        |path: &PathBuf| path.extension().is_some_and(|e| e == "cjs" || e == "mjs");
    let mut programs: Vec<PathBuf> = paths.filter(is_program).collect();
    programs.sort();
    programs
}

fn name(program: &Path) -> String {
    program
        .file_name()
        .expect("a file")
        .to_string_lossy()
        .into_owned()
}

fn recorded(program: &Path) -> String {
    let record = program.with_extension("out");
    std::fs::read_to_string(&record)
        .unwrap_or_else(|error| panic!("{}: {error}", record.display()))
}

/// Runs all and tells of each that prints something else than Node.
fn compare(programs: &[PathBuf], printed: impl Fn(&Path) -> String) {
    let mut wrong = Vec::new();
    for program in programs {
        let (ours, node) = (printed(program), recorded(program));
        tell(program, &ours);
        if ours != node {
            let name = name(program);
            wrong.push(format!("{name}: here\n{ours}\nNode\n{node}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Where `cargo run -- oracle` looks on, what a program of this listing printed here.
fn tell(program: &Path, ours: &str) {
    let is_own = program.starts_with(folder("oracle"));
    if let (Some(to), true) = (std::env::var_os("ORACLE_TWINS"), is_own) {
        let file = program.with_extension("out");
        let file = Path::new(&to).join(file.file_name().expect("a file"));
        std::fs::write(file, ours).expect("the folder takes it");
    }
}

fn stdout(program: &Path) -> String {
    run(program, &[], Limits::default()).stdout
}

/// Proves: every program of oracle/ prints what Node printed.
// ANCHOR: unmodified
#[test]
fn every_program_prints_what_node_printed() {
    let programs = programs(&folder("oracle"));
    assert!(programs.len() >= 20);
    compare(&programs, stdout);
}
// ANCHOR_END: unmodified

/// Programs of the event-loop chapter that ask for what this runtime does not have.
const NEED_MORE: [(&str, &str); 4] = [
    ("closing-order.cjs", "node:net"),
    ("server-close.cjs", "node:net"),
    ("socket-close.cjs", "node:net"),
    ("module-required.cjs", "node:os"),
];
/// Those that run themselves as a child, to see an exit code.
const CHILDREN: [&str; 4] = [
    "error-in-handler.cjs",
    "exit-in-exit.cjs",
    "exit-listener-caught.cjs",
    "exit-listener-throws.cjs",
];
/// The words of an error are the engine's own: here, and in V8.
const WORDS: [(&str, &str); 1] = [(
    "promise self resolution",
    "Chaining cycle detected for promise #<Promise>",
)];

/// What V8 would have said.
fn in_words_of_v8(text: &str) -> String {
    WORDS.iter().fold(text.to_string(), |text, (ours, node)| {
        text.replace(ours, node)
    })
}

/// Proves: the programs whose Rust twins the event-loop chapter compares with Node run
/// here as they are.
#[test]
fn the_programs_of_the_event_loop_chapter_need_no_twins() {
    let all = programs(&folder("../event-loop/oracle"));
    let need_more = NEED_MORE.map(|(name, _)| name);
    let not_run: BTreeSet<&str> = need_more.into_iter().chain(CHILDREN).collect();
    let (rest, run): (Vec<_>, Vec<_>) = all
        .into_iter()
        .partition(|program| not_run.contains(&*name(program)));
    assert_eq!(
        rest.len(),
        not_run.len(),
        "a program that is not run is not there"
    );
    assert!(run.len() >= 70);
    compare(&run, |program| in_words_of_v8(&stdout(program)));
}

/// Proves: so do those that look at an exit code, run as the child they start.
#[test]
fn the_programs_that_look_at_exit_codes_end_as_on_node() {
    let folder = folder("../event-loop/oracle");
    let programs: Vec<PathBuf> =
        CHILDREN.iter().map(|name| folder.join(name)).collect();
    compare(&programs, |program| {
        let Outcome { stdout, code, .. } = run(program, &["child"], Limits::default());
        format!("{stdout}exit code {code}\n")
    });
}

/// Proves: what is not run is not run for the reason that is given.
#[test]
fn what_is_left_out_fails_for_the_reason_given() {
    let folder = folder("../event-loop/oracle");
    for (name, missing) in NEED_MORE {
        let Outcome { stderr, code, .. } =
            run(&folder.join(name), &[], Limits::default());
        assert!(
            stderr.contains(&format!("No such built-in module: {missing}")),
            "{stderr}"
        );
        assert_eq!(code, 1);
    }
}

/// Proves: the random programs of the event-loop chapter, as JavaScript, print what
/// Node printed and end with its exit code.
#[test]
fn random_programs_do_what_node_did() {
    let path = folder("../event-loop").join(random::recorded::PATH);
    let text = std::fs::read_to_string(path).expect("the recorded programs are there");
    let recorded = random::recorded::Recorded::from_text(&text).expect("they are JSON");
    assert!(recorded.programs.len() >= 300);
    for (case, entry) in recorded.programs.iter().enumerate() {
        let program = random::javascript::emit(&entry.program);
        let name = match entry.program.kind {
            random::program::Kind::Script => "program.cjs",
            random::program::Kind::Module => "program.mjs",
        };
        let ours = run_text(name, &program, Limits::default());
        let ours = random::Outcome {
            output: in_words_of_v8(&ours.stdout),
            code: ours.code,
        };
        assert_eq!(ours, entry.node, "case {case}:\n{program}");
    }
}

/// Each program says on its first line what it asks.
#[test]
fn every_program_begins_with_its_question() {
    for program in programs(&folder("oracle")) {
        let text = std::fs::read_to_string(&program).expect("a text");
        assert!(text.starts_with("// "), "{}", program.display());
    }
}
