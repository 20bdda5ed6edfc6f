//! Rooms: finding them, making them, coming and going, opening and closing.

use super::{
    asked::{Asked, At, Body, Caller, Key},
    people::PersonPath,
    problem::{Answer, Done, Is, Made, Problem},
};
use domain::{Change, NewGroup};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use wire::{Cid, Inbox, Level, Lobby, RoomId, RoomSummary};

/// A room, by its number.
#[derive(Deserialize, JsonSchema)]
pub struct RoomPath {
    /// The room.
    pub room: RoomId,
}

/// From where to go on.
#[derive(Deserialize, JsonSchema)]
pub struct LobbyPage {
    /// What the page before said as `next`.
    after: Option<String>,
}

/// A new group.
#[derive(Deserialize, JsonSchema)]
pub struct NewRoom {
    /// The id of the act; see `Idempotency-Key`.
    cid: Option<Cid>,
    /// What it is called.
    title: String,
    /// What it is about.
    topic: Option<String>,
    /// Whether it is listed and anybody may join.
    public: Option<bool>,
}

/// A room that there is now.
#[derive(Serialize, JsonSchema)]
pub struct Room {
    /// Its number.
    pub room: RoomId,
}

/// What is to be otherwise; what is absent stays.
#[derive(Deserialize, JsonSchema)]
pub struct RoomChanges {
    /// What the room is called.
    title: Option<String>,
    /// What it is about; empty for nothing.
    topic: Option<String>,
    /// How much of it the caller wants to hear: `all`, `mentions` or `none`.
    level: Option<Level>,
}

/// Why.
#[derive(Deserialize, JsonSchema)]
pub struct Reason {
    /// For those in the room.
    pub notice: Option<String>,
}

/// `GET /api/v1/rooms`.
pub async fn list(caller: Caller) -> Answer<Is<Inbox>> {
    Ok(Is(caller.inbox(&caller.viewer).await?))
}

/// `GET /api/v1/rooms/public`.
pub async fn public(caller: Caller, Asked(page): Asked<LobbyPage>) -> Answer<Is<Lobby>> {
    Ok(Is(caller.lobby(&caller.viewer, page.after.as_deref()).await?))
}

/// `POST /api/v1/rooms`.
pub async fn create(caller: Caller, key: Key, Body(new): Body<NewRoom>) -> Answer<Made<Room>> {
    let NewRoom { cid, title, topic, public } = new;
    let group = NewGroup { title, topic: topic.unwrap_or_default(), is_public: public.unwrap_or_default() };
    let room = caller.create_group(&caller.viewer, key.cid(cid)?, group).await?;
    Ok(Made(Room { room }))
}

/// `PUT /api/v1/rooms/direct/{username}`.
pub async fn direct(caller: Caller, At(path): At<PersonPath>) -> Answer<Is<RoomSummary>> {
    let room = caller.direct_room(&caller.viewer, &path.username).await?;
    Ok(Is(caller.room(&caller.viewer, room).await?))
}

/// `GET /api/v1/rooms/{room}`.
pub async fn read(caller: Caller, At(path): At<RoomPath>) -> Answer<Is<RoomSummary>> {
    Ok(Is(caller.room(&caller.viewer, path.room).await?))
}

/// `PATCH /api/v1/rooms/{room}`. One change after the other: what comes before a refused one is done.
pub async fn change(caller: Caller, At(path): At<RoomPath>, Body(changes): Body<RoomChanges>) -> Answer<Done> {
    let RoomChanges { title, topic, level } = changes;
    let title = title.map(|title| Change::Rename { title });
    let topic = topic.map(|topic| Change::Topic { topic });
    let level = level.map(|level| Change::Level { level });
    let changes: Vec<Change> = [title, topic, level].into_iter().flatten().collect();
    if changes.is_empty() {
        return Err(Problem::malformed("Say what is to be otherwise: title, topic or level."));
    }
    for change in changes {
        caller.change_room(&caller.viewer, crate::pages::visit::fresh_cid(), path.room, change).await?;
    }
    Ok(Done)
}

/// `POST /api/v1/rooms/{room}/join`.
pub async fn join(caller: Caller, At(path): At<RoomPath>, key: Key) -> Answer<Done> {
    settle(&caller, key, path.room, Change::Join).await
}

/// `POST /api/v1/rooms/{room}/leave`.
pub async fn leave(caller: Caller, At(path): At<RoomPath>, key: Key) -> Answer<Done> {
    settle(&caller, key, path.room, Change::Leave).await
}

/// `POST /api/v1/rooms/{room}/close`.
pub async fn close(caller: Caller, At(path): At<RoomPath>, key: Key, Body(why): Body<Reason>) -> Answer<Done> {
    settle(&caller, key, path.room, Change::Archive { notice: why.notice.unwrap_or_default() }).await
}

/// `POST /api/v1/rooms/{room}/reopen`.
pub async fn reopen(caller: Caller, At(path): At<RoomPath>, key: Key) -> Answer<Done> {
    settle(&caller, key, path.room, Change::Reopen).await
}

/// Carries out a change that needs no answer.
pub async fn settle(caller: &Caller, key: Key, room: RoomId, change: Change) -> Answer<Done> {
    caller.change_room(&caller.viewer, key.cid(None)?, room, change).await?;
    Ok(Done)
}
