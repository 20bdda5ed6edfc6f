//! Pages and the plain forms on them (SPEC 9): everything works without JavaScript. Rule: a form is answered 303, or
//! with itself, what was typed in it, the sentence and the refusal's status.

pub mod account;
pub mod admin;
pub mod avatar;
pub mod bid;
pub mod details;
pub mod inbox;
pub mod lobby;
pub mod message;
pub mod people;
pub mod place;
pub mod receipts;
pub mod room;
pub mod search;
pub mod settings;
pub mod subject;
pub mod visit;

use crate::pages::visit::Visit;
use axum::{http::Uri, response::Response};
use wire::Code;

/// What is there for every address that leads nowhere: the same as for a room that is not the visitor's.
pub async fn not_found(visit: Visit) -> Response {
    visit.refused(Code::NotFound.into())
}

/// The address exists, but not for this method; for whom it does not exist at all, it does not.
pub async fn wrong_method(visit: Visit, uri: Uri) -> Response {
    let is_hidden = uri.path().starts_with("/admin");
    if is_hidden && visit.viewer.as_ref().is_none_or(|viewer| visit.chat().admit_operator(viewer).is_err()) {
        return not_found(visit).await;
    }
    visit.refused(Code::WrongMethod.into())
}
