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
    msecs: u64,
    expiry: u64,
    /// Breaks ties between lists of equal expiry: who was put there first. No two lists
    /// ever have the same; [`DELETED`] is nobody's.
    id: u64,
    /// The node before the first and after the last: the list is a ring.
    head: usize,
    position: usize,
}

const DELETED: u64 = u64::MAX;

/// A timer's place in a ring, or the head of one, or a place that is free (Node:
/// lib/internal/linkedlist.js, whose links are in the timers themselves).
struct Node<C> {
    timer: Option<Rc<Timer<C>>>,
    previous: usize,
    next: usize,
}

/// All timers of an [`EventLoop`].
pub(crate) struct Timers<C> {
    nodes: Vec<Node<C>>,
    free: Vec<usize>,
    lists: Lists,
    /// `timerListQueue`, holding places in `lists`.
    queue: PriorityQueue<usize>,
    /// `nextExpiry`; `None` is infinity.
    next_expiry: Option<u64>,
    /// `timeoutInfo[0]`: how many scheduled timers are referenced.
    ref_count: usize,
    next_list_id: u64,
    created: u64,
    running: Option<Rc<Timer<C>>>,
}

/// The lists, each at a place that stays while the list does.
#[derive(Default)]
struct Lists {
    /// `timerListMap`, keyed by the duration in ms. No peer chooses durations: a quick
    /// hasher does.
    by_msecs: FxHashMap<u64, usize>,
    places: Vec<TimersList>,
    free: Vec<usize>,
}

impl Lists {
    /// Is the list with this id still at this place?
    fn is_at(&self, at: usize, id: u64) -> bool {
        self.places[at].id == id
    }
}

impl Order<usize> for Lists {
    // Node: `compareTimersLists`.
    fn before(&self, a: usize, b: usize) -> bool {
        let key = |at: usize| (self.places[at].expiry, self.places[at].id);
        key(a) < key(b)
    }

    fn moved(&mut self, at: usize, position: usize) {
        self.places[at].position = position;
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
        let expiry = start.saturating_add(msecs);
        let known = self.lists.by_msecs.get(&msecs).copied();
        let list = known.unwrap_or_else(|| self.make_list(msecs, expiry));
        self.append(list, timer);
        if known.is_none() && self.next_expiry.is_none_or(|next| expiry < next) {
            self.next_expiry = Some(expiry);
            return Some(msecs);
        }
        None
    }
    // ANCHOR_END: insert

    fn make_list(&mut self, msecs: u64, expiry: u64) -> usize {
        let id = self.next_list_id;
        self.next_list_id += 1;
        let head = self.new_node(None);
        let list = TimersList {
            msecs,
            expiry,
            id,
            head,
            position: 0,
        };
        let lists = &mut self.lists;
        let at = match lists.free.pop() {
            Some(at) => {
                lists.places[at] = list;
                at
            }
            None => {
                lists.places.push(list);
                lists.places.len() - 1
            }
        };
        lists.by_msecs.insert(msecs, at);
        self.queue.insert(at, &mut self.lists);
        at
    }

    /// Empty lists only.
    fn delete_list(&mut self, at: usize) {
        let list = &mut self.lists.places[at];
        let (msecs, head, position) = (list.msecs, list.head, list.position);
        list.id = DELETED;
        self.queue.remove_at(position, &mut self.lists);
        self.lists.by_msecs.remove(&msecs);
        self.lists.free.push(at);
        self.free.push(head);
    }

    /// A ring of one.
    fn new_node(&mut self, timer: Option<Rc<Timer<C>>>) -> usize {
        let at = self.free.pop().unwrap_or(self.nodes.len());
        let node = Node {
            timer,
            previous: at,
            next: at,
        };
        match self.nodes.get_mut(at) {
            Some(place) => *place = node,
            None => self.nodes.push(node),
        }
        at
    }

    fn append(&mut self, list: usize, timer: &Rc<Timer<C>>) {
        self.unlink(timer);
        let at = self.new_node(Some(Rc::clone(timer)));
        timer.node.set(Some(at));
        let head = self.lists.places[list].head;
        let last = self.nodes[head].previous;
        self.link(last, at);
        self.link(at, head);
    }

    /// Takes a timer out of its list: O(1), wherever it stands.
    fn unlink(&mut self, timer: &Timer<C>) {
        let Some(at) = timer.node.take() else { return };
        let node = &mut self.nodes[at];
        let (previous, next, _) = (node.previous, node.next, node.timer.take());
        self.link(previous, next);
        self.free.push(at);
    }

    fn link(&mut self, previous: usize, next: usize) {
        self.nodes[previous].next = next;
        self.nodes[next].previous = previous;
    }

    fn first(&self, list: usize) -> Option<Rc<Timer<C>>> {
        let head = &self.nodes[self.lists.places[list].head];
        self.nodes[head.next].timer.clone()
    }

    /// Names of the waiting timers, the earliest list first.
    pub(crate) fn names(&self) -> impl Iterator<Item = &TaskName> {
        let lists = self.lists.by_msecs.values();
        let mut lists: Vec<_> = lists.map(|&at| &self.lists.places[at]).collect();
        lists.sort_by_key(|list| (list.expiry, list.id));
        lists.into_iter().flat_map(move |list| {
            let mut at = list.head;
            std::iter::from_fn(move || {
                at = self.nodes[at].next;
                Some(&self.nodes[at].timer.as_ref()?.name)
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
            if let Some(&list) = self.timers.lists.by_msecs.get(&msecs)
                && self.timers.first(list).is_none()
            {
                self.timers.delete_list(list);
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
        while let Some(list) = self.timers.queue.peek() {
            let expiry = self.timers.lists.places[list].expiry;
            if expiry > now {
                self.timers.next_expiry = Some(expiry);
                let referenced = self.timers.ref_count > 0;
                return Ok(NextTimers::At { expiry, referenced });
            }
            if ran_a_list {
                self.run_next_ticks()?;
            }
            ran_a_list = true;
            self.list_on_timeout(list, now)?;
        }
        Ok(NextTimers::None)
    }
    // ANCHOR_END: process-timers

    // ANCHOR: list-on-timeout
    /// Runs the timers of one list that are due (Node: `listOnTimeout`).
    fn list_on_timeout(
        &mut self,
        list: usize,
        now: u64,
    ) -> Result<(), Thrown<H::Error>> {
        let TimersList { msecs, id, .. } = self.timers.lists.places[list];
        // A callback may delete this list, and another may take its place.
        let is_same = |el: &Self| el.timers.lists.is_at(list, id);
        let mut ran_a_timer = false;
        while let Some(timer) = self.timers.first(list).filter(|_| is_same(self)) {
            let due = timer.idle_start.get() + msecs;
            if due > now {
                self.put_off_list(list, due.max(now + 1));
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
            self.timers.delete_list(list);
        }
        Ok(())
    }
    // ANCHOR_END: list-on-timeout

    fn put_off_list(&mut self, list: usize, expiry: u64) {
        let timers = &mut self.timers;
        let list = &mut timers.lists.places[list];
        list.expiry = expiry;
        list.id = timers.next_list_id;
        timers.next_list_id += 1;
        let position = list.position;
        timers.queue.percolate_down(position, &mut timers.lists);
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
