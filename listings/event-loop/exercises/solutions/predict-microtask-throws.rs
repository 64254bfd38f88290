//! Predict what Node prints for oracle/microtask-throws.cjs.
//!
//! A microtask that throws does not end the checkpoint: its error is reported at once,
//! the next microtask runs. The tick comes when there is no microtask left, and all
//! that before the loop begins.

pub const PREDICTION: &[&str] =
    &["caught in microtask 1", "microtask 2", "tick", "immediate"];
