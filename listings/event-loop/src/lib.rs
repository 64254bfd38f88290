//! Node's event loop as it is in 26.10.0, rebuilt: no engine, no runtime, no unsafe.
//!
//! There are two levels, as in Node, and a seam:
//! - [`uv`]: libuv's loop. Phases, handles, requests, the time. Start at [`uv::run`].
//! - [`node`]: what Node puts into the phases. Timers, immediates, ticks, errors, the
//!   way to the exit code. Start at [`node::EventLoop::run`].
//! - [`node::Host`]: whoever runs callbacks plugs in here. [`closures`] does it with
//!   Rust closures and promises.
//!
//! The poll phase is behind a trait too ([`uv::Poll`]): simulated for tests, epoll and
//! a thread pool for real. [`trace`] records what the loop does.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod closures;
pub mod node;
pub mod trace;
pub mod uv;
