//! Who is calling. Rule: every request looks its session up in the database, so that a logout or ban holds at once.

use crate::{
    api::v1,
    cookie,
    guard::{Nonce, cors::takes_tokens},
    problem,
    problem::Manner,
    state::AppState,
};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};

/// Puts the `domain::Viewer` behind the cookie, if there is one, into the request's extensions.
pub async fn resolve(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    // The API takes tokens only, each handler by itself: with a cookie, any site could act for whoever looks at it.
    let path = request.uri().path();
    let is_api = path.starts_with(v1::PREFIX);
    // Programs upload and read files at the same addresses as browsers.
    let viewer = match (v1::bearer(request.headers()), cookie::token(&state.config, request.headers())) {
        (Some(token), _) if takes_tokens(path) => Some(state.chat.bearer(token).await),
        (_, Some(token)) if !is_api => Some(state.chat.viewer(token).await),
        _ => None,
    };
    if let Some(found) = viewer {
        match found {
            Ok(Some(viewer)) => {
                request.extensions_mut().insert(viewer);
            }
            Ok(None) => {}
            Err(error) => {
                let manner = Manner::of(request.uri().path());
                let nonce = request.extensions().get::<Nonce>().cloned().unwrap_or_else(Nonce::fresh);
                return problem::refuse(&state, manner, None, &nonce, problem::told(error));
            }
        }
    }
    next.run(request).await
}
