//! Who runs first: ticks, microtasks, timers, immediates.

use event_loop::closures::{Js, Promise, await_};
use std::cell::Cell;
use std::rc::Rc;

pub fn main_order_script(js: &mut Js) {
    js.set_timeout(0, |js| js.log("timeout"));
    js.set_immediate(|js| js.log("immediate"));
    js.next_tick(|js| js.log("tick"));
    let resolved = js.resolved(());
    js.then(&resolved, |js, _| js.log("promise"));
    js.queue_microtask(|js| js.log("microtask"));
    js.async_fn(|js| {
        js.log("async body");
        await_((), |js, _| js.log("after await"))
    });
    js.busy_wait(5); // the timer is due before the loop starts
    js.log("main end");
}

pub fn tick_recursion(js: &mut Js) {
    fn again(js: &mut Js, n: i32) {
        js.log(format_args!("tick {n}"));
        if n < 5 {
            js.next_tick(move |js| again(js, n + 1));
        }
    }
    js.set_immediate(|js| js.log("immediate"));
    let resolved = js.resolved(());
    js.then(&resolved, |js, _| js.log("promise"));
    js.next_tick(|js| again(js, 1));
}

pub fn microtask_recursion(js: &mut Js) {
    fn again(js: &mut Js, n: i32) {
        js.log(format_args!("microtask {n}"));
        if n < 5 {
            js.queue_microtask(move |js| again(js, n + 1));
        }
    }
    js.queue_microtask(|js| {
        js.next_tick(|js| js.log("tick"));
        again(js, 1);
    });
}

pub fn microtask_tick_microtask(js: &mut Js) {
    let resolved = js.resolved(());
    js.then(&resolved, |js, _| {
        js.log("microtask 1");
        js.next_tick(|js| {
            js.log("tick of microtask 1");
            let resolved = js.resolved(());
            js.then(&resolved, |js, _| js.log("microtask of the tick"));
            js.next_tick(|js| js.log("tick of the tick"));
        });
    });
    js.then(&resolved, |js, _| js.log("microtask 2"));
}

// ANCHOR: ticks-between-timers
pub fn ticks_between_timers(js: &mut Js) {
    for name in ["A", "B"] {
        js.set_timeout(1, move |js| {
            js.log(format_args!("timer {name}"));
            let resolved = js.resolved(());
            js.then(&resolved, move |js, _| {
                js.log(format_args!("microtask of {name}"));
            });
            js.next_tick(move |js| js.log(format_args!("tick of {name}")));
        });
    }
    js.set_timeout(2, |js| js.log("timer C, of another list"));
    js.busy_wait(10);
}
// ANCHOR_END: ticks-between-timers

pub fn ticks_between_immediates(js: &mut Js) {
    for name in ["A", "B"] {
        js.set_immediate(move |js| {
            js.log(format_args!("immediate {name}"));
            let resolved = js.resolved(());
            js.then(&resolved, move |js, _| {
                js.log(format_args!("microtask of {name}"));
            });
            js.next_tick(move |js| js.log(format_args!("tick of {name}")));
        });
    }
}

pub fn timer_or_immediate(js: &mut Js) {
    js.set_immediate(|js| {
        js.set_timeout(1, |js| js.log("timer: at the end of this turn"));
        js.set_immediate(|js| js.log("immediate: in the next turn"));
        js.busy_wait(5);
    });
}

pub fn timer_in_timer(js: &mut Js) {
    js.set_timeout(1, |js| {
        js.log("timer 1");
        js.set_timeout(1, |js| js.log("timer 2: one turn later"));
        js.set_immediate(|js| js.log("immediate: in the next check phase"));
        js.busy_wait(5);
    });
}

pub fn nested_timers(js: &mut Js) {
    #[derive(Default)]
    struct Counts {
        immediates: Cell<i32>,
        timers: Cell<i32>,
    }
    fn timer(js: &mut Js, counts: &Rc<Counts>) {
        counts.timers.set(counts.timers.get() + 1);
        if counts.timers.get() < 5 {
            let counts = Rc::clone(counts);
            js.set_timeout(0, move |js| timer(js, &counts));
        }
        js.busy_wait(3);
    }
    fn immediate(js: &mut Js, counts: &Rc<Counts>) {
        counts.immediates.set(counts.immediates.get() + 1);
        let (immediates, timers) = (counts.immediates.get(), counts.timers.get());
        js.log(format_args!("immediates {immediates} timers {timers}"));
        if timers < 5 {
            let counts = Rc::clone(counts);
            js.set_immediate(move |js| immediate(js, &counts));
        }
    }
    js.set_immediate(|js| {
        let counts = Rc::new(Counts::default());
        let (a, b) = (Rc::clone(&counts), Rc::clone(&counts));
        js.set_timeout(0, move |js| timer(js, &a));
        js.set_immediate(move |js| immediate(js, &b));
        timer(js, &counts);
    });
}

pub fn starvation(js: &mut Js) {
    type Next = fn(&mut Js, Box<dyn FnOnce(&mut Js)>);

    fn starve(js: &mut Js, name: &'static str, next: Next) -> Promise {
        js.promise(|js, done| {
            let fired = Rc::new(Cell::new(false));
            let seen = Rc::clone(&fired);
            js.set_timeout(1, move |_| seen.set(true));
            js.busy_wait(5);
            let finish = Box::new(move |js: &mut Js| {
                let verdict = match fired.get() {
                    true => "let the timer through",
                    false => "starve the timer",
                };
                js.log(format_args!("{name} {verdict}"));
                js.set_timeout(1, move |js| done.resolve(js, ()));
            });
            again(js, 1, next, finish);
        })
    }

    fn again(js: &mut Js, calls: i32, next: Next, finish: Box<dyn FnOnce(&mut Js)>) {
        match calls {
            100 => finish(js),
            _ => next(js, Box::new(move |js| again(js, calls + 1, next, finish))),
        }
    }

    let p = starve(js, "immediates", |js, f| drop(js.set_immediate(f)));
    let p = js.then(&p, |js, _| starve(js, "ticks", |js, f| js.next_tick(f)));
    js.then(&p, |js, _| {
        starve(js, "microtasks", |js, f| js.queue_microtask(f))
    });
}
