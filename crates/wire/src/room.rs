//! Rooms of more than two as the lobby and a room's details show them. Rule: it is fetched when somebody looks, never
//! pushed.

use crate::{Person, Presence, RoomId, Time, readable, words};
use serde::Serialize;

/// What a member may do in a room, from most to least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Everything, and giving roles.
    Owner,
    /// Keeping order among members: removing, banning, muting, title and topic.
    Admin,
    /// Reading, writing and inviting.
    Member,
    /// A role of a newer server.
    Unknown,
}

words!(Role { Owner: "owner", Admin: "admin", Member: "member" });

/// How much of a room a member wants to hear: what counts for the badge, the tab's title and notifications (SPEC 7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Level {
    /// Every message of others.
    #[default]
    All,
    /// Messages that mention the member.
    Mentions,
    /// Nothing.
    None,
    /// A level of a newer server.
    Unknown,
}

words!(Level { All: "all", Mentions: "mentions", None: "none" });

impl Level {
    /// Whether it is the one that everybody begins with.
    pub fn is_all(&self) -> bool {
        *self == Self::All
    }
}

/// What a subject room is about: something outside Twotick, named by whoever opened the room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Subject {
    /// "job", "trip", any other word.
    pub kind: String,
    /// What its owner calls it.
    pub id: String,
    /// Tells several rooms about one thing apart, as one for each applicant; empty if there is one.
    pub thread: String,
    /// Where it is; http or https.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

readable!(Subject { kind, id, thread, link });

impl Subject {
    /// "job 42"; "a job" where the id is one that a machine made: a UUID says nothing to people.
    pub fn words(&self) -> String {
        let Self { kind, id, .. } = self;
        let is_made = id.len() == 36 && id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        match (is_made, kind.starts_with(['a', 'e', 'i', 'o', 'u'])) {
            (false, _) => format!("{kind} {id}"),
            (true, true) => format!("an {kind}"),
            (true, false) => format!("a {kind}"),
        }
    }
}

/// A public room in the lobby.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PublicRoom {
    /// The room.
    pub id: RoomId,
    /// What it is called.
    pub title: String,
    /// What it is about; empty when nobody said.
    pub topic: String,
    /// How many are in it.
    pub members: i64,
    /// Whether the viewer is.
    pub joined: bool,
}

readable!(PublicRoom { id, title, topic, members, joined });

/// A page of the lobby, by title.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Lobby {
    /// The rooms.
    pub rooms: Vec<PublicRoom>,
    /// What to ask for to get the next page, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

readable!(Lobby { rooms, next });

/// A public room as everybody sees it, whoever is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ListedRoom {
    /// The room.
    pub id: RoomId,
    /// What it is called.
    pub title: String,
    /// The beginning of what it is about; empty when nobody said.
    pub topic: String,
    /// How many are in it.
    pub members: i64,
}

readable!(ListedRoom { id, title, topic, members });

/// What of the lobby is beside everybody's conversations.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Foyer {
    /// A word for what follows: another word for anything else.
    pub rev: String,
    /// The public rooms that were last active.
    pub rooms: Vec<ListedRoom>,
}

readable!(Foyer { rev, rooms });

/// What stands beside somebody's conversations, as a page shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// See [`Foyer::rev`].
    pub rev: String,
    /// Whether there are public rooms at all.
    pub has_rooms: bool,
    /// Some of those that the viewer is not in.
    pub rooms: Vec<ListedRoom>,
    /// How many people wait for the viewer's answer.
    pub requests: i64,
}

/// A member as a room's details show them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Member {
    /// Who.
    pub person: Person,
    /// With which role.
    pub role: Role,
    /// What they are to the subject: "client"; empty where there is none.
    pub part: String,
    /// Whether they may only read.
    pub muted: bool,
    /// Whether they are here, as far as the viewer may see it; none for the viewer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub presence: Option<Presence>,
}

readable!(Member { person, role, part, muted, presence });

/// What a member sees of a room beside the conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RoomDetails {
    /// What it is about; empty when nobody said.
    pub topic: String,
    /// What it is about outside Twotick.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<Subject>,
    /// Whether it is listed and anybody may join.
    pub public: bool,
    /// The viewer's own role.
    pub role: Role,
    /// Whether the viewer may only read.
    pub muted: bool,
    /// How many are in it.
    pub count: i64,
    /// A page of them: owners first, then admins, then members, by display name.
    pub members: Vec<Member>,
    /// For owners and admins: who is banned from the room, by display name.
    pub banned: Vec<Person>,
}

readable!(RoomDetails { topic, subject, public, role, muted, count, members, banned });

/// Somebody, and when they first held or read something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Receipt {
    /// Who.
    pub person: Person,
    /// Since when.
    pub at: Time,
}

readable!(Receipt { person, at });

/// Who of the others has read an event ("read by 4"): of those who were there when it was stored and are there still.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Receipts {
    /// The first who have read it, the earliest first.
    pub read: Vec<Receipt>,
    /// How many have.
    pub read_count: i64,
    /// The first whose devices hold it, unread, the earliest first.
    pub delivered: Vec<Receipt>,
    /// How many there are.
    pub delivered_count: i64,
    /// How many have neither.
    pub waiting_count: i64,
}

readable!(Receipts { read, read_count, delivered, delivered_count, waiting_count });
