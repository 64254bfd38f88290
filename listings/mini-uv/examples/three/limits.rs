//! What a peer of the echo server may take.

use std::time::Duration;

/// The same for all three servers.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at once; one more is closed at once.
    pub connections: usize,
    /// Bytes that wait to be written before the server stops reading.
    pub high_water: usize,
    /// How long a connection may neither send nor take anything.
    pub idle: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            connections: 1024,
            high_water: 64 * 1024,
            idle: Duration::from_secs(30),
        }
    }
}
