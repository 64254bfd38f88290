//! Predict what Node prints for oracle/exit-status.cjs: a shell ends in six ways.

// UNSOLVED: put the right number or signal for each `?`, then delete this line
pub const PREDICTION: &[&str] = &[
    "exit 0 | code 0 signal null",
    "exit 7 | code 7 signal null",
    "exit 300 | code ? signal null",
    "kill -TERM $$ | code ? signal ?",
    "kill -KILL $$ | code ? signal ?",
    "exit 143 | code ? signal ?",
];
