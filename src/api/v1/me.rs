//! Whoever calls.

use super::{
    asked::{Body, Caller, Picture},
    problem::{Answer, Done, Is},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use wire::{Epoch, Person, SessionId, Time};

/// Who calls, and with what.
#[derive(Serialize, JsonSchema)]
pub struct Me {
    /// Who.
    user: Person,
    /// The session that the token belongs to.
    session: SessionId,
    /// When the access token ends.
    expires_at: Time,
    /// Whether the account runs this installation.
    is_operator: bool,
    /// The life of the database: when it is another one, forget every position that you hold.
    epoch: Epoch,
}

/// How the caller shows themselves from now on. What is not said stays.
#[derive(Deserialize, JsonSchema)]
pub struct NewProfile {
    /// What they are called.
    display_name: Option<String>,
    /// What they say of themselves; may be empty.
    status: Option<String>,
}

/// `GET /api/v1/me`.
pub async fn read(caller: Caller) -> Answer<Is<Me>> {
    let (viewer, epoch) = (&caller.viewer, caller.epoch().clone());
    let user = caller.profile(viewer).await?;
    let (session, expires_at) = (viewer.session, viewer.expires_at);
    Ok(Is(Me { user, session, expires_at, is_operator: viewer.is_operator, epoch }))
}

/// `PATCH /api/v1/me`.
pub async fn change(caller: Caller, Body(new): Body<NewProfile>) -> Answer<Done> {
    let shown = caller.profile(&caller.viewer).await?;
    let (name, status) = (new.display_name.unwrap_or(shown.display_name), new.status.unwrap_or(shown.status));
    caller.set_profile(&caller.viewer, &name, &status).await?;
    Ok(Done)
}

/// `PUT /api/v1/me/avatar`.
pub async fn set_avatar(caller: Caller, Picture(bytes): Picture) -> Answer<Done> {
    caller.set_avatar(&caller.viewer, bytes).await?;
    Ok(Done)
}

/// `DELETE /api/v1/me/avatar`.
pub async fn remove_avatar(caller: Caller) -> Answer<Done> {
    caller.remove_avatar(&caller.viewer).await?;
    Ok(Done)
}
