//! One job of the comparison with Node: prints nanoseconds or microseconds per
//! operation.
//!
//! `cargo run --release -p os-basics --example os-basics-compare -- rebuild
//! system-call`; the jobs are in compare/compare.toml, the same work for Node in
//! compare/bench.mjs.

#[cfg(target_os = "linux")]
mod jobs;

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    jobs::main()
}

#[cfg(not(target_os = "linux"))]
fn main() -> std::process::ExitCode {
    os_basics::needs_linux()
}
