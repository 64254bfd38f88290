//! Jobs: pipelines that run, are stopped, or have ended.

use crate::signals;
use rustix::process::{Pid, Signal, WaitOptions, WaitStatus, wait};
use rustix::termios::Termios;
use std::io;

/// What a job is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobState {
    Running,
    /// By the signal with this number.
    Stopped(i32),
    /// All processes have ended; the last one with this exit status, 128 and more if a
    /// signal ended it.
    Done(i32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Running,
    Stopped(i32),
    Exited(i32),
    Killed(i32),
}

/// A pipeline.
#[derive(Debug)]
pub struct Job {
    /// What `fg` and `bg` call it.
    pub number: usize,
    /// Its process group, if it has one of its own.
    pub group: Option<Pid>,
    /// As it was typed.
    pub text: String,
    /// Is it one that the shell does not wait for?
    pub background: bool,
    /// The terminal's modes as the job had them when it was stopped.
    pub modes: Option<Termios>,
    processes: Vec<(Pid, State)>,
    /// The status of a last command that could not be started.
    failed: Option<i32>,
    /// Has its state changed since it was last told?
    untold: bool,
}

impl Job {
    /// The state of the whole, from those of its processes.
    pub fn state(&self) -> JobState {
        let mut states = self.processes.iter().map(|(_, state)| *state);
        if states.any(|state| state == State::Running) {
            return JobState::Running;
        }
        let stopped = self.processes.iter().find_map(|(_, state)| match state {
            State::Stopped(signal) => Some(*signal),
            _ => None,
        });
        match (stopped, self.failed, self.processes.last()) {
            (Some(signal), ..) => JobState::Stopped(signal),
            (None, Some(status), _) => JobState::Done(status),
            (None, None, Some((_, State::Exited(status)))) => JobState::Done(*status),
            (None, None, Some((_, State::Killed(signal)))) => {
                JobState::Done(128 + signal)
            }
            (None, None, _) => JobState::Done(0),
        }
    }

    /// The signal that ended its last process, if one did.
    pub fn killed_by(&self) -> Option<i32> {
        match self.processes.last() {
            Some((_, State::Killed(signal))) if self.failed.is_none() => Some(*signal),
            _ => None,
        }
    }

    /// The pid of its last process.
    pub fn last_pid(&self) -> Option<Pid> {
        self.processes.last().map(|(pid, _)| *pid)
    }

    /// It was told to continue.
    pub fn resumed(&mut self) {
        for (_, state) in &mut self.processes {
            if matches!(state, State::Stopped(_)) {
                *state = State::Running;
            }
        }
        self.untold = false;
    }

    /// A line for people, as `jobs` prints it.
    pub fn describe(&self) -> String {
        let state = match (self.state(), self.killed_by()) {
            (JobState::Running, _) => "running".to_string(),
            (JobState::Stopped(signal), _) => {
                format!("stopped by {}", signals::name(signal))
            }
            (JobState::Done(_), Some(signal)) => {
                format!("killed by {}", signals::name(signal))
            }
            (JobState::Done(0), None) => "done".to_string(),
            (JobState::Done(status), None) => format!("exit {status}"),
        };
        format!("[{}] {state:<20} {}", self.number, self.text)
    }
}

/// All jobs that have not ended, or of whose end nobody was told yet.
#[derive(Debug, Default)]
pub struct Jobs {
    jobs: Vec<Job>,
}

impl Jobs {
    /// Adds a job that has just been started; its number.
    pub fn add(
        &mut self,
        pids: &[Pid],
        group: Option<Pid>,
        failed: Option<i32>,
        text: &str,
        background: bool,
    ) -> usize {
        let number = self.jobs.last().map_or(1, |job| job.number + 1);
        self.jobs.push(Job {
            number,
            group,
            text: text.to_string(),
            background,
            modes: None,
            processes: pids.iter().map(|pid| (*pid, State::Running)).collect(),
            failed,
            untold: false,
        });
        number
    }

    /// The job with this number; without one, the latest.
    pub fn find(&mut self, number: Option<usize>) -> Option<&mut Job> {
        match number {
            Some(number) => self.jobs.iter_mut().find(|job| job.number == number),
            None => self.jobs.last_mut(),
        }
    }

    /// In the order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = &Job> {
        self.jobs.iter()
    }

    /// Is one of them stopped?
    pub fn any_stopped(&self) -> bool {
        self.iter()
            .any(|job| matches!(job.state(), JobState::Stopped(_)))
    }

    // ANCHOR: reap
    /// Asks the kernel about every child that has changed. SIGCHLD says only *that* one
    /// has: when two end at once, one signal may come for both. So we ask until nothing
    /// is left to hear.
    ///
    /// # Errors
    /// What waitpid(2) says.
    pub fn reap(&mut self) -> io::Result<()> {
        let options =
            WaitOptions::NOHANG | WaitOptions::UNTRACED | WaitOptions::CONTINUED;
        loop {
            match wait(options) {
                Ok(Some((pid, status))) => self.changed(pid, status),
                Ok(None) | Err(rustix::io::Errno::CHILD) => return Ok(()),
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
    // ANCHOR_END: reap

    fn changed(&mut self, pid: Pid, status: WaitStatus) {
        for job in &mut self.jobs {
            for (of, state) in &mut job.processes {
                if *of != pid {
                    continue;
                }
                if let Some(signal) = status.stopping_signal() {
                    *state = State::Stopped(signal);
                } else if let Some(code) = status.exit_status() {
                    *state = State::Exited(code);
                } else if let Some(signal) = status.terminating_signal() {
                    *state = State::Killed(signal);
                } else {
                    *state = State::Running;
                }
                job.untold = true;
            }
        }
    }

    /// Lines about jobs in the background that have changed and do not run; those that
    /// have ended are forgotten.
    pub fn news(&mut self) -> Vec<String> {
        let mut news = Vec::new();
        for job in &mut self.jobs {
            let rests = job.state() != JobState::Running;
            if job.background && job.untold && rests {
                job.untold = false;
                news.push(job.describe());
            }
        }
        self.jobs
            .retain(|job| !matches!(job.state(), JobState::Done(_)));
        news
    }

    /// Sends a signal to every job with a group of its own.
    pub fn signal_all(&self, signal: Signal) {
        for group in self.iter().filter_map(|job| job.group) {
            // Fails only if all its processes have ended.
            let _ = rustix::process::kill_process_group(group, signal);
        }
    }
}
