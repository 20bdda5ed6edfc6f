//! The server's side of this crate: how server functions are reached, and how they reach the domain. Rule: who is calling
//! comes from the guard's session lookup, never from an argument.

pub(crate) mod poll;

use crate::{api, page::Site, trouble::Trouble};
use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Json, Response},
};
use domain::{Chat, Viewer};
use leptos::{
    prelude::{FromServerFnError, provide_context, use_context},
    reactive::{computed::ScopedFuture, owner::Owner},
    server_fn::{axum as functions, error::SERVER_FN_ERROR_HEADER},
};
use std::sync::Arc;
use wire::{Code, Refusal, UserId, frame::ServerFrame};

/// Who calls, and whom.
#[derive(Clone)]
struct Call {
    chat: Chat,
    viewer: Option<Viewer>,
    site: Arc<Site>,
}

/// Prepares Leptos; once per process, before the first [`crate::render`] or [`call`].
pub fn start() {
    // Fails only when an executor is there already, which is as good.
    let _ = any_spawner::Executor::init_tokio();
    functions::register_explicit::<api::Inbox>();
    functions::register_explicit::<api::History>();
    functions::register_explicit::<api::RoomPage>();
    functions::register_explicit::<api::MarkRead>();
    functions::register_explicit::<api::SendMessage>();
    functions::register_explicit::<api::AmendMessage>();
    functions::register_explicit::<api::MakeBid>();
    functions::register_explicit::<api::DecideBid>();
    functions::register_explicit::<api::Poll>();
    functions::register_explicit::<api::CanTalk>();
    functions::register_explicit::<api::FindPeople>();
    functions::register_explicit::<api::FindMembers>();
    functions::register_explicit::<api::SetLevel>();
    functions::register_explicit::<api::RequestConnection>();
    functions::register_explicit::<api::AcceptConnection>();
    functions::register_explicit::<api::DeclineConnection>();
    functions::register_explicit::<api::CancelRequest>();
    functions::register_explicit::<api::RemoveConnection>();
    functions::register_explicit::<api::Block>();
    functions::register_explicit::<api::Unblock>();
    functions::register_explicit::<api::Blocked>();
    functions::register_explicit::<api::OpenSubject>();
    functions::register_explicit::<api::PushState>();
    functions::register_explicit::<api::PushOn>();
    functions::register_explicit::<api::PushOff>();
    functions::register_explicit::<api::PushTest>();
    functions::register_explicit::<api::LogOut>();
}

/// The paths of all server functions, each for POST, in order.
pub fn server_functions() -> Vec<&'static str> {
    start();
    let mut paths: Vec<_> = functions::server_fn_paths().map(|(path, _)| path).collect();
    paths.sort_unstable();
    paths
}

/// Runs the server function that the request names. Limits of body, origin and content type are the guard's.
pub async fn call(chat: Chat, viewer: Option<Viewer>, site: Arc<Site>, mut request: Request) -> Response {
    // A browser's own Accept makes server functions answer forms with a redirect; there are none.
    request.headers_mut().insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    let Some(mut function) = functions::get_server_fn_service(request.uri().path(), request.method().clone()) else {
        return refused(Code::NotFound.into());
    };
    let owner = Owner::new();
    let work = owner.with(|| {
        provide_context(Call { chat, viewer, site });
        ScopedFuture::new(async move { function.run(request).await })
    });
    let response = work.await;
    drop(owner);
    if response.headers().contains_key(SERVER_FN_ERROR_HEADER) { with_status(response).await } else { response }
}

/// Server functions answer every error with 500; the code knows better.
async fn with_status(response: Response<Body>) -> Response {
    const REFUSAL_BYTES_MAX: usize = 64 * 1024;
    let body = to_bytes(response.into_body(), REFUSAL_BYTES_MAX).await.unwrap_or_default();
    refused(Trouble::de(body).0)
}

fn refused(refusal: Refusal) -> Response {
    let status = StatusCode::from_u16(refusal.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, Json(refusal)).into_response()
}

/// The domain and who calls, inside a server function that needs a session.
pub(crate) fn signed_in() -> Result<(Chat, Viewer), Trouble> {
    let call = use_context::<Call>().ok_or(Code::TryAgain)?;
    Ok((call.chat, call.viewer.ok_or(Code::SignedOut)?))
}

/// The same, if it is who the caller believes to be: another tab may have signed in somebody else since.
pub(crate) fn signed_in_as(user: Option<UserId>) -> Result<(Chat, Viewer), Trouble> {
    let (chat, viewer) = signed_in()?;
    match user.is_none_or(|user| user == viewer.user) {
        true => Ok((chat, viewer)),
        false => Err(Code::SignedOut.into()),
    }
}

/// A server's first words, with the site that it serves.
pub(crate) async fn welcome(chat: &Chat, viewer: &Viewer) -> Result<ServerFrame, Trouble> {
    let site = use_context::<Call>().map(|call| call.site);
    let welcome = chat.welcome(viewer).await.map_err(told)?;
    Ok(welcome.of_build(site.as_ref().and_then(|site| site.build.as_deref())))
}

/// What may be told of a domain's error. The rest goes to the log.
pub(crate) fn told(error: domain::Error) -> Trouble {
    match &error {
        domain::Error::Refused(_) => {}
        domain::Error::Unknown => tracing::warn!("the outcome of a write is not known"),
        domain::Error::Internal(source) => tracing::error!(error = %source, "a server function failed"),
    }
    Trouble(error.refusal())
}
