//! What a client sends. Rule: whatever shall be stored carries its `cid`, and is answered under it.

use crate::{
    Amendment, Cid, Decision, Epoch, MessageType, Offer, RoomId, Seq, Time,
    read::Tree,
    writable,
    write::{self, Write},
};
use serde::{Deserialize, Serialize};

/// What a client sends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientFrame {
    /// Store a message. Answered by `ack`, `refused` or `slow_down` with the same cid; no answer means unknown (C3).
    ChatMessage {
        /// The client's id for it, kept over every retry.
        cid: Cid,
        /// Where.
        room: RoomId,
        /// Its type; text when absent.
        #[serde(default)]
        message_type: MessageType,
        /// The text.
        content: String,
        /// The position of the message that it answers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply_to: Option<Seq>,
        /// Files that were uploaded: see [`crate::Parts`].
        #[serde(default, skip_serializing_if = "Tree::is_nothing")]
        attachments: Tree,
        /// A place: see [`crate::Parts`].
        #[serde(default, skip_serializing_if = "Tree::is_nothing")]
        location: Tree,
    },
    /// Say a message of one's own otherwise. Answered like `chat_message`, as are the next two.
    EditMessage {
        /// The client's id for the change.
        cid: Cid,
        /// Where.
        room: RoomId,
        /// The message.
        target: Seq,
        /// The new text.
        content: String,
    },
    /// Take a message away for good.
    DeleteMessage {
        /// The client's id for the change.
        cid: Cid,
        /// Where.
        room: RoomId,
        /// The message.
        target: Seq,
    },
    /// React to a message, or take that back.
    Reaction {
        /// The client's id for the change.
        cid: Cid,
        /// Where.
        room: RoomId,
        /// The message.
        target: Seq,
        /// One emoji.
        emoji: String,
        /// Whether it shall be there.
        on: bool,
    },
    /// Decide about a bid.
    BidDecision {
        /// The client's id for the decision; of a counter, for the bid that it makes.
        cid: Cid,
        /// Where.
        room: RoomId,
        /// The bid.
        target: Seq,
        /// What.
        decision: Decision,
        /// For a counter: the bid that takes its place.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        offer: Option<Offer>,
    },
    /// The user types, or stopped.
    Typing {
        /// Where.
        room: RoomId,
        /// Whether.
        is_typing: bool,
    },
    /// This device holds everything up to `seq`.
    Delivered {
        /// Where.
        room: RoomId,
        /// Up to here.
        seq: Seq,
    },
    /// The user has read everything up to `seq`.
    MarkAsRead {
        /// Where.
        room: RoomId,
        /// Up to here.
        seq: Seq,
    },
    /// "This is what I hold": at most 50 rooms; each is answered by `message_history`, `gap` or `room`.
    Resume {
        /// The epoch in which the positions were held.
        epoch: Epoch,
        /// The rooms.
        rooms: Vec<Held>,
    },
    /// Whoever shows themselves otherwise since then: answered by `profiles`, even when that is nobody.
    Profiles {
        /// As the last answer or the page said.
        since: Time,
    },
    /// Answered by `pong` with the same number, after everything that was sent before it.
    Ping {
        /// Any number.
        #[serde(default)]
        n: u64,
    },
    /// A frame that this version does not know.
    #[serde(other)]
    Unknown,
}

impl ClientFrame {
    /// A message of words alone, that answers nothing.
    pub fn say(cid: Cid, room: RoomId, content: String) -> Self {
        let (message_type, reply_to) = (MessageType::Text, None);
        let (attachments, location) = Default::default();
        Self::ChatMessage { cid, room, message_type, content, reply_to, attachments, location }
    }

    /// The frame that asks for an amendment.
    pub fn amend(cid: Cid, room: RoomId, target: Seq, amendment: Amendment) -> Self {
        let (emoji, on) = match amendment {
            Amendment::Edit { content } => return Self::EditMessage { cid, room, target, content },
            Amendment::Delete => return Self::DeleteMessage { cid, room, target },
            Amendment::React { emoji } => (emoji, true),
            Amendment::Unreact { emoji } => (emoji, false),
        };
        Self::Reaction { cid, room, target, emoji, on }
    }
}

impl Write for ClientFrame {
    fn write(&self, out: &mut String) {
        let mut write = |kind: &str, fields: &[(&str, &dyn Write)]| {
            let kind: [(&str, &dyn Write); 1] = [("type", &kind)];
            write::object(out, &[&kind, fields].concat());
        };
        match self {
            Self::ChatMessage { cid, room, message_type, content, reply_to, attachments, location } => write(
                "chat_message",
                &[
                    ("cid", cid),
                    ("room", room),
                    ("message_type", message_type),
                    ("content", content),
                    ("reply_to", reply_to),
                    ("attachments", attachments),
                    ("location", location),
                ],
            ),
            Self::EditMessage { cid, room, target, content } => {
                write("edit_message", &[("cid", cid), ("room", room), ("target", target), ("content", content)]);
            }
            Self::DeleteMessage { cid, room, target } => {
                write("delete_message", &[("cid", cid), ("room", room), ("target", target)]);
            }
            Self::Reaction { cid, room, target, emoji, on } => {
                write("reaction", &[("cid", cid), ("room", room), ("target", target), ("emoji", emoji), ("on", on)]);
            }
            Self::Typing { room, is_typing } => write("typing", &[("room", room), ("is_typing", is_typing)]),
            Self::Delivered { room, seq } => write("delivered", &[("room", room), ("seq", seq)]),
            Self::MarkAsRead { room, seq } => write("mark_as_read", &[("room", room), ("seq", seq)]),
            Self::Resume { epoch, rooms } => write("resume", &[("epoch", epoch), ("rooms", rooms)]),
            Self::Profiles { since } => write("profiles", &[("since", since)]),
            Self::Ping { n } => write("ping", &[("n", n)]),
            // The page asks a server function to decide: its module need not know how to say it.
            Self::BidDecision { .. } | Self::Unknown => write("unknown", &[]),
        }
    }
}

/// What a client holds of a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Held {
    /// The room.
    pub room: RoomId,
    /// The last position up to which nothing is missing; absent for a room that the client does not know yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Seq>,
}

writable!(Held { room, after });
