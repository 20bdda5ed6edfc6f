//! One request for a page: who asks, and how the answer is drawn. Rule: whoever is not signed in is led to the login
//! and back, on this site only.

use crate::{clock::now_ms, cookie, guard::Nonce, problem, problem::Manner, state::AppState};
use app::{Page, Shell, Zone, escaped};
use axum::{
    Form,
    extract::{FromRequest, FromRequestParts, Query, Request},
    http::{HeaderValue, Method, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use domain::{Chat, Error, Viewer};
use serde::de::DeserializeOwned;
use std::{convert::Infallible, ops::Deref};
use wire::{Beside, Cid, Code, Refusal};

/// What a page handler answers: the second is what it could not do, already drawn.
pub type Answer = Result<Response, Response>;

/// A request by anybody.
pub struct Visit {
    /// The server.
    pub state: AppState,
    /// Who asks.
    pub viewer: Option<Viewer>,
    nonce: Nonce,
    manner: Manner,
    zone: Zone,
}

impl Visit {
    /// The domain.
    pub fn chat(&self) -> &Chat {
        &self.state.chat
    }

    /// A page as this visitor sees it.
    pub fn page(&self, page: Page) -> Response {
        self.page_beside(page, Beside::default())
    }

    /// The same with what stands beside the visitor's conversations.
    pub fn page_beside(&self, page: Page, beside: Beside) -> Response {
        let shell = shell(&self.state, self.viewer.as_ref(), &self.nonce);
        problem::page(Shell { zone: self.zone, beside, ..shell }, page)
    }

    /// Where the visitor lives, as far as their browser has told.
    pub fn zone(&self) -> Zone {
        self.zone
    }

    /// What says what went wrong.
    pub fn problem(&self, error: Error) -> Response {
        self.refused(problem::told(error))
    }

    /// The same for a refusal.
    pub fn refused(&self, refusal: Refusal) -> Response {
        problem::refuse(&self.state, self.manner, self.viewer.as_ref(), &self.nonce, refusal)
    }
}

impl FromRequestParts<AppState> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        let nonce = parts.extensions.get::<Nonce>().cloned().unwrap_or_else(Nonce::fresh);
        let manner = Manner::of(parts.uri.path());
        let zone = cookie::value("zone", &parts.headers).and_then(Zone::parse).unwrap_or_default();
        Ok(Self { state: state.clone(), viewer: parts.extensions.get().cloned(), nonce, manner, zone })
    }
}

/// A request by somebody who is signed in; others are sent to the login.
pub struct Member {
    visit: Visit,
    /// Who asks.
    pub viewer: Viewer,
}

impl Member {
    /// A page that says how many people wait for an answer.
    pub async fn page_counted(&self, page: Page) -> Answer {
        let requests = self.chat().requests_count(&self.viewer).await.map_err(|error| self.problem(error))?;
        Ok(self.page_beside(page, Beside { requests, ..Beside::default() }))
    }
}

impl Deref for Member {
    type Target = Visit;

    fn deref(&self) -> &Visit {
        &self.visit
    }
}

impl FromRequestParts<AppState> for Member {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        let Ok(visit) = Visit::from_request_parts(parts, state).await;
        match visit.viewer.clone() {
            Some(viewer) => Ok(Self { visit, viewer }),
            None => Err(to_the_door(state, &back_to(parts)).await),
        }
    }
}

/// What a form sent; a form that is not one of ours gets a page that says so.
pub struct Fields<T>(pub T);

impl<T: DeserializeOwned> FromRequest<AppState> for Fields<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let Ok(visit) = Visit::from_request_parts(&mut parts, state).await;
        match Form::from_request(Request::from_parts(parts, body), state).await {
            Ok(Form(fields)) => Ok(Self(fields)),
            Err(_) => Err(visit.refused(Code::Malformed.into())),
        }
    }
}

/// What the address asks for; what cannot be read there is not asked for.
pub struct Asked<T>(pub T);

impl<T: DeserializeOwned + Default> FromRequestParts<AppState> for Asked<T> {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Infallible> {
        Ok(Self(Query::try_from_uri(&parts.uri).map(|Query(asked)| asked).unwrap_or_default()))
    }
}

/// A form's answer goes elsewhere; `Location` is always a path of this site.
pub fn see_other(path: &str) -> Response {
    match HeaderValue::try_from(path) {
        Ok(path) => (StatusCode::SEE_OTHER, [(header::LOCATION, path)]).into_response(),
        Err(_) => (StatusCode::SEE_OTHER, [(header::LOCATION, "/")]).into_response(),
    }
}

/// `next` as it came back from a form: a path of this site, or the inbox.
pub fn local_path(next: &str) -> &str {
    let is_plain = next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if next.starts_with('/') && !next.starts_with("//") && is_plain { next } else { "/" }
}

/// The id of what a form will send.
pub fn fresh_cid() -> Cid {
    Cid::new(now_ms(), rand::random())
}

/// The id of the form after a refusal. What may have been stored, or will be accepted later, keeps its id (C2); what was
/// refused is another thing next time.
pub fn next_cid(refusal: &Refusal, cid: Cid) -> Cid {
    if matches!(refusal.code, Code::TryAgain | Code::SlowDown | Code::Overloaded) { cid } else { fresh_cid() }
}

/// What the page needs besides its contents.
pub fn shell(state: &AppState, viewer: Option<&Viewer>, nonce: &Nonce) -> Shell {
    Shell {
        beside: Beside::default(),
        zone: Zone::default(),
        viewer: viewer.map(Viewer::person),
        is_operator: viewer.is_some_and(|viewer| viewer.is_operator),
        epoch: state.chat.epoch().clone(),
        nonce: nonce.0.clone(),
        site: state.site.names(),
    }
}

/// The login, or the registration while nobody has an account.
async fn to_the_door(state: &AppState, next: &str) -> Response {
    let door = if state.chat.has_accounts().await.unwrap_or(true) { "/login" } else { "/register" };
    match next {
        "/" => see_other(door),
        next => see_other(&format!("{door}?next={}", escaped(next))),
    }
}

/// Where to go after signing in: the page that was asked for, or the one that the form stood on.
fn back_to(parts: &Parts) -> String {
    let path = parts.uri.path();
    if parts.method == Method::GET {
        return parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    }
    match path.split('/').nth(1) {
        Some("people") => "/people".to_owned(),
        Some("rooms") => "/rooms".to_owned(),
        Some("settings") => "/settings".to_owned(),
        Some("subjects") => "/subjects".to_owned(),
        Some("r") => path.split('/').take(3).collect::<Vec<_>>().join("/"),
        _ => "/".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn next_never_leaves_this_site() {
        for good in ["/", "/r/5", "/people?q=a%20b", "/r/5?before=7"] {
            assert_eq!(local_path(good), good);
        }
        for bad in ["", "r/5", "//evil", "/\\evil", "https://evil", "/a\r\nSet-Cookie: x=y", "/a b", "/ü", "\t/"] {
            assert_eq!(local_path(bad), "/", "{bad}");
        }
    }
}
