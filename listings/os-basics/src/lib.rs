//! What `node app.js` asks of the kernel, asked from Rust.
//!
//! - [`errors`]: what a call answers when it fails, in Node's words.
//! - [`process`]: fork, exec and wait, and the spawn that libuv builds from them.
//! - [`limits`]: how much a process may have, and a user who can be refused.
//! - [`memory`]: mappings, and the faults that fill them.
//! - [`readiness`]: waiting for many descriptors at once.
//! - [`tracer`]: every system call of a program and its threads; [`decode`] writes
//!   them as `strace` does, [`report`] chooses, and `mini-strace` is the program.
//!
//! Everything but [`errors`] needs Linux. The few lines that are `unsafe` are in
//! [`process`], [`memory`] and [`tracer`], each with the reason why it is sound.
#![deny(unsafe_code)]
#![warn(missing_docs)]

#[cfg(target_os = "linux")]
pub mod decode;
pub mod errors;
#[cfg(target_os = "linux")]
pub mod limits;
#[cfg(target_os = "linux")]
pub mod memory;
#[cfg(target_os = "linux")]
pub mod process;
#[cfg(target_os = "linux")]
pub mod readiness;
#[cfg(target_os = "linux")]
pub mod report;
#[cfg(target_os = "linux")]
pub mod tracer;

/// What the programs of this crate say and return where there is no Linux.
pub fn needs_linux() -> std::process::ExitCode {
    eprintln!("os-basics calls Linux by its own names: run it on Linux");
    std::process::ExitCode::FAILURE
}
