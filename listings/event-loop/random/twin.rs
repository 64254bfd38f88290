//! A program as closures on the rebuilt loop: the other side of `javascript`.

use super::Outcome;
use super::javascript::thrown_by;
use super::program::{
    Async, Block, End, File, Handle, Kind, Listeners, Program, SLOTS, Segment, Settle,
    Source, Statement, Step, When,
};
use event_loop::closures::{
    Callback, Closures, Js, Part, Promise, Resolver, Settled, Value, error, throw,
    try_await,
};
use event_loop::node::{EventLoop, Immediate, Thrown, Timeout};
use event_loop::uv::{Phase, Poll, Simulated};
use std::cell::{Cell, RefCell};
use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

/// The file that exists, for [`Simulated::file`].
pub const THERE: &str = ".";
/// Its size in bytes: no other number in a program is as large, so a value that is
/// this one came from a request.
pub const SIZE: usize = 1 << 20;
/// After this many lines a program counts as endless.
pub const MAX_LINES: u32 = 300;
/// A file that [`Wakeups`] reads: answered at the next poll.
pub const WAKE_NOW: &str = "wake now";
/// A file that [`Wakeups`] reads: answered together with the request before it.
pub const WAKE_TOO: &str = "wake too";
/// The exit code of an endless program, which Node never has.
pub const ENDLESS: i32 = -1;
/// The exit code of a program that is left out for what it does: see `steady`.
pub const LEFT_OUT: i32 = -3;
/// The exit code if the loop failed or panicked: a disagreement with any Node.
pub const BROKEN: i32 = -2;

type Thrower<T> = Result<T, Thrown<Value>>;
type Slots<T> = RefCell<[Option<T>; SLOTS as usize]>;

/// Callback scopes that Node opens on its own in the poll phase, to run a task of V8:
/// whatever an error left in the queues drains there. Nobody can tell when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wakeups {
    /// None.
    #[default]
    Never,
    /// At the first poll after an error.
    AfterErrors,
    /// After each request, in the same poll.
    AfterRequests,
}

/// Runs a program on the rebuild, with the clock and the files of [`Simulated`].
pub fn run(program: &Program) -> Outcome {
    let poll = Simulated::new().file(THERE, &[0; SIZE]);
    run_with(program, poll, Wakeups::Never)
}

/// Runs a program on the rebuild, with another poll phase.
pub fn run_with(
    program: &Program,
    poll: impl Poll + 'static,
    wakeups: Wakeups,
) -> Outcome {
    let run = AssertUnwindSafe(|| {
        let twin = Rc::new(Twin {
            wakeups,
            ..Twin::default()
        });
        let mut js = EventLoop::new(poll, Closures::quiet());
        let result = twin.run(&mut js, program);
        let output = js.host().output().to_string();
        match result {
            _ if twin.lines.get() > MAX_LINES => (output, ENDLESS),
            _ if twin.left_out.get() => (output, LEFT_OUT),
            Ok(code) => (output, code),
            Err(error) => (format!("{output}{error}\n"), BROKEN),
        }
    });
    let panicked = |_| ("the rebuild panicked\n".to_string(), BROKEN);
    let (output, code) = catch_unwind(run).unwrap_or_else(panicked);
    Outcome { output, code }
}

/// The variables of a program.
#[derive(Default)]
struct Twin {
    timers: Slots<Timeout<Callback>>,
    immediates: Slots<Immediate<Callback>>,
    promises: Slots<Promise>,
    refreshed: [Cell<u32>; SLOTS as usize],
    lines: Cell<u32>,
    left_out: Cell<bool>,
    /// The last turn in whose check phase an immediate was cleared.
    clear: Cell<Option<u64>>,
    /// The last turn in whose check phase an error was caught.
    error: Cell<Option<u64>>,
    wakeups: Wakeups,
}

impl Twin {
    fn run(self: &Rc<Self>, js: &mut Js, program: &Program) -> std::io::Result<i32> {
        let (twin, main) = (Rc::clone(self), program.main.clone());
        let listeners = program.listeners.clone();
        let kind = program.kind;
        let whole = move |js: &mut Js| {
            twin.listen(js, listeners);
            let part = twin.asynchronous(js, &main, kind == Kind::Module);
            twin.note_failed(kind == Kind::Module, &part);
            part
        };
        match kind {
            Kind::Script => js.run_script(|js| whole(js).map(|_| ())),
            Kind::Module => js.run_module(whole),
        }
    }

    fn log(&self, js: &mut Js, line: impl Display) {
        self.lines.set(self.lines.get() + 1);
        if self.lines.get() > MAX_LINES {
            // Ends the loop. Who calls sees it by `is_stopping`.
            let _ = js.exit(ENDLESS);
        } else {
            js.log(line);
        }
    }

    fn listen(self: &Rc<Self>, js: &mut Js, listeners: Listeners) {
        if let Some(block) = listeners.before_exit {
            let mut run = self.listener("beforeExit", block);
            js.on_before_exit(move |js, code| run(js, &format!(" {code}")));
        }
        if let Some(block) = listeners.exit {
            let mut run = self.listener("exit", block);
            js.on_exit(move |js, code| run(js, &format!(" {code}")));
        }
        if let Some(block) = listeners.uncaught {
            let mut run = self.listener("uncaughtException", block);
            let twin = Rc::clone(self);
            js.on_uncaught_exception_from(move |js, (error, origin)| {
                twin.note_check(js, &twin.error, &twin.clear);
                if twin.wakeups == Wakeups::AfterErrors {
                    js.read_file(WAKE_NOW, |_, _| ());
                }
                run(js, &format!(" {} {origin}", show(&error)))
            });
        }
        if let Some(block) = listeners.unhandled {
            let mut run = self.listener("unhandledRejection", block);
            js.on_unhandled_rejection(move |js, e| run(js, &format!(" {}", show(&e))));
        }
        if let Some(block) = listeners.handled {
            let mut run = self.listener("rejectionHandled", block);
            js.on_rejection_handled(move |js, ()| run(js, ""));
        }
    }

    fn listener(
        self: &Rc<Self>,
        event: &'static str,
        block: Block,
    ) -> impl FnMut(&mut Js, &str) -> Thrower<()> + use<> {
        let twin = Rc::clone(self);
        let mut calls = 0;
        move |js, arguments| {
            twin.log(js, format_args!("{} {event}{arguments}", block.label));
            calls += 1;
            if js.is_stopping() {
                return Err(Thrown::Terminated);
            }
            match calls > Listeners::TIMES {
                true => Ok(()),
                false => twin.rest_of_block(js, &block).map(drop),
            }
        }
    }

    /// Runs a block; the result is what its function returns.
    fn block(
        self: &Rc<Self>,
        js: &mut Js,
        block: &Block,
        more: &str,
    ) -> Thrower<Value> {
        self.log(js, format_args!("{}{more}", block.label));
        self.rest_of_block(js, block)
    }

    fn rest_of_block(self: &Rc<Self>, js: &mut Js, block: &Block) -> Thrower<Value> {
        for statement in &block.body {
            if js.is_stopping() {
                return Err(Thrown::Terminated);
            }
            self.statement(js, statement);
        }
        if js.is_stopping() {
            return Err(Thrown::Terminated);
        }
        match &block.end {
            End::Fall => Ok(Value::Undefined),
            End::Throw => throw(&thrown_by(&block.label)),
            End::Exit(code) => js.exit(*code).map(Value::from),
            End::Return(source) => {
                let value = self.source(js, source);
                match js.is_stopping() {
                    true => Err(Thrown::Terminated),
                    false => Ok(value),
                }
            }
        }
    }

    /// A block as the callback of a function that calls once.
    fn once(
        self: &Rc<Self>,
        block: &Block,
    ) -> impl FnOnce(&mut Js) -> Thrower<Value> + use<> {
        let (twin, block) = (Rc::clone(self), block.clone());
        move |js| twin.block(js, &block, "")
    }

    fn statement(self: &Rc<Self>, js: &mut Js, statement: &Statement) {
        match statement {
            Statement::Log(label) => self.log(js, label),
            Statement::Tick(block) => js.next_tick(self.once(block)),
            Statement::Microtask(block) => js.queue_microtask(self.once(block)),
            Statement::Promise {
                slot,
                source,
                steps,
            } => self.promise(js, *slot, source, steps),
            Statement::Timeout(slot, ms, block) => {
                let (twin, block) = (Rc::clone(self), block.clone());
                let timer = js.set_timeout(*ms, move |js| twin.block(js, &block, ""));
                keep(&self.timers, *slot, timer);
            }
            Statement::Interval(slot, ms, times, block) => {
                self.interval(js, *slot, *ms, *times, block.clone());
            }
            Statement::Immediate(slot, block) => {
                let immediate = js.set_immediate(self.once(block));
                keep(&self.immediates, *slot, immediate);
            }
            Statement::Timer(slot, handle) => self.timer(js, *slot, *handle),
            Statement::Check(slot, handle) => self.check(js, *slot, *handle),
            Statement::Wait(ms) => js.busy_wait(*ms),
            Statement::Stat(file, block) => self.stat(js, *file, block.clone()),
            Statement::ExitCode(code) => js.set_exit_code(*code),
        }
    }

    fn interval(
        self: &Rc<Self>,
        js: &mut Js,
        slot: u8,
        ms: f64,
        times: u32,
        block: Block,
    ) {
        let twin = Rc::clone(self);
        let mut n = 0;
        let timer = js.set_interval(ms, move |js| {
            n += 1;
            if n == times {
                js.clear_this();
            }
            twin.block(js, &block, "")
        });
        keep(&self.timers, slot, timer);
    }

    fn timer(&self, js: &mut Js, slot: u8, handle: Handle) {
        if handle == Handle::Refresh {
            let count = &self.refreshed[usize::from(slot)];
            if count.replace(count.get() + 1) >= 2 {
                return;
            }
        }
        let timer = kept(&self.timers, slot);
        if handle == Handle::HasRef {
            let has_ref = timer.map(|t| t.has_ref());
            return self.log(js, format_args!("t{slot} {}", boolean(has_ref)));
        }
        let Some(timer) = timer else { return };
        match handle {
            Handle::Clear => js.clear_timeout(&timer),
            Handle::Unref => js.set_timeout_ref(&timer, false),
            Handle::Ref => js.set_timeout_ref(&timer, true),
            Handle::Refresh => js.refresh_timeout(&timer),
            Handle::HasRef => {}
        }
    }

    fn check(&self, js: &mut Js, slot: u8, handle: Handle) {
        let immediate = kept(&self.immediates, slot);
        if handle == Handle::HasRef {
            let has_ref = immediate.map(|i| i.has_ref());
            return self.log(js, format_args!("i{slot} {}", boolean(has_ref)));
        }
        let Some(immediate) = immediate else { return };
        match handle {
            Handle::Clear => {
                self.note_check(js, &self.clear, &self.error);
                js.clear_immediate(&immediate);
            }
            Handle::Unref => js.set_immediate_ref(&immediate, false),
            Handle::Ref => js.set_immediate_ref(&immediate, true),
            Handle::HasRef | Handle::Refresh => {}
        }
    }

    fn stat(self: &Rc<Self>, js: &mut Js, file: File, block: Block) {
        let twin = Rc::clone(self);
        js.stat(path(file), move |js, size| {
            let result = match size {
                Ok(_) => "ok".to_string(),
                Err(error) => show(&Value::Error(error.to_string().into())),
            };
            twin.block(js, &block, &format!(" {result}"))
        });
        self.wake_too(js);
    }

    fn wake_too(&self, js: &mut Js) {
        if self.wakeups == Wakeups::AfterRequests {
            js.read_file(WAKE_TOO, |_, _| ());
        }
    }

    fn promise(
        self: &Rc<Self>,
        js: &mut Js,
        slot: Option<u8>,
        source: &Source,
        steps: &[Step],
    ) {
        let value = self.source(js, source);
        if js.is_stopping() {
            return;
        }
        let mut promise = js.resolved(value);
        for step in steps {
            let (twin, block) = (Rc::clone(self), step.block().clone());
            let with = move |js: &mut Js, value: Value| {
                twin.block(js, &block, &format!(" {}", show(&value)))
            };
            promise = match step {
                Step::Then(_) => js.then(&promise, with),
                Step::Catch(_) => js.catch(&promise, with),
                Step::Finally(block) => js.finally(&promise, self.once(block)),
            };
        }
        if let Some(slot) = slot {
            keep(&self.promises, slot, promise);
        }
    }

    fn source(self: &Rc<Self>, js: &mut Js, source: &Source) -> Value {
        match source {
            Source::Value(number) => Value::from(*number),
            Source::Resolved(number) => js.resolved(*number).into(),
            Source::Rejected(label) => js.rejected(label).into(),
            Source::Thenable(block) => self.thenable(block.clone()),
            Source::Executor(block) => {
                let twin = Rc::clone(self);
                js.promise(|js, resolver| twin.resolving(js, block, &resolver))
                    .into()
            }
            Source::Later(when, settle, label) => js
                .promise(|js, resolver| later(js, resolver, *when, *settle, label))
                .into(),
            Source::Async(body) => {
                let twin = Rc::clone(self);
                js.async_fn(|js| twin.asynchronous(js, body, false)).into()
            }
            Source::All(sources) => {
                let promises = self.promises(js, sources);
                js.all(&promises).into()
            }
            Source::Race(sources) => {
                let promises = self.promises(js, sources);
                js.race(&promises).into()
            }
            Source::Stat(file) => {
                let promise = js.stat_promise(path(*file));
                self.wake_too(js);
                promise.into()
            }
            Source::Slot(slot) => match kept(&self.promises, *slot) {
                Some(promise) => promise.into(),
                None => Value::Undefined,
            },
            Source::Never => js.promise(|_, _| ()).into(),
        }
    }

    fn promises(self: &Rc<Self>, js: &mut Js, sources: &[Source]) -> Vec<Promise> {
        let mut promises = Vec::new();
        for source in sources {
            let value = self.source(js, source);
            promises.push(js.resolved(value));
        }
        promises
    }

    fn thenable(self: &Rc<Self>, block: Block) -> Value {
        let twin = Rc::clone(self);
        Value::Thenable(Rc::new(move |js: &mut Js, resolver: Resolver| {
            twin.resolving(js, &block, &resolver)
        }))
    }

    /// A function that is given `resolve`, and calls it instead of returning.
    fn resolving(
        self: &Rc<Self>,
        js: &mut Js,
        block: &Block,
        resolver: &Resolver,
    ) -> Thrower<()> {
        let value = self.block(js, block, "")?;
        if matches!(block.end, End::Return(_)) {
            resolver.resolve(js, value);
        }
        Ok(())
    }

    /// Runs an async function; `top` if it is the top level of a module.
    fn asynchronous(
        self: &Rc<Self>,
        js: &mut Js,
        body: &Async,
        top: bool,
    ) -> Thrower<Part> {
        let value = self.block(js, &body.start, "")?;
        self.after(js, &body.start, value, &body.rest, top)
    }

    /// Goes on after a block: it returned, or the next segment awaits.
    fn after(
        self: &Rc<Self>,
        js: &mut Js,
        block: &Block,
        value: Value,
        rest: &[Segment],
        top: bool,
    ) -> Thrower<Part> {
        let (Some((segment, rest)), false) =
            (rest.split_first(), matches!(block.end, End::Return(_)))
        else {
            return Ok(Part::Return(value));
        };
        let awaited = self.source(js, &segment.awaited);
        if js.is_stopping() {
            return Err(Thrown::Terminated);
        }
        let (twin, segment) = (Rc::clone(self), segment.clone());
        let rest = rest.to_vec();
        Ok(try_await(awaited, move |js, settled| {
            let part = twin.segment(js, &segment, settled, &rest, top);
            twin.note_failed(top, &part);
            part
        }))
    }

    fn segment(
        self: &Rc<Self>,
        js: &mut Js,
        segment: &Segment,
        settled: Settled,
        rest: &[Segment],
        top: bool,
    ) -> Thrower<Part> {
        let label = &segment.block.label;
        match settled {
            Ok(value) => self.log(js, format_args!("{label} {}", show(&value))),
            Err(reason) if segment.catches => {
                self.log(js, format_args!("{label} caught {}", show(&reason)));
            }
            Err(reason) => return Err(Thrown::exception(reason)),
        }
        let value = self.rest_of_block(js, &segment.block)?;
        self.after(js, &segment.block, value, rest, top)
    }

    /// Notes an event of the check phase, and whether the other event came to pass in
    /// the same one: see `steady` for why that counts.
    fn note_check(&self, js: &Js, this: &Cell<Option<u64>>, other: &Cell<Option<u64>>) {
        if js.phase() == Phase::Check {
            this.set(Some(js.turns()));
            if this.get() == other.get() {
                self.left_out.set(true);
            }
        }
    }

    fn note_failed(&self, top: bool, part: &Thrower<Part>) {
        if top && matches!(part, Err(Thrown::Exception(_))) {
            self.left_out.set(true);
        }
    }
}

fn later(js: &mut Js, resolver: Resolver, when: When, settle: Settle, label: &str) {
    let label = label.to_string();
    let settle = move |js: &mut Js| match settle {
        Settle::Resolve => resolver.resolve(js, label.as_str()),
        Settle::Reject => resolver.reject(js, error(&label)),
    };
    match when {
        When::Tick => js.next_tick(settle),
        When::Microtask => js.queue_microtask(settle),
        When::Immediate => drop(js.set_immediate(settle)),
        When::Timeout(ms) => drop(js.set_timeout(ms, settle)),
    }
}

fn keep<T>(slots: &Slots<T>, slot: u8, value: T) {
    slots.borrow_mut()[usize::from(slot)] = Some(value);
}

fn kept<T: Clone>(slots: &Slots<T>, slot: u8) -> Option<T> {
    slots.borrow()[usize::from(slot)].clone()
}

fn path(file: File) -> &'static str {
    match file {
        File::There => THERE,
        File::Missing => "no such file",
    }
}

fn boolean(value: Option<bool>) -> String {
    value.map_or("undefined".to_string(), |value| value.to_string())
}

/// What the helper `show` of the JavaScript side prints.
fn show(value: &Value) -> String {
    let not_found = std::io::Error::from(std::io::ErrorKind::NotFound).to_string();
    match value {
        Value::Number(size) if *size == SIZE as f64 => "stats".to_string(),
        Value::Error(message) if **message == *not_found => "ENOENT".to_string(),
        Value::Array(values) => values.iter().map(show).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}
