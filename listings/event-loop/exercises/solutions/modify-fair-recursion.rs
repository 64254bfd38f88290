//! An immediate queued by an immediate is of the next generation: a turn lies between
//! two steps, and every turn looks for timers.

use event_loop::closures::Js;

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
        js.set_immediate(move |js| step(js, n + 1));
    } else {
        js.update_time();
        let now = js.now();
        js.log(format_args!("100 steps after {now} ms"));
    }
}
