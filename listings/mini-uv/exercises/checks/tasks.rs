//! What the exercises that are programs must do.

use mini_uv::{Loop, Pool, RunMode};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};

/// A job for the pool.
pub type Job = Box<dyn FnOnce() + Send>;

type Read = Box<dyn FnMut(u32)>;
type Post = Box<dyn Fn(u32) + Send>;

/// A hundred letters from another thread, before the loop looks, and a hundred more.
pub fn mailbox(open: fn(&mut Loop, Read) -> Post) -> Result<(), String> {
    let mut uv = Loop::new().map_err(|error| error.to_string())?;
    let got = Rc::new(RefCell::new(Vec::new()));
    let read = Rc::clone(&got);
    let mut post = open(&mut uv, Box::new(move |n| read.borrow_mut().push(n)));
    for round in 1..=2_u32 {
        let writer = std::thread::spawn(move || {
            (1..=100).for_each(&post);
            post
        });
        post = writer.join().map_err(|_| "Posting panics.")?;
        uv.run(RunMode::NoWait).map_err(|error| error.to_string())?;
        let all: Vec<u32> = (0..round).flat_map(|_| 1..=100).collect();
        if *got.borrow() != all {
            let (count, last) = (got.borrow().len(), got.borrow().last().copied());
            return Err(format!(
                "Of {} letters {count} were read, the last of them {last:?}.",
                all.len()
            ));
        }
    }
    Ok(())
}

type RunAll = fn(&mut Loop, Vec<Job>) -> mini_uv::Result<()>;

/// Where jobs hang until it is opened.
#[derive(Default)]
struct Gate {
    open: Mutex<bool>,
    opened: Condvar,
    came: AtomicUsize,
    passed: AtomicUsize,
}

impl Gate {
    fn pass(&self) {
        self.came.fetch_add(1, Ordering::SeqCst);
        let open = self.open.lock().expect("nobody panics");
        drop(self.opened.wait_while(open, |open| !*open));
        self.passed.fetch_add(1, Ordering::SeqCst);
    }

    fn open(&self) {
        *self.open.lock().expect("nobody panics") = true;
        self.opened.notify_all();
    }
}

/// Eight jobs that hang, and a file behind them, on a pool of four: either all threads
/// come to hang, or the file is there.
pub fn polite(run_all: RunAll) -> Result<(), String> {
    const JOBS: usize = 8;
    const THREADS: usize = 4;
    let text = |error: mini_uv::Error| error.to_string();
    let mut uv = Loop::with_pool(Pool::new(THREADS)).map_err(text)?;
    let gate = Arc::new(Gate::default());
    let job = |_| {
        let gate = Arc::clone(&gate);
        Box::new(move || gate.pass()) as Job
    };
    run_all(&mut uv, (0..JOBS).map(job).collect()).map_err(text)?;
    let is_there = Rc::new(Cell::new(false));
    let seen = Rc::clone(&is_there);
    uv.fs_stat(".", move |_, _| seen.set(true)).map_err(text)?;
    while !is_there.get() {
        if gate.came.load(Ordering::SeqCst) == THREADS {
            gate.open();
            return Err(format!(
                "{THREADS} jobs at once, and {THREADS} threads: a file must wait."
            ));
        }
        uv.run(RunMode::NoWait).map_err(text)?;
        std::thread::yield_now();
    }
    gate.open();
    uv.run(RunMode::Default).map_err(text)?;
    match gate.passed.load(Ordering::SeqCst) {
        JOBS => Ok(()),
        passed => Err(format!("Of {JOBS} jobs only {passed} were done.")),
    }
}

/// What is to be built in rebuild-slow-lane.rs.
pub trait Lanes {
    /// For so many threads.
    fn new(threads: usize) -> Self;
    /// A job, by its name, is queued; a slow one goes into the slow lane.
    fn submit(&mut self, name: u32, slow: bool);
    /// A thread wants a job: its name, or nothing if there is none that may run now.
    fn take(&mut self) -> Option<u32>;
    /// A thread has done this job.
    fn done(&mut self, name: u32);
}

/// The order that Node printed, then random programs against the rules.
pub fn lanes<Q: Lanes>() -> Result<(), String> {
    as_recorded::<Q>()?;
    for seed in 1..=500 {
        by_the_rules::<Q>(seed)?;
    }
    Ok(())
}

fn as_recorded<Q: Lanes>() -> Result<(), String> {
    const NAMES: [&str; 5] = ["lookup 1", "lookup 2", "stat 1", "lookup 3", "stat 2"];
    let recorded = include_str!("../../oracle/slow-lane-order.out");
    let mut queue = Q::new(1);
    for (name, what) in (0..).zip(NAMES) {
        queue.submit(name, what.starts_with("lookup"));
    }
    for line in recorded.lines().skip(1) {
        let Some(name) = queue.take() else {
            return Err(format!("One thread, {NAMES:?}: nothing instead of {line}."));
        };
        if NAMES[name as usize] != line {
            let mine = NAMES[name as usize];
            return Err(format!("One thread, {NAMES:?}: {mine} instead of {line}."));
        }
        queue.done(name);
    }
    Ok(())
}

/// The rules: each lane is first in, first out; half of the threads, rounded up, may be
/// slow; no thread goes empty for nothing. And the slow lane stands in the main queue at
/// one place, `lane`: the number of jobs that were queued before it.
fn by_the_rules<Q: Lanes>(seed: u64) -> Result<(), String> {
    let mut random = seed;
    let mut next = |below: u64| {
        // xorshift64: any sequence will do, as long as it is the same every time.
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random % below
    };
    let threads = 1 + (seed % 8) as usize;
    let mut queue = Q::new(threads);
    let (mut fast, mut slow) = (VecDeque::new(), VecDeque::new());
    let mut running: Vec<(u32, bool)> = Vec::new();
    let mut lane = 0;
    for name in 0..60 {
        let is_slow = next(2) == 0;
        queue.submit(name, is_slow);
        if is_slow && slow.is_empty() {
            lane = name;
        }
        if is_slow { &mut slow } else { &mut fast }.push_back(name);
        let now = name + 1;
        for _ in 0..next(3) {
            if !running.is_empty() && next(2) == 0 {
                let (name, _) =
                    running.swap_remove(next(running.len() as u64) as usize);
                queue.done(name);
            }
            if running.len() == threads {
                continue;
            }
            let slow_running = running.iter().filter(|(_, slow)| *slow).count();
            let may_be_slow = slow_running < threads.div_ceil(2);
            let got = queue.take();
            let Some(name) = got else {
                if fast.is_empty() && (slow.is_empty() || !may_be_slow) {
                    continue;
                }
                return Err(format!("{threads} threads: a job was left waiting."));
            };
            let was_slow = slow.contains(&name);
            if was_slow && !may_be_slow {
                return Err(format!("{threads} threads: too many slow jobs run."));
            }
            let is_lanes_turn =
                !slow.is_empty() && fast.front().is_none_or(|next| lane <= *next);
            if may_be_slow && was_slow != is_lanes_turn {
                let whose = if was_slow { "a slow" } else { "another" };
                return Err(format!(
                    "{threads} threads: {whose} job's turn had not come yet."
                ));
            }
            let queued = if was_slow { &mut slow } else { &mut fast };
            if queued.pop_front() != Some(name) {
                return Err(format!("{threads} threads: {name} was not the next."));
            }
            if is_lanes_turn {
                lane = now; // it was drawn, or passed over: it goes to the end
            }
            running.push((name, was_slow));
        }
    }
    Ok(())
}
