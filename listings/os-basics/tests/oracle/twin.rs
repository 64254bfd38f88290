//! The twins of oracle/: `os-basics-twin NAME` does what NAME.cjs does. A process of its
//! own for each, because limits and users belong to processes.

use std::process::ExitCode;

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    os_basics::needs_linux()
}

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    twins::main()
}

#[cfg(target_os = "linux")]
#[path = "twins.rs"]
mod twins;
