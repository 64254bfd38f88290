//! A thread writes a number and raises a flag that is up already, while another lowers
//! the flag and then reads the number. How often is it read too early, and nobody told?
//!
//! `cargo run -q --release -p mini-uv --example look-first`

use std::hint::spin_loop;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::*};
use std::thread;

const ROUNDS: u32 = 100_000;

/// Raises the flag and says whether it was up.
type Raise = fn(&AtomicBool) -> bool;

// ANCHOR: raise
const RAISE: [(&str, Raise); 2] = [
    ("looks first:", |up| {
        up.load(Relaxed) || up.swap(true, AcqRel)
    }),
    ("always writes:", |up| up.swap(true, AcqRel)),
];
// ANCHOR_END: raise

/// Each on its own line of the processor's cache.
#[derive(Default)]
#[repr(align(128))]
struct Apart<T>(T);

#[derive(Default)]
struct Shared {
    up: Apart<AtomicBool>,
    number: Apart<AtomicU32>,
    round: Apart<AtomicU32>,
    /// The rounds that the sender has done, and whether it found the flag up.
    sent: Apart<(AtomicU32, AtomicBool)>,
}

fn main() {
    for (name, raise) in RAISE {
        let shared = Arc::new(Shared::default());
        let own = Arc::clone(&shared);
        let sender = thread::spawn(move || send(&own, raise));
        let missed = (1..=ROUNDS).filter(|n| is_missed(&shared, *n)).count();
        sender.join().expect("it counts to the end");
        println!("{name:<14} of {ROUNDS} numbers {missed} were missed");
    }
}

fn send(shared: &Shared, raise: Raise) {
    for n in 1..=ROUNDS {
        while shared.round.0.load(Acquire) < n {
            spin_loop();
        }
        shared.number.0.store(n, Relaxed);
        let (done, was_up) = &shared.sent.0;
        was_up.store(raise(&shared.up.0), Relaxed);
        done.store(n, Release);
    }
}

/// One round of the loop's side: the flag is up, the sender runs, the flag is lowered.
fn is_missed(shared: &Shared, n: u32) -> bool {
    shared.up.0.store(true, SeqCst);
    shared.round.0.store(n, Release);
    (0..n % 64).for_each(|_| spin_loop()); // another moment each time
    shared.up.0.swap(false, AcqRel);
    let seen = shared.number.0.load(Relaxed);
    let (done, was_up) = &shared.sent.0;
    while done.load(Acquire) < n {
        spin_loop();
    }
    seen != n && was_up.load(Relaxed) && !shared.up.0.load(SeqCst)
}
