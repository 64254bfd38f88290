//! Break it: an unreferenced timer that saves the state every 100 ms, and never does.
//!
//! `cargo run -p event-loop --example break-unref-timer`

use event_loop::closures::Js;
use event_loop::uv::Epoll;

/// Runs a program whose only other work takes `work` ms.
fn program(work: u32) -> std::io::Result<()> {
    println!("work for {work} ms:");
    let mut js = Js::with_closures(Epoll::new()?);
    js.run_script(move |js| {
        let save = js.set_interval(100, |js| js.log("  state saved"));
        js.set_timeout_ref(&save, false);
        js.set_timeout(work, |js| js.log("  work done"));
        js.on_exit(|js, code| js.log(format_args!("  exit {code}")));
    })?;
    Ok(())
}

fn main() -> std::io::Result<()> {
    program(250)?;
    program(50)
}
