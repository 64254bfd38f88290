//! Rejections: handled in time, too late, never.

use event_loop::closures::{Js, JsResult, Promise, await_, throw, try_await};
use std::cell::OnceCell;
use std::rc::Rc;

// ANCHOR: rejection-where
pub fn rejection_where(js: &mut Js) {
    js.on_unhandled_rejection(|js, e| js.log(format_args!("unhandled {e}")));

    let a = js.rejected("A");
    let b = js.rejected("B");
    let c = js.rejected("C");
    let d = js.rejected("D");
    js.queue_microtask(move |js| {
        js.catch(&a, |js, _| js.log("A: caught, in a microtask"))
    });
    js.next_tick(move |js| js.catch(&b, |js, _| js.log("B: caught, in a tick")));
    js.set_immediate(move |js| {
        js.catch(&c, |js, _| js.log("C: caught, in an immediate"))
    });
    js.queue_microtask(|js| {
        js.next_tick(move |js| {
            js.catch(&d, |js, _| js.log("D: caught, in a tick of a microtask"))
        });
    });
}
// ANCHOR_END: rejection-where

pub fn rejection_handled(js: &mut Js) {
    js.on_unhandled_rejection(|js, e| js.log(format_args!("unhandled {e}")));
    js.on_rejection_handled(|js, ()| js.log("rejectionHandled"));
    let late = js.rejected("late");
    js.set_immediate(move |js| {
        js.catch(&late, |js, _| js.log("caught"));
        js.next_tick(|js| js.log("tick"));
    });
    js.set_immediate(|js| js.log("immediate 2"));
}

pub fn rejection_exit(js: &mut Js) {
    js.on_exit(|js, code| js.log(format_args!("exit {code}")));
    js.rejected("nobody");
    js.next_tick(|js| js.log("tick"));
    let resolved = js.resolved(());
    js.then(&resolved, |js, _| js.log("microtask"));
    js.set_immediate(|js| js.log("immediate"));
}

pub fn rejection_uncaught(js: &mut Js) {
    js.on_exit(|js, code| js.log(format_args!("exit {code}")));
    js.on_uncaught_exception_from(|js, (e, origin)| {
        js.log(format_args!("{e} {origin}"));
    });
    js.rejected("one");
    js.rejected("two");
    js.next_tick(|js| js.log("tick"));
    js.set_immediate(|js| js.log("immediate"));
}

pub fn rejection_queues(js: &mut Js) {
    js.on_unhandled_rejection(|js, e| {
        js.log(format_args!("unhandled {e}"));
        js.next_tick(|js| js.log("tick of the listener"));
        let resolved = js.resolved(());
        js.then(&resolved, |js, _| js.log("microtask of the listener"));
        if e.to_string() == "first" {
            js.rejected("second");
        }
    });
    js.set_immediate(|js| js.rejected("first"));
    js.set_immediate(|js| js.log("immediate 2"));
}

pub fn await_rejected(js: &mut Js) {
    let call = js.async_fn(|js| {
        try_await(js.rejected("A"), |js, settled| {
            let e = settled.unwrap_or_else(|e| e);
            js.log(format_args!("caught {e}"));
            await_(js.rejected("B"), |js, _| js.log("never"))
        })
    });
    js.catch(&call, |js, e| {
        js.log(format_args!("the caller catches {e}"))
    });
    js.next_tick(|js| js.log("tick"));
}

pub fn rejection_chain(js: &mut Js) {
    js.on_unhandled_rejection(|js, e| js.log(format_args!("unhandled {e}")));
    let root = js.rejected("root");
    js.then(&root, |js, _| js.log("never"));
    js.finally(&root, |js| js.log("finally"));
    js.catch(&root, |_, _| -> JsResult { throw("in catch") });
}

pub fn rejection_in_listener(js: &mut Js) {
    js.on_unhandled_rejection_of(|js, (e, promise)| {
        js.log(format_args!("unhandled {e}"));
        js.catch(&promise, |js, _| js.log("caught in the listener"));
    });
    js.on_rejection_handled(|js, ()| js.log("rejectionHandled"));
    js.set_immediate(|js| js.log("immediate"));
    js.rejected("one");
    js.rejected("two");
}

pub fn rejection_batch(js: &mut Js) {
    let second = Rc::new(OnceCell::<Promise>::new());
    let b = Rc::clone(&second);
    js.on_rejection_handled(|js, ()| js.log("rejectionHandled"));
    js.on_unhandled_rejection(move |js, e| {
        js.log(format_args!("unhandled {e}"));
        if e.to_string() == "A" {
            let b = b.get().expect("rejected").clone();
            js.catch(&b, |js, _| js.log("B caught"));
        }
    });
    js.rejected("A");
    let b = js.rejected("B");
    second.set(b).unwrap_or_else(|_| unreachable!("set once"));
    js.set_immediate(|js| js.log("immediate"));
}

pub fn rejection_batch_throws(js: &mut Js) {
    js.on_rejection_handled(|js, ()| js.log("rejectionHandled"));
    js.on_uncaught_exception(|js, e| js.log(format_args!("uncaught {e}")));
    js.on_unhandled_rejection(|js, e| -> JsResult {
        js.log(format_args!("unhandled {e}"));
        throw(&format!("from the listener of {e}"))
    });
    let (a, b) = (js.rejected("A"), js.rejected("B"));
    js.rejected("C");
    js.set_timeout(1, move |js| {
        js.catch(&b, |js, _| js.log("B caught"));
        js.catch(&a, |js, _| js.log("A caught"));
    });
}
