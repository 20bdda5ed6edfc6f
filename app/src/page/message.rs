//! What is handed over about one message. Rule: as for every page, data only.

use wire::{Cid, MessageDetails, Refusal, RoomId, UserId};

/// A message by itself.
#[derive(Clone, Debug)]
pub struct MessagePage {
    /// The room.
    pub room: RoomId,
    /// What became of it, and what the viewer may do with it.
    pub details: MessageDetails,
    /// The viewer.
    pub me: UserId,
    /// The id of what each form will send, as many as there can be.
    pub cids: Vec<Cid>,
    /// What was refused.
    pub meant: Meant,
    /// Why.
    pub error: Option<Refusal>,
}

/// What a form about a message carried that was refused.
#[derive(Clone, Debug, Default)]
pub struct Meant {
    /// "reply", "edit", …; empty: nothing was refused.
    pub act: String,
    /// As typed.
    pub text: String,
    /// The id of that form.
    pub cid: Option<Cid>,
}

/// Emoji that belong together.
#[derive(Clone, Debug)]
pub struct EmojiGroup {
    /// What they are called together.
    pub heading: &'static str,
    /// Each with its name.
    pub emoji: Vec<(&'static str, &'static str)>,
}
