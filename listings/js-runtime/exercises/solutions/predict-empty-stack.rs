//! Predict what Node prints for oracle/empty-stack.cjs.
//!
//! A job runs when the stack is empty, and not before: neither the end of the function
//! that queued it nor a long loop lets it in.

pub const PREDICTION: &[&str] =
    &["inner returns", "outer returns", "main returns", "job"];
