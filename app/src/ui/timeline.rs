//! The scrolled part of a conversation. Rule: it is laid out from the bottom, so that the newest message is
//! in view without script and older pages never move what is read.

use crate::{
    live::Live,
    screen::Item,
    ui::{
        bubble::Bubble,
        inbox::is_plain,
        list::{Drawn, Rows, drawn, keyed},
    },
};
use client::{GapState, Input, Older};
use leptos::{ev::MouseEvent, html::Div, prelude::*};
use std::rc::Rc;
use wire::{RoomId, Seq};

/// Within this distance of the end, new messages keep the view at the end.
const STICK_PX: i32 = 100;
/// This far from the beginning, the page before it is asked for.
const FETCH_PX: i32 = 600;
const LOADING_MISSED: &str = "Loading missed messages…";

/// The messages of the open room.
#[component]
pub fn Timeline(
    /// Which.
    room: RoomId,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let screen = live.screen;
    let scroller = NodeRef::<Div>::new();
    let stuck = StoredValue::new(true);
    let look_around = move || {
        // Asked for the next frame, it may come when another room is open.
        let Some(Some(element)) = scroller.try_get_untracked() else { return };
        // Laid out in reverse: 0 is the end, and what is above it is negative.
        let from_end = -element.scroll_top();
        stuck.try_set_value(from_end <= STICK_PX);
        if element.scroll_height() - element.client_height() - from_end < FETCH_PX
            && screen.state.with_untracked(|state| state.older == Older::More)
        {
            live.hear(Input::OlderWanted { room });
        }
        if screen.state.with_untracked(|state| state.gap == GapState::More) && is_near(&element, "[data-gap]") {
            live.hear(Input::GapSeen { room });
        }
        if from_end <= STICK_PX
            && let Some(seq) = screen.items.with_untracked(|items| items.iter().rev().find_map(seq_of))
        {
            live.hear(Input::Shown { room, seq });
        }
    };
    Effect::new(move || {
        screen.items.track();
        if stuck.get_value()
            && let Some(element) = scroller.get_untracked()
        {
            element.set_scroll_top(0);
        }
        request_animation_frame(look_around);
    });
    let rows = Rows {
        keys: Rc::new(move || screen.items.with(|items| items.iter().map(Item::key).collect())),
        draw: Rc::new(move |index| match screen.items.with_untracked(|items| items.get(index).cloned()) {
            Some(item) => row(live, room, item),
            None => drawn(()),
        }),
    };
    view! {
        <div class="timeline" node_ref=scroller on:scroll=move |_| look_around() tabindex="0" role="region" aria-label="History">
            <div class="lines" data-conversation=room.to_string() use:keyed=rows.clone()>{rows.markup()}</div>
        </div>
    }
}

fn row(live: Live, room: RoomId, item: Item) -> Drawn {
    match item {
        Item::Beginning => drawn(view! { <Beginning room/> }),
        Item::Day(day) => {
            let name = Signal::derive(move || live.screen.clock.get().day_name(day));
            drawn(view! { <h3 class="day">{name}</h3> })
        }
        Item::New => drawn(view! { <p class="divider" data-divider="">"New messages"</p> }),
        Item::Gap => drawn(view! { <Gap room/> }),
        Item::CatchingUp => drawn(view! { <CatchingUp room/> }),
        Item::Line(row) => drawn(view! { <Bubble cid=row.key line=row.value.into()/> }),
    }
}

/// The place of messages that are missing after the others. They are on their way, or, without scripts, a link away.
#[component]
fn CatchingUp(room: RoomId) -> impl IntoView {
    let items = expect_context::<Live>().screen.items;
    let last = items.with_untracked(|items| items.iter().rev().find_map(seq_of)).unwrap_or_default();
    let newer = "/r/".to_owned() + &room.to_string() + "?after=" + &last.to_string();
    view! {
        <p class="hint" data-catching-up="">
            <span class="script">{LOADING_MISSED}</span>
            <a class="no-script" href=newer>"Newer messages"</a>
        </p>
    }
}

/// The place of messages that are missing between others. Where it comes into view, they are loaded.
#[component]
fn Gap(room: RoomId) -> impl IntoView {
    let live = expect_context::<Live>();
    let state = live.screen.state;
    let words = Signal::derive(move || {
        let words = match state.with(|state| state.gap) {
            GapState::More | GapState::Loading => LOADING_MISSED,
            GapState::Failed => "Missed messages could not be loaded.",
            GapState::Full => "Some missed messages are not shown here.",
        };
        words.to_owned()
    });
    let all_is_well = Signal::derive(move || state.with(|state| state.gap != GapState::Failed));
    let fits = Signal::derive(move || state.with(|state| state.gap != GapState::Full));
    let here = "/r/".to_owned() + &room.to_string();
    view! {
        <p class="hint" data-gap="">
            {words} " "
            <button type="button" hidden=all_is_well on:click=move |_| live.hear(Input::GapSeen { room })>"Try again"</button>
            <a href=here hidden=fits>"Show the newest"</a>
        </p>
    }
}

/// What stands before the first message.
#[component]
fn Beginning(room: RoomId) -> impl IntoView {
    let live = expect_context::<Live>();
    let screen = live.screen;
    let href = Signal::derive(move || {
        let first = screen.items.with(|items| items.iter().find_map(seq_of));
        "/r/".to_owned() + &room.to_string() + "?before=" + &first.unwrap_or_default().to_string()
    });
    let on_click = move |event: MouseEvent| {
        if is_plain(&event) && screen.state.with_untracked(|state| state.older != Older::Full) {
            event.prevent_default();
            live.hear(Input::OlderWanted { room });
        }
    };
    let words = Signal::derive(move || words(screen.state.with(|state| state.older)).to_owned());
    let nothing = Signal::derive(move || {
        screen.state.with(|state| matches!(state.older, Older::Unknown | Older::Beginning | Older::Loading))
    });
    view! {
        <p class="hint" data-older="">
            {words} " " <a href=href hidden=nothing on:click=on_click>"Older messages"</a>
        </p>
    }
}

/// Whether such a row is in view, or nearly.
fn is_near(scroller: &web_sys::Element, row: &str) -> bool {
    let Ok(Some(row)) = scroller.query_selector(row) else { return false };
    let (row, view) = (row.get_bounding_client_rect(), scroller.get_bounding_client_rect());
    row.bottom() > view.top() - f64::from(FETCH_PX) && row.top() < view.bottom() + f64::from(FETCH_PX)
}

fn words(older: Older) -> &'static str {
    match older {
        Older::Unknown => "What was said here is not on this device yet.",
        Older::Beginning => "This is the beginning of your conversation.",
        Older::Loading => "Loading older messages…",
        Older::Failed => "Older messages could not be loaded. Try again:",
        Older::More | Older::Full => "",
    }
}

fn seq_of(item: &Item) -> Option<Seq> {
    match item {
        Item::Line(row) => row.value.with_untracked(|line| line.seq),
        Item::Beginning | Item::Day(_) | Item::New | Item::Gap | Item::CatchingUp => None,
    }
}
