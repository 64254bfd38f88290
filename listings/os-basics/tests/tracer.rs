//! The tracer, against programs whose calls are known, and against `strace` itself.
//!
//! Where the kernel forbids tracing (`EPERM`), these tests say so on standard error and
//! prove nothing; any other refusal is a failure.
#![cfg(target_os = "linux")]

use nix::errno::Errno;
use os_basics::decode::{Line, name};
use os_basics::process::{Ending, Program, Signal};
use os_basics::tracer::{Event, Tracer, probe};
use std::collections::HashSet;
use std::io::{self, Write};
use std::process::{Command, Output};

/// Whether tests of the tracer make sense here.
fn may_trace(test: &str) -> bool {
    match probe() {
        Ok(()) => true,
        Err(Errno::EPERM) => {
            // Not eprintln!: the harness would hide it.
            let _ =
                writeln!(io::stderr(), "{test}: skipped, tracing is forbidden here");
            false
        }
        Err(errno) => panic!("cannot trace: {errno}"),
    }
}

fn sh(script: &str) -> Program {
    Program::new("/bin/sh").args(["-c", script])
}

/// All events, and the lines of the calls that were left.
fn trace(program: Program) -> (Vec<Event>, Vec<String>) {
    let mut tracer = Tracer::start(program).expect("it starts");
    let mut inside = std::collections::HashMap::new();
    let (mut events, mut lines) = (Vec::new(), Vec::new());
    while let Some(event) = tracer.next_event().expect("it goes on") {
        match event {
            Event::Entered(call) => {
                inside.insert(call.thread, Line::entered(&call));
            }
            Event::Left(call, answer) => {
                let line = inside.remove(&call.thread).expect("it was entered");
                lines.push(line.left(&call, answer));
            }
            _ => {}
        }
        events.push(event);
    }
    (events, lines)
}

fn ends(events: &[Event]) -> Vec<Ending> {
    let end = |event: &Event| match event {
        Event::Ended(_, _, ending) => Some(*ending),
        _ => None,
    };
    events.iter().filter_map(end).collect()
}

fn one(lines: &[String], part: &str) -> usize {
    lines.iter().filter(|line| line.contains(part)).count()
}

#[test]
fn the_calls_of_a_program_are_seen_with_what_they_carry() {
    if !may_trace("the_calls_of_a_program") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let script = "printf 'to be\\nseen' > out; read line < out; exit 3";
    let (events, lines) = trace(sh(script).cwd(folder.path()));
    let first = "execve(\"/bin/sh\", [\"/bin/sh\", \"-c\", \"printf";
    assert!(lines[0].starts_with(first), "{}", lines[0]);
    let made = "\"out\", O_WRONLY|O_CREAT|O_TRUNC, 0666) = ";
    assert_eq!(one(&lines, made), 1, "{lines:#?}");
    assert!(one(&lines, "\"to be\\nseen\", 10) = 10") >= 1, "{lines:#?}");
    assert!(one(&lines, "\"out\", O_RDONLY") == 1, "{lines:#?}");
    assert_eq!(ends(&events), [Ending::Exited(3)]);
    // The last call never returns.
    let Some(Event::Ended(_, Some(call), _)) = events.last() else {
        panic!("{:?}", events.last());
    };
    assert_eq!(name(call.number), "exit_group");
    assert_eq!(
        Line::entered(call).unanswered().split('(').next(),
        Some("exit_group")
    );
}

#[test]
fn children_are_traced_too() {
    if !may_trace("children_are_traced_too") {
        return;
    }
    let (events, _) = trace(sh("/bin/true & /bin/false & wait; exit 5"));
    let mut ends = ends(&events);
    ends.sort_by_key(|end| format!("{end}"));
    assert_eq!(ends, [0, 1, 5].map(Ending::Exited));
}

/// Threads that come and go, each with its own calls in between.
#[test]
fn threads_are_traced_too() {
    if !may_trace("threads_are_traced_too") {
        return;
    }
    // This very test, in another process, as a program with threads.
    let program = std::env::current_exe().unwrap();
    let args = [
        "--exact",
        "eight_threads",
        "--include-ignored",
        "--nocapture",
    ];
    let (events, lines) = trace(Program::new(program).args(args));
    let calls = |event: &Event| match event {
        Event::Entered(call) => Some(call.thread),
        _ => None,
    };
    let threads: HashSet<i32> = events.iter().filter_map(calls).collect();
    assert!(threads.len() >= 9, "{} threads", threads.len());
    for i in 0..8 {
        assert_eq!(one(&lines, &format!("\"/no/thread-{i}\"")), 1);
    }
    assert!(ends(&events).iter().all(|end| *end == Ending::Exited(0)));
}

#[test]
fn eight_threads() {
    std::thread::scope(|scope| {
        for i in 0..8 {
            scope.spawn(move || std::fs::metadata(format!("/no/thread-{i}")).is_err());
        }
    });
}

#[test]
fn a_signal_arrives_and_a_killed_program_is_told() {
    if !may_trace("a_signal_arrives") {
        return;
    }
    let (events, _) = trace(sh("trap 'exit 4' USR1; kill -USR1 $$; exit 1"));
    let signals = |event: &Event| match event {
        Event::Signaled(_, signal) => Some(*signal),
        _ => None,
    };
    let seen: Vec<i32> = events.iter().filter_map(signals).collect();
    assert_eq!(seen, [Signal::SIGUSR1 as i32]);
    assert_eq!(ends(&events), [Ending::Exited(4)]);
    let (events, _) = trace(sh("kill -KILL $$"));
    assert_eq!(ends(&events), [Ending::Killed(Signal::SIGKILL as i32)]);
    // One that has a number and no name is passed on like any other.
    let (events, _) = trace(sh("kill -40 $$; exit 1"));
    assert_eq!(events.iter().find_map(signals), Some(40));
    assert_eq!(ends(&events), [Ending::Killed(40)]);
}

#[test]
fn a_program_that_is_not_there_is_seen_to_fail() {
    if !may_trace("a_program_that_is_not_there") {
        return;
    }
    let (events, lines) = trace(Program::new("/no/such/program"));
    let failed = "execve(\"/no/such/program\", [\"/no/such/program\"], ";
    assert!(lines[0].starts_with(failed), "{}", lines[0]);
    assert!(lines[0].ends_with("= -1 ENOENT (No such file or directory)"));
    assert_eq!(ends(&events), [Ending::Exited(127)]);
}

/// Pointers into nowhere: the tracer must show them, not follow them.
#[test]
fn wild_arguments_do_no_harm() {
    if !may_trace("wild_arguments") {
        return;
    }
    let program = std::env::current_exe().unwrap();
    let args = ["--exact", "calls_with_wild_arguments"];
    let (events, lines) = trace(Program::new(program).args(args));
    assert_eq!(one(&lines, "openat(AT_FDCWD, 0x1, "), 1);
    assert!(one(&lines, "= -1 EFAULT (Bad address)") >= 2, "{lines:#?}");
    assert!(
        one(&lines, "syscall_0x270f(") == 1,
        "a number that no call has"
    );
    assert!(ends(&events).iter().all(|end| *end == Ending::Exited(0)));
}

#[test]
#[allow(unsafe_code)]
fn calls_with_wild_arguments() {
    // SAFETY: the kernel checks every address that it is given; none of these is good,
    // and a number that is no call does nothing.
    unsafe {
        nix::libc::syscall(nix::libc::SYS_openat, nix::libc::AT_FDCWD, 1, 0);
        nix::libc::syscall(nix::libc::SYS_write, 1, u64::MAX - 2, u64::MAX);
        nix::libc::syscall(nix::libc::SYS_execve, 1, 1, 1);
        nix::libc::syscall(9999, 1, 2, 3);
    }
}

fn mini_strace(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mini-strace"));
    command.args(args).output().expect("mini-strace runs")
}

#[test]
fn mini_strace_filters_counts_and_ends_as_the_program_did() {
    if !may_trace("mini_strace") {
        return;
    }
    let args = [
        "-e",
        "openat,open",
        "/bin/sh",
        "-c",
        ": < /dev/null; exit 6",
    ];
    let output = mini_strace(&args);
    assert_eq!(output.status.code(), Some(6));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("\"/dev/null\", O_RDONLY"), "{text}");
    assert!(
        text.lines()
            .all(|line| line.starts_with("open") || line.starts_with("+++"))
    );

    let output = mini_strace(&["-c", "/bin/sh", "-c", "kill -TERM $$"]);
    assert_eq!(output.status.code(), Some(128 + 15));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("calls errors  call"), "{text}");
    assert!(
        text.contains("  kill\n") && text.contains(" in all"),
        "{text}"
    );

    let script = "m=mark; : < /dev/null; cd /no-$m-1; : < /dev/zero; cd /no-$m-2; cd /";
    let between = [
        "--between",
        "no-mark-1",
        "no-mark-2",
        "--names",
        "/bin/sh",
        "-c",
    ];
    let output = mini_strace(&[&between[..], &[script]].concat());
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(
        text.contains("/dev/zero") && !text.contains("/dev/null"),
        "{text}"
    );

    // The lines of a child are indented.
    let output = mini_strace(&["--names", "/bin/sh", "-c", "/bin/true; exit 0"]);
    let text = String::from_utf8(output.stderr).unwrap();
    let lines = |start| text.lines().filter(|line| line.starts_with(start)).count();
    assert!(lines("sh ") > 0 && lines("  true ") > 0, "{text}");
    assert_eq!(lines("true "), 0, "{text}");
}

#[test]
fn mini_strace_refuses_what_it_does_not_know() {
    for args in [
        &["--wrong", "true"][..],
        &[],
        &["-e"],
        &["--between", "one"],
    ] {
        let output = mini_strace(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(said.lines().count(), 1, "{said}");
    }
    assert!(mini_strace(&["--help"]).status.success());
}

/// What differs from run to run, and what we show as an address and strace takes apart.
fn without_addresses(line: &str) -> String {
    let mut shown = String::new();
    let mut depth = 0;
    for c in line.chars() {
        depth += i32::from(c == '{');
        if depth == 0 {
            shown.push(c);
        } else if c == '}' {
            depth -= 1;
            shown += if depth == 0 { "0x0" } else { "" };
        }
    }
    let hex = |c: char| c.is_ascii_hexdigit();
    let mut pieces = shown.split("0x");
    let first = pieces.next().unwrap_or_default().to_string();
    pieces.fold(first, |line, piece| {
        line + "ADDRESS" + piece.trim_start_matches(hex)
    })
}

/// strace pads the answers to a column.
fn comparable(text: &str) -> Vec<String> {
    let calls = text.lines().filter(|line| !line.starts_with("+++"));
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    calls.map(|line| without_addresses(&words(line))).collect()
}

/// On a program that reads and writes, strace and we print the same lines, but for
/// addresses.
#[test]
fn strace_prints_the_same() {
    if !may_trace("strace_prints_the_same") {
        return;
    }
    const CALLS: &str = "execve,brk,mmap,access,openat,read,write,pread64,close,munmap,\
                         mprotect,exit_group";
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("file"), "12 bytes\n\n\0\t").unwrap();
    let run = |tracer: &str, options: &[&str], out: &str| {
        Command::new(tracer)
            .args(options)
            .args(["-o", out, "/bin/cat", "file", "missing"])
            .current_dir(&folder)
            .env("LC_ALL", "C")
            .env_remove("LD_LIBRARY_PATH") // or the loader searches for long
            .output()
    };
    let Ok(strace) = run("strace", &["-qq", "-e", CALLS], "theirs") else {
        let _ = writeln!(
            io::stderr(),
            "strace_prints_the_same: skipped, no strace here"
        );
        return;
    };
    assert_eq!(strace.status.code(), Some(1), "cat misses a file");
    let mini_strace = env!("CARGO_BIN_EXE_mini-strace");
    let ours = run(mini_strace, &["-e", CALLS], "ours").unwrap();
    assert_eq!(ours.stdout, strace.stdout);
    assert_eq!(ours.status.code(), Some(1));
    let lines = |name| {
        let text = std::fs::read_to_string(folder.path().join(name)).unwrap();
        comparable(&text)
    };
    let (ours, theirs) = (lines("ours"), lines("theirs"));
    assert!(ours.len() > 20, "{ours:#?}");
    assert_eq!(ours, theirs, "ours (left), strace (right)");
}
