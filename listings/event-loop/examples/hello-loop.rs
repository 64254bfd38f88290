//! The smallest use: a real loop, one callback of each kind, one file.
//!
//! `cargo run -p event-loop --example hello-loop`

use event_loop::closures::Js;
use event_loop::uv::Epoll;

fn main() -> std::io::Result<()> {
    let mut js = Js::with_closures(Epoll::new()?);
    let code = js.run_script(|js| {
        js.set_timeout(10, |js| js.log("timer, 10 ms"));
        js.set_immediate(|js| js.log("immediate"));
        js.next_tick(|js| js.log("tick"));
        js.queue_microtask(|js| js.log("microtask"));
        js.read_file(file!(), |js, content| match content {
            Ok(bytes) => js.log(format_args!("a file of {} bytes", bytes.len())),
            Err(error) => js.log(format_args!("no file: {error}")),
        });
        js.on_exit(|js, code| js.log(format_args!("exit {code}")));
        js.log("main end");
    })?;
    std::process::exit(code)
}
