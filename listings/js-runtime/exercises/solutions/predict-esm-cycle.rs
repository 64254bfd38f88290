//! Predict what Node prints for oracle/esm-cycle.mjs, which imports
//! oracle/lib/cycle-b.mjs, which imports it.
//!
//! What is imported runs first. All functions of a module are there when it is linked;
//! a `const` is there when its line has run.

pub const PREDICTION: &[&str] =
    &["b calls hoisted", "b sees ReferenceError", "a sees b a"];
