//! People as both sides see them. Rule: whoever is named is named as they show themselves now.

use crate::{
    Cid, UserId,
    read::{Read, Tree},
    readable, writable,
};
use serde::{Deserialize, Serialize};

/// Who wrote or did something.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Person {
    /// The account.
    pub id: UserId,
    /// The name under which the person signs in and is found; unique without regard to case.
    pub username: String,
    /// The name that is shown.
    pub display_name: String,
    /// Their picture, to be had at [`Person::picture`]; it is another id for another picture. Absent: there is none, or it is not
    /// told here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avatar: Option<Cid>,
    /// What they say of themselves. Told where people are looked up (the other one of a direct room, members, people), never with
    /// what they write; absent elsewhere, and when it is nothing.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub status: String,
}

readable!(Person { id, username, display_name, avatar, [status] });
writable!(Person { id, username, display_name, avatar, status });

impl Person {
    /// The path of their picture.
    pub fn picture(&self) -> Option<String> {
        self.avatar.map(|avatar| "/avatars/".to_owned() + &avatar.to_string())
    }
}

/// A person as the people page shows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PersonRow {
    /// Who.
    pub person: Person,
    /// What they are to the viewer.
    pub relation: Relation,
}

readable!(PersonRow { person, relation });

/// What another person is to the viewer: two directed records make one of four states (S0).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// No record either way.
    Stranger,
    /// The viewer asked, the other has not answered.
    Requested,
    /// The other asked, the viewer has not answered.
    Asking,
    /// Both records exist.
    Connected,
}

impl Read for Relation {
    fn read(tree: Tree) -> Option<Self> {
        Some(match tree.text()?.as_str() {
            "stranger" => Self::Stranger,
            "requested" => Self::Requested,
            "asking" => Self::Asking,
            "connected" => Self::Connected,
            _ => return None,
        })
    }
}
