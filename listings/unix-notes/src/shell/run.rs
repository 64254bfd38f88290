//! The shell's loop: read a line, start what it says, wait for what is to be waited for.

use super::builtin::{self, BUILTINS};
use super::jobs::{JobState, Jobs};
use super::parse::{Pipeline, parse};
use super::pipeline::{Launch, start};
use super::{MAX_LINE, NAME};
use crate::signals::SelfPipe;
use crate::stdio::write_all;
use crate::{fds, signals, sys};
use rustix::event::PollFlags;
use rustix::io::Errno;
use rustix::process::{Pid, Signal, getpgrp, kill_process_group};
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcgetpgrp, tcsetattr};
use std::io;
use std::os::fd::{AsFd, OwnedFd};

/// Where lines come from.
#[derive(Debug)]
pub enum Source {
    /// `-c TEXT`
    Text(String),
    /// Descriptor 0.
    Stdin,
}

/// The terminal of an interactive shell.
#[derive(Debug)]
pub(super) struct Terminal {
    fd: OwnedFd,
    /// The group of the shell itself.
    group: Pid,
    /// As the shell likes the terminal to be.
    modes: Termios,
}

// ANCHOR: terminal
impl Terminal {
    /// Waits until the shell is in the foreground, then makes it the leader of a group
    /// of its own, with the terminal.
    fn take() -> io::Result<Terminal> {
        let fd = rustix::io::dup(rustix::stdio::stdin())?;
        // Whoever started us may ignore SIGTTIN.
        sys::set_action(Signal::TTIN, sys::Action::Default)?;
        let mut tries = 0..16;
        while tcgetpgrp(&fd)? != getpgrp() {
            // It stops no orphaned group, as nobody could bring that to the foreground.
            let never = || io::Error::other("no way to the foreground");
            tries.next().ok_or_else(never)?;
            kill_process_group(getpgrp(), Signal::TTIN)?; // stops us, until `fg`
        }
        // A session's leader may not change its group, and leads one already.
        let _ = rustix::process::setpgid(None, None);
        let terminal = Terminal {
            group: getpgrp(),
            modes: tcgetattr(&fd)?,
            fd,
        };
        terminal.give(terminal.group, None)?;
        Ok(terminal)
    }

    /// Gives the terminal to `group`, and sets its modes if there are any. SIGTTOU is
    /// blocked: it would stop a shell that is in the background, which is where the
    /// shell is whenever it takes the terminal back.
    pub fn give(&self, group: Pid, modes: Option<&Termios>) -> io::Result<()> {
        sys::without_sigttou(|| {
            rustix::termios::tcsetpgrp(&self.fd, group)?;
            if let Some(modes) = modes {
                tcsetattr(&self.fd, OptionalActions::Drain, modes)?;
            }
            Ok(())
        })
    }

    /// Takes the terminal back from a job that was stopped or has ended, however it was
    /// left; returns how that was.
    fn take_back(&self) -> io::Result<Termios> {
        let modes = tcgetattr(&self.fd)?;
        self.give(self.group, Some(&self.modes))?;
        Ok(modes)
    }
}
// ANCHOR_END: terminal

/// What ends the loop, or lets it go on.
enum Input {
    Line(String),
    /// Ctrl-C at the prompt.
    Interrupted,
    End,
}

/// A shell that runs until its input ends or `exit` is called.
#[derive(Debug)]
pub struct Shell {
    pub(super) jobs: Jobs,
    pub(super) terminal: Option<Terminal>,
    signals: SelfPipe,
    status: i32,
    leaving: Option<i32>,
    warned: bool,
}

impl Shell {
    /// A shell; with job control if descriptor 0 is a terminal that lines come from.
    ///
    /// # Errors
    /// If there is a self-pipe in this process already, or the terminal is not ours.
    pub fn new(source: &Source) -> io::Result<Shell> {
        let stdin = rustix::stdio::stdin();
        let interactive =
            matches!(source, Source::Stdin) && rustix::termios::isatty(stdin);
        let terminal = if interactive {
            Some(Terminal::take()?)
        } else {
            None
        };
        // ANCHOR: dispositions
        // Caught, not ignored: exec resets what is caught, so that a child can be
        // interrupted and stopped although the shell cannot. What is ignored stays so.
        let mut caught = vec![Signal::CHILD];
        if interactive {
            caught.extend([Signal::INT, Signal::QUIT, Signal::TSTP]);
            caught.extend([Signal::TTIN, Signal::TTOU, Signal::HUP, Signal::TERM]);
        }
        // ANCHOR_END: dispositions
        Ok(Shell {
            jobs: Jobs::default(),
            terminal,
            signals: SelfPipe::catch(&caught)?,
            status: 0,
            leaving: None,
            warned: false,
        })
    }

    /// Runs to the end; the exit status.
    ///
    /// # Errors
    /// What reading, polling and waiting say.
    pub fn run(&mut self, source: Source) -> io::Result<i32> {
        match source {
            Source::Text(text) => {
                for line in text.lines() {
                    self.line(line)?;
                    if self.leaving.is_some() {
                        break;
                    }
                }
            }
            Source::Stdin => self.read_lines()?,
        }
        if self.terminal.is_some() {
            self.jobs.signal_all(Signal::HUP);
            self.jobs.signal_all(Signal::CONT);
        }
        Ok(self.leaving.unwrap_or(self.status))
    }

    fn read_lines(&mut self) -> io::Result<()> {
        while self.leaving.is_none() {
            self.jobs.reap()?;
            for news in self.jobs.news() {
                self.say(&news)?;
            }
            match self.read_line()? {
                Input::Line(line) => self.line(&line)?,
                Input::Interrupted => self.say("")?,
                Input::End => {
                    self.leave(None)?;
                }
            }
        }
        Ok(())
    }

    /// Writes a line to stderr, if a person is there to read it.
    fn say(&self, line: &str) -> io::Result<()> {
        if self.terminal.is_some() {
            write_all(rustix::stdio::stderr(), format!("{line}\n").as_bytes())?;
        }
        Ok(())
    }

    /// Reads one line, and not a byte more: what follows belongs to whoever reads next,
    /// which may be a child that shares our offset. A terminal in its usual mode hands
    /// out one line at a time anyway.
    fn read_line(&mut self) -> io::Result<Input> {
        if self.terminal.is_some() {
            write_all(rustix::stdio::stderr(), format!("{NAME}> ").as_bytes())?;
        }
        let mut line = Vec::new();
        loop {
            let stdin = (rustix::stdio::stdin(), PollFlags::IN);
            let ready =
                fds::wait(&[stdin, (self.signals.as_fd(), PollFlags::IN)], None)?;
            if ready[1] && self.signaled()? {
                return Ok(Input::Interrupted);
            }
            if self.leaving.is_some() {
                return Ok(Input::End);
            }
            if !ready[0] {
                continue;
            }
            let mut byte = [0];
            match rustix::io::read(rustix::stdio::stdin(), &mut byte) {
                Ok(0) if line.is_empty() => return Ok(Input::End),
                Ok(0) => break,
                Ok(_) if byte == *b"\n" => break,
                // One byte more than fits, so that the parser complains.
                Ok(_) if line.len() > MAX_LINE => {}
                Ok(_) => line.push(byte[0]),
                Err(Errno::INTR | Errno::AGAIN) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(Input::Line(String::from_utf8_lossy(&line).into_owned()))
    }

    /// Does what the signals ask for. Was one of them an interrupt?
    fn signaled(&mut self) -> io::Result<bool> {
        let pending = self.signals.pending()?;
        if pending.contains(&Signal::CHILD) {
            self.jobs.reap()?;
        }
        for signal in [Signal::HUP, Signal::TERM] {
            if pending.contains(&signal) {
                self.leaving = Some(128 + signal.as_raw());
            }
        }
        Ok(pending.contains(&Signal::INT))
    }

    /// Runs one line.
    fn line(&mut self, line: &str) -> io::Result<()> {
        match parse(line) {
            Ok(pipelines) => {
                for pipeline in pipelines {
                    self.status = self.pipeline(&pipeline)?;
                    if self.leaving.is_some() {
                        break;
                    }
                }
            }
            Err(error) => {
                let text = format!("{NAME}: {}\n", error.show(line));
                write_all(rustix::stdio::stderr(), text.as_bytes())?;
                self.status = 2;
            }
        }
        Ok(())
    }

    /// Runs one pipeline; its exit status.
    fn pipeline(&mut self, pipeline: &Pipeline) -> io::Result<i32> {
        let is_builtin = |name: &String| BUILTINS.contains(&name.as_str());
        let builtin = pipeline.commands.iter().find(|c| is_builtin(&c.words[0]));
        match (builtin, &pipeline.commands[..]) {
            (Some(_), [command]) if !pipeline.background => {
                if command.words[0] != "exit" {
                    self.warned = false;
                }
                return builtin::run(self, command);
            }
            (Some(command), _) => {
                let name = &command.words[0];
                let what = "would change a child, not the shell: run it alone";
                let text = format!("{NAME}: {name}: {what}\n");
                write_all(rustix::stdio::stderr(), text.as_bytes())?;
                return Ok(2);
            }
            (None, _) => {}
        }
        self.warned = false;
        self.launch(pipeline)
    }

    fn launch(&mut self, pipeline: &Pipeline) -> io::Result<i32> {
        let foreground = !pipeline.background;
        let terminal = self.terminal.as_ref().filter(|_| foreground);
        let launch = Launch {
            own_group: self.terminal.is_some() || pipeline.background,
            terminal: terminal.map(|terminal| terminal.fd.as_fd()),
            no_input: self.terminal.is_none() && pipeline.background,
        };
        let report = |what| {
            // If even that fails, there is nobody to tell.
            let text = format!("{NAME}: {what}\n");
            let _ = write_all(rustix::stdio::stderr(), text.as_bytes());
        };
        let started = start(&pipeline.commands, launch, report)?;
        let (pids, group) = (&started.pids, started.group);
        let text = &pipeline.text;
        let number = self
            .jobs
            .add(pids, group, started.failed, text, !foreground);
        if foreground {
            return self.wait_for(number);
        }
        if let Some(pid) = self.jobs.find(Some(number)).and_then(|job| job.last_pid()) {
            self.say(&format!("[{number}] {}", pid.as_raw_nonzero()))?;
        }
        Ok(0)
    }

    // ANCHOR: wait-for
    /// Waits until the job has ended or is stopped; takes the terminal back.
    pub(super) fn wait_for(&mut self, number: usize) -> io::Result<i32> {
        let state = loop {
            self.jobs.reap()?;
            let job = self
                .jobs
                .find(Some(number))
                .expect("nobody has forgotten it");
            if job.state() != JobState::Running {
                break job.state();
            }
            fds::wait(&[(self.signals.as_fd(), PollFlags::IN)], None)?;
            self.signaled()?;
            if self.leaving.is_some() {
                return Ok(self.status); // the terminal is gone, or we are to be
            }
        };
        let modes = match &self.terminal {
            Some(terminal) => Some(terminal.take_back()?),
            None => None,
        };
        let job = self.jobs.find(Some(number)).expect("as above");
        let killed_by = job.killed_by();
        let status = match state {
            JobState::Stopped(signal) => {
                job.background = true;
                job.modes = modes;
                128 + signal
            }
            JobState::Done(status) => status,
            JobState::Running => unreachable!("the loop has ended"),
        };
        self.tell(state, killed_by)?;
        Ok(status)
    }
    // ANCHOR_END: wait-for

    /// Says what became of a job in the foreground.
    fn tell(&mut self, state: JobState, killed_by: Option<i32>) -> io::Result<()> {
        if let JobState::Stopped(_) = state {
            self.say("")?; // after the ^Z
        }
        match killed_by {
            Some(signal) if signal == Signal::INT.as_raw() => self.say("")?,
            Some(signal) if signal != Signal::PIPE.as_raw() => {
                self.say(&format!("killed by {}", signals::name(signal)))?;
            }
            _ => {}
        }
        for news in self.jobs.news() {
            self.say(&news)?;
        }
        Ok(())
    }

    /// `exit`, or the end of the input. Stopped jobs make it ask once more.
    pub(super) fn leave(&mut self, status: Option<i32>) -> io::Result<i32> {
        let again = std::mem::replace(&mut self.warned, true);
        if self.terminal.is_some() && self.jobs.any_stopped() && !again {
            self.say("there are stopped jobs")?;
            return Ok(1);
        }
        let status = status.unwrap_or(self.status);
        self.leaving = Some(status);
        Ok(status)
    }
}
