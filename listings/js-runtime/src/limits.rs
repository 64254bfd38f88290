//! What a program may use, and how it is stopped.

use crate::engine::{Engine, Exception};
use crate::report;
use event_loop::node::EventLoop;
use event_loop::uv::{Completion, Poll, Request, RequestId};
use std::cell::Cell;
use std::io;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// The exit code after [`Limits::blocked`] ran out, as timeout(1) has it. Node has no
/// such limit, and so no such code.
pub const EXIT_BLOCKED: i32 = 124;

/// The stack that JavaScript may use, in bytes, as V8's `--stack-size` has it.
pub(crate) const STACK: usize = 984 * 1024;

/// What a program may use.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    /// Memory of the engine, in bytes. `None`: as much as there is.
    pub memory: Option<usize>,
    /// How long JavaScript may run before the loop polls again. `None`: for ever.
    pub blocked: Option<Duration>,
}

/// Why JavaScript must not run any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// It called `process.exit`.
    Exit(i32),
    /// [`Limits::blocked`] ran out.
    Blocked,
}

impl Engine {
    // ANCHOR: watch
    /// The interrupt: the engine asks it again and again (QuickJS: once in 10,000 jumps
    /// and calls) whether to stop. If it says yes, no `catch` or `finally` is asked.
    pub(crate) fn watch(&self, limit: Option<Duration>, polled: Rc<Cell<Instant>>) {
        let shared = Rc::downgrade(&self.0);
        let stop = move || {
            let Some(shared) = shared.upgrade() else {
                return false;
            };
            let is_over = limit.is_some_and(|limit| polled.get().elapsed() > limit);
            if is_over && shared.end.get().is_none() {
                shared.end.set(Some(End::Blocked));
            }
            shared.end.get().is_some()
        };
        self.0.quickjs.set_interrupt_handler(Some(Box::new(stop)));
    }
    // ANCHOR_END: watch

    /// Ends the process if JavaScript has ended; says whether it has.
    pub(crate) fn end_if_told(
        &self,
        event_loop: &mut EventLoop<Self>,
        error: Option<&Exception>,
    ) -> bool {
        let Some(end) = self.0.end.get() else {
            return false;
        };
        if !event_loop.is_stopping() {
            event_loop.really_exit(match end {
                End::Exit(code) => code,
                End::Blocked => {
                    self.0
                        .context
                        .with(|ctx| report::blocked(self, &ctx, error));
                    EXIT_BLOCKED
                }
            });
        }
        true
    }
}

/// Memory above the limit, for as long as this lives: an error that nobody caught may
/// speak of the very limit.
pub(crate) struct Reserve(Engine);

impl Reserve {
    const BYTES: usize = 1024 * 1024;

    pub(crate) fn open(engine: &Engine) -> Reserve {
        let limit = engine
            .0
            .memory
            .map(|limit| limit.saturating_add(Self::BYTES));
        engine.0.quickjs.set_memory_limit(limit.unwrap_or(0));
        Reserve(engine.clone())
    }
}

impl Drop for Reserve {
    fn drop(&mut self) {
        self.0
            .0
            .quickjs
            .set_memory_limit(self.0.0.memory.unwrap_or(0));
    }
}

/// A poll phase that notes when the loop comes by.
pub(crate) struct Watched<P> {
    pub poll: P,
    pub polled: Rc<Cell<Instant>>,
}

impl<P: Poll> Poll for Watched<P> {
    // ANCHOR: watched
    fn poll(
        &mut self,
        timeout: Option<Duration>,
        ready: &mut Vec<Completion>,
    ) -> io::Result<()> {
        let result = self.poll.poll(timeout, ready);
        self.polled.set(Instant::now());
        result
    }
    // ANCHOR_END: watched

    fn now(&self) -> Duration {
        self.poll.now()
    }

    fn submit(&mut self, id: RequestId, request: Request) -> io::Result<()> {
        self.poll.submit(id, request)
    }

    fn busy(&mut self, time: Duration) {
        self.poll.busy(time);
    }
}
