//! The self-pipe: signals as something to read.

use crate::sys::{self, Action, MESSAGE};
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::Signal;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

// ANCHOR: self-pipe
/// Signals of this process, as a descriptor that poll(2) can wait for. There is one in
/// a process, because there is one handler for a signal in a process.
#[derive(Debug)]
pub struct SelfPipe {
    read: OwnedFd,
}

impl SelfPipe {
    /// Opens the pipe and catches `signals`.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`] if there is one already; what pipe2(2) and
    /// sigaction(2) say.
    pub fn catch(signals: &[Signal]) -> io::Result<SelfPipe> {
        let (read, write) = pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK)?;
        sys::set_signal_pipe(write)?;
        for signal in signals {
            sys::set_action(*signal, Action::Tell)?;
        }
        Ok(SelfPipe { read })
    }

    /// The messages in the pipe: one for each signal, in order, but no more than fit.
    /// This is what libuv goes by.
    ///
    /// # Errors
    /// What read(2) says.
    pub fn messages(&self) -> io::Result<Vec<Signal>> {
        let mut signals = Vec::new();
        let mut buffer = [0; 64 * MESSAGE];
        loop {
            match rustix::io::read(&self.read, &mut buffer) {
                Ok(0) | Err(rustix::io::Errno::AGAIN) => return Ok(signals),
                Ok(n) => signals.extend(buffer[..n].chunks(MESSAGE).filter_map(signal)),
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The kinds of signals that came since the last call. None is ever lost; how often
    /// each came is. This is what the kernel promises, and all a program may go by.
    ///
    /// # Errors
    /// What read(2) says.
    pub fn pending(&self) -> io::Result<Vec<Signal>> {
        // First the pipe, then the set: whoever comes in between wakes us again.
        self.messages()?;
        let set = sys::take_pending();
        let numbers = (0..64).filter(|bit| set & 1 << bit != 0);
        Ok(numbers
            .filter_map(|bit| Signal::from_named_raw(bit + 1))
            .collect())
    }
}
// ANCHOR_END: self-pipe

impl AsFd for SelfPipe {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.read.as_fd()
    }
}

fn signal(message: &[u8]) -> Option<Signal> {
    Signal::from_named_raw(i32::from(message[0]))
}

/// The name as kill(1) and Node spell it, such as `SIGINT`.
pub fn name(signal: i32) -> String {
    let names = [
        "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1",
        "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP",
        "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO",
        "PWR", "SYS",
    ];
    let known = usize::try_from(signal - 1).ok().and_then(|i| names.get(i));
    known.map_or_else(|| format!("signal {signal}"), |name| format!("SIG{name}"))
}
