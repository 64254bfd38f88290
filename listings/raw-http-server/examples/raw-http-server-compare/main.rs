//! One run of the comparison: starts a contestant, loads it, and prints what it took.
//!
//! `cargo run --release -p raw-http-server --example raw-http-server-compare -- rebuild
//! plaintext`; contestants and jobs are in compare/compare.toml. The load is wrk's. With
//! one worker, server and load have a processor each. It needs Linux.

#[cfg(target_os = "linux")]
mod contestants;
#[cfg(target_os = "linux")]
mod load;
#[cfg(target_os = "linux")]
mod process;
#[cfg(target_os = "linux")]
mod run;

pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    run::main()
}

#[cfg(not(target_os = "linux"))]
fn main() -> std::process::ExitCode {
    eprintln!("the comparison needs Linux, which counts what a process costs");
    std::process::ExitCode::from(2)
}
