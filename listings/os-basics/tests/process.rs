//! fork, spawn and wait. The parts that need a process with one thread run in
//! `os-basics-twin`, the oracle's twins, and in the examples.
#![cfg(target_os = "linux")]
#![allow(unsafe_code)]

use nix::errno::Errno;
use os_basics::limits::{self, Resource};
use os_basics::process::{Ending, Program, Signal, fork};
use std::alloc::{GlobalAlloc, Layout, System};
use std::io::Read;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;

/// An allocator that works in one process only: a child that allocates dies of it.
struct OnlyHere;

static HERE: AtomicU32 = AtomicU32::new(0);

impl OnlyHere {
    fn check() {
        let here = HERE.load(Ordering::Relaxed);
        if here != 0 && here != std::process::id() {
            std::process::abort();
        }
    }
}

// SAFETY: it is the system's allocator, or the process ends.
unsafe impl GlobalAlloc for OnlyHere {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        Self::check();
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        Self::check();
        // SAFETY: the caller keeps the contract of `dealloc`.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: OnlyHere = OnlyHere;

fn sh(script: &str) -> Program {
    Program::new("/bin/sh").args(["-c", script])
}

/// A forked child of a process with threads may take no lock that another thread may have
/// held, and an allocator is full of them. Whatever spawn does in the child, it does without.
#[test]
fn a_spawned_child_allocates_nothing() {
    HERE.store(std::process::id(), Ordering::Relaxed);
    let folder = tempfile::tempdir().unwrap();
    let (mut reader, writer) = std::io::pipe().unwrap();
    let program = sh("pwd")
        .cwd(folder.path())
        .stdout(writer)
        .limit(Resource::RLIMIT_CORE, 0);
    assert_eq!(program.spawn().unwrap().wait(), Ok(Ending::Exited(0)));
    drop(program); // and our end of the pipe
    let mut printed = String::new();
    reader.read_to_string(&mut printed).unwrap();
    let folder = folder.path().canonicalize().unwrap();
    assert_eq!(printed.trim_end(), folder.to_str().unwrap());
    // The ways to fail, too.
    for file in ["/no/such/file", "no-such-program", "/", "/etc/passwd", ""] {
        let errno = Program::new(file).spawn().unwrap_err();
        assert!(
            [Errno::ENOENT, Errno::EACCES].contains(&errno),
            "{file} {errno}"
        );
    }
}

/// The allocator above is no decoration.
#[test]
fn a_child_that_allocates_is_caught() {
    HERE.store(std::process::id(), Ordering::Relaxed);
    // SAFETY: whatever goes wrong in the child, it ends by itself and nobody waits for
    // more than its end.
    match unsafe { nix::unistd::fork() }.unwrap() {
        nix::unistd::ForkResult::Child => {
            // SAFETY: see above. No core file of this expected death.
            let _ = limits::lower(Resource::RLIMIT_CORE, 0);
            std::hint::black_box(Box::new(1));
            // SAFETY: `_exit` only ends the process.
            unsafe { nix::libc::_exit(0) }
        }
        nix::unistd::ForkResult::Parent { child } => {
            let status = nix::sys::wait::waitpid(child, None).unwrap();
            assert!(matches!(
                status,
                nix::sys::wait::WaitStatus::Signaled(_, Signal::SIGABRT, _)
            ));
        }
    }
}

#[test]
fn spawn_works_while_other_threads_allocate() {
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    std::hint::black_box(vec![0_u8; 100_000]);
                }
            });
        }
        for code in 0..20 {
            let child = sh(&format!("exit {code}")).spawn().unwrap();
            assert_eq!(child.wait(), Ok(Ending::Exited(code)));
        }
        stop.store(true, Ordering::Relaxed);
    });
}

#[test]
fn an_ending_is_a_code_or_a_signal() {
    for (script, ending) in [
        ("exit 0", Ending::Exited(0)),
        ("exit 300", Ending::Exited(44)),
        ("kill -TERM $$", Ending::Killed(Signal::SIGTERM as i32)),
    ] {
        assert_eq!(sh(script).spawn().unwrap().wait(), Ok(ending), "{script}");
    }
    // Signals for real time have no names, and end a process all the same.
    let child = sh("kill -40 $$").spawn().unwrap();
    assert_eq!(child.wait(), Ok(Ending::Killed(40)));
    let child = sh("while :; do sleep 1; done").spawn().unwrap();
    child.kill(Signal::SIGKILL).unwrap();
    assert_eq!(child.wait(), Ok(Ending::Killed(Signal::SIGKILL as i32)));
}

/// libtest has more than one thread, so a fork that runs Rust code must be refused.
#[test]
fn a_fork_beside_threads_is_refused() {
    let (stop, wait) = std::sync::mpsc::channel::<()>();
    let second = thread::spawn(move || wait.recv().is_ok());
    assert_eq!(fork(|| 0).unwrap_err(), Errno::EBUSY);
    drop(stop);
    second.join().unwrap();
}

/// The parent keeps its limits, the child has the new ones.
#[test]
fn a_limit_is_the_childs_alone() {
    let before = nix::sys::resource::getrlimit(Resource::RLIMIT_NOFILE).unwrap();
    let (mut reader, writer) = std::io::pipe().unwrap();
    let program = sh("ulimit -n")
        .stdout(writer)
        .limit(Resource::RLIMIT_NOFILE, 17);
    assert_eq!(program.spawn().unwrap().wait(), Ok(Ending::Exited(0)));
    drop(program);
    let mut printed = String::new();
    reader.read_to_string(&mut printed).unwrap();
    assert_eq!(printed, "17\n");
    let after = nix::sys::resource::getrlimit(Resource::RLIMIT_NOFILE).unwrap();
    assert_eq!(before, after);
}

#[test]
fn a_variable_can_be_left_out() {
    let printed = |program: Program| {
        let (mut reader, writer) = std::io::pipe().unwrap();
        let program = program.stdout(writer);
        assert_eq!(program.spawn().unwrap().wait(), Ok(Ending::Exited(0)));
        drop(program);
        let mut text = String::new();
        reader.read_to_string(&mut text).unwrap();
        text.lines().any(|line| line.starts_with("PATH="))
    };
    assert!(printed(Program::new("/usr/bin/env")));
    assert!(!printed(Program::new("/usr/bin/env").without("PATH")));
}

/// Arguments that no C string can hold, a script without `#!`, a name along PATH.
#[test]
fn what_execvp_does() {
    let program = Program::new("/bin/true").args(["a\0b"]);
    assert_eq!(program.spawn().unwrap_err(), Errno::EINVAL);
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("script");
    std::fs::write(&script, "exit $1").unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&script, mode).unwrap();
    let child = Program::new(&script).args(["9"]).spawn().unwrap();
    assert_eq!(child.wait(), Ok(Ending::Exited(9)));
    let child = Program::new("true").spawn().unwrap();
    assert_eq!(child.wait(), Ok(Ending::Exited(0)));
}
