//! Lists, the floor, clearing, refreshing, referencing.

use event_loop::closures::Js;
use std::cell::{Cell, OnceCell};
use std::rc::Rc;

pub fn timer_lists(js: &mut Js) {
    js.set_timeout(200, |js| js.log("200 ms, first"));
    js.set_timeout(1, |js| js.log("1 ms, first"));
    js.set_timeout(200, |js| js.log("200 ms, second"));
    js.set_timeout(1, |js| js.log("1 ms, second"));
    js.set_timeout(0, |js| js.log("0 ms, which is 1 ms"));
    js.busy_wait(300);
}

pub fn timer_late_but_first(js: &mut Js) {
    js.set_timeout(20, |js| js.log("20 ms, armed at 0, due at 20"));
    js.busy_wait(30);
    js.set_timeout(1, |js| js.log("1 ms, armed at 30, due at 31"));
    js.set_timeout(20, |js| js.log("20 ms, armed at 30, due at 50"));
    js.busy_wait(60);
}

pub fn timer_fraction(js: &mut Js) {
    let slow = js.set_timeout(1.9, |js| js.log("1.9 ms"));
    let fast = js.set_timeout(1, |js| js.log("1 ms"));
    js.set_timeout(2, |js| js.log("2 ms"));
    js.set_timeout(1.5, |js| js.log("1.5 ms"));
    js.log(format_args!(
        "{} {}",
        slow.idle_timeout(),
        fast.idle_timeout()
    ));
    js.busy_wait(10);
}

pub fn timer_floor(js: &mut Js) {
    let longest = 2_f64.powi(31) - 1.0;
    for after in [0.0, -5.0, 0.5, f64::NAN, 2_f64.powi(31), longest] {
        let timer = js.set_timeout(after, |_| ());
        js.log(format_args!("{after} -> {}", timer.idle_timeout()));
        js.clear_timeout(&timer);
    }
}

pub fn interval_clear(js: &mut Js) {
    let mut n = 0;
    js.set_interval(1, move |js| {
        n += 1;
        js.log(format_args!("call {n}"));
        if n == 3 {
            js.clear_this();
        }
        let resolved = js.resolved(());
        js.then(&resolved, |js, _| js.log("microtask"));
    });
    js.on_exit(|js, _| js.log("exit"));
}

pub fn clear_timer_sibling(js: &mut Js) {
    let slot = Rc::new(OnceCell::new());
    let siblings = Rc::clone(&slot);
    js.set_timeout(1, move |js| {
        js.log("A clears B and D");
        let (b, d) = siblings.get().expect("set in main");
        js.clear_timeout(b);
        js.clear_timeout(d);
        js.set_timeout(1, |js| js.log("E, of a new list"));
    });
    let b = js.set_timeout(1, |js| js.log("B"));
    js.set_timeout(2, |js| js.log("C"));
    let d = js.set_timeout(2, |js| js.log("D"));
    let _ = slot.set((b, d));
    js.busy_wait(10);
}

pub fn timer_unref(js: &mut Js) {
    let first = js.set_timeout(1, |js| {
        js.log("unreferenced, 1 ms: the loop still lives");
    });
    js.set_timeout_ref(&first, false);
    js.set_timeout(20, |js| js.log("referenced, 20 ms"));
    let last = js.set_timeout(500, |js| js.log("unreferenced, 500 ms: too late"));
    js.set_timeout_ref(&last, false);
    js.on_exit(|js, _| js.log("exit"));
}

pub fn timer_refresh(js: &mut Js) {
    let mut fired = 0;
    let timer = js.set_timeout(20, move |js| {
        fired += 1;
        js.log(format_args!("fired {fired}"));
        if fired < 3 {
            let this = js.this_timeout().expect("in a timer");
            js.refresh_timeout(&this);
        }
    });
    js.set_timeout(20, |js| js.log("another of 20 ms"));
    js.busy_wait(10);
    js.refresh_timeout(&timer); // behind the other one now
    js.on_exit(|js, _| js.log("exit"));
}

pub fn timer_has_ref(js: &mut Js) {
    let timer = js.set_timeout(1000, |js| js.log("never"));
    js.log(timer.has_ref());
    js.set_timeout_ref(&timer, false);
    js.log(timer.has_ref());
    js.set_timeout_ref(&timer, true);
    js.log(timer.has_ref());
    js.clear_timeout(&timer);
    js.log(timer.has_ref());
    let slot = Rc::new(OnceCell::new());
    let this = Rc::clone(&slot);
    let immediate = js.set_immediate(move |js| {
        let has_ref = this.get().is_some_and(event_loop::node::Immediate::has_ref);
        js.log(format_args!("immediate {has_ref}"));
    });
    js.log(immediate.has_ref());
    let _ = slot.set(immediate);
    js.on_exit(|js, _| js.log("exit"));
}

pub fn interval_among_timers(js: &mut Js) {
    let mut n = 0;
    js.set_interval(10, move |js| {
        n += 1;
        js.log(format_args!("interval {n}"));
        if n == 3 {
            js.clear_this();
        } else {
            js.set_timeout(10, move |js| {
                js.log(format_args!("timeout armed in call {n}"));
            });
        }
        js.busy_wait(30);
    });
    js.set_timeout(10, |js| js.log("timeout armed in main"));
}

pub fn interval_late(js: &mut Js) {
    let mut n = 0;
    let immediates = Rc::new(Cell::new(0));
    js.set_interval(10, move |js| {
        n += 1;
        js.log(format_args!(
            "call {n} after {} immediates",
            immediates.get()
        ));
        if n == 4 {
            return js.clear_this();
        }
        let immediates = Rc::clone(&immediates);
        js.set_immediate(move |_| immediates.set(immediates.get() + 1));
        js.busy_wait(35);
    });
}

pub fn interval_unref(js: &mut Js) {
    js.set_immediate(|js| {
        let mut n = 0;
        let interval = js.set_interval(1, move |js| {
            n += 1;
            js.log(format_args!("interval {n}"));
        });
        js.set_timeout_ref(&interval, false);
        js.busy_wait(10);
        js.set_immediate(|js| {
            js.busy_wait(10);
            js.log("last immediate");
        });
    });
    js.on_exit(|js, _| js.log("exit"));
}

pub fn timer_clear_refresh(js: &mut Js) {
    let cleared = js.set_timeout(1, |js| js.log("never"));
    js.clear_timeout(&cleared);
    js.refresh_timeout(&cleared);
    let fired = js.set_timeout(1, |js| js.log("fired"));
    js.set_timeout(20, move |js| {
        js.clear_timeout(&fired);
        js.refresh_timeout(&fired);
        js.log("refreshed");
    });
    js.on_exit(|js, _| js.log("exit"));
}

pub fn timer_clear_own(js: &mut Js) {
    for name in ["clear", "refresh", "clear, refresh", "refresh, clear"] {
        let mut calls = 0;
        js.set_timeout(1, move |js| {
            calls += 1;
            js.log(format_args!("{name}: call {calls}"));
            if calls == 2 {
                return;
            }
            let timer = js.this_timeout().expect("in a timer");
            for step in name.split(", ") {
                match step {
                    "clear" => js.clear_timeout(&timer),
                    _ => js.refresh_timeout(&timer),
                }
            }
        });
    }
}

pub fn timer_unref_last_turn(js: &mut Js) {
    js.on_exit(|js, _| js.log("exit"));
    js.set_immediate(|js| {
        let timer = js.set_timeout(1, |js| js.log("unreferenced timer"));
        js.set_timeout_ref(&timer, false);
        js.busy_wait(5);
    });
}
