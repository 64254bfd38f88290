//! Says which exercises are solved, or what is still wrong with one of them.
//!
//! `cargo run -q -p unix-notes --example unix-notes-exercise` lists them; with a name it checks that
//! file under exercises/, with `--solutions` the solutions.

#[cfg(target_os = "linux")]
#[path = "../exercises/checks/mod.rs"]
mod checks;

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    checks::harness::command(checks::EXERCISES)
}

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("these exercises need Linux");
    std::process::exit(1);
}
