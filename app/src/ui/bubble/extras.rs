//! What belongs to some messages: what they answer, reactions, what became of them, why something was refused, how far own
//! ones have come. Rule: in the browser `public/bubble.js` draws it from a little JSON,
//! which costs the module a tenth of views of its own; on the server, for pages without scripts, it is drawn here, and looks the same.

use super::{counted, look, tally};
#[cfg(feature = "ssr")]
use crate::ui::icon::icon;
use crate::{keep::json, live::Live, ui::said::watch};
use client::{Line, Tick};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::Element;
use wire::{Act, Code, Quote, RoomId, RoomKind};

#[wasm_bindgen(raw_module = "/bubble.js")]
extern "C" {
    /// Draws what [`told`] says.
    #[wasm_bindgen(js_name = dress)]
    fn draw(message: &Element, told: &str);
}

/// Draws them whenever they change.
pub fn dress(message: Element, (live, line): (Live, RwSignal<Line>)) {
    watch(move || line.with(|line| dress_now(live, &message, line)));
}

/// Draws them, unless they are drawn already.
pub fn dress_now(live: Live, message: &Element, line: &Line) {
    draw(message, &told(live, line));
}

/// What there is to draw beside the text, as a JSON list: what the message carries, then lists of strings, empty where there is
/// nothing: what it is, and when it was edited, in words; of what is answered the path, author and text; of what was refused why, its
/// cid and what can be done; of an own one how far it has come, in a word, in words, in figures, as a drawing, and where more stands
/// of it; then of each reaction the emoji, who, how many, and whether the user is among them.
fn told(live: Live, line: &Line) -> String {
    let Some(message) = &line.message else { return String::new() };
    let mut told = "[".to_owned() + &json(&message.more);
    let mut tell = |parts: &[&str]| {
        told += ",";
        told += &json(&parts);
    };
    let mut is = String::new();
    let is_changing = line.changing.as_ref().is_some_and(|it| !matches!(it.tick, Tick::Refused(_)));
    for (word, is_so) in [("emoji ", super::is_emoji(line)), ("deleted ", message.deleted), ("changing ", is_changing)]
    {
        is += if is_so { word } else { "" };
    }
    tell(&[&is, &edited_at(live, line).unwrap_or_default()]);
    match message.reply_to.as_deref().map(|quote| line_of(quote, live)) {
        Some((path, author, text)) => tell(&[&path, author, text]),
        None => tell(&[]),
    }
    match refused(line) {
        Some((why, cid, ways)) => tell(&[&why, &cid, ways]),
        None => tell(&[]),
    }
    if line.tick.is_some() {
        let ((word, sentence, drawing), group) = (look(line.tick.as_ref()), group(live));
        let (sentence, figures) = match group {
            Some(_) => (counted(line), tally(line)),
            None => (sentence.to_owned(), String::new()),
        };
        tell(&[word, &sentence, &figures, drawing, &receipts(group, line).unwrap_or_default()]);
    } else {
        tell(&[]);
    }
    for reaction in &message.reactions {
        let (is_mine, names) = live.names(&reaction.by);
        let count = reaction.by.len().to_string();
        tell(&[&reaction.emoji, &names, &count, if is_mine { "true" } else { "false" }]);
    }
    told + "]"
}

/// What was refused last of it, or it itself: the sentence, the cid, and what can be done.
fn refused(line: &Line) -> Option<(String, String, &'static str)> {
    let changing = line.changing.as_ref().map(|it| (it.cid, it.act, Some(&it.tick)));
    let (cid, act, tick) = changing.unwrap_or((line.cid, Act::Say, line.tick.as_ref()));
    let Some(Tick::Refused(refusal)) = tick else { return None };
    let words = match act {
        Act::Say => "Not sent. ",
        Act::Edit => "Not edited. ",
        Act::Delete => "Not deleted. ",
        _ => "Your reaction was not taken. ",
    };
    let is_in_vain = matches!(refusal.code, Code::MessageTooLong | Code::MessageDeleted | Code::NotAuthor);
    // What carries more than its text is no text for the composer.
    let is_text = line.message.as_ref().is_none_or(|message| act == Act::Edit || message.more.is_nothing());
    let ways = match (is_in_vain, is_text && matches!(act, Act::Say | Act::Edit)) {
        (false, true) => "retry edit",
        (false, false) => "retry",
        (true, true) => "edit",
        (true, false) => "",
    };
    Some((words.to_owned() + &refusal.message, cid.to_string(), ways))
}

/// The open room, if it is one of more than two.
fn group(live: Live) -> Option<RoomId> {
    let room = untrack(|| live.screen.room(live.screen.open.get()?))?;
    (room.kind != RoomKind::Direct).then_some(room.id)
}

/// Where it stands who has read it.
fn receipts(group: Option<RoomId>, line: &Line) -> Option<String> {
    Some("/r/".to_owned() + &group?.to_string() + "/receipts/" + &line.seq?.to_string())
}

/// How far it has come; in a room of more than two it leads to who has read it, as soon as it is stored.
#[cfg(feature = "ssr")]
pub fn tick(line: RwSignal<Line>, group: Option<RoomId>) -> impl IntoView {
    let line = line.get_untracked();
    let (word, sentence, drawing) = look(line.tick.as_ref());
    let sentence = if group.is_some() { counted(&line) } else { sentence.to_owned() };
    let href = receipts(group, &line);
    let role = href.is_none().then_some("img");
    let panel = group.map(|_| "");
    let counted = group.map(|_| tally(&line));
    view! {
        <a class="tick" href=href role=role data-panel=panel data-tick=word aria-label=sentence.clone() title=sentence>
            <span class="tally" aria-hidden="true">{counted}</span>
            {icon(drawing)}
        </a>
    }
}

#[cfg(not(feature = "ssr"))]
pub fn tick(_: RwSignal<Line>, _: Option<RoomId>) {}

fn line_of(quote: &Quote, live: Live) -> (String, &str, &str) {
    let room = live.screen.open.get_untracked().unwrap_or_default();
    let path = "/r/".to_owned() + &room.to_string() + "?at=" + &quote.seq.to_string();
    let author = quote.author.as_ref().map_or("A message", |author| &author.display_name);
    (path, author, if quote.deleted { super::DELETED } else { &quote.content })
}

/// When it was edited, in words.
fn edited_at(live: Live, line: &Line) -> Option<String> {
    let at = line.message.as_ref()?.edited_at?;
    let clock = live.screen.clock.get();
    Some("Edited ".to_owned() + &clock.day_within(at) + ", " + &clock.hour_minute(at))
}

/// On the server; see [`told`].
#[cfg(feature = "ssr")]
pub fn edited(live: Live, line: RwSignal<Line>) -> Option<String> {
    untrack(|| line.with(|line| edited_at(live, line)))
}

/// On the server; see [`told`].
#[cfg(not(feature = "ssr"))]
pub fn edited(_: Live, _: RwSignal<Line>) -> Option<String> {
    None
}

/// What it answers; leads there.
#[cfg(feature = "ssr")]
pub fn quote(line: RwSignal<Line>) -> Option<impl IntoView> {
    let live = expect_context::<Live>();
    let line = line.get_untracked();
    let quote = line.message.and_then(|message| message.reply_to)?;
    let (path, author, text) = line_of(&quote, live);
    let (author, text) = (author.to_owned(), text.to_owned());
    Some(view! {
        <a class="quote" href=path>
            <b dir="auto">{author}</b>
            <span dir="auto">{text}</span>
        </a>
    })
}

/// Who reacted with what, and where browsers without scripts find what can be done to the message.
#[cfg(feature = "ssr")]
pub fn reactions(line: RwSignal<Line>) -> Option<impl IntoView> {
    let live = expect_context::<Live>();
    let line = line.get_untracked();
    let (seq, message) = line.seq.zip(line.message.as_ref()).filter(|_| !super::is_note(&line))?;
    let chips = message.reactions.iter().map(|reaction| {
        let (is_mine, names) = live.names(&reaction.by);
        let text = format!("{} {}", reaction.emoji, reaction.by.len());
        view! { <button type="button" aria-pressed=is_mine.to_string() title=names>{text}</button> }
    });
    let chips = (!message.reactions.is_empty()).then(|| view! { <div class="reactions">{chips.collect_view()}</div> });
    let path = format!("/r/{}/message/{seq}", live.screen.open.get_untracked()?);
    Some(view! {
        {chips}
        <a class="no-script" href=path>"More"</a>
    })
}

#[cfg(not(feature = "ssr"))]
pub fn quote(_: RwSignal<Line>) {}

#[cfg(not(feature = "ssr"))]
pub fn reactions(_: RwSignal<Line>) {}
