//! Predict what Node prints for oracle/finally-hops.cjs.
//!
//! These are its lines, in the order in which the program has them.

// UNSOLVED: put the lines into the order you expect, then delete this one
pub const PREDICTION: &[&str] = &[
    "after finally: value",
    "then 1",
    "then 2",
    "then 3",
    "then 4",
    "then 5",
];
