//! Whether a request that changes something comes from our own pages. Rule: a browser that carries our cookie must
//! prove it: by `Sec-Fetch-Site`, else by `Origin`, else by `Referer`; nothing at all is a refusal (RELIABILITY 6.2,
//! W11).

use crate::config::{PublicUrl, origin_of};
use axum::http::{HeaderMap, Method, Uri, header};

/// What the rule looks at.
pub struct Question<'a> {
    /// The request's method.
    pub method: &'a Method,
    /// Its headers.
    pub headers: &'a HeaderMap,
    /// Where browsers find us, if the operator said so; else whatever Host they name.
    pub public_url: Option<&'a PublicUrl>,
    /// Whether it carries our cookie.
    pub has_cookie: bool,
    /// Whether it opens a socket: a GET that lets its page act as the user.
    pub is_upgrade: bool,
}

impl Question<'_> {
    /// Whether it may go on.
    pub fn is_our_own(&self) -> bool {
        if !self.is_upgrade && matches!(*self.method, Method::GET | Method::HEAD | Method::OPTIONS) {
            return true;
        }
        // Not every browser says Sec-Fetch-Site on an upgrade, but all of them say Origin: there, both must be right.
        match self.text("sec-fetch-site") {
            Some("same-origin" | "none") if !self.is_upgrade => return true,
            None | Some("same-origin" | "none") => {}
            Some(_) => return false,
        }
        let origin = match self.text(header::ORIGIN.as_str()) {
            Some(origin) => Some(origin.to_owned()),
            None => self.text(header::REFERER.as_str()).map(|page| origin_of_page(page).unwrap_or_default()),
        };
        match origin {
            Some(origin) => self.is_ours(&origin),
            None => !self.has_cookie,
        }
    }

    fn is_ours(&self, origin: &str) -> bool {
        let Some((scheme, authority)) = origin.split_once("://") else { return false };
        match (self.public_url, self.text(header::HOST.as_str())) {
            (Some(own), _) => origin_of(scheme, authority) == own.as_str(),
            // Without a public URL a proxy may have taken https off: the scheme is not compared.
            (None, Some(host)) => {
                matches!(scheme, "http" | "https") && origin_of(scheme, authority) == origin_of(scheme, host)
            }
            (None, None) => false,
        }
    }

    /// A header that is there once; twice, or not text, is worth nothing and equals no origin.
    fn text(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.get_all(name).iter();
        let first = values.next()?;
        if values.next().is_some() { Some("") } else { Some(first.to_str().unwrap_or_default()) }
    }
}

fn origin_of_page(page: &str) -> Option<String> {
    let uri: Uri = page.parse().ok()?;
    Some(format!("{}://{}", uri.scheme_str()?, uri.authority()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderName;

    fn ask(method: &str, is_upgrade: bool, public_url: Option<&str>, lines: &[&str]) -> bool {
        let mut headers = HeaderMap::new();
        for line in lines {
            let (name, value) = line.split_once(": ").unwrap();
            headers.append(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
        }
        let public_url = public_url.map(|text| PublicUrl::parse(text).unwrap());
        let method = method.parse().unwrap();
        let has_cookie = headers.contains_key("cookie");
        let question =
            Question { method: &method, headers: &headers, public_url: public_url.as_ref(), has_cookie, is_upgrade };
        question.is_our_own()
    }

    fn post(lines: &[&str]) -> bool {
        ask("POST", false, None, &[&["host: chat:3000", "cookie: twotick_3000=x"], lines].concat())
    }

    #[test]
    fn reading_is_always_allowed() {
        for method in ["GET", "HEAD", "OPTIONS"] {
            assert!(ask(
                method,
                false,
                None,
                &["host: a", "origin: https://evil", "sec-fetch-site: cross-site", "cookie: a=b"]
            ));
        }
    }

    #[test]
    fn sec_fetch_site_decides_where_it_is_sent() {
        assert!(post(&["sec-fetch-site: same-origin"]));
        assert!(post(&["sec-fetch-site: none"]));
        assert!(post(&["sec-fetch-site: same-origin", "origin: https://behind.a.proxy"]));
        for site in ["cross-site", "same-site", "", "SAME-ORIGIN"] {
            assert!(!post(&[&format!("sec-fetch-site: {site}"), "origin: http://chat:3000"]), "{site}");
        }
        assert!(!post(&["sec-fetch-site: same-origin", "sec-fetch-site: cross-site"]));
    }

    #[test]
    fn without_it_the_origin_must_be_the_host() {
        assert!(post(&["origin: http://chat:3000"]));
        assert!(post(&["origin: https://CHAT:3000"]));
        for origin in
            ["http://evil", "http://chat", "http://chat:3000.evil", "null", "", "chat:3000", "file://chat:3000"]
        {
            assert!(!post(&[&format!("origin: {origin}"), "referer: http://chat:3000/"]), "{origin}");
        }
        assert!(!post(&["origin: http://chat:3000", "origin: http://evil"]));
        assert!(!ask("POST", false, None, &["origin: http://chat:3000"]));
        assert!(ask("POST", false, None, &["host: chat:80", "origin: http://chat", "cookie: a=b"]));
    }

    #[test]
    fn without_an_origin_the_referer_speaks_for_the_page() {
        assert!(post(&["referer: http://chat:3000/r/1?before=5"]));
        for page in ["http://evil/http://chat:3000/", "/r/1", "not a uri"] {
            assert!(!post(&[&format!("referer: {page}")]), "{page}");
        }
    }

    #[test]
    fn nothing_at_all_is_a_refusal_only_for_who_carries_a_cookie() {
        assert!(!post(&[]));
        assert!(ask("POST", false, None, &["host: chat:3000"]));
        assert!(ask("DELETE", false, None, &["host: chat:3000"]));
    }

    #[test]
    fn a_public_url_is_the_only_origin_then() {
        let from = |origin: &str| {
            let origin = format!("origin: {origin}");
            ask("POST", false, Some("https://chat.example"), &["host: 127.0.0.1:3000", "cookie: a=b", &origin])
        };
        assert!(from("https://chat.example"));
        assert!(from("https://chat.example:443"));
        assert!(!from("http://chat.example"));
        assert!(!from("http://127.0.0.1:3000"));
    }

    #[test]
    fn a_socket_is_opened_by_our_own_origin_only() {
        let open = |lines: &[&str]| ask("GET", true, None, &[&["host: chat", "cookie: a=b"], lines].concat());
        assert!(open(&["origin: http://chat"]));
        assert!(open(&["origin: http://chat", "sec-fetch-site: same-origin"]));
        assert!(!open(&["origin: http://evil"]));
        assert!(!open(&["origin: http://evil", "sec-fetch-site: same-origin"]));
        assert!(!open(&["origin: http://chat", "sec-fetch-site: cross-site"]));
        assert!(!open(&[]));
        assert!(ask("GET", true, None, &["host: chat"]));
        assert!(!ask("GET", true, None, &["host: chat", "origin: http://evil"]));
    }
}
