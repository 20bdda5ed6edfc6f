//! Register, log in, log out. Rule: a password is never sent back, and signing in ends the session that was there
//! before.

use super::visit::{Answer, Asked, Fields, Visit, local_path, see_other};
use crate::{cookie, guard::address, problem};
use app::{LoginForm, Page, RegisterForm};
use axum::{
    extract::ConnectInfo,
    http::{HeaderMap, header},
    response::Response,
};
use domain::{Login, NewAccount, SignedIn};
use serde::Deserialize;
use std::net::{IpAddr, SocketAddr};
use wire::Refusal;

/// `?next=` on the way in.
#[derive(Default, Deserialize)]
pub struct Way {
    #[serde(default)]
    next: String,
}

/// The login form's fields.
#[derive(Deserialize)]
pub struct LoginFields {
    #[serde(default)]
    username: String,
    password: Option<String>,
    #[serde(default)]
    next: String,
}

/// The registration form's fields.
#[derive(Deserialize)]
pub struct RegisterFields {
    #[serde(default)]
    username: String,
    display_name: Option<String>,
    password: Option<String>,
    #[serde(default)]
    next: String,
}

/// `GET /login`.
pub async fn login(visit: Visit, Asked(way): Asked<Way>) -> Response {
    if visit.viewer.is_some() {
        return see_other(local_path(&way.next));
    }
    login_page(&visit, "", &way.next, None)
}

/// `POST /login`.
pub async fn log_in(
    visit: Visit,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Fields(fields): Fields<LoginFields>,
) -> Response {
    let login = Login {
        username: fields.username.trim().to_owned(),
        password: given(fields.password),
        address: client(&visit, peer, &headers),
    };
    match visit.chat().log_in(login).await {
        Ok(signed_in) => welcome(&visit, &signed_in, &fields.next).await,
        Err(error) => login_page(&visit, &fields.username, &fields.next, Some(problem::told(error))),
    }
}

/// `GET /register`.
pub async fn register(visit: Visit, Asked(way): Asked<Way>) -> Answer {
    if visit.viewer.is_some() {
        return Ok(see_other(local_path(&way.next)));
    }
    register_page(&visit, "", "", &way.next, None).await
}

/// `POST /register`.
pub async fn create(
    visit: Visit,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Fields(fields): Fields<RegisterFields>,
) -> Answer {
    let display_name = given(fields.display_name);
    let shown = display_name.clone().unwrap_or_default();
    let account =
        NewAccount { username: fields.username.trim().to_owned(), display_name, password: given(fields.password) };
    let address = client(&visit, peer, &headers);
    let outcome = match visit.chat().admit_registration(address).await {
        Ok(()) => visit.chat().register_from(account, address).await,
        Err(error) => Err(error),
    };
    let outcome = outcome.map_err(problem::told);
    match outcome {
        Ok(signed_in) => Ok(welcome(&visit, &signed_in, &fields.next).await),
        Err(refusal) => register_page(&visit, &fields.username, &shown, &fields.next, Some(refusal)).await,
    }
}

/// `POST /logout`. Whoever is not signed in is signed out already.
pub async fn log_out(visit: Visit) -> Answer {
    if let Some(viewer) = &visit.viewer {
        visit.chat().log_out(viewer).await.map_err(|error| visit.problem(error))?;
    }
    let mut response = see_other("/login");
    response.headers_mut().insert(header::SET_COOKIE, cookie::forget(&visit.state.config));
    Ok(response)
}

async fn welcome(visit: &Visit, signed_in: &SignedIn, next: &str) -> Response {
    if let Some(before) = &visit.viewer
        && let Err(error) = visit.chat().log_out(before).await
    {
        problem::told(error);
    }
    let mut response = see_other(local_path(next));
    response.headers_mut().insert(header::SET_COOKIE, cookie::keep(&visit.state.config, signed_in));
    response
}

fn login_page(visit: &Visit, username: &str, next: &str, error: Option<Refusal>) -> Response {
    visit.page(Page::Login(LoginForm {
        username: username.to_owned(),
        next: local_path(next).to_owned(),
        passwordless: visit.chat().passwordless(),
        error,
    }))
}

async fn register_page(
    visit: &Visit,
    username: &str,
    display_name: &str,
    next: &str,
    error: Option<Refusal>,
) -> Answer {
    let has_accounts = visit.chat().has_accounts().await.map_err(|error| visit.problem(error))?;
    Ok(visit.page(Page::Register(RegisterForm {
        username: username.to_owned(),
        display_name: display_name.to_owned(),
        next: local_path(next).to_owned(),
        passwordless: visit.chat().passwordless(),
        first_account: !has_accounts,
        error,
    })))
}

/// A field left empty is a field not given.
fn given(field: Option<String>) -> Option<String> {
    field.filter(|text| !text.trim().is_empty())
}

fn client(visit: &Visit, peer: SocketAddr, headers: &HeaderMap) -> IpAddr {
    address::client(peer.ip(), headers, &visit.state.config.trusted_proxies)
}
