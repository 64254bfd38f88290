//! Predict what Node prints for oracle/client-turns.cjs.
//!
//! lifo takes the connection that came back last: it comes back last again, and the two
//! others grow old. fifo goes round, and keeps all three from growing old.

pub const PREDICTION: &[&str] = &[
    "lifo: #3 again, #3 again, #3 again, #3 again",
    "fifo: #1 again, #2 again, #3 again, #1 again",
];
