//! The self-pipe. A process has one, so this is one test.

#![cfg(target_os = "linux")]

use rustix::event::PollFlags;
use rustix::process::{Signal, getpid, kill_process};
use std::os::fd::AsFd;
use std::time::Duration;
use unix_notes::fds;
use unix_notes::signals::{SelfPipe, name};
use unix_notes::sys::{Action, set_action};

#[test]
fn a_signal_becomes_something_to_read_and_none_is_ever_lost() {
    let pipe = SelfPipe::catch(&[Signal::USR1, Signal::USR2]).expect("the first one");
    let again = SelfPipe::catch(&[Signal::USR1]).expect_err("there is one");
    assert_eq!(again.kind(), std::io::ErrorKind::AlreadyExists);
    let send = |signal, times: usize| {
        for _ in 0..times {
            kill_process(getpid(), signal).expect("we are alive");
        }
    };
    let ready = || {
        let watched = [(pipe.as_fd(), PollFlags::IN)];
        fds::wait(&watched, Some(Duration::ZERO)).expect("it is open")[0]
    };
    assert!(!ready());
    assert_eq!(pipe.pending().expect("it is open"), []);

    // Another thread may get a signal of the process, so its handler may still run.
    let until_ready = || {
        let watched = [(pipe.as_fd(), PollFlags::IN)];
        fds::wait(&watched, Some(Duration::from_secs(60))).expect("it is open")
    };
    send(Signal::USR1, 1);
    assert_eq!(until_ready(), [true]);
    assert_eq!(pipe.pending().expect("it is open"), [Signal::USR1]);
    assert!(!ready());

    // More than the pipe holds: messages are lost, kinds are not.
    send(Signal::USR1, 10_000);
    send(Signal::USR2, 1);
    let mut pending = Vec::new();
    while !pending.contains(&Signal::USR2) {
        pending.extend(pipe.pending().expect("it is open"));
    }
    assert!(pending.contains(&Signal::USR1));

    the_handler_leaves_errno_alone();

    set_action(Signal::KILL, Action::Ignore).expect_err("nobody may");
    assert_eq!(
        (name(2), name(31), name(99)),
        ("SIGINT".into(), "SIGSYS".into(), "signal 99".into())
    );
}

/// The handler runs between a call that failed and the question why. The pipe is full, so
/// its own call fails as well, with EAGAIN: that must not be the answer.
fn the_handler_leaves_errno_alone() {
    // SAFETY: both take numbers only, and raise() returns after the handler has run.
    unsafe {
        for _ in 0..10_000 {
            libc::raise(libc::SIGUSR1);
        }
        assert_eq!(libc::close(-1), -1);
        libc::raise(libc::SIGUSR1);
    }
    let error = std::io::Error::last_os_error();
    assert_eq!(error.raw_os_error(), Some(libc::EBADF));
}
