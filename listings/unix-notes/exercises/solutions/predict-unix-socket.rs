//! `bind` makes the name, and fails if there is one, whoever made it. Nothing takes a
//! name away but `unlink`: libuv calls it when it closes the socket, and a process that
//! was killed calls nothing. Behind a stale name there is an inode, but no listener.

pub const PREDICTION: &[&str] = &[
    "no name: ENOENT",
    "is a socket: true",
    "connect: connected",
    "listen again: EADDRINUSE",
    "stale, connect: ECONNREFUSED",
    "stale, listen: EADDRINUSE",
    "after close: no name",
    "abstract, connect: connected",
];
