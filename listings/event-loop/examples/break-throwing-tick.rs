//! Break it: a tick throws, a listener swallows the error. The ticks behind it are
//! not lost: they wait for the next callback, whenever that comes.
//!
//! `cargo run -p event-loop --example break-throwing-tick`

use event_loop::closures::{Js, JsResult, throw};
use event_loop::uv::Epoll;

fn main() -> std::io::Result<()> {
    let mut js = Js::with_closures(Epoll::new()?);
    js.run_script(|js| {
        js.on_uncaught_exception(|js, e| js.log(format_args!("swallowed: {e}")));
        js.next_tick(|js| js.log("tick 1"));
        js.next_tick(|_| -> JsResult { throw("tick 2 fails") });
        js.next_tick(|js| js.log("tick 3"));
        js.queue_microtask(|js| js.log("microtask"));
        js.set_timeout(1, |js| js.log("timer A, before tick 3"));
        js.set_timeout(1, |js| js.log("timer B"));
        js.busy_wait(5);
    })?;
    Ok(())
}
