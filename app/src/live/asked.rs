//! What is done to messages: asked for by the scripts of the page (`public/actions.js`), in one event. Rule: what begins in the
//! composer ends there, by sending or by giving up; the rest is the core's.

use super::Live;
use client::Input;
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use wire::{Act, Cid, EventKind, RoomId, Seq, UserId};

/// Names on a reaction are not longer together, give or take one.
const NAMES_BYTES_MAX: usize = 200;

/// Stands in no text.
const BETWEEN: char = '\0';

/// What stands in a composer, and what it will be when it is sent. As a draft it is its text, and before that, if it is about a
/// message, "act target answered" and what was put aside, each with a [`BETWEEN`] in front and one after all.
#[derive(Default)]
pub struct Written {
    /// The text.
    pub text: String,
    /// A message, or the edit of one.
    pub act: Act,
    /// The message that it answers or changes.
    pub target: Option<Seq>,
    /// While a message is edited: the draft that was there before …
    aside: String,
    /// … and what that answers.
    answered: Option<Seq>,
}

impl Written {
    /// What a draft says.
    pub fn of(draft: &str) -> Self {
        let mut parts = draft.rsplit(BETWEEN);
        let text = parts.next().unwrap_or_default().to_owned();
        let (Some(aside), Some(about)) = (parts.next(), parts.next()) else { return Self { text, ..Self::default() } };
        let mut words = about.split(' ');
        let act = Act::of(words.next().unwrap_or_default());
        let mut seq = || words.next().and_then(|seq| seq.parse().ok()).map(Seq);
        let (target, answered) = (seq(), seq());
        Self { text, act, target, aside: aside.to_owned(), answered }
    }

    /// The draft of it.
    pub fn draft(self) -> String {
        let Some(target) = self.target else { return self.text };
        let (mut draft, between) = (BETWEEN.to_string(), BETWEEN.to_string());
        draft += self.act.as_str();
        for seq in [Some(target), self.answered] {
            draft += " ";
            draft += &seq.unwrap_or_default().to_string();
        }
        draft + &between + &self.aside + &between + &self.text
    }

    /// What was there before the user began to edit, or to answer.
    pub fn give_up(&mut self) {
        let is_edit = self.act == Act::Edit;
        (self.act, self.target) = (Act::Say, self.answered.take().filter(|seq| *seq > Seq(0)));
        if is_edit {
            self.text = std::mem::take(&mut self.aside);
        }
    }
}

/// What an event of the page's scripts carries.
pub fn detail(event: &JsValue) -> Option<String> {
    js_sys::Reflect::get(event, &"detail".into()).ok()?.as_string()
}

/// "send", and as JSON what: [`Input::Send`].
fn sent(asked: &str) -> Option<Input> {
    let mut tree = wire::read::parse(asked.strip_prefix("send ")?)?;
    let (cid, room, content) = (tree.read("cid")?, tree.read("room")?, tree.read("content")?);
    Some(Input::Send { cid, room, content, reply_to: tree.read("reply_to")?, more: tree.take("more") })
}

impl Live {
    /// In words: what, to which message (by its position, or its cid if it was refused), and with what emoji. "edit" and "say" begin in
    /// the composer.
    pub(super) fn do_asked(self, event: &JsValue) {
        if detail(event).as_deref() == Some("try now") {
            return self.hear(Input::TryNow);
        }
        if let Some(input) = detail(event).as_deref().and_then(sent) {
            return self.hear(input);
        }
        let (asked, room) = (detail(event).unwrap_or_default(), self.screen.open.get_untracked().unwrap_or_default());
        let mut parts = asked.splitn(3, ' ');
        let mut part = || parts.next().unwrap_or_default();
        let (word, what, content) = (part(), part(), part().to_owned());
        if let Ok(cid) = what.parse::<Cid>() {
            return self.hear(match word {
                "retry" => Input::Retry { cid },
                "edit" => Input::Edit { cid },
                _ => Input::Discard { cid },
            });
        }
        let Ok(target) = what.parse().map(Seq) else { return };
        match Act::of(word) {
            Act::Say => self.write_about(room, |written| {
                written.give_up();
                written.target = Some(target);
            }),
            Act::Edit => self.begin_to_edit(room, target),
            act => self.hear(Input::Amend { room, target, act, content }),
        }
    }

    fn begin_to_edit(self, room: RoomId, target: Seq) {
        let line = self.screen.line_at(target).filter(|line| line.tick.is_some() && line.kind == EventKind::Message);
        let Some(message) = line.and_then(|line| line.message).filter(|message| !message.deleted) else { return };
        self.write_about(room, |written| {
            if written.act == Act::Edit {
                written.give_up();
            }
            written.aside = std::mem::replace(&mut written.text, message.content);
            (written.act, written.answered) = (Act::Edit, written.target.replace(target));
        });
    }

    /// The composer goes back to what it was before it was about a message; whether it was.
    pub fn give_up(self, room: RoomId) -> bool {
        let is_about = self.written_in(room).target.is_some();
        if is_about {
            self.write_about(room, Written::give_up);
        }
        is_about
    }

    pub(super) fn written_in(self, room: RoomId) -> Written {
        self.drafts.with_untracked(|drafts| Written::of(drafts.get(&room).map_or("", String::as_str)))
    }

    pub(super) fn write_about(self, room: RoomId, write: impl FnOnce(&mut Written)) {
        let mut written = self.written_in(room);
        write(&mut written);
        self.drafts.update(|drafts| _ = drafts.insert(room, written.draft()));
        self.keep_draft_soon(room);
    }

    /// Whether the user is among these, and who they are as far as that is known here: "you, Ana and 3 others".
    pub fn names(self, by: &[UserId]) -> (bool, String) {
        let (me, room) = (self.me(), self.screen.open.get_untracked());
        let is_mine = me.is_some_and(|me| by.contains(&me));
        let (mut names, mut rest) = (if is_mine { "you" } else { "" }.to_owned(), 0);
        for user in by.iter().filter(|user| Some(**user) != me) {
            let name = self.core.with_value(|core| core.name_of(room.unwrap_or_default(), *user));
            let Some(name) = name.filter(|_| names.len() < NAMES_BYTES_MAX) else {
                rest += 1;
                continue;
            };
            names = names.clone() + if names.is_empty() { "" } else { ", " } + &name;
        }
        if rest > 0 {
            names = names.clone() + if names.is_empty() { "" } else { " and " } + &rest.to_string() + " more";
        }
        (is_mine, names)
    }

    /// Somebody as they show themselves now.
    pub fn newest(self, person: &wire::Person) -> wire::Person {
        self.core.with_value(|core| core.newest(person))
    }

    /// What the open room's composer is about: in a word, by whom and what.
    pub fn about(self, room: RoomId, written: &Written) -> (Act, String, String) {
        let Some(target) = written.target else { return (Act::Unknown, String::new(), String::new()) };
        let quote = self.core.with_value(|core| core.quoted(room, target));
        (written.act, quote.author.map_or("a message".to_owned(), |author| author.display_name), quote.content)
    }
}
