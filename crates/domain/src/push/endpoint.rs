//! A browser's address at its push service. Rule: it comes from a browser, so that it could be anybody's: the server speaks to
//! https on its own port at a public name only, and never inside the network that it stands in.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use wire::{Code, limits::PUSH_ENDPOINT_BYTES_MAX};

/// Names that no push service has: those of a network of its own.
const OWN_NAMES: [&str; 9] = ["localhost", "local", "internal", "intranet", "lan", "home", "corp", "private", "arpa"];

/// Whether it may be kept. `anywhere`: also http, any port and any host, for tests.
///
/// # Errors
/// [`Code::BadPushAddress`].
pub(crate) fn check(endpoint: &str, anywhere: bool) -> Result<(), Code> {
    let is_plain = endpoint.len() <= PUSH_ENDPOINT_BYTES_MAX && endpoint.bytes().all(|byte| byte.is_ascii_graphic());
    let Some((scheme, rest)) = endpoint.split_once("://").filter(|_| is_plain) else {
        return Err(Code::BadPushAddress);
    };
    let (authority, path) = rest.split_once('/').ok_or(Code::BadPushAddress)?;
    let is_named = !authority.is_empty() && !path.is_empty() && !endpoint.contains(['\\', '#', '@', '"', '<', '>']);
    let is_allowed = match anywhere {
        true => matches!(scheme, "http" | "https"),
        false => scheme == "https" && is_public_name(authority.strip_suffix(":443").unwrap_or(authority)),
    };
    if is_named && is_allowed { Ok(()) } else { Err(Code::BadPushAddress) }
}

/// A name with a dot in it, such as push services have; never an address in figures, however it is written.
pub(crate) fn is_public_name(host: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let labels: Vec<&str> = host.split('.').collect();
    let Some(last) = labels.last().filter(|_| labels.len() > 1 && host.len() <= 253) else { return false };
    labels.iter().all(|label| is_label(label))
        && last.bytes().any(|byte| byte.is_ascii_alphabetic())
        && !last.to_ascii_lowercase().starts_with("0x")
        && !OWN_NAMES.contains(&last.to_ascii_lowercase().as_str())
}

/// Whether a name that led to this address may be spoken to: the last word, said of each address before it is connected to.
pub fn is_public_address(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [first, second, third, _] = address.octets();
    let is_special = matches!(
        (first, second, third),
        (0 | 10 | 127 | 224..=255, ..)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 0, 0 | 2)
            | (192, 88, 99)
            | (192, 168, _)
            | (198, 18 | 19, _)
            | (198, 51, 100)
            | (203, 0, 113)
    );
    !is_special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    // 2000::/3 is all that is given out; within it, what leads elsewhere or is for examples. An IPv4 address inside one of the
    // others, as in ::ffff:10.0.0.1 or 64:ff9b::/96, is outside of it.
    let is_given = (0x2000..0x4000).contains(&segments[0]);
    let is_special =
        matches!(segments, [0x2001, 0..=0x1ff, ..] | [0x2001, 0xdb8, ..] | [0x2002, ..] | [0x3fff, 0..=0xfff, ..]);
    is_given && !is_special
}

/// Whether it belongs to a service that takes a browser's permission away when something is pushed that shows nothing
/// (Apple's): there nothing is taken back.
pub(crate) fn must_show(endpoint: &str) -> bool {
    host(endpoint).ends_with(".push.apple.com")
}

/// The host, for the log: whoever knows the rest of it can ring there.
pub fn host(endpoint: &str) -> &str {
    let rest = endpoint.split_once("://").map_or(endpoint, |(_, rest)| rest);
    rest.split(['/', '?', ':']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn push_services_are_taken() {
        for good in [
            "https://fcm.googleapis.com/fcm/send/c1x:APA91bH-_x",
            "https://updates.push.services.mozilla.com/wpush/v2/gAAAAA",
            "https://web.push.apple.com/QGuQ",
            "https://db5p.notify.windows.com:443/w/?token=BQYAAAD%2f",
            "https://push.example.org/up?id=1",
        ] {
            assert_eq!(check(good, false), Ok(()), "{good}");
        }
    }

    #[test]
    fn nothing_else_is() {
        for bad in [
            "",
            "https://",
            "https://push.example.org",
            "https://push.example.org/",
            "http://push.example.org/x",
            "ftp://push.example.org/x",
            "file:///etc/passwd",
            "https:push.example.org/x",
            "https://push.example.org:8443/x",
            "https://push.example.org:22/x",
            "https://user@push.example.org/x",
            "https://user:word@push.example.org/x",
            "https://localhost/x",
            "https://db.local/x",
            "https://metadata.google.internal/x",
            "https://127.0.0.1/x",
            "https://127.1/x",
            "https://2130706433/x",
            "https://0x7f.0.0.1/x",
            "https://127.0.0.0x1/x",
            "https://0177.0.0.1/x",
            "https://10.0.0.1/x",
            "https://[::1]/x",
            "https://[::ffff:10.0.0.1]/x",
            "https://push.example.org./x",
            "https://.example.org/x",
            "https://push..org/x",
            "https://push.example.org\\@evil.org/x",
            "https://push.example.org/x y",
            "https://push.example.org/x\r\nHost: y",
            "https://püsh.example.org/x",
            "https://push.example.org/x#y",
        ] {
            assert_eq!(check(bad, false), Err(Code::BadPushAddress), "{bad}");
        }
        assert!(check(&format!("https://push.example.org/{}", "x".repeat(PUSH_ENDPOINT_BYTES_MAX)), false).is_err());
    }

    #[test]
    fn a_test_may_run_its_own() {
        assert_eq!(check("http://127.0.0.1:4000/push/1", true), Ok(()));
        for bad in ["http://127.0.0.1:4000", "gopher://127.0.0.1/x", "http://a@b/x", ""] {
            assert!(check(bad, true).is_err(), "{bad}");
        }
    }

    #[test]
    fn only_public_addresses_are_spoken_to() {
        for good in ["8.8.8.8", "172.32.0.1", "100.63.0.1", "192.0.1.1", "2a00:1450:4001::200a", "2606:4700::1"] {
            assert!(is_public_address(good.parse().unwrap()), "{good}");
        }
        for bad in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "192.0.0.8",
            "198.18.0.1",
            "203.0.113.5",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "64:ff9b::a00:1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
            "2002:a00:1::",
            "3fff::1",
        ] {
            assert!(!is_public_address(bad.parse().unwrap()), "{bad}");
        }
    }

    #[test]
    fn apples_service_must_be_given_something_to_show() {
        assert!(must_show("https://web.push.apple.com/QGuQ"));
        assert!(!must_show("https://web.push.apple.com.example.org/QGuQ"));
        assert_eq!(host("https://db5p.notify.windows.com:443/w/?token=x"), "db5p.notify.windows.com");
    }
}
