//! oracle/stop.cjs: whoever has begun to ask is answered, if only half a head is there.

pub const PREDICTION: &[&str] = &[
    "said nothing yet: hung up on",
    "between two requests: hung up on",
    "comes later: ECONNREFUSED",
    "in the middle of a head: HTTP/1.1 200",
    "waits for its answer: HTTP/1.1 200",
];
