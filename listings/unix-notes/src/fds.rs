//! Descriptors: waiting for them, and what they refer to.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{FileType, OFlags, fcntl_getfl, fcntl_setfl, fstat};
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;

/// What a descriptor refers to, as Node tells them apart to choose a stream.
///
/// Mirrors libuv's `uv_guess_handle` for what a standard stream can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Terminal,
    /// A regular file, or a device that is no terminal, such as `/dev/null`.
    File,
    Pipe,
    Socket,
}

// ANCHOR: kind
/// Asks the kernel what `fd` is. `None` for what is none of the four.
///
/// # Errors
/// What fstat(2) says.
pub fn kind(fd: impl AsFd) -> io::Result<Option<Kind>> {
    if rustix::termios::isatty(&fd) {
        return Ok(Some(Kind::Terminal));
    }
    Ok(match FileType::from_raw_mode(fstat(&fd)?.st_mode) {
        FileType::RegularFile | FileType::CharacterDevice => Some(Kind::File),
        FileType::Fifo => Some(Kind::Pipe),
        FileType::Socket => Some(Kind::Socket),
        _ => None,
    })
}
// ANCHOR_END: kind

/// Is O_NONBLOCK set? It belongs to the open file description: whoever shares that, in
/// this process or another, shares the answer.
///
/// # Errors
/// What fcntl(2) says.
pub fn is_nonblocking(fd: impl AsFd) -> io::Result<bool> {
    Ok(fcntl_getfl(fd)?.contains(OFlags::NONBLOCK))
}

/// Sets or clears O_NONBLOCK, for everybody who shares the open file description.
///
/// # Errors
/// What fcntl(2) says.
pub fn set_nonblocking(fd: impl AsFd, nonblocking: bool) -> io::Result<()> {
    let mut flags = fcntl_getfl(&fd)?;
    flags.set(OFlags::NONBLOCK, nonblocking);
    Ok(fcntl_setfl(&fd, flags)?)
}

/// Waits until one of `fds` is ready, or has failed or ended, for at most `timeout` if
/// there is one. Says of each whether it is.
///
/// # Errors
/// What poll(2) says, but not that a signal came: the wait goes on.
pub fn wait(
    fds: &[(BorrowedFd<'_>, PollFlags)],
    timeout: Option<Duration>,
) -> io::Result<Vec<bool>> {
    let mut polled: Vec<PollFd<'_>> = fds
        .iter()
        .map(|(fd, events)| PollFd::from_borrowed_fd(*fd, *events))
        .collect();
    let timeout = timeout.map(|timeout| Timespec {
        tv_sec: i64::try_from(timeout.as_secs()).unwrap_or(i64::MAX),
        tv_nsec: timeout.subsec_nanos().into(),
    });
    loop {
        match poll(&mut polled, timeout.as_ref()) {
            Ok(_) => {
                return Ok(polled.iter().map(|p| !p.revents().is_empty()).collect());
            }
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}
