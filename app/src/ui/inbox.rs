//! The list of conversations: rooms by last activity, then connected people without a room. Rule: what needs a script is
//! shown where scripts run only.

#[cfg(feature = "ssr")]
mod markup;
mod told;

use crate::{
    live::Live,
    screen::{Entry, Key},
    ui::{
        icon::icon,
        list::{Drawn, Rows, drawn, keyed},
        notifications::Notifications,
        said::{press, said},
    },
};
use leptos::{ev::MouseEvent, prelude::*};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wire::limits::UNREAD_COUNT_MAX;

/// The list.
#[component]
pub fn Rooms() -> impl IntoView {
    let live = expect_context::<Live>();
    let (rooms, people) = (rows(live, false), rows(live, true));
    view! {
        <nav class="inbox" aria-label="Conversations" on:pointermove=move |_| live.hold() on:pointerleave=move |_| live.release()>
            <Search/>
            <ul use:keyed=rooms.clone() on:click=press(move |event| open(live, &event))>{rooms.markup()}</ul>
            <h2>"Start a conversation"</h2>
            <ul use:keyed=people.clone()>{people.markup()}</ul>
            {lobby()}
            <Hints/>
        </nav>
    }
}

/// What stands below is the server's; it stays when the rest takes its place (`public/keys.js`).
#[cfg(feature = "ssr")]
fn lobby() -> impl IntoView {
    let beside = use_context::<wire::Beside>().unwrap_or_default();
    view! { <crate::pages::Lobby beside/> }
}

#[cfg(not(feature = "ssr"))]
fn lobby() -> impl IntoView {
    view! { <section class="lobby"></section> }
}

fn is_person(entry: &Entry) -> bool {
    matches!(entry, Entry::Person(_))
}

/// Rooms stand before people.
fn rows(live: Live, people: bool) -> Rows {
    let entries = live.screen.entries;
    let first = move |entries: &Vec<Entry>| {
        if people { entries.iter().take_while(|entry| !is_person(entry)).count() } else { 0 }
    };
    let keys = move || -> Vec<Key> {
        entries.with(|entries| entries.iter().filter(|entry| is_person(entry) == people).map(Entry::key).collect())
    };
    Rows {
        keys: Rc::new(keys),
        draw: Rc::new(move |index| {
            match entries.with_untracked(|entries| entries.get(first(entries) + index).cloned()) {
                Some(Entry::Room(row)) => drawn_row(move || row.value.with(|view| told::of_room(live, view))),
                Some(Entry::Person(person)) => drawn_row(move || told::of_person(live, &person)),
                None => drawn(()),
            }
        }),
    }
}

#[cfg(feature = "ssr")]
fn drawn_row(told: impl Fn() -> told::Told + 'static) -> Drawn {
    markup::markup(untrack(told))
}

/// Drawn at once, and whenever it changes.
#[cfg(not(feature = "ssr"))]
fn drawn_row(told: impl Fn() -> told::Told + 'static) -> Drawn {
    fn follow(told: Box<dyn Fn() -> told::Told>) -> Drawn {
        let row = script::make_row();
        let show = {
            let row = row.clone();
            move || script::show_row(&row, &wire::write::json(&told()))
        };
        untrack(&show);
        crate::ui::said::watch(show);
        Box::new(row)
    }
    follow(Box::new(told))
}

#[cfg(not(feature = "ssr"))]
mod script {
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen(raw_module = "/chat.js")]
    extern "C" {
        #[wasm_bindgen(js_name = makeRow)]
        pub fn make_row() -> web_sys::Element;
        #[wasm_bindgen(js_name = showRow)]
        pub fn show_row(row: &web_sys::Element, told: &str);
    }
}

/// A row was pressed: its room opens here.
fn open(live: Live, event: &MouseEvent) {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let row = target.and_then(|target| target.closest("[data-room]").ok().flatten());
    let room = row.and_then(|row| row.get_attribute("data-room")?.parse().ok());
    if room.is_some() && is_plain(event) {
        event.prevent_default();
        live.go(room);
    }
}

/// The field on top, and the way to the shortcuts; `public/keys.js` hears them.
#[component]
fn Search() -> impl IntoView {
    view! {
        <div class="inbox-head">
            <input
                type="search"
                class="filter"
                aria-label="Filter conversations"
                placeholder="Filter"
                autocomplete="off"
                dir="auto"
            />
            <button
                type="button"
                class="bare"
                aria-label="Keyboard shortcuts"
                title="Keyboard shortcuts"
                aria-haspopup="dialog"
            >
                {icon("keyboard")}
            </button>
        </div>
    }
}

#[component]
fn Hints() -> impl IntoView {
    let live = expect_context::<Live>();
    let screen = live.screen;
    let entries = screen.entries;
    let (nobody, somebody) = (screen.is(|state| state.nobody), screen.is(|state| !state.nobody));
    let hint = said(move || {
        let hint = if entries.with(Vec::is_empty) { "Nobody to talk to yet. " } else { "" };
        hint.to_owned()
    });
    view! {
        <p class="hint" hidden=nobody><span data-unfound=""></span> {hint} <a href="/people">"Find people"</a></p>
        <p class="hint" data-nobody="" hidden=somebody>
            "You are offline, and nobody is signed in here. " <a href="/login">"Log in"</a>
        </p>
        <Notifications/>
    }
}

/// So many, beyond 99 "99+"; none when all is read.
pub fn count(unread: i64) -> Option<String> {
    match unread {
        ..=0 => None,
        UNREAD_COUNT_MAX.. if unread > UNREAD_COUNT_MAX => Some("99+".to_owned()),
        _ => Some(unread.to_string()),
    }
}

/// A click that means "here", not "in another tab".
pub fn is_plain(event: &MouseEvent) -> bool {
    event.button() == 0 && !event.meta_key() && !event.ctrl_key() && !event.shift_key() && !event.alt_key()
}
