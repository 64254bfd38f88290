//! The shell without a terminal: what it runs, what it answers, what it leaves behind.

#![cfg(target_os = "linux")]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn sh_in(folder: &Path, line: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mini-sh"));
    command
        .args(["-c", line])
        .current_dir(folder)
        .stdin(Stdio::null());
    command.output().expect("the shell runs")
}

fn sh(line: &str) -> Output {
    sh_in(Path::new("/"), line)
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_pipeline_carries_bytes_through_every_command() {
    let output = sh("printf 'b\\na\\nb\\n' | sort | uniq -c | tr -s ' '");
    assert_eq!(out(&output), " 1 a\n 2 b\n");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn more_than_a_pipe_holds_goes_through() {
    let output = sh("head -c 3000000 /dev/zero | cat | cat | wc -c");
    assert_eq!(out(&output).trim(), "3000000");
}

/// Each reader that leaves early ends its writer, which has to get SIGPIPE for that.
#[test]
fn a_pipeline_ends_when_its_reader_does() {
    let output = sh("yes | yes | head -n 1");
    assert_eq!(out(&output), "y\n");
    assert_eq!(err(&output), "");
}

#[test]
fn redirections_go_where_they_say_from_left_to_right() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |line: &str| sh_in(folder.path(), line);
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).expect(name);
    run("echo one > a; echo two >> a; cat < a > b");
    assert_eq!(read("b"), "one\ntwo\n");
    run("echo three>a");
    assert_eq!(read("a"), "three\n");
    let both = "sh -c 'echo out; echo err >&2'";
    let output = run(&format!("{both} 2> e > o"));
    assert_eq!((read("o"), read("e")), ("out\n".into(), "err\n".into()));
    assert_eq!((out(&output), err(&output)), (String::new(), String::new()));
    run(&format!("{both} > both 2>&1"));
    assert_eq!(read("both"), "out\nerr\n");
    let output = run(&format!("{both} 2>&1 > o2"));
    assert_eq!((out(&output), read("o2")), ("err\n".into(), "out\n".into()));
    run(&format!("{both} 2>> e > o"));
    assert_eq!(read("e"), "err\nerr\n");
    assert_eq!(out(&run("jobs > j; cat j")), "");
}

#[test]
fn an_exit_status_is_that_of_the_last_command() {
    for (line, status) in [
        ("true", 0),
        ("false", 1),
        ("false | true", 0),
        ("true | false", 1),
        ("exit 7", 7),
        ("false; exit", 1),
        ("sh -c 'kill -TERM $$'", 128 + 15),
        ("/no/such/program", 127),
        ("no-such-program", 127),
        ("true | no-such-program", 127),
        ("no-such-program | true", 0),
        ("/", 126),
        ("cat < /no/such/file", 1),
        ("cd /no/such/folder", 1),
        ("exit 300", 1),
        ("fg", 1),
        ("cd / | cat", 2),
        ("echo 'open", 2),
        ("", 0),
        ("# a comment", 0),
    ] {
        assert_eq!(sh(line).status.code(), Some(status), "{line}");
    }
}

#[test]
fn an_error_says_what_and_where() {
    for (line, message) in [
        (
            "echo a | | b",
            "mini-sh: column 8: this pipe leads nowhere\n  echo a | | b\n         ^\n",
        ),
        (
            "echo é 'x",
            "mini-sh: column 8: this ' has no other to end it\n  echo é 'x\n         ^\n",
        ),
        (
            "no-such-program",
            "mini-sh: no-such-program: command not found\n",
        ),
        ("cat < none", "mini-sh: none: No such file or directory\n"),
    ] {
        assert_eq!(err(&sh(line)), message, "{line}");
    }
}

#[test]
fn cd_changes_the_shell_itself() {
    assert_eq!(out(&sh("cd /proc; pwd")), "/proc\n");
}

/// What is read belongs to whoever reads it: the shell takes one line, not a byte more.
#[test]
fn a_script_on_stdin_leaves_the_rest_to_its_commands() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_mini-sh"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the shell runs");
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin
        .write_all(b"head -n 1\nfor head\necho done\n")
        .expect("it reads");
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    // `head` reads in blocks, so it takes all there is; what counts is that it got it.
    assert!(out(&output).starts_with("for head\n"), "{}", out(&output));
}

/// What `command` prints when the test starts it, and when the shell does.
fn direct_and_by_shell(command: &[&str]) -> (String, String) {
    let mut direct = Command::new(command[0]);
    direct
        .args(&command[1..])
        .stdin(Stdio::null())
        .stderr(Stdio::piped());
    let direct = direct.output().expect("it runs");
    (out(&direct), out(&sh(&command.join(" "))))
}

#[test]
fn a_descriptor_of_the_shell_is_not_one_of_its_children() {
    let (direct, by_shell) = direct_and_by_shell(&["ls", "/proc/self/fd"]);
    assert_eq!(by_shell, direct);
    let in_the_middle = out(&sh("true | ls /proc/self/fd | cat"));
    assert_eq!(in_the_middle, direct);
}

#[test]
fn a_child_finds_every_signal_as_if_there_were_no_shell() {
    let signals = ["grep", "-E", "^Sig(Blk|Ign|Cgt)", "/proc/self/status"];
    let quoted = signals.map(|word| format!("'{word}'"));
    let (direct, _) = direct_and_by_shell(&signals);
    let by_shell = out(&sh(&quoted.join(" ")));
    assert_eq!(by_shell.lines().count(), 3);
    assert_eq!(by_shell, direct);
}

#[test]
fn a_wrong_argument_is_told_what_is_right() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mini-sh"));
    let output = command.arg("--wrong").output().expect("the shell runs");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(err(&output), "usage: mini-sh, or mini-sh -c 'COMMANDS'\n");
}
