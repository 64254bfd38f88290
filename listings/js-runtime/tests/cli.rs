//! The command: arguments, exit codes, streams.
#![cfg(target_os = "linux")]

use std::path::PathBuf;
use std::process::{Command, Output};
use tempfile::TempDir;

fn run(arguments: &[&str]) -> (String, String, Option<i32>) {
    let output = Command::new(env!("CARGO_BIN_EXE_js-runtime"))
        .args(arguments)
        .output();
    let Output {
        stdout,
        stderr,
        status,
    } = output.expect("it starts");
    let [stdout, stderr] =
        [stdout, stderr].map(|s| String::from_utf8(s).expect("UTF-8"));
    (stdout, stderr, status.code())
}

fn program(text: &str) -> (TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let path: PathBuf = folder.path().join("program.js");
    std::fs::write(&path, text).expect("it can be written");
    let path = path.to_str().expect("UTF-8").to_string();
    (folder, path)
}

#[test]
fn a_program_gets_its_arguments_and_gives_its_exit_code() {
    let text = "console.log(process.argv.slice(2)); console.error('to stderr'); process.exitCode = 300";
    let (_folder, path) = program(text);
    let (stdout, stderr, code) = run(&[&path, "--max-memory", "x", "-h"]);
    assert_eq!(stdout, "[ '--max-memory', 'x', '-h' ]\n");
    assert_eq!((&*stderr, code), ("to stderr\n", Some(300 & 0xff)));
}

#[test]
fn a_js_file_is_a_script_unless_only_a_module_can_hold_its_text() {
    for (text, printed) in [
        (
            "console.log(typeof require, this === exports)",
            "function true\n",
        ),
        (
            "import fs from 'node:fs'; console.log(typeof fs.stat, this)",
            "function undefined\n",
        ),
        (
            "console.log(`\nimport x\n`, typeof require)",
            "\nimport x\n function\n",
        ),
        ("await null; console.log(typeof require)", "undefined\n"),
        ("console.log(typeof import.meta)", "object\n"),
        (
            "const await_ = 1; console.log(typeof require)",
            "function\n",
        ),
    ] {
        let (_folder, path) = program(text);
        assert_eq!(run(&[&path]), (printed.to_string(), String::new(), Some(0)));
    }
}

#[test]
fn wrong_arguments_get_one_line_and_the_code_that_node_gives() {
    for arguments in [
        &[][..],
        &["--no-such-option", "x.js"],
        &["--max-memory", "much", "x.js"],
        &["--max-memory"],
        &["--max-blocked", "-1", "x.js"],
    ] {
        let (stdout, stderr, code) = run(arguments);
        assert_eq!(
            (&*stdout, stderr.lines().count(), code),
            ("", 1, Some(9)),
            "{stderr}"
        );
    }
    let (stdout, _, code) = run(&["--help"]);
    assert!(stdout.starts_with("usage: ") && code == Some(0), "{stdout}");
}

#[test]
fn limits_come_from_the_command_line() {
    let (_folder, path) = program("for (;;);");
    let (_, stderr, code) = run(&["--max-blocked", "20", &path]);
    assert_eq!(code, Some(124), "{stderr}");
    let (_folder, path) = program("new ArrayBuffer(2 ** 28)");
    let (_, stderr, code) = run(&["--max-memory=64", &path]);
    assert_eq!(code, Some(1), "{stderr}");
    assert!(stderr.contains("out of memory"), "{stderr}");
}

/// Proves: a limit of nothing is a limit.
#[test]
fn no_memory_is_not_unlimited_memory() {
    let (_folder, path) = program("console.log('never')");
    let (stdout, stderr, code) = run(&["-m", "0", &path]);
    assert_eq!((&*stdout, stderr.lines().count(), code), ("", 1, Some(1)));
}

/// Proves: a text without an end of line is written before what comes next.
#[test]
fn stdout_is_written_at_once() {
    let text =
        "process.stdout.write('a'); console.error('b'); process.stdout.write('c')";
    let (folder, path) = program(text);
    let both = folder.path().join("both");
    let file = std::fs::File::create(&both).expect("it can be made");
    let stderr = file.try_clone().expect("a second descriptor");
    let status = Command::new(env!("CARGO_BIN_EXE_js-runtime"))
        .arg(&path)
        .stdout(file)
        .stderr(stderr)
        .status();
    assert!(status.expect("it starts").success());
    assert_eq!(std::fs::read_to_string(&both).expect("a text"), "ab\nc");
}

/// Proves: what is not UTF-8 in the environment is read as Node reads it.
#[test]
fn an_environment_that_is_not_utf_8_is_no_error() {
    use std::os::unix::ffi::OsStrExt;
    let (_folder, path) = program("console.log(process.env.BAD)");
    let output = Command::new(env!("CARGO_BIN_EXE_js-runtime"))
        .arg(&path)
        .env("BAD", std::ffi::OsStr::from_bytes(b"caf\xe9"))
        .output();
    let output = output.expect("it starts");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "caf\u{fffd}\n");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn it_narrates() {
    let (_folder, path) = program("setTimeout(() => console.log('timer'), 1)");
    let (stdout, stderr, code) = run(&["--narrate", &path]);
    assert_eq!((&*stdout, code), ("timer\n", Some(0)));
    assert!(stderr.contains("timers"), "{stderr}");
}

/// Proves: on the real poll phase too, a file is read and the loop waits for it.
#[test]
fn it_waits_for_a_file_and_a_timer() {
    let text = "const fs = require('node:fs');\
        fs.readFile(__filename, 'utf8', (e, text) => {\
          setImmediate(() => console.log('immediate'));\
          setTimeout(() => console.log('timer'), 0);\
          console.log(text.length > 0);\
        });";
    let (_folder, path) = program(text);
    assert_eq!(run(&[&path]).0, "true\nimmediate\ntimer\n");
}

/// Proves: the system's error has libuv's name.
#[test]
fn a_name_that_is_too_long_is_called_so() {
    let text = "require('node:fs').stat('x'.repeat(300), (e) => console.log(e.code))";
    let (_folder, path) = program(text);
    assert_eq!(run(&[&path]).0, "ENAMETOOLONG\n");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let text = "for (let i = 0; i < 10000; i += 1) console.log(i); process.stdout.write('end')";
    let (_folder, path) = program(text);
    let me = env!("CARGO_BIN_EXE_js-runtime");
    for arguments in [&[&*path][..], &["--narrate", &path], &["--help"]] {
        // A pipe whose reader is gone before the program starts.
        let closed = || std::io::pipe().expect("a pipe").1;
        let status = Command::new(me)
            .args(arguments)
            .stdout(closed())
            .stderr(closed())
            .status();
        assert_eq!(status.expect("it starts").code(), Some(0), "{arguments:?}");
    }
}
