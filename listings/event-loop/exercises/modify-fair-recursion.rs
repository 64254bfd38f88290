//! A hundred steps of 1 ms. Each queues the next as a tick, so the timer of 10 ms
//! waits for all of them. Change the program so that it prints
//!
//! ```text
//! timer of 10 ms after 10 ms
//! 100 steps after 100 ms
//! ```

use event_loop::closures::Js;

// UNSOLVED: let the loop take a turn between two steps, then delete this line
pub fn program(js: &mut Js) {
    js.set_timeout(10, |js| {
        let now = js.now();
        js.log(format_args!("timer of 10 ms after {now} ms"));
    });
    step(js, 1);
}

fn step(js: &mut Js, n: u32) {
    js.busy_wait(1);
    if n < 100 {
        js.next_tick(move |js| step(js, n + 1));
    } else {
        js.update_time();
        let now = js.now();
        js.log(format_args!("100 steps after {now} ms"));
    }
}
