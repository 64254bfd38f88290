//! Generations, clearing, referencing.

use event_loop::closures::Js;

pub fn immediate_generations(js: &mut Js) {
    js.set_immediate(|js| {
        js.log("immediate 1");
        js.set_immediate(|js| js.log("immediate 3, of the next generation"));
        js.set_timeout(1, |js| js.log("timer"));
        js.busy_wait(5);
    });
    js.set_immediate(|js| js.log("immediate 2"));
}

pub fn clear_immediate_sibling(js: &mut Js) {
    // `b` and `c` come first: a closure captures what exists.
    let slot = std::rc::Rc::new(std::cell::OnceCell::new());
    let siblings = std::rc::Rc::clone(&slot);
    js.set_immediate(move |js| {
        js.log("A clears B");
        let (b, c) = siblings.get().cloned().expect("set in main");
        js.clear_immediate(&b);
        js.next_tick(move |js| {
            js.log("tick clears C");
            js.clear_immediate(&c);
        });
    });
    let b = js.set_immediate(|js| js.log("B"));
    let c = js.set_immediate(|js| js.log("C"));
    let _ = slot.set((b, c));
    js.set_immediate(|js| js.log("D"));
}

pub fn immediate_from_tick(js: &mut Js) {
    js.set_immediate(|js| {
        js.log("immediate 1");
        js.next_tick(|js| js.set_immediate(|js| js.log("immediate of the tick")));
        let resolved = js.resolved(());
        js.then(&resolved, |js, _| {
            js.set_immediate(|js| js.log("immediate of the microtask"));
        });
    });
    js.set_immediate(|js| js.log("immediate 2"));
}

pub fn immediate_unref(js: &mut Js) {
    let first =
        js.set_immediate(|js| js.log("unreferenced immediate, after the sleep"));
    js.set_immediate_ref(&first, false);
    js.set_timeout(100, |js| {
        js.log("first timer");
        js.set_timeout(1, |js| {
            js.log("last timer");
            let late =
                js.set_immediate(|js| js.log("armed in the last timer: too late"));
            js.set_immediate_ref(&late, false);
        });
    });
}
