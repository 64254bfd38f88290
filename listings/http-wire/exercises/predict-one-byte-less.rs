//! Predict what Node prints for oracle/one-byte-less.cjs.
//!
//! The first request says how long its content is. The lines below are those for the
//! right length, five times; the lengths stay in this order. A line may be an error as
//! well: `  HPE_INVALID_METHOD` or `  HPE_INVALID_EOF_STATE`.

// UNSOLVED: what is seen for each length? Correct the lines, then delete this one
pub const PREDICTION: &[&str] = &[
    "Content-Length: 5",
    "  POST /1",
    "  GET /2",
    "Content-Length: 4",
    "  POST /1",
    "  GET /2",
    "Content-Length: 6",
    "  POST /1",
    "  GET /2",
    "Content-Length: 33",
    "  POST /1",
    "  GET /2",
    "Content-Length: 34",
    "  POST /1",
    "  GET /2",
];
