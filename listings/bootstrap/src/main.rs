//! `bootstrap [options] [file [arguments]]`: like `node`, as far as it goes.

#![forbid(unsafe_code)]

use bootstrap::{cli, stack};
use std::process::ExitCode;
use std::time::Instant;

fn main() -> ExitCode {
    let began = Instant::now();
    let arguments: Vec<String> = std::env::args_os()
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect();
    let code = stack::on_a_big_stack(|| cli::start(&arguments, began));
    // What does not fit into a byte is cut, as the kernel would.
    ExitCode::from(code as u8)
}
