//! oracle/accept-one.cjs: three connections are waiting.

// UNSOLVED: put the lines into the order in which Node prints them.
pub const PREDICTION: &[&str] = &[
    "connection 1",
    "connection 2",
    "connection 3",
    "immediate 1",
    "immediate 2",
    "immediate 3",
];
