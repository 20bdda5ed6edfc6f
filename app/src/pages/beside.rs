//! The lobby below somebody's conversations: rooms to join, people who wait for an answer, and the ways to more. Rule: the server's
//! and a script's part (`public/lobby.js`) look the same.

use leptos::prelude::*;
use wire::{Beside, ListedRoom};

/// It, in the list of conversations.
#[component]
pub fn Lobby(
    /// What is in it.
    beside: Beside,
) -> impl IntoView {
    let Beside { rev, has_rooms, rooms, requests } = beside;
    let rows = rooms.into_iter().map(|room| view! { <Row room/> }).collect_view();
    view! {
        <section class="lobby" aria-label="Lobby" data-rev=rev>
            <p class="asking" hidden=requests == 0><a href="/people">{asking(requests)}</a></p>
            <h2>"Connected just now"</h2>
            <ul class="met"></ul>
            <h2>"Rooms to join"</h2>
            <ul class="listed">{rows}</ul>
            <p class="ways">
                <a href="/rooms">{if has_rooms { "All rooms" } else { "Make a room" }}</a>
                <a href="/subjects">"About a job, a trip, …"</a>
            </p>
        </section>
    }
}

#[component]
fn Row(room: ListedRoom) -> impl IntoView {
    let ListedRoom { id, title, topic, members } = room;
    let people = if members == 1 { "1 member".to_owned() } else { format!("{members} members") };
    let about = if topic.is_empty() { people } else { format!("{people} · {topic}") };
    let name = format!(" {title}");
    view! {
        <li data-listed=id.to_string() data-unless=format!("[data-room=\"{id}\"]")>
            <span class="person">
                <span class="name" dir="auto">{title}</span>
                <span class="username" dir="auto">{about}</span>
            </span>
            <form method="post" action=format!("/r/{id}/change/join")>
                <button type="submit">"Join" <span class="hidden">{name}</span></button>
            </form>
        </li>
    }
}

fn asking(requests: i64) -> String {
    if requests == 1 {
        "1 person wants to connect with you".to_owned()
    } else {
        format!("{requests} people want to connect with you")
    }
}
