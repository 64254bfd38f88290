//! Every system call of a program, of its threads and of its children.
//!
//! The kernel stops a traced thread when it enters a call and when it leaves one, and
//! tells the tracer, which lets it go on. Between the two it can be looked at.

#![allow(unsafe_code)]

use crate::process::{Ending, Program, wait_for};
use nix::errno::Errno;
use nix::libc;
use nix::sys::ptrace::{self, Options};
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
    /// To this thread, a signal of this number is about to be delivered.
    Signaled(i32, i32),
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
    /// The thread that is to go on, and the signal that it is to get, or 0.
    stopped: Option<(Pid, i32)>,
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
        wait_for(child.as_raw(), libc::__WALL)?; // it stopped itself
        let threads_and_children = Options::PTRACE_O_TRACECLONE
            | Options::PTRACE_O_TRACEFORK
            | Options::PTRACE_O_TRACEVFORK;
        let marked = Options::PTRACE_O_TRACESYSGOOD | Options::PTRACE_O_TRACEEXEC;
        let die_with_us = Options::PTRACE_O_EXITKILL;
        ptrace::setoptions(child, threads_and_children | marked | die_with_us)?;
        Ok(Tracer {
            known: HashSet::from([child]),
            inside: HashMap::new(),
            stopped: Some((child, 0)),
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
                match go_on(thread, signal) {
                    Ok(()) | Err(Errno::ESRCH) => {} // killed meanwhile: wait tells
                    Err(errno) => return Err(errno),
                }
            }
            // Any of them, threads too, but none that another thread of ours traces.
            let event = match wait_for(-1, libc::__WALL | libc::__WNOTHREAD) {
                Ok((thread, status)) => {
                    self.what_happened(Pid::from_raw(thread), status)?
                }
                Err(Errno::EINTR) => None,
                Err(Errno::ECHILD) => return Ok(None),
                Err(errno) => return Err(errno),
            };
            if event.is_some() {
                return Ok(event);
            }
        }
    }

    fn what_happened(
        &mut self,
        thread: Pid,
        status: i32,
    ) -> Result<Option<Event>, Errno> {
        if let Some(ending) = Ending::of(status) {
            return Ok(Some(self.ended(thread, ending)));
        }
        self.stopped = Some((thread, 0));
        match (libc::WSTOPSIG(status), status >> 16) {
            (A_CALL, _) => self.call(thread),
            (_, libc::PTRACE_EVENT_EXEC) => self.executed(thread).map(|()| None),
            (_, 1..) => Ok(None), // it has a new thread or child, which will stop
            // A thread that is new stops itself once: no signal for the program.
            (libc::SIGSTOP, 0) if self.known.insert(thread) => Ok(None),
            (signal, _) => {
                self.stopped = Some((thread, signal));
                Ok(Some(Event::Signaled(thread.as_raw(), signal)))
            }
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

/// How a stop at a call is told from a real `SIGTRAP` (`PTRACE_O_TRACESYSGOOD`).
const A_CALL: i32 = libc::SIGTRAP | 0x80;

/// Lets a thread go on to its next stop. The signal 0 is none.
fn go_on(thread: Pid, signal: i32) -> Result<(), Errno> {
    let (none, signal) = (0 as libc::c_long, libc::c_long::from(signal));
    // SAFETY: this request takes two numbers, and no address of ours.
    let answer =
        unsafe { libc::ptrace(libc::PTRACE_SYSCALL, thread.as_raw(), none, signal) };
    Errno::result(answer).map(drop)
}

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
