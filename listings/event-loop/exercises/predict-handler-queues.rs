//! Predict what Node prints for oracle/handler-queues.cjs.
//!
//! These are its lines, in the order in which the program has them.

// UNSOLVED: put the lines into the order you expect, then delete this one
pub const PREDICTION: &[&str] = &[
    "caught one",
    "tick of the listener",
    "microtask of the listener",
    "immediate of the listener",
    "immediate 2",
];
