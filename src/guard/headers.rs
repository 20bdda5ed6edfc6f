//! The headers that every answer carries. Rule: personal unless it says otherwise: `no-store` is the default.

use crate::config::Config;
use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, header, uri::Authority},
    response::Response,
};
use base64::{Engine, engine::general_purpose::STANDARD};

/// The word by which the browser knows our inline script from a smuggled one: fresh for every answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nonce(pub String);

impl Nonce {
    /// Sixteen random bytes, base64.
    pub fn fresh() -> Self {
        Self(STANDARD.encode(rand::random::<[u8; 16]>()))
    }
}

const FIXED: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    // Not no-referrer: with it, browsers send plain forms with "Origin: null".
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(self), microphone=(), payment=(), usb=()"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Puts them on. `host` is the Host that the request named.
pub fn put(response: &mut Response, config: &Config, host: Option<&HeaderValue>, nonce: &Nonce) {
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // Files have a narrower one.
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY)
        && let Ok(policy) = HeaderValue::try_from(content_policy(config, host, nonce))
    {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    if config.is_https() {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
        // On plain http browsers ignore it, and complain of every answer.
        let opener = HeaderName::from_static("cross-origin-opener-policy");
        headers.insert(opener, HeaderValue::from_static("same-origin"));
    }
    private_by_default(headers);
}

fn private_by_default(headers: &mut HeaderMap) {
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

fn content_policy(config: &Config, host: Option<&HeaderValue>, nonce: &Nonce) -> String {
    let nonce = &nonce.0;
    // Older Safari does not count the page's own socket as 'self'.
    let socket = socket_source(config, host).map(|source| format!(" {source}")).unwrap_or_default();
    format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; \
         connect-src 'self'{socket}; worker-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; \
         frame-ancestors 'none'; form-action 'self'"
    )
}

fn socket_source(config: &Config, host: Option<&HeaderValue>) -> Option<String> {
    if let Some(url) = &config.public_url {
        return Some(format!("{}://{}", if url.is_https() { "wss" } else { "ws" }, url.authority()));
    }
    let authority: Authority = host?.to_str().ok()?.parse().ok()?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte);
    authority.as_str().bytes().all(is_plain).then(|| format!("ws://{authority} wss://{authority}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(host: &'static str) -> String {
        let config = Config::new("data");
        content_policy(&config, Some(&HeaderValue::from_static(host)), &Nonce("abc".to_owned()))
    }

    #[test]
    fn scripts_run_by_nonce_only_and_the_socket_goes_home() {
        let policy = policy("chat:3000");
        assert!(policy.contains("script-src 'self' 'nonce-abc' 'wasm-unsafe-eval';"));
        assert!(policy.contains("connect-src 'self' ws://chat:3000 wss://chat:3000;"));
        assert!(policy.contains("worker-src 'self';"));
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"));
    }

    #[test]
    fn a_strange_host_cannot_write_into_the_policy() {
        for host in ["a;script-src *", "a b", "a,b", "u:p@host", "*"] {
            assert!(policy(host).contains("connect-src 'self';"), "{host}");
        }
    }

    #[test]
    fn what_says_nothing_is_not_stored() {
        let mut response = Response::default();
        put(&mut response, &Config::new("data"), None, &Nonce::fresh());
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert!(!response.headers().contains_key("strict-transport-security"));
        assert_ne!(Nonce::fresh(), Nonce::fresh());
    }
}
