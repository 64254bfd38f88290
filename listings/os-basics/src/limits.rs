//! How much a process may have.
//!
//! A limit that was lowered here stays low for this process and for all it starts, so
//! lower limits in a child only: with [`crate::process::fork`], or by
//! [`crate::process::Program::limit`].

use nix::errno::Errno;
use nix::sys::resource::{UsageWho, getrusage, setrlimit};
use nix::unistd::{Gid, Uid, geteuid, setgid, setgroups, setuid};
use std::io;

pub use nix::sys::resource::Resource;

/// The user `nobody` of Linux, who owns nothing.
const NOBODY: u32 = 65534;

/// Sets the soft and the hard limit. It cannot be raised again, except by root.
///
/// # Errors
/// `EPERM` if the limit was lower than that.
pub fn lower(resource: Resource, to: u64) -> Result<(), Errno> {
    setrlimit(resource, to, to)
}

// ANCHOR: nobody
/// Gives up root for good. The limit on processes does not bind root, permissions of
/// files do not either; after this they do. Does nothing for anybody else.
///
/// # Errors
/// `EPERM` or `EINVAL` in a container that has no such user, or may not change to it.
pub fn become_nobody() -> Result<(), Errno> {
    if geteuid().is_root() {
        setgroups(&[])?;
        setgid(Gid::from_raw(NOBODY))?;
        setuid(Uid::from_raw(NOBODY))?;
    }
    Ok(())
}
// ANCHOR_END: nobody

/// How many threads this process has.
///
/// # Errors
/// If there is no `/proc`.
pub fn threads() -> io::Result<usize> {
    Ok(std::fs::read_dir("/proc/self/task")?.count())
}

/// How often the kernel had to give the calling thread a page that it touched, without
/// reading one from a disk: its minor page faults so far.
pub fn page_faults() -> i64 {
    let usage = getrusage(UsageWho::RUSAGE_THREAD);
    usage.expect("a thread has its usage").minor_page_faults()
}

/// A line of `/proc/self/status` that has a number, such as `VmRSS` in KiB.
///
/// # Errors
/// If there is no `/proc`, or no such line.
pub fn status(key: &str) -> io::Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(key)?.strip_prefix(':'));
    let number = line.and_then(|rest| rest.split_whitespace().next()?.parse().ok());
    number.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, key.to_string()))
}
