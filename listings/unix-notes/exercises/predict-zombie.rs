//! Predict what Node prints for oracle/zombie.cjs.
//!
//! The states are R (runs), S (sleeps), T (is stopped), Z (is a zombie).

// UNSOLVED: put in what you expect, then delete this line
pub const PREDICTION: &[&str] = &[
    "state: R",
    "command line: 5 bytes",
    "after SIGKILL: R",
    "exit: code null",
    "still in /proc: true",
];
