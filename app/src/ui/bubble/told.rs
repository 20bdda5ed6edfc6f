//! What is shown of a message, in the words that are shown. Rule: both sides draw this and nothing else: the browser by
//! `public/bubble.js`, which is told it as JSON, the server by `markup.rs`; a test holds the two to the same markup.

use super::{counted, is_emoji, is_long, is_note, look, tally, text};
use crate::{
    live::Live,
    ui::avatar::{color, initials},
};
use client::{Line, Tick};
use leptos::prelude::*;
use wire::{Act, Code, Quote, RoomId, RoomKind, read::Tree, writable};

/// See the module. Strings are empty where there is nothing to say.
pub struct Told {
    /// What it is, in words: "own", "long", "emoji", "deleted", "note", "mention", "changing", "at".
    pub is: String,
    /// Its key.
    pub cid: String,
    /// Its position.
    pub seq: String,
    /// Who wrote it, or "You".
    pub name: String,
    /// Where the author is to be seen: the letters of the face …
    pub initials: String,
    /// … its color …
    pub color: String,
    /// … and the path of the picture over them.
    pub picture: Option<String>,
    /// What it says.
    pub text: String,
    /// What it carries besides, as it travels.
    pub more: Tree,
    /// When, for machines.
    pub stamp: String,
    /// When.
    pub time: String,
    /// When it was edited, in a sentence.
    pub edited: String,
    /// Of what it answers: the path, the author, the text.
    pub quote: Option<(String, String, String)>,
    /// Why it, or the last change of it, was refused; its cid, and what can be done.
    pub refused: Option<(String, String, &'static str)>,
    /// Of an own one, how far it has come: in a word, in words, in figures, as a drawing, and where more stands of it.
    pub tick: Option<(&'static str, String, String, &'static str, String)>,
    /// Each reaction: the emoji, who, how many, and whether the user is among them.
    pub reactions: Vec<(String, String, usize, bool)>,
}

writable!(Told {
    is,
    cid,
    seq,
    name,
    initials,
    color,
    picture,
    text,
    more,
    stamp,
    time,
    edited,
    quote,
    refused,
    tick,
    reactions
});

/// What is shown of a line of the open room; followed, except for what a line never changes.
pub fn told(live: Live, line: &Line) -> Told {
    let own = line.tick.is_some();
    let group = group(live);
    let is_named = !own && !is_note(line) && group.is_some();
    let message = line.message.as_ref();
    let text = text(line);
    let is_at = live.screen.state.with_untracked(|state| state.at == Some(line.cid));
    let mut is = String::new();
    for (word, is_so) in [
        ("own ", own),
        ("long ", is_long(&text)),
        ("emoji ", is_emoji(&text)),
        ("deleted ", message.is_some_and(|message| message.deleted)),
        ("note ", is_note(line)),
        ("mention ", line.mentions_me),
        ("changing ", line.changing.as_ref().is_some_and(|it| !matches!(it.tick, Tick::Refused(_)))),
        ("at ", is_at),
    ] {
        is += if is_so { word } else { "" };
    }
    let (name, clock) = (&line.author.display_name, live.screen.clock.get());
    let reactions = message.map(|message| message.reactions.as_slice()).unwrap_or_default();
    Told {
        is,
        cid: line.cid.to_string(),
        seq: line.seq.map(|seq| seq.to_string()).unwrap_or_default(),
        name: if own { "You".to_owned() } else { name.clone() },
        initials: if is_named { initials(name) } else { String::new() },
        color: color(line.author.id),
        picture: if is_named { line.author.picture() } else { None },
        text,
        more: message.map(|message| message.more.clone()).unwrap_or_default(),
        stamp: line.at.to_string(),
        time: clock.hour_minute(line.at),
        edited: edited(live, line).unwrap_or_default(),
        quote: message.and_then(|message| message.reply_to.as_ref()).map(|quote| quoted(live, quote)),
        refused: refused(line),
        tick: own.then(|| tick(group, line)),
        reactions: reactions
            .iter()
            .map(|reaction| {
                let (is_mine, names) = live.names(&reaction.by);
                (reaction.emoji.clone(), names, reaction.by.len(), is_mine)
            })
            .collect(),
    }
}

/// The open room, if it is one of more than two: there the side does not tell who it is.
fn group(live: Live) -> Option<RoomId> {
    let room = untrack(|| live.screen.room(live.screen.open.get()?))?;
    (room.kind != RoomKind::Direct).then_some(room.id)
}

fn edited(live: Live, line: &Line) -> Option<String> {
    let at = line.message.as_ref()?.edited_at?;
    let clock = live.screen.clock.get();
    Some("Edited ".to_owned() + &clock.day_within(at) + ", " + &clock.hour_minute(at))
}

fn quoted(live: Live, quote: &Quote) -> (String, String, String) {
    let room = live.screen.open.get_untracked().unwrap_or_default();
    let path = "/r/".to_owned() + &room.to_string() + "?at=" + &quote.seq.to_string();
    let author = quote.author.as_ref().map_or("A message", |author| &author.display_name);
    (path, author.to_owned(), if quote.deleted { super::DELETED } else { &quote.content }.to_owned())
}

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
    let is_text = act == Act::Edit || line.message.as_ref().is_none_or(|message| message.more.is_nothing());
    let ways = match (is_in_vain, is_text && matches!(act, Act::Say | Act::Edit)) {
        (false, true) => "retry edit",
        (false, false) => "retry",
        (true, true) => "edit",
        (true, false) => "",
    };
    Some((words.to_owned() + &refusal.message, cid.to_string(), ways))
}

fn tick(group: Option<RoomId>, line: &Line) -> (&'static str, String, String, &'static str, String) {
    let (word, sentence, drawing) = look(line.tick.as_ref());
    let Some(room) = group else { return (word, sentence.to_owned(), String::new(), drawing, String::new()) };
    let path = |seq: String| "/r/".to_owned() + &room.to_string() + "/receipts/" + &seq;
    let path = line.seq.map(|seq| path(seq.to_string())).unwrap_or_default();
    (word, counted(line), tally(line), drawing, path)
}
