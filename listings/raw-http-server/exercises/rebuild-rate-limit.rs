//! So many requests a second for each address, in memory that a flood cannot fill.

use super::super::RateLimit;
use std::collections::HashMap;
use std::net::IpAddr;

/// Each address has a bucket of `burst` tokens and gets one back every `interval`
/// milliseconds; a request costs one. At most `most` addresses are remembered, and a
/// full bucket is as good as none. While `most` are remembered whose buckets are not
/// full, a further address is refused.
pub struct Buckets {
    buckets: HashMap<IpAddr, u32>,
    burst: u32,
}

impl RateLimit for Buckets {
    fn new(burst: u32, _interval: u64, _most: usize) -> Self {
        let buckets = HashMap::new();
        Buckets { buckets, burst }
    }

    fn allows(&mut self, address: IpAddr, _now: u64) -> bool {
        // UNSOLVED: tokens never come back, and many addresses fill the map
        let tokens = self.buckets.entry(address).or_insert(self.burst);
        let allows = *tokens > 0;
        *tokens = tokens.saturating_sub(1);
        allows
    }

    fn remembered(&self) -> usize {
        self.buckets.len()
    }
}
