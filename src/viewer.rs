//! Who is calling. Rule: every request looks its session up in the database, so that a logout or ban holds at once.

use crate::{cookie, guard::Nonce, problem, problem::Manner, state::AppState};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};

/// Puts the `domain::Viewer` behind the cookie, if there is one, into the request's extensions.
pub async fn resolve(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    if let Some(token) = cookie::token(&state.config, request.headers()) {
        match state.chat.viewer(token).await {
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
