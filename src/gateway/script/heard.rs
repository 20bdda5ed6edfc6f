//! What a script says, in any of the source designs' ways. Rule: where they differ, each of them is understood; what is none of them
//! is refused and changes nothing.

use serde::Deserialize;
use std::time::{SystemTime, UNIX_EPOCH};
use wire::{Cid, Code, MessageType, RoomId, Seq, frame::ClientFrame, read::Tree};

/// Every field that one of them has; others are ignored.
#[derive(Deserialize)]
struct Heard {
    #[serde(rename = "type")]
    kind: String,
    content: Option<String>,
    message: Option<String>,
    message_type: Option<String>,
    message_id: Option<Id>,
    reply_to: Option<Id>,
    is_typing: Option<bool>,
    cid: Option<Cid>,
}

/// A message's id: its position, also in quotes.
#[derive(Deserialize)]
#[serde(untagged)]
enum Id {
    Number(i64),
    Text(String),
}

impl Id {
    fn seq(self) -> Result<Seq, Code> {
        match self {
            Self::Number(number) => Ok(Seq(number)),
            Self::Text(text) => text.parse().map_err(|_| Code::NoSuchMessage),
        }
    }
}

/// The frame of `/ws` for it in `room`, of which everything up to `told` is known; and the cid, if the script gave one.
///
/// # Errors
/// `malformed`, `unknown_frame`; `no_such_message` for an id that no message can have.
pub(super) fn frame(text: &str, room: RoomId, told: Seq) -> Result<(ClientFrame, Option<Cid>), Code> {
    let heard: Heard = serde_json::from_str(text).map_err(|_| Code::Malformed)?;
    let cid = heard.cid.unwrap_or_else(fresh);
    let content = heard.content.or(heard.message).unwrap_or_default();
    let target = heard.message_id.map(Id::seq).transpose()?;
    let frame = match heard.kind.as_str() {
        "edit_message" => ClientFrame::EditMessage { cid, room, target: target.ok_or(Code::NoSuchMessage)?, content },
        "typing" => ClientFrame::Typing { room, is_typing: heard.is_typing.unwrap_or(true) },
        // Without an id: everything that has come.
        "mark_as_read" | "mark_read" | "read_receipt" => ClientFrame::MarkAsRead { room, seq: target.unwrap_or(told) },
        kind => {
            let said = if kind == "chat_message" { heard.message_type.as_deref().unwrap_or("text") } else { kind };
            let message_type = MessageType::of(&said.to_lowercase());
            if message_type == MessageType::Unknown && kind != "chat_message" {
                return Err(Code::UnknownFrame);
            }
            let reply_to = heard.reply_to.map(Id::seq).transpose()?;
            let (attachments, location) = (Tree::Nothing, Tree::Nothing);
            ClientFrame::ChatMessage { cid, room, message_type, content, reply_to, attachments, location }
        }
    };
    Ok((frame, heard.cid))
}

/// For a script that gives none: a retry of its is another message.
fn fresh() -> Cid {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Cid::new(i64::try_from(now.as_millis()).unwrap_or(i64::MAX), rand::random())
}
