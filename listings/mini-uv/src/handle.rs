//! What all handles have in common (libuv: `uv_handle_t`).

use crate::run::{Callback, Once};
use crate::slots::Id;
use crate::stream::{Listener, Stream};
use crate::wake::Signal;
use std::sync::Arc;

/// Any handle of one loop: what can be closed, referenced, looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Handle(pub(crate) Id);

macro_rules! handles {
    ($($(#[$doc:meta])* $name:ident)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub(crate) Id);

        impl From<$name> for Handle {
            fn from(handle: $name) -> Handle {
                Handle(handle.0)
            }
        }
    )+};
}

handles! {
    /// Calls back after a number of milliseconds, once or repeatedly (`uv_timer_t`).
    Timer
    /// Calls back in every turn and keeps the poll phase from sleeping (`uv_idle_t`).
    Idle
    /// Calls back right before the poll phase (`uv_prepare_t`).
    Prepare
    /// Calls back right after the poll phase (`uv_check_t`).
    Check
    /// Calls back when another thread wants it (`uv_async_t`).
    Async
    /// Calls back for each connection (`uv_tcp_t` after `uv_listen`).
    TcpListener
    /// A connection (`uv_tcp_t`).
    TcpStream
}

/// What a handle is.
pub(crate) enum What {
    Timer {
        /// When it is due and in which order it was started, while it is started.
        due: Option<(u64, u64)>,
        /// Taken out because it is due; its callback has not run yet.
        firing: bool,
        /// In ms; 0 for once.
        repeat: u64,
    },
    Idle,
    Prepare,
    Check,
    Async(Arc<Signal>),
    Listener(Listener),
    Stream(Box<Stream>),
}

pub(crate) struct Entry {
    pub what: What,
    /// Out of its place while it runs.
    pub callback: Option<Callback>,
    pub active: bool,
    pub referenced: bool,
    pub closing: bool,
    pub on_close: Option<Once>,
}

impl Entry {
    pub fn new(what: What) -> Entry {
        Entry {
            what,
            callback: None,
            active: false,
            referenced: true,
            closing: false,
            on_close: None,
        }
    }

    /// Does this handle keep the loop alive?
    pub fn counts(&self) -> bool {
        self.active && self.referenced
    }
}

/// A handle as [`Loop::walk`](crate::Loop::walk) finds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandleInfo {
    /// The handle.
    pub handle: Handle,
    /// Its kind, such as `timer`.
    pub kind: &'static str,
    /// Is it started?
    pub active: bool,
    /// Does it keep the loop alive when it is started?
    pub referenced: bool,
    /// Is its close callback still to come?
    pub closing: bool,
}

impl HandleInfo {
    pub(crate) fn of(id: Id, entry: &Entry) -> HandleInfo {
        HandleInfo {
            handle: Handle(id),
            kind: match entry.what {
                What::Timer { .. } => "timer",
                What::Idle => "idle",
                What::Prepare => "prepare",
                What::Check => "check",
                What::Async(_) => "async",
                What::Listener(_) => "tcp listener",
                What::Stream(_) => "tcp stream",
            },
            active: entry.active,
            referenced: entry.referenced,
            closing: entry.closing,
        }
    }
}
