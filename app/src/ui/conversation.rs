//! One open room: header, messages, connection line, composer. Rule: made anew for each room that is opened.

use crate::{
    live::Live,
    ui::{
        avatar::Avatar,
        composer::Composer,
        icon::icon,
        inbox::is_plain,
        link_line::LinkLine,
        presence::{presence_of, sentence, word},
        refused_bar::RefusedBar,
        said::{Said, press, said, watch},
        timeline::Timeline,
    },
};
use client::{Link, RoomView};
use leptos::{either::Either, ev::MouseEvent, prelude::*};
use wire::{Code, Person, RoomId, RoomKind, Seq};

/// The room on screen.
#[component]
pub fn Conversation(
    /// Which.
    room: RoomId,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let screen = live.screen;
    let title = said(move || screen.room(room).map_or("Conversation".to_owned(), |view| view.title));
    // Without a connection, what the room is called is not known, and what is written waits.
    let may_write = move || match screen.room(room) {
        Some(view) => view.writable,
        None => screen.state.with(|state| state.link.link != Link::Connected),
    };
    // Followed only when it changes: the composer must not be made anew with what is written in it.
    let writable = RwSignal::new(untrack(may_write));
    watch(move || {
        let now = may_write();
        if writable.get_untracked() != now {
            writable.set(now);
        }
    });
    let notice = screen.words(|state| state.notice.clone());
    let no_notice = screen.is(|state| state.notice.is_empty());
    let composer = move || {
        if writable.get() {
            Either::Left(view! { <Composer room/> })
        } else {
            Either::Right(view! { <p class="hint" data-readonly="">{why(screen.room(room)).sentence()}</p> })
        }
    };
    view! {
        <section class="conversation" aria-label=title.clone()>
            <Header room title=title.clone()/>
            <Timeline room/>
            <p class="error" role="alert" hidden=no_notice>{notice}</p>
            <RefusedBar/>
            <LinkLine/>
            {composer}
        </section>
    }
}

/// Why nothing can be written in a room.
fn why(room: Option<RoomView>) -> Code {
    match room {
        None => Code::NotFound,
        Some(room) if room.archived => Code::RoomClosed,
        Some(room) if room.kind == RoomKind::Direct => Code::NotConnected,
        Some(_) => Code::Muted,
    }
}

#[component]
fn Header(room: RoomId, title: Said<String>) -> impl IntoView {
    let live = expect_context::<Live>();
    let screen = live.screen;
    let view = untrack(|| screen.room(room));
    let peer = view.as_ref().and_then(|view| view.peer.as_ref().map(|peer| peer.id));
    let unread = view.as_ref().and_then(unread_end);
    let presence = said(move || word(presence_of(live, peer)));
    let is_group = view.as_ref().is_some_and(|view| view.peer.is_none());
    let about = view
        .as_ref()
        .map(|view| view.about.as_ref().map_or("Members and topic".to_owned(), |about| "About ".to_owned() + about));
    let other = move || screen.room(room).and_then(|view| view.peer).unwrap_or_default();
    let picture = said(move || other().picture());
    let typing = move || screen.state.with(|state| state.typing.get(&room).cloned());
    let status = move || match &about {
        Some(about) if is_group => about.clone(),
        _ => with_status(sentence(presence_of(live, peer), screen.clock.get()), other()),
    };
    let status = said(move || typing().unwrap_or_else(&status));
    let is_typing = said(move || typing().map(|_| String::new()));
    let kind = view.as_ref().map(|view| view.kind.as_str());
    let details = view.is_some().then(|| "/r/".to_owned() + &room.to_string() + "/details");
    let back = move |event: MouseEvent| {
        if is_plain(&event) {
            event.prevent_default();
            live.go(None);
        }
    };
    view! {
        <header class="room-head" data-kind=kind>
            <a href="/" class="back" aria-label="Back to conversations" on:click=press(back)>{icon("back")}</a>
            <Avatar person=peer title=title.clone() picture/>
            <div class="room-name">
                <h1 dir="auto" tabindex="-1"><a href=details data-panel="">{title}</a></h1>
                <p class="status" data-presence=presence>
                    <span data-typing=is_typing>{status}</span>
                </p>
            </div>
            {unread.map(|seq| view! { <MarkRead room seq/> })}
        </header>
    }
}

/// Whether somebody is here, and what they say of themselves, in whichever direction that is written.
fn with_status(here: String, person: Person) -> String {
    if person.status.is_empty() {
        return here;
    }
    let before = if here.is_empty() { here } else { here + " · " };
    before + "\u{2068}" + &person.status + "\u{2069}"
}

/// For browsers without scripts; where they run, what is on screen is read by itself.
#[component]
fn MarkRead(room: RoomId, seq: Seq) -> impl IntoView {
    view! {
        <form class="no-script" method="post" action="/r/".to_owned() + &room.to_string() + "/read">
            <input type="hidden" name="seq" value=seq.to_string()/>
            <button type="submit">"Mark as read"</button>
        </form>
    }
}

/// The last position of a room with something unread in it.
fn unread_end(view: &RoomView) -> Option<Seq> {
    let last = view.last.as_ref()?;
    if view.unread > 0 { last.seq } else { None }
}
