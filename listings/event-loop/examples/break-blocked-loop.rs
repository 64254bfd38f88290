//! Break it: one callback computes for 300 ms. Who else is late?
//!
//! `cargo run -p event-loop --example break-blocked-loop`

use event_loop::closures::Js;
use event_loop::uv::Epoll;
use std::time::Instant;

fn main() -> std::io::Result<()> {
    let mut js = Js::with_closures(Epoll::new()?);
    js.run_script(|js| {
        let mut last = js.now();
        let mut calls = 0;
        js.set_interval(50, move |js| {
            let now = js.now();
            js.log(format_args!(
                "interval of 50 ms: {} ms since the last",
                now - last
            ));
            last = now;
            calls += 1;
            if calls == 6 {
                js.clear_this();
            }
        });
        js.set_timeout(120, |js| {
            let asked = Instant::now();
            js.read_file(file!(), move |js, _| {
                let waited = asked.elapsed().as_millis();
                js.log(format_args!("a file, wanted {waited} ms ago"));
            });
            js.log("a callback computes for 300 ms");
            js.busy_wait(300);
        });
    })?;
    Ok(())
}
