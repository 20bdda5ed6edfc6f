//! Inbox and conversation: the one part of the pages that is alive. Rule: what it draws first is the same on both sides;
//! everything live begins in an effect.

use crate::{
    clock::Clock,
    live::Live,
    page::Seed,
    screen::State,
    ui::{
        announcer::Announcer,
        conversation::Conversation,
        inbox::Rooms,
        link_line::LinkLine,
        said::{said, watch},
    },
};
use client::Link;
use leptos::{either::Either, prelude::*};

/// The inbox and, beside it, the open room.
#[component]
pub fn Chat(
    /// What it starts from.
    seed: Seed,
    /// How its first times are read.
    clock: Clock,
) -> impl IntoView {
    let live = Live::new(seed, clock);
    let screen = live.screen;
    provide_context(live);
    let mut shown = None;
    watch(move || {
        if shown.is_none() {
            untrack(|| live.start());
        }
        shown = Some(live.show_outside(shown));
    });
    let flag =
        move |is: fn(&State) -> bool| said(move || screen.state.with(|state| is(state).then(|| "true".to_owned())));
    let is_live = flag(|state| state.link.link == Link::Connected);
    let (leads, kept, outdated) =
        (flag(|state| state.leads), flag(|state| state.kept), flag(|state| state.link.outdated));
    let opened = said(move || screen.open.get().map(|room| room.to_string()));
    let pane = move || match screen.open.get() {
        Some(room) => Either::Left(view! { <Conversation room/> }),
        None => Either::Right(view! { <Empty/> }),
    };
    view! {
        <div class="chat" data-live=is_live data-leader=leads data-kept=kept data-outdated=outdated data-open=opened>
            <Rooms/>
            <main class="pane" id="main" tabindex="-1">{pane}</main>
            <Announcer/>
        </div>
    }
}

#[component]
fn Empty() -> impl IntoView {
    let nobody = expect_context::<Live>().screen.is(|state| state.nobody);
    view! {
        <div class="empty-pane">
            <p hidden=nobody>"Choose a conversation, or " <a href="/people">"find people"</a> " to talk to."</p>
            <LinkLine/>
        </div>
    }
}
