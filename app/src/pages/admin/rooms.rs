//! All groups and subjects' rooms, from outside. Rule: nothing of what is said in them.

use super::{Refused, Search, Turn, moment};
use crate::{clock::Clock, ui::avatar::Avatar};
use leptos::prelude::*;
use wire::RoomKind;
use wire::admin::{Listing, RoomRow};

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
    let _ = (query, refused);
    view! {
        <li data-room=id.to_string()>
            <Avatar person=None title=title.clone()/>
            <span class="person">
                <span class="name" dir="auto">{title}</span>
                <span class="username">{kind} {closed} " · " {people} " · number " {id.to_string()}</span>
                <span class="username">{events} ", the last " {moment(clock, active_at)}</span>
            </span>
            <span class="actions"><a href=audit>"In the audit log"</a></span>
        </li>
    }
}
