//! The ways to the end and to the first unread message. Rule: a jump draws what it leads to and is there; it never scrolls through
//! what lies between.

use super::count;
use crate::{
    browser,
    live::Live,
    ui::{
        icon::icon,
        said::{press, said},
    },
};
use client::Input;
use leptos::prelude::*;
use wire::RoomId;

/// Where the focus goes if the button that was pressed has it: that is gone.
pub fn rest() {
    if browser::find("[data-jump] :focus, [data-jump]:focus").is_some()
        && let Some(timeline) = browser::find(".timeline")
    {
        browser::focus_in_place(&timeline);
    }
}

/// The button at the end, while that is out of sight; with the number of messages that came since. And the day of what is in view.
#[component]
pub fn Latest(
    /// Where.
    room: RoomId,
    /// What to do.
    jump: impl Fn() + Copy + 'static,
) -> impl IntoView {
    let screen = expect_context::<Live>().screen;
    let is_here = screen.is(|state| !state.is_away);
    let below = move || screen.room(room).map_or((0, false), |view| (view.unread, view.mentions > 0));
    let text = said(move || count(below().0));
    let mention = said(move || below().1.then(String::new));
    let label = said(move || {
        let (unread, is_mentioned) = below();
        let unread = count(unread);
        let mention = if is_mentioned { ", one mentions you" } else { "" };
        "Newest messages".to_owned() + if unread.is_empty() { "" } else { ", new: " } + &unread + mention
    });
    let day = said(move || {
        let day = screen.state.with(|state| state.day);
        day.map_or(String::new(), |day| screen.clock.get().day_name(day))
    });
    let no_day = screen.is(|state| state.day.is_none());
    view! {
        <p class="day" data-floating="" aria-hidden="true" hidden=no_day>{day}</p>
        <button type="button" class="jump" data-jump="latest" data-mention=mention hidden=is_here aria-label=label title="Newest messages" on:click=press(move |_| jump())>
            {icon("down")}
            <span class="badge" data-count=text>{text.clone()}</span>
        </button>
    }
}

/// The bar while the first unread message is out of sight above.
#[component]
pub fn Unread(
    /// Where.
    room: RoomId,
    /// What to do.
    jump: impl Fn() + Copy + 'static,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let screen = live.screen;
    let opened = move || screen.state.with(|state| state.opened);
    let not_now = screen.is(|state| state.opened.is_none() || !state.is_below);
    let words = said(move || {
        let Some(opened) = opened() else { return String::new() };
        let since = opened.since.map(|since| " since ".to_owned() + &screen.clock.get().short(since));
        count(opened.unread) + " unread" + &since.unwrap_or_default()
    });
    let go = move |_| {
        if opened().is_some() {
            jump();
        }
    };
    let dismiss = move |_| {
        live.hear(Input::DividerDone { room });
        rest();
    };
    view! {
        <div class="unread-bar" data-jump="unread" hidden=not_now>
            <button type="button" on:click=press(go)>{icon("up")}<span>{words}</span></button>
            <button type="button" aria-label="Dismiss" title="Dismiss" on:click=press(dismiss)>
                {icon("close")}
            </button>
        </div>
    }
}
