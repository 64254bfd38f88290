//! Runs programs inside the test, on a clock that is moved by looking at it.
//!
//! A program that waits for `Date.now()` to change would spin for ever on a clock that
//! only moves when the loop sleeps; so here each look costs a hundredth of a
//! millisecond. Nothing depends on how fast the machine is.

use event_loop::uv::{Completion, Poll, Request, RequestId, Simulated};
use js_runtime::rquickjs::{Ctx, Function, Object, Result};
use js_runtime::{Limits, Runtime};
use std::cell::RefCell;
use std::io::{self, Write};
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

const LOOK: Duration = Duration::from_micros(10);

/// What is seen of a program from outside.
#[derive(Debug, PartialEq, Eq)]
pub struct Outcome {
    pub stdout: String,
    pub stderr: String,
    pub code: i32,
}

/// The simulated poll phase, shared with the functions that tell the time.
#[derive(Clone)]
struct Clock(Rc<RefCell<Simulated>>);

impl Poll for Clock {
    fn now(&self) -> Duration {
        self.0.borrow().now()
    }

    fn submit(&mut self, id: RequestId, request: Request) -> io::Result<()> {
        self.0.borrow_mut().submit(id, request)
    }

    fn poll(
        &mut self,
        timeout: Option<Duration>,
        ready: &mut Vec<Completion>,
    ) -> io::Result<()> {
        self.0.borrow_mut().poll(timeout, ready)
    }

    fn busy(&mut self, time: Duration) {
        self.0.borrow_mut().busy(time);
    }
}

impl Clock {
    /// Replaces what tells the time and what waits.
    fn install(&self, ctx: &Ctx<'_>) -> Result<()> {
        let look = |unit: f64| {
            let clock = self.0.clone();
            move || {
                clock.borrow_mut().busy(LOOK);
                (clock.borrow().now().as_secs_f64() * 1e3 / unit).floor() * unit
            }
        };
        let date: Object = ctx.globals().get("Date")?;
        date.set("now", Function::new(ctx.clone(), look(1.0))?)?;
        let performance = Object::new(ctx.clone())?;
        performance.set("now", Function::new(ctx.clone(), look(0.001))?)?;
        ctx.globals().set("performance", performance)?;
        let clock = self.0.clone();
        let wait = move |_: Object<'_>, _: f64, _: f64, ms: f64| {
            clock.borrow_mut().busy(Duration::from_secs_f64(ms / 1e3));
        };
        let collect = |ctx: Ctx<'_>| ctx.run_gc();
        ctx.globals()
            .set("gc", Function::new(ctx.clone(), collect)?)?;
        let atomics: Object = ctx.globals().get("Atomics")?;
        atomics.set("wait", Function::new(ctx.clone(), wait)?)
    }
}

/// What is written, for the test to read.
#[derive(Clone, Default)]
struct Sink(Rc<RefCell<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Sink {
    fn text(&self) -> String {
        String::from_utf8(self.0.take()).expect("programs print UTF-8")
    }
}

/// Runs a file to its end.
pub fn run(path: &Path, args: &[&str], limits: Limits) -> Outcome {
    let content = std::fs::read(path).unwrap_or_default();
    let poll = Simulated::new().file(path, &content).file(".", b"");
    let clock = Clock(Rc::new(RefCell::new(poll)));
    let path_name = path.to_string_lossy();
    let argv = ["js-runtime", &*path_name]
        .into_iter()
        .chain(args.iter().copied());
    let argv = argv.map(String::from).collect();
    let runtime = Runtime::new(clock.clone(), limits, argv);
    let mut runtime = runtime.expect("the engine starts");
    let (stdout, stderr) = (Sink::default(), Sink::default());
    runtime.redirect(stdout.clone(), stderr.clone());
    runtime
        .with(|ctx| clock.install(ctx))
        .expect("the clock is set");
    let code = runtime.run_file(path).expect("the simulated loop ends");
    Outcome {
        stdout: stdout.text(),
        stderr: stderr.text(),
        code,
    }
}

/// Runs a text, as a file of this name.
#[allow(dead_code, reason = "not every test that includes this module does")]
pub fn run_text(name: &str, text: &str, limits: Limits) -> Outcome {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, text).expect("it can be written");
    run(&path, &[], limits)
}
