//! Predict what Node prints for oracle/zombie.cjs.
//!
//! A state is R (runs), S (sleeps), Z (is a zombie), X (is dead); kill says true or
//! false; code and signal are a number, a name such as SIGTERM, or null.

// UNSOLVED: put in what you expect, then delete this line
pub const PREDICTION: &[&str] = &[
    "name: node",
    "command line: 5 bytes",
    "kill: false",
    "state: X",
    "exit: code null, signal SIGKILL",
    "still in /proc: true",
];
