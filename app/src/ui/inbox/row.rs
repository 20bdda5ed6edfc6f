//! The rows of the list of conversations. Rule: every row is a link that works without JavaScript.

use super::{count, is_plain};
use crate::{
    live::{Live, Written},
    ui::{
        avatar::Avatar,
        bubble,
        icon::Icon,
        moment::{Style, moment},
        presence::Dot,
        said::{Said, fixed, press, said},
    },
};
use client::{Line, RoomView};
use leptos::{ev::MouseEvent, prelude::*};
use wire::{Level, Person, RoomId, UserId};

const PREVIEW_CHARS: usize = 80;

/// A room.
#[component]
pub fn RoomRow(
    /// Its key.
    room: RoomId,
    /// What it shows.
    shown: RwSignal<RoomView>,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let open = live.screen.open;
    let peer = shown.with_untracked(|view| view.peer.clone());
    let (peer, username) = peer.map(|peer| (peer.id, peer.username)).unzip();
    let title = words(shown, |view| view.title.clone());
    let some = |part: fn(&RoomView) -> Option<String>| said(move || shown.with(part));
    let unread_text = words(shown, |view| badge(view).map_or_else(String::new, |(text, _)| text));
    let unread = some(|view| badge(view).map(|(text, _)| text));
    let unread_label = some(|view| badge(view).map(|(_, label)| label));
    let level = words(shown, |view| view.level.as_str().to_owned());
    let current = said(move || (open.get() == Some(room)).then(|| "page".to_owned()));
    let on_click = move |event: MouseEvent| {
        if is_plain(&event) {
            event.prevent_default();
            live.go(Some(room));
        }
    };
    let id = room.to_string();
    view! {
        <li>
            <a href="/r/".to_owned() + &id class="row" data-room=id data-username=username data-level=level aria-current=current on:click=press(on_click)>
                <Portrait peer title=title.clone()/>
                <span class="row-title" dir="auto">{title}</span>
                {moment(live, Style::Short, move || shown.with(|view| view.active_at))}
                <Preview room shown/>
                <span class="badge" role="img" data-unread=unread aria-label=unread_label>{unread_text}</span>
            </a>
        </li>
    }
}

/// What the badge shows and says, by how much the user wants to hear: a number, "@" and a number, or a mark without one. None
/// when all is read.
fn badge(view: &RoomView) -> Option<(String, String)> {
    let (figure, sign, words) = match view.level {
        Level::Mentions => (view.mentions, "@", " mentioning you"),
        Level::None => (0, "", ""),
        _ => (view.unread, "", " unread"),
    };
    match count(figure) {
        Some(figure) => Some((sign.to_owned() + &figure, figure + words)),
        None => (view.unread > 0).then(|| (String::new(), "unread".to_owned())),
    }
}

/// One line: who types, what is written and not sent, or what was said last.
#[component]
fn Preview(room: RoomId, shown: RwSignal<RoomView>) -> impl IntoView {
    let live = expect_context::<Live>();
    let kind = said(move || kind_of(live, room).map(str::to_owned));
    let before = said(move || {
        let before = match kind_of(live, room) {
            Some("typing") => "typing…",
            Some(_) => "Draft: ",
            None if shown.with(own) => "You: ",
            None => "",
        };
        before.to_owned()
    });
    let text = said(move || match kind_of(live, room) {
        Some("typing") => String::new(),
        Some(_) => live
            .drafts
            .with(|drafts| line_of(&drafts.get(&room).map_or_else(String::new, |draft| Written::of(draft).text))),
        None => shown.with(|view| view.last.as_ref().map(last_words).unwrap_or_default()),
    });
    let word = words(shown, |view| look(view).0.to_owned());
    let sentence = words(shown, |view| look(view).1.to_owned());
    let name = words(shown, |view| look(view).2.to_owned());
    let has_no_tick = said(move || kind_of(live, room).is_some() || !shown.with(own));
    view! {
        <span class="row-last" data-preview=kind>
            <span class="tick" role="img" data-mark=word aria-label=sentence hidden=has_no_tick>
                <Icon name/>
            </span>
            <span class="row-before">{before}</span>
            <span dir="auto">{text}</span>
        </span>
    }
}

/// What the room's last message says of itself; see [`bubble::look`].
fn look(view: &RoomView) -> (&'static str, &'static str, &'static str) {
    bubble::look(view.last.as_ref().and_then(|line| line.tick.as_ref()))
}

fn words(shown: RwSignal<RoomView>, part: fn(&RoomView) -> String) -> Said<String> {
    said(move || shown.with(part))
}

/// A connected person without a room.
#[component]
pub fn PersonRow(
    /// Who.
    person: Person,
) -> impl IntoView {
    let Person { id, username, display_name } = person;
    let title = fixed(display_name.clone());
    view! {
        <li>
            <a href="/dm/".to_owned() + &username class="row" data-username=username>
                <Portrait peer=Some(id) title=title.clone()/>
                <span class="row-title" dir="auto">{display_name}</span>
                <span class="row-last">"Say hello"</span>
            </a>
        </li>
    }
}

/// A face, and whether they are here.
#[component]
fn Portrait(peer: Option<UserId>, title: Said<String>) -> impl IntoView {
    view! {
        <span class="portrait">
            <Avatar person=peer title/>
            <Dot user=peer/>
        </span>
    }
}

fn kind_of(live: Live, room: RoomId) -> Option<&'static str> {
    let is_written = |draft: &String| !Written::of(draft).text.trim().is_empty();
    if live.screen.state.with(|state| state.typing.contains_key(&room)) {
        Some("typing")
    } else if live.screen.open.get() != Some(room)
        && live.drafts.with(|drafts| drafts.get(&room).is_some_and(is_written))
    {
        Some("draft")
    } else {
        None
    }
}

fn own(view: &RoomView) -> bool {
    view.last.as_ref().is_some_and(|line| line.tick.is_some())
}

fn last_words(line: &Line) -> String {
    if line.message.is_none() { "…".to_owned() } else { line_of(&bubble::text(line)) }
}

/// One line, as long as can be seen.
fn line_of(text: &str) -> String {
    text.trim_start().chars().map(|char| if char == '\n' { ' ' } else { char }).take(PREVIEW_CHARS).collect()
}
