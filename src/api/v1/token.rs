//! Signing in and out. Rule: the domain counts attempts, here as on the login page.

use super::{
    asked::{Anybody, Body, Caller},
    problem::{Answer, Done, Is},
};
use crate::clock::now_ms;
use domain::{Login, Tokens};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use wire::Person;

/// Who signs in.
#[derive(Deserialize, JsonSchema)]
pub struct SignIn {
    /// The name of the account.
    username: String,
    /// Its password; absent for an account without one, where the operator allows that.
    password: Option<String>,
}

/// A refresh token, as it was handed out.
#[derive(Deserialize, JsonSchema)]
pub struct Shown {
    /// The token.
    refresh_token: String,
}

/// What a program is signed in with.
#[derive(Serialize, JsonSchema)]
pub struct TokenPair {
    /// For `Authorization: Bearer`.
    access_token: String,
    /// How it is sent.
    token_type: &'static str,
    /// Seconds that it holds.
    expires_in: i64,
    /// Gets the next pair, once.
    refresh_token: String,
    /// Who is signed in.
    user: Person,
}

/// `POST /api/v1/token`.
pub async fn create(anybody: Anybody, Body(SignIn { username, password }): Body<SignIn>) -> Answer<Is<TokenPair>> {
    let Anybody { chat, address } = anybody;
    let username = username.trim().to_owned();
    Ok(Is(pair(chat.log_in_program(Login { username, password, address }).await?)))
}

/// `POST /api/v1/token/refresh`.
pub async fn refresh(anybody: Anybody, Body(shown): Body<Shown>) -> Answer<Is<TokenPair>> {
    Ok(Is(pair(anybody.chat.refresh(&shown.refresh_token).await?)))
}

/// `POST /api/v1/token/revoke`. A token that there is not is as good as revoked (RFC 7009).
pub async fn revoke(anybody: Anybody, Body(shown): Body<Shown>) -> Answer<Done> {
    anybody.chat.revoke_tokens(&shown.refresh_token).await?;
    Ok(Done)
}

/// `POST /api/v1/token/revoke-all`.
pub async fn revoke_all(caller: Caller) -> Answer<Done> {
    caller.log_out_everywhere(&caller.viewer).await?;
    Ok(Done)
}

/// As it is handed out.
pub(super) fn pair(tokens: Tokens) -> TokenPair {
    let Tokens { viewer, access, access_expires_at, refresh } = tokens;
    TokenPair {
        access_token: access,
        token_type: "Bearer",
        expires_in: (access_expires_at.as_ms() - now_ms()).max(0) / 1_000,
        refresh_token: refresh,
        user: viewer.person(),
    }
}
