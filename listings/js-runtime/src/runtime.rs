//! Engine and loop together: what a program runs in.

use crate::engine::Engine;
use crate::limits::{Limits, STACK, Watched};
use crate::{bindings, modules, report};
use event_loop::node::{EXIT_UNSETTLED_AWAIT, EventLoop};
use event_loop::uv::{Poll, Simulated};
use rquickjs::runtime::RejectionTracker;
use rquickjs::{Context, Ctx, Persistent};
use std::cell::Cell;
use std::io::{self, Write};
use std::path::Path;
use std::rc::Rc;
use std::time::Instant;

/// A program's world: an engine, and the loop that it works for.
pub struct Runtime {
    event_loop: EventLoop<Engine>,
    engine: Engine,
    polled: Rc<Cell<Instant>>,
}

impl Runtime {
    // ANCHOR: runtime
    /// A runtime that waits in `poll`, with the arguments `args` (`process.argv`).
    ///
    /// # Errors
    /// If the engine cannot start: the memory limit is too low.
    pub fn new(
        poll: impl Poll + 'static,
        limits: Limits,
        args: Vec<String>,
    ) -> rquickjs::Result<Runtime> {
        let quickjs = rquickjs::Runtime::new()?;
        quickjs.set_max_stack_size(STACK);
        // To QuickJS a limit of 0 is none.
        let memory = limits.memory.map(|memory| memory.max(1));
        quickjs.set_memory_limit(memory.unwrap_or(0));
        let context = Context::full(&quickjs)?;
        let engine = Engine::new(context, quickjs, memory);
        let polled = Rc::new(Cell::new(Instant::now()));
        let watched = Watched {
            poll,
            polled: Rc::clone(&polled),
        };
        let event_loop = EventLoop::new(watched, engine.clone());
        let spare = EventLoop::new(Simulated::new(), engine.clone());
        engine.0.world.replace(Some(spare));
        engine.track_rejections();
        modules::set_loader(&engine);
        let runtime = Runtime {
            event_loop,
            engine,
            polled,
        };
        runtime.with(|ctx| bindings::install(&runtime.engine, ctx, args))?;
        runtime
            .engine
            .watch(limits.blocked, Rc::clone(&runtime.polled));
        Ok(runtime)
    }

    /// Runs the program in this file until nothing is left to do; the exit code. A
    /// process ends once: so does its runtime.
    ///
    /// # Errors
    /// Those of the poll phase.
    pub fn run_file(&mut self, path: &Path) -> io::Result<i32> {
        self.polled.set(Instant::now());
        let code = self.event_loop.run(|el| modules::run_main(el, path))?;
        if let (Some(module), EXIT_UNSETTLED_AWAIT) =
            (self.engine.0.unsettled.take(), code)
        {
            report::unsettled(&self.engine, &module);
        }
        self.engine.write(2, &self.engine.0.last_words.take());
        Ok(code)
    }
    // ANCHOR_END: runtime

    /// The engine's own interface, to add globals before the program runs.
    ///
    /// # Errors
    /// What `body` returns.
    pub fn with<T>(
        &self,
        body: impl for<'js> FnOnce(&Ctx<'js>) -> rquickjs::Result<T>,
    ) -> rquickjs::Result<T> {
        self.polled.set(Instant::now());
        self.engine.0.context.with(|ctx| body(&ctx))
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
}

impl Drop for Runtime {
    fn drop(&mut self) {
        // The spare loop holds the engine that it lies in.
        self.engine.0.world.take();
    }
}

impl Engine {
    // ANCHOR: track
    /// Notes what the engine tells of rejections. It tells from the depths of a call,
    /// where not much can be done; the notes are read when the stack is empty (V8:
    /// `Isolate::SetPromiseRejectCallback`).
    fn track_rejections(&self) {
        let shared = Rc::downgrade(&self.0);
        let track: RejectionTracker = Box::new(move |ctx, promise, reason, handled| {
            if let Some(shared) = shared.upgrade() {
                let promise = Persistent::save(&ctx, promise);
                let reason = Persistent::save(&ctx, reason);
                shared
                    .rejections
                    .borrow_mut()
                    .push((promise, reason, handled));
            }
        });
        let quickjs = &self.0.quickjs;
        quickjs.set_host_promise_rejection_tracker(Some(track));
    }
    // ANCHOR_END: track
}
