//! Immediates: a list that runs a generation at a time (Node: lib/internal/timers.js
//! `processImmediate`; src/env.cc `Environment::CheckImmediate`).

use super::{Argument, EventLoop, Host, Task, Thrown};
use crate::trace::{Queue, TaskName};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

/// A handle to an immediate, as `setImmediate` returns it. Dropping it changes nothing.
pub struct Immediate<C>(Rc<Inner<C>>);

impl<C> Clone for Immediate<C> {
    fn clone(&self) -> Self {
        Immediate(Rc::clone(&self.0))
    }
}

impl<C> Immediate<C> {
    /// Does this immediate keep the loop alive (`immediate.hasRef()`)? Not once it ran.
    pub fn has_ref(&self) -> bool {
        self.0.referenced.get()
    }
}

struct Inner<C> {
    name: TaskName,
    /// Taken when it runs or is cleared.
    callback: RefCell<Option<C>>,
    referenced: Cell<bool>,
}

pub(crate) struct Immediates<C> {
    /// `immediateQueue`: the next generation.
    queue: VecDeque<Rc<Inner<C>>>,
    /// `outstandingQueue`: the rest of a generation, while one of it runs.
    outstanding: VecDeque<Rc<Inner<C>>>,
    /// `immediateInfo`: kCount, kRefCount, kHasOutstanding.
    count: usize,
    ref_count: usize,
    has_outstanding: bool,
    created: u64,
}

impl<C> Immediates<C> {
    pub(crate) fn new() -> Self {
        Immediates {
            queue: VecDeque::new(),
            outstanding: VecDeque::new(),
            count: 0,
            ref_count: 0,
            has_outstanding: false,
            created: 0,
        }
    }

    /// Names of the waiting immediates, the running generation first.
    pub(crate) fn names(&self) -> impl Iterator<Item = &TaskName> {
        let both = self.outstanding.iter().chain(&self.queue);
        let waiting = both.filter(|immediate| immediate.callback.borrow().is_some());
        waiting.map(|immediate| &immediate.name)
    }
}

impl<H: Host> EventLoop<H> {
    /// `setImmediate`: runs `task` in the next check phase.
    pub fn schedule_immediate(
        &mut self,
        task: Task<H::Callback>,
    ) -> Immediate<H::Callback> {
        self.immediates.created += 1;
        let name = TaskName::new("immediate", self.immediates.created, task.label);
        let immediate = Immediate(Rc::new(Inner {
            name,
            callback: RefCell::new(Some(task.callback)),
            referenced: Cell::new(false),
        }));
        self.set_immediate_ref(&immediate, true);
        self.immediates.count += 1;
        self.immediates.queue.push_back(Rc::clone(&immediate.0));
        self.note_queued(Queue::Immediates, &immediate.0.name);
        immediate
    }

    /// `clearImmediate`.
    pub fn clear_immediate(&mut self, immediate: &Immediate<H::Callback>) {
        // It stays in its list; `process_immediate` steps over it.
        if immediate.0.callback.take().is_some() {
            self.immediates.count -= 1;
            self.drop_immediate_ref(immediate);
            if self.immediates.count == 0 {
                self.immediates.queue.clear();
            }
        }
    }

    /// `immediate.ref()`, `immediate.unref()`. Only referenced immediates keep the poll
    /// phase from sleeping: the idle handle is there for nothing else.
    pub fn set_immediate_ref(&mut self, immediate: &Immediate<H::Callback>, on: bool) {
        if immediate.0.callback.borrow().is_none() {
            return;
        }
        if !on {
            self.drop_immediate_ref(immediate);
        } else if !immediate.0.referenced.replace(true) {
            self.immediates.ref_count += 1;
            self.uv.start(self.idle_handle);
        }
    }

    fn drop_immediate_ref(&mut self, immediate: &Immediate<H::Callback>) {
        if immediate.0.referenced.replace(false) {
            self.immediates.ref_count -= 1;
            if self.immediates.ref_count == 0 {
                self.uv.stop_handle(self.idle_handle);
            }
        }
    }

    /// The check handle's callback (Node: `Environment::CheckImmediate`).
    pub(super) fn check_immediate(&mut self) {
        if self.immediates.count == 0 {
            return;
        }
        loop {
            self.callback_scope(Self::process_immediate);
            // After an error that was handled the rest still runs in this phase.
            if !self.immediates.has_outstanding || self.is_stopping() {
                break;
            }
        }
        if self.immediates.ref_count == 0 {
            self.uv.stop_handle(self.idle_handle);
        }
    }

    // ANCHOR: process-immediate
    /// Runs what an earlier error left over, or else a whole generation. What these
    /// immediates schedule is the next generation (Node: `processImmediate`).
    fn process_immediate(&mut self) -> Result<(), Thrown<H::Error>> {
        if self.immediates.outstanding.is_empty() {
            let immediates = &mut self.immediates;
            std::mem::swap(&mut immediates.queue, &mut immediates.outstanding);
            self.immediates.has_outstanding = true;
        }
        let mut ran_one = false;
        while !self.immediates.outstanding.is_empty() {
            if ran_one {
                self.run_next_ticks()?;
            }
            if let Some(immediate) = self.immediates.outstanding.pop_front() {
                ran_one |= self.run_immediate(&immediate)?;
            }
        }
        self.immediates.has_outstanding = false;
        Ok(())
    }
    // ANCHOR_END: process-immediate

    /// Says whether there was something to run: not if it was cleared.
    fn run_immediate(
        &mut self,
        immediate: &Inner<H::Callback>,
    ) -> Result<bool, Thrown<H::Error>> {
        let Some(mut callback) = immediate.callback.take() else {
            return Ok(false);
        };
        self.immediates.count -= 1;
        // The idle handle keeps running: `check_immediate` stops it at its end.
        self.immediates.ref_count -= usize::from(immediate.referenced.replace(false));
        self.call_named(&immediate.name, &mut callback, Argument::Nothing)?;
        Ok(true)
    }
}
