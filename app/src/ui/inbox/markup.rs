//! A row of the list of conversations as the server draws it. Rule: the markup of `public/row.js`; every row is a link that works
//! without scripts.

use super::told::Told;
use crate::ui::{avatar::picture, icon::icon};
use leptos::prelude::*;

/// See the module.
pub fn markup(told: Told) -> AnyView {
    let is_room = !told.room.is_empty();
    let current = told.open.then_some("page");
    let last = match is_room {
        true => view! { <time datetime=told.stamp>{told.time}</time> {preview(&told.kind, told.mark, told.before, told.text)} {badge(told.badge)} }.into_any(),
        false => view! { <span class="row-last">"Say hello"</span> }.into_any(),
    };
    view! {
        <li>
            <a href=told.path class="row" data-room=some(told.room) data-username=some(told.username) data-level=is_room.then_some(told.level) aria-current=current>
                <span class="portrait">
                    <span class="avatar" data-color=told.color aria-hidden="true">{told.initials} {picture(told.picture)}</span>
                    <span class="dot" role="img" data-presence=told.presence aria-label=told.presence></span>
                </span>
                <span class="row-title" dir="auto">{told.title}</span>
                {last}
            </a>
        </li>
    }
    .into_any()
}

fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

fn preview(
    kind: &Option<&'static str>,
    mark: Option<(&'static str, &'static str, &'static str)>,
    before: &'static str,
    text: String,
) -> impl IntoView + use<> {
    let tick = mark.map(|(word, sentence, drawing)| {
        view! { <span class="tick" role="img" data-mark=word aria-label=sentence>{icon(drawing)}</span> }
    });
    view! {
        <span class="row-last" data-preview=*kind>
            {tick}
            <span class="row-before">{before}</span>
            <span dir="auto">{text}</span>
        </span>
    }
}

fn badge(badge: Option<(String, String)>) -> impl IntoView {
    let (text, words) = badge.unzip();
    let unread = text.clone();
    view! { <span class="badge" role="img" data-unread=unread aria-label=words>{text}</span> }
}
