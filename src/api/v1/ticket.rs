//! What opens a socket where no header can be sent. Rule: it is worth one socket, and nothing half a minute later, for addresses end in
//! logs.

use super::{
    asked::Caller,
    problem::{Answer, Made},
};
use schemars::JsonSchema;
use serde::Serialize;
use wire::Time;

/// For `/ws?token=…`, once.
#[derive(Serialize, JsonSchema)]
pub struct SocketTicket {
    /// The ticket.
    ticket: String,
    /// When it is worth nothing any more.
    expires_at: Time,
}

/// `POST /api/v1/ws-ticket`.
pub async fn create(caller: Caller) -> Answer<Made<SocketTicket>> {
    let ticket = caller.socket_ticket(&caller.viewer).await?;
    Ok(Made(SocketTicket { ticket: ticket.ticket, expires_at: ticket.expires_at }))
}
