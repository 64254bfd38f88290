//! A watch over a head that is to be complete after 10 seconds at the latest.

/// Watches one head. Times are milliseconds.
pub struct Watch {
    last_byte: u64,
}

impl Watch {
    const MOST: u64 = 10_000;

    /// The first byte came at `now`.
    pub fn new(now: u64) -> Watch {
        Watch { last_byte: now }
    }

    /// More bytes came.
    pub fn more(&mut self, now: u64) {
        // UNSOLVED: whoever sends a byte every nine seconds is never late; mend that
        self.last_byte = now;
    }

    /// When to look again, if nothing comes before.
    pub fn deadline(&self) -> u64 {
        self.last_byte + Watch::MOST
    }
}
