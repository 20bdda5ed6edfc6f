//! Whom a text names: "@" and a username (SPEC 7). Rule: what is no name of a present member stays text; of several names that
//! fit, the longest is meant.

use crate::names;
use std::collections::BTreeMap;
use wire::{
    RoomId, UserId,
    limits::{MENTIONS_MAX, USERNAME_CHARS_MAX, USERNAME_CHARS_MIN},
};

/// The keys of the usernames that may be meant at one place of a text, the longest first.
pub(crate) type Handle = Vec<String>;

/// Whose names they are, by room.
pub(crate) type Named = BTreeMap<(RoomId, String), UserId>;

/// Every place of a text at which somebody may be named, at most [`MENTIONS_MAX`] different ones.
pub(crate) fn handles(text: &str) -> Vec<Handle> {
    let mut handles: Vec<Handle> = Vec::new();
    for (at, _) in text.match_indices('@') {
        let before = text[..at].chars().next_back();
        if handles.len() == MENTIONS_MAX {
            break;
        }
        // In an address of a person or a page, "@" begins no name.
        if before.is_some_and(|char| is_letter(char) || char == '/') {
            continue;
        }
        let handle = handle(&text[at + 1..]);
        if !handle.is_empty() && !handles.contains(&handle) {
            handles.push(handle);
        }
    }
    handles
}

/// The names that a text may begin with.
fn handle(text: &str) -> Handle {
    let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    if !text.starts_with(|first: char| first.is_ascii_alphanumeric()) {
        return Handle::new();
    }
    let longest = text.bytes().take_while(|byte| is_of_name(*byte)).count().min(USERNAME_CHARS_MAX);
    let ends = (USERNAME_CHARS_MIN..=longest).rev().filter(|end| ends_name(&text[*end..]));
    ends.map(|end| names::key(&text[..end])).collect()
}

/// Whether a name may end before this: at the end of a word, or at a sign that belongs to names and to sentences.
fn ends_name(rest: &str) -> bool {
    let next = rest.trim_start_matches('_').chars().next();
    match next {
        None => true,
        // "@ana_maria" names nobody who is called "ana"; "_@ana_" does.
        Some('.' | '-') => true,
        Some(next) => !is_letter(next) && next != '@',
    }
}

/// Scripts without spaces between words, and syllables that are put behind a name, do not go on with it.
fn is_letter(char: char) -> bool {
    char.is_alphanumeric() && char < '\u{2e80}'
}

/// Whom these places of a text in this room name, without the author and those with whom there `is_block`.
pub(crate) fn meant(
    room: RoomId,
    author: UserId,
    handles: &[Handle],
    named: &Named,
    is_block: impl Fn(UserId) -> bool,
) -> Vec<UserId> {
    let first = |handle: &Handle| handle.iter().find_map(|key| named.get(&(room, key.clone())).copied());
    let mut meant: Vec<UserId> = handles.iter().filter_map(first).collect();
    meant.retain(|user| *user != author && !is_block(*user));
    meant.sort_unstable();
    meant.dedup();
    meant
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: RoomId = RoomId(7);
    const PEOPLE: [&str; 6] = ["ana", "ana-maria", "ben.b", "ben", "c_d", "dan."];

    /// Who of [`PEOPLE`] is named.
    fn check(text: &str, expected: &[&str]) {
        let key = |(at, name): (usize, &&str)| ((ROOM, (*name).to_owned()), UserId(at as i64));
        let named = PEOPLE.iter().enumerate().map(key).collect();
        let mut meant: Vec<_> = meant(ROOM, UserId(99), &handles(text), &named, |_| false)
            .into_iter()
            .map(|user| PEOPLE[user.0 as usize])
            .collect();
        meant.sort_unstable();
        assert_eq!(meant, expected, "{text:?}");
    }

    #[test]
    fn a_name_is_a_word_of_its_own_in_any_case() {
        for text in
            ["@ana", "@ANA look", "hi (@Ana)", "\n@ana, @ana!", "@@ana", "¿@ana?", "@ana's", "你好@ana你好", "@ana님"]
        {
            check(text, &["ana"]);
        }
        for text in ["ana", "@", "@ ana", "x@ana", "ž@ana", "@anab", "@anañ", "@ana1", "@ana_b", "@ana@example.org"] {
            check(text, &[]);
        }
        check("mail ben@ana.example or https://social.example/@ana", &[]);
    }

    #[test]
    fn what_ends_a_sentence_ends_a_name_and_the_longest_name_is_meant() {
        check("@ana.", &["ana"]);
        check("@ana...and @ana-", &["ana"]);
        check("_@ana_ *@ben*", &["ana", "ben"]);
        check("@ana-maria.", &["ana-maria"]);
        check("@ana-mari", &["ana"]);
        check("@ben.b @ben.c", &["ben", "ben.b"]);
        check("@c_d_", &["c_d"]);
        check("@dan.", &["dan."]);
        check("@dan", &[]);
    }

    #[test]
    fn a_long_run_of_signs_names_whoever_it_begins_with() {
        check(&format!("@ana{}", ".".repeat(5_000)), &["ana"]);
        check(&format!("@ana{}", "-a".repeat(5_000)), &["ana"]);
        check(&format!("@ana{}", "a".repeat(5_000)), &[]);
    }

    #[test]
    fn so_many_names_are_looked_at_and_no_more() {
        let names: String = (0..MENTIONS_MAX).map(|number| format!("@p{number:02} @p{number:02} ")).collect();
        assert_eq!(handles(&names).len(), MENTIONS_MAX);
        check(&(names.clone() + "@ana"), &[]);
        check(&("@ana ".to_owned() + &names), &["ana"]);
    }

    #[test]
    fn neither_the_author_nor_somebody_with_a_block_between_is_named() {
        let named: Named = [("ana", 1), ("ben", 2)].map(|(name, id)| ((ROOM, name.to_owned()), UserId(id))).into();
        let handles = handles("@ana @ben @ana");
        assert_eq!(meant(ROOM, UserId(1), &handles, &named, |_| false), [UserId(2)]);
        assert_eq!(meant(ROOM, UserId(3), &handles, &named, |user| user == UserId(2)), [UserId(1)]);
        assert!(meant(RoomId(8), UserId(3), &handles, &named, |_| false).is_empty());
    }
}
