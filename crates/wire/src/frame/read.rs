//! Reading server frames. Rule: `type` comes first, as this server writes it, so that what follows is read straight into its
//! fields. What serde derives for tagged enums reads everything twice and makes the browser's module a quarter larger.

use super::{Head, Limits, RoomChange, ServerFrame};
use crate::{
    Cid, CursorState, Epoch, Event, HistoryPage, Person, Presence, Refusal, RoomId, RoomSummary, Seq, SessionId,
    Span, Time, Unread, UserId,
};
use serde::{
    Deserialize, Deserializer,
    de::{Error, IgnoredAny, MapAccess, Visitor, value::MapAccessDeserializer},
};
use std::{borrow::Cow, fmt};

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Welcome,
    Ack,
    Refused,
    SlowDown,
    Event,
    MessageHistory,
    Gap,
    Cursors,
    Typing,
    Presence,
    Room,
    Warning,
    Error,
    Pong,
    #[serde(other)]
    Unknown,
}

#[derive(Deserialize)]
struct Welcome {
    session: SessionId,
    user: Person,
    epoch: Epoch,
    limits: Limits,
    rooms: Vec<Head>,
    presence: Vec<Presence>,
}

#[derive(Deserialize)]
struct Ack {
    cid: Cid,
    room: RoomId,
    seq: Seq,
    at: Time,
}

#[derive(Deserialize)]
struct Refused {
    cid: Cid,
    code: crate::Code,
    message: String,
    #[serde(default)]
    wait_ms: Option<i64>,
}

#[derive(Deserialize)]
struct SlowDown {
    cid: Cid,
    wait_ms: i64,
}

#[derive(Deserialize)]
struct History {
    room: RoomId,
    after: Seq,
    to: Seq,
    events: Vec<Event>,
    #[serde(default)]
    hidden: Vec<Span>,
    first: Seq,
    head: Seq,
    complete: bool,
    cursors: Vec<CursorState>,
    unread: Unread,
}

#[derive(Deserialize)]
struct Cursors {
    room: RoomId,
    user: UserId,
    delivered: Seq,
    read: Seq,
    #[serde(default)]
    unread: Option<Unread>,
}

#[derive(Deserialize)]
struct Typing {
    room: RoomId,
    user: UserId,
    is_typing: bool,
}

#[derive(Deserialize)]
struct Pong {
    n: u64,
    at: Time,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum ChangeKind {
    Added,
    Removed,
    #[serde(other)]
    Unknown,
}

#[derive(Deserialize)]
struct Change {
    change: ChangeKind,
    #[serde(default)]
    summary: Option<Box<RoomSummary>>,
    #[serde(default)]
    room: Option<RoomId>,
}

impl<'de> Deserialize<'de> for ServerFrame {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FrameVisitor)
    }
}

impl<'de> Deserialize<'de> for RoomChange {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Change { change, summary, room } = Change::deserialize(deserializer)?;
        match change {
            ChangeKind::Added => {
                summary.map(|summary| Self::Added { summary }).ok_or_else(|| D::Error::missing_field("summary"))
            }
            ChangeKind::Removed => room.map(|room| Self::Removed { room }).ok_or_else(|| D::Error::missing_field("room")),
            ChangeKind::Unknown => Ok(Self::Unknown),
        }
    }
}

struct FrameVisitor;

impl<'de> Visitor<'de> for FrameVisitor {
    type Value = ServerFrame;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a frame that begins with its type")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ServerFrame, A::Error> {
        if map.next_key::<Cow<'de, str>>()?.as_deref() != Some("type") {
            return Err(A::Error::missing_field("type"));
        }
        let kind = map.next_value()?;
        fields(kind, MapAccessDeserializer::new(map))
    }
}

fn fields<'de, D: Deserializer<'de>>(kind: Kind, rest: D) -> Result<ServerFrame, D::Error> {
    Ok(match kind {
        Kind::Welcome => {
            let Welcome { session, user, epoch, limits, rooms, presence } = Welcome::deserialize(rest)?;
            ServerFrame::Welcome { session, user, epoch, limits, rooms, presence }
        }
        Kind::Ack => {
            let Ack { cid, room, seq, at } = Ack::deserialize(rest)?;
            ServerFrame::Ack { cid, room, seq, at }
        }
        Kind::Refused => {
            let Refused { cid, code, message, wait_ms } = Refused::deserialize(rest)?;
            ServerFrame::Refused { cid, refusal: Refusal { code, message, wait_ms } }
        }
        Kind::SlowDown => {
            let SlowDown { cid, wait_ms } = SlowDown::deserialize(rest)?;
            ServerFrame::SlowDown { cid, wait_ms }
        }
        Kind::Event => ServerFrame::Event(Event::deserialize(rest)?),
        Kind::MessageHistory => {
            let History { room, after, to, events, hidden, first, head, complete, cursors, unread } =
                History::deserialize(rest)?;
            let page = HistoryPage { room, after, to, events, hidden, first, head };
            ServerFrame::MessageHistory { page, complete, cursors, unread }
        }
        Kind::Gap => {
            let Head { room, head } = Head::deserialize(rest)?;
            ServerFrame::Gap { room, head }
        }
        Kind::Cursors => {
            let Cursors { room, user, delivered, read, unread } = Cursors::deserialize(rest)?;
            ServerFrame::Cursors { room, cursors: CursorState { user, delivered, read }, unread }
        }
        Kind::Typing => {
            let Typing { room, user, is_typing } = Typing::deserialize(rest)?;
            ServerFrame::Typing { room, user, is_typing }
        }
        Kind::Presence => ServerFrame::Presence(Presence::deserialize(rest)?),
        Kind::Room => ServerFrame::Room(RoomChange::deserialize(rest)?),
        Kind::Warning => ServerFrame::Warning { refusal: Refusal::deserialize(rest)? },
        Kind::Error => ServerFrame::Error { refusal: Refusal::deserialize(rest)? },
        Kind::Pong => {
            let Pong { n, at } = Pong::deserialize(rest)?;
            ServerFrame::Pong { n, at }
        }
        Kind::Unknown => {
            IgnoredAny::deserialize(rest)?;
            ServerFrame::Unknown
        }
    })
}
