//! From an error to an answer: a page for people, JSON for programs. Rule: the user sees the refusal only; what is
//! inside an internal error is logged here, once.

use crate::{
    api::v1::{self, problem::Problem},
    guard::Nonce,
    pages::visit::shell,
    state::AppState,
};
use app::{Page, Shell};
use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use domain::{Error, Viewer};
use wire::{Code, Refusal};

/// Seconds after which a server that could not answer is asked again.
const AWAY_S: i64 = 2;

/// How an answer speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// HTML.
    Page,
    /// A [`Refusal`] as JSON.
    Json,
    /// The same as RFC 9457 has it, for the API.
    Problem,
}

impl Manner {
    /// Programs call below `/api/`, `/ws` and `/files`; everything else is a page.
    pub fn of(path: &str) -> Self {
        if path.starts_with(v1::PREFIX) {
            return Self::Problem;
        }
        // What is read below an upload, a browser may open as a page.
        let is_upload = path == "/files" || path.strip_prefix("/files/").is_some_and(|id| !id.contains('/'));
        let is_program = path.starts_with("/api/") || path == "/ws" || path.starts_with("/ws/") || is_upload;
        if is_program { Self::Json } else { Self::Page }
    }
}

/// What may be told of a domain's error. The rest goes to the log.
pub fn told(error: Error) -> Refusal {
    match &error {
        Error::Refused(_) => {}
        Error::Unknown => tracing::warn!("the outcome of a write is not known"),
        Error::Internal(source) => tracing::error!(error = %source, "a request failed"),
    }
    error.refusal()
}

/// The answer to a request that was refused.
pub fn refuse(state: &AppState, manner: Manner, viewer: Option<&Viewer>, nonce: &Nonce, refusal: Refusal) -> Response {
    let status = status(refusal.code.status());
    let wait_ms = refusal.wait_ms;
    let response = match manner {
        Manner::Problem => return Problem::from(refusal).into_response(),
        Manner::Json => (status, Json(refusal)).into_response(),
        Manner::Page if refusal.code == Code::NotFound => page(shell(state, viewer, nonce), Page::NotFound),
        Manner::Page => {
            let problem = Page::Problem { status: status.as_u16(), sentence: refusal.message };
            page(shell(state, viewer, nonce), problem)
        }
    };
    with_wait(response, wait_ms)
}

/// A page with the status that belongs to it.
pub fn page(shell: Shell, page: Page) -> Response {
    let status = status(page.status());
    let wait_ms = page.refusal().and_then(|refusal| refusal.wait_ms);
    with_wait((status, Html(app::render(page, shell))).into_response(), wait_ms)
}

/// `Retry-After`, where it helps to come back.
fn with_wait(mut response: Response, wait_ms: Option<i64>) -> Response {
    let is_away = response.status() == StatusCode::SERVICE_UNAVAILABLE;
    if let Some(seconds) = wait_ms.map(|wait_ms| (wait_ms + 999) / 1_000).or(is_away.then_some(AWAY_S)) {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn status(number: u16) -> StatusCode {
    StatusCode::from_u16(number).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
