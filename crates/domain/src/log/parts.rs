//! What messages carry besides their text, on their way into the log. Rule: nothing is taken from a client that is not judged here.

use wire::{Code, MessageType, Parts, read::Tree};

/// What a draft of this type carries of what it claims to, and what type that makes it.
pub(super) fn of_draft(kind: MessageType, claimed: &Tree) -> Result<(MessageType, Tree), Code> {
    let Parts { attachments, location, bid, .. } = Parts::of(claimed);
    let is_text = attachments.is_nothing() && location.is_none() && bid.is_none();
    match kind {
        MessageType::Text if is_text => Ok((MessageType::Text, Tree::Nothing)),
        _ => Err(Code::UnknownType),
    }
}

/// What an edit puts in the place of what a message carries: every field that it names.
pub(super) fn of_edit(_content: &str) -> Tree {
    Tree::Nothing
}
