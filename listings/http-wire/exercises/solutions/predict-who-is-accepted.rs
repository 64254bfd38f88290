//! Predict what Node prints for oracle/who-is-accepted.cjs.
//!
//! The first `Host` counts and a second is let pass; HTTP/1.0 needs none. llhttp knows
//! the versions 0.9, 1.0, 1.1 and 2.0 by name, and 35 methods, in capitals.

pub const PREDICTION: &[&str] = &[
    "Host twice: 200",
    "HTTP/1.1 without Host: 400",
    "HTTP/1.0 without Host: 200",
    "HTTP/1.2: 400",
    "HTTP/2.0: 200",
    "get in lower case: 400",
    "PURGE: 200",
    "chunked in HTTP/1.0: 200",
];
