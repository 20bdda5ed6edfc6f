//! Pages of other sites that the operator lets use the API (CORS). Rule: what they may reach is the API and its sockets, by token only;
//! no cookie counts there, and every other address is as closed to them as to anybody.

use crate::{api::v1, config::PublicUrl, state::AppState};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, header},
    middleware::Next,
    response::Response,
};
use std::{convert::Infallible, time::Duration};
use tower::{Layer, ServiceExt, service_fn};
use tower_http::cors::{AllowOrigin, CorsLayer};

/// For how long a browser remembers what it may do.
const REMEMBERED: Duration = Duration::from_secs(600);

/// How uploads speak.
const TUS: [&str; 4] = ["tus-resumable", "upload-length", "upload-metadata", "upload-offset"];

/// Answers what browsers ask before a request, and says with each answer who may read it.
pub async fn share(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if !(is_api(request.uri().path()) || takes_tokens(request.uri().path()))
        || !is_from(&state.config.cors_origins, request.headers())
    {
        return next.run(request).await;
    }
    let answered = service_fn(|request| {
        let next = next.clone();
        async move { Ok::<_, Infallible>(next.run(request).await) }
    });
    match layer(&state.config.cors_origins).layer(answered).oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

fn is_api(path: &str) -> bool {
    path.starts_with(v1::PREFIX)
}

/// Whether a path is one of browsers where a program may come with a token: files and faces.
pub fn takes_tokens(path: &str) -> bool {
    path == "/files" || path.starts_with("/files/") || path.starts_with("/avatars/")
}

/// Whether a page of one of these sites asks for something that it may have: the API, or a socket to which it shows a token.
pub fn may_pass(origins: &[PublicUrl], request: &Request) -> bool {
    let path = request.uri().path();
    let shows_token = || {
        let query = request.uri().query().unwrap_or_default();
        v1::bearer(request.headers()).is_some() || query.split('&').any(|field| field.starts_with("token="))
    };
    let is_socket = path == "/ws" || path.starts_with("/ws/");
    is_from(origins, request.headers()) && (is_api(path) || (is_socket || takes_tokens(path)) && shows_token())
}

fn is_from(origins: &[PublicUrl], headers: &HeaderMap) -> bool {
    let mut lines = headers.get_all(header::ORIGIN).iter();
    let Some(origin) = lines.next().filter(|_| lines.next().is_none()) else { return false };
    origins.iter().any(|known| known.as_str().as_bytes() == origin.as_bytes())
}

fn layer(origins: &[PublicUrl]) -> CorsLayer {
    let origins = origins.iter().filter_map(|origin| HeaderValue::from_str(origin.as_str()).ok());
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers(names(["authorization", "content-type", "idempotency-key"]))
        .expose_headers(names(["location", "retry-after"]))
        .max_age(REMEMBERED)
}

/// These headers, and those of uploads.
fn names<const N: usize>(these: [&'static str; N]) -> Vec<HeaderName> {
    these.into_iter().chain(TUS).map(HeaderName::from_static).collect()
}
