//! What a screen reader says by itself, by `public/announcer.js`. Rule: the one live region of the chat.

use leptos::prelude::*;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(raw_module = "/chat.js")]
extern "C" {
    /// Says a sentence.
    pub fn announce(sentence: &str);
    /// Says that somebody wrote into the open room.
    #[wasm_bindgen(js_name = announceMessage)]
    pub fn announce_message(author: &str);
}

/// The region.
#[component]
pub fn Announcer() -> impl IntoView {
    view! { <p class="hidden" role="status" data-announcer=""></p> }
}
