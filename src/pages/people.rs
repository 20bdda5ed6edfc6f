//! `/people`: find, request, accept, decline, cancel, remove. Rule: every action is idempotent and comes back to the
//! search that it was made from.

use super::visit::{Answer, Asked, Fields, Member, see_other};
use crate::problem;
use app::{Page, PeoplePage, escaped};
use axum::response::Response;
use domain::Error;
use serde::Deserialize;
use wire::{PersonRow, Refusal};

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
}

/// `GET /people`.
pub async fn open(member: Member, Asked(search): Asked<Search>) -> Answer {
    list(&member, search.q, None).await
}

/// `POST /people/request`.
pub async fn request(member: Member, Fields(choice): Fields<Choice>) -> Answer {
    let outcome = member.chat().request_connection(&member.viewer, &choice.username).await;
    settle(&member, choice.q, outcome).await
}

/// `POST /people/accept`.
pub async fn accept(member: Member, Fields(choice): Fields<Choice>) -> Answer {
    let outcome = member.chat().accept_connection(&member.viewer, &choice.username).await;
    settle(&member, choice.q, outcome).await
}

/// `POST /people/decline`.
pub async fn decline(member: Member, Fields(choice): Fields<Choice>) -> Answer {
    let outcome = member.chat().decline_connection(&member.viewer, &choice.username).await;
    settle(&member, choice.q, outcome).await
}

/// `POST /people/cancel`.
pub async fn cancel(member: Member, Fields(choice): Fields<Choice>) -> Answer {
    let outcome = member.chat().cancel_request(&member.viewer, &choice.username).await;
    settle(&member, choice.q, outcome).await
}

/// `POST /people/remove`.
pub async fn remove(member: Member, Fields(choice): Fields<Choice>) -> Answer {
    let outcome = member.chat().remove_connection(&member.viewer, &choice.username).await;
    settle(&member, choice.q, outcome).await
}

async fn settle(member: &Member, q: String, outcome: Result<PersonRow, Error>) -> Answer {
    match outcome {
        Ok(_) => Ok(back(&q)),
        Err(error) => list(member, q, Some(problem::told(error))).await,
    }
}

fn back(q: &str) -> Response {
    if q.is_empty() { see_other("/people") } else { see_other(&format!("/people?q={}", escaped(q))) }
}

async fn list(member: &Member, query: String, error: Option<Refusal>) -> Answer {
    let failed = |error| member.problem(error);
    let people = member.chat().people(&member.viewer).await.map_err(failed)?;
    let found = match query.trim() {
        "" => Vec::new(),
        text => member.chat().find_people(&member.viewer, text).await.map_err(failed)?,
    };
    Ok(member.page(Page::People(PeoplePage { query, found, people, error })))
}
