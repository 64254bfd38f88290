//! Predict what Node prints for oracle/exit-status.cjs: a shell ends in six ways.
//!
//! An exit code has 8 bits: 300 is 256 + 44. A signal is not a code; 143 = 128 + 15 is
//! what a *shell* reports for a child that SIGTERM ended, and here the shell itself is
//! the child. Whoever exits with 143 has exited.

pub const PREDICTION: &[&str] = &[
    "exit 0 | code 0 signal null",
    "exit 7 | code 7 signal null",
    "exit 300 | code 44 signal null",
    "kill -TERM $$ | code null signal SIGTERM",
    "kill -KILL $$ | code null signal SIGKILL",
    "exit 143 | code 143 signal null",
];
