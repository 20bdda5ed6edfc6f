//! The WebSockets `/ws` and `/ws/chat/{room}` (SPEC 9): who comes in, and how. Rule: what can be refused with an HTTP status is refused before
//! the upgrade; who is not signed in gets the upgrade, an `error` and a close code, since a browser cannot see a status.

mod catch_up;
mod dispatch;
mod flood;
mod script;
mod session;
mod socket;

use crate::{
    api::v1,
    guard::Nonce,
    problem::{self, Manner},
    state::AppState,
};
use axum::{
    body::Body,
    extract::{Path, Request, State, rejection::PathRejection},
    response::Response,
};
use domain::{Attachment, Error, Viewer};
use hyper::upgrade::OnUpgrade;
use socket::{Farewell, Socket};
use std::time::Duration;
use tokio_tungstenite::tungstenite::handshake::server::create_response_with_body;
use wire::{Code, Refusal, frame::close, limits};

/// How long a socket may do nothing. Tests shorten it; nothing else changes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Silence after which the server sends a WebSocket ping.
    pub ping_ms: u64,
    /// Silence after which the socket is cut.
    pub idle_ms: u64,
    /// The peer must take a piece of at most 32 KiB within this, or is closed with 4008.
    pub write_ms: u64,
    /// Time for acks on their way and for the peer's own close frame when a socket is closed.
    pub drain_ms: u64,
}

impl Default for Pace {
    fn default() -> Self {
        Self { ping_ms: limits::SERVER_PING_MS, idle_ms: limits::SOCKET_IDLE_MS, write_ms: 10_000, drain_ms: 2_000 }
    }
}

/// What a socket is about.
enum Room {
    /// All rooms of its user.
    All,
    /// This one, as a script's address names it.
    Script(String),
}

/// `GET /ws`. The guard has checked Origin and `Sec-Fetch-*`, and has put the `Viewer`, if any, into the extensions.
pub async fn open(State(state): State<AppState>, request: Request) -> Response {
    enter(state, request, Room::All).await
}

/// `GET /ws/chat/{room}`.
pub async fn open_script(
    State(state): State<AppState>,
    room: Result<Path<String>, PathRejection>,
    request: Request,
) -> Response {
    // What cannot be read names no room.
    let room = room.map(|Path(room)| room).unwrap_or_default();
    enter(state, request, Room::Script(room)).await
}

async fn enter(state: AppState, mut request: Request, room: Room) -> Response {
    let upgrade = request.extensions_mut().remove::<OnUpgrade>();
    let response = create_response_with_body(&request, Body::empty);
    let (Some(upgrade), Ok(response)) = (upgrade, response) else {
        return refuse(&state, &request, Code::Malformed.into());
    };
    if state.shutdown.is_cancelled() {
        return refuse(&state, &request, Code::Overloaded.into());
    }
    let viewer = match Shown::by(&request).viewer(&state).await {
        Ok(viewer) => viewer,
        Err(error) => return refuse(&state, &request, problem::told(error)),
    };
    match admit(&state, viewer.as_ref()).await {
        Ok(admission) => {
            let tracker = state.tracker.clone();
            tracker.spawn(serve(state, upgrade, admission, room));
            response
        }
        Err(refusal) => refuse(&state, &request, refusal),
    }
}

/// What a request shows of who opens the socket. What is shown on purpose counts: `Authorization`, then a ticket in the address; else the
/// cookie, which the guard has let through from our own pages only.
enum Shown {
    Bearer(String),
    Ticket(String),
    Cookie(Option<Viewer>),
}

impl Shown {
    fn by(request: &Request) -> Self {
        if let Some(token) = v1::bearer(request.headers()) {
            return Self::Bearer(token.to_owned());
        }
        let mut fields = request.uri().query().unwrap_or_default().split('&');
        match fields.find_map(|field| field.strip_prefix("token=")) {
            Some(ticket) => Self::Ticket(ticket.to_owned()),
            None => Self::Cookie(request.extensions().get::<Viewer>().cloned()),
        }
    }

    /// # Errors
    /// The database does not answer.
    async fn viewer(self, state: &AppState) -> Result<Option<Viewer>, Error> {
        match self {
            Self::Bearer(token) => state.chat.bearer(&token).await,
            Self::Ticket(ticket) => state.chat.redeem_ticket(&ticket).await,
            Self::Cookie(viewer) => Ok(viewer),
        }
    }
}

/// Who gets the upgrade.
enum Admission {
    /// A signed-in person with a place in the fan-out.
    In(Viewer, Attachment),
    /// Somebody who is told why and sent away.
    Out(u16, Refusal),
}

/// # Errors
/// What is answered instead of the upgrade: too many sockets, or the server cannot serve one now.
async fn admit(state: &AppState, viewer: Option<&Viewer>) -> Result<Admission, Refusal> {
    let Some(viewer) = viewer else { return Ok(Admission::Out(close::SIGNED_OUT, Code::SignedOut.into())) };
    match state.chat.attach(viewer).await {
        Ok(attachment) => Ok(Admission::In(viewer.clone(), attachment)),
        Err(error) => match problem::told(error) {
            refusal if refusal.code == Code::SignedOut => Ok(Admission::Out(close::SIGNED_OUT, refusal)),
            refusal if refusal.code == Code::Banned => Ok(Admission::Out(close::FORBIDDEN, refusal)),
            refusal => Err(refusal),
        },
    }
}

/// The life of one socket, in one task that the server waits for when it stops. Dropping it releases everything.
async fn serve(state: AppState, upgrade: OnUpgrade, admission: Admission, room: Room) {
    let pace = state.config.pace;
    let limit = Duration::from_millis(pace.idle_ms);
    let Ok(Ok(upgraded)) = tokio::time::timeout(limit, upgrade).await else { return };
    let mut socket = Socket::open(upgraded, pace).await;
    match admission {
        Admission::In(viewer, attachment) => session::run(&state, &viewer, attachment, room, &mut socket).await,
        Admission::Out(code, refusal) => Box::pin(socket.close(Farewell::refused(code, refusal))).await,
    }
}

fn refuse(state: &AppState, request: &Request, refusal: Refusal) -> Response {
    let nonce = request.extensions().get::<Nonce>().cloned().unwrap_or_else(Nonce::fresh);
    problem::refuse(state, Manner::Json, None, &nonce, refusal)
}
