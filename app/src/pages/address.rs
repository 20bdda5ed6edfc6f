//! Texts within addresses. Rule: what somebody typed is one value of a query, whatever is in it.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but what RFC 3986 calls unreserved.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// The same for a path, which stays readable.
const RESERVED_IN_PATH: &AsciiSet = &RESERVED.remove(b'/');

/// Percent-encoded for a query or a path segment.
pub fn escaped(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// A path that remembers where to go afterwards.
pub fn with_next(path: &str, next: &str) -> String {
    if next.is_empty() || next == "/" {
        return path.to_owned();
    }
    format!("{path}?next={}", utf8_percent_encode(next, RESERVED_IN_PATH))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_escaped() {
        assert_eq!(escaped("/r/5?before=7&x=ü"), "%2Fr%2F5%3Fbefore%3D7%26x%3D%C3%BC");
    }

    #[test]
    fn a_next_with_a_query_survives_in_a_query() {
        assert_eq!(with_next("/register", "/r/5?before=7&x"), "/register?next=/r/5%3Fbefore%3D7%26x");
        assert_eq!(with_next("/login", "/"), "/login");
    }
}
