//! How many connections there are. Rule: a slot is given back when its connection's bytes end, also after an upgrade.

use crate::{config::Config, guard::address::is_among};
use domain::network_of;
use ipnet::IpNet;
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

/// Counts connections, in all and by address.
#[derive(Debug)]
pub struct Slots {
    all_max: usize,
    each_max: usize,
    /// Many people come from these: they count in all only.
    shared: Vec<IpNet>,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// One connection's place.
#[derive(Debug)]
pub struct Slot {
    slots: Arc<Slots>,
    address: Option<IpAddr>,
}

impl Slots {
    /// Within the limits of the settings.
    pub fn new(config: &Config) -> Arc<Self> {
        Arc::new(Self {
            all_max: config.connections_max,
            each_max: config.connections_per_address_max,
            shared: config.trusted_proxies.clone(),
            taken: Mutex::default(),
        })
    }

    /// A place for one more connection from `peer`, if there is one.
    pub fn take(self: &Arc<Self>, peer: IpAddr) -> Option<Slot> {
        let peer = peer.to_canonical();
        let address = (!peer.is_loopback() && !is_among(&self.shared, peer)).then(|| network_of(peer));
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.all >= self.all_max {
            return None;
        }
        if let Some(address) = address {
            let each = taken.by_address.entry(address).or_default();
            if *each >= self.each_max {
                return None;
            }
            *each += 1;
        }
        taken.all += 1;
        Some(Slot { slots: self.clone(), address })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut taken = self.slots.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all -= 1;
        let Some(address) = self.address else { return };
        if let Some(each) = taken.by_address.get_mut(&address) {
            *each -= 1;
            if *each == 0 {
                taken.by_address.remove(&address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_cannot_take_every_place_and_places_come_back() {
        let config = Config { connections_max: 4, connections_per_address_max: 2, ..Config::new("data") };
        let slots = Slots::new(&config);
        let take = |last: u8| slots.take([192, 0, 2, last].into());
        let first = take(1);
        let _second = take(1);
        assert!(first.is_some() && take(1).is_none());
        drop(first);
        let held = [take(1), slots.take([127, 0, 0, 1].into()), slots.take([127, 0, 0, 1].into())];
        assert!(held.iter().all(Option::is_some));
        assert!(take(2).is_none() && slots.take([127, 0, 0, 1].into()).is_none());
        drop(held);
        assert_eq!(slots.taken.lock().unwrap().all, 1);
    }
}
