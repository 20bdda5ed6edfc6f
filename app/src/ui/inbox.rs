//! The list of conversations. Rule: every row is a link that works without JavaScript.

use crate::{
    live::Live,
    screen::Entry,
    tabs,
    ui::{
        list::{Rows, drawn, keyed},
        moment::{Style, moment},
        presence::Dot,
    },
};
use client::{Line, RoomView};
use leptos::{ev::MouseEvent, prelude::*};
use std::rc::Rc;
use wire::{Person, RoomId, limits::UNREAD_COUNT_MAX};

/// Rooms by last activity, then connected people without a room.
#[component]
pub fn Rooms() -> impl IntoView {
    let live = expect_context::<Live>();
    let entries = live.screen.entries;
    let rows = Rows {
        keys: Rc::new(move || entries.with(|entries| entries.iter().map(Entry::key).collect())),
        draw: Rc::new(move |index| match entries.with_untracked(|entries| entries.get(index).cloned()) {
            Some(Entry::Room(row)) => drawn(view! { <RoomRow room=row.key shown=row.value.into()/> }),
            Some(Entry::Person(person)) => drawn(view! { <PersonRow person/> }),
            None => drawn(()),
        }),
    };
    let hint = Signal::derive(move || {
        let hint = if entries.with(Vec::is_empty) { "Nobody to talk to yet. " } else { "" };
        hint.to_owned()
    });
    let state = live.screen.state;
    let nobody = Signal::derive(move || state.with(|state| state.nobody));
    let somebody = Signal::derive(move || !nobody.get());
    let may_not_ask = Signal::derive(move || state.with(|state| !state.asks));
    let ask = move |_| tabs::ask_to_notify(move || state.update(|state| state.asks = tabs::may_ask()));
    view! {
        <nav class="inbox" aria-label="Conversations">
            <ul use:keyed=rows.clone()>{rows.markup()}</ul>
            <p class="hint" hidden=nobody>{hint} <a href="/people">"Find people"</a></p>
            <p class="hint" hidden=somebody>
                "You are offline, and nobody is signed in here. " <a href="/login">"Log in"</a>
            </p>
            <p class="hint" hidden=may_not_ask>
                <button type="button" title="Shows new messages on your desktop while this window is in the background" on:click=ask>
                    "Notify me"
                </button>
            </p>
        </nav>
    }
}

#[component]
fn RoomRow(room: RoomId, shown: RwSignal<RoomView>) -> impl IntoView {
    let live = expect_context::<Live>();
    let open = live.screen.open;
    let peer = shown.with_untracked(|view| view.peer.as_ref().map(|peer| peer.id));
    let title = Signal::derive(move || shown.with(|view| view.title.clone()));
    let last = Signal::derive(move || shown.with(|view| preview(view.last.as_ref())));
    let unread = Signal::derive(move || shown.with(|view| count(view.unread)));
    let unread_text = Signal::derive(move || unread.get().unwrap_or_default());
    let unread_label = Signal::derive(move || unread.get().map(|unread| unread + " unread"));
    let current = Signal::derive(move || (open.get() == Some(room)).then(|| "page".to_owned()));
    let on_click = move |event: MouseEvent| {
        if is_plain(&event) {
            event.prevent_default();
            live.go(Some(room));
        }
    };
    let id = room.to_string();
    view! {
        <li>
            <a href="/r/".to_owned() + &id class="row" data-room=id aria-current=current on:click=on_click>
                <Dot user=peer/>
                <span class="row-title" dir="auto">{title}</span>
                {moment(live, Style::Short, move || shown.with(|view| view.active_at))}
                <span class="row-last" dir="auto">{last}</span>
                <span class="badge" role="img" data-unread=unread aria-label=unread_label>{unread_text}</span>
            </a>
        </li>
    }
}

#[component]
fn PersonRow(person: Person) -> impl IntoView {
    view! {
        <li>
            <a href="/dm/".to_owned() + &person.username class="row">
                <Dot user=Some(person.id)/>
                <span class="row-title" dir="auto">{person.display_name}</span>
                <span class="row-last">"Say hello"</span>
            </a>
        </li>
    }
}

/// The badge; none when all is read.
pub fn count(unread: i64) -> Option<String> {
    match unread {
        ..=0 => None,
        UNREAD_COUNT_MAX.. if unread > UNREAD_COUNT_MAX => Some("99+".to_owned()),
        _ => Some(unread.to_string()),
    }
}

/// One line of the last message.
fn preview(last: Option<&Line>) -> String {
    const PREVIEW_CHARS: usize = 80;
    let Some(line) = last else { return String::new() };
    let text = line.message.as_ref().map_or("…", |message| &message.content);
    let own = if line.tick.is_some() { "You: " } else { "" };
    own.chars().chain(text.chars().map(|char| if char == '\n' { ' ' } else { char }).take(PREVIEW_CHARS)).collect()
}

/// A click that means "here", not "in another tab".
pub fn is_plain(event: &MouseEvent) -> bool {
    event.button() == 0 && !event.meta_key() && !event.ctrl_key() && !event.shift_key() && !event.alt_key()
}
