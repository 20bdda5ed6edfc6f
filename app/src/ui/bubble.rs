//! One message. Rule: its node stays the same from "waiting" to "read"; what its tick means is also said in words.

pub mod extras;

use crate::{
    browser,
    live::Live,
    ui::{
        avatar::face,
        moment::{Style, moment},
        said::{Said, press, said},
    },
};
use client::{Line, Tick};
use extras::dress;
use leptos::{ev::MouseEvent, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use wire::{Cid, EventKind, MessageType, RoomKind};

/// A message of the open room.
#[component]
pub fn Bubble(
    /// Its key.
    cid: Cid,
    /// What it shows.
    line: RwSignal<Line>,
    /// Whether it stands together with the one before it.
    is_grouped: bool,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let (author, own) = line.with_untracked(|line| (line.author.clone(), line.tick.is_some()));
    let is_at = live.screen.state.with_untracked(|state| state.at == Some(cid));
    let (is_note, is_mention) = line.with_untracked(|line| (is_note(line), line.mentions_me));
    let room = live.screen.open.get_untracked().and_then(|room| untrack(|| live.screen.room(room)));
    // In a room of two people the side tells who it is.
    let group = room.filter(|room| room.kind != RoomKind::Direct).map(|room| room.id);
    let is_named = !own && !is_note && group.is_some();
    let name = if own { "You".to_owned() } else { author.display_name.clone() };
    let face = is_named.then(|| face(Some(author.id), &author.display_name));
    let seq = said(move || line.with(|line| line.seq.map(|seq| seq.to_string())));
    let text = words(line, text);
    let is_long = is_long(&text());
    let is = |is_so: fn(&Line) -> bool| line.with_untracked(is_so).then(String::new);
    view! {
        <article
            use:dress=(live, line)
            class="bubble"
            tabindex="-1"
            autofocus=is_at
            data-cid=cid.to_string()
            data-seq=seq
            data-own=own.then(String::new)
            data-grouped=is_grouped.then(String::new)
            data-long=is_long.then(String::new)
            data-emoji=is(is_emoji)
            data-deleted=is(is_deleted)
            data-edited=extras::edited(live, line)
            data-note=is_note.then(String::new)
            data-mention=is_mention.then(String::new)
        >
            <span class=if is_named { "author" } else { "hidden" } dir="auto">{face} {name + ": "}</span>
            {extras::quote(line)}
            <p class="text" dir="auto">{text}</p>
            {is_long.then(|| view! { <button type="button" class="more" on:click=press(open)>"Show more"</button> })}
            <span class="meta">
                {moment(live, Style::Minute, move || line.with(|line| line.at))}
                {own.then(|| extras::tick(line, group))}
            </span>
            {extras::reactions(line)}
        </article>
    }
}

/// What happened to the room, or its host's word: nobody's bubble.
fn is_note(line: &Line) -> bool {
    line.kind != EventKind::Message || line.message.as_ref().is_some_and(|message| message.kind == MessageType::System)
}

/// Shows the whole of a long text; its beginning stays where it is.
fn open(event: MouseEvent) {
    let button = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
    let Some(bubble) = button.and_then(|button| button.parent_element()) else { return };
    let top = bubble.get_bounding_client_rect().top();
    let _ = bubble.set_attribute("data-open", "");
    if let Ok(Some(timeline)) = bubble.closest(".timeline") {
        timeline.scroll_by_with_x_and_y(0.0, bubble.get_bounding_client_rect().top() - top);
    }
    // The button is gone.
    let _ = bubble.dyn_ref::<HtmlElement>().map(browser::focus_in_place);
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

fn words(line: RwSignal<Line>, part: fn(&Line) -> String) -> Said<String> {
    said(move || line.with(part))
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
fn is_emoji(line: &Line) -> bool {
    is_only_emoji(&text(line))
}

fn is_only_emoji(text: &str) -> bool {
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

/// Whether its content is gone.
fn is_deleted(line: &Line) -> bool {
    line.message.as_ref().is_some_and(|message| message.deleted)
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
    use wire::{Person, Seq, Tally, Time, UserId};

    #[test]
    fn a_tick_among_several_says_how_many() {
        let check = |tick: Tick, tally: Option<(i64, i64, i64)>, expected: &str| {
            let tally = tally.map(|(of, delivered, read)| Box::new(Tally { seq: Seq(7), of, delivered, read }));
            let author = Person { id: UserId(1), username: "ana".to_owned(), display_name: "Ana".to_owned() };
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
            assert!(is_only_emoji(text), "{text}");
        }
        for text in ["", "a", "👍 ", "👍!", "🎁🎉✨🎁", "12", "\u{fe0f}"] {
            assert!(!is_only_emoji(text), "{text}");
        }
    }
}
