//! Whether a draft can be a message at all. Rule: what passes is trimmed, 1 to 10,000 characters, storable in either
//! database, and of a type that people may send.

use super::{Draft, decide::ContentHash, parts, places};
use sha2::{Digest, Sha256};
use wire::{Cid, Code, MessageType, RoomId, Seq, limits::BODY_CHARS_MAX, read::Tree};

/// A draft that passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Checked {
    pub(crate) cid: Cid,
    pub(crate) room: RoomId,
    pub(crate) kind: MessageType,
    /// Its type's name in the database.
    pub(crate) type_name: &'static str,
    pub(crate) content: String,
    /// The message that it answers.
    pub(crate) reply_to: Option<Seq>,
    /// What it carries.
    pub(crate) more: Tree,
    pub(crate) hash: ContentHash,
}

/// Trims and judges a draft.
pub(crate) fn check(draft: Draft) -> Result<Checked, Code> {
    if let Some(place) = places::check(&draft)? {
        return Ok(place);
    }
    let Draft { cid, room, kind, content, reply_to, more } = draft;
    let (kind, more) = parts::of_draft(kind, &more)?;
    // What carries something need not say anything.
    let content = if more.is_nothing() || !content.trim().is_empty() { text(content)? } else { String::new() };
    let mut more = more;
    more.put_all(&parts::of_text(&content));
    let type_name = kind.as_str();
    let hash = match reply_to {
        None => hash(type_name, &content),
        Some(seq) => Sha256::new()
            .chain_update(type_name)
            .chain_update([0])
            .chain_update(&content)
            .chain_update([0])
            .chain_update(seq.0.to_be_bytes())
            .finalize()
            .into(),
    };
    let hash = match parts::mark(&more) {
        None => hash,
        Some(mark) => Sha256::new().chain_update(hash).chain_update(mark).finalize().into(),
    };
    Ok(Checked { cid, room, kind, type_name, content, reply_to, more, hash })
}

/// Trims and judges what a message says.
pub(super) fn text(content: String) -> Result<String, Code> {
    let trimmed = content.trim();
    if trimmed.is_empty() {
        return Err(Code::EmptyMessage);
    }
    // Every character has at least one byte.
    if trimmed.len() > BODY_CHARS_MAX && trimmed.chars().count() > BODY_CHARS_MAX {
        return Err(Code::MessageTooLong);
    }
    // Postgres cannot keep it in a text.
    if trimmed.contains('\0') {
        return Err(Code::Malformed);
    }
    Ok(if trimmed.len() == content.len() { content } else { trimmed.to_owned() })
}

/// What tells a retry from another use of the same cid, of a message that answers none.
pub(crate) fn hash(type_name: &str, content: &str) -> ContentHash {
    Sha256::new().chain_update(type_name).chain_update([0]).chain_update(content).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_content(content: &str, expected: Result<&str, Code>) {
        let draft = Draft::text(Cid::from_bytes([1; 16]), RoomId(1), content.to_owned());
        assert_eq!(check(draft).map(|checked| checked.content), expected.map(str::to_owned));
    }

    #[test]
    fn a_message_is_trimmed_and_has_one_to_ten_thousand_characters() {
        check_content(" \n hello  there\t", Ok("hello  there"));
        check_content(" \u{2003}\n ", Err(Code::EmptyMessage));
        check_content("", Err(Code::EmptyMessage));
        check_content(&"é".repeat(10_000), Ok(&"é".repeat(10_000)));
        check_content(&format!("  {}  ", "👍".repeat(10_000)), Ok(&"👍".repeat(10_000)));
        check_content(&"é".repeat(10_001), Err(Code::MessageTooLong));
        check_content("nul \0 inside", Err(Code::Malformed));
    }

    #[test]
    fn white_space_around_makes_no_other_content() {
        let draft = |content: &str| Draft::text(Cid::from_bytes([1; 16]), RoomId(1), content.to_owned());
        assert_eq!(check(draft("hello ")), check(draft("hello")));
        assert_ne!(check(draft("hello!")), check(draft("hello")));
        assert_eq!(check(Draft { kind: MessageType::Unknown, ..draft("hello") }), Err(Code::UnknownType));
    }

    #[test]
    fn an_answer_is_another_content_than_the_same_text_alone() {
        let hash = |reply_to: Option<i64>| {
            let (cid, room) = (Cid::from_bytes([1; 16]), RoomId(1));
            let draft = Draft { reply_to: reply_to.map(Seq), ..Draft::text(cid, room, "hello".into()) };
            check(draft).map(|checked| checked.hash)
        };
        assert_eq!(hash(None), Ok(super::hash("text", "hello")), "as it was before there were answers");
        assert_eq!(hash(Some(3)), hash(Some(3)));
        assert!(hash(Some(3)) != hash(Some(4)) && hash(Some(3)) != hash(None));
    }
}
