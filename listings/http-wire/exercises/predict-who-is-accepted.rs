//! Predict what Node prints for oracle/who-is-accepted.cjs.

// UNSOLVED: 200 or 400? Correct each line, then delete this one
pub const PREDICTION: &[&str] = &[
    "Host twice: 400",
    "HTTP/1.1 without Host: 400",
    "HTTP/1.0 without Host: 400",
    "HTTP/1.2: 400",
    "HTTP/2.0: 400",
    "get in lower case: 400",
    "PURGE: 400",
    "chunked in HTTP/1.0: 400",
];
