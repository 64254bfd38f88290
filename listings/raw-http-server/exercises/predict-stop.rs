//! oracle/stop.cjs: a server is closed. Who still gets an answer?
//!
//! The second half of each line is `hung up on`, `ECONNREFUSED` or `HTTP/1.1 200`.

// UNSOLVED: these are guesses; what does Node print? Then delete this line
pub const PREDICTION: &[&str] = &[
    "said nothing yet: HTTP/1.1 200",
    "between two requests: HTTP/1.1 200",
    "comes later: ECONNREFUSED",
    "in the middle of a head: hung up on",
    "waits for its answer: HTTP/1.1 200",
];
