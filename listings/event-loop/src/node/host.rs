//! What runs callbacks: the seam between the loop and a language.
//!
//! The loop stores callbacks and decides when they run. It cannot run one, and it has
//! no promises: both belong to an engine. In Node that engine is V8; the twins of this
//! listing use closures ([`crate::closures::Closures`]); QuickJS plugs in here too.

use super::EventLoop;
use crate::uv::Reply;
use std::io;

/// Why a callback did not end normally.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Thrown<E> {
    /// It threw. In a box, for it is rare and each callback returns one of these.
    Exception(Box<E>),
    /// It called [`EventLoop::exit`]: nothing runs any more, and nobody can catch it.
    Terminated,
}

impl<E> Thrown<E> {
    /// It threw `error`.
    pub fn exception(error: E) -> Self {
        Thrown::Exception(Box::new(error))
    }
}

/// What a callback is called with.
#[derive(Debug)]
pub enum Argument {
    /// Nothing: timers, immediates, ticks, close callbacks.
    Nothing,
    /// A request's answer: `(err, data)` in JavaScript.
    Reply(Box<io::Result<Reply>>),
}

/// Names a promise towards the loop. The host gives out the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PromiseId(pub u64);

/// Where an uncaught error comes from: the second argument of 'uncaughtException'.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A callback threw.
    UncaughtException,
    /// A promise was rejected, and nobody listens to 'unhandledRejection'.
    UnhandledRejection,
}

/// What `process` emits from the loop, always synchronously.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProcessEvent<E> {
    /// The loop ran dry. With the exit code so far.
    BeforeExit(i32),
    /// The end, with the exit code.
    Exit(i32),
    /// Nobody caught this error.
    UncaughtException(E, Origin),
    /// Nobody handled this rejection before both queues were empty.
    UnhandledRejection(E, PromiseId),
    /// A rejection that was reported as unhandled has a handler now.
    RejectionHandled(PromiseId),
}

// ANCHOR: host
/// Runs callbacks for an [`EventLoop`].
///
/// Every method gets the whole loop, so that a callback can schedule, cancel and exit.
/// An engine whose callbacks reach the loop through a shared cell swaps the loop into
/// that cell for the length of the call and back afterwards: tests/host.rs shows it.
pub trait Host: Sized {
    /// A callback as the host keeps it: a closure, a handle to a function.
    type Callback;
    /// What its callbacks throw.
    type Error: Clone;

    /// Calls a callback. Timers may be called again, so it is lent, not given.
    ///
    /// # Errors
    /// What the callback threw.
    fn call(
        event_loop: &mut EventLoop<Self>,
        callback: &mut Self::Callback,
        argument: Argument,
    ) -> Result<(), Thrown<Self::Error>>;

    /// Runs microtasks until there are none (V8: `MicrotaskQueue::PerformCheckpoint`).
    ///
    /// A microtask that throws does not end the checkpoint: report its error with
    /// [`EventLoop::uncaught`] and go on, unless [`EventLoop::is_stopping`] says that
    /// the process has ended.
    fn run_microtasks(event_loop: &mut EventLoop<Self>);

    /// `process.emit(event)`: says whether anybody listened.
    ///
    /// # Errors
    /// What a listener threw.
    fn emit(
        event_loop: &mut EventLoop<Self>,
        event: ProcessEvent<Self::Error>,
    ) -> Result<bool, Thrown<Self::Error>>;

    /// The error for a rejection with this reason that nobody handled (Node:
    /// `UnhandledPromiseRejection` unless the reason is an error itself).
    fn unhandled(reason: Self::Error) -> Self::Error {
        reason
    }

    /// A callback that does nothing (Node: `noop`, which the handling of an uncaught
    /// exception puts into an immediate).
    fn no_op(event_loop: &mut EventLoop<Self>) -> Self::Callback;

    /// Labels of the queued microtasks, for the trace. Engines rarely tell.
    fn microtask_labels(&self) -> Vec<String> {
        Vec::new()
    }
}
// ANCHOR_END: host

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Origin::UncaughtException => "uncaughtException",
            Origin::UnhandledRejection => "unhandledRejection",
        })
    }
}
