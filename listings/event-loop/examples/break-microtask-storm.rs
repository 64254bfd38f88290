//! Break it: a promise chain that never ends. Not even ticks get through.
//!
//! `cargo run -p event-loop --example break-microtask-storm`

use event_loop::closures::{Js, Part, await_};
use event_loop::uv::Epoll;

/// How long the chain goes on, in ms.
const STORM: u64 = 200;

/// `while (performance.now() < end) await null;`
fn storm(awaits: u64, end: u64) -> Part {
    await_((), move |js: &mut Js, _| {
        js.update_time();
        if js.now() < end {
            return storm(awaits + 1, end);
        }
        js.log(format_args!(
            "{awaits} awaits in {STORM} ms, one checkpoint"
        ));
        Part::Return(().into())
    })
}

fn main() -> std::io::Result<()> {
    let mut js = Js::with_closures(Epoll::new()?);
    js.run_module(|js| {
        let start = js.now();
        js.set_timeout(1, move |js| {
            js.log(format_args!("timer of 1 ms: after {} ms", js.now() - start));
        });
        js.set_immediate(|js| js.log("immediate"));
        js.next_tick(|js| js.log("tick"));
        storm(1, start + STORM)
    })?;
    Ok(())
}
