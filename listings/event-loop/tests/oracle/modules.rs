//! ES modules: the top level runs inside a microtask, and may await.

use event_loop::closures::{IntoPart, Js, JsResult, await_, throw};

pub fn main_order_module(js: &mut Js) {
    crate::order::main_order_script(js);
}

pub fn module_await(js: &mut Js) -> impl IntoPart + use<> {
    js.next_tick(|js| js.log("tick 1"));
    let resolved = js.resolved(());
    js.then(&resolved, |js, _| js.log("promise 1"));
    js.log("before");
    await_((), |js, _| {
        js.log("after await");
        js.next_tick(|js| js.log("tick 2"));
        let immediate = js.promise(|js, resolver| {
            js.set_immediate(move |js| resolver.resolve(js, ()));
        });
        await_(immediate, |js, _| {
            js.log("after an immediate");
            js.next_tick(|js| js.log("tick 3"));
            let resolved = js.resolved(());
            js.then(&resolved, |js, _| js.log("promise 3"));
        })
    })
}

pub fn module_unsettled(js: &mut Js) -> impl IntoPart + use<> {
    js.on_before_exit(|js, _| js.log("beforeExit"));
    js.on_exit(|js, code| js.log(format_args!("exit {code}")));
    js.set_immediate(|js| js.log("immediate"));
    js.log("before");
    let never = js.promise(|_, _| ());
    await_(never, |js, _| js.log("after"))
}

pub fn module_exit_code(js: &mut Js) -> impl IntoPart + use<> {
    js.on_exit(|js, code| {
        let set = js.exit_code().unwrap_or(0);
        js.log(format_args!("exit {code} {set}"));
    });
    js.set_exit_code(0);
    let never = js.promise(|_, _| ());
    await_(never, |_, _| ())
}

pub fn module_throws(js: &mut Js) -> JsResult {
    js.on_exit(|js, code| js.log(format_args!("exit {code}")));
    js.next_tick(|js| js.log("tick"));
    let resolved = js.resolved(());
    js.then(&resolved, |js, _| js.log("microtask"));
    js.set_immediate(|js| js.log("immediate"));
    throw("at the top level")
}

pub fn module_rejected_await(js: &mut Js) -> impl IntoPart + use<> {
    js.on_exit(|js, code| js.log(format_args!("exit {code}")));
    js.on_uncaught_exception_from(|js, (e, origin)| {
        js.log(format_args!("{e} {origin}"));
    });
    js.set_immediate(|js| js.log("immediate"));
    js.next_tick(|js| js.log("tick"));
    await_(js.rejected("awaited"), |_, _| ())
}

fn hops(js: &mut Js) {
    let mut last = js.resolved(());
    for i in 1..=7 {
        last = js.then(&last, move |js, _| js.log(format_args!("hop {i}")));
    }
}

pub fn module_throws_hops(js: &mut Js) -> JsResult {
    js.on_uncaught_exception(|js, e| js.log(format_args!("uncaught {e}")));
    hops(js);
    throw("top level")
}

pub fn module_rejects_hops(js: &mut Js) -> impl IntoPart + use<> {
    js.on_uncaught_exception(|js, e| js.log(format_args!("uncaught {e}")));
    await_((), |js, _| {
        hops(js);
        throw::<()>("after await")
    })
}

/// A module that is required is called as a function is.
pub fn module_required(js: &mut Js) {
    let required = |js: &mut Js| {
        let resolved = js.resolved(());
        js.then(&resolved, |js, _| js.log("promise"));
        js.next_tick(|js| js.log("tick"));
        js.log("module");
    };
    required(js);
    js.log("script");
}
