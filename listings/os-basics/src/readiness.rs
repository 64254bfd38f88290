//! Waiting for many descriptors at once, instead of blocking on one.

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use std::os::fd::BorrowedFd;

// ANCHOR: readable
/// Waits until at least one of the descriptors can be read without waiting, and says
/// which ones: their places in `descriptors`. The end of a pipe can be read, too.
/// Without descriptors it waits for ever.
///
/// # Errors
/// Those of `poll`.
pub fn readable(descriptors: &[BorrowedFd<'_>]) -> Result<Vec<usize>, Errno> {
    let watch = |descriptor| PollFd::new(descriptor, PollFlags::POLLIN);
    let mut watched: Vec<PollFd> = descriptors.iter().copied().map(watch).collect();
    while let Err(errno) = poll(&mut watched, PollTimeout::NONE) {
        if errno != Errno::EINTR {
            return Err(errno);
        }
    }
    let ready = |(_, fd): &(usize, &PollFd)| fd.any().unwrap_or(true);
    Ok(watched
        .iter()
        .enumerate()
        .filter(ready)
        .map(|(i, _)| i)
        .collect())
}
// ANCHOR_END: readable
