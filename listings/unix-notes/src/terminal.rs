//! A pseudo-terminal: a terminal whose other end is a program.

use crate::{fds, sys};
use rustix::event::PollFlags;
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

/// Both ends of a pseudo-terminal, and everything that came out of it.
#[derive(Debug)]
pub struct Pty {
    /// Our end: what we write is typed, what we read is on the screen.
    master: OwnedFd,
    /// The end that is a terminal.
    slave: OwnedFd,
    screen: Vec<u8>,
    /// How much of the screen [`Pty::expect`] has passed.
    seen: usize,
}

impl Pty {
    /// Opens a new one.
    ///
    /// # Errors
    /// What posix_openpt(3) and its companions say.
    pub fn open() -> io::Result<Pty> {
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
        let master = openpt(flags)?;
        grantpt(&master)?;
        unlockpt(&master)?;
        let name = ptsname(&master, Vec::new())?;
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let slave = rustix::fs::open(name, flags, Mode::empty())?;
        Ok(Pty {
            master,
            slave,
            screen: Vec::new(),
            seen: 0,
        })
    }

    /// Starts `command` with this as its terminal, in a session of its own.
    ///
    /// # Errors
    /// What spawning says.
    pub fn spawn(&self, command: &mut Command) -> io::Result<Child> {
        let fd = || self.slave.try_clone();
        command.stdin(fd()?).stdout(fd()?).stderr(fd()?);
        sys::lead_session(command, fd()?);
        command.spawn()
    }

    /// The end that is a terminal.
    pub fn slave(&self) -> BorrowedFd<'_> {
        self.slave.as_fd()
    }

    /// Our end.
    pub fn master(&self) -> BorrowedFd<'_> {
        self.master.as_fd()
    }

    /// Types.
    ///
    /// # Errors
    /// What write(2) says.
    pub fn type_in(&self, text: &str) -> io::Result<()> {
        crate::stdio::write_all(&self.master, text.as_bytes())
    }

    /// Reads until `text` appears after what was expected before, and returns what came
    /// before it.
    ///
    /// # Errors
    /// [`io::ErrorKind::TimedOut`] after `guard`, [`io::ErrorKind::UnexpectedEof`] when
    /// nobody has the terminal open any more; both say what is on the screen.
    pub fn expect(&mut self, text: &str, guard: Duration) -> io::Result<String> {
        let deadline = Instant::now() + guard;
        loop {
            let unseen = &self.screen[self.seen..];
            if let Some(at) = find(unseen, text.as_bytes()) {
                let before = String::from_utf8_lossy(&unseen[..at]).into_owned();
                self.seen += at + text.len();
                return Ok(before);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(self.missing(io::ErrorKind::TimedOut, text));
            }
            if self.read(left)? == Some(0) {
                return Err(self.missing(io::ErrorKind::UnexpectedEof, text));
            }
        }
    }

    /// Reads what there is, for at most `guard`. No bytes: nobody has it open any more.
    fn read(&mut self, guard: Duration) -> io::Result<Option<usize>> {
        let ready = fds::wait(&[(self.master.as_fd(), PollFlags::IN)], Some(guard))?;
        if !ready[0] {
            return Ok(None);
        }
        let mut buffer = [0; 4096];
        match rustix::io::read(&self.master, &mut buffer) {
            Ok(n) => {
                self.screen.extend(&buffer[..n]);
                Ok(Some(n))
            }
            Err(Errno::IO) => Ok(Some(0)), // how Linux says that the slave is closed
            Err(Errno::INTR) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn missing(&self, kind: io::ErrorKind, text: &str) -> io::Error {
        let screen = String::from_utf8_lossy(&self.screen);
        io::Error::new(kind, format!("no {text:?} on the screen:\n{screen}"))
    }
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len().max(1))
        .position(|window| window == part)
}

/// Raw: what is typed is bytes and nothing else, Ctrl-C too.
///
/// # Errors
/// What tcsetattr(3) says.
pub fn set_raw(terminal: impl AsFd) -> io::Result<()> {
    let mut modes = rustix::termios::tcgetattr(&terminal)?;
    modes.make_raw();
    let drain = rustix::termios::OptionalActions::Drain;
    Ok(rustix::termios::tcsetattr(&terminal, drain, &modes)?)
}

/// Does Ctrl-C send SIGINT to the foreground group?
///
/// # Errors
/// What tcgetattr(3) says.
pub fn makes_signals(terminal: impl AsFd) -> io::Result<bool> {
    let modes = rustix::termios::tcgetattr(terminal)?;
    Ok(modes
        .local_modes
        .contains(rustix::termios::LocalModes::ISIG))
}
