//! Predict what Node prints for oracle/microtask-throws.cjs.
//!
//! These are its lines, in the order in which the program has them.

// UNSOLVED: put the lines into the order you expect, then delete this one
pub const PREDICTION: &[&str] =
    &["caught in microtask 1", "immediate", "microtask 2", "tick"];
