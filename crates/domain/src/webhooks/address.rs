//! Where a webhook leads. Rule: an application may name any address, and the server stands inside a network: it speaks to https at a
//! public name, unless the operator has said that applications may be anywhere.

use crate::push::is_public_name;
use wire::{Code, limits::WEBHOOK_URL_BYTES_MAX};

/// Whether something may be told there. `anywhere`: also http, and any host.
///
/// # Errors
/// [`Code::BadWebhookUrl`].
pub(crate) fn check(url: &str, anywhere: bool) -> Result<(), Code> {
    let is_plain = url.len() <= WEBHOOK_URL_BYTES_MAX && url.bytes().all(|byte| byte.is_ascii_graphic());
    let Some((scheme, rest)) = url.split_once("://").filter(|_| is_plain) else { return Err(Code::BadWebhookUrl) };
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let is_named = !authority.is_empty() && !url.contains(['\\', '#', '@', '"', '<', '>']);
    // An address in figures of version 6 has colons of its own.
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let is_port = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
    let is_allowed = match anywhere {
        true => matches!(scheme, "http" | "https") && !host.is_empty(),
        false => scheme == "https" && is_public_name(host),
    };
    if is_named && is_port && is_allowed { Ok(()) } else { Err(Code::BadWebhookUrl) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_world_is_reached_by_https_at_a_public_name() {
        for good in ["https://jobs.example.org", "https://jobs.example.org/hook?a=b", "https://jobs.example.org:8443/"]
        {
            assert_eq!([check(good, false), check(good, true)], [Ok(()); 2], "{good}");
        }
        let inside = [
            "http://jobs.example.org/",
            "https://10.0.0.1/",
            "https://localhost/",
            "https://[::1]:8080/",
            "http://app:8080/x",
        ];
        for url in inside {
            assert_eq!([check(url, false), check(url, true)], [Err(Code::BadWebhookUrl), Ok(())], "{url}");
        }
        let never = [
            "",
            "https://",
            "https:///x",
            "ftp://jobs.example.org/",
            "https://a:b@jobs.example.org/",
            "https://jobs.example.org/#x",
            "https://jobs.example.org:0/",
            "https://jobs.example.org:99999/",
            "https://jobs.example.org:x/",
            "https://jobs example.org/",
            "javascript:alert(1)",
            "https://jobs.example.org/\u{e4}",
            &format!("https://jobs.example.org/{}", "x".repeat(1_000)),
        ];
        for url in never {
            assert_eq!([check(url, false), check(url, true)], [Err(Code::BadWebhookUrl); 2], "{url}");
        }
    }
}
