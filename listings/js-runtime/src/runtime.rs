//! The engine as the host of an event loop.

use crate::{bindings, modules, report};
use event_loop::node::{
    Argument, EXIT_UNSETTLED_AWAIT, EventLoop, Host, Origin, ProcessEvent, PromiseId,
    Thrown,
};
use event_loop::uv::{Completion, Poll, Reply, Request, RequestId};
use rquickjs::function::{IntoArgs, This};
use rquickjs::runtime::RejectionTracker;
use rquickjs::{Context, Ctx, FromJs, Function, Object, Persistent, TypedArray, Value};
use std::cell::{Cell, OnceCell, RefCell};
use std::io::{self, Write};
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// The exit code after [`Limits::blocked`] ran out, as timeout(1) has it. Node has no
/// such limit, and so no such code.
pub const EXIT_BLOCKED: i32 = 124;

/// The stack that JavaScript may use, in bytes, as V8's `--stack-size` has it.
const STACK: usize = 984 * 1024;

/// What a program may use.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    /// Memory of the engine, in bytes. `None`: as much as there is.
    pub memory: Option<usize>,
    /// How long JavaScript may run before the loop polls again. `None`: for ever.
    pub blocked: Option<Duration>,
}

/// A value that JavaScript threw, kept beyond the call that it was thrown from.
pub type Exception = Persistent<Value<'static>>;

// ANCHOR: callback
/// A function that waits in a queue of the loop, with its `this`.
pub struct Callback {
    /// `None`: nothing happens.
    pub(crate) function: Option<Persistent<Function<'static>>>,
    pub(crate) this: Option<Persistent<Object<'static>>>,
    /// The handle that JavaScript knows this timer or immediate by.
    pub(crate) handle: Option<bindings::Handle>,
}
// ANCHOR_END: callback

// ANCHOR: engine
/// QuickJS, and what it shares with the loop that it works for. Cheap to clone.
#[derive(Clone)]
pub struct Engine(pub(crate) Rc<Shared>);

/// Its fields are dropped in this order: what points into the engine before it.
pub(crate) struct Shared {
    /// The loop, while JavaScript runs; else a spare one in its place.
    pub(crate) world: RefCell<Option<EventLoop<Engine>>>,
    /// What the scripts of js/ share, among them `emit`, where the loop's events go.
    pub(crate) internal: OnceCell<Persistent<Object<'static>>>,
    pub(crate) handles: RefCell<bindings::Handles>,
    /// What the engine said of rejections: the promise, its reason, is it handled now?
    rejections: RefCell<Vec<(Exception, Exception, bool)>>,
    /// An error that JavaScript reported instead of throwing it.
    pub(crate) uncaught: RefCell<Option<(Exception, Origin)>>,
    /// The main module, while its top-level await is not settled.
    pub(crate) unsettled: RefCell<Option<String>>,
    /// Set when JavaScript must not run any more.
    pub(crate) end: Cell<Option<End>>,
    pub(crate) stdout: RefCell<Box<dyn Write>>,
    pub(crate) stderr: RefCell<Box<dyn Write>>,
    context: Context,
    quickjs: rquickjs::Runtime,
}

/// Why JavaScript must not run any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// `process.reallyExit(code)`
    Exit(i32),
    /// [`Limits::blocked`] ran out.
    Blocked,
}
// ANCHOR_END: engine

impl Engine {
    // ANCHOR: enter
    /// Runs JavaScript on behalf of the loop. While it runs, the loop is in
    /// `Shared::world`, where the functions that it calls find it.
    pub(crate) fn enter<T>(
        event_loop: &mut EventLoop<Self>,
        run: impl for<'js> FnOnce(&Engine, &Ctx<'js>) -> rquickjs::Result<T>,
    ) -> Result<T, Thrown<Exception>> {
        let engine = event_loop.host().clone();
        engine.swap_world(event_loop);
        let result = engine
            .0
            .context
            .with(|ctx| run(&engine, &ctx).map_err(|error| exception(&ctx, error)));
        engine.swap_world(event_loop);
        engine.end_if_told(event_loop, result.as_ref().err());
        result.map_err(|error| match engine.0.end.get() {
            Some(_) => Thrown::Terminated,
            None => Thrown::Exception(error),
        })
    }

    fn swap_world(&self, event_loop: &mut EventLoop<Self>) {
        let mut world = self.0.world.borrow_mut();
        std::mem::swap(world.as_mut().expect("a loop or a spare one"), event_loop);
    }
    // ANCHOR_END: enter

    // ANCHOR: jobs
    /// Runs jobs until there are none, or until one leaves an error that nobody caught.
    fn run_jobs(
        &self,
        event_loop: &mut EventLoop<Self>,
    ) -> Option<(Exception, Origin)> {
        self.swap_world(event_loop);
        let uncaught = loop {
            let ran = self.0.quickjs.execute_pending_job();
            if self.0.end.get().is_some() {
                break None;
            }
            if let Some(uncaught) = self.0.uncaught.take() {
                break Some(uncaught);
            }
            match ran {
                Ok(true) => {}
                Ok(false) => break None,
                Err(thrown) => {
                    let error =
                        thrown.0.with(|ctx| Persistent::save(&ctx, ctx.catch()));
                    break Some((error, Origin::UncaughtException));
                }
            }
        };
        self.swap_world(event_loop);
        let reason = self
            .0
            .rejections
            .borrow()
            .last()
            .map(|(_, reason, _)| reason.clone());
        self.end_if_told(event_loop, reason.as_ref());
        uncaught
    }
    // ANCHOR_END: jobs

    /// Tells JavaScript of an event: did anybody listen?
    pub(crate) fn emit<'js>(
        &self,
        ctx: &Ctx<'js>,
        event: impl IntoArgs<'js>,
    ) -> rquickjs::Result<bool> {
        self.internal::<Function>(ctx, "emit")?.call(event)
    }

    /// What a script of js/ left for others under this name.
    pub(crate) fn internal<'js, T: FromJs<'js>>(
        &self,
        ctx: &Ctx<'js>,
        name: &str,
    ) -> rquickjs::Result<T> {
        let internal = self.0.internal.get().ok_or(rquickjs::Error::Unknown)?;
        internal.clone().restore(ctx)?.get(name)
    }

    // ANCHOR: end
    /// Ends the process if JavaScript exited, or was stopped by the interrupt.
    fn end_if_told(&self, event_loop: &mut EventLoop<Self>, error: Option<&Exception>) {
        match self.0.end.get() {
            Some(_) if event_loop.is_stopping() => {}
            Some(End::Exit(code)) => event_loop.really_exit(code),
            Some(End::Blocked) => {
                self.0
                    .context
                    .with(|ctx| report::blocked(self, &ctx, error));
                event_loop.really_exit(EXIT_BLOCKED);
            }
            None => {}
        }
    }
    // ANCHOR_END: end
}

// ANCHOR: impl-host
impl Host for Engine {
    type Callback = Callback;
    type Error = Exception;

    fn call(
        event_loop: &mut EventLoop<Self>,
        callback: &mut Callback,
        argument: Argument,
    ) -> Result<(), Thrown<Exception>> {
        Engine::enter(event_loop, |engine, ctx| {
            engine.before_call(callback);
            let Some(function) = callback.function.clone() else {
                return Ok(());
            };
            let function = function.restore(ctx)?;
            let this = callback
                .this
                .clone()
                .map(|this| this.restore(ctx))
                .transpose()?;
            let result = match argument {
                Argument::Nothing => function.call((This(this),)),
                Argument::Reply(Err(error)) => {
                    function.call(modules::error_code(&error))
                }
                Argument::Reply(Ok(Reply::Size(size))) => {
                    function.call(((), (), size as f64))
                }
                Argument::Reply(Ok(Reply::Bytes(bytes))) => {
                    function.call(((), (), TypedArray::<u8>::new(ctx.clone(), bytes)?))
                }
            };
            engine.after_call(callback);
            result
        })
    }

    fn run_microtasks(event_loop: &mut EventLoop<Self>) {
        let engine = event_loop.host().clone();
        while let Some((error, origin)) = engine.run_jobs(event_loop) {
            event_loop.uncaught(error, origin);
            if event_loop.is_stopping() {
                return;
            }
        }
        for (promise, reason, handled) in engine.0.rejections.take() {
            // Gives the promise a number and tells the loop: js/process.js.
            let event = ("rejection", promise, reason, handled);
            let _ = Engine::enter(event_loop, |engine, ctx| engine.emit(ctx, event));
        }
    }

    fn emit(
        event_loop: &mut EventLoop<Self>,
        event: ProcessEvent<Exception>,
    ) -> Result<bool, Thrown<Exception>> {
        Engine::enter(event_loop, |engine, ctx| match event {
            ProcessEvent::BeforeExit(code) => engine.emit(ctx, ("beforeExit", code)),
            ProcessEvent::Exit(code) => engine.emit(ctx, ("exit", code)),
            ProcessEvent::UncaughtException(error, origin) => {
                let event = ("uncaughtException", error.clone(), origin.to_string());
                match engine.emit(ctx, event) {
                    Ok(false) => {
                        report::uncaught(engine, ctx, error.restore(ctx)?, origin)
                    }
                    // The listener threw: the loop ends the process for that.
                    Err(rquickjs::Error::Exception) => {
                        let thrown = ctx.catch();
                        report::uncaught(engine, ctx, thrown.clone(), origin);
                        return Err(ctx.throw(thrown));
                    }
                    heard => return heard,
                }
                Ok(false)
            }
            ProcessEvent::UnhandledRejection(reason, PromiseId(id)) => {
                engine.emit(ctx, ("unhandledRejection", reason, id as f64))
            }
            ProcessEvent::RejectionHandled(PromiseId(id)) => {
                engine.emit(ctx, ("rejectionHandled", id as f64))
            }
        })
    }

    fn no_op(_: &mut EventLoop<Self>) -> Callback {
        Callback {
            function: None,
            this: None,
            handle: None,
        }
    }
}
// ANCHOR_END: impl-host

/// What was thrown, whether by JavaScript or by Rust.
fn exception(ctx: &Ctx<'_>, error: rquickjs::Error) -> Exception {
    let value = match error {
        rquickjs::Error::Exception => ctx.catch(),
        error => rquickjs::Exception::from_message(ctx.clone(), &error.to_string())
            .map_or_else(
                |_| ctx.catch(),
                |exception| exception.into_object().into_value(),
            ),
    };
    Persistent::save(ctx, value)
}

impl Shared {
    fn new(context: Context, quickjs: rquickjs::Runtime) -> Shared {
        Shared {
            world: RefCell::default(),
            internal: OnceCell::new(),
            handles: RefCell::default(),
            rejections: RefCell::default(),
            uncaught: RefCell::default(),
            unsettled: RefCell::default(),
            end: Cell::default(),
            stdout: RefCell::new(Box::new(io::stdout())),
            stderr: RefCell::new(Box::new(io::stderr())),
            context,
            quickjs,
        }
    }
}

// ANCHOR: watch
impl Engine {
    /// The interrupt: the engine calls it every few thousand steps of a program, and
    /// stops the program if it says so. No `catch` and no `finally` runs then.
    fn watch(&self, limit: Option<Duration>, polled: Rc<Cell<Instant>>) {
        let shared = Rc::downgrade(&self.0);
        let is_over = move || {
            let Some(shared) = shared.upgrade() else {
                return false;
            };
            let blocked = limit.is_some_and(|limit| polled.get().elapsed() > limit);
            if blocked && shared.end.get().is_none() {
                shared.end.set(Some(End::Blocked));
            }
            shared.end.get().is_some()
        };
        self.0
            .quickjs
            .set_interrupt_handler(Some(Box::new(is_over)));
    }

    /// Notes what the engine says of rejections, to be looked at when its stack is
    /// empty (V8: `SetPromiseRejectCallback`).
    fn track_rejections(&self) {
        let shared = Rc::downgrade(&self.0);
        let track: RejectionTracker = Box::new(move |ctx, promise, reason, handled| {
            if let Some(shared) = shared.upgrade() {
                let saved =
                    [promise, reason].map(|value| Persistent::save(&ctx, value));
                let [promise, reason] = saved;
                shared
                    .rejections
                    .borrow_mut()
                    .push((promise, reason, handled));
            }
        });
        self.0
            .quickjs
            .set_host_promise_rejection_tracker(Some(track));
    }
}

/// A poll phase that notes when the loop came by.
struct Watched<P> {
    poll: P,
    polled: Rc<Cell<Instant>>,
}

impl<P: Poll> Poll for Watched<P> {
    fn now(&self) -> Duration {
        self.poll.now()
    }

    fn submit(&mut self, id: RequestId, request: Request) -> io::Result<()> {
        self.poll.submit(id, request)
    }

    fn poll(
        &mut self,
        timeout: Option<Duration>,
        ready: &mut Vec<Completion>,
    ) -> io::Result<()> {
        let result = self.poll.poll(timeout, ready);
        self.polled.set(Instant::now());
        result
    }

    fn busy(&mut self, time: Duration) {
        self.poll.busy(time);
    }
}
// ANCHOR_END: watch

// ANCHOR: runtime
/// A program's whole world: an engine, and the loop that it works for.
pub struct Runtime {
    event_loop: EventLoop<Engine>,
    engine: Engine,
}

impl Runtime {
    /// A runtime that waits in `poll` and has the arguments `args` (`process.argv`).
    ///
    /// # Errors
    /// [`rquickjs::Error`] if the engine cannot start: the memory limit is too low.
    pub fn new(
        poll: impl Poll + 'static,
        limits: Limits,
        args: Vec<String>,
    ) -> rquickjs::Result<Runtime> {
        let quickjs = rquickjs::Runtime::new()?;
        quickjs.set_max_stack_size(STACK);
        quickjs.set_memory_limit(limits.memory.unwrap_or(0));
        let context = Context::full(&quickjs)?;
        let engine = Engine(Rc::new(Shared::new(context, quickjs)));
        let polled = Rc::new(Cell::new(Instant::now()));
        modules::set_loader(&engine, &engine.0.quickjs);
        engine.watch(limits.blocked, Rc::clone(&polled));
        engine.track_rejections();
        let spare = EventLoop::new(event_loop::uv::Simulated::new(), engine.clone());
        engine.0.world.replace(Some(spare));
        let event_loop = EventLoop::new(Watched { poll, polled }, engine.clone());
        let runtime = Runtime { event_loop, engine };
        runtime.with(|ctx| bindings::install(&runtime.engine, ctx, args))?;
        Ok(runtime)
    }

    /// Runs the program in this file until nothing is left to do: the exit code.
    ///
    /// # Errors
    /// Those of the poll phase.
    pub fn run_file(&mut self, path: &Path) -> io::Result<i32> {
        let code = self
            .event_loop
            .run(|event_loop| modules::run_main(event_loop, path))?;
        if let (Some(module), EXIT_UNSETTLED_AWAIT) =
            (self.engine.0.unsettled.take(), code)
        {
            report::unsettled(&self.engine, &module);
        }
        self.engine.0.stdout.borrow_mut().flush()?;
        Ok(code)
    }

    /// Sends what the program prints elsewhere than to stdout and stderr.
    pub fn redirect(&self, stdout: impl Write + 'static, stderr: impl Write + 'static) {
        self.engine.0.stdout.replace(Box::new(stdout));
        self.engine.0.stderr.replace(Box::new(stderr));
    }

    /// The loop, to record what it does.
    pub fn event_loop(&mut self) -> &mut EventLoop<Engine> {
        &mut self.event_loop
    }

    /// The engine's own interface, to add globals before the program runs.
    ///
    /// # Errors
    /// What `body` returns.
    pub fn with<T>(
        &self,
        body: impl for<'js> FnOnce(&Ctx<'js>) -> rquickjs::Result<T>,
    ) -> rquickjs::Result<T> {
        self.engine.0.context.with(|ctx| body(&ctx))
    }
}
// ANCHOR_END: runtime

impl Drop for Runtime {
    fn drop(&mut self) {
        // The spare loop holds the engine that it lies in.
        self.engine.0.world.take();
    }
}
