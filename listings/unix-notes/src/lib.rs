//! What Node stands on, rebuilt: descriptors, signals, terminals, sockets in the file
//! system; and a small shell that puts them to use.
//!
//! [`sys`] is the only module with `unsafe` in it, and the only one that calls libc.
//! Everything here needs Linux.

#![deny(unsafe_code)]
#![cfg(target_os = "linux")]

pub mod fds;
pub mod passing;
pub mod permissions;
pub mod process;
pub mod procfs;
pub mod shell;
pub mod signals;
pub mod stdio;
#[allow(unsafe_code)]
pub mod sys;
pub mod terminal;
