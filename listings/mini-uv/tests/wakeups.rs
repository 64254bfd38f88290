//! Wakeups from other threads: as few as possible, none lost.
#![cfg(target_os = "linux")]

mod common;

use common::{end, in_time};
use mini_uv::{Loop, RunMode};
use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

#[test]
fn a_thousand_sends_are_one_callback() {
    in_time(|| {
        let mut uv = Loop::new().unwrap();
        let count = Rc::new(Cell::new(0));
        let seen = Rc::clone(&count);
        let (_, sender) = uv.async_handle(move |_| seen.set(seen.get() + 1));
        for round in 1..=3 {
            let sender = sender.clone();
            let other = thread::spawn(move || (0..1000).for_each(|_| sender.send()));
            other.join().unwrap();
            uv.run(RunMode::Once).unwrap();
            assert_eq!(count.get(), round);
            uv.run(RunMode::NoWait).unwrap();
            assert_eq!(count.get(), round, "a wakeup came twice");
        }
        end(uv);
    });
}

/// Who sends in the callback wants the next one.
#[test]
fn a_send_from_within_the_callback_is_another_callback() {
    in_time(|| {
        let mut uv = Loop::new().unwrap();
        let turns = Rc::new(Cell::new(Vec::new()));
        let (seen, own) = (Rc::clone(&turns), Rc::new(Cell::new(None)));
        let itself = Rc::clone(&own);
        let (_, sender) = uv.async_handle(move |uv| {
            let mut all = seen.take();
            all.push(uv.turns());
            if let (Some(sender), true) = (itself.take(), all.len() < 3) {
                let sender: mini_uv::Sender = sender;
                sender.send();
                itself.set(Some(sender));
            }
            seen.set(all);
        });
        own.set(Some(sender.clone()));
        sender.send();
        for _ in 0..3 {
            uv.run(RunMode::Once).unwrap();
        }
        assert_eq!(turns.take(), [1, 2, 3]);
        end(uv);
    });
}

/// The data travel by relaxed atomics: only the wakeup orders them. Whatever a thread
/// wrote before it sent is seen by a callback that comes after.
#[test]
fn no_wakeup_is_lost() {
    in_time(|| {
        const EACH: u64 = 20_000;
        let mut uv = Loop::new().unwrap();
        let slots: Arc<[AtomicU64; 3]> = Arc::default();
        let (shared, done) = (Arc::clone(&slots), Rc::new(Cell::new(false)));
        let all = Rc::clone(&done);
        let (_, sender) = uv.async_handle(move |_| {
            let sum = |s: &[AtomicU64; 3]| -> u64 {
                s.iter().map(|slot| slot.load(Ordering::Relaxed)).sum()
            };
            all.set(sum(&shared) == 3 * EACH);
        });
        let threads: Vec<_> = (0..3)
            .map(|nth| {
                let (slots, sender) = (Arc::clone(&slots), sender.clone());
                thread::spawn(move || {
                    for n in 1..=EACH {
                        slots[nth].store(n, Ordering::Relaxed);
                        sender.send();
                    }
                })
            })
            .collect();
        // If the last wakeup is lost, this sleeps for ever, and the guard tells.
        while !done.get() {
            uv.run(RunMode::Once).unwrap();
        }
        for thread in threads {
            thread.join().unwrap();
        }
        end(uv);
    });
}

#[test]
fn a_sender_may_outlive_its_handle_and_its_loop() {
    in_time(|| {
        let mut uv = Loop::new().unwrap();
        let called = Rc::new(Cell::new(false));
        let seen = Rc::clone(&called);
        let (handle, sender) = uv.async_handle(move |_| seen.set(true));
        sender.send();
        uv.close(handle, |_| ()).unwrap();
        uv.run(RunMode::Default).unwrap();
        sender.send();
        uv.run(RunMode::NoWait).unwrap();
        assert!(!called.get());
        end(uv);
        sender.send();
    });
}

#[test]
fn only_the_handle_that_is_meant_calls_back() {
    in_time(|| {
        let mut uv = Loop::new().unwrap();
        let called: Rc<Cell<[u32; 3]>> = Rc::default();
        let senders: Vec<_> = (0..3)
            .map(|n| {
                let called = Rc::clone(&called);
                let count = move |_: &mut Loop| {
                    let mut counts = called.get();
                    counts[n] += 1;
                    called.set(counts);
                };
                uv.async_handle(count).1
            })
            .collect();
        senders[1].send();
        uv.run(RunMode::Once).unwrap();
        assert_eq!(called.get(), [0, 1, 0]);
        end(uv);
    });
}
