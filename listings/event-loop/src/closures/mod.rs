//! A host whose callbacks are Rust closures, with promises: what the twins of the
//! oracle programs are written in.
//!
//! `setTimeout(() => console.log('a'), 1)` is
//! `js.set_timeout(1, |js| js.log("a"))`, and so on, name for name.

mod asynchronous;
mod promise;
mod value;

use crate::node::{
    Argument, EventLoop, Host, Immediate, Origin, ProcessEvent, PromiseId, Repeat,
    StreamId, Task, Thrown, Timeout,
};
use crate::trace::{Queue, TaskName, labels};
use crate::uv::{Poll, Reply, Request};
use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::fmt::Display;
use std::io::{self, Write};
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

pub use asynchronous::{IntoPart, Part, Rest, await_, try_await};
use promise::ReactionJob;
pub use promise::{Promise, Resolver, Settled};
pub use value::{Outcome, ThenMethod, Value, error, throw};

/// The loop with this host: every callback gets one.
pub type Js = EventLoop<Closures>;

/// How a callback of this host ends.
pub type JsResult = Result<(), Thrown<Value>>;

/// A callback of this host.
pub type Callback = Box<dyn FnMut(&mut Js, Argument) -> JsResult>;

type Microtask = Box<dyn FnOnce(&mut Js) -> JsResult>;

/// What waits in the microtask queue.
enum Job {
    Call(Microtask),
    /// Most microtasks: they need no closure of their own.
    React(ReactionJob, Settled),
}

type Listener<T> = Rc<RefCell<dyn FnMut(&mut Js, T) -> JsResult>>;

/// The host: a microtask queue, promises, listeners of `process`, an output.
#[derive(Default)]
pub struct Closures {
    microtasks: VecDeque<(TaskName, Job)>,
    queued: u64,
    promises: u64,
    /// Rejected, not handled, not yet reported: kept alive until they are.
    unhandled: HashMap<PromiseId, Promise>,
    gone: Rc<promise::Gone>,
    on_before_exit: Vec<Listener<i32>>,
    on_exit: Vec<Listener<i32>>,
    on_uncaught: Vec<Listener<(Value, Origin)>>,
    on_unhandled: Vec<Listener<(Value, Promise)>>,
    on_handled: Vec<Listener<()>>,
    label: Option<Rc<str>>,
    output: String,
    quiet: bool,
}

impl Closures {
    /// A host that prints as it goes.
    pub fn new() -> Self {
        Closures::default()
    }

    /// A host that only collects what is printed.
    pub fn quiet() -> Self {
        Closures {
            quiet: true,
            ..Closures::default()
        }
    }

    /// What was printed so far.
    pub fn output(&self) -> &str {
        &self.output
    }
}

impl Host for Closures {
    type Callback = Callback;
    type Error = Value;

    fn call(js: &mut Js, callback: &mut Callback, argument: Argument) -> JsResult {
        callback(js, argument)
    }

    fn run_microtasks(js: &mut Js) {
        while let Some((name, job)) = js.host_mut().microtasks.pop_front() {
            let result = js.named(&name, |js| match job {
                Job::Call(job) => job(js),
                Job::React(job, settled) => job(js, settled),
            });
            if js.is_stopping() {
                return;
            }
            if let Err(Thrown::Exception(error)) = result {
                js.uncaught(*error, Origin::UncaughtException);
                if js.is_stopping() {
                    return;
                }
            }
        }
        let gone = std::mem::take(&mut *js.host().gone.rejected.borrow_mut());
        for promise in gone {
            js.forget_promise(promise);
        }
    }

    fn emit(js: &mut Js, event: ProcessEvent<Value>) -> Result<bool, Thrown<Value>> {
        let host = js.host();
        match event {
            ProcessEvent::BeforeExit(code) => {
                let listeners = host.on_before_exit.clone();
                js.tell(listeners, code)
            }
            ProcessEvent::Exit(code) => {
                let listeners = host.on_exit.clone();
                js.tell(listeners, code)
            }
            ProcessEvent::UncaughtException(error, origin) => {
                let listeners = host.on_uncaught.clone();
                if listeners.is_empty() && !host.quiet {
                    let _ = writeln!(io::stderr(), "Uncaught {error}");
                }
                js.tell(listeners, (error, origin))
            }
            ProcessEvent::UnhandledRejection(reason, id) => {
                let listeners = host.on_unhandled.clone();
                let Some(promise) = js.host_mut().unhandled.remove(&id) else {
                    return Ok(true);
                };
                js.tell(listeners, (reason, promise))
            }
            ProcessEvent::RejectionHandled(_) => {
                let listeners = host.on_handled.clone();
                js.tell(listeners, ())
            }
        }
    }

    fn no_op(_: &mut Js) -> Callback {
        Box::new(|_, _| Ok(()))
    }

    fn microtask_labels(&self) -> Vec<String> {
        labels(self.microtasks.iter().map(|(name, _)| name))
    }
}

/// A callback that can run only once.
fn once<R: Outcome>(body: impl FnOnce(&mut Js, Argument) -> R + 'static) -> Callback {
    let mut body = Some(body);
    Box::new(move |js, argument| match body.take() {
        Some(body) => body(js, argument).outcome().map(drop),
        None => Ok(()),
    })
}

/// The functions that a program uses.
impl Js {
    /// A loop whose callbacks are closures, printing to stdout.
    pub fn with_closures(poll: impl Poll + 'static) -> Js {
        EventLoop::new(poll, Closures::new())
    }

    /// Runs a program as a script (CommonJS): `main` is called directly.
    ///
    /// # Errors
    /// Those of the poll phase.
    pub fn run_script<R: Outcome>(
        &mut self,
        main: impl FnOnce(&mut Js) -> R,
    ) -> io::Result<i32> {
        self.run(|js| main(js).outcome().map(drop))
    }

    /// Runs a program as an ES module that is the main program: `main` is called in a
    /// microtask, and may await.
    ///
    /// What `main` throws is reported four reactions later, five if it awaited, for it
    /// passes through four promises of Node's loader and one of the module (Node:
    /// lib/internal/modules/esm/module_job.js `ModuleJob.run`,
    /// lib/internal/modules/run_main.js `asyncRunEntryPointWithESMLoader`). Here that is
    /// known by whether `main` was pending when it returned: a module with an `await`
    /// that throws before it comes to it is reported one reaction too early.
    ///
    /// # Errors
    /// Those of the poll phase.
    pub fn run_module<R: IntoPart>(
        &mut self,
        main: impl FnOnce(&mut Js) -> R + 'static,
    ) -> io::Result<i32> {
        self.set_unsettled_await(true);
        self.run(|js| {
            js.queue_microtask(|js| {
                let mut evaluation = js.async_fn(main);
                let passes = 3 + usize::from(evaluation.is_pending());
                for _ in 0..passes {
                    evaluation = js.then(&evaluation, |_, value| value);
                }
                js.react(&evaluation, |js, settled| {
                    js.set_unsettled_await(false);
                    if let Err(error) = settled {
                        js.uncaught(error, Origin::UnhandledRejection);
                    }
                    Ok(())
                });
            });
            Ok(())
        })
    }

    /// `console.log(line)`
    pub fn log(&mut self, line: impl Display) {
        let line = line.to_string();
        self.note_output(&line);
        let host = self.host_mut();
        host.output.push_str(&line);
        host.output.push('\n');
        if !host.quiet {
            // A reader that went away, as `head` does, is no reason to stop.
            let _ = writeln!(io::stdout(), "{line}");
        }
    }

    /// The label of the next callback that is handed over, for the narration:
    /// `js.label("A").set_timeout(…)`.
    pub fn label(&mut self, label: &str) -> &mut Js {
        self.host_mut().label = Some(label.into());
        self
    }

    fn task(&mut self, callback: Callback) -> Task<Callback> {
        let task = Task::new(callback);
        match self.host_mut().label.take() {
            Some(label) => task.labeled(label),
            None => task,
        }
    }

    /// `setTimeout(callback, after)`, `after` in ms.
    pub fn set_timeout<R: Outcome>(
        &mut self,
        after: impl Into<f64>,
        callback: impl FnMut(&mut Js) -> R + 'static,
    ) -> Timeout<Callback> {
        self.set_timer(after.into(), Repeat::Once, callback)
    }

    /// `setInterval(callback, every)`, `every` in ms.
    pub fn set_interval<R: Outcome>(
        &mut self,
        every: impl Into<f64>,
        callback: impl FnMut(&mut Js) -> R + 'static,
    ) -> Timeout<Callback> {
        self.set_timer(every.into(), Repeat::Interval, callback)
    }

    fn set_timer<R: Outcome>(
        &mut self,
        after: f64,
        repeat: Repeat,
        mut callback: impl FnMut(&mut Js) -> R + 'static,
    ) -> Timeout<Callback> {
        let task = self.task(Box::new(move |js, _| callback(js).outcome().map(drop)));
        self.schedule_timeout(task, after, repeat)
    }

    /// `clearTimeout(this)`, `clearInterval(this)` in a timer's callback.
    pub fn clear_this(&mut self) {
        if let Some(timeout) = self.this_timeout() {
            self.clear_timeout(&timeout);
        }
    }

    /// `setImmediate(callback)`
    pub fn set_immediate<R: Outcome>(
        &mut self,
        callback: impl FnOnce(&mut Js) -> R + 'static,
    ) -> Immediate<Callback> {
        let task = self.task(once(|js, _| callback(js)));
        self.schedule_immediate(task)
    }

    /// `process.nextTick(callback)`
    pub fn next_tick<R: Outcome>(
        &mut self,
        callback: impl FnOnce(&mut Js) -> R + 'static,
    ) {
        let task = self.task(once(|js, _| callback(js)));
        self.schedule_tick(task);
    }

    /// `queueMicrotask(callback)`
    pub fn queue_microtask<R: Outcome>(
        &mut self,
        callback: impl FnOnce(&mut Js) -> R + 'static,
    ) {
        let label = self.host_mut().label.take();
        let job = Box::new(|js: &mut Js| callback(js).outcome().map(drop));
        self.enqueue("microtask", label, job);
    }

    fn enqueue(&mut self, kind: &'static str, label: Option<Rc<str>>, job: Microtask) {
        self.enqueue_job(kind, label, Job::Call(job));
    }

    fn enqueue_job(&mut self, kind: &'static str, label: Option<Rc<str>>, job: Job) {
        let host = self.host_mut();
        host.queued += 1;
        let name = TaskName::new(kind, host.queued, label);
        host.microtasks.push_back((name, job));
        if self.is_recording()
            && let Some((name, _)) = self.host().microtasks.back()
        {
            let name = name.clone();
            self.note_queued(Queue::Microtasks, &name);
        }
    }

    /// `fs.stat(path, callback)`: the callback gets the file's size in bytes.
    pub fn stat<R: Outcome>(
        &mut self,
        path: impl Into<PathBuf>,
        callback: impl FnOnce(&mut Js, io::Result<u64>) -> R + 'static,
    ) {
        let task = self.task(once(|js, argument| callback(js, size(argument))));
        self.submit(Request::Stat(path.into()), task);
    }

    /// `fs.readFile(path, callback)`
    pub fn read_file<R: Outcome>(
        &mut self,
        path: impl Into<PathBuf>,
        callback: impl FnOnce(&mut Js, io::Result<Vec<u8>>) -> R + 'static,
    ) {
        let task = self.task(once(|js, argument| callback(js, bytes(argument))));
        self.submit(Request::ReadFile(path.into()), task);
    }

    /// `fs.promises.stat(path)`: fulfilled with the file's size in bytes.
    pub fn stat_promise(&mut self, path: impl Into<PathBuf>) -> Promise {
        let (promise, resolver) = self.with_resolvers();
        self.stat(path, move |js, size| match size {
            Ok(size) => resolver.resolve(js, size as f64),
            Err(error) => resolver.reject(js, Value::Error(error.to_string().into())),
        });
        // lib/internal/fs/promises.js `stat` awaits what `then` made of the binding's
        // promise: two reactions before its own promise is settled.
        let promise = self.then(&promise, |_, value| value);
        self.then(&promise, |_, value| value)
    }

    /// `socket.destroy()`, with a listener of its 'close' event: the closing phase.
    pub fn destroy_socket<R: Outcome>(
        &mut self,
        socket: StreamId,
        on_close: impl FnOnce(&mut Js) -> R + 'static,
    ) {
        let task = self.task(once(|js, _| on_close(js)));
        self.close_stream(socket, Some(task));
    }

    /// `server.close(callback)`, without connections: the handle closes in the closing
    /// phase, but the callback is a tick (Node: lib/net.js
    /// `Server.prototype._emitCloseIfDrained`).
    pub fn close_server<R: Outcome>(
        &mut self,
        server: StreamId,
        callback: impl FnOnce(&mut Js) -> R + 'static,
    ) {
        self.close_stream(server, None);
        self.next_tick(callback);
    }

    /// Blocks the loop: `const end = Date.now() + ms; while (Date.now() < end);`
    pub fn busy_wait(&mut self, ms: u64) {
        self.busy(Duration::from_millis(ms));
    }
}

fn size(argument: Argument) -> io::Result<u64> {
    match reply(argument)? {
        Reply::Size(size) => Ok(size),
        _ => Err(io::ErrorKind::InvalidData.into()),
    }
}

fn bytes(argument: Argument) -> io::Result<Vec<u8>> {
    match reply(argument)? {
        Reply::Bytes(bytes) => Ok(bytes),
        _ => Err(io::ErrorKind::InvalidData.into()),
    }
}

fn reply(argument: Argument) -> io::Result<Reply> {
    match argument {
        Argument::Reply(reply) => *reply,
        Argument::Nothing => Err(io::ErrorKind::InvalidData.into()),
    }
}

macro_rules! listener {
    ($(#[$doc:meta])* $name:ident, $list:ident, $argument:ty) => {
        $(#[$doc])*
        pub fn $name<R: Outcome>(
            &mut self,
            mut listener: impl FnMut(&mut Js, $argument) -> R + 'static,
        ) {
            let listener = move |js: &mut Js, argument| {
                listener(js, argument).outcome().map(drop)
            };
            self.host_mut().$list.push(Rc::new(RefCell::new(listener)));
        }
    };
}

/// `process.on`, event by event.
impl Js {
    listener! {
        /// `process.on('beforeExit', listener)`
        on_before_exit, on_before_exit, i32
    }
    listener! {
        /// `process.on('exit', listener)`
        on_exit, on_exit, i32
    }
    listener! {
        /// `process.on('uncaughtException', listener)`, with both arguments.
        on_uncaught_exception_from, on_uncaught, (Value, Origin)
    }
    listener! {
        /// `process.on('unhandledRejection', listener)`, with both arguments.
        on_unhandled_rejection_of, on_unhandled, (Value, Promise)
    }
    listener! {
        /// `process.on('rejectionHandled', listener)`
        on_rejection_handled, on_handled, ()
    }

    /// `process.on('uncaughtException', listener)`
    pub fn on_uncaught_exception<R: Outcome>(
        &mut self,
        mut listener: impl FnMut(&mut Js, Value) -> R + 'static,
    ) {
        self.on_uncaught_exception_from(move |js, (error, _)| listener(js, error));
    }

    /// `process.on('unhandledRejection', listener)`
    pub fn on_unhandled_rejection<R: Outcome>(
        &mut self,
        mut listener: impl FnMut(&mut Js, Value) -> R + 'static,
    ) {
        self.on_unhandled_rejection_of(move |js, (reason, _)| listener(js, reason));
    }

    fn tell<T: Clone>(
        &mut self,
        listeners: Vec<Listener<T>>,
        argument: T,
    ) -> Result<bool, Thrown<Value>> {
        for listener in &listeners {
            // A listener that is running is not called from within itself.
            if let Ok(mut listener) = listener.try_borrow_mut() {
                listener(self, argument.clone())?;
            }
        }
        Ok(!listeners.is_empty())
    }
}
