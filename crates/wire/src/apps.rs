//! Host applications and their keys, as operators see them (SPEC 8). Rule: a key itself is shown once, where it is made, and is in none of
//! these.

use crate::{AppId, KeyId, Time, words};

/// What a key may do. An application's key reaches nothing but what is the application's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// To make and change its users.
    Users,
    /// To get tokens that sign its users in.
    Tokens,
    /// To open, read, change and close rooms about its things.
    Subjects,
    /// To tell something in these rooms.
    Notices,
    /// To say where its webhooks go, and see what has become of them.
    Webhooks,
    /// Something of another version.
    Unknown,
}

words!(Scope { Users: "users", Tokens: "tokens", Subjects: "subjects", Notices: "notices", Webhooks: "webhooks" });

impl Scope {
    /// Every scope that this version knows.
    pub const EVERY: [Self; 5] = [Self::Users, Self::Tokens, Self::Subjects, Self::Notices, Self::Webhooks];

    /// What it lets an application do, for people: "make and change its users".
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Users => "make and change its users",
            Self::Tokens => "sign its users in",
            Self::Subjects => "open, change and close rooms about its things",
            Self::Notices => "tell something in these rooms",
            Self::Webhooks => "look after its webhooks",
            Self::Unknown => "something that this version does not know",
        }
    }
}

/// An application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppRow {
    /// Its number.
    pub id: AppId,
    /// What commands and its namespace call it: `jobs`.
    pub name: String,
    /// What people read.
    pub title: String,
    /// When it was made.
    pub made_at: Time,
    /// Its keys, those that work first, then the latest first.
    pub keys: Vec<KeyRow>,
}

/// A key, without the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRow {
    /// Its number.
    pub id: KeyId,
    /// What the operator knows it by; may be empty.
    pub label: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub made_at: Time,
    /// When it was last used, to the minute.
    pub used_at: Option<Time>,
    /// Since when it does not work any more.
    pub revoked_at: Option<Time>,
}
