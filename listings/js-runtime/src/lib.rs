//! A JavaScript runtime: what Node puts around V8, put around QuickJS.
//!
//! An engine evaluates JavaScript. It has no timers, no files, no `console`, and nobody
//! who runs its jobs. All that is the runtime's, and here it is, in three layers:
//! - [`Runtime`] and [`Engine`]: the engine as the host of the `event-loop` listing.
//!   Calls, jobs, rejections, limits, the way out. Start here.
//! - `bindings`: the Rust functions that JavaScript can call (Node: the bindings of
//!   src/, which `internalBinding` returns).
//! - `js/`: the JavaScript that turns them into what a program knows as
//!   `setTimeout`, `process`, `console`, `require` (Node: lib/).
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod bindings;
mod engine;
mod limits;
mod modules;
mod report;
mod runtime;

pub use engine::{Callback, Engine, Exception};
pub use event_loop;
pub use event_loop::node::{EXIT_HANDLER_THREW, EXIT_UNCAUGHT, EXIT_UNSETTLED_AWAIT};
pub use limits::{EXIT_BLOCKED, Limits};
pub use rquickjs;
pub use runtime::Runtime;
