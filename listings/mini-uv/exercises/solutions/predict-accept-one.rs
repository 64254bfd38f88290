//! A readiness event takes one connection. If more are waiting, epoll says so again, in
//! the next turn: after the check phase.

pub const PREDICTION: &[&str] = &[
    "connection 1",
    "immediate 1",
    "connection 2",
    "immediate 2",
    "connection 3",
    "immediate 3",
];
