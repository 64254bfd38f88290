//! libuv as it is in Node 26.10.0 (1.52.1), rebuilt small, in safe Rust.
//!
//! A [`Loop`] owns *handles*, things that may call back again and again, and *requests*,
//! things that call back once. [`Loop::run`] waits for them and calls back. The files
//! are named for what they mirror:
//! - `run.rs`: the turn, its phases, closing (libuv: src/unix/core.c)
//! - `poller.rs`: epoll and the eventfd, the only part that needs Linux (linux.c)
//! - `wake.rs`: wakeups from other threads, which coalesce (async.c)
//! - `pool.rs`: the thread pool and its slow lane (src/threadpool.c)
//! - `work.rs`: requests that the pool does: files, lookups, functions (fs.c)
//! - `stream.rs`: TCP (stream.c, tcp.c)
//! - `timer.rs`, `hook.rs`: timers; idle, prepare and check handles
//! - [`MiniUv`]: the poll phase of the listing `event-loop`, on all this
//!
//! Where libuv has pointers this has ids with a generation: an id of a handle that was
//! closed names nothing, even when its place has been taken again.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod adapter;
mod error;
mod handle;
mod hook;
mod poller;
mod pool;
mod run;
mod slots;
mod stream;
mod timer;
mod wake;
mod work;

pub use adapter::MiniUv;
pub use error::{Error, Result};
pub use handle::{
    Async, Check, Handle, HandleInfo, Idle, Prepare, TcpListener, TcpStream, Timer,
};
pub use pool::{DEFAULT_THREADS, MAX_QUEUED, MAX_THREADS, Pool, WorkKind};
pub use run::{Loop, RunMode};
pub use stream::{MAX_SHED, MAX_WRITE_QUEUE, PER_EVENT, READ_BUFFER, Read};
pub use wake::Sender;
pub use work::Request;
