//! Looking for what was said: the question and the answer. Rule: texts and numbers only; which parts are hits is said by parts, never
//! by marks in a text.

use crate::{Person, RoomId, Seq, Time, readable};
use serde::Serialize;

/// What is looked for. All of it has to be so; what is empty or missing does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Search {
    /// Words that are in the text, in any order; those in quotes next to each other.
    pub words: String,
    /// Where.
    pub room: Option<RoomId>,
    /// By whom: a username.
    pub person: String,
    /// Since when.
    pub from: Option<Time>,
    /// Before when.
    pub to: Option<Time>,
    /// A type of message, as "text".
    pub kind: String,
    /// What an earlier answer said to go on from.
    pub before: Option<i64>,
}

readable!(Search { room, from, to, before [words, person, kind] });

/// A page of what was found, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Found {
    /// The messages.
    pub hits: Vec<Hit>,
    /// What to go on from if there may be more; there may be also where nothing was found, if too much had to be looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<i64>,
}

readable!(Found { hits, next });

/// A message that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Hit {
    /// Where.
    pub room: RoomId,
    /// Its position.
    pub seq: Seq,
    /// What the room is called.
    pub title: String,
    /// Who said it.
    pub author: Person,
    /// When.
    pub at: Time,
    /// Its text, or the part of it that is shown.
    pub parts: Vec<Part>,
    /// What was said before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Line>,
    /// What was said after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Line>,
}

readable!(Hit { room, seq, title, author, at, parts, before, after });

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Part {
    /// The part.
    pub text: String,
    /// Whether it is what was looked for.
    pub is_hit: bool,
}

readable!(Part { text, is_hit });

/// A message beside one that was found, on one line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Line {
    /// What its author is called.
    pub author: String,
    /// How it begins.
    pub text: String,
}

readable!(Line { author, text });
