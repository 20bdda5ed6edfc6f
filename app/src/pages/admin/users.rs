//! All accounts, and what an operator can do about each. Rule: what was typed into a form that was refused is still in it, which is
//! then open.

use super::{Refused, Search, Turn, moment};
use crate::{clock::Clock, pages::account::Complaint, pages::address::escaped, ui::avatar::face};
use leptos::prelude::*;
use wire::Refusal;
use wire::admin::{AccountRow, Listing, NetworkBan};

/// `/admin`.
#[component]
pub(super) fn Users(
    listing: Listing<AccountRow>,
    /// From where nobody may come in.
    networks: Vec<NetworkBan>,
    query: String,
    is_first: bool,
    refused: Refused,
    clock: Clock,
) -> impl IntoView {
    let Listing { rows, next } = listing;
    let none = rows.is_empty().then(|| view! { <p class="hint">"No account of that name."</p> });
    let rows = rows
        .into_iter()
        .map(|row| view! { <Row row query=query.clone() refused=refused.clone() clock/> })
        .collect_view();
    view! {
        <Search action="/admin" label="Beginning of a name" query=query.clone()/>
        <section>
            <h2>"Users"</h2>
            {none}
            <ul class="persons">{rows}</ul>
            <Turn path="/admin" query next is_first/>
        </section>
        {(!networks.is_empty()).then(|| view! { <Networks networks clock/> })}
    }
}

#[component]
fn Row(row: AccountRow, query: String, refused: Refused, clock: Clock) -> impl IntoView {
    let AccountRow { person, is_operator, created_at, last_seen, banned_at, reason, network } = row;
    let (username, name) = (person.username.clone(), person.display_name.clone());
    let mark = match (is_operator, banned_at.is_some()) {
        (true, true) => " · operator, banned",
        (true, false) => " · operator",
        (false, true) => " · banned",
        (false, false) => "",
    };
    let seen = last_seen.map(|at| view! { " · last seen " {moment(clock, at)} });
    let from = network.map(|network| view! { " · from " <bdi dir="ltr">{network}</bdi> });
    let banned = banned_at.map(|at| {
        let why = if reason.is_empty() { reason } else { format!(": {reason}") };
        view! { <span class="username" dir="auto">"Banned " {moment(clock, at)} {why}</span> }
    });
    let audit = format!("/admin/audit?person={}", escaped(&username));
    let of_ban = refused.of("ban", &username);
    let of_delete = refused.of("delete", &username);
    let is_open = of_ban.is_some() || of_delete.is_some();
    let delete = view! {
        <Delete username=username.clone() name=name.clone() query=query.clone() refused=of_delete/>
    };
    let choices = if banned_at.is_some() {
        view! { <Unban username=username.clone() name=name.clone() query/> }.into_any()
    } else {
        view! { <Ban username=username.clone() name=name.clone() query refused=of_ban/> }.into_any()
    };
    view! {
        <li data-account=username>
            {face(&person)}
            <span class="person">
                <span class="name" dir="auto">{name}</span>
                <span class="username"><bdi dir="ltr">"@" {person.username}</bdi> {mark}</span>
                <span class="username">"Registered " {moment(clock, created_at)} {seen} {from}</span>
                {banned}
            </span>
            <details class="choices" open=is_open>
                <summary>"Change"</summary>
                {choices}
                {delete}
                <p class="aside"><a href=audit>"In the audit log"</a></p>
            </details>
        </li>
    }
}

/// Locking somebody out.
#[component]
fn Ban(
    username: String,
    name: String,
    query: String,
    /// What was typed before, and what was wrong with it.
    refused: Option<(String, Option<Refusal>)>,
) -> impl IntoView {
    let (reason, error) = refused.unwrap_or_default();
    let id = format!("reason-{username}");
    view! {
        <form method="post" action="/admin/users/ban" class="act">
            <Hidden username query/>
            <Complaint error/>
            <div class="field">
                <label for=id.clone()>"Reason" <span class="hidden">{format!(" for banning {name}")}</span></label>
                <input id=id name="reason" value=reason autocomplete="off" dir="auto"/>
                <p class="hint">"For operators only; may stay empty."</p>
            </div>
            <label class="choice">
                <input type="checkbox" name="addresses"/>
                "Also keep out the addresses that they signed in from"
            </label>
            <button type="submit" class="danger">"Ban" <span class="hidden">{format!(" {name}")}</span></button>
        </form>
    }
}

#[component]
fn Unban(username: String, name: String, query: String) -> impl IntoView {
    view! {
        <form method="post" action="/admin/users/unban" class="act">
            <Hidden username query/>
            <button type="submit">"Lift the ban" <span class="hidden">{format!(" of {name}")}</span></button>
        </form>
    }
}

/// Taking an account away for good.
#[component]
fn Delete(
    username: String,
    name: String,
    query: String,
    /// What was typed before, and what was wrong with it.
    refused: Option<(String, Option<Refusal>)>,
) -> impl IntoView {
    let (typed, error) = refused.unwrap_or_default();
    let id = format!("confirm-{username}");
    view! {
        <form method="post" action="/admin/users/delete" class="act">
            <Hidden username=username.clone() query/>
            <Complaint error/>
            <div class="field">
                <label for=id.clone()>"Type " <bdi dir="ltr">{username}</bdi> " to delete this account for good"</label>
                <input id=id name="confirm" value=typed required autocapitalize="none" autocomplete="off" spellcheck="false"/>
                <p class="hint">
                    "Their names and everything that they wrote are erased, and cannot be brought back. Others keep what they \
                     wrote themselves."
                </p>
            </div>
            <button type="submit" class="danger">"Delete" <span class="hidden">{format!(" {name}")}</span></button>
        </form>
    }
}

/// Whom it is about, and the search to come back to.
#[component]
fn Hidden(username: String, query: String) -> impl IntoView {
    view! {
        <input type="hidden" name="username" value=username/>
        <input type="hidden" name="q" value=query/>
    }
}

/// From where nobody may register or sign in.
#[component]
fn Networks(networks: Vec<NetworkBan>, clock: Clock) -> impl IntoView {
    let row = |ban: NetworkBan| {
        let NetworkBan { network, because_of, by, at } = ban;
        let (key, value, shown) = (network.clone(), network.clone(), network.clone());
        view! {
            <li data-network=key>
                <span class="person">
                    <bdi dir="ltr" class="name">{shown}</bdi>
                    <span class="username" dir="auto">
                        "Because of " {because_of.display_name} ", by " {by.display_name} ", " {moment(clock, at)}
                    </span>
                </span>
                <form method="post" action="/admin/addresses/lift" class="actions">
                    <input type="hidden" name="address" value=value/>
                    <button type="submit">"Lift" <span class="hidden">{format!(" the ban of {network}")}</span></button>
                </form>
            </li>
        }
    };
    view! {
        <section>
            <h2>"Banned addresses"</h2>
            <p class="hint">"Nobody can register or sign in from there. Whoever is signed in already stays so."</p>
            <ul class="persons plain">{networks.into_iter().map(row).collect_view()}</ul>
        </section>
    }
}
