//! Predict what Node prints for oracle/one-byte-less.cjs.
//!
//! A byte too few and the next request begins with `o`; one too many and its first
//! letter is gone. Either is no method that Node knows. 33 bytes reach to the very end:
//! the second request is content, and nobody sees it. For the 34th byte the server
//! waits until the client closes.

pub const PREDICTION: &[&str] = &[
    "Content-Length: 5",
    "  POST /1",
    "  GET /2",
    "Content-Length: 4",
    "  POST /1",
    "  HPE_INVALID_METHOD",
    "Content-Length: 6",
    "  POST /1",
    "  HPE_INVALID_METHOD",
    "Content-Length: 33",
    "  POST /1",
    "Content-Length: 34",
    "  POST /1",
    "  HPE_INVALID_EOF_STATE",
];
