//! What messages carry besides their text, on their way into the log. Rule: nothing is taken from a client that is not judged here.

use crate::formatting;
use wire::{Cid, Code, MessageType, Parts, limits::ATTACHMENTS_MAX, read::Tree};

/// What a draft of this type carries of what it claims to, and what type that makes it.
pub(super) fn of_draft(kind: MessageType, claimed: &Tree) -> Result<(MessageType, Tree), Code> {
    if let Some(files) = attachments(kind, claimed)? {
        return Ok((MessageType::File, files));
    }
    let Parts { location, bid, .. } = Parts::of(claimed);
    let is_text = location.is_none() && bid.is_none();
    match kind {
        MessageType::Text if is_text => Ok((MessageType::Text, Tree::Nothing)),
        _ => Err(Code::UnknownType),
    }
}

/// The files that a draft is to have: their ids, and nothing else that is said of them. Whether it is of images the writer finds out.
fn attachments(kind: MessageType, claimed: &Tree) -> Result<Option<Tree>, Code> {
    let Some(Tree::List(listed)) = claimed.get("attachments") else { return Ok(None) };
    if listed.is_empty() {
        return Ok(None);
    }
    if !matches!(kind, MessageType::Text | MessageType::Image | MessageType::File) {
        return Err(Code::UnknownType);
    }
    if listed.len() > ATTACHMENTS_MAX {
        return Err(Code::TooManyAttachments);
    }
    let id = |tree: &Tree| {
        let id: Cid = tree.clone().read("id")?;
        let mut only = Tree::Nothing;
        only.put("id", Tree::Text(id.to_string()));
        Some(only)
    };
    let only: Option<Vec<Tree>> = listed.iter().map(id).collect();
    // None of them twice.
    let only = only.filter(|ids| ids.iter().enumerate().all(|(place, id)| !ids[..place].contains(id)));
    let mut files = Tree::Nothing;
    files.put("attachments", Tree::List(only.ok_or(Code::NoSuchUpload)?));
    Ok(Some(files))
}

/// What tells a message apart from another one with the same words.
pub(super) fn mark(more: &Tree) -> Option<String> {
    let ids: Vec<String> = Parts::of(more).attachments.iter().map(|file| file.id.to_string()).collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}

/// What a message that says this carries of itself: its formatting, if there is any.
pub(super) fn of_text(content: &str) -> Tree {
    let (mut more, spans) = (Tree::Nothing, formatting::tree(content));
    if !spans.is_nothing() {
        more.put("spans", spans);
    }
    more
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::read::parse;

    fn check(claimed: &str, kind: MessageType, expected: Result<&str, Code>) {
        let carried = of_draft(kind, &parse(claimed).unwrap());
        let expected = expected.map(|more| (MessageType::File, parse(more).unwrap()));
        assert_eq!(carried, expected, "{claimed}");
    }

    #[test]
    fn of_files_that_a_client_names_nothing_but_the_id_is_believed() {
        let id = "01a1a1a1-0000-7000-8000-000000000001";
        let only = format!("{{\"attachments\":[{{\"id\":\"{id}\"}}]}}");
        for kind in [MessageType::Text, MessageType::Image, MessageType::File] {
            check(&only, kind, Ok(&only));
        }
        let more =
            format!("{{\"attachments\":[{{\"id\":\"{id}\",\"name\":\"x\",\"type\":\"text/html\",\"width\":-1}}]}}");
        check(&more, MessageType::Text, Ok(&only));
        check(&only, MessageType::System, Err(Code::UnknownType));
        for bad in ["{}", "1", "null", "{\"id\":\"x\"}", "{\"id\":7}"] {
            check(&format!("{{\"attachments\":[{bad}]}}"), MessageType::Text, Err(Code::NoSuchUpload));
        }
        check(
            &format!("{{\"attachments\":[{{\"id\":\"{id}\"}},{{\"id\":\"{id}\"}}]}}"),
            MessageType::Text,
            Err(Code::NoSuchUpload),
        );
        let many = vec![format!("{{\"id\":\"{id}\"}}"); ATTACHMENTS_MAX + 1].join(",");
        check(&format!("{{\"attachments\":[{many}]}}"), MessageType::Text, Err(Code::TooManyAttachments));
    }

    #[test]
    fn a_type_of_files_without_any_is_none() {
        for kind in [MessageType::Image, MessageType::File] {
            for claimed in ["null", "{\"attachments\":[]}", "{\"attachments\":7}"] {
                check(claimed, kind, Err(Code::UnknownType));
            }
        }
    }
}
