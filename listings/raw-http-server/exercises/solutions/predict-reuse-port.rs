//! oracle/reuse-port.cjs: all who share a port must have said so before they bind.

pub const PREDICTION: &[&str] = &[
    "plain, then plain: EADDRINUSE",
    "plain, then with SO_REUSEPORT: EADDRINUSE",
    "with SO_REUSEPORT, then plain: EADDRINUSE",
    "with SO_REUSEPORT, then with SO_REUSEPORT: listens, too",
];
