//! Every server function (SPEC 9), below `/api/fn/`. Rule: a thin door: the domain's method checks the permission.

use crate::reply::Reply;
use crate::trouble::Trouble;
use leptos::{prelude::*, server_fn::codec::Json};
use serde::Serialize;
use wire::{
    Amendment, Cid, Epoch, HistoryPage, Level, Person, PersonRow, RoomId, Seq, Unread, UserId,
    frame::{ClientFrame, ServerFrame},
    read::Tree,
    readable,
};

/// A page of a room's history, and the life of the database that it was read from (C12).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Leaf {
    /// The epoch.
    pub epoch: Epoch,
    /// The page.
    pub page: HistoryPage,
}

readable!(Leaf { epoch, page });

/// Whether messages are pushed to the caller's browser.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Pushed {
    /// The key that a browser needs for it; none: this server pushes nothing.
    pub key: Option<String>,
    /// Whether they are.
    pub is_on: bool,
}

readable!(Pushed { key, is_on });

/// The caller's inbox.
#[server(prefix = "/api/fn", endpoint = "inbox", input = Json, output = Reply)]
pub async fn inbox() -> Result<wire::Inbox, Trouble> {
    use crate::server::{signed_in, told};
    let (chat, viewer) = signed_in()?;
    chat.inbox(&viewer).await.map_err(told)
}

/// A page of a room's history: the last one, or the one just before or after a position.
#[server(prefix = "/api/fn", endpoint = "history", input = Json, output = Reply)]
pub async fn history(room: RoomId, before: Option<Seq>, after: Option<Seq>) -> Result<Leaf, Trouble> {
    use crate::server::{signed_in, told};
    use domain::Page;
    let (chat, viewer) = signed_in()?;
    let page = match (before, after) {
        (Some(seq), _) => Page::Before(seq),
        (None, Some(seq)) => Page::After(seq),
        (None, None) => Page::Latest,
    };
    let page = chat.history(&viewer, room, page, wire::limits::FIRST_PAGE_EVENTS).await.map_err(told)?;
    Ok(Leaf { epoch: chat.epoch().clone(), page })
}

/// A room and its last page.
#[server(prefix = "/api/fn", endpoint = "room_page", input = Json, output = Reply)]
pub async fn room_page(room: RoomId) -> Result<wire::RoomPage, Trouble> {
    use crate::server::{signed_in, told};
    let (chat, viewer) = signed_in()?;
    chat.room_page(&viewer, room).await.map_err(told)
}

/// Everything up to `seq` is read.
#[server(prefix = "/api/fn", endpoint = "mark_read", input = Json, output = Reply)]
pub async fn mark_read(room: RoomId, seq: Seq) -> Result<Unread, Trouble> {
    use crate::server::{signed_in, told};
    let (chat, viewer) = signed_in()?;
    chat.mark_read(&viewer, room, seq).await.map_err(told)
}

/// Stores a message and answers with its `ack`; the same cid again, with the same `ack` (C2). `user`: whose message it is; a
/// session of somebody else does not send it (C7).
#[server(name = SendMessage, prefix = "/api/fn", endpoint = "send", input = Json, output = Reply)]
pub async fn send(
    #[server(default)] user: Option<UserId>,
    cid: Cid,
    room: RoomId,
    #[server(default)] message_type: wire::MessageType,
    content: String,
    #[server(default)] reply_to: Option<Seq>,
    #[server(default)] more: Tree,
) -> Result<ServerFrame, Trouble> {
    use crate::server::{signed_in_as, told};
    let (chat, viewer) = signed_in_as(user)?;
    let draft = domain::Draft { cid, room, kind: message_type, content, reply_to, more };
    chat.append(&viewer, draft).await.map(domain::Ack::into_frame).map_err(told)
}

/// Edits or deletes a message, or reacts to it, and answers as [`send`] does. `user`: who does so.
#[server(prefix = "/api/fn", endpoint = "amend", input = Json, output = Reply)]
pub async fn amend_message(
    #[server(default)] user: Option<UserId>,
    cid: Cid,
    room: RoomId,
    target: Seq,
    amendment: Amendment,
) -> Result<ServerFrame, Trouble> {
    use crate::server::{signed_in_as, told};
    let (chat, viewer) = signed_in_as(user)?;
    chat.amend(&viewer, cid, room, target, amendment).await.map(domain::Ack::into_frame).map_err(told)
}

/// Makes a bid, and answers as [`send`] does; see [`wire::Offer`]. `to`: a username; in a room of two it may be empty.
#[server(prefix = "/api/fn", endpoint = "bid", input = Json, output = Reply)]
pub async fn make_bid(
    #[server(default)] user: Option<UserId>,
    cid: Cid,
    room: RoomId,
    #[server(default)] to: String,
    offer: wire::Offer,
) -> Result<ServerFrame, Trouble> {
    use crate::server::{signed_in_as, told};
    let (chat, viewer) = signed_in_as(user)?;
    chat.bid(&viewer, cid, room, &to, offer).await.map(domain::Ack::into_frame).map_err(told)
}

/// Decides about a bid, and answers as [`send`] does. `offer`: of a counter.
#[server(prefix = "/api/fn", endpoint = "decide_bid", input = Json, output = Reply)]
pub async fn decide_bid(
    #[server(default)] user: Option<UserId>,
    cid: Cid,
    room: RoomId,
    target: Seq,
    decision: wire::Decision,
    #[server(default)] offer: Option<wire::Offer>,
) -> Result<ServerFrame, Trouble> {
    use crate::server::{signed_in_as, told};
    let (chat, viewer) = signed_in_as(user)?;
    chat.decide_bid(&viewer, cid, room, target, (decision, offer)).await.map(domain::Ack::into_frame).map_err(told)
}

/// What the socket would have carried: cursors and `resume` in, `welcome` and the answers to `resume` out. `user`: whose
/// cursors they are.
#[server(prefix = "/api/fn", endpoint = "poll", input = Json, output = Reply)]
pub async fn poll(
    #[server(default)] user: Option<UserId>,
    frames: Vec<ClientFrame>,
) -> Result<Vec<ServerFrame>, Trouble> {
    use crate::server::{poll, signed_in_as};
    let (chat, viewer) = signed_in_as(user)?;
    poll::answer(&chat, &viewer, frames).await
}

/// Whether the caller may write to this person: the room of the two, or the refusal (S0's connection guard).
#[server(prefix = "/api/fn", endpoint = "can_talk", input = Json, output = Reply)]
pub async fn can_talk(username: String) -> Result<RoomId, Trouble> {
    use crate::server::{signed_in, told};
    let (chat, viewer) = signed_in()?;
    let room = chat.direct_room(&viewer, &username).await.map_err(told)?;
    let summary = chat.room(&viewer, room).await.map_err(told)?;
    if summary.writable { Ok(room) } else { Err(wire::Code::NotConnected.into()) }
}

/// People whose names contain the query.
#[server(prefix = "/api/fn", endpoint = "find_people", input = Json, output = Reply)]
pub async fn find_people(query: String) -> Result<Vec<PersonRow>, Trouble> {
    use crate::server::{signed_in, told};
    let (chat, viewer) = signed_in()?;
    chat.find_people(&viewer, &query).await.map_err(told)
}

/// Members of a room whom a message may name, and whose names begin so; who wrote last comes first.
#[server(prefix = "/api/fn", endpoint = "find_members", input = Json, output = Reply)]
pub async fn find_members(room: RoomId, prefix: String) -> Result<Vec<Person>, Trouble> {
    use crate::server::{signed_in, told};
    let (chat, viewer) = signed_in()?;
    chat.find_members(&viewer, room, &prefix).await.map_err(told)
}

/// What was said in the caller's rooms, the newest first; see [`wire::search::Search`].
#[server(prefix = "/api/fn", endpoint = "search", input = Json, output = Reply)]
pub async fn search(
    words: String,
    #[server(default)] room: Option<RoomId>,
    #[server(default)] person: String,
    #[server(default)] from: Option<wire::Time>,
    #[server(default)] to: Option<wire::Time>,
    #[server(default)] kind: String,
    #[server(default)] before: Option<i64>,
) -> Result<wire::search::Found, Trouble> {
    use crate::server::{signed_in, told};
    let (chat, viewer) = signed_in()?;
    let search = wire::search::Search { words, room, person, from, to, kind, before };
    chat.search(&viewer, &search).await.map_err(told)
}

/// How much of a room the caller wants to hear; all of their sessions are told.
#[server(prefix = "/api/fn", endpoint = "set_level", input = Json, output = Reply)]
pub async fn set_level(room: RoomId, level: Level) -> Result<Level, Trouble> {
    use crate::server::{signed_in, told};
    let (chat, viewer) = signed_in()?;
    chat.set_level(&viewer, room, level).await.map_err(told)?;
    Ok(level)
}

/// Asks to be connected.
#[server(prefix = "/api/fn", endpoint = "request_connection", input = Json, output = Reply)]
pub async fn request_connection(username: String) -> Result<PersonRow, Trouble> {
    use crate::server::{signed_in, told};
    let (chat, viewer) = signed_in()?;
    chat.request_connection(&viewer, &username).await.map_err(told)
}

/// Accepts a request.
#[server(prefix = "/api/fn", endpoint = "accept_connection", input = Json, output = Reply)]
pub async fn accept_connection(username: String) -> Result<PersonRow, Trouble> {
    use crate::server::{signed_in, told};
    let (chat, viewer) = signed_in()?;
    chat.accept_connection(&viewer, &username).await.map_err(told)
}

/// Declines a request.
#[server(prefix = "/api/fn", endpoint = "decline_connection", input = Json, output = Reply)]
pub async fn decline_connection(username: String) -> Result<PersonRow, Trouble> {
    use crate::server::{signed_in, told};
    let (chat, viewer) = signed_in()?;
    chat.decline_connection(&viewer, &username).await.map_err(told)
}

/// Takes an own request back.
#[server(prefix = "/api/fn", endpoint = "cancel_request", input = Json, output = Reply)]
pub async fn cancel_request(username: String) -> Result<PersonRow, Trouble> {
    use crate::server::{signed_in, told};
    let (chat, viewer) = signed_in()?;
    chat.cancel_request(&viewer, &username).await.map_err(told)
}

/// Ends a connection.
#[server(prefix = "/api/fn", endpoint = "remove_connection", input = Json, output = Reply)]
pub async fn remove_connection(username: String) -> Result<PersonRow, Trouble> {
    use crate::server::{signed_in, told};
    let (chat, viewer) = signed_in()?;
    chat.remove_connection(&viewer, &username).await.map_err(told)
}

/// Blocks a person, who is not told.
#[server(prefix = "/api/fn", endpoint = "block", input = Json, output = Reply)]
pub async fn block(username: String) -> Result<(), Trouble> {
    use crate::server::{signed_in, told};
    let (chat, viewer) = signed_in()?;
    chat.block(&viewer, &username).await.map_err(told)
}

/// Lifts the caller's own block.
#[server(prefix = "/api/fn", endpoint = "unblock", input = Json, output = Reply)]
pub async fn unblock(username: String) -> Result<(), Trouble> {
    use crate::server::{signed_in, told};
    let (chat, viewer) = signed_in()?;
    chat.unblock(&viewer, &username).await.map_err(told)
}

/// Whom the caller has blocked.
#[server(prefix = "/api/fn", endpoint = "blocked", input = Json, output = Reply)]
pub async fn blocked() -> Result<Vec<wire::Person>, Trouble> {
    use crate::server::{signed_in, told};
    let (chat, viewer) = signed_in()?;
    chat.blocked(&viewer).await.map_err(told)
}

/// Opens a conversation about a thing, or finds the one there is: the same cid or the same thing again gives the same room.
#[server(prefix = "/api/fn", endpoint = "open_subject", input = Json, output = Reply)]
pub async fn open_subject(
    cid: Cid,
    subject: wire::Subject,
    title: String,
    #[server(default)] notice: String,
    #[server(default)] part: String,
    #[server(default)] participants: Vec<(String, String)>,
) -> Result<RoomId, Trouble> {
    use crate::server::{signed_in, told};
    let (chat, viewer) = signed_in()?;
    let new = domain::NewSubject { subject, title, notice, part, participants };
    chat.open_subject(&viewer, cid, new).await.map_err(told)
}

/// Whether messages are pushed to the caller's browser, and what it needs for that.
#[server(prefix = "/api/fn", endpoint = "push_state", input = Json, output = Reply)]
pub async fn push_state() -> Result<Pushed, Trouble> {
    use crate::server::{signed_in, told};
    let (chat, viewer) = signed_in()?;
    let (key, is_on) = chat.push_state(&viewer).await.map_err(told)?;
    Ok(Pushed { key, is_on })
}

/// Pushes messages to the caller's browser while no tab of theirs is open, until this session ends. As `PushSubscription` says it:
/// key and secret in base64url.
#[server(prefix = "/api/fn", endpoint = "push_on", input = Json, output = Reply)]
pub async fn push_on(push_address: String, p256dh: String, auth: String) -> Result<(), Trouble> {
    use crate::server::{signed_in, told};
    let (chat, viewer) = signed_in()?;
    let subscription = domain::Subscription::parse(push_address, &p256dh, &auth).map_err(told)?;
    chat.push_to(&viewer, subscription).await.map_err(told)
}

/// Pushes nothing more to the caller's browser.
#[server(prefix = "/api/fn", endpoint = "push_off", input = Json, output = Reply)]
pub async fn push_off() -> Result<(), Trouble> {
    use crate::server::{signed_in, told};
    let (chat, viewer) = signed_in()?;
    chat.push_no_more(&viewer).await.map_err(told)
}

/// Pushes a test to the caller's browser; answers once its push service has taken it.
#[server(prefix = "/api/fn", endpoint = "push_test", input = Json, output = Reply)]
pub async fn push_test() -> Result<(), Trouble> {
    use crate::server::{signed_in, told};
    let (chat, viewer) = signed_in()?;
    chat.push_test(&viewer).await.map_err(told)
}

/// Ends this session. The cookie it was in is worth nothing afterwards.
#[server(prefix = "/api/fn", endpoint = "log_out", input = Json, output = Reply)]
pub async fn log_out() -> Result<(), Trouble> {
    use crate::server::{signed_in, told};
    let (chat, viewer) = signed_in()?;
    chat.log_out(&viewer).await.map_err(told)
}
