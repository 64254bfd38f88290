//! Descriptors through a Unix socket (unix(7), `SCM_RIGHTS`).

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, ReturnFlags,
    SendAncillaryBuffer, SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};
use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;

/// At most so many descriptors go with one message. Linux itself takes 253.
pub const MAX_FDS: usize = 16;

const SPACE: usize = rustix::cmsg_space!(ScmRights(MAX_FDS));

// ANCHOR: send
/// Sends `bytes` and, with their first byte, `fds`. Returns how many bytes went; the
/// descriptors went if any did.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`] for no bytes, which could carry nothing, or for more
/// than [`MAX_FDS`] descriptors; what sendmsg(2) says.
pub fn send(
    socket: &UnixStream,
    bytes: &[u8],
    fds: &[BorrowedFd<'_>],
) -> io::Result<usize> {
    if bytes.is_empty() || fds.len() > MAX_FDS {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let mut space = [MaybeUninit::uninit(); SPACE];
    let mut ancillary = SendAncillaryBuffer::new(&mut space);
    if !fds.is_empty() {
        ancillary.push(SendAncillaryMessage::ScmRights(fds));
    }
    let bytes = [IoSlice::new(bytes)];
    Ok(sendmsg(
        socket,
        &bytes,
        &mut ancillary,
        SendFlags::NOSIGNAL,
    )?)
}
// ANCHOR_END: send

// ANCHOR: receive
/// Receives bytes into `buffer`, and whatever descriptors came with them. No bytes: the
/// other side has closed.
///
/// # Errors
/// [`io::ErrorKind::InvalidData`] if there were more descriptors than fit: the kernel
/// has closed the rest, we close those that came. What recvmsg(2) says.
pub fn receive(
    socket: &UnixStream,
    buffer: &mut [u8],
) -> io::Result<(usize, Vec<OwnedFd>)> {
    let mut space = [MaybeUninit::uninit(); SPACE];
    let mut ancillary = RecvAncillaryBuffer::new(&mut space);
    let mut bytes = [IoSliceMut::new(buffer)];
    // Closed on exec from the start: a thread may be about to fork.
    let flags = RecvFlags::CMSG_CLOEXEC;
    let received = recvmsg(socket, &mut bytes, &mut ancillary, flags)?;
    let fds: Vec<OwnedFd> = ancillary
        .drain()
        .filter_map(|message| match message {
            RecvAncillaryMessage::ScmRights(fds) => Some(fds),
            _ => None,
        })
        .flatten()
        .collect();
    if received.flags.contains(ReturnFlags::CTRUNC) {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "too many descriptors",
        ));
    }
    Ok((received.bytes, fds))
}
// ANCHOR_END: receive
