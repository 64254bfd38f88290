//! One job of the comparison with Node: prints nanoseconds per operation.
//!
//! `cargo run --release -p event-loop --example event-loop-compare -- rebuild ticks`;
//! the jobs are in compare/compare.toml, the same work for Node in compare/bench.mjs.
//! The loop polls with the real epoll. Each callback is a closure of its own, as in
//! bench.mjs.

use event_loop::closures::Js;
use event_loop::uv::Epoll;
use std::cell::Cell;
use std::process::ExitCode;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// Durations of timers that fire, in ms: from 1 to this.
const SHORT: u64 = 50;
/// After this many ms they are all due, on either clock.
const ALL_DUE: u64 = SHORT + 10;
/// Timers that never fire last a minute and up to this many ms more.
const LONG: u64 = 1000;

/// How often which work is done.
#[derive(Clone, Copy)]
struct Plan {
    /// Operations of a round.
    operations: u64,
    /// Rounds that are measured.
    rounds: u64,
    /// Rounds before that are not: a JIT compiler wants them, so all get them.
    warm_up: u64,
}

impl Plan {
    fn of(job: &str, timers: Option<u64>) -> Option<Plan> {
        let (operations, rounds, warm_up) = match job {
            "ticks" | "microtasks" | "promise-hops" | "immediates" => {
                (1000, 6000, 1000)
            }
            "turns" => (1000, 600, 200),
            "timers-schedule" | "timers-cancel" => (50_000, 20, 10),
            "timers-fire" => (50_000, 10, 8),
            "timers-growth" => {
                let timers = timers?;
                (timers, (200_000 / timers).clamp(2, 20), 0)
            }
            _ => return None,
        };
        Some(Plan {
            operations,
            rounds,
            warm_up,
        })
    }

    /// What comes before a growth job: its own rounds are few when timers are many.
    fn before_growth() -> Plan {
        Plan {
            operations: 50_000,
            rounds: 8,
            warm_up: 0,
        }
    }
}

/// Adds up the time of what is measured.
#[derive(Default)]
struct Stopwatch {
    since: Cell<Option<Instant>>,
    spent: Cell<Duration>,
}

impl Stopwatch {
    fn start(&self) {
        self.since.set(Some(Instant::now()));
    }

    fn stop(&self) {
        if let Some(since) = self.since.take() {
            self.spent.set(self.spent.get() + since.elapsed());
        }
    }
}

/// A job on its way. Every round starts in an immediate of its own.
struct Bench {
    plan: Plan,
    round: fn(&mut Js, &Rc<Bench>),
    rounds_done: Cell<u64>,
    callbacks_left: Cell<u64>,
    watch: Stopwatch,
}

impl Bench {
    /// Runs the job; nanoseconds per operation.
    fn run(plan: Plan, round: fn(&mut Js, &Rc<Bench>)) -> std::io::Result<f64> {
        let bench = Rc::new(Bench {
            plan,
            round,
            rounds_done: Cell::new(0),
            callbacks_left: Cell::new(0),
            watch: Stopwatch::default(),
        });
        let first = Rc::clone(&bench);
        let mut js = Js::with_closures(Epoll::new()?);
        js.run_script(move |js| first.next_round(js))?;
        let rounds = plan.warm_up + plan.rounds;
        assert_eq!(bench.rounds_done.get(), rounds, "the loop ended early");
        let operations = plan.operations * plan.rounds;
        Ok(bench.watch.spent.get().as_nanos() as f64 / operations as f64)
    }

    fn next_round(self: Rc<Self>, js: &mut Js) {
        js.set_immediate(move |js| {
            self.callbacks_left.set(self.plan.operations);
            (self.round)(js, &self);
        });
    }

    fn end_round(self: Rc<Self>, js: &mut Js) {
        let done = self.rounds_done.get() + 1;
        self.rounds_done.set(done);
        if done == self.plan.warm_up {
            self.watch.spent.set(Duration::ZERO);
        }
        if done < self.plan.warm_up + self.plan.rounds {
            self.next_round(js);
        }
    }

    /// What every callback does: counts, and ends the round if it is the last.
    fn count(self: Rc<Self>, js: &mut Js) {
        self.callbacks_left.set(self.callbacks_left.get() - 1);
        if self.callbacks_left.get() == 0 {
            self.watch.stop();
            self.end_round(js);
        }
    }
}

fn ticks(js: &mut Js, bench: &Rc<Bench>) {
    bench.watch.start();
    for _ in 0..bench.plan.operations {
        let bench = Rc::clone(bench);
        js.next_tick(move |js| bench.count(js));
    }
}

fn microtasks(js: &mut Js, bench: &Rc<Bench>) {
    bench.watch.start();
    for _ in 0..bench.plan.operations {
        let bench = Rc::clone(bench);
        js.queue_microtask(move |js| bench.count(js));
    }
}

fn promise_hops(js: &mut Js, bench: &Rc<Bench>) {
    bench.watch.start();
    let mut promise = js.resolved(());
    for _ in 0..bench.plan.operations {
        let bench = Rc::clone(bench);
        promise = js.then(&promise, move |js, _| bench.count(js));
    }
}

fn immediates(js: &mut Js, bench: &Rc<Bench>) {
    bench.watch.start();
    for _ in 0..bench.plan.operations {
        let bench = Rc::clone(bench);
        js.set_immediate(move |js| bench.count(js));
    }
}

fn turns(js: &mut Js, bench: &Rc<Bench>) {
    bench.watch.start();
    another_turn(js, Rc::clone(bench));
}

fn another_turn(js: &mut Js, bench: Rc<Bench>) {
    js.set_immediate(move |js| {
        if bench.callbacks_left.get() > 1 {
            another_turn(js, Rc::clone(&bench));
        }
        bench.count(js);
    });
}

/// Schedules timers that do not fire and clears them, every 7,919th first: neither the
/// order in which they came nor its reverse. The stopwatch sees one of the two.
fn schedule_and_cancel(js: &mut Js, bench: &Rc<Bench>, watch_schedule: bool) {
    let timers = bench.plan.operations;
    if watch_schedule {
        bench.watch.start();
    }
    let schedule = |i| {
        let bench = Rc::clone(bench);
        let after = 60_000 + i % LONG;
        js.set_timeout(after as u32, move |js| Rc::clone(&bench).count(js))
    };
    let handles: Vec<_> = (0..timers).map(schedule).collect();
    bench.watch.stop();
    if !watch_schedule {
        bench.watch.start();
    }
    for i in 0..timers {
        js.clear_timeout(&handles[(i * 7919 % timers) as usize]);
    }
    bench.watch.stop();
}

fn timers_schedule(js: &mut Js, bench: &Rc<Bench>) {
    schedule_and_cancel(js, bench, true);
    Rc::clone(bench).end_round(js);
}

fn timers_cancel(js: &mut Js, bench: &Rc<Bench>) {
    schedule_and_cancel(js, bench, false);
    Rc::clone(bench).end_round(js);
}

/// Schedules timers and waits until all are due: they fire in this turn.
fn schedule_short(js: &mut Js, bench: &Rc<Bench>) {
    for i in 0..bench.plan.operations {
        let bench = Rc::clone(bench);
        let after = 1 + i % SHORT;
        js.set_timeout(after as u32, move |js| Rc::clone(&bench).count(js));
    }
}

fn timers_fire(js: &mut Js, bench: &Rc<Bench>) {
    schedule_short(js, bench);
    js.busy_wait(ALL_DUE);
    bench.watch.start();
}

fn timers_growth(js: &mut Js, bench: &Rc<Bench>) {
    bench.watch.start();
    schedule_short(js, bench);
    bench.watch.stop();
    js.busy_wait(ALL_DUE);
    bench.watch.start();
}

fn rebuild(job: &str, plan: Plan) -> std::io::Result<f64> {
    let round = match job {
        "ticks" => ticks,
        "microtasks" => microtasks,
        "promise-hops" => promise_hops,
        "immediates" => immediates,
        "turns" => turns,
        "timers-schedule" => timers_schedule,
        "timers-cancel" => timers_cancel,
        "timers-fire" => timers_fire,
        _ => {
            Bench::run(Plan::before_growth(), timers_growth)?;
            timers_growth
        }
    };
    Bench::run(plan, round)
}

/// The peer: tokio's current-thread runtime, where there is something to compare. An
/// immediate is a task, a turn is `yield_now`, a timer is a task that sleeps.
mod peer {
    use super::{ALL_DUE, LONG, Plan, SHORT, Stopwatch};
    use std::io;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::{Duration, Instant};
    use tokio::task::{JoinHandle, yield_now};
    use tokio::time::sleep;

    const JOBS: [&str; 6] = [
        "immediates",
        "turns",
        "timers-schedule",
        "timers-cancel",
        "timers-fire",
        "timers-growth",
    ];

    pub fn takes_part_in(job: &str) -> bool {
        JOBS.contains(&job)
    }

    pub fn run(job: &str, plan: Plan) -> io::Result<f64> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        Ok(runtime.block_on(async {
            if job == "timers-growth" {
                rounds(job, Plan::before_growth()).await;
            }
            rounds(job, plan).await
        }))
    }

    async fn rounds(job: &str, plan: Plan) -> f64 {
        let watch = Stopwatch::default();
        for round in 0..plan.warm_up + plan.rounds {
            if round == plan.warm_up {
                watch.spent.set(Duration::ZERO);
            }
            match job {
                "immediates" => immediates(plan, &watch).await,
                "turns" => turns(plan, &watch).await,
                "timers-fire" => timers(plan, &watch, false).await,
                "timers-growth" => timers(plan, &watch, true).await,
                _ => schedule_and_cancel(plan, &watch, job == "timers-schedule").await,
            }
        }
        let operations = plan.operations * plan.rounds;
        watch.spent.get().as_nanos() as f64 / operations as f64
    }

    /// How many tasks did what, so far.
    #[derive(Default)]
    struct Tasks {
        /// Were polled once: their timer is registered.
        started: AtomicU64,
        ended: AtomicU64,
    }

    async fn until(counter: &AtomicU64, count: u64) {
        while counter.load(Ordering::Relaxed) < count {
            yield_now().await;
        }
    }

    async fn immediates(plan: Plan, watch: &Stopwatch) {
        let tasks = Arc::new(Tasks::default());
        watch.start();
        for _ in 0..plan.operations {
            let tasks = Arc::clone(&tasks);
            tokio::spawn(async move { tasks.ended.fetch_add(1, Ordering::Relaxed) });
        }
        until(&tasks.ended, plan.operations).await;
        watch.stop();
    }

    async fn turns(plan: Plan, watch: &Stopwatch) {
        watch.start();
        for _ in 0..plan.operations {
            yield_now().await;
        }
        watch.stop();
    }

    fn spawn_sleep(after: u64, tasks: &Arc<Tasks>) -> JoinHandle<u64> {
        let tasks = Arc::clone(tasks);
        tokio::spawn(async move {
            tasks.started.fetch_add(1, Ordering::Relaxed);
            sleep(Duration::from_millis(after)).await;
            tasks.ended.fetch_add(1, Ordering::Relaxed)
        })
    }

    /// A task registers its timer when it is first polled, and takes it out when it is
    /// dropped: both only once we yield.
    async fn schedule_and_cancel(plan: Plan, watch: &Stopwatch, watch_schedule: bool) {
        let tasks = Arc::new(Tasks::default());
        let timers = plan.operations;
        if watch_schedule {
            watch.start();
        }
        let spawn = |i| spawn_sleep(60_000 + i % LONG, &tasks);
        let handles: Vec<_> = (0..timers).map(spawn).collect();
        until(&tasks.started, timers).await;
        watch.stop();
        if !watch_schedule {
            watch.start();
        }
        for i in 0..timers {
            handles[(i * 7919 % timers) as usize].abort();
        }
        while Arc::strong_count(&tasks) > 1 {
            yield_now().await;
        }
        if !watch_schedule {
            watch.stop();
        }
    }

    async fn timers(plan: Plan, watch: &Stopwatch, watch_schedule: bool) {
        let tasks = Arc::new(Tasks::default());
        if watch_schedule {
            watch.start();
        }
        for i in 0..plan.operations {
            spawn_sleep(1 + i % SHORT, &tasks);
        }
        until(&tasks.started, plan.operations).await;
        watch.stop();
        let end = Instant::now() + Duration::from_millis(ALL_DUE);
        while Instant::now() < end {
            std::hint::spin_loop();
        }
        watch.start();
        until(&tasks.ended, plan.operations).await;
        watch.stop();
    }
}

/// What no loop of this kind can do without, and nothing else.
#[cfg(target_os = "linux")]
mod bare {
    use super::{Plan, Stopwatch};
    use rustix::event::{EventfdFlags, Timespec, epoll, eventfd};
    use std::cell::Cell;
    use std::collections::VecDeque;
    use std::io;
    use std::mem::MaybeUninit;
    use std::rc::Rc;
    use std::time::Duration;

    pub fn run(job: &str, plan: Plan) -> Option<io::Result<f64>> {
        match job {
            "ticks" => Some(Ok(ticks(plan))),
            "turns" => Some(turns(plan)),
            _ => None,
        }
    }

    fn rounds(plan: Plan, mut round: impl FnMut()) -> f64 {
        let watch = Stopwatch::default();
        for number in 0..plan.warm_up + plan.rounds {
            if number == plan.warm_up {
                watch.spent.set(Duration::ZERO);
            }
            watch.start();
            round();
            watch.stop();
        }
        let operations = plan.operations * plan.rounds;
        watch.spent.get().as_nanos() as f64 / operations as f64
    }

    /// A queue of closures in boxes: no names, no errors, no scopes.
    fn ticks(plan: Plan) -> f64 {
        let ran = Rc::new(Cell::new(0));
        let mut queue: VecDeque<Box<dyn FnOnce()>> = VecDeque::new();
        let nanoseconds = rounds(plan, || {
            for _ in 0..plan.operations {
                let ran = Rc::clone(&ran);
                queue.push_back(Box::new(move || ran.set(ran.get() + 1)));
            }
            while let Some(callback) = queue.pop_front() {
                callback();
            }
        });
        assert_eq!(ran.get(), plan.operations * (plan.warm_up + plan.rounds));
        nanoseconds
    }

    /// One call of epoll a turn, with a descriptor in its set, as the rebuild has.
    fn turns(plan: Plan) -> io::Result<f64> {
        let set = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        let wakeup = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?;
        let data = epoll::EventData::new_u64(0);
        epoll::add(&set, &wakeup, data, epoll::EventFlags::IN)?;
        let mut ready = 0;
        let nanoseconds = rounds(plan, || {
            for _ in 0..plan.operations {
                let mut events = [MaybeUninit::<epoll::Event>::uninit(); 1];
                let waited = epoll::wait(&set, &mut events, Some(&Timespec::default()));
                ready += waited.map_or(0, |(events, _)| events.len());
            }
        });
        assert_eq!(ready, 0, "nobody wrote");
        Ok(nanoseconds)
    }
}

#[cfg(not(target_os = "linux"))]
mod bare {
    pub fn run(_: &str, _: super::Plan) -> Option<std::io::Result<f64>> {
        None
    }
}

fn usage(wrong: &str) -> ExitCode {
    eprintln!(
        "{wrong}: say `rebuild`, `bare` or `tokio`, then a job of compare/compare.toml"
    );
    ExitCode::from(2)
}

pub fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [who, job, rest @ ..] = args.as_slice() else {
        return usage("two words are missing");
    };
    let timers = rest.first().and_then(|n| n.parse().ok()).filter(|n| *n > 0);
    let Some(plan) = Plan::of(job, timers) else {
        return usage(&format!("`{job}` is no job, or lacks its number of timers"));
    };
    let result = match who.as_str() {
        "rebuild" => Some(rebuild(job, plan)),
        "bare" => bare::run(job, plan),
        "tokio" if peer::takes_part_in(job) => Some(peer::run(job, plan)),
        _ => None,
    };
    match result {
        None => usage(&format!("`{who}` does not do `{job}`")),
        Some(Ok(nanoseconds)) => {
            println!("{nanoseconds:.2}");
            ExitCode::SUCCESS
        }
        Some(Err(error)) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
