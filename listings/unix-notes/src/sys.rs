//! Everything `unsafe`: a signal handler, signal masks, and what a child does between
//! fork and exec.
//!
//! After a fork of a process with threads, and inside a signal handler, only
//! *async-signal-safe* functions may be called (signal-safety(7)): those that take no
//! lock and allocate nothing, such as `write`, `sigaction` and `ioctl`.

use rustix::process::{Pid, Signal};
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::sync::atomic::{AtomicI32, AtomicU64, Ordering};

/// The end of the pipe that the handler writes to; -1 before there is one.
static PIPE: AtomicI32 = AtomicI32::new(-1);
/// The process that has the handler. A fork inherits it until the child calls exec.
static OWNER: AtomicI32 = AtomicI32::new(0);
/// A bit for each signal that came, bit 0 for signal 1.
static PENDING: AtomicU64 = AtomicU64::new(0);

// ANCHOR: handler
/// One message is as long as libuv's: a pointer to the handle, the number, padding.
pub const MESSAGE: usize = 16;

/// Runs between any two instructions of the thread it interrupts.
extern "C" fn handler(signal: libc::c_int) {
    // SAFETY: errno is this thread's. The interrupted code may be about to read it.
    let errno = unsafe { *libc::__errno_location() };
    // SAFETY: async-signal-safe.
    if unsafe { libc::getpid() } == OWNER.load(Ordering::Relaxed) {
        PENDING.fetch_or(1 << (signal - 1), Ordering::SeqCst);
        let mut message = [0; MESSAGE];
        message[0] = signal as u8;
        // SAFETY: async-signal-safe, and the buffer outlives the call. The descriptor
        // is never closed and does not block: a full pipe answers EAGAIN.
        unsafe {
            let pipe = PIPE.load(Ordering::Relaxed);
            libc::write(pipe, message.as_ptr().cast(), MESSAGE);
        }
    }
    // SAFETY: as above.
    unsafe { *libc::__errno_location() = errno };
}
// ANCHOR_END: handler

/// Makes `pipe` the one the handler writes to, for the rest of the process.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`] if there is one.
pub fn set_signal_pipe(pipe: OwnedFd) -> io::Result<()> {
    let fd = pipe.as_raw_fd();
    let none = PIPE.compare_exchange(-1, fd, Ordering::SeqCst, Ordering::SeqCst);
    if none.is_err() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    std::mem::forget(pipe); // the handler may run as long as the process does
    let me = rustix::process::getpid().as_raw_nonzero().get();
    OWNER.store(me, Ordering::SeqCst);
    Ok(())
}

/// Takes the signals that came since the last call: bit 0 for signal 1.
pub fn take_pending() -> u64 {
    PENDING.swap(0, Ordering::SeqCst)
}

/// What a process does about a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// What the kernel does by itself: end, stop, continue, or nothing.
    Default,
    /// Nothing. Survives exec.
    Ignore,
    /// Write to the pipe. exec makes it [`Action::Default`].
    Tell,
}

/// sigaction(2), with all signals blocked while the handler runs, and with calls that
/// it interrupts begun again, as libuv has it.
///
/// # Errors
/// `EINVAL` for a signal that cannot be caught or ignored.
pub fn set_action(signal: Signal, action: Action) -> io::Result<()> {
    // SAFETY: all zeros is a valid `sigaction`; it is filled in before it is used. The
    // handler calls async-signal-safe functions only.
    let result = unsafe {
        let mut new: libc::sigaction = std::mem::zeroed();
        libc::sigfillset(&mut new.sa_mask);
        new.sa_flags = libc::SA_RESTART;
        new.sa_sigaction = match action {
            Action::Default => libc::SIG_DFL,
            Action::Ignore => libc::SIG_IGN,
            Action::Tell => handler as extern "C" fn(libc::c_int) as usize,
        };
        libc::sigaction(signal.as_raw(), &new, std::ptr::null_mut())
    };
    if result == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}

/// Runs `f` while SIGTTOU is blocked in this thread: a process in the background may
/// then change the terminal.
pub fn without_sigttou<T>(f: impl FnOnce() -> T) -> T {
    // SAFETY: both sets are filled before they are read, and the calls change nothing
    // but the mask of this thread, which is put back.
    unsafe {
        let mut ttou: libc::sigset_t = std::mem::zeroed();
        let mut before: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&mut ttou);
        libc::sigaddset(&mut ttou, libc::SIGTTOU);
        libc::pthread_sigmask(libc::SIG_BLOCK, &ttou, &mut before);
        let result = f();
        libc::pthread_sigmask(libc::SIG_SETMASK, &before, std::ptr::null_mut());
        result
    }
}

// ANCHOR: take-terminal
/// The child takes the terminal for its group, or for `group`, before it calls exec.
pub fn take_terminal(command: &mut Command, terminal: OwnedFd, group: Option<Pid>) {
    let hook = move || {
        // What is typed from now on is for the child, which has our handlers as yet.
        // A Ctrl-Z it must not obey: `spawn` waits until it has called exec.
        set_action(Signal::INT, Action::Default)?;
        set_action(Signal::QUIT, Action::Default)?;
        let group = group.unwrap_or_else(rustix::process::getpgrp);
        without_sigttou(|| rustix::termios::tcsetpgrp(&terminal, group))?;
        Ok(())
    };
    // SAFETY: sigaction, getpgrp, sigprocmask and the ioctl are async-signal-safe, and
    // nothing is allocated.
    unsafe { command.pre_exec(hook) };
}
// ANCHOR_END: take-terminal

/// The child begins a session of its own, with `terminal` as its terminal.
pub fn lead_session(command: &mut Command, terminal: OwnedFd) {
    let hook = move || {
        rustix::process::setsid()?;
        rustix::process::ioctl_tiocsctty(&terminal)?;
        Ok(())
    };
    // SAFETY: setsid and the ioctl are async-signal-safe; nothing is allocated.
    unsafe { command.pre_exec(hook) };
}
