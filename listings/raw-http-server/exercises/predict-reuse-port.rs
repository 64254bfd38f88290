//! oracle/reuse-port.cjs: two listen on one port, plain or with SO_REUSEPORT.

// UNSOLVED: `EADDRINUSE` or `listens, too`? Correct the lines, then delete this one
pub const PREDICTION: &[&str] = &[
    "plain, then plain: EADDRINUSE",
    "plain, then with SO_REUSEPORT: listens, too",
    "with SO_REUSEPORT, then plain: listens, too",
    "with SO_REUSEPORT, then with SO_REUSEPORT: listens, too",
];
