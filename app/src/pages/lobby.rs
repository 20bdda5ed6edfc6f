//! Public rooms to join, and making a room (S1). Rule: each row says what one can do with the room, and nothing else.

use crate::{
    page::{LobbyPage, NewRoomForm},
    pages::{account::Complaint, address::escaped, field::Field},
    ui::{avatar::letters, icon::icon},
};
use leptos::prelude::*;
use wire::{Cid, Code, PublicRoom, Refusal};

/// `/rooms`.
#[component]
pub fn LobbyOf(
    /// What is on it.
    page: LobbyPage,
) -> impl IntoView {
    let LobbyPage { lobby, is_first, form, error } = page;
    let nothing = lobby.rooms.is_empty().then(|| {
        view! {
            <div class="nobody">
                {icon("people")}
                <p class="nobody-head">"No public rooms yet"</p>
                <p class="hint">"Make one: everybody on this server will find it here."</p>
            </div>
        }
    });
    let cid = form.cid;
    let rows = lobby.rooms.into_iter().map(|room| view! { <Row room cid/> }).collect_view();
    let next = lobby.next.map(|after| {
        let href = format!("/rooms?after={}", escaped(&after));
        view! { <p class="aside"><a href=href>"More rooms"</a></p> }
    });
    let back = (!is_first).then(|| view! { <p class="aside"><a href="/rooms">"From the beginning"</a></p> });
    view! {
        <main class="card people" id="main">
            <h1>"Rooms"</h1>
            <p class="ways-in">
                <a class="button" href="#new">"Make a room"</a>
                <a class="button" href="/subjects">"Talk about a job, a trip, …"</a>
            </p>
            {nothing}
            <ul class="persons" aria-label="Public rooms">{rows}</ul>
            {next}
            {back}
            <NewRoom form error/>
        </main>
    }
}

#[component]
fn Row(room: PublicRoom, cid: Cid) -> impl IntoView {
    let PublicRoom { id, title, topic, members, joined } = room;
    let people = if members == 1 { "1 member".to_owned() } else { format!("{members} members") };
    let about = if topic.is_empty() { people } else { format!("{people} · {topic}") };
    let action = if joined {
        view! { <a class="button" href=format!("/r/{id}")>"Open" <span class="hidden">{format!(" {title}")}</span></a> }
            .into_any()
    } else {
        view! {
            <form method="post" action=format!("/r/{id}/change/join")>
                <input type="hidden" name="cid" value=cid.to_string()/>
                <button type="submit" class="primary">"Join" <span class="hidden">{format!(" {title}")}</span></button>
            </form>
        }
        .into_any()
    };
    view! {
        <li data-public-room=id.to_string()>
            {letters(&title)}
            <span class="person">
                <span class="name" dir="auto">{title.clone()}</span>
                <span class="username" dir="auto">{about}</span>
            </span>
            <span class="actions">{action}</span>
        </li>
    }
}

#[component]
fn NewRoom(form: NewRoomForm, error: Option<Refusal>) -> impl IntoView {
    let NewRoomForm { cid, title, topic, is_public } = form;
    let of = |codes: &[Code]| error.clone().filter(|error| codes.contains(&error.code));
    let of_title = of(&[Code::BadRoomName, Code::RoomNameTaken]);
    let of_topic = of(&[Code::TopicTooLong]);
    let of_none = error.clone().filter(|_| of_title.is_none() && of_topic.is_none());
    view! {
        <section>
            <h2 id="new">"New room"</h2>
            <Complaint error=of_none/>
            <form method="post" action="/rooms" class="new-room" aria-labelledby="new">
                <input type="hidden" name="cid" value=cid.to_string()/>
                <Field name="title" label="Name" value=title required=true error=of_title/>
                <Field name="topic" label="Topic" value=topic hint="What it is about; may stay empty." error=of_topic/>
                <label class="choice">
                    <input type="checkbox" name="public" checked=is_public/>
                    "Public: everybody on this server finds it and may join"
                </label>
                <button type="submit" class="primary">"Make the room"</button>
            </form>
        </section>
    }
}
