//! What host applications call, by an API key (SPEC 3, 8). Rule: a key reaches the users and rooms of its own application and nothing else;
//! which they are, and what the key may do, the domain says.

use super::{
    asked::{Asked, At, Body, Key, address_of, bearer},
    messages::Stored,
    problem::{Answer, Done, Is, Made, Problem},
    rooms::{Reason, Room, RoomPath},
    token::{TokenPair, pair},
};
use crate::state::AppState;
use aide::{OperationInput, generate::GenContext, openapi::Operation};
use axum::{extract::FromRequestParts, http::request::Parts};
use domain::{AppChange, AppParticipant, AppPerson, AppSubject, AppUserWish, Chat, Host, NewAppSubject};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::ops::Deref;
use wire::{Cid, Code, Person, RoomId, Seq, Subject, UserId};

/// How the API's document calls what a key is shown by.
pub const SECURITY: &str = "key";

/// An application that calls.
pub struct Hosting {
    chat: Chat,
    /// Which.
    pub host: Host,
}

impl Deref for Hosting {
    type Target = Chat;

    fn deref(&self) -> &Chat {
        &self.chat
    }
}

impl FromRequestParts<AppState> for Hosting {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let host = match bearer(&parts.headers) {
            Some(key) => state.chat.host(key).await?,
            None => None,
        };
        let Some(host) = host else {
            // The calls of an application have a limit of their own; whoever guesses counts where they come from.
            state.chat.admit_address(address_of(parts, state).await?).await?;
            return Err(Code::BadKey.into());
        };
        Ok(Self { chat: state.chat.clone(), host })
    }
}

impl OperationInput for Hosting {
    fn operation_input(_: &mut GenContext, operation: &mut Operation) {
        operation.security = vec![[(SECURITY.to_owned(), Vec::new())].into()];
    }
}

/// A user of the application.
#[derive(Deserialize, JsonSchema)]
pub struct UserWish {
    /// What the application calls them: 1 to 128 characters, for ever the same.
    external_id: String,
    /// For a new account; if the name is taken, it gets one like it. Without one, a name is made of the external id.
    username: Option<String>,
    /// What others read; without it, it stays as it is.
    display_name: Option<String>,
}

/// Whom to sign in.
#[derive(Deserialize, JsonSchema)]
pub struct Whom {
    /// What the application calls them.
    external_id: String,
}

/// An account of the application.
#[derive(Serialize, JsonSchema)]
pub struct HostedUser {
    /// Who.
    user: Person,
    /// Whether the account was made now.
    created: bool,
    /// Whether the operator of the server has locked it out.
    banned: bool,
}

/// One of the application's users: by external id, or by username.
#[derive(Deserialize, JsonSchema)]
pub struct Who {
    /// What the application calls them.
    external_id: Option<String>,
    /// The username; only of the application's own users.
    username: Option<String>,
}

/// Somebody who takes part.
#[derive(Deserialize, JsonSchema)]
pub struct Guest {
    /// What the application calls them; or `username`.
    external_id: Option<String>,
    /// The username; only of the application's own users.
    username: Option<String>,
    /// What they are to the thing: "client", "worker".
    part: Option<String>,
    /// For whoever comes later: whether they see what was said before.
    with_history: Option<bool>,
}

/// A conversation to be opened, or found.
#[derive(Deserialize, JsonSchema)]
pub struct Opened {
    /// The id of the act; see `Idempotency-Key`.
    cid: Option<Cid>,
    /// "job", "trip", any other word.
    kind: String,
    /// What the application calls it; without one it gets that of the act.
    id: Option<String>,
    /// Tells several rooms about one thing apart, as one for each applicant.
    thread: Option<String>,
    /// Where it is; http or https.
    link: Option<String>,
    /// What the thing is called.
    title: String,
    /// The first message, from the system; one is made without it.
    notice: Option<String>,
    /// Who takes part; at most 50.
    participants: Option<Vec<Guest>>,
}

/// What is to be otherwise; what is absent stays. Whoever is named as coming and as going stays.
#[derive(Deserialize, JsonSchema)]
pub struct Edited {
    /// What the thing is called.
    title: Option<String>,
    /// Where it is; empty: nowhere.
    link: Option<String>,
    /// Who takes part as well, or as something else; at most 50.
    add: Option<Vec<Guest>>,
    /// Who does not take part any more; at most 50.
    remove: Option<Vec<Who>>,
}

/// Something to be told about the thing.
#[derive(Deserialize, JsonSchema)]
pub struct Told {
    /// The id of the act; see `Idempotency-Key`.
    cid: Option<Cid>,
    /// What.
    text: String,
}

/// After whom to go on.
#[derive(Deserialize, JsonSchema)]
pub struct After {
    /// What the page before said as `next`.
    after: Option<UserId>,
}

/// A room about a thing of the application.
#[derive(Serialize, JsonSchema)]
pub struct HostedRoom {
    /// Its number.
    room: RoomId,
    /// What it is about.
    subject: Subject,
    /// What the thing is called.
    title: String,
    /// Whether it is closed: it can be read only.
    closed: bool,
    /// Its last position.
    head: Seq,
    /// Who takes part, by number; at most 200 a page.
    participants: Vec<HostedMember>,
    /// From where to go on, if there are more.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<UserId>,
}

/// Somebody who takes part.
#[derive(Serialize, JsonSchema)]
pub struct HostedMember {
    /// Who.
    user: Person,
    /// What the application calls them.
    #[serde(skip_serializing_if = "Option::is_none")]
    external_id: Option<String>,
    /// What they are to the thing; may be empty.
    part: String,
}

/// `PUT /api/v1/host/users`.
pub async fn upsert_user(caller: Hosting, Body(wish): Body<UserWish>) -> Answer<Is<HostedUser>> {
    let UserWish { external_id, username, display_name } = wish;
    let user = caller.upsert_app_user(&caller.host, AppUserWish { external_id, username, display_name }).await?;
    Ok(Is(HostedUser { user: user.person, created: user.is_new, banned: user.is_banned }))
}

/// `POST /api/v1/host/tokens`.
pub async fn mint(caller: Hosting, Body(whom): Body<Whom>) -> Answer<Is<TokenPair>> {
    Ok(Is(pair(caller.mint_tokens(&caller.host, &whom.external_id).await?)))
}

/// `POST /api/v1/host/subjects`.
pub async fn open(caller: Hosting, key: Key, Body(opened): Body<Opened>) -> Answer<Made<Room>> {
    let Opened { cid, kind, id, thread, link, title, notice, participants } = opened;
    let subject = Subject { kind, id: id.unwrap_or_default(), thread: thread.unwrap_or_default(), link };
    let participants = guests(participants)?;
    let new = NewAppSubject { subject, title, notice: notice.unwrap_or_default(), participants };
    let room = caller.open_app_subject(&caller.host, key.cid(cid)?, new).await?;
    Ok(Made(Room { room }))
}

/// `GET /api/v1/host/subjects/{room}`.
pub async fn read(caller: Hosting, At(path): At<RoomPath>, Asked(page): Asked<After>) -> Answer<Is<HostedRoom>> {
    let found = caller.app_subject(&caller.host, path.room, page.after).await?;
    let AppSubject { room, subject, title, is_closed, head, participants, next } = found;
    let member =
        |one: domain::AppMember| HostedMember { user: one.person, external_id: one.external_id, part: one.part };
    let participants = participants.into_iter().map(member).collect();
    Ok(Is(HostedRoom { room, subject, title, closed: is_closed, head, participants, next }))
}

/// `PATCH /api/v1/host/subjects/{room}`. All of it, or nothing.
pub async fn edit(caller: Hosting, At(path): At<RoomPath>, key: Key, Body(edited): Body<Edited>) -> Answer<Done> {
    let Edited { title, link, add, remove } = edited;
    if title.is_none() && link.is_none() && add.is_none() && remove.is_none() {
        return Err(Problem::malformed("Say what is to be otherwise: title, link, add or remove."));
    }
    let who = |who: Who| named(who.external_id, who.username);
    let remove = remove.unwrap_or_default().into_iter().map(who).collect::<Answer<_>>()?;
    settle(caller, key, path.room, AppChange::Edit { title, link, add: guests(add)?, remove }).await
}

/// `POST /api/v1/host/subjects/{room}/close`.
pub async fn close(caller: Hosting, At(path): At<RoomPath>, key: Key, Body(why): Body<Reason>) -> Answer<Done> {
    settle(caller, key, path.room, AppChange::Close { notice: why.notice.unwrap_or_default() }).await
}

/// `POST /api/v1/host/subjects/{room}/reopen`.
pub async fn reopen(caller: Hosting, At(path): At<RoomPath>, key: Key) -> Answer<Done> {
    settle(caller, key, path.room, AppChange::Reopen).await
}

/// `POST /api/v1/host/subjects/{room}/notices`.
pub async fn notify(caller: Hosting, At(path): At<RoomPath>, key: Key, Body(new): Body<Told>) -> Answer<Made<Stored>> {
    let Told { cid, text } = new;
    let notice = AppChange::Notice { text };
    let ack = caller.change_app_subject(&caller.host, key.cid(cid)?, path.room, notice).await?;
    // A notice is always an event.
    Ok(Made(ack.ok_or(Code::TryAgain)?.into()))
}

async fn settle(caller: Hosting, key: Key, room: RoomId, change: AppChange) -> Answer<Done> {
    caller.change_app_subject(&caller.host, key.cid(None)?, room, change).await?;
    Ok(Done)
}

fn guests(guests: Option<Vec<Guest>>) -> Answer<Vec<AppParticipant>> {
    let guest = |Guest { external_id, username, part, with_history }| {
        let (part, with_history) = (part.unwrap_or_default(), with_history.unwrap_or_default());
        Ok(AppParticipant { person: named(external_id, username)?, part, with_history })
    };
    guests.unwrap_or_default().into_iter().map(guest).collect()
}

fn named(external_id: Option<String>, username: Option<String>) -> Answer<AppPerson> {
    match (external_id, username) {
        (Some(id), None) => Ok(AppPerson::ExternalId(id)),
        (None, Some(username)) => Ok(AppPerson::Username(username)),
        _ => Err(Problem::malformed("Name each person by external_id or by username, and not by both.")),
    }
}
