//! libuv itself: closes handles in the order in which we do, and its C programs are
//! clean under the sanitizers, except for the mistakes that are made on purpose.
//!
//! Needs a C compiler with sanitizers and the headers of libuv (apt install
//! libuv1-dev). Without them it says so and passes, but fails where CI is set.
#![cfg(target_os = "linux")]

mod common;

use common::{Log, end, in_time};
use mini_uv::{Error, Handle, Loop, RunMode};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const SANITIZERS: &str = "-fsanitize=address,undefined";

/// Builds a C program; none if this machine cannot.
fn build(folder: &Path, source: &str, options: &[&str]) -> Option<PathBuf> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(source);
    let name = options.concat().replace(['-', '=', ','], "");
    let program = folder.join(format!("program{name}"));
    let built = Command::new("cc")
        .args(["-g", "-Wall", "-Wextra", SANITIZERS])
        .args(options)
        .arg("-o")
        .args([&program, &source])
        .arg("-luv")
        .output();
    let why = match built {
        Ok(output) if output.status.success() => return Some(program),
        Ok(output) => String::from_utf8_lossy(&output.stderr).into_owned(),
        Err(error) => error.to_string(),
    };
    let what = "needs cc with sanitizers and libuv: apt install gcc libuv1-dev";
    assert!(std::env::var_os("CI").is_none(), "{what}\n{why}");
    eprintln!("skipped: {what}");
    None
}

fn run(program: &Path, words: &[&str]) -> Output {
    Command::new(program).args(words).output().expect("it runs")
}

fn said(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

/// tests/c/closing.c, on this loop.
fn closing() -> String {
    let mut uv = Loop::new().unwrap();
    let log = Log::default();
    let report = |kind: &'static str, name: &'static str, handle: Handle| {
        let log = log.clone();
        move |uv: &mut Loop| {
            log.say(format_args!("{kind} {name}"));
            let log = log.clone();
            uv.close(handle, move |_| log.say(format_args!("close {name}")))
                .unwrap();
        }
    };
    for name in ["a", "b"] {
        let timer = uv.timer();
        uv.timer_start(timer, 0, 0, report("timer", name, timer.into()))
            .unwrap();
    }
    for name in ["c", "d"] {
        let check = uv.check();
        uv.check_start(check, report("check", name, check.into()))
            .unwrap();
    }
    for name in ["e", "f"] {
        let idle = uv.idle();
        uv.idle_start(idle, report("idle", name, idle.into()))
            .unwrap();
    }
    uv.run(RunMode::Default).unwrap();
    end(uv);
    log.say("closed");
    log.text()
}

#[test]
fn libuv_closes_in_the_same_order_and_leaves_nothing() {
    in_time(|| {
        let folder = tempfile::tempdir().unwrap();
        if let Some(program) = build(folder.path(), "tests/c/closing.c", &[]) {
            let output = run(&program, &[]);
            let (stdout, stderr) = said(&output);
            assert!(output.status.success(), "{stderr}");
            assert_eq!(closing(), stdout, "ours (left), libuv's (right)");
        }
    });
}

/// tests/c/order.c, on this loop.
fn order() -> String {
    let mut uv = Loop::new().unwrap();
    let log = Log::default();
    let (again, starter) = (uv.check(), uv.check());
    let [old, new, told] = [(); 3].map(|()| log.clone());
    uv.check_start(again, move |_| old.say("old")).unwrap();
    let start_anew = move |uv: &mut Loop| {
        told.say("starter");
        uv.check_stop(starter).unwrap();
        uv.check_stop(again).unwrap();
        let new = new.clone();
        let on_new = move |uv: &mut Loop| {
            new.say("new");
            uv.check_stop(again).unwrap();
        };
        uv.check_start(again, on_new).unwrap();
    };
    uv.check_start(starter, start_anew).unwrap();
    for turn in 1..=2 {
        log.say(format_args!("turn {turn}"));
        uv.run(RunMode::NoWait).unwrap();
    }
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = nobody.local_addr().unwrap();
    drop(nobody);
    let report = |what: &'static str| {
        let log = log.clone();
        move |_: &mut Loop, result: mini_uv::Result<()>| match result {
            Err(Error::Canceled) => log.say(format_args!("{what} ECANCELED")),
            Err(Error::Io(error)) if error.kind() == ErrorKind::ConnectionRefused => {
                log.say(format_args!("{what} ECONNREFUSED"));
            }
            other => log.say(format_args!("{what} {other:?}")),
        }
    };
    let stream = uv.tcp_connect(address, report("connect")).unwrap();
    uv.write(stream, "early", report("write")).unwrap();
    uv.run(RunMode::Default).unwrap();
    end(uv);
    log.text()
}

#[test]
fn libuv_starts_anew_and_cancels_in_the_same_order() {
    in_time(|| {
        let folder = tempfile::tempdir().unwrap();
        if let Some(program) = build(folder.path(), "tests/c/order.c", &[]) {
            let output = run(&program, &[]);
            let (stdout, stderr) = said(&output);
            assert!(output.status.success(), "{stderr}");
            assert_eq!(order(), stdout, "ours (left), libuv's (right)");
        }
    });
}

/// What becomes of the same mistakes in C.
#[test]
fn a_handle_freed_early_is_read_and_a_forgotten_one_leaks() {
    in_time(|| {
        let folder = tempfile::tempdir().unwrap();
        if let Some(program) =
            build(folder.path(), "tests/c/closing.c", &["-DFREE_EARLY"])
        {
            let output = run(&program, &[]);
            let (_, stderr) = said(&output);
            assert!(!output.status.success());
            assert!(stderr.contains("heap-use-after-free"), "{stderr}");
        }
        if let Some(program) = build(folder.path(), "tests/c/closing.c", &["-DFORGET"])
        {
            let (stdout, _) = said(&run(&program, &[]));
            assert!(stdout.ends_with("EBUSY\n"), "{stdout}");
        }
    });
}

#[test]
fn the_compared_program_is_clean() {
    in_time(|| {
        let folder = tempfile::tempdir().unwrap();
        let few = ["-DWAKEUPS=200", "-DJOBS=500", "-DSENDS=1000"];
        let Some(program) = build(folder.path(), "compare/libuv.c", &few) else {
            return;
        };
        for job in ["wakeups", "sends", "one-job", "many-jobs"] {
            let output = run(&program, &[job]);
            let (stdout, stderr) = said(&output);
            assert!(
                output.status.success() && stderr.is_empty(),
                "{job}: {stderr}"
            );
            assert!(stdout.trim().parse::<f64>().is_ok(), "{job}: {stdout}");
        }
    });
}
