//! One message. Rule: its node stays the same from "waiting" to "read"; what its tick means is also said in words.

#[cfg(feature = "ssr")]
pub mod bid;
#[cfg(feature = "ssr")]
pub mod files;
#[cfg(feature = "ssr")]
mod markup;
#[cfg(feature = "ssr")]
pub mod place;
mod told;

use crate::{live::Live, ui::list::Drawn};
use client::{Line, Tick};
use leptos::prelude::*;
use wire::{EventKind, MessageType};

/// A message of the open room.
#[cfg(feature = "ssr")]
pub fn bubble(live: Live, line: RwSignal<Line>, is_grouped: bool) -> Drawn {
    line.with_untracked(|line| markup::markup(live, line, is_grouped))
}

/// A message of the open room, drawn at once and whenever it changes.
#[cfg(not(feature = "ssr"))]
pub fn bubble(live: Live, line: RwSignal<Line>, _: bool) -> Drawn {
    let message = script::make();
    let dress = {
        let message = message.clone();
        move || line.with(|line| dress(live, &message, line))
    };
    untrack(&dress);
    crate::ui::said::watch(dress);
    Box::new(message)
}

/// Draws what has changed of a message.
#[cfg(not(feature = "ssr"))]
pub fn dress(live: Live, message: &web_sys::Element, line: &Line) {
    script::dress(message, &wire::write::json(&told::told(live, line)));
}

/// The server draws each once.
#[cfg(feature = "ssr")]
pub fn dress(_: Live, _: &web_sys::Element, _: &Line) {}

#[cfg(not(feature = "ssr"))]
mod script {
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen(raw_module = "/chat.js")]
    extern "C" {
        pub fn make() -> web_sys::Element;
        pub fn dress(message: &web_sys::Element, told: &str);
    }
}

/// What happened to the room, or its host's word: nobody's bubble.
fn is_note(line: &Line) -> bool {
    line.kind != EventKind::Message || line.message.as_ref().is_some_and(|message| message.kind == MessageType::System)
}

/// The same in words, with how many of the others have it.
fn counted(line: &Line) -> String {
    let counted = tally(line);
    if counted.is_empty() { look(line.tick.as_ref()).1.to_owned() } else { counted }
}

/// "Read by 4 of 9"; nothing while nobody is known to have it.
fn tally(line: &Line) -> String {
    let (verb, count, of) = match (line.tally.as_deref().copied().unwrap_or_default(), &line.tick) {
        (tally, _) if tally.read > 0 => ("Read by ", tally.read, tally.of),
        (tally, _) if tally.delivered > 0 => ("Delivered to ", tally.delivered, tally.of),
        (_, Some(Tick::Read)) => ("Read by ", 0, 0),
        _ => return String::new(),
    };
    let how_many = if count == of { "all".to_owned() } else { count.to_string() + " of " + &of.to_string() };
    verb.to_owned() + &how_many
}

/// The word, the words, the drawing's name.
pub fn look(tick: Option<&Tick>) -> (&'static str, &'static str, &'static str) {
    match tick {
        None | Some(Tick::Waiting | Tick::Sending) => ("waiting", "Waiting to be sent", "clock"),
        Some(Tick::Sent) => ("sent", "Sent: stored by the server", "tick"),
        Some(Tick::Delivered) => ("delivered", "Delivered", "ticks"),
        Some(Tick::Read) => ("read", "Read", "ticks"),
        Some(Tick::Refused(_)) => ("refused", "Not sent", "alert"),
    }
}

/// Whether it would fill the screen.
fn is_long(text: &str) -> bool {
    const LINES: usize = 24;
    const CHARS: usize = 1_600;
    text.len() > CHARS || text.matches('\n').nth(LINES).is_some()
}

/// Whether it is one to three emoji and nothing else.
fn is_emoji(text: &str) -> bool {
    let mut count = 0;
    let mut is_joined = false;
    for char in text.chars() {
        match char {
            '\u{200d}' => is_joined = true,
            '\u{fe0f}' | '\u{20e3}' | '\u{1f3fb}'..='\u{1f3ff}' if count > 0 => {}
            '\u{2600}'..='\u{27bf}' | '\u{2b50}' | '\u{1f300}'..='\u{1faff}' => {
                count += usize::from(!is_joined);
                is_joined = false;
            }
            _ => return false,
        }
    }
    (1..=3).contains(&count)
}

const DELETED: &str = "Message deleted";

/// What it says.
pub fn text(line: &Line) -> String {
    match &line.message {
        Some(message) if message.deleted => DELETED.to_owned(),
        Some(message) if message.kind != MessageType::Unknown => message.content.clone(),
        _ => "This message cannot be shown by this version.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::{Cid, Person, Seq, Tally, Time, UserId};

    #[test]
    fn a_tick_among_several_says_how_many() {
        let check = |tick: Tick, tally: Option<(i64, i64, i64)>, expected: &str| {
            let tally = tally.map(|(of, delivered, read)| Box::new(Tally { seq: Seq(7), of, delivered, read }));
            let author = Person {
                id: UserId(1),
                username: "ana".to_owned(),
                display_name: "Ana".to_owned(),
                ..Person::default()
            };
            let (cid, kind) = (Cid::new(0, [0; 10]), EventKind::Message);
            let (at, tick) = (Time(0), Some(tick));
            let line = Line {
                cid,
                seq: Some(Seq(7)),
                kind,
                author,
                at,
                message: None,
                tick,
                tally,
                mentions_me: false,
                changing: None,
            };
            assert_eq!(counted(&line), expected);
        };
        check(Tick::Delivered, Some((9, 9, 4)), "Read by 4 of 9");
        check(Tick::Read, Some((9, 9, 9)), "Read by all");
        check(Tick::Sent, Some((9, 3, 0)), "Delivered to 3 of 9");
        check(Tick::Delivered, Some((9, 9, 0)), "Delivered to all");
        check(Tick::Sent, Some((9, 0, 0)), "Sent: stored by the server");
        check(Tick::Sent, Some((0, 0, 0)), "Sent: stored by the server");
        check(Tick::Delivered, None, "Delivered");
        check(Tick::Read, None, "Read by all");
        check(Tick::Waiting, None, "Waiting to be sent");
    }

    #[test]
    fn up_to_three_emoji_alone_are_shown_large() {
        for text in ["👍", "❤️", "👍🏽👍🏽", "👩‍👩‍👧", "🎁🎉✨"] {
            assert!(is_emoji(text), "{text}");
        }
        for text in ["", "a", "👍 ", "👍!", "🎁🎉✨🎁", "12", "\u{fe0f}"] {
            assert!(!is_emoji(text), "{text}");
        }
    }
}
