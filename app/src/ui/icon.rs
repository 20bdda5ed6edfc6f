//! Drawings in lines, from the sprite that every page carries (`sprite.rs`). Rule: decoration only; the words stand beside them.

use super::said::{Said, fixed, said};
use leptos::prelude::*;

/// A drawing that stays as it is: back, send, clock, tick, ticks, alert, down, up, close, search, bell, keyboard or people.
/// Scripts use reply, more and smile as well.
pub fn icon(name: &str) -> impl IntoView + use<> {
    view! { <Icon name=fixed(name.to_owned())/> }
}

/// A drawing that may change.
#[component]
pub fn Icon(
    /// One of those.
    name: Said<String>,
) -> impl IntoView {
    let href = said(move || "#i-".to_owned() + &name());
    view! {
        <svg class="icon" aria-hidden="true">
            <use href=href></use>
        </svg>
    }
}
