//! Predict what oracle/preload-order.cjs prints: five files, named by `--import`, by `-r`
//! and by NODE_OPTIONS, and the program itself.

// UNSOLVED: put the lines into the order you expect, then delete this one
pub const PREDICTION: &[&str] = &["one", "two", "three", "four", "main"];
