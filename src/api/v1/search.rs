//! What was said, in the rooms of whoever calls.

use super::{
    asked::{Asked, Caller},
    problem::{Answer, Is, Problem},
};
use schemars::JsonSchema;
use serde::Deserialize;
use wire::{
    RoomId, Time,
    search::{Found, Search},
};

/// What is looked for: all of it has to be so, and something has to be said.
#[derive(Deserialize, JsonSchema)]
pub struct Sought {
    /// Words in the text, in any order; those in quotes next to each other.
    q: Option<String>,
    /// Where.
    room: Option<RoomId>,
    /// By whom: a username.
    person: Option<String>,
    /// Since when.
    from: Option<Time>,
    /// Before when.
    to: Option<Time>,
    /// A type of message, such as `file`.
    kind: Option<String>,
    /// What an earlier answer gave as `next`.
    before: Option<i64>,
}

/// `GET /api/v1/search`.
pub async fn messages(caller: Caller, Asked(sought): Asked<Sought>) -> Answer<Is<Found>> {
    let Sought { q, room, person, from, to, kind, before } = sought;
    let (words, person, kind) = (q.unwrap_or_default(), person.unwrap_or_default(), kind.unwrap_or_default());
    if room.is_none() && [&words, &person, &kind].iter().all(|field| field.trim().is_empty()) {
        return Err(Problem::malformed("Say what to look for: q, room, person or kind."));
    }
    let search = Search { words, room, person: person.trim().to_owned(), from, to, kind, before };
    Ok(Is(caller.search(&caller.viewer, &search).await?))
}
