//! A program saves its state every 100 ms. The timer is unreferenced, so that it keeps
//! nobody alive. When the work is done after 50 ms, nothing was ever saved; when it takes
//! 250, all was saved but the end. Saving takes a file request, so it needs the loop.
//! `Js` has a method for each event of `process`. Change the program so that it prints
//!
//! ```text
//! work done
//! state saved
//! exit 0
//! ```
//!
//! however long the work takes.

use event_loop::closures::Js;

// UNSOLVED: save when the loop has run dry, but once, then delete this line
pub fn program(js: &mut Js, work: u32) {
    let timer = js.set_interval(100, save);
    js.set_timeout_ref(&timer, false);
    js.set_timeout(work, |js| js.log("work done"));
    js.on_exit(|js, code| js.log(format_args!("exit {code}")));
}

/// A stat in the place of a write: a request that is answered a turn later.
fn save(js: &mut Js) {
    js.stat("state.json", |js, _| js.log("state saved"));
}
