//! The one layer in front of everything. Rule: nothing that changes state runs before origin, size and time are
//! checked, and no answer leaves without the security headers (SPEC 8, RELIABILITY 6.2).

pub mod address;
pub mod cors;
mod headers;
mod limits;
mod origin;

pub use headers::Nonce;

use crate::{cookie, problem, state::AppState};
use axum::{
    extract::{Request, State},
    http::header,
    middleware::Next,
    response::Response,
};
use origin::Question;
use wire::Code;

/// Lets a request through, or refuses it, and completes the answer.
pub async fn stand(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let nonce = Nonce::fresh();
    request.extensions_mut().insert(nonce.clone());
    let host = request.headers().get(header::HOST).cloned();
    let manner = problem::Manner::of(request.uri().path());
    let patience = &state.config.patience;
    let wait = if limits::is_upload(&request) { patience.upload } else { patience.handler };
    let answer = match admit(&state, request).await {
        Ok(request) => limits::in_time(next.run(request), wait).await,
        Err(code) => Err(code),
    };
    let mut response = answer.unwrap_or_else(|code| problem::refuse(&state, manner, None, &nonce, code.into()));
    headers::put(&mut response, &state.config, host.as_ref(), &nonce);
    response
}

async fn admit(state: &AppState, request: Request) -> Result<Request, Code> {
    let question = Question {
        method: request.method(),
        headers: request.headers(),
        public_url: state.config.public_url.as_ref(),
        has_cookie: cookie::token(&state.config, request.headers()).is_some(),
        is_upgrade: request.headers().contains_key(header::UPGRADE),
    };
    if !question.is_our_own() && !cors::may_pass(&state.config.cors_origins, &request) {
        return Err(Code::ForeignOrigin);
    }
    limits::whole_body(request, &state.config.patience).await
}
