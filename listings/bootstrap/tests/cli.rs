//! The program as its users have it: options, exit codes, files.

use bootstrap::options::Options;
use std::path::Path;
use std::process::{Command, Output};

fn run_in(directory: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_bootstrap"))
        .args(arguments)
        .current_dir(directory)
        .env_remove("NODE_OPTIONS")
        .output()
        .expect("the program runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn options_end_where_the_program_begins() {
    let parse = |line: &str, node_options: &str| {
        let words: Vec<String> = line.split(' ').map(String::from).collect();
        Options::parse(&words, node_options)
    };
    let options = parse("node -r a --import=b app.js -r c", "-r d").expect("right");
    assert_eq!(options.require, ["d", "a"]);
    assert_eq!(options.import, ["b"]);
    assert_eq!(options.positional, ["app.js", "-r", "c"]);
    assert_eq!(options.exec_argv, ["-r", "a", "--import=b"]);
    let options = parse("node -e 1 -- --nope", "").expect("right");
    assert_eq!(options.positional, ["--nope"]);
    let options = parse("node app.js", "--snapshot-blob x --no-node-snapshot");
    let options = options.expect("Node allows both");
    assert_eq!(options.snapshot_blob.as_deref(), Some("x"));
    assert!(options.no_node_snapshot && options.exec_argv.is_empty());
    for wrong in [
        "node --nope",
        "node -r",
        "node -r -e",
        "node --build-snapshot",
    ] {
        assert!(parse(wrong, "").is_err(), "{wrong}");
    }
    for wrong in ["-e 1", "--build-snapshot", "--expose-internals", "app.js"] {
        let error = parse("node", wrong).expect_err(wrong).to_string();
        assert!(error.contains("not allowed in NODE_OPTIONS"), "{error}");
    }
}

#[test]
fn both_ways_run_a_program_of_several_files() {
    let folder = tempfile::tempdir().expect("a directory");
    let write = |name: &str, content: &str| {
        std::fs::write(folder.path().join(name), content).expect("written");
    };
    write(
        "a.cjs",
        "exports.early = 1; exports.seen = require('./b').sum; exports.late = 2;",
    );
    write(
        "b.js",
        "const a = require('./a.cjs'); exports.sum = `${a.early} ${a.late}`;",
    );
    write(
        "main.cjs",
        "const a = require('./a.cjs');
         console.log(a.seen, a === require('./a'), __filename.endsWith('main.cjs'));
         console.log(require.main === module, this === module.exports);",
    );
    for way in [&["main.cjs"][..], &["--no-node-snapshot", "main.cjs"]] {
        let output = run_in(folder.path(), way);
        assert_eq!(text(&output.stderr), "");
        assert_eq!(text(&output.stdout), "1 undefined true true\ntrue true\n");
    }
}

#[test]
fn an_error_is_shown_with_its_way_through_the_files() {
    let folder = tempfile::tempdir().expect("a directory");
    let program = "function deeper() {\n  null.x;\n}\n\ndeeper();\n";
    std::fs::write(folder.path().join("main.cjs"), program).expect("written");
    let output = run_in(folder.path(), &["main.cjs"]);
    assert_eq!(output.status.code(), Some(1));
    let stderr = text(&output.stderr);
    let lines: Vec<&str> = stderr.lines().collect();
    assert_eq!(
        lines[0],
        "TypeError: Cannot read properties of null (reading 'x')"
    );
    assert!(
        lines[1].starts_with("    at deeper (") && lines[1].ends_with("main.cjs:2)")
    );
    assert!(lines[2].ends_with("main.cjs:5"), "{}", lines[2]);
}

#[test]
fn the_phases_are_told_on_both_ways() {
    let folder = tempfile::tempdir().expect("a directory");
    let names = |way: &[&str]| -> Vec<String> {
        let output = run_in(folder.path(), way);
        let stderr = text(&output.stderr);
        let name = |line: &str| line[12..54.min(line.len())].trim().to_string();
        stderr.lines().map(name).collect()
    };
    let short = names(&["--trace-boot", "-e", "1"]);
    let wanted = [
        "host",
        "snapshot",
        "pre-execution",
        "user code",
        "loop",
        "in all",
    ];
    assert_eq!(short, wanted);
    let long = names(&["--trace-boot", "--no-node-snapshot", "-e", "1"]);
    assert_eq!(
        long[..3],
        ["host", "language", "internal/per_context/array"]
    );
    assert_eq!(long[long.len() - 4..], wanted[2..]);
}

#[test]
fn a_snapshot_that_cannot_be_written_or_read_ends_with_14() {
    let folder = tempfile::tempdir().expect("a directory");
    std::fs::write(folder.path().join("entry.cjs"), "").expect("written");
    let build = [
        "--snapshot-blob",
        "nowhere/blob",
        "--build-snapshot",
        "entry.cjs",
    ];
    assert_eq!(run_in(folder.path(), &build).status.code(), Some(14));
    let read = ["--snapshot-blob", "nowhere/blob"];
    assert_eq!(run_in(folder.path(), &read).status.code(), Some(14));
}

/// A file that never ends is not read to its end.
#[cfg(target_os = "linux")]
#[test]
fn a_snapshot_without_an_end_is_refused() {
    let output = run_in(Path::new("/"), &["--snapshot-blob", "/dev/zero"]);
    assert_eq!(output.status.code(), Some(14));
    assert!(text(&output.stderr).contains("not a snapshot"));
}

/// A reader that goes away must not make the program panic.
#[test]
fn a_closed_stdout_is_no_panic() {
    let program =
        "for (let i = 0; i < 20000; i++) console.log('a line that nobody reads');";
    let mut child = Command::new(env!("CARGO_BIN_EXE_bootstrap"))
        .args(["-e", program])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the program runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(text(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}
