//! 'beforeExit', 'exit', exit codes.

use event_loop::closures::{Js, JsResult, throw};

pub fn before_exit(js: &mut Js) {
    let mut n = 0;
    js.on_before_exit(move |js, code| {
        n += 1;
        js.log(format_args!("beforeExit {n} code {code}"));
        js.next_tick(|js| js.log("tick"));
        let resolved = js.resolved(());
        js.then(&resolved, |js, _| js.log("microtask"));
        if n < 3 {
            js.set_immediate(|js| js.log("revived"));
        }
    });
    js.on_exit(|js, code| js.log(format_args!("exit {code}")));
}

pub fn exit_event(js: &mut Js) {
    js.on_exit(|js, code| {
        js.log(format_args!("exit {code}"));
        js.next_tick(|js| js.log("tick"));
        js.set_timeout(0, |js| js.log("timer"));
        js.set_immediate(|js| js.log("immediate"));
        let resolved = js.resolved(());
        js.then(&resolved, |js, _| js.log("microtask"));
    });
}

pub fn exit_in_tick(js: &mut Js) {
    js.on_before_exit(|js, _| js.log("beforeExit"));
    js.on_exit(|js, code| {
        js.log(format_args!("exit {code}"));
        let resolved = js.resolved(());
        js.then(&resolved, |js, _| js.log("microtask of exit"));
    });
    js.set_immediate(|js| js.log("immediate"));
    let resolved = js.resolved(());
    js.then(&resolved, |js, _| js.log("microtask"));
    js.next_tick(|js| {
        js.log("tick 1");
        js.exit(3)
    });
    js.next_tick(|js| js.log("tick 2"));
}

pub fn exit_in_exit(js: &mut Js) {
    js.set_exit_code(4);
    js.on_exit(|js, code| {
        js.log(format_args!("first listener {code}"));
        js.exit(5)
    });
    js.on_exit(|js, code| js.log(format_args!("second listener {code}")));
}

pub fn exit_code(js: &mut Js) {
    js.on_before_exit(|js, code| {
        js.log(format_args!("beforeExit {code}"));
        js.set_exit_code(2);
    });
    js.on_exit(|js, code| js.log(format_args!("exit {code}")));
    js.set_exit_code(1);
}

pub fn uncaught_exit(js: &mut Js) {
    js.on_before_exit(|js, _| js.log("beforeExit"));
    js.on_exit(|js, code| {
        js.log(format_args!("exit {code}"));
        let resolved = js.resolved(());
        js.then(&resolved, |js, _| js.log("microtask of exit"));
    });
    js.set_immediate(|js| js.log("immediate 1"));
    js.set_immediate(|js| -> JsResult {
        js.next_tick(|js| js.log("tick"));
        throw("fatal")
    });
    js.set_immediate(|js| js.log("immediate 3"));
}

pub fn error_in_handler(js: &mut Js) {
    js.on_exit(|js, code| js.log(format_args!("exit {code}")));
    js.on_uncaught_exception(|js, e| -> JsResult {
        js.log(format_args!("caught {e}"));
        throw("in the listener")
    });
    js.set_immediate(|_| -> JsResult { throw("first") });
    js.set_immediate(|js| js.log("immediate 2"));
}

pub fn exit_listener_throws(js: &mut Js) {
    js.on_exit(|js, code| -> JsResult {
        js.log(format_args!("first listener {code}"));
        throw("in the listener")
    });
    js.on_exit(|js, code| js.log(format_args!("second listener {code}")));
}

pub fn exit_listener_caught(js: &mut Js) {
    js.on_uncaught_exception(|js, e| js.log(format_args!("caught {e}")));
    js.on_exit(|js, code| -> JsResult {
        js.log(format_args!("first listener {code}"));
        let resolved = js.resolved(());
        js.then(&resolved, |js, _| js.log("microtask"));
        throw("in the listener")
    });
    js.on_exit(|js, code| js.log(format_args!("second listener {code}")));
}

pub fn exit_in_microtask(js: &mut Js) {
    js.on_exit(|js, code| js.log(format_args!("exit {code}")));
    js.next_tick(|js| {
        js.log("tick 1");
        js.next_tick(|js| js.log("tick of the tick"));
    });
    js.queue_microtask(|js| {
        js.log("microtask 1");
        js.next_tick(|js| js.log("tick 2"));
        js.queue_microtask(|js| js.log("microtask of the microtask"));
        js.exit(6)
    });
    js.queue_microtask(|js| js.log("microtask 2"));
    js.set_immediate(|js| js.log("immediate"));
}

pub fn exit_in_before_exit(js: &mut Js) {
    js.on_before_exit(|js, _| {
        js.log("beforeExit");
        js.set_immediate(|js| js.log("revived"));
        js.next_tick(|js| js.log("tick"));
        js.exit(8)
    });
    js.on_exit(|js, code| js.log(format_args!("exit {code}")));
}

pub fn before_exit_unref(js: &mut Js) {
    let mut n = 0;
    js.on_before_exit(move |js, _| {
        n += 1;
        js.log(format_args!("beforeExit {n}"));
        let immediate = js.set_immediate(|js| js.log("unreferenced immediate"));
        js.set_immediate_ref(&immediate, false);
        let timer = js.set_timeout(200, |js| js.log("unreferenced timer"));
        js.set_timeout_ref(&timer, false);
        if n == 1 {
            js.set_timeout(600, |js| js.log("revived"));
        }
    });
    js.on_exit(|js, _| js.log("exit"));
}
