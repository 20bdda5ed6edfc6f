//! How far the caller has come, in many rooms at once. Rule: a room whose cursor cannot move does not keep the others.

use super::{
    asked::{Body, Caller},
    problem::{Answer, Is, Problem},
};
use futures::future::join_all;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use wire::{Code, RoomId, Seq, Unread, limits::RESUME_ROOMS_MAX};

/// Positions in rooms.
#[derive(Deserialize, JsonSchema)]
pub struct Positions {
    /// At most 50.
    #[schemars(length(max = 50))]
    rooms: Vec<Position>,
}

/// A position in a room.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
pub struct Position {
    /// The room.
    room: RoomId,
    /// Everything up to here.
    seq: Seq,
}

/// What became of each, in the order in which they were named.
#[derive(Serialize, JsonSchema)]
pub struct Moves {
    rooms: Vec<Moved>,
}

/// What became of one.
#[derive(Serialize, JsonSchema)]
pub struct Moved {
    /// The room.
    room: RoomId,
    /// What is unread there now; absent for `delivered`, and where it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    unread: Option<Unread>,
    /// Why it was refused; absent where it was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<Code>,
}

/// `POST /api/v1/cursors/read`.
pub async fn read(caller: Caller, Body(positions): Body<Positions>) -> Answer<Is<Moves>> {
    let moves = within_limits(&positions)?.iter().map(async |Position { room, seq }| {
        moved(*room, caller.mark_read(&caller.viewer, *room, *seq).await.map(Some))
    });
    Ok(Is(Moves { rooms: join_all(moves).await }))
}

/// `POST /api/v1/cursors/delivered`.
pub async fn delivered(caller: Caller, Body(positions): Body<Positions>) -> Answer<Is<Moves>> {
    let moves = within_limits(&positions)?.iter().map(async |Position { room, seq }| {
        moved(*room, caller.mark_delivered(&caller.viewer, *room, *seq).await.map(|()| None))
    });
    Ok(Is(Moves { rooms: join_all(moves).await }))
}

fn within_limits(positions: &Positions) -> Answer<&[Position]> {
    if positions.rooms.len() > RESUME_ROOMS_MAX { Err(Code::TooLarge.into()) } else { Ok(&positions.rooms) }
}

fn moved(room: RoomId, outcome: Result<Option<Unread>, domain::Error>) -> Moved {
    match outcome {
        Ok(unread) => Moved { room, unread, code: None },
        Err(error) => Moved { room, unread: None, code: Some(Problem::from(error).refusal().code) },
    }
}
