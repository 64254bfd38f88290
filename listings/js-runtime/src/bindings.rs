//! What JavaScript can call: one object, `native`, that the prelude in js/ builds on.

use crate::engine::{Callback, Engine, Exception, Shared};
use crate::limits::End;
use crate::modules;
use event_loop::node::{
    EventLoop, Immediate, Origin, PromiseId, Repeat, Task, Timeout,
};
use event_loop::uv::Request;
use rquickjs::context::EvalOptions;
use rquickjs::function::Opt;
use rquickjs::promise::PromiseState;
use rquickjs::{Array, Ctx, Function, Object, Persistent, Promise, Result, Value};
use std::collections::HashMap;
use std::io::Write;
use std::path::PathBuf;
use std::rc::Rc;

/// The scripts of the prelude, in the order in which they run. Each is a function of
/// `native` and of the object in which they find each other.
const PRELUDE: [(&str, &str); 5] = [
    ("js-runtime:inspect", include_str!("js/inspect.js")),
    ("js-runtime:process", include_str!("js/process.js")),
    ("js-runtime:timers", include_str!("js/timers.js")),
    ("js-runtime:fs", include_str!("js/fs.js")),
    ("js-runtime:modules", include_str!("js/modules.js")),
];

/// After so many timers the numbers begin again: an integer of QuickJS has 32 bits.
const MOST_NUMBERS: u32 = i32::MAX as u32;

// ANCHOR: handles
/// How JavaScript names what it scheduled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Handle {
    Timeout(u32),
    Immediate(u32),
}

/// Timers and immediates that JavaScript may still clear. An entry goes when it is
/// over: the loop's handle holds the function, the function often holds the handle, and
/// the engine's garbage collector cannot see a circle that passes through Rust.
#[derive(Default)]
pub(crate) struct Handles {
    last: u32,
    timeouts: HashMap<u32, Timeout<Callback>>,
    immediates: HashMap<u32, Immediate<Callback>>,
    /// The one-shot timer that runs, until it is armed again.
    over: Option<u32>,
}

impl Engine {
    pub(crate) fn before_call(&self, callback: &Callback) {
        let mut handles = self.0.handles.borrow_mut();
        match callback.handle {
            Some(Handle::Timeout(id)) => handles.over = Some(id),
            Some(Handle::Immediate(id)) => drop(handles.immediates.remove(&id)),
            None => {}
        }
    }

    pub(crate) fn after_call(&self, callback: &Callback) {
        let mut handles = self.0.handles.borrow_mut();
        if let (Some(Handle::Timeout(_)), Some(id)) =
            (callback.handle, handles.over.take())
        {
            handles.timeouts.remove(&id);
        }
    }
}
// ANCHOR_END: handles

impl Engine {
    /// The loop, for a function that JavaScript called. Does nothing outside such a call.
    fn with_loop<T>(&self, body: impl FnOnce(&mut EventLoop<Engine>) -> T) -> T {
        body(
            self.0
                .world
                .borrow_mut()
                .as_mut()
                .expect("the loop or a spare one"),
        )
    }

    fn new_id(&self) -> u32 {
        let mut handles = self.0.handles.borrow_mut();
        loop {
            handles.last = handles.last % MOST_NUMBERS + 1;
            let id = handles.last;
            let timeouts = &handles.timeouts;
            if !timeouts.contains_key(&id) && !handles.immediates.contains_key(&id) {
                return id;
            }
        }
    }

    // ANCHOR: set-timeout
    fn set_timeout(
        &self,
        this: Persistent<Object<'static>>,
        function: Persistent<Function<'static>>,
        after: f64,
        repeat: bool,
    ) -> u32 {
        let id = self.new_id();
        let callback = Callback {
            function: Some(function),
            this: Some(this),
            handle: (!repeat).then_some(Handle::Timeout(id)),
        };
        let repeat = if repeat {
            Repeat::Interval
        } else {
            Repeat::Once
        };
        let task = Task::new(callback);
        let timeout = self.with_loop(|el| el.schedule_timeout(task, after, repeat));
        self.0.handles.borrow_mut().timeouts.insert(id, timeout);
        id
    }
    // ANCHOR_END: set-timeout

    fn set_immediate(
        &self,
        this: Persistent<Object<'static>>,
        function: Persistent<Function<'static>>,
    ) -> u32 {
        let id = self.new_id();
        let callback = Callback {
            function: Some(function),
            this: Some(this),
            handle: Some(Handle::Immediate(id)),
        };
        let immediate = self.with_loop(|el| el.schedule_immediate(Task::new(callback)));
        self.0.handles.borrow_mut().immediates.insert(id, immediate);
        id
    }

    /// Does something with a timer that is not over: says whether there is one.
    fn timeout(
        &self,
        id: u32,
        body: impl FnOnce(&mut EventLoop<Engine>, &Timeout<Callback>),
    ) -> bool {
        let timeout = self.0.handles.borrow().timeouts.get(&id).cloned();
        if let Some(timeout) = &timeout {
            self.with_loop(|el| body(el, timeout));
        }
        timeout.is_some()
    }

    fn immediate(
        &self,
        id: u32,
        body: impl FnOnce(&mut EventLoop<Engine>, &Immediate<Callback>),
    ) -> bool {
        let immediate = self.0.handles.borrow().immediates.get(&id).cloned();
        if let Some(immediate) = &immediate {
            self.with_loop(|el| body(el, immediate));
        }
        immediate.is_some()
    }

    fn submit(&self, request: Request, function: Persistent<Function<'static>>) {
        let callback = Callback {
            function: Some(function),
            ..Callback::default()
        };
        self.with_loop(|el| el.submit(request, Task::new(callback)));
    }

    /// Writes to stdout (1) or stderr (2). That a reader went away is no error: the
    /// console of Node ignores it, too.
    pub(crate) fn write(&self, descriptor: u32, text: &str) {
        let sink = if descriptor == 2 {
            &self.0.stderr
        } else {
            &self.0.stdout
        };
        let mut sink = sink.borrow_mut();
        let _ = sink.write_all(text.as_bytes()).and_then(|()| sink.flush());
        if descriptor == 1 {
            for line in text.lines() {
                self.with_loop(|el| el.note_output(line));
            }
        }
    }
}

/// Builds `native` and runs the prelude with it.
pub(crate) fn install(engine: &Engine, ctx: &Ctx<'_>, args: Vec<String>) -> Result<()> {
    let native = Object::new(ctx.clone())?;
    native.set("args", args)?;
    timers(engine, &native)?;
    queues(engine, &native)?;
    process(engine, &native)?;
    files(engine, &native)?;
    modules::bind(engine, &native)?;
    let internal = Object::new(ctx.clone())?;
    let _ = engine
        .0
        .internal
        .set(Persistent::save(ctx, internal.clone()));
    for (name, source) in PRELUDE {
        let mut options = EvalOptions::default();
        options.filename = Some(name.to_string());
        let script: Function = ctx.eval_with_options(source, options)?;
        script.call::<_, ()>((native.clone(), internal.clone()))?;
    }
    Ok(())
}

// ANCHOR: bind
/// Puts a function into `native`. It holds the engine weakly: the engine holds it.
macro_rules! bind {
    (
        $native:ident, $engine:ident, $name:literal,
        |$this:ident $(, $arg:ident: $type:ty)*| $body:expr
    ) => {{
        let weak = Rc::downgrade(&$engine.0);
        let function = move |$($arg: $type),*| {
            let $this = upgrade(&weak)?;
            Ok::<_, rquickjs::Error>($body)
        };
        $native.set($name, Function::new($native.ctx().clone(), function)?)?;
    }};
}
// ANCHOR_END: bind

pub(crate) fn upgrade(weak: &std::rc::Weak<Shared>) -> Result<Engine> {
    weak.upgrade().map(Engine).ok_or(rquickjs::Error::Unknown)
}

type SavedFunction = Persistent<Function<'static>>;
type SavedObject = Persistent<Object<'static>>;

fn timers(engine: &Engine, native: &Object<'_>) -> Result<()> {
    bind!(
        native,
        engine,
        "setTimeout",
        |engine,
         this: SavedObject,
         function: SavedFunction,
         after: f64,
         repeat: bool| engine.set_timeout(this, function, after, repeat)
    );
    bind!(native, engine, "clearTimeout", |engine, id: u32| {
        engine.timeout(id, |el, timeout| el.clear_timeout(timeout));
        drop(engine.0.handles.borrow_mut().timeouts.remove(&id))
    });
    bind!(native, engine, "refreshTimeout", |engine, id: u32| {
        let mut handles = engine.0.handles.borrow_mut();
        handles.over = handles.over.filter(|over| *over != id);
        drop(handles);
        engine.timeout(id, |el, timeout| el.refresh_timeout(timeout))
    });
    bind!(
        native,
        engine,
        "setTimeoutRef",
        |engine, id: u32, on: bool| {
            engine.timeout(id, |el, timeout| el.set_timeout_ref(timeout, on))
        }
    );
    bind!(
        native,
        engine,
        "setImmediate",
        |engine, this: SavedObject, function: SavedFunction| {
            engine.set_immediate(this, function)
        }
    );
    bind!(native, engine, "clearImmediate", |engine, id: u32| {
        engine.immediate(id, |el, immediate| el.clear_immediate(immediate));
        drop(engine.0.handles.borrow_mut().immediates.remove(&id))
    });
    bind!(
        native,
        engine,
        "setImmediateRef",
        |engine, id: u32, on: bool| {
            engine.immediate(id, |el, i| el.set_immediate_ref(i, on))
        }
    );
    bind!(native, engine, "immediateHasRef", |engine, id: u32| {
        let mut has_ref = false;
        engine.immediate(id, |_, immediate| has_ref = immediate.has_ref());
        has_ref
    });
    Ok(())
}

fn queues<'js>(engine: &Engine, native: &Object<'js>) -> Result<()> {
    bind!(
        native,
        engine,
        "nextTick",
        |engine, function: SavedFunction| {
            let callback = Callback {
                function: Some(function),
                ..Callback::default()
            };
            engine.with_loop(|el| el.schedule_tick(Task::new(callback)))
        }
    );
    // The queue of promises is the engine's own; this appends to it.
    let microtask = |function: Function<'js>| function.defer(());
    native.set(
        "queueMicrotask",
        Function::new(native.ctx().clone(), microtask)?,
    )?;
    bind!(
        native,
        engine,
        "rejected",
        |engine, id: f64, reason: Exception| {
            let promise = PromiseId(id as u64);
            engine.with_loop(|el| el.rejected_without_handler(promise, reason))
        }
    );
    bind!(native, engine, "handled", |engine, id: f64| {
        let promise = PromiseId(id as u64);
        engine.with_loop(|el| el.handled_after_rejection(promise))
    });
    bind!(native, engine, "forget", |engine, id: f64| {
        let promise = PromiseId(id as u64);
        engine.with_loop(|el| el.forget_promise(promise))
    });
    bind!(
        native,
        engine,
        "uncaughtRejection",
        |engine, error: Exception| {
            engine
                .0
                .uncaught
                .replace(Some((error, Origin::UnhandledRejection)));
        }
    );
    bind!(native, engine, "setUnsettledAwait", |engine,
                                                module: Opt<
        String,
    >| {
        engine.with_loop(|el| el.set_unsettled_await(module.0.is_some()));
        engine.0.unsettled.replace(module.0);
    });
    let state = |promise: Promise<'js>| {
        let ctx = promise.ctx().clone();
        let answer = Array::new(ctx.clone())?;
        answer.set(
            0,
            match promise.state() {
                PromiseState::Pending => "pending",
                PromiseState::Resolved => "fulfilled",
                PromiseState::Rejected => "rejected",
            },
        )?;
        match promise.result::<Value>() {
            Some(Ok(value)) => answer.set(1, value)?,
            Some(Err(_)) => answer.set(1, ctx.catch())?,
            None => {}
        }
        Ok::<_, rquickjs::Error>(answer)
    };
    native.set("promiseState", Function::new(native.ctx().clone(), state)?)
}

fn process(engine: &Engine, native: &Object<'_>) -> Result<()> {
    bind!(native, engine, "isExiting", |engine| {
        engine.with_loop(|el| el.is_exiting())
    });
    bind!(native, engine, "beginExit", |engine, code: i32| {
        engine.with_loop(|el| el.begin_exit(code))
    });
    // The caller does not return: it spins until the interrupt stops it.
    bind!(native, engine, "reallyExit", |engine, code: i32| {
        engine.0.end.set(Some(End::Exit(code)))
    });
    bind!(native, engine, "exitCode", |engine, set: Opt<i32>| {
        if let Some(code) = set.0 {
            engine.with_loop(|el| el.set_exit_code(code));
        }
        engine.with_loop(|el| el.exit_code())
    });
    bind!(
        native,
        engine,
        "write",
        |engine, descriptor: u32, text: String| engine.write(descriptor, &text)
    );
    let cwd =
        || std::env::current_dir().map(|path| path.to_string_lossy().into_owned());
    native.set(
        "cwd",
        Function::new(native.ctx().clone(), move || cwd().unwrap_or_default())?,
    )?;
    let lossy = |text: std::ffi::OsString| text.to_string_lossy().into_owned();
    let env = std::env::vars_os().map(|(name, value)| (lossy(name), lossy(value)));
    native.set("env", env.collect::<HashMap<_, _>>())?;
    native.set("pid", std::process::id())
}

fn files(engine: &Engine, native: &Object<'_>) -> Result<()> {
    bind!(
        native,
        engine,
        "stat",
        |engine, path: String, function: SavedFunction| {
            engine.submit(Request::Stat(PathBuf::from(path)), function)
        }
    );
    bind!(
        native,
        engine,
        "readFile",
        |engine, path: String, function: SavedFunction| {
            engine.submit(Request::ReadFile(PathBuf::from(path)), function)
        }
    );
    let decode = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    native.set("decode", Function::new(native.ctx().clone(), decode)?)
}

#[cfg(test)]
mod tests {
    use super::MOST_NUMBERS;
    use crate::{Limits, Runtime};
    use event_loop::uv::Simulated;

    /// Proves: after two billion timers a new one gets the number of none that still waits.
    #[test]
    fn numbers_begin_again_and_pass_over_those_in_use() {
        let runtime = Runtime::new(Simulated::new(), Limits::default(), Vec::new());
        let mut runtime = runtime.expect("the engine starts");
        let numbers = |runtime: &Runtime| {
            let program = "[setInterval(() => {}, 1), setImmediate(() => {}), setTimeout(() => {}, 1)].map(Number).join()";
            runtime
                .with(|ctx| ctx.eval::<String, _>(program))
                .expect("three handles")
        };
        assert_eq!(numbers(&runtime), "1,NaN,3");
        let engine = runtime.event_loop().host().clone();
        engine.0.handles.borrow_mut().last = MOST_NUMBERS - 1;
        assert_eq!(numbers(&runtime), "2147483647,NaN,5");
    }
}
