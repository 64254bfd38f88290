//! Predict what oracle/snapshot-order.cjs prints. The dashes stand between the process
//! that builds the snapshot and the one that starts from it.

// UNSOLVED: put the lines into the order you expect, then delete this one
pub const PREDICTION: &[&str] = &[
    "builder: entry point",
    "builder: serialize 1",
    "builder: serialize 2",
    "builder: tick",
    "builder: timer",
    "---",
    "program: main, with data",
    "program: deserialize 1, with data",
    "program: deserialize 2",
];
