//! Predict what oracle/snapshot-order.cjs prints.
//!
//! The entry point's loop runs dry before anything is written, so the timer comes before
//! the callbacks. In the program, the callbacks belong to pre-execution and the main
//! function comes after it.

pub const PREDICTION: &[&str] = &[
    "builder: entry point",
    "builder: tick",
    "builder: timer",
    "builder: serialize 1",
    "builder: serialize 2",
    "---",
    "program: deserialize 1, with data",
    "program: deserialize 2",
    "program: main, with data",
];
