//! All groups and subjects' rooms, from outside. Rule: nothing of what is said in them.

use super::{Refused, Search, Turn, moment};
use crate::{clock::Clock, pages::account::Complaint, ui::avatar::letters};
use leptos::prelude::*;
use wire::admin::{Listing, RoomRow};
use wire::{Refusal, RoomId, RoomKind};

/// `/admin/rooms`.
#[component]
pub(super) fn Rooms(
    listing: Listing<RoomRow>,
    query: String,
    is_first: bool,
    refused: Refused,
    clock: Clock,
) -> impl IntoView {
    let Listing { rows, next } = listing;
    let none = rows.is_empty().then(|| view! { <p class="hint">"No room of that name."</p> });
    let rows = rows
        .into_iter()
        .map(|row| view! { <Row row query=query.clone() refused=refused.clone() clock/> })
        .collect_view();
    view! {
        <Search action="/admin/rooms" label="Beginning of a title" query=query.clone()/>
        <section>
            <h2>"Rooms"</h2>
            <p class="hint">"Groups, and rooms about a job, a trip or another thing. What is said in them is for their members."</p>
            {none}
            <ul class="persons">{rows}</ul>
            <Turn path="/admin/rooms" query next is_first/>
        </section>
    }
}

#[component]
fn Row(row: RoomRow, query: String, refused: Refused, clock: Clock) -> impl IntoView {
    let RoomRow { id, kind, title, is_public, is_archived, members, head, active_at } = row;
    let kind = match (kind, is_public) {
        (RoomKind::Subject, _) => "Subject",
        (_, true) => "Public group",
        (_, false) => "Private group",
    };
    let closed = if is_archived { ", closed" } else { "" };
    let people = if members == 1 { "1 member".to_owned() } else { format!("{members} members") };
    let events = if head.0 == 1 { "1 event".to_owned() } else { format!("{head} events") };
    let audit = format!("/admin/audit?room={id}");
    let refused = refused.of("delete", &id.to_string());
    let (is_open, name) = (refused.is_some(), title.clone());
    view! {
        <li data-room=id.to_string()>
            {letters(&title)}
            <span class="person">
                <span class="name" dir="auto">{title}</span>
                <span class="username">{kind} {closed} " · " {people} " · number " {id.to_string()}</span>
                <span class="username">{events} ", the last " {moment(clock, active_at)}</span>
            </span>
            <details class="choices" open=is_open>
                <summary>"Change"</summary>
                <Delete id title=name query refused/>
                <p class="aside"><a href=audit>"In the audit log"</a></p>
            </details>
        </li>
    }
}

/// Taking a room away for good.
#[component]
fn Delete(
    id: RoomId,
    title: String,
    query: String,
    /// What was typed before, and what was wrong with it.
    refused: Option<(String, Option<Refusal>)>,
) -> impl IntoView {
    let (typed, error) = refused.unwrap_or_default();
    let field = format!("confirm-{id}");
    view! {
        <form method="post" action="/admin/rooms/delete" class="act">
            <input type="hidden" name="room" value=id.to_string()/>
            <input type="hidden" name="q" value=query/>
            <Complaint error/>
            <div class="field">
                <label for=field.clone()>"Type " <bdi>{title.clone()}</bdi> " to delete this room for good"</label>
                <input id=field name="confirm" value=typed required autocomplete="off" spellcheck="false" dir="auto"/>
                <p class="hint">"Everything that was said in it is erased, for all members, and cannot be brought back."</p>
            </div>
            <button type="submit" class="danger">"Delete" <span class="hidden">{format!(" {title}")}</span></button>
        </form>
    }
}
