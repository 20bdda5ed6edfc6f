//! What a script is told. Rule: names and shapes are those of the source designs; `id` is a message's position in its room.

use bytes::Bytes;
use serde::Serialize;
use wire::{
    Cid, Code, Event, EventKind, Message, MessageType, Person, Quote, Reaction, Refusal, RoomId, Seq, Time, UserId,
    read::Tree,
};

/// A frame; docs/protocol.md has an example of each.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Said<'a> {
    MessageHistory {
        messages: Vec<Card<'a>>,
    },
    ChatMessage {
        id: Seq,
        username: &'a str,
        message: Card<'a>,
    },
    MessageEdited {
        message: Edited<'a>,
    },
    MessageDeleted {
        message: Gone,
    },
    MessageRead {
        message_id: Seq,
        user_id: UserId,
        #[serde(skip_serializing_if = "Option::is_none")]
        username: Option<&'a str>,
    },
    BulkRead {
        message_ids: Vec<Seq>,
        user_id: UserId,
        #[serde(skip_serializing_if = "Option::is_none")]
        username: Option<&'a str>,
    },
    UserTyping {
        user_id: UserId,
        #[serde(skip_serializing_if = "Option::is_none")]
        username: Option<&'a str>,
        is_typing: bool,
    },
    Online {
        user_id: UserId,
        username: Option<&'a str>,
    },
    Offline {
        user_id: UserId,
        username: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        last_seen: Option<Time>,
    },
    Ack {
        cid: Cid,
        id: Seq,
        created_at: Time,
    },
    Error {
        code: Code,
        message: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        wait_ms: Option<i64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        cid: Option<Cid>,
    },
}

/// A message as it stands now.
#[derive(Serialize)]
pub(super) struct Card<'a> {
    id: Seq,
    cid: Cid,
    chat_room_id: RoomId,
    sender: Sender<'a>,
    content: &'a str,
    message_type: MessageType,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_to: Option<Answered<'a>>,
    is_edited: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    is_deleted: bool,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    reactions: &'a [Reaction],
    #[serde(skip_serializing_if = "Option::is_none")]
    attachments: Option<&'a Tree>,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<&'a Tree>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bid: Option<&'a Tree>,
    created_at: Time,
    updated_at: Time,
}

#[derive(Serialize)]
struct Sender<'a> {
    id: UserId,
    username: &'a str,
    full_name: &'a str,
}

#[derive(Serialize)]
struct Answered<'a> {
    id: Seq,
    content: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sender: Option<Sender<'a>>,
}

#[derive(Serialize)]
pub(super) struct Edited<'a> {
    id: Seq,
    content: &'a str,
    is_edited: bool,
    updated_at: Time,
}

#[derive(Serialize)]
pub(super) struct Gone {
    id: Seq,
    deleted_at: Time,
}

impl<'a> Said<'a> {
    /// What happened, if this dialect has words for it.
    pub(super) fn of(event: &'a Event) -> Option<Self> {
        match (event.kind, event.target, &event.message) {
            (EventKind::Message, _, _) => {
                let message = Card::of(event)?;
                Some(Self::ChatMessage { id: event.seq, username: &event.author.username, message })
            }
            (EventKind::Edited, Some(id), Some(said)) if !said.deleted => {
                let message = Edited { id, content: &said.content, is_edited: true, updated_at: event.at };
                Some(Self::MessageEdited { message })
            }
            (EventKind::Deleted, Some(id), _) => {
                Some(Self::MessageDeleted { message: Gone { id, deleted_at: event.at } })
            }
            _ => None,
        }
    }

    pub(super) fn error(refusal: &'a Refusal, cid: Option<Cid>) -> Bytes {
        Self::Error { code: refusal.code, message: &refusal.message, wait_ms: refusal.wait_ms, cid }.encode()
    }

    /// As it travels.
    pub(super) fn encode(&self) -> Bytes {
        serde_json::to_vec(self).expect("frames have string keys and no failing serializer").into()
    }
}

impl<'a> Card<'a> {
    /// None of an event that is no message.
    pub(super) fn of(event: &'a Event) -> Option<Self> {
        let Message { kind, content, reply_to, edited_at, deleted, reactions, more, .. } = event.message.as_ref()?;
        Some(Self {
            id: event.seq,
            cid: event.cid,
            chat_room_id: event.room,
            sender: Sender::of(&event.author),
            content,
            message_type: *kind,
            reply_to: reply_to.as_deref().map(Answered::of),
            is_edited: edited_at.is_some(),
            is_deleted: *deleted,
            reactions,
            attachments: more.get("attachments"),
            location: more.get("location"),
            bid: more.get("bid"),
            created_at: event.at,
            updated_at: edited_at.unwrap_or(event.at),
        })
    }
}

impl<'a> Sender<'a> {
    fn of(person: &'a Person) -> Self {
        Self { id: person.id, username: &person.username, full_name: &person.display_name }
    }
}

impl<'a> Answered<'a> {
    fn of(quote: &'a Quote) -> Self {
        Self { id: quote.seq, content: &quote.content, sender: quote.author.as_ref().map(Sender::of) }
    }
}
