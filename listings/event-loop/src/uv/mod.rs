//! The libuv level: handles, requests, phases. It knows nothing of JavaScript.
//!
//! [`Loop`] is the state (libuv: `uv_loop_t`); [`run`] turns it (libuv: `uv_run`).
//! Whoever owns a `Loop` implements [`Embedder`] and is called back in each phase.
//! All symbols named here are those of libuv 1.52.1.

mod epoll;
mod poll;
mod pool;
mod run;

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

#[derive(Debug)]
struct Handle {
    id: HandleId,
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
    /// Few handles, looked up by id: Node has three, sockets come on top.
    handles: Vec<Handle>,
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
            handles: Vec::new(),
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
        self.time = self.poll.now().as_millis() as u64;
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
        self.handles.iter().any(Handle::keeps_alive)
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
        let mut idle = self.handles.iter().filter(|h| h.kind == HandleKind::Idle);
        idle.any(|h| h.active)
    }

    /// Adds a handle: not started, referenced (`uv_timer_init` and its siblings).
    pub fn add_handle(&mut self, kind: HandleKind) -> HandleId {
        self.next_handle += 1;
        let id = HandleId(self.next_handle);
        self.handles.push(Handle {
            id,
            kind,
            active: false,
            referenced: true,
            closing: false,
            due: None,
        });
        id
    }

    fn handle(&self, id: HandleId) -> Option<&Handle> {
        self.handles.iter().find(|h| h.id == id)
    }

    fn handle_mut(&mut self, id: HandleId) -> Option<&mut Handle> {
        let handle = self.handles.iter_mut().find(|h| h.id == id);
        handle.filter(|h| !h.closing)
    }

    /// Starts a handle that has no time (`uv_check_start` and its siblings).
    pub fn start(&mut self, id: HandleId) {
        let Some(at) = self.handles.iter().position(|h| h.id == id) else {
            return;
        };
        if self.handles[at].active || self.handles[at].closing {
            return;
        }
        // The vector is in the order of starting: `run` wants the last one first.
        let mut handle = self.handles.remove(at);
        handle.active = true;
        self.handles.push(handle);
    }

    /// Starts a timer, or starts it anew: due `after` ms from the loop's time, which
    /// is not read again here (`uv_timer_start`).
    pub fn start_timer(&mut self, id: HandleId, after: u64) {
        self.stop_handle(id);
        let order = self.timer_counter;
        let due = self.time.saturating_add(after);
        if let Some(handle) = self.handle_mut(id) {
            handle.active = true;
            handle.due = Some((due, order));
            self.timer_counter += 1;
            self.timers.insert((due, order, id));
        }
    }

    /// Stops a handle (`uv_timer_stop` and its siblings).
    pub fn stop_handle(&mut self, id: HandleId) {
        self.due_timers.retain(|due| *due != id);
        if let Some(handle) = self.handle_mut(id) {
            handle.active = false;
            if let Some((due, order)) = handle.due.take() {
                self.timers.remove(&(due, order, id));
            }
        }
    }

    /// Says whether a started handle keeps the loop alive (`uv_ref`, `uv_unref`).
    pub fn set_referenced(&mut self, id: HandleId, referenced: bool) {
        if let Some(handle) = self.handle_mut(id) {
            handle.referenced = referenced;
        }
    }

    /// Does this handle count for liveness when it is started (`uv_has_ref`)?
    pub fn is_referenced(&self, id: HandleId) -> bool {
        self.handle(id).is_some_and(|h| h.referenced)
    }

    /// Closes a handle (`uv_close`). The closing phase calls [`Ready::Closed`].
    pub fn close(&mut self, id: HandleId) {
        self.stop_handle(id);
        if let Some(handle) = self.handle_mut(id) {
            handle.closing = true;
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
