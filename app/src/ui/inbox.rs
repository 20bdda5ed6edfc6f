//! The list of conversations: rooms by last activity, then connected people without a room. Rule: what needs a script is
//! shown where scripts run only.

mod row;

use crate::{
    live::Live,
    screen::{Entry, Key},
    ui::{
        filter::{is_wanted, people_page},
        icon::Icon,
        list::{Rows, drawn, keyed},
        notifications::Notifications,
        shortcuts,
    },
};
use leptos::{
    ev::{Event, MouseEvent},
    prelude::*,
};
use row::{PersonRow, RoomRow};
use std::rc::Rc;
use wire::limits::UNREAD_COUNT_MAX;

/// The list.
#[component]
pub fn Rooms() -> impl IntoView {
    let live = expect_context::<Live>();
    let entries = live.screen.entries;
    let has_nobody = Signal::derive(move || !entries.with(|entries| entries.iter().any(is_person)));
    let (rooms, people) = (rows(live, false), rows(live, true));
    view! {
        <nav class="inbox" aria-label="Conversations" on:pointermove=move |_| live.hold() on:pointerleave=move |_| live.release()>
            <Search/>
            <ul use:keyed=rooms.clone()>{rooms.markup()}</ul>
            <h2 hidden=has_nobody>"Start a conversation"</h2>
            <ul use:keyed=people.clone()>{people.markup()}</ul>
            <Hints/>
        </nav>
    }
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
                Some(Entry::Room(row)) => drawn(view! { <RoomRow room=row.key shown=row.value.into()/> }),
                Some(Entry::Person(person)) => drawn(view! { <PersonRow person/> }),
                None => drawn(()),
            }
        }),
    }
}

/// The field on top; its keys are in `keys.rs`.
#[component]
fn Search() -> impl IntoView {
    let live = expect_context::<Live>();
    view! {
        <div class="inbox-head">
            <input
                type="search"
                class="filter"
                aria-label="Filter conversations"
                placeholder="Filter"
                autocomplete="off"
                dir="auto"
                on:input=move |event: Event| live.filter.set(event_target_value(&event))
            />
            <button
                type="button"
                class="bare"
                aria-label="Keyboard shortcuts"
                title="Keyboard shortcuts"
                aria-haspopup="dialog"
                on:click=move |_| shortcuts::open()
            >
                <Icon name="keyboard"/>
            </button>
        </div>
    }
}

#[component]
fn Hints() -> impl IntoView {
    let live = expect_context::<Live>();
    let (entries, state, filter) = (live.screen.entries, live.screen.state, live.filter);
    let nobody = Signal::derive(move || state.with(|state| state.nobody));
    let somebody = Signal::derive(move || !nobody.get());
    let is_found = |entry: &Entry, filter| match entry {
        Entry::Room(row) => row.value.with(|view| is_wanted(filter, &view.title, view.peer.as_ref())),
        Entry::Person(person) => is_wanted(filter, &person.display_name, Some(person)),
    };
    let is_nobody_found = move || entries.with(|entries| !entries.iter().any(|entry| is_found(entry, filter)));
    let hint = Signal::derive(move || {
        let hint = match (entries.with(Vec::is_empty), is_nobody_found()) {
            (true, _) => "Nobody to talk to yet. ",
            (false, true) => "Nobody of that name here. ",
            (false, false) => "",
        };
        hint.to_owned()
    });
    let find = Signal::derive(move || {
        let name = filter.get();
        if name.is_empty() { "/people".to_owned() } else { people_page(&name) }
    });
    view! {
        <p class="hint" hidden=nobody>{hint} <a href=find>"Find people"</a></p>
        <p class="hint" hidden=somebody>
            "You are offline, and nobody is signed in here. " <a href="/login">"Log in"</a>
        </p>
        <Notifications/>
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

/// A click that means "here", not "in another tab".
pub fn is_plain(event: &MouseEvent) -> bool {
    event.button() == 0 && !event.meta_key() && !event.ctrl_key() && !event.shift_key() && !event.alt_key()
}
