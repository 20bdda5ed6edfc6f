//! Rooms of more than two as the lobby and a room's details show them. Rule: it is fetched when somebody looks, never
//! pushed.

use crate::{Person, RoomId, Time, readable, words};
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

/// What a subject room is about: something outside Twotick, named by whoever opened the room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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

/// A public room in the lobby.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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
pub struct Lobby {
    /// The rooms.
    pub rooms: Vec<PublicRoom>,
    /// What to ask for to get the next page, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

readable!(Lobby { rooms, next });

/// A member as a room's details show them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Member {
    /// Who.
    pub person: Person,
    /// With which role.
    pub role: Role,
    /// What they are to the subject: "client"; empty where there is none.
    pub part: String,
    /// Whether they may only read.
    pub muted: bool,
}

readable!(Member { person, role, part, muted });

/// What a member sees of a room beside the conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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
pub struct Receipt {
    /// Who.
    pub person: Person,
    /// Since when.
    pub at: Time,
}

readable!(Receipt { person, at });

/// Who of the others has read an event ("read by 4"): of those who were there when it was stored and are there still.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
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
