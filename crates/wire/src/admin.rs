//! What an operator sees of accounts, rooms and of what was done to them. Rule: nothing that anybody said is in it.

use crate::{Person, RoomId, RoomKind, Seq, Time, words};

/// What somebody did, as the audit log calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// An account was banned; the reason is said.
    AccountBanned,
    /// A ban of an account was lifted.
    AccountUnbanned,
    /// An account was deleted.
    AccountDeleted,
    /// An account got a new password.
    PasswordReset,
    /// An address was banned; it is said.
    AddressBanned,
    /// A ban of an address was lifted; it is said.
    AddressUnbanned,
    /// A room was deleted; its title is said.
    RoomDeleted,
    /// Old messages were erased; how many is said.
    Retention,
    /// Somebody was brought into a room.
    RoomInvited,
    /// Somebody was sent out of a room.
    RoomRemoved,
    /// Somebody was banned from a room.
    RoomBanned,
    /// A ban from a room was lifted.
    RoomUnbanned,
    /// Somebody may only read in a room.
    RoomMuted,
    /// Somebody may write in a room again.
    RoomUnmuted,
    /// Somebody has another role in a room; it is said.
    RoomRole,
    /// A room has another title; it is said.
    RoomRenamed,
    /// A room has another topic.
    RoomTopic,
    /// A room was closed.
    RoomArchived,
    /// A room was opened again.
    RoomReopened,
    /// An application was made; its name is said.
    AppMade,
    /// A key of an application was made; which is said.
    KeyMade,
    /// A key of an application was revoked; which is said.
    KeyRevoked,
    /// A webhook of an application was paused; which is said.
    WebhookPaused,
    /// A webhook of an application was resumed; which is said.
    WebhookResumed,
    /// Something of another version.
    Unknown,
}

words!(Action {
    AccountBanned: "account_banned",
    AccountUnbanned: "account_unbanned",
    AccountDeleted: "account_deleted",
    PasswordReset: "password_reset",
    AddressBanned: "address_banned",
    AddressUnbanned: "address_unbanned",
    RoomDeleted: "room_deleted",
    Retention: "retention",
    RoomInvited: "room_invited",
    RoomRemoved: "room_removed",
    RoomBanned: "room_banned",
    RoomUnbanned: "room_unbanned",
    RoomMuted: "room_muted",
    RoomUnmuted: "room_unmuted",
    RoomRole: "room_role",
    RoomRenamed: "room_renamed",
    RoomTopic: "room_topic",
    RoomArchived: "room_archived",
    RoomReopened: "room_reopened",
    AppMade: "app_made",
    KeyMade: "key_made",
    KeyRevoked: "key_revoked",
    WebhookPaused: "webhook_paused",
    WebhookResumed: "webhook_resumed"
});

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRow {
    /// Who.
    pub person: Person,
    /// Whether it runs this installation.
    pub is_operator: bool,
    /// When it was made.
    pub created_at: Time,
    /// When the last socket went.
    pub last_seen: Option<Time>,
    /// Since when it is banned.
    pub banned_at: Option<Time>,
    /// Why; empty when nobody said.
    pub reason: String,
    /// Where the last login came from.
    pub network: Option<String>,
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing<T> {
    /// What is on it.
    pub rows: Vec<T>,
    /// What to ask for to get the next page, if there is one.
    pub next: Option<String>,
}

/// A group or a subject's room, from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomRow {
    /// The room.
    pub id: RoomId,
    /// Of which kind.
    pub kind: RoomKind,
    /// What it is called.
    pub title: String,
    /// Whether it is listed and anybody may join.
    pub is_public: bool,
    /// Whether it is closed.
    pub is_archived: bool,
    /// How many are in it.
    pub members: i64,
    /// How many events its log has.
    pub head: Seq,
    /// When the last event happened.
    pub active_at: Time,
}

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Somebody.
    Person(Person),
    /// A command on the machine itself.
    CommandLine,
    /// The server, because of a setting.
    Server,
}

/// An entry of the audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// When.
    pub at: Time,
    /// Who did it.
    pub actor: Actor,
    /// What.
    pub action: Action,
    /// To whom.
    pub about: Option<Person>,
    /// Where, and what the room is called now.
    pub room: Option<(RoomId, String)>,
    /// A reason, a role, a title, a number; may be empty.
    pub detail: String,
}

/// An address from where nobody may register or sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkBan {
    /// The address, of IPv6 the /64.
    pub network: String,
    /// Because of whom.
    pub because_of: Person,
    /// By whom.
    pub by: Person,
    /// Since when.
    pub at: Time,
}
