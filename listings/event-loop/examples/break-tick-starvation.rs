//! Break it: a tick that queues a tick. Timers and files wait, immediates too.
//!
//! `cargo run -p event-loop --example break-tick-starvation`

use event_loop::closures::Js;
use event_loop::uv::Epoll;

/// How long the ticks go on, in ms.
const STORM: u64 = 200;

fn tick(js: &mut Js, ticks: u64, end: u64) {
    js.update_time();
    if js.now() < end {
        js.next_tick(move |js| tick(js, ticks + 1, end));
    } else {
        js.log(format_args!(
            "{ticks} ticks in {STORM} ms, one callback scope"
        ));
    }
}

fn main() -> std::io::Result<()> {
    let mut js = Js::with_closures(Epoll::new()?);
    js.run_script(|js| {
        let start = js.now();
        js.set_timeout(1, move |js| {
            js.log(format_args!("timer of 1 ms: after {} ms", js.now() - start));
        });
        js.set_immediate(|js| js.log("immediate"));
        js.read_file(file!(), |js, _| js.log("file"));
        js.next_tick(move |js| tick(js, 1, start + STORM));
    })?;
    Ok(())
}
