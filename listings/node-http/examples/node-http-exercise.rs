//! Says which exercises are solved, or what is still wrong with one of them.
//!
//! `cargo run -q -p node-http --example node-http-exercise` lists them; with a name it checks that
//! file under exercises/, with `--solutions` the solutions.

#[path = "../exercises/checks/mod.rs"]
mod checks;

fn main() -> std::process::ExitCode {
    checks::harness::command(checks::EXERCISES)
}
