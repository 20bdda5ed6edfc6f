//! What the screen must be told at the end of an input. Rule: each thing once, and lines only of the open room.

use std::collections::VecDeque;

use crate::ordered::Set;
use wire::{Cid, RoomId, UserId};

use crate::Client;
use crate::io::{Change, Output};
use crate::view::{Gap, Line, LinkView, Opened};

/// More new lines than this in one input are read all at once.
pub(crate) const LINES_MAX: usize = 20;

/// Collected while an input is dealt with.
#[derive(Clone, Debug, Default)]
pub(crate) struct News {
    lines: Vec<Change>,
    timeline: bool,
    ticks: bool,
    rooms: Set<RoomId>,
    typing: Set<RoomId>,
    people: Set<UserId>,
    everybody: bool,
    told: Told,
}

/// What the screen was told before.
#[derive(Clone, Debug, Default)]
struct Told {
    link: Option<LinkView>,
    order: Vec<RoomId>,
    behind: Set<RoomId>,
    gap: Option<Gap>,
    opened: Option<Opened>,
    presence_known: bool,
}

impl News {
    /// The row changed.
    pub fn room(&mut self, room: RoomId) {
        self.rooms.insert(room);
    }

    /// Who types there changed.
    pub fn typing(&mut self, rooms: impl IntoIterator<Item = RoomId>) {
        self.typing.extend(rooms);
    }

    /// Somebody came or went.
    pub fn person(&mut self, user: UserId) {
        self.people.insert(user);
    }

    /// Everybody's presence was told anew.
    pub fn everybody(&mut self) {
        self.everybody = true;
    }
}

impl Client {
    /// One line of this room came or changed.
    pub(crate) fn tell_line(&mut self, room: RoomId, line: Line, before: Option<Cid>) {
        if self.open == Some(room) {
            self.news.lines.push(Change::Line { room, line: Box::new(line), before });
        }
        self.news.room(room);
    }

    /// One line of this room went away.
    pub(crate) fn tell_gone(&mut self, room: RoomId, cid: Cid) {
        if self.open == Some(room) {
            self.news.lines.push(Change::Gone { room, cid });
        }
        self.news.room(room);
    }

    /// Many lines of this room changed.
    pub(crate) fn tell_timeline(&mut self, room: RoomId) {
        self.news.timeline |= self.open == Some(room);
        self.news.room(room);
    }

    /// Others' cursors moved in this room.
    pub(crate) fn tell_ticks(&mut self, room: RoomId) {
        self.news.ticks |= self.open == Some(room);
        self.news.room(room);
    }

    /// Hands over what was collected.
    pub(crate) fn tell(&mut self) {
        let mut out = VecDeque::new();
        self.tell_link(&mut out);
        self.tell_behind();
        // A gap or divider that comes, moves or goes is no matter of single lines.
        let (gap, opened) = (self.open.and_then(|open| self.gap(open)), self.open.and_then(|open| self.opened(open)));
        self.news.timeline |= (gap, opened) != (self.news.told.gap, self.news.told.opened);
        (self.news.told.gap, self.news.told.opened) = (gap, opened);
        let lines = std::mem::take(&mut self.news.lines);
        let (timeline, ticks) = (std::mem::take(&mut self.news.timeline), std::mem::take(&mut self.news.ticks));
        if let Some(open) = self.open {
            match timeline {
                true => out.push_back(Change::Timeline(open)),
                false => out.extend(lines),
            }
            if ticks && !timeline {
                out.push_back(Change::Ticks(open));
            }
        }
        self.tell_rows(&mut out);
        out.extend(std::mem::take(&mut self.news.typing).into_iter().map(Change::Typing));
        self.tell_presence(&mut out);
        self.out.extend(out.into_iter().map(Output::Changed));
    }

    fn tell_link(&mut self, out: &mut VecDeque<Change>) {
        let link = Some(self.link());
        if link != self.news.told.link {
            self.news.told.link = link;
            out.push_back(Change::Link);
        }
    }

    fn tell_behind(&mut self) {
        let behind = crate::ordered::set(self.rooms.values().filter(|room| room.is_behind()).map(|room| room.id));
        let was_behind = &self.news.told.behind;
        self.news.rooms.extend(was_behind.iter().filter(|room| !behind.contains(room)).copied());
        self.news.rooms.extend(behind.iter().filter(|room| !was_behind.contains(room)).copied());
        // While nothing is held, what there is before the first line hangs on it too.
        let changed = self.open.filter(|open| behind.contains(open) != was_behind.contains(open));
        let room = changed.and_then(|open| self.rooms.get(&open));
        self.news.timeline |= room.is_some_and(|room| room.window.events().is_empty());
        self.news.told.behind = behind;
    }

    fn tell_rows(&mut self, out: &mut VecDeque<Change>) {
        let rows = std::mem::take(&mut self.news.rooms);
        if rows.is_empty() {
            return;
        }
        let order = self.order();
        if order != self.news.told.order {
            self.news.told.order = order;
            out.push_back(Change::Rooms);
        }
        out.extend(rows.into_iter().map(Change::Room));
    }

    fn tell_presence(&mut self, out: &mut VecDeque<Change>) {
        let known = self.knows_presence();
        let flipped = known != self.news.told.presence_known;
        self.news.told.presence_known = known;
        let people = std::mem::take(&mut self.news.people);
        if std::mem::take(&mut self.news.everybody) || flipped {
            out.push_back(Change::Presence(None));
        } else {
            out.extend(people.into_iter().map(|user| Change::Presence(Some(user))));
        }
    }
}
