//! Predict what Node prints for oracle/empty-stack.cjs.
//!
//! These are its lines, in the order in which the program has them.

// UNSOLVED: put the lines into the order you expect, then delete this one
pub const PREDICTION: &[&str] =
    &["job", "inner returns", "outer returns", "main returns"];
