//! The Node level: what runs inside libuv's phases, and between callbacks.
//!
//! Three of the handles that Node puts into its loop count here. One timer handle stands
//! for all timers ([`Timeout`]), one check handle runs the immediates ([`Immediate`]),
//! one idle handle keeps the poll phase from sleeping while there are any. Around every
//! callback lies a scope ([`EventLoop::callback_scope`]); when it closes, ticks and microtasks drain.
//! All symbols named here are those of Node 26.10.0.

mod errors;
mod host;
mod immediates;
mod priority_queue;
mod process;
mod queues;
mod timers;

use crate::trace::{Event, Queue, Queues, Recorder, TaskName, Trace, labels};
use crate::uv::{
    self, Completion, HandleId, HandleKind, Loop, Phase, Poll, Ready, Request,
    RequestId,
};
use std::collections::{BTreeMap, HashMap};
use std::io;
use std::rc::Rc;
use std::time::Duration;

pub use errors::{EXIT_HANDLER_THREW, EXIT_UNCAUGHT, EXIT_UNSETTLED_AWAIT};
pub use host::{Argument, Host, Origin, ProcessEvent, PromiseId, Thrown};
pub use immediates::Immediate;
pub use priority_queue::{Order, PriorityQueue};
pub use timers::{Repeat, TIMEOUT_MAX, Timeout};

/// A callback on its way into a queue, with a label for the narration if it has one.
pub struct Task<C> {
    callback: C,
    label: Option<Rc<str>>,
}

impl<C> Task<C> {
    /// A task without a label: the trace counts it, as in `immediate #2`.
    pub fn new(callback: C) -> Self {
        Task {
            callback,
            label: None,
        }
    }

    /// The name that the trace shows.
    pub fn labeled(mut self, label: impl Into<Rc<str>>) -> Self {
        self.label = Some(label.into());
        self
    }
}

/// Names a handle of an [`EventLoop`]: a socket, a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StreamId(HandleId);

/// A loop, the queues of Node, and the host that runs the callbacks (Node:
/// `Environment`).
pub struct EventLoop<H: Host> {
    uv: Loop,
    timer_handle: HandleId,
    check_handle: HandleId,
    idle_handle: HandleId,
    timers: timers::Timers<H::Callback>,
    immediates: immediates::Immediates<H::Callback>,
    ticks: queues::Ticks<H::Callback>,
    rejections: errors::Rejections<H::Error>,
    requests: BTreeMap<RequestId, (TaskName, H::Callback)>,
    /// Requests that could not be started, with the reason.
    failed: HashMap<RequestId, io::Error>,
    closing: BTreeMap<HandleId, (TaskName, H::Callback)>,
    scope_depth: usize,
    process: process::Process,
    phase: Phase,
    recorder: Option<Recorder>,
    host: H,
}

impl<H: Host> EventLoop<H> {
    /// A loop that polls with `poll` and runs its callbacks with `host` (Node:
    /// `Environment::InitializeLibuv`).
    pub fn new(poll: impl Poll + 'static, host: H) -> Self {
        let mut uv = Loop::new(Box::new(poll));
        let timer_handle = uv.add_handle(HandleKind::Timer);
        let check_handle = uv.add_handle(HandleKind::Check);
        let idle_handle = uv.add_handle(HandleKind::Idle);
        uv.set_referenced(timer_handle, false);
        uv.set_referenced(check_handle, false);
        uv.start(check_handle);
        EventLoop {
            uv,
            timer_handle,
            check_handle,
            idle_handle,
            timers: timers::Timers::new(),
            immediates: immediates::Immediates::new(),
            ticks: queues::Ticks::new(),
            rejections: errors::Rejections::new(),
            requests: BTreeMap::new(),
            failed: HashMap::new(),
            closing: BTreeMap::new(),
            scope_depth: 0,
            process: process::Process::default(),
            phase: Phase::Main,
            recorder: None,
            host,
        }
    }

    /// The host.
    pub fn host(&self) -> &H {
        &self.host
    }

    /// The host.
    pub fn host_mut(&mut self) -> &mut H {
        &mut self.host
    }

    /// Hands a request to the poll phase and runs `task` with the answer.
    pub fn submit(&mut self, request: Request, task: Task<H::Callback>) {
        let kind = match request {
            Request::ReadFile(_) => "readFile",
            Request::Stat(_) => "stat",
            Request::Work(_) => "work",
        };
        match self.uv.submit(request) {
            Ok(id) => self.wait_for(
                id,
                TaskName::new(kind, id.get(), task.label),
                task.callback,
            ),
            Err(error) => self.fail_later(kind, error, task),
        }
    }

    fn wait_for(&mut self, id: RequestId, name: TaskName, callback: H::Callback) {
        self.note_queued(Queue::Requests, &name);
        self.requests.insert(id, (name, callback));
    }

    /// A request that could not be started is answered in the pending phase: never from
    /// inside the call that made it.
    fn fail_later(
        &mut self,
        kind: &'static str,
        error: io::Error,
        task: Task<H::Callback>,
    ) {
        let id = self.uv.begin_request();
        let name = TaskName::new(kind, id.get(), task.label);
        self.failed.insert(id, error);
        self.wait_for(id, name, task.callback);
        self.uv.feed(id);
    }

    /// Opens a handle that keeps the loop alive until it is closed.
    pub fn open_stream(&mut self) -> StreamId {
        let handle = self.uv.add_handle(HandleKind::Stream);
        self.uv.start(handle);
        StreamId(handle)
    }

    /// Closes a handle, and runs `task` in the closing phase (Node:
    /// `HandleWrap::Close`, `HandleWrap::OnClose`).
    pub fn close_stream(&mut self, stream: StreamId, task: Option<Task<H::Callback>>) {
        self.uv.close(stream.0);
        if let Some(task) = task {
            let name =
                TaskName::new("close", self.closing.len() as u64 + 1, task.label);
            self.note_queued(Queue::Closing, &name);
            self.closing.insert(stream.0, (name, task.callback));
        }
    }

    /// `server.ref()`, `server.unref()`.
    pub fn set_stream_ref(&mut self, stream: StreamId, on: bool) {
        self.uv.set_referenced(stream.0, on);
    }

    /// The loop's time in ms, as of its last update.
    pub fn now(&self) -> u64 {
        self.uv.now()
    }

    /// Reads the clock, for [`EventLoop::now`]. Arming a timer does it too.
    pub fn update_time(&mut self) {
        self.uv.update_time();
    }

    /// How many turns have begun.
    pub fn turns(&self) -> u64 {
        self.uv.turns()
    }

    /// The phase whose callbacks run.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// Blocks the loop for `time`: a callback that computes.
    pub fn busy(&mut self, time: Duration) {
        self.uv.busy(time);
    }

    /// Runs one callback of the loop in a scope of its own (Node: `MakeCallback`).
    fn make_callback(
        &mut self,
        waiting: Option<(TaskName, H::Callback)>,
        argument: Argument,
    ) {
        if let Some((name, mut callback)) = waiting {
            self.callback_scope(|el| el.call_named(&name, &mut callback, argument));
        }
    }

    fn complete(&mut self, id: RequestId, result: io::Result<uv::Reply>) {
        let waiting = self.requests.remove(&id);
        self.make_callback(waiting, Argument::Reply(Box::new(result)));
    }
}

impl<H: Host> uv::Embedder for EventLoop<H> {
    fn uv(&mut self) -> &mut Loop {
        &mut self.uv
    }

    fn enter(&mut self, phase: Phase) {
        self.enter_phase(phase);
    }

    fn before_poll(&mut self, timeout: Option<Duration>) {
        self.note(Event::Poll, || match timeout {
            Some(time) => format!("{} ms", time.as_millis()),
            None => "for ever".to_string(),
        });
    }

    fn callback(&mut self, ready: Ready) {
        if self.is_stopping() {
            return;
        }
        match ready {
            Ready::Timer(_) => self.run_timers(),
            Ready::Handle(id) if id == self.check_handle => self.check_immediate(),
            // The idle handle has nothing to do: that it is started is its whole job.
            Ready::Handle(_) => {}
            Ready::Completion(Completion { id, result }) => self.complete(id, result),
            Ready::Pending(id) => {
                let error = self.failed.remove(&id);
                let error = error.unwrap_or_else(|| io::ErrorKind::Other.into());
                self.complete(id, Err(error));
            }
            Ready::Closed(handle) => {
                let waiting = self.closing.remove(&handle);
                self.make_callback(waiting, Argument::Nothing);
            }
        }
    }
}

/// Recording, for [`Trace`].
impl<H: Host> EventLoop<H> {
    /// Records what happens from now on.
    pub fn record(&mut self) {
        self.recorder = Some(Recorder::default());
    }

    /// Is something recorded?
    pub fn is_recording(&self) -> bool {
        self.recorder.is_some()
    }

    /// What was recorded. Recording ends.
    pub fn take_trace(&mut self) -> Option<Trace> {
        self.recorder.take().map(Recorder::into_trace)
    }

    /// A line of output, for the trace. The host prints it.
    pub fn note_output(&mut self, line: &str) {
        if let Some(recorder) = &mut self.recorder {
            recorder.output(line);
        }
        self.note(Event::Output, || line.to_string());
    }

    /// Something entered a queue of the host, such as a microtask.
    pub fn note_queued(&mut self, queue: Queue, name: &TaskName) {
        self.note(Event::Queue(queue), || name.to_string());
    }

    /// Runs `body` as the callback `name`: for the trace, and for callbacks that the
    /// host keeps itself, such as microtasks.
    pub fn named<T>(
        &mut self,
        name: &TaskName,
        body: impl FnOnce(&mut Self) -> T,
    ) -> T {
        if self.recorder.is_none() {
            return body(self);
        }
        let text = name.to_string();
        if let Some(recorder) = &mut self.recorder {
            recorder.start(text.clone());
        }
        self.note(Event::Start, || text.clone());
        let result = body(self);
        if let Some(recorder) = &mut self.recorder {
            recorder.end();
        }
        self.note(Event::End, || text);
        result
    }

    fn call_named(
        &mut self,
        name: &TaskName,
        callback: &mut H::Callback,
        argument: Argument,
    ) -> Result<(), Thrown<H::Error>> {
        let result = self.named(name, |el| H::call(el, callback, argument));
        match self.is_stopping() {
            true => Err(Thrown::Terminated),
            false => result,
        }
    }

    fn call_main(
        &mut self,
        main: impl FnOnce(&mut Self) -> Result<(), Thrown<H::Error>>,
    ) -> Result<(), Thrown<H::Error>> {
        self.named(&TaskName::only("main script"), main)
    }

    fn enter_phase(&mut self, phase: Phase) {
        self.phase = phase;
        self.note(Event::Phase, || phase.name().to_string());
    }

    fn note_thrown(&mut self) {
        self.note(Event::Throw, || "uncaught".to_string());
    }

    fn note_exit(&mut self, code: i32) {
        if let Some(recorder) = &mut self.recorder {
            recorder.exit(code);
        }
        self.note(Event::Ended, || format!("exit code {code}"));
    }

    /// Records a step. Costs nothing unless something is recorded.
    fn note(&mut self, event: Event, label: impl FnOnce() -> String) {
        if self.recorder.is_some() {
            self.note_step(event, label());
        }
    }

    /// Out of the way of the callers, which nearly always only ask.
    #[cold]
    fn note_step(&mut self, event: Event, label: String) {
        let Some(mut recorder) = self.recorder.take() else {
            return;
        };
        let (turn, phase, at) = (self.uv.turns(), self.phase, self.uv.now());
        recorder.step(turn, phase, at, event, label, || self.queues());
        self.recorder = Some(recorder);
    }

    fn queues(&self) -> Queues {
        Queues {
            ticks: labels(self.ticks.names()),
            microtasks: self.host.microtask_labels(),
            timers: labels(self.timers.names()),
            immediates: labels(self.immediates.names()),
            requests: labels(self.requests.values().map(|(name, _)| name)),
            closing: labels(self.closing.values().map(|(name, _)| name)),
        }
    }
}
