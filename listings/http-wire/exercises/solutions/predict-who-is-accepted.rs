//! Predict what Node prints for oracle/who-is-accepted.cjs.
//!
//! HTTP/1.1 needs a `Host`, which may be empty; HTTP/1.0 needs none. A length is digits,
//! however many are zeros, and so is a chunk's size. Between the words of a first line
//! stands a space, and a name is a token. `PURGE` is one of llhttp's 35 methods.

pub const PREDICTION: &[&str] = &[
    "HTTP/1.1 without Host: 400",
    "Host without a value: 200",
    "HTTP/1.0 without Host: 200",
    "PURGE: 200",
    "a tab behind GET: 400",
    "a slash in a name: 400",
    "length 007: 200",
    "last chunk 000: 200",
];
