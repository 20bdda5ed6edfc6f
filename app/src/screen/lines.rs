//! The open room's conversation, as signals. Rule: what stands between messages is made anew from all of them; the rows stay.

use super::{Key, Parts, Screen};
use crate::{
    arrange::{self, Mark, Place},
    browser,
    rows::{Row, merged},
};
use client::{Client, GapState, Line, Tick};
use leptos::prelude::*;
use std::time::Duration;
use wire::{Cid, Code, EventKind, RoomId, Seq};

/// From one drawing of the conversation to the next.
const FRAME_MS: i64 = 16;
/// More lines than this, each within a frame of the one before, are a burst.
const BURST_LINES: u32 = 8;

/// One thing in a conversation.
#[derive(Clone)]
pub enum Item {
    /// What there is before the first message.
    Beginning,
    /// A day begins.
    Day(i64),
    /// "New messages".
    New,
    /// Messages are missing within the conversation.
    Gap,
    /// Messages are missing at the end of what is held.
    CatchingUp,
    /// A message, and whether it stands together with the one before it.
    Line(Row<Cid, Line>, bool),
}

impl Item {
    /// See [`Key`].
    pub fn key(&self) -> Key {
        match self {
            Self::Beginning => Key::Beginning,
            Self::Day(day) => Key::Day(*day),
            Self::New => Key::New,
            Self::Gap => Key::Gap,
            Self::CatchingUp => Key::CatchingUp,
            Self::Line(row, _) => Key::Line(row.key),
        }
    }

    /// Whether it is a message that stands together with the one before it.
    pub fn is_grouped(&self) -> bool {
        matches!(self, Self::Line(_, true))
    }

    /// The position of a message that has one.
    pub fn seq(&self) -> Option<Seq> {
        match self {
            Self::Line(row, _) => row.value.with_untracked(|line| line.seq),
            _ => None,
        }
    }
}

impl Screen {
    pub(super) fn show_timeline(&self, core: &Client, room: RoomId) {
        let timeline = core.timeline(room);
        let values = timeline.lines.into_iter().map(|line| (line.cid, line));
        self.parts.update_value(|parts| {
            parts.lines = merged(&parts.lines, values);
            parts.divider = timeline.divider;
            parts.missing.gap = timeline.gap.map(|gap| gap.before);
            parts.missing.end = timeline.catching_up.then_some(timeline.missing_before);
        });
        self.state.update(|state| {
            state.older = timeline.older;
            state.gap = timeline.gap.map_or(GapState::More, |gap| gap.state);
            state.opened = timeline.opened;
        });
        self.count_refused();
        self.rearrange();
    }

    pub(super) fn show_missing(&self, core: &Client, room: RoomId) {
        let end = core.room(room).filter(|view| view.catching_up).map(|_| core.missing_before(room));
        let is_news = self.parts.try_update_value(|parts| std::mem::replace(&mut parts.missing.end, end) != end);
        if is_news == Some(true) {
            self.rearrange();
        }
    }

    pub(super) fn put(&self, line: Line, before: Option<Cid>) {
        let is_own = line.tick.is_some();
        self.parts.update_value(|Parts { lines, .. }| {
            let row = match lines.iter().rposition(|row| row.key == line.cid) {
                Some(at) => {
                    let row = lines.remove(at);
                    row.show(line);
                    row
                }
                None => Row::new(line.cid, line),
            };
            let place = before.and_then(|before| lines.iter().rposition(|row| row.key == before));
            lines.insert(place.unwrap_or(lines.len()), row);
        });
        // What the user does is seen at once.
        if is_own {
            self.count_refused();
            self.rearrange();
        } else {
            self.rearrange_soon();
        }
    }

    pub(super) fn take(&self, cid: Cid) {
        self.parts.update_value(|parts| parts.lines.retain(|row| row.key != cid));
        self.count_refused();
        self.rearrange_soon();
    }

    pub(super) fn tick(&self, core: &Client, room: RoomId) {
        self.parts.with_value(|parts| {
            for row in &parts.lines {
                let mut line = row.value.get_untracked();
                if let Some(seq) = line.seq.filter(|_| is_stored(&line)) {
                    let (tick, tally) = core.receipts(room, seq);
                    (line.tick, line.tally) = (Some(tick), tally);
                    row.show(line);
                }
            }
        });
    }

    fn count_refused(&self) {
        let (mut refused, mut may_retry) = (Vec::new(), false);
        self.parts.with_value(|parts| {
            for row in &parts.lines {
                if let Some(code) = row.value.with_untracked(refused_by) {
                    refused.push(row.key);
                    may_retry |= code != Code::MessageTooLong;
                }
            }
        });
        if self.state.with_untracked(|state| state.refused != refused || state.may_retry != may_retry) {
            self.state.update(|state| (state.refused, state.may_retry) = (refused, may_retry));
        }
    }

    /// At once, but a burst of messages is drawn together, once in a frame: each time costs as much as there are rows.
    fn rearrange_soon(self) {
        let now_ms = browser::now_ms();
        let (waits, is_awaited) = self
            .parts
            .try_update_value(|parts| {
                let is_early = (0..FRAME_MS).contains(&(now_ms - parts.arranged_ms));
                parts.early = if is_early { parts.early.saturating_add(1) } else { 0 };
                let waits = parts.early > BURST_LINES;
                (waits, std::mem::replace(&mut parts.is_awaited, waits))
            })
            .unwrap_or_default();
        if !waits {
            self.rearrange();
        } else if !is_awaited {
            set_timeout(move || self.rearrange(), Duration::from_millis(FRAME_MS.unsigned_abs()));
        }
    }

    pub(super) fn rearrange(&self) {
        let clock = self.clock.get_untracked();
        if cfg!(feature = "csr") {
            let now_ms = browser::now_ms();
            self.parts.update_value(|parts| (parts.arranged_ms, parts.is_awaited) = (now_ms, false));
        }
        let mut items = vec![Item::Beginning];
        self.parts.with_value(|Parts { lines, divider, missing, .. }| {
            let place = |line: &Line| Place {
                cid: line.cid,
                seq: line.seq,
                author: line.author.id,
                own: line.tick.is_some(),
                is_message: line.kind == EventKind::Message,
                at: line.at,
            };
            let places: Vec<Place> = lines.iter().map(|row| row.value.with_untracked(place)).collect();
            let marks = arrange::marks(places.iter().copied(), *divider, *missing, clock);
            let mut marks = marks.into_iter().peekable();
            let mut before = None;
            for index in 0..=lines.len() {
                while let Some((_, mark)) = marks.next_if(|(before, _)| *before == index) {
                    before = None;
                    items.push(match mark {
                        Mark::Day(day) => Item::Day(day),
                        Mark::New => Item::New,
                        Mark::Gap => Item::Gap,
                        Mark::CatchingUp => Item::CatchingUp,
                    });
                }
                if let (Some(row), Some(place)) = (lines.get(index), places.get(index)) {
                    let is_grouped = before.is_some_and(|before| arrange::continues(before, place));
                    items.push(Item::Line(row.clone(), is_grouped));
                    before = Some(place);
                }
            }
        });
        let look = |item: &Item| (item.key(), item.is_grouped());
        let same = |shown: &Vec<Item>| shown.iter().map(look).eq(items.iter().map(look));
        if !self.items.with_untracked(same) {
            self.items.set(items);
        }
    }
}

fn refused_by(line: &Line) -> Option<Code> {
    match &line.tick {
        Some(Tick::Refused(refusal)) => Some(refusal.code),
        _ => None,
    }
}

/// Whether it is an own message in the log.
fn is_stored(line: &Line) -> bool {
    matches!(line.tick, Some(Tick::Sent | Tick::Delivered | Tick::Read))
}
