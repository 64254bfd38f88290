//! Break it: 200,000 timers. Of one duration, of 100, of 2,000.
//!
//! `cargo run --release -p event-loop --example break-timer-flood`

use event_loop::closures::Js;
use event_loop::uv::Epoll;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Instant;

const TIMERS: u32 = 200_000;

/// Arms the timers, clears every second one, lets the others fire.
fn flood(durations: u32) -> std::io::Result<()> {
    let mut js = Js::with_closures(Epoll::new()?);
    let fired = Rc::new(Cell::new(0_u32));
    let counter = Rc::clone(&fired);
    let start = Instant::now();
    js.run_script(move |js| {
        for i in 0..TIMERS {
            let counter = Rc::clone(&counter);
            let after = 1 + (i / 2) % durations;
            let timer = js.set_timeout(after, move |_| counter.set(counter.get() + 1));
            if i % 2 == 1 {
                js.clear_timeout(&timer);
            }
        }
    })?;
    let (fired, turns, time) = (fired.get(), js.turns(), start.elapsed());
    let time = time.as_millis();
    println!("{durations:>7} durations: {fired} fired in {turns} turns, {time} ms");
    Ok(())
}

fn main() -> std::io::Result<()> {
    println!("{TIMERS} timers, every second one cleared");
    for durations in [1, 100, 2000] {
        flood(durations)?;
    }
    Ok(())
}
