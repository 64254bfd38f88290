//! Predict what Node prints for oracle/handler-queues.cjs.
//!
//! The first immediate throws, so nothing drains behind it. The rest of its generation
//! runs in the same phase, in a new scope; when that one closes, ticks and microtasks
//! run. The listener's immediate is of the next generation.

pub const PREDICTION: &[&str] = &[
    "caught one",
    "immediate 2",
    "tick of the listener",
    "microtask of the listener",
    "immediate of the listener",
];
