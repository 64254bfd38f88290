//! What a connection runs on, and how a file gets onto it.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// Bytes of a file that are sent at once.
pub const PIECE: usize = 128 << 10;

/// What became of a piece of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// So many bytes are on their way; none at the end of the file.
    Sent(usize),
    /// It is not in memory, or it cannot be known: it has to be read.
    Cold,
}

/// A stream that can send a piece of a file without waiting for a disk.
pub trait Transport: AsyncRead + AsyncWrite + Unpin + Send {
    /// Sends at most `most` bytes of `file` from `at`, if they are in memory.
    fn poll_send_file(
        &mut self,
        cx: &mut Context<'_>,
        file: &File,
        at: u64,
        most: usize,
    ) -> Poll<io::Result<Piece>>;
}

// ANCHOR: sendfile
#[cfg(target_os = "linux")]
impl Transport for TcpStream {
    /// From the page cache into the socket, within the kernel. `sendfile` itself cannot
    /// be told not to wait for a disk, so the ends of the piece are looked at first. If
    /// something between them had to make room, this thread waits for it after all.
    fn poll_send_file(
        &mut self,
        cx: &mut Context<'_>,
        file: &File,
        at: u64,
        most: usize,
    ) -> Poll<io::Result<Piece>> {
        let last = at + most.max(1) as u64 - 1;
        let is_warm = |at| read_warm(file, &mut [0], at).is_ok();
        loop {
            std::task::ready!(self.poll_write_ready(cx))?;
            if !is_warm(at) || !is_warm(last) {
                return Poll::Ready(Ok(Piece::Cold));
            }
            let mut from = at;
            let sent = self.try_io(tokio::io::Interest::WRITABLE, || {
                Ok(rustix::fs::sendfile(&*self, file, Some(&mut from), most)?)
            });
            match sent {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                sent => return Poll::Ready(sent.map(Piece::Sent)),
            }
        }
    }
}
// ANCHOR_END: sendfile

#[cfg(not(target_os = "linux"))]
impl Transport for TcpStream {
    fn poll_send_file(
        &mut self,
        cx: &mut Context<'_>,
        file: &File,
        at: u64,
        most: usize,
    ) -> Poll<io::Result<Piece>> {
        // Nothing is read for a peer that takes nothing.
        std::task::ready!(self.poll_write_ready(cx))?;
        poll_copy(self, cx, file, at, most)
    }
}

/// Any other stream, which a file has to be copied into.
pub struct Plain<S>(pub S);

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Transport for Plain<S> {
    fn poll_send_file(
        &mut self,
        cx: &mut Context<'_>,
        file: &File,
        at: u64,
        most: usize,
    ) -> Poll<io::Result<Piece>> {
        poll_copy(&mut self.0, cx, file, at, most)
    }
}

/// Through one buffer that all connections of a thread share. What the stream does not
/// take is read again, later: whoever does not read holds no memory.
fn poll_copy(
    stream: &mut (impl AsyncWrite + Unpin),
    cx: &mut Context<'_>,
    file: &File,
    at: u64,
    most: usize,
) -> Poll<io::Result<Piece>> {
    thread_local! {
        static SHARED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    }
    SHARED.with_borrow_mut(|shared| {
        shared.resize(PIECE, 0);
        match read_warm(file, &mut shared[..most.min(PIECE)], at) {
            Ok(0) => Poll::Ready(Ok(Piece::Sent(0))),
            Ok(length) => {
                let sent = Pin::new(stream).poll_write(cx, &shared[..length]);
                sent.map_ok(Piece::Sent)
            }
            Err(_) => Poll::Ready(Ok(Piece::Cold)),
        }
    })
}

// ANCHOR: read-warm
/// Reads what the kernel has in memory, and waits for no disk: an error if it has not.
#[cfg(target_os = "linux")]
pub fn read_warm(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    use rustix::io::{ReadWriteFlags, preadv2};
    let mut buffers = [io::IoSliceMut::new(buffer)];
    Ok(preadv2(file, &mut buffers, at, ReadWriteFlags::NOWAIT)?)
}
// ANCHOR_END: read-warm

/// Elsewhere one cannot ask.
#[cfg(not(target_os = "linux"))]
pub fn read_warm(_: &File, _: &mut [u8], _: u64) -> io::Result<usize> {
    Err(io::ErrorKind::WouldBlock.into())
}

impl<S: AsyncRead + Unpin> AsyncRead for Plain<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Plain<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write_vectored(cx, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.0.is_write_vectored()
    }

    fn poll_flush(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}
