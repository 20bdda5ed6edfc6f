//! The one island: inbox and conversation. Rule: what it draws first is what the server sent; everything live begins in an
//! effect.

use crate::{
    browser,
    live::Live,
    ui::{conversation::Conversation, inbox::Rooms, link_line::LinkLine},
};
use client::Link;
use leptos::{either::Either, prelude::*};

/// The inbox and, beside it, the open room. It has no props, for which the module would carry a second reader of JSON and the
/// code to write them: the seed lies in `data-seed` around the island.
#[island]
#[allow(missing_docs)]
pub fn Chat() -> impl IntoView {
    let seed = use_context().or_else(browser::seed).expect("the island stands in a page that carries its seed");
    let live = Live::new(seed);
    let screen = live.screen;
    provide_context(live);
    Effect::new(move |started: Option<()>| {
        if started.is_none() {
            untrack(|| live.start());
        }
        document().set_title(&title(live));
    });
    let is_live = Signal::derive(move || {
        screen.state.with(|state| (state.link.link == Link::Connected).then(|| "true".to_owned()))
    });
    let opened = Signal::derive(move || screen.open.get().map(|room| room.to_string()));
    let pane = move || match screen.open.get() {
        Some(room) => Either::Left(view! { <Conversation room/> }),
        None => Either::Right(view! { <Empty/> }),
    };
    view! {
        <div class="chat" data-live=is_live data-open=opened>
            <Rooms/>
            <main class="pane" id="main">{pane}</main>
        </div>
    }
}

#[component]
fn Empty() -> impl IntoView {
    view! {
        <div class="empty-pane">
            <p>"Choose a conversation, or " <a href="/people">"find people"</a> " to talk to."</p>
            <LinkLine/>
        </div>
    }
}

/// "Ana · Twotick".
fn title(live: Live) -> String {
    let room = live.screen.open.get().and_then(|room| live.screen.room(room));
    room.map_or("Twotick".to_owned(), |room| room.title + " · Twotick")
}
