//! `/admin`: accounts, rooms, applications and the audit log, for operators. Rule: for everybody else these addresses do not exist, whatever is
//! sent to them; who is an operator, the domain says.

pub mod apps;
pub mod webhooks;

use super::visit::{Answer, Asked, Fields, Visit, see_other};
use crate::{problem, state::AppState};
use app::{AdminList, AdminPage, Narrowed, Page, Typed, escaped};
use axum::{
    extract::{FromRequestParts, Path, rejection::PathRejection},
    http::request::Parts,
    response::Response,
};
use domain::{AuditOf, Ban, Error, Viewer};
use serde::Deserialize;
use wire::{Code, Refusal, RoomId};

/// A request by an operator. Everybody else gets what there is at an address that leads nowhere, before anything of the request
/// is looked at.
pub struct Operator {
    visit: Visit,
    viewer: Viewer,
}

impl FromRequestParts<AppState> for Operator {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        let Ok(visit) = Visit::from_request_parts(parts, state).await;
        match visit.viewer.clone().filter(|viewer| state.chat.admit_operator(viewer).is_ok()) {
            Some(viewer) => Ok(Self { visit, viewer }),
            None => Err(visit.refused(Code::NotFound.into())),
        }
    }
}

/// `?q=&after=`.
#[derive(Default, Deserialize)]
pub struct Search {
    #[serde(default)]
    q: String,
    #[serde(default)]
    after: String,
}

/// `?person=&room=&before=`.
#[derive(Default, Deserialize)]
pub struct Audited {
    #[serde(default)]
    person: String,
    #[serde(default)]
    room: String,
    before: Option<i64>,
}

/// What any of the forms may carry.
#[derive(Default, Deserialize)]
pub struct Sent {
    #[serde(default)]
    username: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    address: String,
    #[serde(default)]
    q: String,
    room: Option<i64>,
    /// A name, typed again.
    #[serde(default)]
    confirm: String,
    /// A checkbox: there or not.
    addresses: Option<String>,
}

type WordPath = Result<Path<String>, PathRejection>;

/// `GET /admin`.
pub async fn users(operator: Operator, Asked(search): Asked<Search>) -> Answer {
    show_users(&operator, search, Typed::default(), None).await
}

/// `POST /admin/users/{change}`.
pub async fn change_user(operator: Operator, path: WordPath, Fields(sent): Fields<Sent>) -> Answer {
    let Operator { visit, viewer } = &operator;
    let chat = visit.chat();
    let Sent { username, reason, q, confirm, addresses, .. } = sent;
    let (outcome, typed) = match path.as_deref().map(String::as_str) {
        Ok("ban") => {
            let ban = Ban { username: username.clone(), reason: reason.clone(), with_addresses: addresses.is_some() };
            (chat.ban_as(viewer, ban).await, Typed { form: "ban", about: username, text: reason, ..Typed::default() })
        }
        Ok("delete") => {
            let outcome = chat.delete_account_as(viewer, &username, &confirm).await;
            (outcome, Typed { form: "delete", about: username, text: confirm, ..Typed::default() })
        }
        Ok("unban") => (chat.unban_as(viewer, &username).await, Typed::default()),
        _ => return Err(visit.page(Page::NotFound)),
    };
    match outcome {
        Ok(()) => Ok(back("/admin", &q)),
        Err(error) => {
            let search = Search { q, after: String::new() };
            show_users(&operator, search, typed, Some(problem::told(error))).await
        }
    }
}

/// `POST /admin/addresses/lift`.
pub async fn lift(operator: Operator, Fields(sent): Fields<Sent>) -> Answer {
    let outcome = operator.visit.chat().lift_address_ban(&operator.viewer, &sent.address).await;
    outcome.map(|()| see_other("/admin")).map_err(|error| operator.visit.problem(error))
}

/// `GET /admin/rooms`.
pub async fn rooms(operator: Operator, Asked(search): Asked<Search>) -> Answer {
    show_rooms(&operator, search, Typed::default(), None).await
}

/// `POST /admin/rooms/delete`.
pub async fn delete_room(operator: Operator, Fields(sent): Fields<Sent>) -> Answer {
    let Operator { visit, viewer } = &operator;
    let Sent { room, confirm, q, .. } = sent;
    match visit.chat().delete_room_as(viewer, RoomId(room.unwrap_or_default()), &confirm).await {
        Ok(()) => Ok(back("/admin/rooms", &q)),
        Err(error) => {
            let about = room.unwrap_or_default().to_string();
            let typed = Typed { form: "delete", about, text: confirm, ..Typed::default() };
            let search = Search { q, after: String::new() };
            show_rooms(&operator, search, typed, Some(problem::told(error))).await
        }
    }
}

/// `GET /admin/audit`.
pub async fn audit(operator: Operator, Asked(asked): Asked<Audited>) -> Answer {
    let Operator { visit, viewer } = &operator;
    let Audited { person, room, before } = asked;
    let narrowed = Narrowed { person: person.trim().to_owned(), room: room.trim().to_owned() };
    let of = match (narrowed.person.as_str(), narrowed.room.as_str()) {
        ("", "") => AuditOf::All,
        ("", room) => AuditOf::Room(RoomId(room.parse().unwrap_or_default())),
        (person, _) => AuditOf::Person(person.to_owned()),
    };
    let is_first = before.is_none();
    let (listing, error) = match visit.chat().admin_audit(viewer, of, before).await {
        Ok(listing) => (listing, None),
        Err(error @ Error::Refused(_)) => {
            (wire::admin::Listing { rows: Vec::new(), next: None }, Some(problem::told(error)))
        }
        Err(error) => return Err(visit.problem(error)),
    };
    let list = AdminList::Audit(listing, narrowed);
    Ok(page(visit, AdminPage { list, query: String::new(), is_first, typed: Typed::default(), error }))
}

async fn show_users(operator: &Operator, search: Search, typed: Typed, error: Option<Refusal>) -> Answer {
    let Operator { visit, viewer } = operator;
    let failed = |error| visit.problem(error);
    let listing = visit.chat().admin_accounts(viewer, &search.q, &search.after).await.map_err(failed)?;
    let networks = visit.chat().banned_addresses(viewer).await.map_err(failed)?;
    let list = AdminList::Accounts(listing, networks);
    Ok(page(visit, AdminPage { list, is_first: search.after.is_empty(), query: search.q, typed, error }))
}

async fn show_rooms(operator: &Operator, search: Search, typed: Typed, error: Option<Refusal>) -> Answer {
    let Operator { visit, viewer } = operator;
    let listing = visit.chat().admin_rooms(viewer, &search.q, &search.after).await;
    let list = AdminList::Rooms(listing.map_err(|error| visit.problem(error))?);
    Ok(page(visit, AdminPage { list, is_first: search.after.is_empty(), query: search.q, typed, error }))
}

fn page(visit: &Visit, page: AdminPage) -> Response {
    visit.page(Page::Admin(Box::new(page)))
}

fn back(path: &str, q: &str) -> Response {
    if q.is_empty() { see_other(path) } else { see_other(&format!("{path}?q={}", escaped(q))) }
}
