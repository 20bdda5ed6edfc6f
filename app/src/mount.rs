//! The chat takes the place of what the server drew. Rule: what the reader did to the page meanwhile stays: the text in the
//! composer, its caret, how far the conversation is scrolled.

use crate::{
    browser,
    chat::Chat,
    keep::{Keep, Owner, Store, last_owner},
    live::{inbox_of, page_of},
    page::Seed,
};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlElement, HtmlTextAreaElement};
use wire::UserId;

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
    let inbox = inbox_of(&kept).unwrap_or_default();
    let room = browser::room_in_address().and_then(|room| page_of(&kept, room, &epoch));
    Some(Seed { me, epoch, inbox, room, draft: None, now_ms: browser::now_ms(), build })
}

fn put(place: HtmlElement, seed: Seed) {
    let touched = Touched::of(&place);
    place.replace_children_with_node_0();
    leptos::mount::mount_to(place.clone(), move || view! { <Chat seed clock=browser::clock()/> }).forget();
    touched.restore(&place);
}

struct Touched {
    text: Option<String>,
    caret: Option<u32>,
    has_focus: bool,
    scrolled: i32,
}

impl Touched {
    fn of(place: &Element) -> Self {
        let area = composer(place);
        Self {
            text: area.as_ref().map(HtmlTextAreaElement::value),
            caret: area.as_ref().and_then(|area| area.selection_start().ok().flatten()),
            has_focus: area.is_some_and(|area| document().active_element().as_ref() == Some(&area)),
            scrolled: timeline(place).map_or(0, |timeline| timeline.scroll_top()),
        }
    }

    fn restore(self, place: &Element) {
        if let (Some(area), Some(text)) = (composer(place), self.text) {
            area.set_value(&text);
            let _ = self.caret.map(|caret| area.set_selection_range(caret, caret));
            if self.has_focus {
                let _ = area.focus();
            }
        }
        let _ = timeline(place).map(|timeline| timeline.set_scroll_top(self.scrolled));
    }
}

fn composer(place: &Element) -> Option<HtmlTextAreaElement> {
    place.query_selector("textarea").ok()??.dyn_into().ok()
}

fn timeline(place: &Element) -> Option<Element> {
    place.query_selector(".timeline").ok()?
}
