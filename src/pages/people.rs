//! `/people`: find, request, accept, decline, cancel, remove, block. Rule: every action is idempotent and comes back to the
//! search, or the room, that it was made from.

use super::visit::{Answer, Asked, Fields, Member, see_other};
use crate::problem;
use app::{Page, PeoplePage, escaped};
use axum::response::Response;
use domain::Error;
use serde::Deserialize;
use wire::{Beside, Refusal, Relation, RoomId};

/// `?q=`.
#[derive(Default, Deserialize)]
pub struct Search {
    #[serde(default)]
    q: String,
}

/// A button beside a person.
#[derive(Deserialize)]
pub struct Choice {
    #[serde(default)]
    username: String,
    #[serde(default)]
    q: String,
    /// The room beside whose member the button stood.
    room: Option<RoomId>,
}

/// `GET /people`.
pub async fn open(member: Member, Asked(search): Asked<Search>) -> Answer {
    list(&member, search.q, None).await
}

/// `POST /people/request`.
pub async fn request(member: Member, Fields(choice): Fields<Choice>) -> Answer {
    let outcome = member.chat().request_connection(&member.viewer, &choice.username).await;
    settle(&member, choice, outcome.map(drop)).await
}

/// `POST /people/accept`.
pub async fn accept(member: Member, Fields(choice): Fields<Choice>) -> Answer {
    let outcome = member.chat().accept_connection(&member.viewer, &choice.username).await;
    settle(&member, choice, outcome.map(drop)).await
}

/// `POST /people/decline`.
pub async fn decline(member: Member, Fields(choice): Fields<Choice>) -> Answer {
    let outcome = member.chat().decline_connection(&member.viewer, &choice.username).await;
    settle(&member, choice, outcome.map(drop)).await
}

/// `POST /people/cancel`.
pub async fn cancel(member: Member, Fields(choice): Fields<Choice>) -> Answer {
    let outcome = member.chat().cancel_request(&member.viewer, &choice.username).await;
    settle(&member, choice, outcome.map(drop)).await
}

/// `POST /people/remove`.
pub async fn remove(member: Member, Fields(choice): Fields<Choice>) -> Answer {
    let outcome = member.chat().remove_connection(&member.viewer, &choice.username).await;
    settle(&member, choice, outcome.map(drop)).await
}

/// `POST /people/block`.
pub async fn block(member: Member, Fields(choice): Fields<Choice>) -> Answer {
    let outcome = member.chat().block(&member.viewer, &choice.username).await;
    settle(&member, choice, outcome).await
}

/// `POST /people/unblock`.
pub async fn unblock(member: Member, Fields(choice): Fields<Choice>) -> Answer {
    let outcome = member.chat().unblock(&member.viewer, &choice.username).await;
    settle(&member, choice, outcome).await
}

async fn settle(member: &Member, choice: Choice, outcome: Result<(), Error>) -> Answer {
    match outcome {
        Ok(()) => Ok(back(&choice)),
        Err(error) => list(member, choice.q, Some(problem::told(error))).await,
    }
}

fn back(choice: &Choice) -> Response {
    match (choice.room, choice.q.as_str()) {
        (Some(room), _) => see_other(&format!("/r/{room}/details")),
        (None, "") => see_other("/people"),
        (None, q) => see_other(&format!("/people?q={}", escaped(q))),
    }
}

async fn list(member: &Member, query: String, error: Option<Refusal>) -> Answer {
    let failed = |error| member.problem(error);
    let people = member.chat().people(&member.viewer).await.map_err(failed)?;
    let found = match query.trim() {
        "" => Vec::new(),
        text => member.chat().find_people(&member.viewer, text).await.map_err(failed)?,
    };
    let blocked = member.chat().blocked(&member.viewer).await.map_err(failed)?;
    let asking = people.iter().filter(|row| row.relation == Relation::Asking).count();
    let beside = Beside { requests: i64::try_from(asking).unwrap_or(i64::MAX), ..Beside::default() };
    Ok(member.page_beside(Page::People(PeoplePage { query, found, people, blocked, error }), beside))
}
