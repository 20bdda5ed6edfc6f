//! All emoji, by groups and with their names. Rule: the same for everybody, so that it can be kept; the picker takes its buttons from
//! here (`public/emoji.js`).

use crate::page::EmojiGroup;
use leptos::prelude::*;

/// `/emoji`.
#[component]
pub fn EmojiOf(
    /// What is on it.
    groups: Vec<EmojiGroup>,
) -> impl IntoView {
    let button = |(emoji, name): (&'static str, &'static str)| {
        view! { <button type="button" data-emoji=emoji title=name>{emoji}</button> }
    };
    let group = |EmojiGroup { heading, emoji }: EmojiGroup| {
        view! {
            <section>
                <h2>{heading}</h2>
                <div class="emoji-list">{emoji.into_iter().map(button).collect_view()}</div>
            </section>
        }
    };
    view! {
        <main class="card" id="main">
            <h1>"Emoji"</h1>
            <p class="hint">"Copy one to react with it: any of them can be a reaction."</p>
            {groups.into_iter().map(group).collect_view()}
        </main>
    }
}
