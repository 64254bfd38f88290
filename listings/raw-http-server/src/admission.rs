//! Who may connect.

use crate::config::Limits;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

/// Counts the connections of all workers.
#[derive(Debug)]
pub struct Admission {
    most: usize,
    most_per_address: usize,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// A connection that counts until this is dropped.
#[derive(Debug)]
pub struct Slot {
    admission: Arc<Admission>,
    address: IpAddr,
}

/// Why a connection is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    TooMany,
    TooManyOfAddress,
}

impl Admission {
    pub fn new(limits: &Limits) -> Arc<Admission> {
        Arc::new(Admission {
            most: limits.connections,
            most_per_address: limits.connections_per_address,
            open: Mutex::default(),
        })
    }

    // ANCHOR: admit
    /// One more connection, of this address.
    pub fn admit(self: &Arc<Self>, address: IpAddr) -> Result<Slot, Refused> {
        let address = customer(address);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let of_address = open.by_address.get(&address).copied().unwrap_or(0);
        if of_address >= self.most_per_address {
            return Err(Refused::TooManyOfAddress);
        }
        if open.all >= self.most {
            return Err(Refused::TooMany);
        }
        open.all += 1;
        open.by_address.insert(address, of_address + 1);
        let admission = Arc::clone(self);
        Ok(Slot { admission, address })
    }
    // ANCHOR_END: admit
}

impl Drop for Slot {
    fn drop(&mut self) {
        let open = &self.admission.open;
        let mut open = open.lock().unwrap_or_else(PoisonError::into_inner);
        open.all -= 1;
        // What stays here for ever, a peer with many addresses could fill memory with.
        match open.by_address.get_mut(&self.address) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(open.by_address.remove(&self.address)),
        }
    }
}

/// The address that is counted: whoever has one IPv6 address has 2^64 of them, and an
/// IPv4 address written as IPv6 is still that one.
fn customer(address: IpAddr) -> IpAddr {
    let IpAddr::V6(address) = address else {
        return address;
    };
    match address.to_ipv4_mapped() {
        Some(address) => address.into(),
        None => Ipv6Addr::from(u128::from(address) >> 64 << 64).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admission() -> Arc<Admission> {
        Admission::new(&Limits {
            connections: 3,
            connections_per_address: 2,
            ..Limits::default()
        })
    }

    #[test]
    fn a_slot_is_free_again_when_it_is_dropped() {
        let admission = admission();
        let address = |last| IpAddr::from([127, 0, 0, last]);
        let first = admission.admit(address(1)).unwrap();
        let _second = admission.admit(address(1)).unwrap();
        let refused = admission.admit(address(1)).unwrap_err();
        assert_eq!(refused, Refused::TooManyOfAddress);
        let _third = admission.admit(address(2)).unwrap();
        let refused = admission.admit(address(3)).unwrap_err();
        assert_eq!(refused, Refused::TooMany);
        drop(first);
        let _fourth = admission.admit(address(1)).unwrap();
    }

    #[test]
    fn nothing_is_remembered_of_who_is_gone() {
        let admission = admission();
        for last in 0..200 {
            drop(admission.admit(IpAddr::from([10, 0, 0, last])).unwrap());
        }
        assert!(admission.open.lock().unwrap().by_address.is_empty());
    }

    #[test]
    fn a_network_of_one_customer_is_one_address() {
        let customer = |text: &str| customer(text.parse().unwrap());
        assert_eq!(
            customer("2001:db8:1:2::1"),
            customer("2001:db8:1:2:ffff::9")
        );
        assert_ne!(customer("2001:db8:1:2::1"), customer("2001:db8:1:3::1"));
        assert_eq!(customer("::ffff:127.0.0.1"), customer("127.0.0.1"));
        assert_ne!(customer("127.0.0.1"), customer("127.0.0.2"));
    }
}
