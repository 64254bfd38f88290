//! 'beforeExit' is emitted when the loop has run dry, and again whenever it has run dry
//! after that: without the flag the program would save for ever. In 'exit' it is too
//! late, for no loop is left to wait for the file. The interval goes: it would save
//! more than once.

use event_loop::closures::Js;

pub fn program(js: &mut Js, work: u32) {
    js.set_timeout(work, |js| js.log("work done"));
    let mut saved = false;
    js.on_before_exit(move |js, _| {
        if !saved {
            saved = true;
            save(js);
        }
    });
    js.on_exit(|js, code| js.log(format_args!("exit {code}")));
}

/// A stat in the place of a write: a request that is answered a turn later.
fn save(js: &mut Js) {
    js.stat("state.json", |js, _| js.log("state saved"));
}
