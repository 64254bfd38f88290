//! Predict what Node prints for oracle/timer-refresh.cjs.
//!
//! These are its lines, in the order in which the program has them.

// UNSOLVED: put the lines into the order you expect, then delete this one
pub const PREDICTION: &[&str] =
    &["fired 1", "fired 2", "fired 3", "another of 20 ms", "exit"];
