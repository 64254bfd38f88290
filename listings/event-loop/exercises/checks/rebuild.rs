//! Pieces of the loop, built again: each against what the pinned Node printed, and
//! the timers against this crate's loop on random programs too.

use event_loop::closures::{Closures, Js};
use event_loop::uv::Simulated;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

/// A callback, which gets the queues it came from.
pub type Job<Q> = Box<dyn FnOnce(&mut Q)>;

/// What is to be built in rebuild-tick-queues.rs.
pub trait TickQueues: Default + 'static {
    /// `process.nextTick(job)`
    fn next_tick(&mut self, job: Job<Self>);
    /// `queueMicrotask(job)`
    fn queue_microtask(&mut self, job: Job<Self>);
    /// A callback has ended: run everything that is queued, and what that queues.
    fn drain(&mut self);
}

/// What is to be built in rebuild-timer-lists.rs. All times are in whole ms.
pub trait TimerLists: Default {
    /// `setTimeout(…, after)` at the time `now`.
    fn set_timeout(&mut self, now: u64, after: f64, name: &str);
    /// The timers that are due at `now`, in the order in which Node runs them. They are
    /// taken out.
    fn take_due(&mut self, now: u64) -> Vec<String>;
    /// When the loop has to look next; `None` if there is no timer.
    fn next_expiry(&self) -> Option<u64>;
}

/// The microtask queue that promises are built upon: first in, first out.
#[derive(Default)]
pub struct Microtasks(VecDeque<Job<Microtasks>>);

impl Microtasks {
    /// Queues a job.
    pub fn push(&mut self, job: Job<Microtasks>) {
        self.0.push_back(job);
    }

    fn run(&mut self) {
        while let Some(job) = self.0.pop_front() {
            job(self);
        }
    }
}

/// What is to be built in rebuild-promise.rs: promises that are never rejected and
/// have no values, for it is the order that counts.
pub trait MicrotaskPromise: Clone + 'static {
    /// `new Promise((resolve) => resolve(value))`, where `value` is a promise or
    /// nothing.
    fn resolved(tasks: &mut Microtasks, value: Option<Self>) -> Self;
    /// `promise.then(job)`: the new promise is resolved with what `job` returns, a
    /// promise or nothing.
    fn then(
        &self,
        tasks: &mut Microtasks,
        job: impl FnOnce(&mut Microtasks) -> Option<Self> + 'static,
    ) -> Self;
}

/// Lines that jobs print.
#[derive(Clone, Default)]
struct Lines(Rc<RefCell<Vec<String>>>);

impl Lines {
    fn print(&self, line: impl ToString) {
        self.0.borrow_mut().push(line.to_string());
    }

    /// A job that prints one line.
    fn printer<Q>(&self, line: &'static str) -> Job<Q> {
        let lines = self.clone();
        Box::new(move |_| lines.print(line))
    }

    fn compare(&self, program: &str, node: &str) -> Result<(), String> {
        compare(program, &self.0.borrow(), &node.lines().collect::<Vec<_>>())
    }
}

fn compare<A: AsRef<str>, B: AsRef<str>>(
    program: &str,
    mine: &[A],
    node: &[B],
) -> Result<(), String> {
    let mine: Vec<&str> = mine.iter().map(AsRef::as_ref).collect();
    let node: Vec<&str> = node.iter().map(AsRef::as_ref).collect();
    if mine == node {
        return Ok(());
    }
    let same = mine.iter().zip(&node).take_while(|(a, b)| a == b).count();
    let line =
        |lines: &[&str]| lines.get(same).map_or("nothing more", |l| *l).to_string();
    let first = (same + 1, line(&mine), line(&node));
    let (mine, node) = (mine.join("\n  "), node.join("\n  "));
    Err(format!(
        "{program}: yours runs\n  {mine}\nright is\n  {node}\n\
         First difference, line {}: yours {}, right {}.",
        first.0, first.1, first.2
    ))
}

/// Runs oracle programs on the queues.
pub fn tick_queues<Q: TickQueues>() -> Result<(), String> {
    tick_recursion::<Q>()?;
    microtask_recursion::<Q>()?;
    microtask_tick_microtask::<Q>()
}

/// Queues itself until it printed five lines.
fn again<Q>(
    lines: Lines,
    what: &'static str,
    n: u32,
    queue: fn(&mut Q, Job<Q>),
) -> Job<Q>
where
    Q: 'static,
{
    Box::new(move |q| {
        lines.print(format_args!("{what} {n}"));
        if n < 5 {
            queue(q, again(lines, what, n + 1, queue));
        }
    })
}

fn tick_recursion<Q: TickQueues>() -> Result<(), String> {
    let (lines, mut q) = (Lines::default(), Q::default());
    q.queue_microtask(lines.printer("promise"));
    q.next_tick(again(lines.clone(), "tick", 1, Q::next_tick));
    q.drain();
    lines.print("immediate");
    lines.compare(
        "oracle/tick-recursion.cjs",
        include_str!("../../oracle/tick-recursion.out"),
    )
}

fn microtask_recursion<Q: TickQueues>() -> Result<(), String> {
    let (lines, mut q) = (Lines::default(), Q::default());
    let tick = lines.printer("tick");
    let first = again(lines.clone(), "microtask", 1, Q::queue_microtask);
    q.queue_microtask(Box::new(move |q: &mut Q| {
        q.next_tick(tick);
        first(q);
    }));
    q.drain();
    lines.compare(
        "oracle/microtask-recursion.cjs",
        include_str!("../../oracle/microtask-recursion.out"),
    )
}

fn microtask_tick_microtask<Q: TickQueues>() -> Result<(), String> {
    let (lines, mut q) = (Lines::default(), Q::default());
    let all = lines.clone();
    q.queue_microtask(Box::new(move |q: &mut Q| {
        all.print("microtask 1");
        q.next_tick(Box::new(move |q: &mut Q| {
            all.print("tick of microtask 1");
            q.queue_microtask(all.printer("microtask of the tick"));
            q.next_tick(all.printer("tick of the tick"));
        }));
    }));
    q.queue_microtask(lines.printer("microtask 2"));
    q.drain();
    lines.compare(
        "oracle/microtask-tick-microtask.cjs",
        include_str!("../../oracle/microtask-tick-microtask.out"),
    )
}

/// Runs oracle programs and random ones on the timers.
pub fn timer_lists<T: TimerLists>() -> Result<(), String> {
    timers_of_one_duration::<T>()?;
    timers_with_fractions::<T>()?;
    timers_late_but_first::<T>()?;
    timers_put_off::<T>()?;
    (1..=50).try_for_each(random_timers::<T>)
}

/// Arms timers, given as (now, after, name), and takes what is due.
fn take<T: TimerLists>(timers: &[(u64, f64, &str)], now: u64) -> Vec<String> {
    let mut lists = T::default();
    for (now, after, name) in timers {
        lists.set_timeout(*now, *after, name);
    }
    lists.take_due(now)
}

fn timers_of_one_duration<T: TimerLists>() -> Result<(), String> {
    let timers = [
        (0, 200.0, "200 ms, first"),
        (0, 1.0, "1 ms, first"),
        (0, 200.0, "200 ms, second"),
        (0, 1.0, "1 ms, second"),
        (0, 0.0, "0 ms, which is 1 ms"),
    ];
    let recorded = include_str!("../../oracle/timer-lists.out");
    let node: Vec<&str> = recorded.lines().collect();
    compare("oracle/timer-lists.cjs", &take::<T>(&timers, 300), &node)
}

fn timers_with_fractions<T: TimerLists>() -> Result<(), String> {
    let timers = [
        (0, 1.9, "1.9 ms"),
        (0, 1.0, "1 ms"),
        (0, 2.0, "2 ms"),
        (0, 1.5, "1.5 ms"),
    ];
    let recorded = include_str!("../../oracle/timer-fraction.out");
    // The first line shows the durations as they were set.
    let node: Vec<&str> = recorded.lines().skip(1).collect();
    compare("oracle/timer-fraction.cjs", &take::<T>(&timers, 10), &node)
}

fn timers_late_but_first<T: TimerLists>() -> Result<(), String> {
    let timers = [
        (0, 20.0, "20 ms, armed at 0, due at 20"),
        (30, 1.0, "1 ms, armed at 30, due at 31"),
        (30, 20.0, "20 ms, armed at 30, due at 50"),
    ];
    let recorded = include_str!("../../oracle/timer-late-but-first.out");
    let node: Vec<&str> = recorded.lines().collect();
    let mine = take::<T>(&timers, 90);
    compare("oracle/timer-late-but-first.cjs", &mine, &node)
}

/// A timer that is not due stays, and `next_expiry` says until when.
fn timers_put_off<T: TimerLists>() -> Result<(), String> {
    let mut lists = T::default();
    let nothing = lists.next_expiry();
    lists.set_timeout(0, 10.0, "early");
    lists.set_timeout(5, 10.0, "late");
    let mut steps = vec![format!("{nothing:?} {:?}", lists.next_expiry())];
    for now in [9, 10, 14, 15] {
        let due = lists.take_due(now);
        steps.push(format!("{now}: {due:?}, then {:?}", lists.next_expiry()));
    }
    let wanted = [
        "None Some(10)",
        "9: [], then Some(10)",
        "10: [\"early\"], then Some(15)",
        "14: [], then Some(15)",
        "15: [\"late\"], then None",
    ];
    compare("10 ms, armed at 0 and at 5", &steps, &wanted)
}

/// Numbers that look random (a linear congruential generator; Knuth's constants).
fn random(seed: &mut u64, below: u64) -> u64 {
    *seed = seed
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 33) % below
}

/// A callback that arms timers and is busy in between, and then for a while more.
struct Step {
    /// ms before each timer is armed, and its duration.
    timers: Vec<(u64, f64)>,
    busy: u64,
}

/// Timers that are armed while time passes and lists fall due: the loop of this crate,
/// which the oracle compares with Node's, says what is right.
fn random_timers<T: TimerLists>(program: u64) -> Result<(), String> {
    let mut seed = program;
    let mut steps = Vec::new();
    for _ in 0..8 {
        let timers = (0..4).map(|_| {
            let wait = random(&mut seed, 4);
            (wait, 1.0 + random(&mut seed, 24) as f64 / 2.0)
        });
        let timers = timers.collect();
        let busy = random(&mut seed, 8);
        steps.push(Step { timers, busy });
    }
    // At last everything is due.
    let (timers, busy) = (Vec::new(), 100);
    steps.push(Step { timers, busy });
    let mine = take_between::<T>(&steps);
    let title = format!("random program {program}, against this crate's loop");
    compare(&title, &mine, &run_timers(steps))
}

fn armed(after: f64, now: u64) -> String {
    format!("{after} ms, armed at {now}")
}

fn take_between<T: TimerLists>(steps: &[Step]) -> Vec<String> {
    let (mut lists, mut now, mut lines) = (T::default(), 0, Vec::new());
    for step in steps {
        for (wait, after) in &step.timers {
            now += wait;
            lists.set_timeout(now, *after, &armed(*after, now));
        }
        now += step.busy;
        lines.extend(lists.take_due(now));
    }
    lines
}

/// Each step is an immediate: the timers come at the end of its turn.
fn run_timers(steps: Vec<Step>) -> Vec<String> {
    let mut js = Js::new(Simulated::new(), Closures::quiet());
    let ended = js.run_script(move |js| next_step(js, steps.into()));
    ended.expect("nothing is waited for in vain");
    js.host().output().lines().map(String::from).collect()
}

fn next_step(js: &mut Js, mut steps: VecDeque<Step>) {
    let Some(step) = steps.pop_front() else {
        return;
    };
    js.set_immediate(move |js| {
        js.update_time();
        for (wait, after) in step.timers {
            js.busy_wait(wait);
            js.update_time();
            let line = armed(after, js.now());
            js.set_timeout(after, move |js| js.log(&line));
        }
        js.busy_wait(step.busy);
        next_step(js, steps);
    });
}

/// Runs oracle programs on the promises.
pub fn promise<P: MicrotaskPromise>() -> Result<(), String> {
    value_or_promise::<P>()?;
    async_return::<P>()?;
    pending::<P>()
}

/// `promise.then(() => console.log(line))`
fn then_print<P: MicrotaskPromise>(
    promise: &P,
    tasks: &mut Microtasks,
    lines: &Lines,
    line: impl ToString,
) -> P {
    let (lines, line) = (lines.clone(), line.to_string());
    promise.then(tasks, move |_| {
        lines.print(line);
        None
    })
}

fn staircase<P: MicrotaskPromise>(tasks: &mut Microtasks, lines: &Lines, steps: u32) {
    let mut promise = P::resolved(tasks, None);
    for i in 1..=steps {
        promise = then_print(&promise, tasks, lines, format_args!("step {i}"));
    }
}

/// oracle/thenable-hops.cjs without its thenable.
fn value_or_promise<P: MicrotaskPromise>() -> Result<(), String> {
    let (lines, mut tasks) = (Lines::default(), Microtasks::default());
    let tasks = &mut tasks;
    let inner = P::resolved(tasks, None);
    staircase::<P>(tasks, &lines, 5);
    let value = P::resolved(tasks, None);
    then_print(&value, tasks, &lines, "value");
    let promise = P::resolved(tasks, Some(inner.clone()));
    then_print(&promise, tasks, &lines, "promise");
    let promise = P::resolved(tasks, None).then(tasks, |_| Some(inner));
    then_print(&promise, tasks, &lines, "then returns promise");
    tasks.run();
    let recorded = include_str!("../../oracle/thenable-hops.out");
    lines.compare(
        "oracle/thenable-hops.cjs",
        &recorded.replace("thenable\n", ""),
    )
}

/// Resolved with a promise that is pending for a while.
fn pending<P: MicrotaskPromise>() -> Result<(), String> {
    let (lines, mut tasks) = (Lines::default(), Microtasks::default());
    let tasks = &mut tasks;
    staircase::<P>(tasks, &lines, 6);
    let mut inner = P::resolved(tasks, None);
    for _ in 0..3 {
        inner = inner.then(tasks, |_| None);
    }
    let outer = P::resolved(tasks, Some(inner.clone()));
    then_print(&outer, tasks, &lines, "outer");
    then_print(&inner, tasks, &lines, "inner");
    tasks.run();
    lines.compare(
        "oracle/resolve-pending.cjs",
        include_str!("../../oracle/resolve-pending.out"),
    )
}

/// An async function that returns resolves its promise with what it returns; one that
/// awaits first is a reaction.
fn async_return<P: MicrotaskPromise>() -> Result<(), String> {
    let (lines, mut tasks) = (Lines::default(), Microtasks::default());
    let tasks = &mut tasks;
    staircase::<P>(tasks, &lines, 4);
    let promise = P::resolved(tasks, None);
    let value = P::resolved(tasks, None);
    then_print(&value, tasks, &lines, "return value");
    let awaited = promise.then(tasks, |_| None);
    then_print(&awaited, tasks, &lines, "return await promise");
    let returned = P::resolved(tasks, Some(promise));
    then_print(&returned, tasks, &lines, "return promise");
    tasks.run();
    lines.compare(
        "oracle/async-return.cjs",
        include_str!("../../oracle/async-return.out"),
    )
}
