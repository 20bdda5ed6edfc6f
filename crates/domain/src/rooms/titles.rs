//! Titles and topics of rooms as people type them. Rule: titles that differ only in case, in the width of letters or in
//! spaces that look alike have one key.

use crate::{Error, names};
use unicode_normalization::UnicodeNormalization as _;
use wire::Code;
use wire::limits::{BODY_CHARS_MAX, ROOM_TITLE_CHARS_MAX, TOPIC_CHARS_MAX};

/// A room's title, and what is compared when titles are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Title {
    pub(crate) text: String,
    pub(crate) key: String,
}

/// A title, trimmed.
///
/// # Errors
/// [`Code::BadRoomName`].
pub(crate) fn title(text: &str) -> Result<Title, Error> {
    let text = text.trim();
    let is_odd = |char: char| char.is_control() || names::turns_direction(char);
    let key = key(text);
    if text.chars().count() > ROOM_TITLE_CHARS_MAX || key.is_empty() || text.chars().any(is_odd) {
        return Err(Code::BadRoomName.into());
    }
    Ok(Title { text: text.to_owned(), key })
}

/// A topic, trimmed; it may be empty.
///
/// # Errors
/// [`Code::TopicTooLong`]; [`Code::Malformed`] for what Postgres cannot keep.
pub(crate) fn topic(text: &str) -> Result<String, Error> {
    let text = text.trim();
    if text.chars().count() > TOPIC_CHARS_MAX {
        return Err(Code::TopicTooLong.into());
    }
    if text.contains('\0') { Err(Code::Malformed.into()) } else { Ok(text.to_owned()) }
}

/// What the system says in a room, trimmed.
///
/// # Errors
/// As for a message.
pub(crate) fn notice(text: &str) -> Result<String, Error> {
    let text = text.trim();
    match () {
        () if text.is_empty() => Err(Code::EmptyMessage.into()),
        () if text.chars().count() > BODY_CHARS_MAX => Err(Code::MessageTooLong.into()),
        () if text.contains('\0') => Err(Code::Malformed.into()),
        () => Ok(text.to_owned()),
    }
}

/// The same for all titles that look the same but for case and spaces.
pub(crate) fn key(text: &str) -> String {
    let plain = text.nfkc().filter(|char| !names::has_no_width(*char));
    // By way of upper case, which has one form where lower case has two: ς and σ.
    let folded: String = plain.flat_map(char::to_uppercase).collect();
    let folded: String = folded.to_lowercase().nfkc().collect();
    let words = folded.split(|char: char| char.is_whitespace() || names::looks_like_space(char));
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_that_look_the_same_are_the_same() {
        for (one, other) in [
            ("Tea Room", "tea room"),
            ("Tea Room", "TEA\u{a0}ROOM"),
            ("Tea Room", "  tea \u{2003}\u{3000} room "),
            ("Tea Room", "Te\u{200b}a\u{feff} Room\u{2060}"),
            ("Tea Room", "Tea\u{3164}Room"),
            ("Tea Room", "Tea\u{2800}Room"),
            ("Tea Room", "Ｔｅａ　Ｒｏｏｍ"),
            ("Café", "Cafe\u{301}"),
            ("ΟΔΟΣ", "οδοσ"),
            ("Straße", "STRASSE"),
            ("soft\u{ad}ware", "software"),
        ] {
            assert_eq!(key(one), key(other), "{one:?} {other:?}");
        }
        for (one, other) in [("Tea Room", "TeaRoom"), ("Tea Room", "Tea Rooms"), ("上海", "上 海")] {
            assert_ne!(key(one), key(other), "{one:?} {other:?}");
        }
    }

    #[test]
    fn a_title_shows_something_on_one_line() {
        for good in ["Tea Room", " 上海 ", "👍", &"é".repeat(64)] {
            assert_eq!(title(good).unwrap().text, good.trim());
        }
        for bad in ["", "  ", "\u{200b}", "\u{2800}", "\u{3164}\u{a0}", "a\nb", "a\u{202e}b", "nul\0", &"é".repeat(65)]
        {
            assert_eq!(title(bad).unwrap_err().code(), Code::BadRoomName, "{bad:?}");
        }
    }

    #[test]
    fn a_topic_has_at_most_five_hundred_characters() {
        assert_eq!(topic(&format!(" {} ", "é".repeat(500))).unwrap(), "é".repeat(500));
        assert_eq!(topic("").unwrap(), "");
        assert_eq!(topic(&"x".repeat(5_000)).unwrap_err().code(), Code::TopicTooLong);
        assert_eq!(topic("nul\0").unwrap_err().code(), Code::Malformed);
    }
}
