//! Pages and the plain forms on them (SPEC 9): everything works without JavaScript. Rule: a form is answered 303, or
//! with itself, what was typed in it, the sentence and the refusal's status.

pub mod account;
pub mod details;
pub mod inbox;
pub mod lobby;
pub mod people;
pub mod room;
pub mod visit;

use crate::pages::visit::Visit;
use axum::{http::StatusCode, response::Response};
use wire::{Code, Refusal};

/// What is there for every address that leads nowhere: the same as for a room that is not the visitor's.
pub async fn not_found(visit: Visit) -> Response {
    visit.refused(Code::NotFound.into())
}

/// The address exists, but not for this method.
pub async fn wrong_method(visit: Visit) -> Response {
    let message = "This address does not answer that. Go back and try again.".to_owned();
    let mut response = visit.refused(Refusal { message, ..Code::Malformed.into() });
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response
}
