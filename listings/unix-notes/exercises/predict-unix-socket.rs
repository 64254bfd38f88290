//! Predict what Node prints for oracle/unix-socket.cjs.
//!
//! The answers are `connected`, `true`, `no name`, or the code of an error.

// UNSOLVED: put in the answers you expect, then delete this line
pub const PREDICTION: &[&str] = &[
    "no name: ECONNREFUSED",
    "is a socket: true",
    "connect: connected",
    "listen again: connected",
    "stale, connect: ENOENT",
    "stale, listen: connected",
    "after close: the name stays",
    "abstract, connect: connected",
];
