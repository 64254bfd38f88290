//! Predict what Node prints for oracle/who-is-accepted.cjs.

// UNSOLVED: 200 or 400? Correct each line, then delete this one
pub const PREDICTION: &[&str] = &[
    "HTTP/1.1 without Host: 400",
    "Host without a value: 400",
    "HTTP/1.0 without Host: 400",
    "PURGE: 400",
    "a tab behind GET: 400",
    "a slash in a name: 400",
    "length 007: 400",
    "last chunk 000: 400",
];
