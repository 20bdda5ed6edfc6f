//! Every address that the server answers. Rule: this table is the only list; tests/outsider.rs walks it, so that a door
//! without a denial case fails.

use crate::{api, assets, files, gateway, guard, health, offline, pages, state::AppState, telemetry, viewer};
use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{Extensions, HeaderMap, StatusCode, Version, header},
    middleware::{from_fn, from_fn_with_state},
    routing::{delete, get, head, options, patch, post},
};
use pages::{account, admin, bid, details, inbox, lobby, message, people, place, receipts, room, search, subject};
use tower_http::{
    CompressionLevel,
    compression::{
        CompressionLayer,
        predicate::{DefaultPredicate, Predicate},
    },
};

macro_rules! routes {
    ($($method:ident $pattern:literal $handler:path;)*) => {
        /// Method in lower case (`get` answers HEAD too) and pattern. The site's own files come on top.
        pub const ROUTES: &[(&str, &str)] = &[$((stringify!($method), $pattern)),*];

        fn doors() -> Router<AppState> {
            Router::new()$(.route($pattern, $method($handler)))*
        }
    };
}

routes! {
    get "/" inbox::open;
    get "/login" account::login;
    post "/login" account::log_in;
    get "/register" account::register;
    post "/register" account::create;
    post "/logout" account::log_out;
    get "/people" people::open;
    post "/people/request" people::request;
    post "/people/accept" people::accept;
    post "/people/decline" people::decline;
    post "/people/cancel" people::cancel;
    post "/people/remove" people::remove;
    post "/people/block" people::block;
    post "/people/unblock" people::unblock;
    get "/rooms" lobby::open;
    post "/rooms" lobby::create;
    get "/subjects" subject::open;
    post "/subjects" subject::create;
    get "/dm/{username}" room::direct;
    get "/r/{room}" room::open;
    post "/r/{room}" room::send;
    post "/r/{room}/read" room::read;
    get "/r/{room}/details" details::open;
    post "/r/{room}/change/{change}" details::change;
    get "/r/{room}/receipts/{seq}" receipts::open;
    get "/r/{room}/message/{seq}" message::open;
    post "/r/{room}/message/{seq}/{act}" message::act;
    get "/r/{room}/bids/new" bid::open;
    post "/r/{room}/bids/new" bid::make;
    get "/r/{room}/location" place::open;
    post "/r/{room}/location" place::send;
    get "/emoji" message::all;
    options "/files" files::options;
    post "/files" files::create;
    head "/files/{id}" files::progress;
    patch "/files/{id}" files::append;
    delete "/files/{id}" files::cancel;
    get "/files/{id}/thumbnail" files::read::small;
    get "/files/{id}/{name}" files::read::whole;
    get "/search" search::open;
    get "/admin" admin::users;
    post "/admin/users/{change}" admin::change_user;
    post "/admin/addresses/lift" admin::lift;
    get "/admin/rooms" admin::rooms;
    post "/admin/rooms/delete" admin::delete_room;
    get "/admin/audit" admin::audit;
    post "/api/fn/{*name}" api::call;
    get "/ws" gateway::open;
    get "/offline" offline::shell;
    get "/sw.js" offline::worker;
    get "/healthz" health::alive;
    get "/readyz" health::ready;
}

/// The whole server over its state.
pub fn router(state: AppState) -> Router {
    let site = state.site.paths().fold(Router::new(), |router, path| router.route(path, get(assets::serve)));
    doors()
        .fallback(pages::not_found)
        .method_not_allowed_fallback(pages::wrong_method)
        .layer(from_fn_with_state(state.clone(), viewer::resolve))
        // A room's page of 53 KB: gzip 3 makes 6.7 KB in 0.26 ms, brotli 4 makes 6.2 KB in 0.65 ms.
        .layer(CompressionLayer::new().quality(CompressionLevel::Precise(3)).compress_when(pages_only()))
        .merge(site)
        // The guard bounds every body, files by other limits than forms.
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn_with_state(state.clone(), guard::stand))
        .layer(from_fn(telemetry::trace))
        .with_state(state)
}

/// Files are handed out as they are, so that parts of them can be asked for.
fn pages_only() -> impl Predicate {
    let is_page =
        |_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions| !headers.contains_key(header::ACCEPT_RANGES);
    DefaultPredicate::new().and(is_page)
}
