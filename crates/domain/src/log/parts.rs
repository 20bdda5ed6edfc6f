//! What messages carry besides their text, on their way into the log. Rule: nothing is taken from a client that is not judged here.

use crate::formatting;
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

/// What a message that says this carries of itself: its formatting, if there is any.
pub(super) fn of_text(content: &str) -> Tree {
    let (mut more, spans) = (Tree::Nothing, formatting::tree(content));
    if !spans.is_nothing() {
        more.put("spans", spans);
    }
    more
}
