//! Timers: a list for each duration, a priority queue of the lists, one timer handle
//! (Node: lib/internal/timers.js; src/env.cc `Environment::RunTimers`).

use super::priority_queue::{Order, PriorityQueue};
use super::{Argument, EventLoop, Host, Task, Thrown};
use crate::trace::{Queue, TaskName};
use rustc_hash::FxHashMap;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// The longest duration, in ms. Longer ones become 1 (Node: `TIMEOUT_MAX`).
pub const TIMEOUT_MAX: f64 = 2_147_483_647.0;

/// Does a timer fire once or again and again?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// `setTimeout`
    Once,
    /// `setInterval`
    Interval,
}

/// A handle to a timer, as `setTimeout` returns it. Dropping it changes nothing.
///
/// There is no garbage collector: a callback that holds its own handle is only dropped
/// when the timer is cleared. [`EventLoop::this_timeout`] needs no handle.
pub struct Timeout<C>(Rc<Timer<C>>);

impl<C> Clone for Timeout<C> {
    fn clone(&self) -> Self {
        Timeout(Rc::clone(&self.0))
    }
}

impl<C> Timeout<C> {
    /// The duration in ms, after the floor and before the truncation
    /// (`_idleTimeout`; -1 once it is cleared).
    pub fn idle_timeout(&self) -> f64 {
        self.0.idle_timeout.get()
    }

    /// Does this timer keep the loop alive (`timeout.hasRef()`)?
    pub fn has_ref(&self) -> bool {
        self.0.referenced.get()
    }
}

/// Node: `class Timeout`.
struct Timer<C> {
    name: TaskName,
    idle_timeout: Cell<f64>,
    idle_start: Cell<u64>,
    repeat: Option<f64>,
    /// Not there while it runs.
    callback: RefCell<Option<C>>,
    /// Cleared timers lose their callback even if it is running right now.
    cleared: Cell<bool>,
    referenced: Cell<bool>,
    destroyed: Cell<bool>,
    /// Its place in a list, while it is in one.
    node: Cell<Option<usize>>,
}

/// Node: `class TimersList`. All its timers have one truncated duration, so the first
/// one to be added is the first one due.
struct TimersList {
    expiry: u64,
    /// Breaks ties between lists of equal expiry: who was put there first.
    id: u64,
    head: Option<usize>,
    tail: Option<usize>,
    position: usize,
}

struct Node<C> {
    timer: Rc<Timer<C>>,
    msecs: u64,
    previous: Option<usize>,
    next: Option<usize>,
}

/// All timers of an [`EventLoop`].
pub(crate) struct Timers<C> {
    nodes: Vec<Option<Node<C>>>,
    free: Vec<usize>,
    /// `timerListMap`, keyed by the duration in ms.
    lists: Lists,
    /// `timerListQueue`, holding durations.
    queue: PriorityQueue<u64>,
    /// `nextExpiry`; `None` is infinity.
    next_expiry: Option<u64>,
    /// `timeoutInfo[0]`: how many scheduled timers are referenced.
    ref_count: usize,
    next_list_id: u64,
    created: u64,
    running: Option<Rc<Timer<C>>>,
}

/// Durations are hashed at every step of every timer, and no peer chooses them: a quick
/// hasher does.
#[derive(Default)]
struct Lists(FxHashMap<u64, TimersList>);

impl Order<u64> for Lists {
    // Node: `compareTimersLists`.
    fn before(&self, a: u64, b: u64) -> bool {
        let key = |msecs| self.0.get(&msecs).map(|list| (list.expiry, list.id));
        key(a) < key(b)
    }

    fn moved(&mut self, msecs: u64, position: usize) {
        if let Some(list) = self.0.get_mut(&msecs) {
            list.position = position;
        }
    }
}

/// What [`EventLoop::process_timers`] asks for (Node packs it into one number, whose
/// sign says whether referenced timers are left).
#[derive(Debug, PartialEq, Eq)]
enum NextTimers {
    None,
    At { expiry: u64, referenced: bool },
}

impl<C> Timers<C> {
    pub(crate) fn new() -> Self {
        Timers {
            nodes: Vec::new(),
            free: Vec::new(),
            lists: Lists::default(),
            queue: PriorityQueue::default(),
            next_expiry: None,
            ref_count: 0,
            next_list_id: 0,
            created: 0,
            running: None,
        }
    }

    // ANCHOR: insert
    /// Appends to the list of this duration, after making one if there is none. Says
    /// whether the timer handle must be started: for a new list that is due before all
    /// others.
    fn insert(&mut self, timer: &Rc<Timer<C>>, start: u64) -> Option<u64> {
        let msecs = timer.idle_timeout.get().trunc() as u64;
        timer.idle_start.set(start);
        let is_new = !self.lists.0.contains_key(&msecs);
        if is_new {
            self.make_list(msecs, start.saturating_add(msecs));
        }
        self.append(msecs, timer);
        let expiry = start.saturating_add(msecs);
        if is_new && self.next_expiry.is_none_or(|next| expiry < next) {
            self.next_expiry = Some(expiry);
            return Some(msecs);
        }
        None
    }
    // ANCHOR_END: insert

    fn make_list(&mut self, msecs: u64, expiry: u64) {
        let list = TimersList {
            expiry,
            id: self.next_list_id,
            head: None,
            tail: None,
            position: 0,
        };
        self.next_list_id += 1;
        self.lists.0.insert(msecs, list);
        self.queue.insert(msecs, &mut self.lists);
    }

    fn delete_list(&mut self, msecs: u64) {
        if let Some(list) = self.lists.0.get(&msecs) {
            self.queue.remove_at(list.position, &mut self.lists);
            self.lists.0.remove(&msecs);
        }
    }

    fn append(&mut self, msecs: u64, timer: &Rc<Timer<C>>) {
        self.unlink(timer);
        let previous = self.lists.0[&msecs].tail;
        let node = Node {
            timer: Rc::clone(timer),
            msecs,
            previous,
            next: None,
        };
        let at = match self.free.pop() {
            Some(at) => at,
            None => {
                self.nodes.push(None);
                self.nodes.len() - 1
            }
        };
        self.nodes[at] = Some(node);
        timer.node.set(Some(at));
        self.set_next(msecs, previous, Some(at));
        self.set_previous(msecs, None, Some(at));
    }

    /// Takes a timer out of its list: O(1), wherever it stands.
    fn unlink(&mut self, timer: &Timer<C>) {
        let Some(at) = timer.node.take() else { return };
        let Some(node) = self.nodes[at].take() else {
            return;
        };
        self.free.push(at);
        self.set_next(node.msecs, node.previous, node.next);
        self.set_previous(node.msecs, node.next, node.previous);
    }

    /// What follows `at` (`None`: the list itself) is `next`.
    fn set_next(&mut self, msecs: u64, at: Option<usize>, next: Option<usize>) {
        match at {
            Some(at) => self.nodes[at].as_mut().expect("linked").next = next,
            None => self.lists.0.get_mut(&msecs).expect("a list").head = next,
        }
    }

    /// What precedes `at` (`None`: the list itself) is `previous`.
    fn set_previous(&mut self, msecs: u64, at: Option<usize>, previous: Option<usize>) {
        match at {
            Some(at) => self.nodes[at].as_mut().expect("linked").previous = previous,
            None => self.lists.0.get_mut(&msecs).expect("a list").tail = previous,
        }
    }

    fn first(&self, msecs: u64) -> Option<Rc<Timer<C>>> {
        let head = self.lists.0.get(&msecs)?.head?;
        Some(Rc::clone(&self.nodes[head].as_ref()?.timer))
    }

    /// Names of the waiting timers, the earliest list first.
    pub(crate) fn names(&self) -> impl Iterator<Item = &TaskName> {
        let mut lists: Vec<_> = self.lists.0.values().collect();
        lists.sort_by_key(|list| (list.expiry, list.id));
        lists.into_iter().flat_map(move |list| {
            let mut at = list.head;
            std::iter::from_fn(move || {
                let node = self.nodes[at?].as_ref()?;
                at = node.next;
                Some(&node.timer.name)
            })
        })
    }
}

/// Anything outside [1, 2^31 - 1] becomes 1, NaN included. Fractions stay for now.
fn clamp(after: f64) -> f64 {
    if (1.0..=TIMEOUT_MAX).contains(&after) {
        after
    } else {
        1.0
    }
}

impl<H: Host> EventLoop<H> {
    /// `setTimeout`, `setInterval`: runs `callback` after `after` ms, truncated, at
    /// least 1.
    pub fn schedule_timeout(
        &mut self,
        task: Task<H::Callback>,
        after: f64,
        repeat: Repeat,
    ) -> Timeout<H::Callback> {
        let after = clamp(after);
        self.timers.created += 1;
        let kind = match repeat {
            Repeat::Once => "timeout",
            Repeat::Interval => "interval",
        };
        let timer = Rc::new(Timer {
            name: TaskName::new(kind, self.timers.created, task.label),
            idle_timeout: Cell::new(after),
            idle_start: Cell::new(0),
            repeat: (repeat == Repeat::Interval).then_some(after),
            callback: RefCell::new(Some(task.callback)),
            cleared: Cell::new(false),
            referenced: Cell::new(true),
            destroyed: Cell::new(false),
            node: Cell::new(None),
        });
        self.increase_timer_refs();
        let start = self.libuv_now();
        self.insert_timer(&timer, start);
        self.note_queued(Queue::Timers, &timer.name);
        Timeout(timer)
    }

    /// `clearTimeout`, `clearInterval`.
    pub fn clear_timeout(&mut self, timeout: &Timeout<H::Callback>) {
        let timer = &timeout.0;
        if timer.cleared.replace(true) {
            return;
        }
        timer.callback.take();
        if timer.destroyed.replace(true) {
            return;
        }
        let msecs = timer.idle_timeout.get().trunc() as u64;
        self.timers.unlink(timer);
        if timer.referenced.get() {
            // Lists of unreferenced timers stay: they are likely to be needed again.
            if self.timers.lists.0.contains_key(&msecs)
                && self.timers.first(msecs).is_none()
            {
                self.timers.delete_list(msecs);
            }
            self.decrease_timer_refs();
        }
        timer.idle_timeout.set(-1.0);
    }

    /// `timeout.refresh()`: starts its duration anew, from now.
    pub fn refresh_timeout(&mut self, timeout: &Timeout<H::Callback>) {
        let timer = &timeout.0;
        if timer.idle_timeout.get() < 0.0 {
            return;
        }
        let start = self.libuv_now();
        self.insert_timer(timer, start);
        if timer.destroyed.replace(false) && timer.referenced.get() {
            self.increase_timer_refs();
        }
    }

    /// `timeout.ref()`, `timeout.unref()`.
    pub fn set_timeout_ref(&mut self, timeout: &Timeout<H::Callback>, on: bool) {
        let timer = &timeout.0;
        if timer.referenced.replace(on) == on || timer.destroyed.get() {
            return;
        }
        match on {
            true => self.increase_timer_refs(),
            false => self.decrease_timer_refs(),
        }
    }

    /// The timer whose callback runs: `this` in a timer's `function () {}`.
    pub fn this_timeout(&self) -> Option<Timeout<H::Callback>> {
        self.timers.running.clone().map(Timeout)
    }

    fn insert_timer(&mut self, timer: &Rc<Timer<H::Callback>>, start: u64) {
        if let Some(msecs) = self.timers.insert(timer, start) {
            let handle = self.timer_handle;
            self.uv.start_timer(handle, msecs);
        }
    }

    fn increase_timer_refs(&mut self) {
        self.timers.ref_count += 1;
        if self.timers.ref_count == 1 {
            self.uv.set_referenced(self.timer_handle, true);
        }
    }

    fn decrease_timer_refs(&mut self) {
        self.timers.ref_count -= 1;
        if self.timers.ref_count == 0 {
            self.uv.set_referenced(self.timer_handle, false);
        }
    }

    /// The time in ms, read from the clock (Node: `Environment::GetNowUint64`).
    fn libuv_now(&mut self) -> u64 {
        self.uv.update_time();
        self.uv.now()
    }

    /// The timer handle fired: runs what is due, then starts the handle for the next
    /// list (Node: `Environment::RunTimers`).
    pub(super) fn run_timers(&mut self) {
        self.callback_scope(|el| {
            let now = el.libuv_now();
            let next = loop {
                // An error that was handled does not end the phase: back to the lists.
                match el.process_timers(now) {
                    Ok(next) => break next,
                    Err(thrown) => el.uncaught_or_exit(thrown),
                }
                if el.is_stopping() {
                    return Ok(());
                }
            };
            let handle = el.timer_handle;
            let mut keeps_alive = false;
            if let NextTimers::At { expiry, referenced } = next {
                let after = expiry.saturating_sub(el.uv.now());
                el.uv.start_timer(handle, after.max(1));
                keeps_alive = referenced;
            }
            el.uv.set_referenced(handle, keeps_alive);
            Ok(())
        });
    }

    // ANCHOR: process-timers
    /// Runs every list that is due (Node: `processTimers`).
    fn process_timers(&mut self, now: u64) -> Result<NextTimers, Thrown<H::Error>> {
        self.timers.next_expiry = None;
        let mut ran_a_list = false;
        while let Some(msecs) = self.timers.queue.peek() {
            let expiry = self.timers.lists.0[&msecs].expiry;
            if expiry > now {
                self.timers.next_expiry = Some(expiry);
                let referenced = self.timers.ref_count > 0;
                return Ok(NextTimers::At { expiry, referenced });
            }
            if ran_a_list {
                self.run_next_ticks()?;
            }
            ran_a_list = true;
            self.list_on_timeout(msecs, now)?;
        }
        Ok(NextTimers::None)
    }
    // ANCHOR_END: process-timers

    // ANCHOR: list-on-timeout
    /// Runs the timers of one list that are due (Node: `listOnTimeout`).
    fn list_on_timeout(
        &mut self,
        msecs: u64,
        now: u64,
    ) -> Result<(), Thrown<H::Error>> {
        // A callback may delete this list and make another of the same duration.
        let Some(id) = self.timers.lists.0.get(&msecs).map(|list| list.id) else {
            return Ok(());
        };
        let is_same =
            |el: &Self| el.timers.lists.0.get(&msecs).is_some_and(|l| l.id == id);
        let mut ran_a_timer = false;
        while let Some(timer) = self.timers.first(msecs).filter(|_| is_same(self)) {
            let due = timer.idle_start.get() + msecs;
            if due > now {
                self.put_off_list(msecs, due.max(now + 1));
                return Ok(());
            }
            if ran_a_timer {
                self.run_next_ticks()?;
            }
            ran_a_timer = true;
            self.timers.unlink(&timer);
            self.fire(&timer)?;
        }
        if is_same(self) {
            self.timers.delete_list(msecs);
        }
        Ok(())
    }
    // ANCHOR_END: list-on-timeout

    fn put_off_list(&mut self, msecs: u64, expiry: u64) {
        let timers = &mut self.timers;
        if let Some(list) = timers.lists.0.get_mut(&msecs) {
            list.expiry = expiry;
            list.id = timers.next_list_id;
            timers.next_list_id += 1;
            timers
                .queue
                .percolate_down(list.position, &mut timers.lists);
        }
    }

    fn fire(&mut self, timer: &Rc<Timer<H::Callback>>) -> Result<(), Thrown<H::Error>> {
        let Some(mut callback) = timer.callback.take() else {
            // Cleared after it fired, then refreshed: there is nothing left to run.
            self.timer_is_over(timer);
            return Ok(());
        };
        // An interval counts from just before its callback: its time is not made up.
        let start = timer.repeat.map(|_| self.libuv_now());
        let outer = self.timers.running.replace(Rc::clone(timer));
        let result = self.call_named(&timer.name, &mut callback, Argument::Nothing);
        self.timers.running = outer;
        if !timer.cleared.get() {
            timer.callback.replace(Some(callback));
        }
        match (timer.repeat, start) {
            (Some(repeat), Some(start)) if !timer.cleared.get() => {
                timer.idle_timeout.set(repeat);
                self.insert_timer(timer, start);
            }
            _ if timer.node.get().is_none() => self.timer_is_over(timer),
            _ => {}
        }
        result
    }

    fn timer_is_over(&mut self, timer: &Timer<H::Callback>) {
        if !timer.destroyed.replace(true) {
            // The handle is not unreferenced here: `run_timers` does it at its end.
            self.timers.ref_count -= usize::from(timer.referenced.get());
        }
    }
}
