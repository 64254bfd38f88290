//! The loop, its turn, and how handles close (libuv: src/unix/core.c).

use crate::handle::{Entry, Handle, HandleInfo, What};
use crate::poller::{Event, Poller, Wakeup};
use crate::pool::Pool;
use crate::slots::{Id, Slots};
use crate::wake::Inbox;
use crate::work::Waiting;
use crate::{Error, Result};
use std::collections::{BTreeSet, VecDeque};
use std::fs::File;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A callback that may run often.
pub(crate) type Callback = Box<dyn FnMut(&mut Loop)>;
/// A callback that runs once.
pub(crate) type Once = Box<dyn FnOnce(&mut Loop)>;
/// A callback that learns how something went.
pub(crate) type Done = Box<dyn FnOnce(&mut Loop, Result<()>)>;

/// How often one poll phase asks for more when the kernel had a full batch of events.
const FULL_BATCHES: u32 = 48;
/// How often pending callbacks run again in one turn.
const PENDING_ROUNDS: u32 = 8;

/// How long [`Loop::run`] goes on (`uv_run_mode`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunMode {
    /// Until nothing keeps the loop alive, or [`Loop::stop`].
    Default,
    /// One turn, which may sleep.
    Once,
    /// One turn, which does not sleep.
    NoWait,
}

/// The loop (`uv_loop_t`).
pub struct Loop {
    start: Instant,
    /// Whole milliseconds since `start`. Stands still between updates.
    pub(crate) time: u64,
    turns: u64,
    stop: bool,
    running: bool,
    pub(crate) handles: Slots<Entry>,
    /// Started, referenced handles.
    active_handles: usize,
    /// Requests on their way, those of the pool and those of streams.
    pub(crate) active_requests: usize,
    /// Started timers, by when they are due and in which order they were started.
    pub(crate) timers: BTreeSet<(u64, u64, Id)>,
    pub(crate) timer_counter: u64,
    /// Started idle, prepare and check handles, in the order of starting.
    pub(crate) hooks: Vec<Id>,
    /// Those of the present phase that have not run yet.
    pub(crate) hooks_to_run: VecDeque<Id>,
    pub(crate) asyncs: Vec<Id>,
    pub(crate) poller: Poller,
    pub(crate) wakeup: Arc<Wakeup>,
    /// Streams and listeners whose interest the kernel does not know yet.
    pub(crate) changed: Vec<Id>,
    /// Streams with something to call back for that is not an event.
    pub(crate) pending: VecDeque<Id>,
    /// A stack, as in libuv: the handle closed last is called back first.
    closing: Vec<Id>,
    pub(crate) pool: Pool,
    pub(crate) requests: Slots<Waiting>,
    pub(crate) inbox: Arc<Inbox>,
    /// A descriptor to give up when there is no other (`emfile_fd`).
    pub(crate) reserve: Option<File>,
    pub(crate) shed: u64,
    /// What streams read into. Out of its place while a callback looks at it.
    pub(crate) buffer: Vec<u8>,
}

impl Loop {
    /// A loop with a pool of its own, of [`DEFAULT_THREADS`](crate::DEFAULT_THREADS)
    /// (`uv_loop_init`).
    ///
    /// # Errors
    /// When the process has no descriptor left; always, where there is no epoll.
    pub fn new() -> Result<Loop> {
        Loop::with_pool(Pool::default())
    }

    /// A loop that shares a pool with others, as all loops of a process do in libuv.
    ///
    /// # Errors
    /// Those of [`Loop::new`].
    pub fn with_pool(pool: Pool) -> Result<Loop> {
        let wakeup = Arc::new(Wakeup::new()?);
        let poller = Poller::new(&wakeup)?;
        let mut uv = Loop {
            start: Instant::now(),
            time: 0,
            turns: 0,
            stop: false,
            running: false,
            handles: Slots::new(),
            active_handles: 0,
            active_requests: 0,
            timers: BTreeSet::new(),
            timer_counter: 0,
            hooks: Vec::new(),
            hooks_to_run: VecDeque::new(),
            asyncs: Vec::new(),
            poller,
            changed: Vec::new(),
            pending: VecDeque::new(),
            closing: Vec::new(),
            pool,
            requests: Slots::new(),
            inbox: Arc::new(Inbox::new(Arc::clone(&wakeup))),
            wakeup,
            reserve: None,
            shed: 0,
            buffer: Vec::new(),
        };
        uv.update_time();
        Ok(uv)
    }

    /// The loop's time in ms (`uv_now`). It is read once in a turn, after the poll
    /// phase has slept; callbacks of one phase see the same time.
    pub fn now(&self) -> u64 {
        self.time
    }

    /// Time since the loop was made, now (`uv_hrtime`).
    pub fn hrtime(&self) -> Duration {
        self.start.elapsed()
    }

    /// Reads the clock (`uv_update_time`).
    pub fn update_time(&mut self) {
        self.time = self.start.elapsed().as_millis() as u64;
    }

    /// How many turns have begun.
    pub fn turns(&self) -> u64 {
        self.turns
    }

    /// Makes [`Loop::run`] return at the end of this turn (`uv_stop`).
    pub fn stop(&mut self) {
        self.stop = true;
    }

    // ANCHOR: alive
    /// Does anything keep the loop alive (`uv_loop_alive`)?
    pub fn is_alive(&self) -> bool {
        self.active_handles > 0
            || self.active_requests > 0
            || !self.pending.is_empty()
            || !self.closing.is_empty()
    }

    /// How long the poll phase may sleep (`uv_backend_timeout`); `None`: for ever.
    pub fn backend_timeout(&self) -> Option<Duration> {
        let may_sleep = !self.stop
            && (self.active_handles > 0 || self.active_requests > 0)
            && self.pending.is_empty()
            && !self.has_idle()
            && self.closing.is_empty();
        if !may_sleep {
            return Some(Duration::ZERO);
        }
        let (due, ..) = self.timers.first()?;
        Some(Duration::from_millis(due.saturating_sub(self.time)))
    }
    // ANCHOR_END: alive

    // ANCHOR: run
    /// Turns the loop (`uv_run`). Says whether it is still alive.
    ///
    /// # Errors
    /// When the kernel refuses to wait; [`Error::Busy`] from within a callback.
    pub fn run(&mut self, mode: RunMode) -> Result<bool> {
        if self.running {
            return Err(Error::Busy);
        }
        self.running = true;
        let result = self.turns_of(mode);
        self.running = false;
        self.stop = false;
        result
    }

    fn turns_of(&mut self, mode: RunMode) -> Result<bool> {
        let mut alive = self.is_alive();
        if !alive || mode == RunMode::Default {
            self.update_time();
        }
        if alive && mode == RunMode::Default && !self.stop {
            self.run_timers();
        }
        while alive && !self.stop {
            self.turn(mode)?;
            alive = self.is_alive();
            if mode != RunMode::Default {
                break;
            }
        }
        Ok(alive)
    }

    fn turn(&mut self, mode: RunMode) -> Result<()> {
        self.turns += 1;
        let can_sleep = self.pending.is_empty() && !self.has_idle();

        self.run_pending();
        self.run_hooks(|what| matches!(what, What::Idle));
        self.run_hooks(|what| matches!(what, What::Prepare));

        let timeout = match mode {
            RunMode::Default => self.backend_timeout(),
            RunMode::Once if can_sleep => self.backend_timeout(),
            RunMode::Once | RunMode::NoWait => Some(Duration::ZERO),
        };
        self.poll(timeout)?;

        for _ in 0..PENDING_ROUNDS {
            if self.pending.is_empty() {
                break;
            }
            self.run_pending();
        }
        self.run_hooks(|what| matches!(what, What::Check));
        self.run_closing();

        self.update_time();
        self.run_timers();
        Ok(())
    }
    // ANCHOR_END: run

    // ANCHOR: poll
    /// The poll phase (`uv__io_poll`): tells the kernel what changed, sleeps, and calls
    /// back for what is ready.
    fn poll(&mut self, timeout: Option<Duration>) -> Result<()> {
        self.tell_kernel()?;
        let until = timeout.map(|timeout| Instant::now() + timeout);
        let mut timeout = timeout;
        let mut batches = 0;
        while batches < FULL_BATCHES {
            let woken = self.poller.wait(timeout);
            self.update_time();
            match woken {
                Ok(0) => return Ok(()),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                    // A signal is no event: sleep for the rest of the time.
                    let now = Instant::now();
                    timeout = until.map(|until| until.saturating_duration_since(now));
                    continue;
                }
                Err(error) => return Err(error.into()),
            }
            let events = self.poller.take_events();
            for event in &events {
                self.dispatch(event);
            }
            if !self.poller.give_back(events) {
                return Ok(());
            }
            // The batch was full: there may be more, but do not sleep for it.
            timeout = Some(Duration::ZERO);
            batches += 1;
        }
        Ok(())
    }

    fn dispatch(&mut self, event: &Event) {
        let Some(id) = event.id else {
            self.wakeup.reset();
            self.run_answers();
            self.run_asyncs();
            return;
        };
        // A handler of this batch may have closed this handle: then the id names
        // nothing, or a handle that is closing, and its event is dropped.
        match self.open_entry(id).map(|entry| &entry.what) {
            Ok(What::Listener(_)) => self.accept_one(id),
            Ok(What::Stream(_)) => self.stream_io(id, event.ready),
            _ => {}
        }
    }
    // ANCHOR_END: poll

    /// Adds a handle: not started, referenced.
    pub(crate) fn add(&mut self, entry: Entry) -> Id {
        self.handles.insert(entry)
    }

    /// A handle that is not closing.
    pub(crate) fn open_entry(&self, id: Id) -> Result<&Entry> {
        let entry = self.handles.get(id).filter(|entry| !entry.closing);
        entry.ok_or(Error::Closed)
    }

    /// A handle that is not closing.
    pub(crate) fn open_entry_mut(&mut self, id: Id) -> Result<&mut Entry> {
        let entry = self.handles.get_mut(id).filter(|entry| !entry.closing);
        entry.ok_or(Error::Closed)
    }

    /// Starts or stops a handle, as far as liveness goes.
    pub(crate) fn set_active(&mut self, id: Id, active: bool) {
        self.recount(id, |entry| entry.active = active);
    }

    fn recount(&mut self, id: Id, change: impl FnOnce(&mut Entry)) {
        if let Some(entry) = self.handles.get_mut(id) {
            let before = entry.counts();
            change(entry);
            match (before, entry.counts()) {
                (false, true) => self.active_handles += 1,
                (true, false) => self.active_handles -= 1,
                _ => {}
            }
        }
    }

    /// Runs a handle's callback, which may do anything to the handle.
    pub(crate) fn call(&mut self, id: Id) {
        let entry = self.open_entry_mut(id);
        let Some(mut callback) = entry.ok().and_then(|entry| entry.callback.take())
        else {
            return;
        };
        callback(self);
        if let Ok(entry) = self.open_entry_mut(id) {
            // Unless the callback put another one there.
            entry.callback.get_or_insert(callback);
        }
    }

    /// Says whether a handle keeps the loop alive while it is started (`uv_ref`,
    /// `uv_unref`).
    ///
    /// # Errors
    /// [`Error::Closed`].
    pub fn set_referenced(
        &mut self,
        handle: impl Into<Handle>,
        referenced: bool,
    ) -> Result<()> {
        let id = handle.into().0;
        self.open_entry(id)?;
        self.recount(id, |entry| entry.referenced = referenced);
        Ok(())
    }

    /// Is this handle started (`uv_is_active`)? One that is closed is not.
    pub fn is_active(&self, handle: impl Into<Handle>) -> bool {
        let entry = self.open_entry(handle.into().0);
        entry.is_ok_and(|entry| entry.active)
    }

    /// Is this handle closing or closed (`uv_is_closing`)?
    pub fn is_closing(&self, handle: impl Into<Handle>) -> bool {
        self.open_entry(handle.into().0).is_err()
    }

    /// Every handle that is not closed (`uv_walk`).
    pub fn walk(&self) -> impl Iterator<Item = HandleInfo> {
        let handles = self.handles.iter();
        handles.map(|(id, entry)| HandleInfo::of(id, entry))
    }

    // ANCHOR: close
    /// Closes a handle (`uv_close`). It stops now; `on_close` comes from the closing
    /// phase, after the callbacks of the requests that the handle still had.
    ///
    /// # Errors
    /// [`Error::Closed`], a second time.
    pub fn close(
        &mut self,
        handle: impl Into<Handle>,
        on_close: impl FnOnce(&mut Loop) + 'static,
    ) -> Result<()> {
        let id = handle.into().0;
        self.open_entry(id)?;
        self.stop_handle(id);
        let entry = self.open_entry_mut(id)?;
        entry.closing = true;
        entry.callback = None;
        entry.on_close = Some(Box::new(on_close));
        self.closing.push(id);
        Ok(())
    }

    /// The closing phase (`uv__run_closing_handles`). What its callbacks close waits
    /// for the next turn.
    fn run_closing(&mut self) {
        let mut closing = std::mem::take(&mut self.closing);
        while let Some(id) = closing.pop() {
            self.cancel_stream_requests(id);
            let entry = self.handles.remove(id);
            if let Some(on_close) = entry.and_then(|entry| entry.on_close) {
                on_close(self);
            }
        }
    }
    // ANCHOR_END: close

    /// Stops a handle of any kind and takes its descriptor back from the kernel.
    fn stop_handle(&mut self, id: Id) {
        match self.handles.get(id).map(|entry| &entry.what) {
            Some(What::Timer { .. }) => self.stop_timer(id),
            Some(What::Idle | What::Prepare | What::Check) => self.stop_hook(id),
            Some(What::Async(_)) => self.asyncs.retain(|open| *open != id),
            Some(What::Listener(_) | What::Stream(_)) => self.close_socket(id),
            None => {}
        }
        self.set_active(id, false);
    }

    /// Ends the loop (`uv_loop_close`).
    ///
    /// # Errors
    /// Gives the loop back when a handle is not closed or a request not over: the
    /// `UV_EBUSY` that says that something leaks. [`Loop::walk`] says what.
    #[allow(clippy::result_large_err)] // The loop itself: that is the point.
    pub fn end(self) -> std::result::Result<(), Loop> {
        match self.handles.len() == 0 && self.requests.len() == 0 {
            true => Ok(()),
            false => Err(self),
        }
    }
}
