//! A conversation of two beside itself: who the other is, and how much of it one wants to hear. Rule: what there is to do about a
//! person is on the page of people.

use crate::{
    clock::Clock,
    page::PeerPage,
    pages::{account::Complaint, level::LevelForm, people::says, send::SendMore},
    ui::{avatar::face, presence},
};
use client::PresenceView;
use leptos::prelude::*;

/// `/r/{room}/details` of a direct room.
#[component]
pub fn Peer(
    /// What is on it.
    page: PeerPage,
    /// How times are read.
    clock: Clock,
) -> impl IntoView {
    let PeerPage { room, presence, cid, error } = page;
    let here = presence.map_or(PresenceView::Unknown, |presence| match presence.online {
        true => PresenceView::Online,
        false => PresenceView::Offline { last_seen: presence.last_seen },
    });
    let (word, sentence) = (presence::word(here), presence::sentence(here, clock));
    let username = room.peer.as_ref().map(|peer| peer.username.clone());
    let status = room.peer.as_ref().map(|peer| peer.status.clone()).unwrap_or_default();
    view! {
        <main class="card people" id="main">
            <p class="aside back-out"><a href=format!("/r/{}", room.id)>"Back to the conversation"</a></p>
            <div class="peer">
                {face(&room.peer.clone().unwrap_or_default())}
                <div class="person">
                    <h1 dir="auto">{room.title.clone()}</h1>
                    <p class="username">
                        {username.map(|username| view! { <bdi dir="ltr">"@" {username}</bdi> })}
                        {(!sentence.is_empty()).then(|| view! { <span data-presence=word data-seen="">" · " {sentence}</span> })}
                    </p>
                    {says(status)}
                </div>
            </div>
            <Complaint error/>
            <SendMore room=room.clone()/>
            <LevelForm room=room.id level=room.level cid/>
        </main>
    }
}
