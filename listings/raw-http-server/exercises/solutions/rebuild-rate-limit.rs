//! So many requests a second for each address, in memory that a flood cannot fill.

use super::super::RateLimit;
use std::collections::HashMap;
use std::net::IpAddr;

/// Each address has a bucket of `burst` tokens and gets one back every `interval`
/// milliseconds; a request costs one. At most `most` addresses are remembered, and a
/// full bucket is as good as none.
///
/// Of a bucket only the time is kept at which it will be full: an empty one will be
/// `burst` intervals from now, and a request moves that by one interval.
pub struct Buckets {
    full_at: HashMap<IpAddr, u64>,
    burst: u64,
    interval: u64,
    most: usize,
}

impl RateLimit for Buckets {
    fn new(burst: u32, interval: u64, most: usize) -> Self {
        Buckets {
            full_at: HashMap::new(),
            burst: burst.into(),
            interval,
            most,
        }
    }

    fn allows(&mut self, address: IpAddr, now: u64) -> bool {
        if !self.full_at.contains_key(&address) && self.full_at.len() >= self.most {
            self.full_at.retain(|_, full_at| *full_at > now);
            if self.full_at.len() >= self.most {
                return false;
            }
        }
        let full_at = self.full_at.entry(address).or_insert(now);
        let then = (*full_at).max(now) + self.interval;
        let allows = then <= now + self.burst * self.interval;
        if allows {
            *full_at = then;
        }
        allows
    }

    fn remembered(&self) -> usize {
        self.full_at.len()
    }
}
