//! Who is in a room.

use super::{
    asked::{Asked, At, Body, Caller, Key},
    problem::{Answer, Done, Is, Problem},
    rooms::{RoomPath, settle},
};
use domain::Change;
use schemars::JsonSchema;
use serde::Deserialize;
use wire::{Role, RoomDetails, RoomId};

/// A member of a room.
#[derive(Deserialize, JsonSchema)]
pub struct MemberPath {
    /// The room.
    room: RoomId,
    /// The username.
    username: String,
}

/// Which of the members.
#[derive(Deserialize, JsonSchema)]
pub struct Skipped {
    /// How many to leave out from the beginning; a page has 200.
    #[schemars(range(min = 0))]
    skip: Option<i64>,
}

/// Somebody to be brought in.
#[derive(Deserialize, JsonSchema)]
pub struct Invited {
    /// The username.
    username: String,
    /// Whether they see what the caller sees of the past.
    with_history: Option<bool>,
    /// In a subject's room: what they are to the thing.
    part: Option<String>,
}

/// What a member may do.
#[derive(Deserialize, JsonSchema)]
pub struct NewRole {
    /// `owner`, `admin` or `member`.
    role: Role,
}

/// `GET /api/v1/rooms/{room}/members`.
pub async fn list(caller: Caller, At(path): At<RoomPath>, Asked(skipped): Asked<Skipped>) -> Answer<Is<RoomDetails>> {
    let Ok(skip) = usize::try_from(skipped.skip.unwrap_or_default()) else {
        return Err(Problem::malformed("skip is a whole number from 0."));
    };
    Ok(Is(caller.room_details(&caller.viewer, path.room, skip).await?))
}

/// `POST /api/v1/rooms/{room}/members`.
pub async fn invite(caller: Caller, At(path): At<RoomPath>, key: Key, Body(new): Body<Invited>) -> Answer<Done> {
    let Invited { username, with_history, part } = new;
    let (with_history, part) = (with_history.unwrap_or_default(), part.unwrap_or_default());
    settle(&caller, key, path.room, Change::Invite { username, with_history, part }).await
}

/// `DELETE /api/v1/rooms/{room}/members/{username}`.
pub async fn remove(caller: Caller, At(path): At<MemberPath>, key: Key) -> Answer<Done> {
    settle(&caller, key, path.room, Change::Remove { username: path.username }).await
}

/// `PUT /api/v1/rooms/{room}/members/{username}/role`.
pub async fn role(caller: Caller, At(path): At<MemberPath>, key: Key, Body(new): Body<NewRole>) -> Answer<Done> {
    settle(&caller, key, path.room, Change::Role { username: path.username, role: new.role }).await
}
