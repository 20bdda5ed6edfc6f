//! Usernames, display names and passwords as people type them. Rule: what passes here needs no further check inside.

use crate::Error;
use wire::Code;
use wire::limits::{
    DISPLAY_NAME_CHARS_MAX, PASSWORD_BYTES_MAX, PASSWORD_CHARS_MIN, STATUS_CHARS_MAX, USERNAME_CHARS_MAX,
    USERNAME_CHARS_MIN,
};

/// A username, trimmed.
///
/// # Errors
/// [`Code::BadUsername`].
pub(crate) fn username(text: &str) -> Result<String, Error> {
    let name = text.trim();
    let is_allowed = |char: char| char.is_ascii_alphanumeric() || matches!(char, '.' | '_' | '-');
    let has_length = (USERNAME_CHARS_MIN..=USERNAME_CHARS_MAX).contains(&name.len());
    if has_length && name.starts_with(|first: char| first.is_ascii_alphanumeric()) && name.chars().all(is_allowed) {
        Ok(name.to_owned())
    } else {
        Err(Code::BadUsername.into())
    }
}

/// What is compared when names are looked for: the same for all spellings that differ in case.
pub(crate) fn key(name: &str) -> String {
    name.trim().to_lowercase()
}

/// A display name, trimmed.
///
/// # Errors
/// [`Code::BadDisplayName`].
pub(crate) fn display_name(text: &str) -> Result<String, Error> {
    let name = text.trim();
    let has_length = (1..=DISPLAY_NAME_CHARS_MAX).contains(&name.chars().count());
    let is_visible = name.chars().any(|char| !char.is_whitespace() && !is_invisible(char));
    if has_length && is_visible && !name.chars().any(|char| char.is_control() || turns_direction(char)) {
        Ok(name.to_owned())
    } else {
        Err(Code::BadDisplayName.into())
    }
}

/// What somebody says of themselves, trimmed; it may be nothing.
///
/// # Errors
/// [`Code::BadStatus`].
pub(crate) fn status(text: &str) -> Result<String, Error> {
    let status = text.trim();
    let is_visible = status.is_empty() || status.chars().any(|char| !char.is_whitespace() && !is_invisible(char));
    let is_plain = !status.chars().any(|char| char.is_control() || breaks_line(char) || turns_direction(char));
    if is_visible && is_plain && status.chars().count() <= STATUS_CHARS_MAX {
        Ok(status.to_owned())
    } else {
        Err(Code::BadStatus.into())
    }
}

/// Whether it is one line of something that everybody reads alike.
pub(crate) fn is_line(text: &str, chars_max: usize) -> bool {
    let is_odd = |char: char| char.is_control() || turns_direction(char) || has_no_width(char);
    (1..=chars_max).contains(&text.chars().count()) && !text.chars().any(is_odd)
}

/// Line breaks that are no control characters.
fn breaks_line(char: char) -> bool {
    matches!(char, '\u{2028}' | '\u{2029}')
}

/// A new password, as it is.
///
/// # Errors
/// [`Code::BadPassword`].
pub(crate) fn password(text: String) -> Result<String, Error> {
    if text.chars().count() >= PASSWORD_CHARS_MIN && text.len() <= PASSWORD_BYTES_MAX {
        Ok(text)
    } else {
        Err(Code::BadPassword.into())
    }
}

fn is_invisible(char: char) -> bool {
    looks_like_space(char) || has_no_width(char)
}

/// Characters that are no white space to Unicode and show as one.
pub(crate) fn looks_like_space(char: char) -> bool {
    matches!(char, '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' | '\u{2800}')
}

/// Characters that show as nothing at all.
pub(crate) fn has_no_width(char: char) -> bool {
    matches!(char, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}')
        || matches!(char, '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

/// Characters that make the text around the name run backwards.
pub(crate) fn turns_direction(char: char) -> bool {
    matches!(char, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usernames_have_two_to_thirty_two_plain_characters() {
        for good in ["al", "Al.ice-2_x", "0x", &"a".repeat(32), " padded "] {
            assert_eq!(username(good).unwrap(), good.trim());
        }
        for bad in ["", "a", "-al", ".al", "al ice", "ålice", "al/ice", &"a".repeat(33), "al\0"] {
            assert_eq!(username(bad).unwrap_err().code(), Code::BadUsername, "{bad:?}");
        }
        assert_eq!(key("AlIce"), key("alice "));
    }

    #[test]
    fn display_names_show_something_and_keep_their_direction() {
        for good in ["Alice", "上海", "👩‍👩‍👧", "Al Ice", &"é".repeat(64)] {
            assert_eq!(display_name(good).unwrap(), good);
        }
        for bad in ["", "  ", "\u{200b}", "\u{2800}", "a\u{202e}b", "a\nb", &"é".repeat(65)] {
            assert_eq!(display_name(bad).unwrap_err().code(), Code::BadDisplayName, "{bad:?}");
        }
    }

    #[test]
    fn a_status_is_one_line_or_nothing() {
        for good in ["", "   ", "At lunch 🍜", "<b>x</b>", &"é".repeat(100), " padded "] {
            assert_eq!(status(good).unwrap(), good.trim());
        }
        for bad in ["a\nb", "a\0", "a\u{2028}b", "a\u{202e}b", "\u{200b}", &"é".repeat(101)] {
            assert_eq!(status(bad).unwrap_err().code(), Code::BadStatus, "{bad:?}");
        }
    }

    #[test]
    fn passwords_have_eight_characters() {
        assert!(password("12345678".to_owned()).is_ok());
        assert!(password("1234567".to_owned()).is_err());
        assert!(password("a".repeat(1_025)).is_err());
    }
}
