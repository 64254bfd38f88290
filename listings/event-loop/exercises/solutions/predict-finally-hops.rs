//! Predict what Node prints for oracle/finally-hops.cjs.
//!
//! In the first round the callback of finally() runs. What it returns is waited for
//! with a then(), and the promise of that then() resolves the one of finally(): in the
//! second round it is asked for its then(), in the third it answers, in the fourth the
//! line is printed. A then() in the place of finally() would print in the second.

pub const PREDICTION: &[&str] = &[
    "then 1",
    "then 2",
    "then 3",
    "after finally: value",
    "then 4",
    "then 5",
];
