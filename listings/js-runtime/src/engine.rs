//! The engine as the host of an event loop.

use crate::limits::{End, Reserve};
use crate::{bindings, modules, report};
use event_loop::node::{
    Argument, EventLoop, Host, Origin, ProcessEvent, PromiseId, Thrown,
};
use event_loop::uv::Reply;
use rquickjs::function::{IntoArgs, This};
use rquickjs::{Context, Ctx, FromJs, Function, Object, Persistent, TypedArray, Value};
use std::cell::{Cell, OnceCell, RefCell};
use std::io::{self, Write};
use std::rc::Rc;

// ANCHOR: types
/// A value that JavaScript threw, kept beyond the call that threw it.
pub type Exception = Persistent<Value<'static>>;

/// What waits in a queue of the loop: a function, its `this`, and the handle that
/// JavaScript knows it by. Without a function nothing happens.
#[derive(Default)]
pub struct Callback {
    pub(crate) function: Option<Persistent<Function<'static>>>,
    pub(crate) this: Option<Persistent<Object<'static>>>,
    pub(crate) handle: Option<bindings::Handle>,
}

/// QuickJS, as the loop sees it. Cheap to clone.
#[derive(Clone)]
pub struct Engine(pub(crate) Rc<Shared>);
// ANCHOR_END: types

/// Dropped from the top: what points into the engine goes before the engine.
pub(crate) struct Shared {
    /// The loop, while JavaScript runs; else a spare one in its place.
    pub world: RefCell<Option<EventLoop<Engine>>>,
    /// What the scripts of js/ share. `emit` is where the events of the loop go.
    pub internal: OnceCell<Persistent<Object<'static>>>,
    /// Timers and immediates, by the numbers that JavaScript has for them.
    pub handles: RefCell<bindings::Handles>,
    /// What the engine told of rejections: promise, reason, handled now?
    pub rejections: RefCell<Vec<(Exception, Exception, bool)>>,
    /// An error that JavaScript reported instead of throwing it.
    pub uncaught: RefCell<Option<(Exception, Origin)>>,
    /// The main module, while it is waiting in a top-level await.
    pub unsettled: RefCell<Option<String>>,
    /// Set when JavaScript must not run any more.
    pub end: Cell<Option<End>>,
    /// What stderr is told when the program has ended.
    pub last_words: RefCell<String>,
    pub stdout: RefCell<Box<dyn Write>>,
    pub stderr: RefCell<Box<dyn Write>>,
    /// [`Limits::memory`](crate::Limits::memory)
    pub memory: Option<usize>,
    pub context: Context,
    pub quickjs: rquickjs::Runtime,
}

impl Engine {
    pub(crate) fn new(
        context: Context,
        quickjs: rquickjs::Runtime,
        memory: Option<usize>,
    ) -> Engine {
        Engine(Rc::new(Shared {
            world: RefCell::default(),
            internal: OnceCell::new(),
            handles: RefCell::default(),
            rejections: RefCell::default(),
            uncaught: RefCell::default(),
            unsettled: RefCell::default(),
            end: Cell::default(),
            last_words: RefCell::default(),
            stdout: RefCell::new(Box::new(io::stdout())),
            stderr: RefCell::new(Box::new(io::stderr())),
            memory,
            context,
            quickjs,
        }))
    }

    // ANCHOR: enter
    /// Runs JavaScript on behalf of the loop. Meanwhile the loop lies in
    /// [`Shared::world`], where the functions that JavaScript calls find it.
    pub(crate) fn enter<T>(
        event_loop: &mut EventLoop<Self>,
        run: impl for<'js> FnOnce(&Engine, &Ctx<'js>) -> rquickjs::Result<T>,
    ) -> Result<T, Thrown<Exception>> {
        let engine = event_loop.host().clone();
        engine.swap_world(event_loop);
        let context = &engine.0.context;
        let result = context
            .with(|ctx| run(&engine, &ctx).map_err(|error| exception(&ctx, error)));
        engine.swap_world(event_loop);
        if engine.end_if_told(event_loop, result.as_ref().err()) {
            return Err(Thrown::Terminated);
        }
        result.map_err(Thrown::exception)
    }

    fn swap_world(&self, event_loop: &mut EventLoop<Self>) {
        let mut world = self.0.world.borrow_mut();
        std::mem::swap(world.as_mut().expect("a loop, or the spare"), event_loop);
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
            if let Err(context) = &ran {
                let error = context.0.with(|ctx| Persistent::save(&ctx, ctx.catch()));
                break Some((error, Origin::UncaughtException));
            }
            let reported = self.0.uncaught.take();
            let is_over = matches!(ran, Ok(false)) || self.0.end.get().is_some();
            if is_over || reported.is_some() {
                break reported;
            }
        };
        self.swap_world(event_loop);
        let error = uncaught.as_ref().map(|(error, _)| error);
        if self.end_if_told(event_loop, error) {
            return None;
        }
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

    /// What a script of js/ left for the others under this name.
    pub(crate) fn internal<'js, T: FromJs<'js>>(
        &self,
        ctx: &Ctx<'js>,
        name: &str,
    ) -> rquickjs::Result<T> {
        let internal = self.0.internal.get().ok_or(rquickjs::Error::Unknown)?;
        internal.clone().restore(ctx)?.get(name)
    }
}

impl Host for Engine {
    type Callback = Callback;
    type Error = Exception;

    // ANCHOR: impl-host
    fn call(
        event_loop: &mut EventLoop<Self>,
        callback: &mut Callback,
        argument: Argument,
    ) -> Result<(), Thrown<Exception>> {
        Engine::enter(event_loop, |engine, ctx| {
            engine.before_call(callback);
            let result = call_function(ctx, callback, argument);
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
        tell_rejections(event_loop);
    }
    // ANCHOR_END: impl-host

    fn emit(
        event_loop: &mut EventLoop<Self>,
        event: ProcessEvent<Exception>,
    ) -> Result<bool, Thrown<Exception>> {
        let _reserve = match event {
            ProcessEvent::UncaughtException(..) => {
                Some(Reserve::open(event_loop.host()))
            }
            _ => None,
        };
        let heard = Engine::enter(event_loop, |engine, ctx| match event {
            ProcessEvent::BeforeExit(code) => engine.emit(ctx, ("beforeExit", code)),
            ProcessEvent::Exit(code) => engine.emit(ctx, ("exit", code)),
            ProcessEvent::UncaughtException(error, origin) => {
                emit_uncaught(engine, ctx, error.restore(ctx)?, origin)
            }
            ProcessEvent::UnhandledRejection(reason, PromiseId(id)) => {
                engine.emit(ctx, ("unhandledRejection", reason, id as f64))
            }
            ProcessEvent::RejectionHandled(PromiseId(id)) => {
                engine.emit(ctx, ("rejectionHandled", id as f64))
            }
        });
        // A listener may have handled a promise that stands behind this one.
        tell_rejections(event_loop);
        heard
    }

    fn no_op(_: &mut EventLoop<Self>) -> Callback {
        Callback::default()
    }
}

/// Tells the loop of promises that were rejected or handled since: js/process.js gives
/// them numbers.
fn tell_rejections(event_loop: &mut EventLoop<Engine>) {
    let rejections = event_loop.host().0.rejections.take();
    for (promise, reason, handled) in rejections {
        let event = ("rejection", promise, reason, handled);
        let told = Engine::enter(event_loop, |engine, ctx| engine.emit(ctx, event));
        if let Err(Thrown::Exception(error)) = told {
            event_loop.uncaught(*error, Origin::UncaughtException);
        }
    }
}

// ANCHOR: call-function
fn call_function(
    ctx: &Ctx<'_>,
    callback: &Callback,
    argument: Argument,
) -> rquickjs::Result<()> {
    let Some(function) = callback.function.clone() else {
        return Ok(());
    };
    let function = function.restore(ctx)?;
    let Argument::Reply(reply) = argument else {
        return function.call((This(callback.this.clone()),));
    };
    // A request's answer: code, words, value.
    match *reply {
        Err(error) => function.call(modules::error_code(&error)),
        Ok(Reply::Size(size)) => function.call(((), (), size as f64)),
        Ok(Reply::Bytes(bytes)) => {
            function.call(((), (), TypedArray::<u8>::new(ctx.clone(), bytes)?))
        }
    }
}
// ANCHOR_END: call-function

/// Asks the listeners of 'uncaughtException'. Where there is none, stderr hears of it.
fn emit_uncaught<'js>(
    engine: &Engine,
    ctx: &Ctx<'js>,
    error: Value<'js>,
    origin: Origin,
) -> rquickjs::Result<bool> {
    let event = ("uncaughtException", error.clone(), origin.to_string());
    match engine.emit(ctx, event) {
        Ok(false) => {
            report::uncaught(engine, ctx, error, origin);
            Ok(false)
        }
        // A listener threw. The loop ends the process for that.
        Err(rquickjs::Error::Exception) if engine.0.end.get().is_none() => {
            let thrown = ctx.catch();
            report::uncaught(engine, ctx, thrown.clone(), origin);
            Err(ctx.throw(thrown))
        }
        heard => heard,
    }
}

/// What was thrown, by JavaScript or by Rust.
fn exception(ctx: &Ctx<'_>, error: rquickjs::Error) -> Exception {
    let thrown = match error {
        rquickjs::Error::Exception => ctx.catch(),
        error => {
            match rquickjs::Exception::from_message(ctx.clone(), &error.to_string()) {
                Ok(exception) => exception.into_object().into_value(),
                Err(_) => ctx.catch(),
            }
        }
    };
    Persistent::save(ctx, thrown)
}
