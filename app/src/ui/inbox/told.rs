//! What a row of the list of conversations shows, in the words that are shown. Rule: both sides draw this and nothing else: the
//! browser by `public/row.js`, which is told it as JSON, the server by `markup.rs`; a test holds the two to the same markup.

use super::count;
use crate::{
    live::{Live, Written},
    ui::{
        avatar::{color, initials},
        bubble::{self, look},
        presence::{presence_of, word},
    },
};
use client::{Line, RoomView};
use leptos::prelude::*;
use wire::{Level, Person, RoomId, writable};

const PREVIEW_CHARS: usize = 80;

/// See the module. Strings are empty where there is nothing to say.
#[derive(Default)]
pub struct Told {
    /// Where it leads.
    pub path: String,
    /// The room; of a person without one, nothing but the first line and "Say hello" is shown.
    pub room: String,
    /// The other person of a direct room.
    pub username: String,
    /// How much of it the user wants to hear.
    pub level: &'static str,
    /// Whether it is the open one.
    pub open: bool,
    /// What it is called.
    pub title: String,
    /// The letters of the face …
    pub initials: String,
    /// … its color …
    pub color: String,
    /// … and the path of the picture over them.
    pub picture: Option<String>,
    /// Whether the other one is here.
    pub presence: &'static str,
    /// When something last happened, for machines.
    pub stamp: String,
    /// When.
    pub time: String,
    /// What is shown instead of the last message: "typing", "draft".
    pub kind: Option<&'static str>,
    /// How far the last message has come, if it is an own one: in a word, in words, as a drawing.
    pub mark: Option<(&'static str, &'static str, &'static str)>,
    /// What stands before the text.
    pub before: &'static str,
    /// The last words.
    pub text: String,
    /// What the badge shows and says.
    pub badge: Option<(String, String)>,
}

writable!(Told {
    path,
    room,
    username,
    level,
    open,
    title,
    initials,
    color,
    picture,
    presence,
    stamp,
    time,
    kind,
    mark,
    before,
    text,
    badge
});

/// Of a room; followed.
pub fn of_room(live: Live, view: &RoomView) -> Told {
    let (room, peer) = (view.id, view.peer.as_ref());
    let kind = kind_of(live, room);
    let last = view.last.as_ref();
    let tick = last.and_then(|line| line.tick.as_ref());
    let draft =
        || live.drafts.with(|drafts| drafts.get(&room).map_or_else(String::new, |draft| Written::of(draft).text));
    let (before, text) = match kind {
        Some("typing") => ("typing…", String::new()),
        Some(_) => ("Draft: ", line_of(&draft())),
        None => (if tick.is_some() { "You: " } else { "" }, last.map(last_words).unwrap_or_default()),
    };
    Told {
        path: "/r/".to_owned() + &room.to_string(),
        room: room.to_string(),
        username: peer.map(|peer| peer.username.clone()).unwrap_or_default(),
        level: view.level.as_str(),
        open: live.screen.open.get() == Some(room),
        title: view.title.clone(),
        initials: initials(&view.title),
        color: color(peer.map(|peer| peer.id).unwrap_or_default()),
        picture: peer.and_then(Person::picture),
        presence: word(presence_of(live, peer.map(|peer| peer.id))),
        stamp: view.active_at.to_string(),
        time: live.screen.clock.get().short(view.active_at),
        kind,
        mark: tick.filter(|_| kind.is_none()).map(|tick| look(Some(tick))),
        before,
        text,
        badge: badge(view),
    }
}

/// Of a connected person without a room; followed.
pub fn of_person(live: Live, person: &Person) -> Told {
    let presence = word(presence_of(live, Some(person.id)));
    let person = live.newest(person);
    Told {
        path: "/dm/".to_owned() + &person.username,
        username: person.username.clone(),
        title: person.display_name.clone(),
        initials: initials(&person.display_name),
        color: color(person.id),
        picture: person.picture(),
        presence,
        ..Told::default()
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

fn last_words(line: &Line) -> String {
    match &line.message {
        None => "…".to_owned(),
        Some(message) => {
            let text = bubble::text(line);
            line_of(if text.is_empty() { message.gist() } else { &text })
        }
    }
}

/// One line, as long as can be seen.
fn line_of(text: &str) -> String {
    text.trim_start().chars().map(|char| if char == '\n' { ' ' } else { char }).take(PREVIEW_CHARS).collect()
}
