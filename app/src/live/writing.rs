//! From the composer into the outbox. Rule: a text leaves the composer only when the browser holds it (C7), and drafts are
//! kept as they are written.

use super::Live;
use crate::{
    keep::{Failure, Store},
    tabs::{self, Acked, Word},
};
use client::{Input, OutboxChange, Waiting};
use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;
use wire::{Act, Cid, RoomId};

/// From a key to keeping the draft.
const DRAFT_PAUSE_MS: u64 = 300;

/// A text that was sent and still stands in its composer.
pub(super) struct Leaving {
    room: RoomId,
    text: String,
    /// Known as soon as the core has taken it.
    cid: Option<Cid>,
    /// Another text was sent meanwhile.
    again: bool,
}

impl Live {
    /// Sends what is written.
    pub fn compose(self, room: RoomId, text: String) {
        if text.trim().is_empty() {
            return;
        }
        let is_busy = self.ports.try_update_value(|ports| {
            let before = ports.leaving.iter_mut().find(|leaving| leaving.room == room);
            // Enter pressed twice sends once; what was written in between goes next.
            before.map(|before| before.again |= before.text != text)
        });
        self.note_draft(room, text.clone());
        if is_busy.flatten().is_some() {
            return;
        }
        self.say(String::new());
        let leaving = Leaving { room, text: text.clone(), cid: None, again: false };
        self.ports.update_value(|ports| ports.leaving.push(leaving));
        let about = self.written_in(room);
        self.hear(match about.target.filter(|_| about.act == Act::Edit) {
            Some(target) => Input::Amend { room, target, act: Act::Edit, content: text },
            None => Input::Compose { room, content: text, reply_to: about.target },
        });
        // What the core did not take stays where it is; but what says the same as before is no edit.
        self.ports.update_value(|ports| ports.leaving.retain(|leaving| leaving.cid.is_some()));
        let is_taken = self.ports.with_value(|ports| ports.leaving.iter().any(|leaving| leaving.room == room));
        if about.act == Act::Edit && !is_taken && self.screen.state.with_untracked(|state| state.notice.is_empty()) {
            self.give_up(room);
        }
    }

    pub(super) fn store(self, change: OutboxChange) {
        let keep = self.keep();
        self.count_write();
        match change {
            OutboxChange::Put(waiting) => {
                let (cid, room) = (waiting.cid, waiting.room);
                let is_left = self.begin_to_leave(&waiting);
                // Of an edit the draft is what was put aside.
                let draft = (is_left && waiting.act == Act::Say).then_some(room);
                self.await_kept(cid, keep.add(waiting, draft));
            }
            OutboxChange::Replace { old, new } => self.await_kept(new.cid, keep.replace(old, new)),
            OutboxChange::Update(waiting) => {
                let (cid, kept) = (waiting.cid, keep.change(waiting));
                spawn_local(async move { self.kept(cid, kept.await) });
            }
            OutboxChange::Settled { cid, room, seq, at } => {
                let epoch = self.core.with_value(|core| core.epoch().cloned()).unwrap_or_default();
                self.and_tell(keep.remove(cid, None), Word::Acked(Acked { cid, room, seq, at, epoch }));
            }
            OutboxChange::Remove(cid) => self.and_tell(keep.remove(cid, None), Word::Outbox),
        }
    }

    /// What is read of the outbox meanwhile is not the truth.
    fn count_write(self) {
        self.ports.update_value(|ports| ports.writes = ports.writes.wrapping_add(1));
    }

    /// A new message is being kept; if it cannot be, that is said.
    fn await_kept(self, cid: Cid, kept: impl Future<Output = Result<(), Failure>> + 'static) {
        spawn_local(async move {
            let kept = kept.await;
            if let Err(failure) = kept {
                self.say(failure.sentence().to_owned());
            }
            self.kept(cid, kept);
        });
    }

    fn and_tell(self, change: impl Future<Output = Result<(), Failure>> + 'static, word: Word) {
        spawn_local(async move {
            // What cannot be taken out is sent again after a reload, and settled by its cid.
            _ = change.await;
            tabs::tell(&word);
        });
    }

    /// Whether this is what a composer waits for.
    fn begin_to_leave(self, waiting: &Waiting) -> bool {
        let is_left = self.ports.try_update_value(|ports| {
            let leaving = ports.leaving.iter_mut().find(|leaving| leaving.cid.is_none())?;
            leaving.cid = Some(waiting.cid);
            Some(())
        });
        is_left.flatten().is_some()
    }

    fn kept(self, cid: Cid, kept: Result<(), Failure>) {
        match kept {
            Ok(()) => {
                self.hear(Input::Stored { cid });
                tabs::tell(&Word::Outbox);
            }
            Err(_) => self.hear(Input::NotStored { cid }),
        }
        let left = self.ports.try_update_value(|ports| {
            let at = ports.leaving.iter().position(|leaving| leaving.cid == Some(cid))?;
            Some(ports.leaving.remove(at))
        });
        let Some(Leaving { room, text, again, .. }) = left.flatten().filter(|_| kept.is_ok()) else { return };
        let mut rest = String::new();
        self.write_about(room, |written| {
            rest = written.text.strip_prefix(&text).unwrap_or(&written.text).to_owned();
            written.text.clear();
            written.give_up();
            written.text += &rest;
        });
        if again {
            self.compose(room, rest);
        }
    }

    /// A text comes back to its composer; `taken_out`: from the outbox, unless it had never left.
    pub(super) fn take_back(self, room: RoomId, content: String, taken_out: Option<Cid>) {
        let is_there = self.ports.with_value(|ports| ports.leaving.iter().any(|leaving| leaving.room == room));
        if taken_out.is_some() || !is_there {
            self.write_about(room, |written| {
                let gap = if written.text.is_empty() { "" } else { "\n" };
                written.text = content + gap + &written.text;
            });
        }
        match taken_out {
            Some(cid) => {
                self.count_write();
                self.and_tell(self.keep().remove(cid, Some((room, self.draft_in(room)))), Word::Outbox);
            }
            None => self.keep_draft_soon(room),
        }
    }

    fn draft_in(self, room: RoomId) -> String {
        self.drafts.with_untracked(|drafts| drafts.get(&room).cloned()).unwrap_or_default()
    }

    /// The composer holds this text now.
    pub fn note_draft(self, room: RoomId, text: String) {
        let mut written = self.written_in(room);
        let is_news = written.text != text;
        written.text = text;
        self.drafts.try_update_untracked(|drafts| drafts.insert(room, written.draft()));
        if is_news {
            self.keep_draft_soon(room);
        }
    }

    pub(super) fn keep_draft_soon(self, room: RoomId) {
        let is_first = self.ports.try_update_value(|ports| {
            let is_first = ports.unkept.drafts.is_empty();
            ports.unkept.drafts.insert(room);
            is_first
        });
        if is_first == Some(true) {
            set_timeout(move || self.keep_drafts(), Duration::from_millis(DRAFT_PAUSE_MS));
        }
    }

    /// Keeps what is written and not kept yet.
    pub(super) fn keep_drafts(self) {
        let rooms = self.ports.try_update_value(|ports| std::mem::take(&mut ports.unkept.drafts)).unwrap_or_default();
        let pairs: Vec<_> = rooms.into_iter().map(|room| (room.to_string(), self.draft_in(room))).collect();
        if !pairs.is_empty() && !self.ports.with_value(|ports| ports.is_over) {
            self.keep().write(Store::Drafts, pairs);
        }
    }

    /// What was kept comes back, beneath what was written while the page began.
    pub(super) fn restore_drafts(self, kept: Vec<(String, String)>) {
        self.drafts.update(|drafts| {
            for (room, text) in kept {
                let Ok(room) = room.parse() else { continue };
                let draft = drafts.get_or_insert_with(room, String::new);
                if draft.is_empty() {
                    *draft = text;
                } else if !draft.starts_with(&text) {
                    *draft = text + "\n" + draft;
                }
            }
        });
    }
}
