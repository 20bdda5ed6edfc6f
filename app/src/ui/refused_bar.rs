//! What can be done about several messages that were refused; not while the connection is the trouble. Rule: it says how many, and does
//! the same to all.

use crate::{live::Live, ui::said::watch};
use client::Link;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::Element;
use wire::{Cid, writable, write::json};

#[wasm_bindgen(raw_module = "/chat.js")]
extern "C" {
    fn refused(bar: &Element, told: &str);
}

/// What the bar shows.
struct Told {
    cids: Vec<Cid>,
    /// Whether any of them could be taken after all.
    retry: bool,
    shown: bool,
}

writable!(Told { cids, retry, shown });

/// See the module; drawn by `public/line.js`.
#[component]
pub fn RefusedBar() -> impl IntoView {
    let state = expect_context::<Live>().screen.state;
    let told = move || {
        state.with(|state| Told {
            cids: state.refused.clone(),
            retry: state.may_retry,
            shown: state.refused.len() > 1 && state.link.link == Link::Connected,
        })
    };
    let follow = move |bar: Element| watch(move || refused(&bar, &json(&told())));
    view! { <div class="refused-bar" hidden=true use:follow></div> }
}
