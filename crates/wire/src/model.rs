//! Rooms, events and cursors as both sides see them. Rule: what can be derived (unread, ticks) is derived.

use crate::{Cid, Level, Message, Person, RoomId, Seq, Time, UserId, readable, words, writable};
use serde::Serialize;

/// One entry of a room's log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Event {
    /// The room.
    pub room: RoomId,
    /// The position in it.
    pub seq: Seq,
    /// The author's id for it.
    pub cid: Cid,
    /// What happened.
    pub kind: EventKind,
    /// Who did it.
    pub author: Person,
    /// When the server stored it.
    pub at: Time,
    /// For [`EventKind::Message`]: the message as it stands now. For the others, if there is something to say: the new title,
    /// topic or role, as [`MessageType::System`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<Message>,
    /// For events about another one: its position.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<Seq>,
    /// For events about somebody: who joined, left, was removed or has another role. Boxed, for most events have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<Box<Person>>,
    /// For messages: the members who are named in it, in the order of ids; absent when nobody is.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<UserId>,
}

readable!(Event { room, seq, cid, kind, author, at, message, target, about, [mentions] });
writable!(Event { room, seq, cid, kind, author, at, message, target, about, mentions });

impl Event {
    /// Whether it counts as unread for `reader`: others' messages and what they decided about a bid do, what happens to a room
    /// does not (SPEC 6).
    pub fn counts_for(&self, reader: UserId) -> bool {
        let is_there = self.message.as_ref().is_none_or(|message| !message.deleted);
        let is_told = self.kind == EventKind::Message || self.kind == EventKind::Decided && self.about.is_some();
        is_told && self.author.id != reader && is_there
    }

    /// Whether it counts and names the reader.
    pub fn mentions(&self, reader: UserId) -> bool {
        self.counts_for(reader) && self.mentions.contains(&reader)
    }
}

/// What an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// Somebody wrote something.
    Message,
    /// The author made the room; its title is said.
    Created,
    /// `about` came: by themselves, or because the author invited them.
    Joined,
    /// `about`, who is the author, left.
    Left,
    /// The author removed `about`.
    Removed,
    /// The author gave `about` the role that is said.
    Role,
    /// The author gave the room the title that is said.
    Renamed,
    /// The author gave the room the topic that is said, or none.
    Topic,
    /// The author closed the room: it can be read, and nothing can be sent.
    Archived,
    /// The author opened the room again.
    Reopened,
    /// The author of the message at `target` says it otherwise; the new text is said. Like the next three it is folded into its target.
    Edited,
    /// The author took the message at `target` away for good: its own, or an admin any.
    Deleted,
    /// The author reacted to the message at `target`; the emoji is said.
    Reacted,
    /// The author took that reaction back.
    Unreacted,
    /// What has become of the bid at `target`, in words that follow the author's name; `about` is whom that concerns, and who hears
    /// of it as of a message. It shows as a line, and is folded into its target besides.
    Decided,
    /// Content is gone for good: of all messages of `about` before this event, or of everybody's up to `target`. It shows
    /// as no line of its own.
    Erased,
    /// Something that this version does not know: it keeps its place in the log and shows as a neutral line.
    Unknown,
}

words!(EventKind {
    Message: "message",
    Created: "created",
    Joined: "joined",
    Left: "left",
    Removed: "removed",
    Role: "role",
    Renamed: "renamed",
    Topic: "topic",
    Archived: "archived",
    Reopened: "reopened",
    Edited: "edited",
    Deleted: "deleted",
    Reacted: "reacted",
    Unreacted: "unreacted",
    Decided: "decided",
    Erased: "erased"
});

impl EventKind {
    /// Whether it is folded into the message at its target.
    pub fn is_folded(self) -> bool {
        self == Self::Decided || !self.is_shown() && self != Self::Erased
    }

    /// Whether it shows as a line of the conversation; what does not is folded into others.
    pub fn is_shown(self) -> bool {
        !matches!(self, Self::Edited | Self::Deleted | Self::Reacted | Self::Unreacted | Self::Erased)
    }
}

/// How far one member has come in a room (C8): neither ever goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CursorState {
    /// The member, or [`EVERYBODY_ELSE`].
    pub user: UserId,
    /// A device of the member holds everything up to here.
    pub delivered: Seq,
    /// The member has read everything up to here.
    pub read: Seq,
    /// The event with which the member came, where that is told and the member was not there from the beginning.
    #[serde(skip_serializing_if = "is_start")]
    pub joined: Seq,
}

readable!(CursorState { user, delivered, read, [joined] });
writable!(CursorState { user, delivered, read, joined });

/// Stands in the place of all other members where there are too many to name each
/// ([`crate::limits::CURSORS_MEMBERS_MAX`]); its cursors are the least of theirs.
pub const EVERYBODY_ELSE: UserId = UserId(0);

fn is_start(seq: &Seq) -> bool {
    *seq == Seq(0)
}

/// How many of the others have come as far as one event. Its author is not one of them, nor is who came later.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// The event.
    pub seq: Seq,
    /// The others.
    pub of: i64,
    /// Those who hold it.
    pub delivered: i64,
    /// Those who have read it.
    pub read: i64,
}

readable!(Tally { seq, of, delivered, read });

/// A member's own unread figure, as the server counted it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Unread {
    /// Events that count after `read`, exact up to 99; 100 means more.
    pub count: i64,
    /// The read cursor it was counted from.
    pub read: Seq,
    /// The room's head when it was counted; later events are added by the client.
    pub as_of: Seq,
    /// Those of them that mention the member, counted in the same way; absent when there are none.
    #[serde(skip_serializing_if = "is_none")]
    pub mentions: i64,
}

readable!(Unread { count, read, as_of, [mentions] });
writable!(Unread { count, read, as_of, mentions });

fn is_none(count: &i64) -> bool {
    *count == 0
}

/// What a room is for (SPEC 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoomKind {
    /// Exactly two people.
    Direct,
    /// Members, who join a public one and are invited to a private one.
    Group,
    /// Those who take part in something outside Twotick: a job, a trip.
    Subject,
    /// A kind of a newer server.
    Unknown,
}

words!(RoomKind { Direct: "direct", Group: "group", Subject: "subject" });

/// A row of the inbox: one room as one member sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RoomSummary {
    /// The room.
    pub id: RoomId,
    /// What it is for.
    pub kind: RoomKind,
    /// What it is called for this member: in a direct room, the other's display name.
    pub title: String,
    /// In a direct room: the other person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peer: Option<Person>,
    /// In a subject room: what it is about, in words: "job 42".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// Whether this member may send now: both are connected in a direct room; elsewhere the room is open and the member
    /// is not muted.
    pub writable: bool,
    /// Whether the room is closed for everybody; absent when it is not.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub archived: bool,
    /// How much of it this member wants to hear; absent when that is all.
    #[serde(skip_serializing_if = "Level::is_all")]
    pub level: Level,
    /// The first position that this member may see.
    pub first: Seq,
    /// The last position of the room.
    pub head: Seq,
    /// The last event, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<Event>,
    /// This member's unread figure.
    pub unread: Unread,
    /// The cursors of all who are members now, this one's included; of a large room this one's and those of
    /// [`EVERYBODY_ELSE`].
    pub cursors: Vec<CursorState>,
    /// When the last event happened, or the room began.
    pub active_at: Time,
}

readable!(RoomSummary { id, kind, title, peer, about, writable, first, head, last, unread, cursors, active_at, [archived, level] });
writable!(RoomSummary {
    id,
    kind,
    title,
    peer,
    about,
    writable,
    first,
    head,
    last,
    unread,
    cursors,
    active_at,
    archived,
    level
});

/// The inbox (SPEC 3): every room by last activity, and the connected people without a room yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Inbox {
    /// Rooms, the last active first.
    pub rooms: Vec<RoomSummary>,
    /// Connected people without a room, by display name.
    pub people: Vec<Person>,
    /// Who of all of them is online now; the others are offline.
    pub presence: Vec<Presence>,
    /// Everybody shows themselves as of then, here and in what is kept with it.
    pub at: Time,
}

readable!(Inbox { rooms, people, presence, [at] });
writable!(Inbox { rooms, people, presence, at });

/// A contiguous part of a room's log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HistoryPage {
    /// The room.
    pub room: RoomId,
    /// The page covers the positions after this one …
    pub after: Seq,
    /// … up to this one, each either in `events` or in `hidden`.
    pub to: Seq,
    /// The events, in order.
    pub events: Vec<Event>,
    /// Positions that this member may not see.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hidden: Vec<Span>,
    /// The first position that this member may see; a page that begins there is the beginning.
    pub first: Seq,
    /// The room's head when the page was read.
    pub head: Seq,
}

readable!(HistoryPage { room, after, to, events, first, head, [hidden] });
writable!(HistoryPage { room, after, to, events, first, head, hidden });

/// Positions `from` to `to`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Span {
    /// First position.
    pub from: Seq,
    /// Last position.
    pub to: Seq,
}

readable!(Span { from, to });
writable!(Span { from, to });

/// A room as it is opened: its row, and its last page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RoomPage {
    /// The row.
    pub summary: RoomSummary,
    /// The last events, at most 50.
    pub page: HistoryPage,
}

readable!(RoomPage { summary, page });
writable!(RoomPage { summary, page });

/// Whether somebody is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Presence {
    /// Who.
    pub user: UserId,
    /// Any socket of the user lives.
    pub online: bool,
    /// When the last socket went, if known and offline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_seen: Option<Time>,
}

readable!(Presence { user, online, last_seen });
writable!(Presence { user, online, last_seen });
