//! How many microtasks each way of waiting takes.

use event_loop::closures::{Js, JsResult, Resolver, Value, await_, throw};
use std::rc::Rc;

fn staircase(js: &mut Js, name: &'static str, steps: i32) {
    let mut p = js.resolved(());
    for i in 1..=steps {
        p = js.then(&p, move |js, _| js.log(format_args!("{name} {i}")));
    }
}

/// `{ then(resolve) { resolve(); } }`
fn thenable() -> Value {
    Value::Thenable(Rc::new(|js: &mut Js, resolver: Resolver| {
        resolver.resolve(js, ());
        Ok(())
    }))
}

pub fn thenable_hops(js: &mut Js) {
    let inner = js.resolved(());
    staircase(js, "step", 5);
    let p = js.promise(|js, resolver| resolver.resolve(js, 1));
    js.then(&p, |js, _| js.log("value"));
    let p = js.promise(|js, resolver| resolver.resolve(js, &inner));
    js.then(&p, |js, _| js.log("promise"));
    let p = js.promise(|js, resolver| resolver.resolve(js, thenable()));
    js.then(&p, |js, _| js.log("thenable"));
    let p = js.resolved(());
    let p = js.then(&p, move |_, _| inner);
    js.then(&p, |js, _| js.log("then returns promise"));
}

// ANCHOR: async-return
pub fn async_return(js: &mut Js) {
    staircase(js, "step", 4);

    let promise = js.resolved(());
    let again = promise.clone();
    let p = js.async_fn(|_| 1);
    js.then(&p, |js, _| js.log("return value"));
    let p = js.async_fn(|_| await_(promise, |_, value| value));
    js.then(&p, |js, _| js.log("return await promise"));
    let p = js.async_fn(|_| again);
    js.then(&p, |js, _| js.log("return promise"));
}
// ANCHOR_END: async-return

pub fn resolve_pending(js: &mut Js) {
    staircase(js, "step", 6);

    let mut inner = js.resolved(());
    for _ in 0..3 {
        inner = js.then(&inner, |_, _| ());
    }
    let pending = inner.clone();
    let outer = js.promise(|js, resolver| resolver.resolve(js, pending));
    js.then(&outer, |js, _| js.log("outer"));
    js.then(&inner, |js, _| js.log("inner"));
}

pub fn await_or_then(js: &mut Js) {
    let promise = js.resolved(());
    js.async_fn(|_| {
        await_(&promise, |js, _| {
            js.log("await 1");
            await_((), |js, _| {
                js.log("await 2");
                await_(thenable(), |js, _| js.log("await of a thenable"))
            })
        })
    });
    let mut p = promise;
    for i in 1..=5 {
        p = js.then(&p, move |js, _| js.log(format_args!("then {i}")));
    }
}

pub fn finally_hops(js: &mut Js) {
    let promise = js.resolved("value");
    let p = js.finally(&promise, |_| "ignored");
    js.then(&p, |js, v| js.log(format_args!("after finally: {v}")));
    let mut p = promise;
    for i in 1..=5 {
        p = js.then(&p, move |js, _| js.log(format_args!("then {i}")));
    }
}

pub fn all_and_race(js: &mut Js) {
    let one = js.resolved(1);
    let two = js.resolved(2);
    let p = js.all(&[one.clone(), two.clone()]);
    js.then(&p, |js, v| js.log(format_args!("all {v}")));
    let p = js.race(&[two, one.clone()]);
    js.then(&p, |js, v| js.log(format_args!("race {v}")));
    let p = js.all(&[]);
    js.then(&p, |js, v| {
        let Value::Array(values) = v else { return };
        js.log(format_args!("all of nothing {}", values.len()));
    });
    let mut p = one;
    for i in 1..=3 {
        p = js.then(&p, move |js, _| js.log(format_args!("then {i}")));
    }
}

pub fn promise_executor(js: &mut Js) {
    js.log("main start");
    let p = js.promise(|js, resolver| {
        js.log("executor");
        resolver.resolve(js, "first");
        resolver.resolve(js, "second");
        resolver.reject(js, "ignored");
        js.log("executor end");
    });
    js.then(&p, |js, v| js.log(format_args!("then {v}")));
    let f = js.async_fn(|js| -> JsResult {
        js.log("async start");
        throw("in async")
    });
    js.catch(&f, |js, e| js.log(format_args!("catch {e}")));
    js.log("main end");
}

pub fn promise_cycle(js: &mut Js) {
    let (itself, resolver) = js.with_resolvers();
    resolver.resolve(js, &itself);
    js.catch(&itself, |js, e| js.log(e));

    let throws = Value::Thenable(Rc::new(|_: &mut Js, _| throw("in then")));
    let p = js.resolved(throws);
    js.catch(&p, |js, e| js.log(format_args!("rejected: {e}")));
    let late = Value::Thenable(Rc::new(|js: &mut Js, resolver: Resolver| {
        resolver.resolve(js, "first");
        throw("ignored")
    }));
    let p = js.resolved(late);
    js.then(&p, |js, v| js.log(format_args!("fulfilled: {v}")));
}
