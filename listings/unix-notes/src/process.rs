//! As much of Node's `process` as signals and stdout need: one turn after the other,
//! signals in the poll phase, immediates after it.

use crate::fds;
use crate::signals::SelfPipe;
use crate::stdio::Output;
use rustix::event::PollFlags;
use rustix::process::Signal;
use std::collections::VecDeque;
use std::io::{self, Stdout, stdout};
use std::os::fd::AsFd;
use std::time::Duration;

type Callback = Box<dyn FnOnce(&mut Process)>;
type Listener = fn(&mut Process);

/// A process with listeners for signals.
pub struct Process {
    signals: SelfPipe,
    listeners: Vec<(Signal, Listener)>,
    ticks: VecDeque<Callback>,
    immediates: VecDeque<Callback>,
    stdout: Output<Stdout>,
    error: Option<Listener>,
}

impl Process {
    /// Ignores SIGPIPE, as Node does (`PlatformInit` in src/node.cc): a broken pipe is
    /// an error of `write`, not the end. The Rust runtime does so, too.
    ///
    /// # Errors
    /// As [`SelfPipe::catch`].
    pub fn new(listeners: &[(Signal, Listener)]) -> io::Result<Process> {
        let signals: Vec<Signal> =
            listeners.iter().map(|(signal, _)| *signal).collect();
        crate::sys::set_action(Signal::PIPE, crate::sys::Action::Ignore)?;
        Ok(Process {
            signals: SelfPipe::catch(&signals)?,
            listeners: listeners.to_vec(),
            ticks: VecDeque::new(),
            immediates: VecDeque::new(),
            stdout: Output::new(stdout())?,
            error: None,
        })
    }

    /// `console.log(line)`
    ///
    /// # Errors
    /// As [`Output::write`].
    pub fn log(&mut self, line: &str) {
        let result = self.stdout.write(format!("{line}\n").as_bytes());
        if let (Err(_), Some(listener)) = (result, self.error) {
            self.ticks.push_back(Box::new(listener));
        }
    }

    /// `process.nextTick(f)`
    pub fn next_tick(&mut self, f: impl FnOnce(&mut Process) + 'static) {
        self.ticks.push_back(Box::new(f));
    }

    /// `setImmediate(f)`
    pub fn set_immediate(&mut self, f: impl FnOnce(&mut Process) + 'static) {
        self.immediates.push_back(Box::new(f));
    }

    // ANCHOR: turn
    /// One turn: whatever is ready in the poll phase, then the immediates.
    ///
    /// # Errors
    /// What poll(2), read(2) and write(2) say.
    pub fn turn(&mut self) -> io::Result<()> {
        let (signals, out) = (self.signals.as_fd(), self.stdout.as_fd());
        let mut watched = vec![(signals, PollFlags::IN)];
        if self.stdout.pending() > 0 {
            watched.push((out, PollFlags::OUT));
        }
        let alive = self.stdout.pending() > 0; // a listener for signals is no reason
        let now = !self.immediates.is_empty() || !alive; // what is ready; no waiting
        let ready = fds::wait(&watched, now.then_some(Duration::ZERO))?;
        if ready.get(1) == Some(&true) {
            self.stdout.writable()?;
        }
        // Signals come last of what the poll phase found, as in `uv__io_poll`.
        if ready[0] {
            self.dispatch()?;
        }
        for immediate in std::mem::take(&mut self.immediates) {
            immediate(self);
            self.drain();
        }
        Ok(())
    }

    fn dispatch(&mut self) -> io::Result<()> {
        for signal in self.signals.messages()? {
            let listeners = self.listeners.clone();
            for (_, listener) in listeners.iter().filter(|(of, _)| *of == signal) {
                listener(self);
                self.drain();
            }
        }
        Ok(())
    }
    // ANCHOR_END: turn

    fn drain(&mut self) {
        while let Some(tick) = self.ticks.pop_front() {
            tick(self);
        }
    }

    /// Runs `main`, then turns until nothing is left to do.
    ///
    /// # Errors
    /// As [`Process::turn`].
    pub fn run(&mut self, main: impl FnOnce(&mut Process)) -> io::Result<()> {
        main(self);
        self.drain();
        loop {
            self.turn()?;
            if self.immediates.is_empty() && self.stdout.pending() == 0 {
                return Ok(());
            }
        }
    }
}
