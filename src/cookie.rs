//! Cookies. Rule: the session's is `HttpOnly`, `SameSite=Lax`, the whole site; on https `Secure` and `__Host-`; on http it has the
//! port in its name, since cookies do not know ports (SPEC 8).

use crate::config::Config;
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use domain::SignedIn;

/// The secret that the browser sent, if any.
pub fn token<'a>(config: &Config, headers: &'a HeaderMap) -> Option<&'a str> {
    value(&name(config), headers)
}

/// What a cookie of this name says, if anything.
pub fn value<'a>(name: &str, headers: &'a HeaderMap) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, value)| *key == name && !value.is_empty()).map(|(_, value)| value)
}

/// `Set-Cookie` for a new session.
pub fn keep(config: &Config, signed_in: &SignedIn) -> HeaderValue {
    let life_s = config.session_days * 24 * 3_600;
    let mut value = line(config, &signed_in.token, life_s);
    value.set_sensitive(true);
    value
}

/// `Set-Cookie` that takes it away.
pub fn forget(config: &Config) -> HeaderValue {
    line(config, "", 0)
}

fn name(config: &Config) -> String {
    if config.is_https() {
        return "__Host-twotick".to_owned();
    }
    let public = config.public_url.as_ref().and_then(|url| url.authority().parse::<Uri>().ok());
    let port = match public {
        Some(uri) => uri.port_u16().unwrap_or(80),
        None => config.listen.port(),
    };
    format!("twotick_{port}")
}

fn line(config: &Config, token: &str, life_s: i64) -> HeaderValue {
    let secure = if config.is_https() { "; Secure" } else { "" };
    let text = format!("{}={token}; Path=/; Max-Age={life_s}; HttpOnly; SameSite=Lax{secure}", name(config));
    HeaderValue::try_from(text).expect("a token is base64url")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::PublicUrl;

    fn at(public_url: Option<&str>) -> Config {
        Config { public_url: public_url.map(|text| PublicUrl::parse(text).unwrap()), ..Config::new("data") }
    }

    #[test]
    fn the_cookie_is_found_among_others_and_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append("cookie", "a=b; twotick_3000=; xtwotick_3000=no".parse().unwrap());
        assert_eq!(token(&at(None), &headers), None);
        headers.append("cookie", "twotick_3001=other;twotick_3000=mine".parse().unwrap());
        assert_eq!(token(&at(None), &headers), Some("mine"));
        assert_eq!(token(&at(Some("https://chat.example")), &headers), None);
    }

    #[test]
    fn its_attributes_follow_from_the_public_url() {
        let check = |public_url, expected: &str| assert_eq!(forget(&at(public_url)), expected);
        check(None, "twotick_3000=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
        check(Some("http://chat.example:8080"), "twotick_8080=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
        check(Some("http://chat.example"), "twotick_80=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
        check(Some("https://chat.example"), "__Host-twotick=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure");
    }
}
