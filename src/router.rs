//! Every address that the server answers. Rule: this table is the only list; tests/outsider.rs walks it, so that a door
//! without a denial case fails.

use crate::{api, api::v1, assets, files, gateway, guard, health, offline, pages, state::AppState, telemetry, viewer};
use aide::axum::ApiRouter;
use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{Extensions, HeaderMap, StatusCode, Version, header},
    middleware::{from_fn, from_fn_with_state},
    routing::{delete, get, head, options, patch, post},
};
use pages::{
    account, admin, avatar, bid, details, inbox, lobby, message, people, place, receipts, room, search, settings,
    subject,
};
use tower_http::{
    CompressionLevel,
    compression::{
        CompressionLayer,
        predicate::{DefaultPredicate, Predicate},
    },
};

macro_rules! routes {
    (
        pages { $($method:ident $pattern:literal $handler:path;)* }
        api { $($asked:ident $place:literal $operation:path, $summary:literal;)* }
    ) => {
        /// Method in lower case (`get` answers HEAD too) and pattern. The site's own files come on top.
        pub const ROUTES: &[(&str, &str)] =
            &[$((stringify!($method), $pattern),)* $((stringify!($asked), $place)),*];

        /// Those that the API's document describes.
        pub const OPERATIONS: &[(&str, &str)] = &[$((stringify!($asked), $place)),*];

        fn doors() -> Router<AppState> {
            Router::new()$(.route($pattern, $method($handler)))*
        }

        /// The API's doors, each with what its handler takes and gives.
        pub(crate) fn operations() -> ApiRouter<AppState> {
            ApiRouter::new()$(.api_route($place, described::$asked($operation, |operation| {
                v1::document::operation(operation, stringify!($operation), $summary)
            })))*
        }
    };
}

/// aide's names for what describes a handler while routing to it.
mod described {
    pub(super) use aide::axum::routing::{
        delete_with as delete, get_with as get, patch_with as patch, post_with as post, put_with as put,
    };
}

routes! {
    pages {
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
        get "/settings" settings::open;
        post "/settings" settings::save;
        post "/settings/avatar" avatar::set;
        post "/settings/avatar/remove" avatar::remove;
        get "/avatars/{id}" avatar::read;
        get "/admin" admin::users;
        post "/admin/users/{change}" admin::change_user;
        post "/admin/addresses/lift" admin::lift;
        get "/admin/rooms" admin::rooms;
        post "/admin/rooms/delete" admin::delete_room;
        get "/admin/audit" admin::audit;
        get "/admin/apps" admin::apps::open;
        post "/admin/apps" admin::apps::create;
        post "/admin/apps/keys" admin::apps::create_key;
        post "/admin/apps/keys/revoke" admin::apps::revoke;
        get "/admin/webhooks" admin::webhooks::open;
        post "/admin/webhooks/{change}" admin::webhooks::change;
        post "/api/fn/{*name}" api::call;
        get "/ws" gateway::open;
        get "/ws/chat/{room}" gateway::open_script;
        get "/ws/chat/{room}/" gateway::open_script;
        get "/offline" offline::shell;
        get "/sw.js" offline::worker;
        get "/healthz" health::alive;
        get "/readyz" health::ready;
        get "/api/v1/openapi.json" v1::document::read;
        get "/api/v1/docs" v1::docs::read;
    }
    api {
        post "/api/v1/token" v1::token::create, "Sign in by name and password";
        post "/api/v1/token/refresh" v1::token::refresh, "The next pair of tokens";
        post "/api/v1/token/revoke" v1::token::revoke, "Sign out";
        post "/api/v1/token/revoke-all" v1::token::revoke_all, "Sign out everywhere, in browsers as well";
        get "/api/v1/me" v1::me::read, "Who calls";
        patch "/api/v1/me" v1::me::change, "Another name or status";
        put "/api/v1/me/avatar" v1::me::set_avatar, "Another picture";
        delete "/api/v1/me/avatar" v1::me::remove_avatar, "No picture";
        get "/api/v1/users" v1::people::find, "Look for people by name";
        get "/api/v1/users/{username}" v1::people::read, "Somebody by name";
        get "/api/v1/connections" v1::people::connections, "Everybody who is connected, has asked or was asked";
        post "/api/v1/connections/{username}/{step}" v1::people::connect, "Ask, agree, decline, take back or end";
        get "/api/v1/blocks" v1::people::blocked, "Whom the caller has blocked";
        put "/api/v1/blocks/{username}" v1::people::block, "Block somebody, who is not told";
        delete "/api/v1/blocks/{username}" v1::people::unblock, "Lift a block";
        get "/api/v1/rooms" v1::rooms::list, "Every room of the caller, the last active first";
        post "/api/v1/rooms" v1::rooms::create, "Make a group";
        get "/api/v1/rooms/public" v1::rooms::public, "Groups that anybody may join, by title";
        put "/api/v1/rooms/direct/{username}" v1::rooms::direct, "The room with one person: the one there is, or a new one";
        get "/api/v1/rooms/{room}" v1::rooms::read, "One room";
        patch "/api/v1/rooms/{room}" v1::rooms::change, "Rename it, say what it is about, or how much of it to hear";
        post "/api/v1/rooms/{room}/join" v1::rooms::join, "Come into a public group";
        post "/api/v1/rooms/{room}/leave" v1::rooms::leave, "Leave";
        post "/api/v1/rooms/{room}/close" v1::rooms::close, "Close a room: it can be read only";
        post "/api/v1/rooms/{room}/reopen" v1::rooms::reopen, "Open it again";
        get "/api/v1/rooms/{room}/members" v1::members::list, "Who is in it, and what it is about";
        post "/api/v1/rooms/{room}/members" v1::members::invite, "Bring somebody in";
        delete "/api/v1/rooms/{room}/members/{username}" v1::members::remove, "Send somebody out";
        put "/api/v1/rooms/{room}/members/{username}/role" v1::members::role, "Give somebody a role";
        post "/api/v1/subjects" v1::subjects::open, "A conversation about a thing: the one there is, or a new one";
        post "/api/v1/rooms/{room}/notices" v1::subjects::notify, "Tell everybody something about the thing";
        get "/api/v1/rooms/{room}/messages" v1::messages::list, "A page of the log: its end, or before, after or around a position";
        post "/api/v1/rooms/{room}/messages" v1::messages::send, "Send a message, once";
        get "/api/v1/rooms/{room}/messages/{seq}" v1::messages::read, "One message";
        patch "/api/v1/rooms/{room}/messages/{seq}" v1::messages::edit, "Say it otherwise";
        delete "/api/v1/rooms/{room}/messages/{seq}" v1::messages::delete, "Take it away for good";
        get "/api/v1/rooms/{room}/messages/{seq}/receipts" v1::messages::receipts, "Who has got and read it";
        put "/api/v1/rooms/{room}/messages/{seq}/reactions/{emoji}" v1::messages::react, "React";
        delete "/api/v1/rooms/{room}/messages/{seq}/reactions/{emoji}" v1::messages::unreact, "Take a reaction back";
        post "/api/v1/rooms/{room}/messages/{seq}/decision" v1::messages::decide, "Decide about a bid";
        post "/api/v1/rooms/{room}/bids" v1::messages::bid, "Make a bid";
        get "/api/v1/search" v1::search::messages, "Look for messages, the newest first";
        post "/api/v1/cursors/read" v1::cursors::read, "Everything up to there is read, in several rooms";
        post "/api/v1/cursors/delivered" v1::cursors::delivered, "Everything up to there is held, in several rooms";
        post "/api/v1/events" v1::events::missed, "What came after positions in several rooms";
        put "/api/v1/host/users" v1::host::upsert_user, "The account of a user of the application: the one there is, or a new one (scope users)";
        post "/api/v1/host/tokens" v1::host::mint, "Sign a user of the application in (scope tokens)";
        post "/api/v1/host/subjects" v1::host::open, "A room about a thing of the application: the one there is, or a new one (scope subjects)";
        get "/api/v1/host/subjects/{room}" v1::host::read, "One of these rooms (scope subjects)";
        patch "/api/v1/host/subjects/{room}" v1::host::edit, "Rename it, say where the thing is, bring people in and send people out: all of it or nothing (scope subjects)";
        post "/api/v1/host/subjects/{room}/close" v1::host::close, "Close it: it can be read only (scope subjects)";
        post "/api/v1/host/subjects/{room}/reopen" v1::host::reopen, "Open it again (scope subjects)";
        post "/api/v1/host/subjects/{room}/notices" v1::host::notify, "Tell everybody in it something, once (scope notices)";
        get "/api/v1/host/webhooks" v1::webhooks::list, "Where the application is told of what happens (scope webhooks)";
        post "/api/v1/host/webhooks" v1::webhooks::create, "A new webhook; its secret is shown once (scope webhooks)";
        patch "/api/v1/host/webhooks/{webhook}" v1::webhooks::change, "Lead it elsewhere, to other topics, pause or resume it (scope webhooks)";
        delete "/api/v1/host/webhooks/{webhook}" v1::webhooks::remove, "End it (scope webhooks)";
        post "/api/v1/host/webhooks/{webhook}/test" v1::webhooks::test, "Send it a ping, and say what came of it (scope webhooks)";
        get "/api/v1/host/webhooks/{webhook}/deliveries" v1::webhooks::deliveries, "What came of the last requests (scope webhooks)";
        post "/api/v1/ws-ticket" v1::ticket::create, "A ticket for one socket";
    }
}

/// The whole server over its state.
pub fn router(state: AppState) -> Router {
    let site = state.site.paths().fold(Router::new(), |router, path| router.route(path, get(assets::serve)));
    doors()
        .merge(v1::document::document().1)
        .fallback(pages::not_found)
        .method_not_allowed_fallback(pages::wrong_method)
        .layer(from_fn_with_state(state.clone(), viewer::resolve))
        // A room's page of 53 KB: gzip 3 makes 6.7 KB in 0.26 ms, brotli 4 makes 6.2 KB in 0.65 ms.
        .layer(CompressionLayer::new().quality(CompressionLevel::Precise(3)).compress_when(pages_only()))
        .merge(site)
        // The guard bounds every body, files by other limits than forms.
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn_with_state(state.clone(), guard::stand))
        .layer(from_fn_with_state(state.clone(), guard::cors::share))
        .layer(from_fn(telemetry::trace))
        .with_state(state)
}

/// Files are handed out as they are, so that parts of them can be asked for.
fn pages_only() -> impl Predicate {
    let is_page =
        |_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions| !headers.contains_key(header::ACCEPT_RANGES);
    DefaultPredicate::new().and(is_page)
}
