//! stdout as Node has it: synchronous or not, by what the descriptor refers to.

use crate::fds::{self, Kind};
use rustix::event::PollFlags;
use rustix::io::Errno;
use std::collections::VecDeque;
use std::io::{self, Write};
use std::os::fd::{AsFd, BorrowedFd};

// ANCHOR: output
/// A standard stream for writing. Mirrors `createWritableStdioStream` of Node's
/// `lib/internal/bootstrap/switches/is_main_thread.js`.
#[derive(Debug)]
pub struct Output<Fd: AsFd> {
    fd: Fd,
    kind: Kind,
    /// What the kernel has not taken yet; always empty if writes are synchronous.
    queue: VecDeque<u8>,
    was_nonblocking: bool,
}

impl<Fd: AsFd> Output<Fd> {
    /// Takes `fd`, and sets O_NONBLOCK if it is a pipe or a socket.
    ///
    /// # Errors
    /// What fstat(2) and fcntl(2) say; [`io::ErrorKind::Unsupported`] for a descriptor
    /// that is no stream.
    pub fn new(fd: Fd) -> io::Result<Output<Fd>> {
        let kind = fds::kind(&fd)?.ok_or(io::ErrorKind::Unsupported)?;
        let was_nonblocking = fds::is_nonblocking(&fd)?;
        let queue = VecDeque::new();
        let output = Output {
            fd,
            kind,
            queue,
            was_nonblocking,
        };
        if !output.is_synchronous() {
            fds::set_nonblocking(&output.fd, true)?;
        }
        Ok(output)
    }

    /// Files and terminals are written to at once, and the caller waits.
    pub fn is_synchronous(&self) -> bool {
        matches!(self.kind, Kind::File | Kind::Terminal)
    }

    /// Writes now as much as the kernel takes; keeps the rest.
    ///
    /// # Errors
    /// What write(2) says: `EPIPE` if nobody can read any more.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.queue.is_empty() {
            let written = self.write_now(bytes)?;
            self.queue.extend(&bytes[written..]);
        } else {
            self.queue.extend(bytes); // in order: behind what waits already
        }
        Ok(())
    }

    fn write_now(&self, bytes: &[u8]) -> io::Result<usize> {
        let mut written = 0;
        while written < bytes.len() {
            match rustix::io::write(&self.fd, &bytes[written..]) {
                Ok(n) => written += n,
                Err(Errno::INTR) => {}
                // Somebody who shares a terminal has set O_NONBLOCK.
                Err(Errno::AGAIN) if self.is_synchronous() => self.wait()?,
                Err(Errno::AGAIN) => break,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(written)
    }
    // ANCHOR_END: output

    fn wait(&self) -> io::Result<()> {
        fds::wait(&[(self.fd.as_fd(), PollFlags::OUT)], None).map(drop)
    }

    /// How many bytes wait for the kernel to take them.
    pub fn pending(&self) -> usize {
        self.queue.len()
    }

    /// The descriptor became writable: writes what waits, as much as goes.
    ///
    /// # Errors
    /// As [`Output::write`]; what waits is dropped then.
    pub fn writable(&mut self) -> io::Result<()> {
        let mut queue = std::mem::take(&mut self.queue);
        let written = self.write_now(queue.make_contiguous())?;
        queue.drain(..written);
        self.queue = queue;
        Ok(())
    }

    /// Waits until everything is written.
    ///
    /// # Errors
    /// As [`Output::write`].
    pub fn flush(&mut self) -> io::Result<()> {
        while !self.queue.is_empty() {
            self.wait()?;
            self.writable()?;
        }
        Ok(())
    }

    /// What `process.exit()` does to it: what waits is lost. Returns how many bytes
    /// that are. O_NONBLOCK is as it was, for whoever shares the pipe (Node:
    /// `ResetStdio` in src/node.cc).
    pub fn abandon(self) -> usize {
        // Fails only if somebody closed the descriptor: then there is no flag either.
        let _ = fds::set_nonblocking(&self.fd, self.was_nonblocking);
        self.queue.len()
    }
}

impl<Fd: AsFd> AsFd for Output<Fd> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

/// Writes all of `text`, whether `fd` blocks or not.
///
/// # Errors
/// What write(2) says.
pub fn write_all(fd: impl AsFd, text: &[u8]) -> io::Result<()> {
    struct Blocking<Fd>(Fd);
    impl<Fd: AsFd> Write for Blocking<Fd> {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            match rustix::io::write(&self.0, bytes) {
                Err(Errno::AGAIN) => {
                    fds::wait(&[(self.0.as_fd(), PollFlags::OUT)], None)?;
                    Err(Errno::INTR.into()) // `write_all` tries again
                }
                result => Ok(result?),
            }
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    Blocking(fd).write_all(text)
}
