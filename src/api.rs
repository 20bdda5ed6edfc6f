//! The door of the server functions. Rule: who calls and what is allowed is the domain's business; this hands both
//! over.

pub mod v1;

use crate::state::AppState;
use axum::{
    extract::{Request, State},
    http::{HeaderValue, header},
    response::Response,
};
use domain::Viewer;

/// `POST /api/fn/{name}`.
pub async fn call(State(state): State<AppState>, mut request: Request) -> Response {
    let viewer = request.extensions().get::<Viewer>().cloned();
    // With text/html, server functions answer a redirect to whatever Referer was sent (RELIABILITY F10).
    request.headers_mut().insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    request.headers_mut().remove(header::REFERER);
    app::call(state.chat, viewer, state.site.names(), request).await
}
