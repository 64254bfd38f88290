//! The tick queue, and when it and the microtasks drain (Node:
//! lib/internal/process/task_queues.js; src/api/callback.cc `InternalCallbackScope`).

use super::{Argument, EventLoop, Host, Task, Thrown};
use crate::trace::{Queue, TaskName};
use std::collections::VecDeque;

pub(crate) struct Ticks<C> {
    queue: VecDeque<(TaskName, C)>,
    /// `tickInfo[kHasTickScheduled]`: stays set while the queue is being drained.
    scheduled: bool,
    created: u64,
}

impl<C> Ticks<C> {
    pub(crate) fn new() -> Self {
        Ticks {
            queue: VecDeque::new(),
            scheduled: false,
            created: 0,
        }
    }

    /// Names of the waiting ticks.
    pub(crate) fn names(&self) -> impl Iterator<Item = &TaskName> {
        self.queue.iter().map(|(name, _)| name)
    }
}

impl<H: Host> EventLoop<H> {
    /// `process.nextTick`. Ignored once the process is exiting.
    pub fn schedule_tick(&mut self, task: Task<H::Callback>) {
        if self.is_exiting() {
            return;
        }
        self.ticks.created += 1;
        let name = TaskName::new("tick", self.ticks.created, task.label);
        self.note_queued(Queue::Ticks, &name);
        self.ticks.queue.push_back((name, task.callback));
        self.ticks.scheduled = true;
    }

    /// Runs something that may call back into the host, then drains both queues, if
    /// this is the outermost scope and nothing was thrown (Node:
    /// `InternalCallbackScope`). An error is reported, not returned.
    pub fn callback_scope(
        &mut self,
        body: impl FnOnce(&mut Self) -> Result<(), Thrown<H::Error>>,
    ) {
        if self.is_stopping() {
            return;
        }
        self.scope_depth += 1;
        match body(self) {
            Ok(()) => self.close_scope(),
            // What is queued waits for the next scope.
            Err(thrown) => self.uncaught_or_exit(thrown),
        }
        self.scope_depth -= 1;
    }

    // ANCHOR: close-scope
    /// Node: `InternalCallbackScope::Close`.
    fn close_scope(&mut self) {
        if self.scope_depth > 1 || self.is_stopping() {
            return;
        }
        if !self.ticks.scheduled {
            self.run_microtasks();
        }
        if self.is_stopping() {
            return;
        }
        if self.ticks.scheduled || self.rejections.is_pending() {
            let drained = self.process_ticks_and_rejections();
            if let Err(thrown) = drained {
                self.uncaught_or_exit(thrown);
            }
        }
    }
    // ANCHOR_END: close-scope

    /// Drains between two timers or two immediates, inside one scope (Node:
    /// `runNextTicks`).
    pub(super) fn run_next_ticks(&mut self) -> Result<(), Thrown<H::Error>> {
        if !self.ticks.scheduled && !self.rejections.is_pending() {
            self.run_microtasks();
        }
        if self.is_stopping() {
            return Err(Thrown::Terminated);
        }
        if self.ticks.scheduled || self.rejections.is_pending() {
            self.process_ticks_and_rejections()?;
        }
        Ok(())
    }

    // ANCHOR: drain
    /// All ticks, then all microtasks, until neither is left; then the rejections
    /// that nobody handled (Node: `processTicksAndRejections`).
    fn process_ticks_and_rejections(&mut self) -> Result<(), Thrown<H::Error>> {
        loop {
            while let Some((name, mut callback)) = self.ticks.queue.pop_front() {
                self.call_named(&name, &mut callback, Argument::Nothing)?;
            }
            self.run_microtasks();
            if self.is_stopping() {
                return Err(Thrown::Terminated);
            }
            let more = !self.ticks.queue.is_empty() || self.process_rejections()?;
            if !more {
                break;
            }
        }
        self.ticks.scheduled = false;
        self.rejections.set_pending(false);
        Ok(())
    }
    // ANCHOR_END: drain

    fn run_microtasks(&mut self) {
        if !self.is_stopping() {
            H::run_microtasks(self);
        }
    }
}
