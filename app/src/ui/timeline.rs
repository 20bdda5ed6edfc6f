//! The scrolled part of a conversation. Rule: it is laid out from the bottom, so that the newest message is in view without
//! script; in the browser, rows far from what is in view are not drawn ([`view`]).

mod edges;
mod jump;
mod view;
mod window;

use crate::{
    live::{Live, asked},
    screen::{Item, Key, Screen},
    ui::{
        bubble::bubble,
        list::{Drawn, drawn},
        said::{said, watch},
    },
};
use client::Input;
use edges::{Beginning, CatchingUp, Gap};
use jump::{Latest, Unread};
use leptos::prelude::*;
use view::{Aim, View};
use web_sys::{Element, Event};
use wire::{RoomId, Seq};

/// The messages of the open room.
#[component]
pub fn Timeline(
    /// Which.
    room: RoomId,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let screen = live.screen;
    let view = StoredValue::new_local(None::<View>);
    let wants_unread = StoredValue::new(false);
    let show = move |aim| {
        // Asked for the next frame, it may come when another room is open.
        view.try_update_value(|view| view.as_mut().map(|view| view.show(aim, &|item| row(live, room, item.clone()))));
    };
    let look_around = move || {
        while view.try_update_value(|view| view.as_mut().is_some_and(View::look_around)) == Some(true) {
            show(Aim::Here);
        }
    };
    let jump = move |aim| {
        show(aim);
        look_around();
        jump::rest();
    };
    let begin = move |lines: Element| {
        view.set_value(Some(View::of(live, room, lines)));
        let at = screen.state.with_untracked(|state| state.at);
        untrack(|| show(at.map_or(Aim::End, |at| Aim::Row(Key::Line(at)))));
        // Drawn again later, it does not call any more.
        if at.is_some() {
            screen.state.update(|state| state.at = None);
        }
    };
    watch(move || {
        let first = screen.items.with(|items| first_unread(live, items)).filter(|_| wants_unread.get_value());
        match first {
            Some(first) => {
                wants_unread.set_value(false);
                jump(Aim::Row(first));
            }
            None => show(Aim::Here),
        }
        request_animation_frame(look_around);
    });
    let to_unread = move || match screen.items.with_untracked(|items| first_unread(live, items)) {
        Some(first) => jump(Aim::Row(first)),
        None => {
            wants_unread.set_value(true);
            live.hear(Input::UnreadWanted { room });
        }
    };
    if cfg!(feature = "csr") {
        let listener = window_event_listener_untyped("jump", move |event| follow(screen, &event, jump));
        on_cleanup(move || listener.remove());
    }
    view! {
        <div class="history">
            <div class="timeline" on:scroll=move |_| look_around() tabindex="0" role="region" aria-label="Messages">
                <div class="lines" data-conversation=room.to_string() use:begin>{markup(live, room)}</div>
            </div>
            <Unread room jump=to_unread/>
            <Latest room jump=move || jump(Aim::End)/>
        </div>
    }
}

/// A quote was followed; what is not held is not taken, and its link leads on.
fn follow(screen: Screen, event: &Event, jump: impl Fn(Aim)) {
    let seq = asked::detail(event).and_then(|seq| seq.parse().ok()).map(Seq);
    let place = |items: &Vec<Item>| items.iter().find(|item| seq.is_some() && item.seq() == seq).map(Item::key);
    if let Some(key) = screen.items.with_untracked(place) {
        event.prevent_default();
        jump(Aim::Row(key));
    }
}

/// On the server: all rows.
#[cfg(feature = "ssr")]
fn markup(live: Live, room: RoomId) -> Vec<Drawn> {
    live.screen.items.with_untracked(|items| items.iter().map(|item| row(live, room, item.clone())).collect())
}

#[cfg(not(feature = "ssr"))]
fn markup(_: Live, _: RoomId) {}

fn row(live: Live, room: RoomId, item: Item) -> Drawn {
    match item {
        Item::Beginning => drawn(view! { <Beginning room/> }),
        Item::Day(day) => {
            let name = said(move || live.screen.clock.get().day_name(day));
            drawn(view! { <h3 class="day">{name}</h3> })
        }
        Item::New => {
            let unread = live.screen.state.with_untracked(|state| state.opened.map_or(0, |opened| opened.unread));
            drawn(
                view! { <p class="divider" data-divider=""><span>{"New messages · ".to_owned() + &count(unread)}</span></p> },
            )
        }
        Item::Gap => drawn(view! { <Gap room/> }),
        Item::CatchingUp => drawn(view! { <CatchingUp room/> }),
        Item::Line(row, is_grouped) => bubble(live, row.value.into(), is_grouped),
    }
}

/// The divider, or at the very beginning of a room the first message.
fn first_unread(live: Live, items: &[Item]) -> Option<Key> {
    let first = live.screen.state.with_untracked(|state| state.opened?.first)?;
    let has_divider = items.iter().any(|item| item.key() == Key::New);
    Some(if has_divider { Key::New } else { Key::Line(first) })
}

/// Beyond 99 "99+"; nothing when all is read.
fn count(unread: i64) -> String {
    crate::ui::inbox::count(unread).unwrap_or_default()
}
