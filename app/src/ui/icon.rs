//! Drawings in lines, from the sprite that every page carries (`sprite.rs`). Rule: decoration only; the words stand beside them.

use leptos::prelude::*;

/// A drawing.
#[component]
pub fn Icon(
    /// back, send, clock, tick, ticks, alert, down, up, close, search, bell, keyboard or people.
    #[prop(into)]
    name: Signal<String>,
) -> impl IntoView {
    let href = Signal::derive(move || "#i-".to_owned() + &name.get());
    view! {
        <svg class="icon" aria-hidden="true">
            <use href=href></use>
        </svg>
    }
}
