//! The chat takes the place of what the server drew. Rule: what the reader did to the page meanwhile stays: what was typed into
//! the composer and the filter, the caret, how far lists are scrolled.

use crate::{
    browser,
    chat::Chat,
    keep::{Keep, Owner, Store, last_owner},
    live::{inbox_of, page_of},
    page::Seed,
    ui::keys,
};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;
use wire::{Inbox, Time, UserId};

/// Nobody: the offline shell is the same for everybody.
pub const NOBODY: UserId = UserId(0);

/// Draws the chat, if this page has one, and brings it to life.
pub fn mount() {
    let Some((place, seed)) = browser::seed() else { return };
    if seed.me.id != NOBODY {
        return put(place, seed);
    }
    spawn_local(async move {
        let kept = kept_seed(seed.build.clone()).await;
        put(place, kept.unwrap_or(seed));
    });
}

/// The page came without the server: who was here last sees what was kept.
async fn kept_seed(build: Option<String>) -> Option<Seed> {
    let Owner { me, epoch } = last_owner().await?;
    browser::name_viewer(&me.username, &me.display_name);
    let kept = Keep::of(&me).read(Store::Pages).await;
    // People without a room are kept as they were first: whoever has changed ever is asked for.
    let inbox = Inbox { at: Time::default(), ..inbox_of(&kept).unwrap_or_default() };
    let room = browser::room_in_address().and_then(|room| page_of(&kept, room, &epoch));
    Some(Seed { room, ..Seed::new(me, epoch, inbox, browser::now_ms(), build) })
}

fn put(place: HtmlElement, seed: Seed) {
    keys::remember();
    place.replace_children_with_node_0();
    leptos::mount::mount_to(place, move || view! { <Chat seed clock=browser::clock()/> }).forget();
    keys::restore();
}
