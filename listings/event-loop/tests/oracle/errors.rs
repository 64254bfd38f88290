//! Errors that an 'uncaughtException' listener handles: what runs on, and when.

use event_loop::closures::{Js, JsResult, throw};

fn catch_all(js: &mut Js) {
    js.on_uncaught_exception(|js, e| js.log(format_args!("caught {e}")));
}

pub fn immediate_throws(js: &mut Js) {
    catch_all(js);
    js.set_immediate(|js| {
        js.log("immediate 1");
        js.set_timeout(1, |js| js.log("timer"));
        js.busy_wait(5);
    });
    js.set_immediate(|js| -> JsResult {
        js.next_tick(|js| js.log("tick of immediate 2"));
        throw("in immediate 2")
    });
    js.set_immediate(|js| js.log("immediate 3, in the same phase"));
}

pub fn immediate_throws_last(js: &mut Js) {
    fn first(js: &mut Js, fails: bool) -> JsResult {
        js.set_timeout(1, |js| js.log("timer"));
        js.set_immediate(|js| js.log("immediate of the next generation"));
        js.busy_wait(5);
        if fails {
            return throw("in the last immediate");
        }
        Ok(())
    }
    catch_all(js);
    js.set_immediate(|js| first(js, false));
    js.set_timeout(200, |js| js.set_immediate(|js| first(js, true)));
}

// ANCHOR: tick-throws
pub fn tick_throws(js: &mut Js) {
    catch_all(js);
    js.next_tick(|js| js.log("tick 1"));
    js.next_tick(|_| -> JsResult { throw("in tick 2") });
    js.next_tick(|js| js.log("tick 3"));
    let resolved = js.resolved(());
    js.then(&resolved, |js, _| js.log("microtask"));
    js.set_timeout(1, |js| js.log("timer A"));
    js.set_timeout(1, |js| js.log("timer B"));
    js.set_immediate(|js| js.log("immediate"));
    js.busy_wait(10);
}
// ANCHOR_END: tick-throws

pub fn tick_throws_no_timer(js: &mut Js) {
    catch_all(js);
    js.next_tick(|_| -> JsResult { throw("in tick 1") });
    js.next_tick(|js| js.log("tick 2"));
    let resolved = js.resolved(());
    js.then(&resolved, |js, _| js.log("microtask"));
}

pub fn timer_throws(js: &mut Js) {
    catch_all(js);
    js.set_timeout(1, |js| js.log("timer A"));
    js.set_timeout(1, |js| -> JsResult {
        js.next_tick(|js| js.log("tick of timer B"));
        throw("in timer B")
    });
    js.set_timeout(1, |js| js.log("timer C"));
    js.set_timeout(2, |js| js.log("timer D, of another list"));
    js.set_immediate(|js| js.log("immediate"));
    js.busy_wait(10);
}

pub fn main_throws(js: &mut Js) -> JsResult {
    catch_all(js);
    js.set_immediate(|js| js.log("immediate"));
    js.next_tick(|js| js.log("tick"));
    let resolved = js.resolved(());
    js.then(&resolved, |js, _| js.log("microtask"));
    throw("in main")
}

pub fn microtask_throws(js: &mut Js) {
    catch_all(js);
    js.set_immediate(|js| js.log("immediate"));
    js.queue_microtask(|_| -> JsResult { throw("in microtask 1") });
    js.queue_microtask(|js| js.log("microtask 2"));
    let resolved = js.resolved(());
    js.then(&resolved, |js, _| js.next_tick(|js| js.log("tick")));
}

pub fn interval_throws(js: &mut Js) {
    let mut n = 0;
    catch_all(js);
    js.set_interval(1, move |js| -> JsResult {
        n += 1;
        if n == 3 {
            js.clear_this();
        }
        throw(&format!("call {n}"))
    });
}

pub fn handler_queues(js: &mut Js) {
    js.on_uncaught_exception(|js, e| {
        js.log(format_args!("caught {e}"));
        js.next_tick(|js| js.log("tick of the listener"));
        let resolved = js.resolved(());
        js.then(&resolved, |js, _| js.log("microtask of the listener"));
        js.set_immediate(|js| js.log("immediate of the listener"));
    });
    js.set_immediate(|_| -> JsResult { throw("one") });
    js.set_immediate(|js| js.log("immediate 2"));
}

pub fn tick_of_timer_throws(js: &mut Js) {
    catch_all(js);
    js.set_timeout(1, |js| {
        js.log("timer A");
        js.next_tick(|_| -> JsResult { throw("in tick 1") });
        js.next_tick(|js| js.log("tick 2"));
    });
    js.set_timeout(1, |js| js.log("timer B"));
    js.set_timeout(2, |js| js.log("timer C, of another list"));
    js.busy_wait(10);
}

pub fn tick_of_immediate_throws(js: &mut Js) {
    catch_all(js);
    js.set_immediate(|js| {
        js.log("immediate 1");
        js.next_tick(|_| -> JsResult { throw("in tick 1") });
        js.next_tick(|js| js.log("tick 2"));
    });
    js.set_immediate(|js| js.log("immediate 2"));
    js.set_immediate(|js| js.log("immediate 3"));
}
