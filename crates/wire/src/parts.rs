//! What a message carries besides its text. Rule: on the wire these are fields of the message; the browser's module hands them
//! to its scripts unread, and only whole numbers and strings are in them.

mod attachment;
mod bid;
mod location;
mod text;

pub use attachment::Attachment;
pub use bid::{Bid, BidState, Decision, Offer};
pub use location::{Location, MICRO};
pub use text::{TextSpan, is_followable};

use crate::{
    read::{Read, Tree},
    readable,
};
use serde::Serialize;

/// What a message carries besides its text, as the server reads and writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Parts {
    /// The text with its formatting, absent where there is none.
    #[serde(skip_serializing_if = "Tree::is_nothing")]
    pub spans: Tree,
    /// Files and images.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// Of one with files, what stands for it in a line if it has no text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gist: Option<String>,
    /// A place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// An offer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bid: Option<Box<Bid>>,
}

readable!(Parts { bid, location, gist, [spans, attachments] });

/// The names of its fields.
pub(crate) const NAMES: [&str; 5] = ["spans", "attachments", "gist", "location", "bid"];

impl Parts {
    /// What a client says that a message carries, as [`crate::Message::more`] has it.
    pub fn claimed(attachments: Tree, location: Tree) -> Tree {
        let mut more = Tree::Nothing;
        for (name, tree) in [("attachments", attachments), ("location", location)] {
            if !tree.is_nothing() {
                more.put(name, tree);
            }
        }
        more
    }

    /// What a message's [`crate::Message::more`] says; what cannot be read is not there.
    pub fn of(more: &Tree) -> Self {
        Self::read(more.clone()).unwrap_or_default()
    }
}
