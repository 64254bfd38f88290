//! Predict what Node prints for oracle/esm-cycle.mjs, which imports
//! oracle/lib/cycle-b.mjs, which imports it.
//!
//! These are lines, in the order in which the files have them. `?` is for you to fill in.

// UNSOLVED: put the lines into the order you expect, then delete this one
pub const PREDICTION: &[&str] = &["a sees ? ?", "b calls ?", "b sees ?"];
