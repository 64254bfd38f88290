//! Predict what Node prints for oracle/client-turns.cjs.
//!
//! Three connections are idle; then four requests follow one another. Say for both
//! settings of `scheduling` on which connections they go out.

// UNSOLVED: put the right numbers into both lines, then delete this one
pub const PREDICTION: &[&str] = &[
    "lifo: #1 again, #1 again, #1 again, #1 again",
    "fifo: #1 again, #1 again, #1 again, #1 again",
];
