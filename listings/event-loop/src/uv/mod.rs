//! The libuv level: handles, requests, phases. It knows nothing of JavaScript.
//!
//! [`Loop`] is the state (libuv: `uv_loop_t`); [`run`] turns it (libuv: `uv_run`).
//! Whoever owns a `Loop` implements [`Embedder`] and is called back in each phase.
//! All symbols named here are those of libuv 1.52.1.

mod epoll;
mod poll;
mod pool;
mod run;

use rustc_hash::FxHashMap;
use std::collections::{BTreeSet, VecDeque};
use std::io;
use std::time::Duration;

pub use epoll::Epoll;
pub use poll::{Completion, MAX_WAITING, Poll, Reply, Request, RequestId, Simulated};
pub use pool::{MAX_THREADS, Pool};
pub use run::{Embedder, Ready, RunMode, run};

/// Where the loop stands. The first seven are libuv's; the others are the places
/// outside `uv_run` from which Node runs callbacks too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Callbacks put off from an earlier turn (`uv__run_pending`).
    Pending,
    /// Handles that run in every turn and keep the poll phase from sleeping.
    Idle,
    /// Handles that run right before the poll phase.
    Prepare,
    /// Sleep until something happens, then run its callback (`uv__io_poll`).
    Poll,
    /// Handles that run right after the poll phase.
    Check,
    /// Close callbacks (`uv__run_closing_handles`).
    Closing,
    /// Timers that are due (`uv__run_timers`): the last phase of a turn, and once
    /// before the first.
    Timers,
    /// The main script, before the loop.
    Main,
    /// The 'beforeExit' event, after a loop that ran dry.
    BeforeExit,
    /// The 'exit' event.
    Exit,
}

impl Phase {
    /// The name in traces and narrations, such as `check`.
    pub fn name(self) -> &'static str {
        match self {
            Phase::Pending => "pending",
            Phase::Idle => "idle",
            Phase::Prepare => "prepare",
            Phase::Poll => "poll",
            Phase::Check => "check",
            Phase::Closing => "closing",
            Phase::Timers => "timers",
            Phase::Main => "main",
            Phase::BeforeExit => "before-exit",
            Phase::Exit => "exit",
        }
    }
}

/// Names a handle of one [`Loop`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HandleId(u64);

/// What a handle is for; it decides the phase that runs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandleKind {
    /// Fires once, a number of milliseconds after [`Loop::start_timer`].
    Timer,
    /// Runs in every turn's idle phase while started.
    Idle,
    /// Runs in every turn's prepare phase while started.
    Prepare,
    /// Runs in every turn's check phase while started.
    Check,
    /// A socket, a server, a pipe: alive while started, runs nothing by itself here.
    Stream,
}

impl HandleKind {
    /// The row of `Loop::started` for a kind that runs in every turn.
    fn row(self) -> Option<usize> {
        match self {
            HandleKind::Idle => Some(0),
            HandleKind::Prepare => Some(1),
            HandleKind::Check => Some(2),
            HandleKind::Timer | HandleKind::Stream => None,
        }
    }
}

#[derive(Debug)]
struct Handle {
    kind: HandleKind,
    active: bool,
    referenced: bool,
    closing: bool,
    /// A started timer's key in `Loop::timers`.
    due: Option<(u64, u64)>,
}

impl Handle {
    fn keeps_alive(&self) -> bool {
        self.active && self.referenced && !self.closing
    }
}

/// The state of a loop (libuv: `uv_loop_t`). See [`run`] for what turns it.
pub struct Loop {
    poll: Box<dyn Poll>,
    /// The loop's idea of the time, in whole ms. It stands still between updates.
    time: u64,
    turns: u64,
    stop: bool,
    /// Ids are counted, not chosen by a peer: a plain hash will do.
    handles: FxHashMap<HandleId, Handle>,
    /// Started idle, prepare and check handles, each kind in the order of starting.
    started: [Vec<HandleId>; 3],
    /// How many handles keep the loop alive.
    keeping_alive: usize,
    /// Started timers by (due, start order): libuv's heap, its second key included.
    timers: BTreeSet<(u64, u64, HandleId)>,
    /// Timers taken out because they are due, their callbacks not yet run.
    due_timers: VecDeque<HandleId>,
    pending: VecDeque<RequestId>,
    /// A stack, as in libuv: the handle closed last is called back first.
    closing: Vec<HandleId>,
    active_requests: usize,
    next_handle: u64,
    next_request: u64,
    timer_counter: u64,
}

impl Loop {
    /// A loop without handles, its time taken from `poll`.
    pub fn new(poll: Box<dyn Poll>) -> Self {
        let mut uv = Loop {
            poll,
            time: 0,
            turns: 0,
            stop: false,
            handles: FxHashMap::default(),
            started: Default::default(),
            keeping_alive: 0,
            timers: BTreeSet::new(),
            due_timers: VecDeque::new(),
            pending: VecDeque::new(),
            closing: Vec::new(),
            active_requests: 0,
            next_handle: 0,
            next_request: 0,
            timer_counter: 0,
        };
        uv.update_time();
        uv
    }

    /// The loop's time in ms, as of the last update (`uv_now`).
    pub fn now(&self) -> u64 {
        self.time
    }

    /// Reads the clock (`uv_update_time`).
    pub fn update_time(&mut self) {
        self.time = u64::try_from(self.poll.now().as_millis()).unwrap_or(u64::MAX);
    }

    /// Polls, and reads the clock afterwards.
    fn ask(
        &mut self,
        timeout: Option<Duration>,
        ready: &mut Vec<Completion>,
    ) -> io::Result<()> {
        self.poll.poll(timeout, ready)?;
        self.update_time();
        Ok(())
    }

    /// How many turns have begun.
    pub fn turns(&self) -> u64 {
        self.turns
    }

    /// Makes [`run`] return at the end of this turn (`uv_stop`).
    pub fn stop(&mut self) {
        self.stop = true;
    }

    /// Burns time on this thread: see [`Poll::busy`].
    pub fn busy(&mut self, time: Duration) {
        self.poll.busy(time);
    }

    /// Does anything keep the loop alive (`uv_loop_alive`)? Active and referenced
    /// handles do, and requests, pending callbacks, closing handles.
    pub fn is_alive(&self) -> bool {
        self.has_active_handles()
            || self.active_requests > 0
            || !self.pending.is_empty()
            || !self.closing.is_empty()
    }

    fn has_active_handles(&self) -> bool {
        self.keeping_alive > 0
    }

    // ANCHOR: backend-timeout
    /// How long the poll phase may sleep (`uv_backend_timeout`): not at all if there
    /// is something to do, else until the next timer; `None` is for ever.
    pub fn backend_timeout(&self) -> Option<Duration> {
        let may_sleep = !self.stop
            && (self.has_active_handles() || self.active_requests > 0)
            && self.pending.is_empty()
            && !self.is_idle_started()
            && self.closing.is_empty();
        if !may_sleep {
            return Some(Duration::ZERO);
        }
        let (due, ..) = self.timers.first()?;
        Some(Duration::from_millis(due.saturating_sub(self.time)))
    }
    // ANCHOR_END: backend-timeout

    fn is_idle_started(&self) -> bool {
        !self.started_of(HandleKind::Idle).is_empty()
    }

    /// The started handles of a kind that has a phase in every turn.
    fn started_of(&self, kind: HandleKind) -> &[HandleId] {
        kind.row().map_or(&[], |row| &self.started[row])
    }

    /// Adds a handle: not started, referenced (`uv_timer_init` and its siblings).
    pub fn add_handle(&mut self, kind: HandleKind) -> HandleId {
        self.next_handle += 1;
        let id = HandleId(self.next_handle);
        let handle = Handle {
            kind,
            active: false,
            referenced: true,
            closing: false,
            due: None,
        };
        self.handles.insert(id, handle);
        id
    }

    /// Changes a handle that is not closing, and counts what it does to liveness.
    fn change<R>(
        &mut self,
        id: HandleId,
        change: impl FnOnce(&mut Handle) -> R,
    ) -> Option<R> {
        let handle = self.handles.get_mut(&id).filter(|h| !h.closing)?;
        let before = handle.keeps_alive();
        let result = change(handle);
        let after = handle.keeps_alive();
        self.keeping_alive += usize::from(after);
        self.keeping_alive -= usize::from(before);
        Some(result)
    }

    /// Starts a handle that has no time (`uv_check_start` and its siblings).
    pub fn start(&mut self, id: HandleId) {
        let start = |handle: &mut Handle| {
            let fresh = !std::mem::replace(&mut handle.active, true);
            handle.kind.row().filter(|_| fresh)
        };
        if let Some(row) = self.change(id, start).flatten() {
            self.started[row].push(id);
        }
    }

    /// Starts a timer, or starts it anew: due `after` ms from the loop's time, which
    /// is not read again here (`uv_timer_start`).
    pub fn start_timer(&mut self, id: HandleId, after: u64) {
        self.stop_handle(id);
        let order = self.timer_counter;
        let due = self.time.saturating_add(after);
        let start = |handle: &mut Handle| {
            handle.active = true;
            handle.due = Some((due, order));
        };
        if self.change(id, start).is_some() {
            self.timer_counter += 1;
            self.timers.insert((due, order, id));
        }
    }

    /// Stops a handle (`uv_timer_stop` and its siblings).
    pub fn stop_handle(&mut self, id: HandleId) {
        self.due_timers.retain(|due| *due != id);
        let stop = |handle: &mut Handle| {
            let was_active = std::mem::replace(&mut handle.active, false);
            (handle.kind.row().filter(|_| was_active), handle.due.take())
        };
        let Some((row, due)) = self.change(id, stop) else {
            return;
        };
        if let Some(row) = row {
            self.started[row].retain(|started| *started != id);
        }
        if let Some((due, order)) = due {
            self.timers.remove(&(due, order, id));
        }
    }

    /// Says whether a started handle keeps the loop alive (`uv_ref`, `uv_unref`).
    pub fn set_referenced(&mut self, id: HandleId, referenced: bool) {
        self.change(id, |handle| handle.referenced = referenced);
    }

    /// Does this handle count for liveness when it is started (`uv_has_ref`)?
    pub fn is_referenced(&self, id: HandleId) -> bool {
        self.handles.get(&id).is_some_and(|h| h.referenced)
    }

    /// Closes a handle (`uv_close`). The closing phase calls [`Ready::Closed`].
    pub fn close(&mut self, id: HandleId) {
        self.stop_handle(id);
        if self.change(id, |handle| handle.closing = true).is_some() {
            self.closing.push(id);
        }
    }

    /// Hands a request to the poll phase.
    ///
    /// # Errors
    /// Those of [`Poll::submit`]; the loop then does not wait for this request.
    pub fn submit(&mut self, request: Request) -> io::Result<RequestId> {
        let id = RequestId(self.next_request + 1);
        self.poll.submit(id, request)?;
        self.next_request += 1;
        self.active_requests += 1;
        Ok(id)
    }

    /// Names a request that no poll phase will answer: its owner calls
    /// [`Loop::feed`] when it is done.
    pub fn begin_request(&mut self) -> RequestId {
        self.next_request += 1;
        self.active_requests += 1;
        RequestId(self.next_request)
    }

    /// Puts off the callback of a request to the pending phase (`uv__io_feed`). Once
    /// for each [`Loop::begin_request`].
    pub fn feed(&mut self, id: RequestId) {
        self.pending.push_back(id);
    }

    /// A request was answered. One answer too many does not count.
    fn end_request(&mut self) {
        self.active_requests = self.active_requests.saturating_sub(1);
    }

    /// Requests on their way.
    pub fn active_requests(&self) -> usize {
        self.active_requests
    }
}
