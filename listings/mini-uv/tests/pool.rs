//! The pool: lanes, cancellation, panics, its end.
#![cfg(target_os = "linux")]

mod common;

use common::{Log, Turnstile, end, in_time};
use mini_uv::{Error, Loop, MAX_QUEUED, MAX_THREADS, Pool, RunMode, WorkKind};
use std::cell::Cell;
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread;

#[test]
fn threads_start_with_the_first_job() {
    in_time(|| {
        for (asked, started) in [(0, 1), (3, 3), (MAX_THREADS + 1, MAX_THREADS)] {
            // A thousand threads once is enough; a machine may refuse so many.
            let pool = Pool::new(asked);
            assert_eq!(pool.threads(), 0);
            let mut uv = Loop::with_pool(pool.clone()).unwrap();
            uv.queue_work(WorkKind::Cpu, || (), |_, _| ()).unwrap();
            assert!(pool.threads() == started || asked > 100 && pool.threads() > 0);
            uv.run(RunMode::Default).unwrap();
            end(uv);
        }
    });
}

/// A slow job that says that it runs and then waits.
fn hang(uv: &mut Loop, gate: &Turnstile, runs: &std::sync::mpsc::Sender<()>) {
    let (gate, runs) = (gate.clone(), runs.clone());
    let lookup = move || {
        runs.send(()).unwrap();
        gate.pass();
    };
    uv.queue_work(WorkKind::SlowIo, lookup, |_, _| ()).unwrap();
}

fn wait_for(runs: &Receiver<()>, count: usize) {
    for _ in 0..count {
        runs.recv().unwrap();
    }
}

// ANCHOR: staircase
/// The staircase: half of the threads, rounded up, are in the slow lane; files pass;
/// whenever one slow job ends, exactly one more begins.
#[test]
fn slow_jobs_hold_half_of_the_threads() {
    in_time(|| {
        for threads in 1..=9_usize {
            let half = threads.div_ceil(2);
            let mut uv = Loop::with_pool(Pool::new(threads)).unwrap();
            let (gate, (said, runs)) = (Turnstile::default(), channel());
            for _ in 0..3 * threads {
                hang(&mut uv, &gate, &said);
            }
            wait_for(&runs, half);
            if threads > 1 {
                fast_jobs_pass(&mut uv, threads - half);
            }
            for _ in half..3 * threads {
                assert!(runs.try_recv().is_err(), "more than half of {threads}");
                gate.allow(1);
                wait_for(&runs, 1);
            }
            gate.allow(half);
            uv.run(RunMode::Default).unwrap();
            end(uv);
        }
    });
}
// ANCHOR_END: staircase

/// As many jobs as there are threads left, all at once: each waits for all others.
fn fast_jobs_pass(uv: &mut Loop, free: usize) {
    let barrier = Arc::new(std::sync::Barrier::new(free));
    let left = Rc::new(Cell::new(free));
    for _ in 0..free {
        let (barrier, left) = (Arc::clone(&barrier), Rc::clone(&left));
        let done = move |_: &mut Loop, _| left.set(left.get() - 1);
        let meet = move || barrier.wait().is_leader();
        uv.queue_work(WorkKind::FastIo, meet, done).unwrap();
    }
    while left.get() > 0 {
        uv.run(RunMode::Once).unwrap();
    }
}

#[test]
fn a_request_that_waits_is_cancelled_and_one_that_runs_is_not() {
    in_time(|| {
        let mut uv = Loop::with_pool(Pool::new(1)).unwrap();
        let (gate, (said, runs)) = (Turnstile::default(), channel());
        let (log, stuck) = (Log::default(), gate.clone());
        let told = log.clone();
        let running = uv
            .queue_work(
                WorkKind::Cpu,
                move || {
                    said.send(()).unwrap();
                    stuck.pass();
                },
                move |_, result| told.say(format_args!("running: {result:?}")),
            )
            .unwrap();
        wait_for(&runs, 1);
        let ran = Arc::new(AtomicUsize::new(0));
        for kind in [WorkKind::Cpu, WorkKind::SlowIo] {
            let (told, count) = (log.clone(), Arc::clone(&ran));
            let waiting = uv
                .queue_work(
                    kind,
                    move || count.fetch_add(1, Ordering::Relaxed),
                    move |_, result| told.say(format_args!("waiting: {result:?}")),
                )
                .unwrap();
            assert!(uv.cancel(waiting).is_ok());
            assert_eq!(log.lines().len(), 0, "never from within");
            assert!(
                matches!(uv.cancel(waiting), Err(Error::Busy)),
                "a second time"
            );
        }
        assert!(matches!(uv.cancel(running), Err(Error::Busy)));
        gate.allow(1);
        uv.run(RunMode::Default).unwrap();
        let mut lines = log.lines();
        lines.sort();
        let canceled = "waiting: Err(Canceled)";
        assert_eq!(lines, ["running: Ok(())", canceled, canceled]);
        assert_eq!(ran.load(Ordering::Relaxed), 0);
        assert!(matches!(uv.cancel(running), Err(Error::Closed)));
        end(uv);
    });
}

/// A job sees its loop only through its answer: what it borrows must be its own.
#[test]
fn a_job_that_panics_is_an_error_and_the_pool_goes_on() {
    in_time(|| {
        let mut uv = Loop::with_pool(Pool::new(1)).unwrap();
        let log = Log::default();
        for kind in [WorkKind::Cpu, WorkKind::SlowIo, WorkKind::SlowIo] {
            let told = log.clone();
            let panics: fn() -> u32 = || panic!("on purpose");
            uv.queue_work(kind, panics, move |_, result| {
                told.say(format_args!("{result:?}"));
            })
            .unwrap();
        }
        let told = log.clone();
        uv.queue_work(
            WorkKind::SlowIo,
            || 7,
            move |_, result| {
                told.say(format_args!("{result:?}"));
            },
        )
        .unwrap();
        uv.run(RunMode::Default).unwrap();
        let panicked = "Err(Panicked)";
        assert_eq!(log.lines(), [panicked, panicked, panicked, "Ok(7)"]);
        end(uv);
    });
}

/// What panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("on purpose, in a drop");
    }
}

/// Neither a panic whose payload panics again, nor an answer that nobody takes and that
/// panics when it is dropped, costs the pool its thread.
#[test]
fn a_drop_that_panics_costs_no_thread() {
    in_time(|| {
        let pool = Pool::new(1);
        let mut gone = Loop::with_pool(pool.clone()).unwrap();
        let gate = Turnstile::default();
        let wait = gate.clone();
        let answer = move || {
            wait.pass();
            Bomb
        };
        gone.queue_work(WorkKind::Cpu, answer, |_, _| ()).unwrap();
        drop(gone);
        gate.allow(1);

        let mut uv = Loop::with_pool(pool).unwrap();
        let log = Log::default();
        for kind in [WorkKind::Cpu, WorkKind::SlowIo, WorkKind::SlowIo] {
            let told = log.clone();
            let panics: fn() = || std::panic::panic_any(Bomb);
            uv.queue_work(kind, panics, move |_, result| {
                told.say(format_args!("{result:?}"));
            })
            .unwrap();
        }
        uv.run(RunMode::Default).unwrap();
        assert_eq!(log.lines(), ["Err(Panicked)"; 3]);
        end(uv);
    });
}

#[test]
fn every_answer_comes_once_and_to_its_own_loop() {
    in_time(|| {
        let pool = Pool::new(3);
        let loops: Vec<_> = (0..3_u64)
            .map(|nth| {
                let pool = pool.clone();
                thread::spawn(move || {
                    let mut uv = Loop::with_pool(pool).unwrap();
                    let sum = Rc::new(Cell::new(0));
                    for n in 0..500 {
                        let sum = Rc::clone(&sum);
                        let kind = match n % 3 {
                            0 => WorkKind::SlowIo,
                            _ => WorkKind::Cpu,
                        };
                        let answer =
                            move |_: &mut Loop, result: mini_uv::Result<u64>| {
                                let (of, n) = (result.unwrap() / 1000, n);
                                assert_eq!(of, nth);
                                sum.set(sum.get() + n);
                            };
                        uv.queue_work(kind, move || nth * 1000 + n, answer).unwrap();
                    }
                    uv.run(RunMode::Default).unwrap();
                    end(uv);
                    sum.get()
                })
            })
            .collect();
        for thread in loops {
            assert_eq!(thread.join().unwrap(), 499 * 500 / 2);
        }
    });
}

#[test]
fn the_queue_has_a_limit() {
    in_time(|| {
        let mut uv = Loop::with_pool(Pool::new(1)).unwrap();
        let (gate, (said, runs)) = (Turnstile::default(), channel());
        hang(&mut uv, &gate, &said);
        wait_for(&runs, 1);
        // Whatever was cancelled takes no place, and neither does the lane itself.
        for kind in [WorkKind::Cpu, WorkKind::SlowIo, WorkKind::Cpu] {
            let waiting: Vec<_> = (0..MAX_QUEUED)
                .map(|_| uv.queue_work(kind, || (), |_, _| ()).unwrap())
                .collect();
            for request in waiting {
                uv.cancel(request).unwrap();
            }
        }
        for _ in 0..MAX_QUEUED {
            uv.queue_work(WorkKind::SlowIo, || (), |_, _| ()).unwrap();
        }
        let before = uv.active_requests();
        let refused = uv.queue_work(WorkKind::Cpu, || (), |_, _| ());
        assert!(matches!(refused, Err(Error::Full)));
        assert_eq!(uv.active_requests(), before);
        gate.allow(1);
        uv.run(RunMode::Default).unwrap();
        end(uv);
    });
}

/// The last clone of a pool ends its threads: the job that runs ends, those that wait
/// are dropped unrun. Even on a thread of the pool itself.
#[test]
fn a_dropped_pool_ends_its_threads() {
    in_time(|| {
        let pool = Pool::new(1);
        let mut uv = Loop::with_pool(pool.clone()).unwrap();
        let (gate, (said, runs)) = (Turnstile::default(), channel());
        hang(&mut uv, &gate, &said);
        wait_for(&runs, 1);
        let (late, ran) = channel::<()>();
        let held = Mutex::new(Some(pool));
        uv.queue_work(WorkKind::Cpu, move || late.send(()), |_, _| ())
            .unwrap();
        let dropper = thread::spawn(move || held.lock().unwrap().take());
        dropper.join().unwrap();
        let gone = thread::spawn({
            let gate = gate.clone();
            move || {
                // The second job is dropped while the first still runs.
                assert!(ran.recv().is_err());
                gate.allow(1);
            }
        });
        drop(uv);
        gone.join().unwrap();

        let pool = Pool::new(1);
        let mut uv = Loop::with_pool(pool.clone()).unwrap();
        let (own, gate) = (Mutex::new(Some(pool)), Turnstile::default());
        let (wait, (done, ended)) = (gate.clone(), channel());
        let last = move || {
            wait.pass();
            drop(own.lock().unwrap().take());
            done.send(()).unwrap();
        };
        uv.queue_work(WorkKind::Cpu, last, |_, _| ()).unwrap();
        let opener = thread::spawn(move || gate.allow(1));
        drop(uv);
        opener.join().unwrap();
        ended.recv().unwrap();
    });
}
