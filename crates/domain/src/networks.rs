//! Where people sign in from. Rule: what counts as one address is what one subscriber has; only registering and signing in
//! ask for it, so that others behind the same address who are signed in stay so.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv6Addr};
use wire::{Code, limits::NETWORKS_PER_BAN_MAX};

/// What counts as one address: of IPv6 the /64 that one subscriber has.
pub fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
        address => address,
    }
}

/// Those of somebody's addresses to be kept out, unless an operator would be kept out with them.
pub(crate) fn to_keep_out(theirs: BTreeSet<String>, operators: &BTreeSet<String>) -> Result<Vec<String>, Code> {
    if theirs.iter().any(|network| operators.contains(network)) {
        return Err(Code::AddressShared);
    }
    Ok(theirs.into_iter().take(NETWORKS_PER_BAN_MAX).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn networks(texts: &[&str]) -> BTreeSet<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn one_subscriber_is_one_address() {
        for (address, expected) in [
            ("192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8::1:2:3:4", "2001:db8::"),
            ("2001:db8:0:1::9", "2001:db8:0:1::"),
        ] {
            assert_eq!(network_of(address.parse().unwrap()).to_string(), expected);
        }
    }

    #[test]
    fn no_operator_is_kept_out_with_somebody_else() {
        let operators = networks(&["192.0.2.1"]);
        for (theirs, expected) in [
            (&["192.0.2.7"][..], Ok(vec!["192.0.2.7".to_owned()])),
            (&["192.0.2.1"], Err(Code::AddressShared)),
            (&["192.0.2.1", "192.0.2.7"], Err(Code::AddressShared)),
            (&[], Ok(vec![])),
        ] {
            assert_eq!(to_keep_out(networks(theirs), &operators), expected, "{theirs:?}");
        }
    }
}
