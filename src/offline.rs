//! What lets a browser open the app without a server: the shell, and the service worker that keeps it. Rule: the same for
//! everybody who asks, so that nothing personal can get into it.

use crate::{guard::Nonce, pages, problem, state::AppState};
use app::Page;
use axum::{
    Extension,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};

/// What the service worker does; [`head`] says of which files.
pub const WORKER: &str = include_str!("../public/worker.js");

/// `GET /offline`: a page that its chat fills from what this browser keeps.
pub async fn shell(State(state): State<AppState>, Extension(nonce): Extension<Nonce>) -> Response {
    problem::page(pages::visit::shell(&state, None, &nonce), Page::Offline)
}

/// `GET /sw.js`. Other bytes for another build, by which a browser notices it.
pub async fn worker(State(state): State<AppState>) -> Response {
    let script = head(state.site.build().unwrap_or_default(), state.site.paths()) + WORKER;
    let headers = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")];
    (headers, script).into_response()
}

/// Names the build and what is kept of it.
fn head<'a>(build: &str, paths: impl Iterator<Item = &'a str>) -> String {
    let is_loaded = |path: &&str| [".css", ".js", ".wasm", ".svg"].iter().any(|end| path.ends_with(end));
    let files: Vec<&str> = std::iter::once("/offline").chain(paths.filter(is_loaded)).collect();
    format!("const build = {build:?};\nconst files = {files:?};\n")
}
