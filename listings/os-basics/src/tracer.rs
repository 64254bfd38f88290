//! Every system call of a program, of its threads and of its children.
//!
//! The kernel stops a traced thread when it enters a call and when it leaves one, and
//! tells the tracer, which lets it go on. Between the two it can be looked at.

#![allow(unsafe_code)]

use crate::process::{Ending, Program, Signal};
use nix::errno::Errno;
use nix::libc;
use nix::sys::ptrace::{self, Options};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;
use std::collections::{HashMap, HashSet};

// ANCHOR: events
/// A system call: who, which, with what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// The number of the thread; that of the process, if it has but one.
    pub thread: i32,
    /// Which call. The numbers are different ones on each kind of machine.
    pub number: u64,
    /// Six registers. Most calls use fewer.
    pub args: [u64; 6],
}

/// What a traced thread did. It stands still until the next event is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// It asks.
    Entered(Call),
    /// It was answered: below 0 and above -4096 is an error's number, negated.
    Left(Call, i64),
    /// A signal is about to arrive.
    Signaled(i32, Signal),
    /// It is no more; if it was inside a call, that one has no answer.
    Ended(i32, Option<Call>, Ending),
}
// ANCHOR_END: events

// ANCHOR: tracer
/// Traces one program and all it starts. Belongs to one thread, for the kernel tells no
/// other; while it traces, that thread should have no child of another kind.
#[derive(Debug)]
pub struct Tracer {
    known: HashSet<Pid>,
    inside: HashMap<Pid, Call>,
    /// Who waits to go on, and with which signal.
    stopped: Option<(Pid, Option<Signal>)>,
    /// The tracer must stay on its thread.
    _here: std::marker::PhantomData<*const ()>,
}

impl Tracer {
    /// Starts a program that stands still until [`Tracer::next_event`].
    ///
    /// # Errors
    /// `EPERM` where tracing is forbidden; those of [`Program::spawn`]. If there is no
    /// such program, that is no error: its execve is traced, and fails.
    pub fn start(program: Program) -> Result<Tracer, Errno> {
        let child = Pid::from_raw(program.traced().spawn()?.id());
        waitpid(child, Some(WaitPidFlag::__WALL))?; // it stopped itself
        let threads_and_children = Options::PTRACE_O_TRACECLONE
            | Options::PTRACE_O_TRACEFORK
            | Options::PTRACE_O_TRACEVFORK;
        let marked = Options::PTRACE_O_TRACESYSGOOD | Options::PTRACE_O_TRACEEXEC;
        let die_with_us = Options::PTRACE_O_EXITKILL;
        ptrace::setoptions(child, threads_and_children | marked | die_with_us)?;
        Ok(Tracer {
            known: HashSet::from([child]),
            inside: HashMap::new(),
            stopped: Some((child, None)),
            _here: std::marker::PhantomData,
        })
    }

    /// Lets the thread of the last event go on, and waits for the next: `None` when all
    /// have ended.
    ///
    /// # Errors
    /// Those of `waitpid` and `ptrace`.
    pub fn next_event(&mut self) -> Result<Option<Event>, Errno> {
        loop {
            if let Some((thread, signal)) = self.stopped.take() {
                match ptrace::syscall(thread, signal) {
                    Ok(()) | Err(Errno::ESRCH) => {} // killed meanwhile: wait tells
                    Err(errno) => return Err(errno),
                }
            }
            // Any of them, threads too, but none that another thread of ours traces.
            let any = WaitPidFlag::__WALL | WaitPidFlag::__WNOTHREAD;
            let event = match waitpid(None, Some(any)) {
                Ok(status) => self.what_happened(status)?,
                Err(Errno::EINTR) => None,
                Err(Errno::ECHILD) => return Ok(None),
                Err(errno) => return Err(errno),
            };
            if event.is_some() {
                return Ok(event);
            }
        }
    }

    fn what_happened(&mut self, status: WaitStatus) -> Result<Option<Event>, Errno> {
        match status {
            WaitStatus::PtraceSyscall(thread) => {
                self.stopped = Some((thread, None));
                self.call(thread)
            }
            // Its first stop: it was born.
            WaitStatus::Stopped(thread, Signal::SIGSTOP)
                if self.known.insert(thread) =>
            {
                self.stopped = Some((thread, None));
                Ok(None)
            }
            WaitStatus::Stopped(thread, signal) => {
                self.stopped = Some((thread, Some(signal)));
                Ok(Some(Event::Signaled(thread.as_raw(), signal)))
            }
            WaitStatus::PtraceEvent(thread, _, event) => {
                self.stopped = Some((thread, None));
                if event == libc::PTRACE_EVENT_EXEC {
                    self.executed(thread)?;
                }
                Ok(None)
            }
            WaitStatus::Exited(thread, code) => {
                Ok(Some(self.ended(thread, Ending::Exited(code))))
            }
            WaitStatus::Signaled(thread, signal, _) => {
                Ok(Some(self.ended(thread, Ending::Killed(signal))))
            }
            _ => Ok(None),
        }
    }

    /// A stop at the beginning or the end of a call.
    fn call(&mut self, thread: Pid) -> Result<Option<Event>, Errno> {
        Ok(match stop(thread) {
            Ok(Stop::Entry(number, args)) => {
                let call = Call {
                    thread: thread.as_raw(),
                    number,
                    args,
                };
                self.inside.insert(thread, call);
                Some(Event::Entered(call))
            }
            Ok(Stop::Exit(answer)) => {
                let call = self.inside.remove(&thread);
                call.map(|call| Event::Left(call, answer))
            }
            Ok(Stop::Neither) | Err(Errno::ESRCH) => None,
            Err(errno) => return Err(errno),
        })
    }

    /// Whichever thread executes a program takes the number of the first one.
    fn executed(&mut self, thread: Pid) -> Result<(), Errno> {
        let former = Pid::from_raw(ptrace::getevent(thread)? as i32);
        if let Some(call) = self.inside.remove(&former) {
            self.inside.insert(thread, call);
        }
        Ok(())
    }

    fn ended(&mut self, thread: Pid, ending: Ending) -> Event {
        self.known.remove(&thread);
        Event::Ended(thread.as_raw(), self.inside.remove(&thread), ending)
    }
}
// ANCHOR_END: tracer

/// Which side of a call a thread stands on.
enum Stop {
    Entry(u64, [u64; 6]),
    Exit(i64),
    Neither,
}

// ANCHOR: stop
/// Asks the kernel, in terms that are the same on every kind of machine.
fn stop(thread: Pid) -> Result<Stop, Errno> {
    let info = ptrace::syscall_info(thread)?;
    Ok(match info.op {
        // SAFETY: for this `op` the kernel has filled in `entry`.
        libc::PTRACE_SYSCALL_INFO_ENTRY => unsafe {
            Stop::Entry(info.u.entry.nr, info.u.entry.args)
        },
        // SAFETY: for this `op` the kernel has filled in `exit`.
        libc::PTRACE_SYSCALL_INFO_EXIT => Stop::Exit(unsafe { info.u.exit.sval }),
        _ => Stop::Neither,
    })
}
// ANCHOR_END: stop

/// Whether this process may trace at all. In some containers it may not.
///
/// # Errors
/// `EPERM` if the kernel refuses; another error is a fault of ours.
pub fn probe() -> Result<(), Errno> {
    let mut tracer = Tracer::start(Program::new("/proc/self/exe/none"))?;
    while tracer.next_event()?.is_some() {}
    Ok(())
}
