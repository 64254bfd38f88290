//! Three programs on three loops, each with the same limits.
//!
//! `cargo run -p mini-uv --example three -- mini-uv timers`; the loops are `mini-uv`,
//! `tokio` and `mio`, the programs `timers`, `cat FILE` and `echo`.

mod limits;
mod on_mini_uv;
mod on_mio;
mod on_tokio;

use limits::Limits;
use std::io;
use std::process::ExitCode;

const USAGE: &str =
    "say `mini-uv`, `tokio` or `mio`, then `timers`, `cat FILE` or `echo`";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let lines = |lines: Vec<String>| println!("{}", lines.join("\n"));
    let ready = |address| println!("send something to {address}; end with Ctrl-C");
    let (limits, all) = (Limits::default(), u32::MAX as usize);
    let result: io::Result<()> = match words[..] {
        ["mini-uv", "timers"] => on_mini_uv::timers().map(lines).map_err(Into::into),
        ["tokio", "timers"] => on_tokio::timers().map(lines),
        ["mio", "timers"] => on_mio::timers().map(lines),
        ["mini-uv", "cat", path] => {
            on_mini_uv::cat(path, io::stdout()).map_err(Into::into)
        }
        ["tokio", "cat", path] => on_tokio::cat(path, io::stdout()),
        ["mio", "cat", path] => on_mio::cat(path, io::stdout()),
        ["mini-uv", "echo"] => on_mini_uv::echo(limits, all, ready).map_err(Into::into),
        ["tokio", "echo"] => on_tokio::echo(limits, all, ready),
        ["mio", "echo"] => on_mio::echo(limits, all, ready),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
