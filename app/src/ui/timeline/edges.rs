//! What stands where messages are not held: before the first, and in the middle. Rule: what failed says so in its place, with a way
//! to try again.

use crate::{
    live::Live,
    screen::Item,
    ui::{
        inbox::is_plain,
        said::{press, said},
    },
};
use client::{GapState, Input, Older};
use leptos::{ev::MouseEvent, prelude::*};
use wire::RoomId;

const LOADING_MISSED: &str = "Loading missed messages…";

/// The place of messages that are missing after the others. They are on their way, or, without scripts, a link away.
#[component]
pub fn CatchingUp(
    /// Where.
    room: RoomId,
) -> impl IntoView {
    let items = expect_context::<Live>().screen.items;
    let last = items.with_untracked(|items| items.iter().rev().find_map(Item::seq)).unwrap_or_default();
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
pub fn Gap(
    /// Where.
    room: RoomId,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let screen = live.screen;
    let words = screen.words(|state| {
        let words = match state.gap {
            GapState::More | GapState::Loading => LOADING_MISSED,
            GapState::Failed => "Missed messages could not be loaded.",
            GapState::Full => "Some missed messages are not shown here.",
        };
        words.to_owned()
    });
    let all_is_well = screen.is(|state| state.gap != GapState::Failed);
    let fits = screen.is(|state| state.gap != GapState::Full);
    let here = "/r/".to_owned() + &room.to_string();
    view! {
        <p class="hint" data-gap="">
            <span class="script">{words}</span> " "
            {onwards(live, room)}
            <button type="button" hidden=all_is_well on:click=press(move |_| live.hear(Input::GapSeen { room }))>"Try again"</button>
            <a href=here hidden=fits>"Show the newest"</a>
        </p>
    }
}

/// Without scripts, the way from the part before the gap to what follows it.
#[cfg(feature = "ssr")]
fn onwards(live: Live, room: RoomId) -> impl IntoView {
    let last = live.screen.items.with_untracked(|items| {
        let before = items.iter().take_while(|item| !matches!(item, Item::Gap));
        before.filter_map(Item::seq).last().unwrap_or_default()
    });
    view! { <a class="no-script" href=format!("/r/{room}?after={last}")>"Newer messages"</a> }
}

#[cfg(not(feature = "ssr"))]
fn onwards(_: Live, _: RoomId) {}

/// What stands before the first message.
#[component]
pub fn Beginning(
    /// Of which.
    room: RoomId,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let screen = live.screen;
    let href = said(move || {
        let first = screen.items.with(|items| items.iter().find_map(Item::seq));
        "/r/".to_owned() + &room.to_string() + "?before=" + &first.unwrap_or_default().to_string()
    });
    let on_click = move |event: MouseEvent| {
        if is_plain(&event) && screen.state.with_untracked(|state| state.older != Older::Full) {
            event.prevent_default();
            live.hear(Input::OlderWanted { room });
        }
    };
    let words = said(move || {
        let older = screen.state.with(|state| state.older);
        if older == Older::Beginning {
            return screen.room(room).map_or(String::new(), |view| {
                let of = if view.peer.is_some() { "your conversation with " } else { "" };
                let about = view.about.map_or(String::new(), |about| " · about ".to_owned() + &about);
                "This is the beginning of ".to_owned() + of + &view.title + &about + "."
            });
        }
        words(older).to_owned()
    });
    let is_loading = said(move || screen.state.with(|state| (state.older == Older::Loading).then(String::new)));
    let nothing = screen.is(|state| matches!(state.older, Older::Unknown | Older::Beginning | Older::Loading));
    view! {
        <p class="hint" data-older="" data-loading=is_loading>
            {words} " " <a href=href hidden=nothing on:click=press(on_click)>"Older messages"</a>
        </p>
    }
}

fn words(older: Older) -> &'static str {
    match older {
        Older::Unknown => "What was said here is not on this device yet.",
        Older::Loading => "Loading older messages…",
        Older::Failed => "Older messages could not be loaded. Try again:",
        Older::Beginning | Older::More | Older::Full => "",
    }
}
