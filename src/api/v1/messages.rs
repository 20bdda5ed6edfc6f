//! Messages: sending them, reading them, and what becomes of them. Rule: a page is named by positions, so that it stays the same
//! whatever arrives meanwhile.

use super::{
    asked::{Asked, At, Body, Caller, Key, limit},
    problem::{Answer, Is, Made, Problem},
    rooms::RoomPath,
};
use domain::{Ack, Draft, Page};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use wire::{
    Amendment, Cid, Event, HistoryPage, Location, MessageType, Offer, Parts, Receipts, RoomId, Seq, Time,
    limits::{FIRST_PAGE_EVENTS, PAGE_EVENTS_MAX},
    read::Tree,
};

/// A message, by its place.
#[derive(Deserialize, JsonSchema)]
pub struct MessagePath {
    /// The room.
    room: RoomId,
    /// Its position.
    seq: Seq,
}

/// One emoji under a message.
#[derive(Deserialize, JsonSchema)]
pub struct ReactionPath {
    /// The room.
    room: RoomId,
    /// The position of the message.
    seq: Seq,
    /// One emoji, percent-encoded.
    emoji: String,
}

/// Which part of a room's log; without a position, its end.
#[derive(Deserialize, JsonSchema)]
pub struct Part {
    /// What comes just before this position.
    before: Option<Seq>,
    /// What comes just after this position.
    after: Option<Seq>,
    /// What is around this position.
    around: Option<Seq>,
    /// At most so many events, 50 without it. A page is bounded by bytes as well: `after` and `to` say what it covers.
    #[schemars(range(min = 1, max = 200))]
    limit: Option<i64>,
}

/// A message to be sent.
#[derive(Deserialize, JsonSchema)]
pub struct NewMessage {
    /// The client's id for it, a UUID (version 7 is best): sent again with the same one, it is stored once and gets the same answer.
    cid: Option<Cid>,
    /// The text; may be empty where there is a file or a place.
    content: Option<String>,
    /// The position of the message that it answers.
    reply_to: Option<Seq>,
    /// Files that were uploaded to this room, in their order.
    #[schemars(with = "Option<Vec<Uploaded>>")]
    attachments: Option<Tree>,
    /// A place.
    #[schemars(with = "Option<Location>")]
    location: Option<Tree>,
}

/// A file that was uploaded, whole, and is in no other message.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "it describes what the domain reads")]
struct Uploaded {
    /// The upload's id.
    id: Cid,
}

/// What a message is to say from now on.
#[derive(Deserialize, JsonSchema)]
pub struct NewText {
    /// The id of the act; see `Idempotency-Key`.
    cid: Option<Cid>,
    /// The text.
    content: String,
}

/// A bid to be made.
#[derive(Deserialize, JsonSchema)]
pub struct NewBid {
    /// The id of the act; see `Idempotency-Key`.
    cid: Option<Cid>,
    /// To whom: a username; in a room of two it may be left out.
    to: Option<String>,
    /// On which terms.
    offer: Offer,
}

/// What is decided about a bid.
#[derive(Deserialize, JsonSchema)]
pub struct NewDecision {
    /// The id of the act; see `Idempotency-Key`.
    cid: Option<Cid>,
    /// `accept`, `decline`, `counter` or `withdraw`.
    decision: wire::Decision,
    /// Of a counter: the bid that takes its place.
    offer: Option<Offer>,
}

/// It is on disk, once, at this position for ever.
#[derive(Serialize, JsonSchema)]
pub struct Stored {
    /// What its sender calls it.
    cid: Cid,
    /// Where.
    room: RoomId,
    /// Its position.
    seq: Seq,
    /// When.
    at: Time,
}

impl From<Ack> for Stored {
    fn from(ack: Ack) -> Self {
        let Ack { cid, room, seq, at } = ack;
        Self { cid, room, seq, at }
    }
}

/// `POST /api/v1/rooms/{room}/messages`.
pub async fn send(
    caller: Caller,
    At(path): At<RoomPath>,
    key: Key,
    Body(new): Body<NewMessage>,
) -> Answer<Made<Stored>> {
    let NewMessage { cid, content, reply_to, attachments, location } = new;
    let (cid, content) = (key.cid(cid)?, content.unwrap_or_default());
    let more = Parts::claimed(attachments.unwrap_or_default(), location.unwrap_or_default());
    let draft = Draft { cid, room: path.room, kind: MessageType::Text, content, reply_to, more };
    Ok(Made(caller.append(&caller.viewer, draft).await?.into()))
}

/// `GET /api/v1/rooms/{room}/messages`.
pub async fn list(caller: Caller, At(path): At<RoomPath>, Asked(part): Asked<Part>) -> Answer<Is<HistoryPage>> {
    let limit = limit(part.limit, FIRST_PAGE_EVENTS, PAGE_EVENTS_MAX)?;
    let page = match (part.before, part.after, part.around) {
        (None, None, None) => Page::Latest,
        (Some(seq), None, None) => Page::Before(seq),
        (None, Some(seq), None) => Page::After(seq),
        (None, None, Some(seq)) => Page::Around(seq),
        _ => return Err(Problem::malformed("Ask for one of before, after and around.")),
    };
    Ok(Is(caller.history(&caller.viewer, path.room, page, limit).await?))
}

/// `GET /api/v1/rooms/{room}/messages/{seq}`.
pub async fn read(caller: Caller, At(path): At<MessagePath>) -> Answer<Is<Event>> {
    Ok(Is(caller.message(&caller.viewer, path.room, path.seq).await?.event))
}

/// `PATCH /api/v1/rooms/{room}/messages/{seq}`.
pub async fn edit(caller: Caller, At(path): At<MessagePath>, key: Key, Body(new): Body<NewText>) -> Answer<Is<Stored>> {
    let NewText { cid, content } = new;
    amend(&caller, key.cid(cid)?, &path, Amendment::Edit { content }).await
}

/// `DELETE /api/v1/rooms/{room}/messages/{seq}`.
pub async fn delete(caller: Caller, At(path): At<MessagePath>, key: Key) -> Answer<Is<Stored>> {
    amend(&caller, key.cid(None)?, &path, Amendment::Delete).await
}

/// `PUT /api/v1/rooms/{room}/messages/{seq}/reactions/{emoji}`.
pub async fn react(caller: Caller, At(path): At<ReactionPath>, key: Key) -> Answer<Is<Stored>> {
    let ReactionPath { room, seq, emoji } = path;
    amend(&caller, key.cid(None)?, &MessagePath { room, seq }, Amendment::React { emoji }).await
}

/// `DELETE /api/v1/rooms/{room}/messages/{seq}/reactions/{emoji}`.
pub async fn unreact(caller: Caller, At(path): At<ReactionPath>, key: Key) -> Answer<Is<Stored>> {
    let ReactionPath { room, seq, emoji } = path;
    amend(&caller, key.cid(None)?, &MessagePath { room, seq }, Amendment::Unreact { emoji }).await
}

/// `GET /api/v1/rooms/{room}/messages/{seq}/receipts`.
pub async fn receipts(caller: Caller, At(path): At<MessagePath>) -> Answer<Is<Receipts>> {
    Ok(Is(caller.receipts(&caller.viewer, path.room, path.seq).await?))
}

/// `POST /api/v1/rooms/{room}/bids`.
pub async fn bid(caller: Caller, At(path): At<RoomPath>, key: Key, Body(new): Body<NewBid>) -> Answer<Made<Stored>> {
    let NewBid { cid, to, offer } = new;
    let to = to.unwrap_or_default();
    Ok(Made(caller.bid(&caller.viewer, key.cid(cid)?, path.room, &to, offer).await?.into()))
}

/// `POST /api/v1/rooms/{room}/messages/{seq}/decision`.
pub async fn decide(
    caller: Caller,
    At(path): At<MessagePath>,
    key: Key,
    Body(new): Body<NewDecision>,
) -> Answer<Is<Stored>> {
    let NewDecision { cid, decision, offer } = new;
    let cid = key.cid(cid)?;
    Ok(Is(caller.decide_bid(&caller.viewer, cid, path.room, path.seq, (decision, offer)).await?.into()))
}

async fn amend(caller: &Caller, cid: Cid, path: &MessagePath, amendment: Amendment) -> Answer<Is<Stored>> {
    Ok(Is(caller.amend(&caller.viewer, cid, path.room, path.seq, amendment).await?.into()))
}
