//! A watch over a head that is to be complete after 10 seconds at the latest.

/// Watches one head. Times are milliseconds.
pub struct Watch {
    first_byte: u64,
}

impl Watch {
    const MOST: u64 = 10_000;

    /// The first byte came at `now`.
    pub fn new(now: u64) -> Watch {
        Watch { first_byte: now }
    }

    /// More bytes came, which changes nothing: a head is small, and whoever means well
    /// sends it in one go.
    pub fn more(&mut self, _now: u64) {}

    /// When to look again, if nothing comes before.
    pub fn deadline(&self) -> u64 {
        self.first_byte + Watch::MOST
    }
}
