//! What was unread when the open room was opened: the divider, and the way back to it. Rule: frozen at opening; it goes with the
//! room, an own message or by dismissal, never by reading.

use wire::limits::FIRST_PAGE_EVENTS;
use wire::{Event, RoomId, Seq};

use crate::Client;
use crate::io::Output;
use crate::older::{self, Fetch};
use crate::room::Room;
use crate::view::Opened;
use crate::window::{Joined, Window};

/// Positions before the first unread message that come with it: one comes back to a conversation, not to a line.
const BEFORE_EVENTS: i64 = 10;

/// As it was at opening.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frozen {
    unread: i64,
    read: Seq,
    /// The first unread message is to be held.
    wanted: bool,
}

/// What it takes to hold the first unread message.
enum Need {
    Nothing,
    /// More of what follows the older part.
    Forward,
    /// The page after this position.
    Around(Seq),
}

impl Client {
    /// Remembers where the user had read to, if there is anything new.
    pub(crate) fn place_divider(&mut self) {
        let room = self.open.and_then(|id| self.rooms.get(&id));
        self.divider_due = false;
        self.opened = room.filter(|room| room.unread() > 0).map(|room| Frozen {
            unread: room.unread(),
            read: room.read(),
            wanted: false,
        });
    }

    /// Nothing is new in this room any more, if it is the open one.
    pub(crate) fn drop_divider(&mut self, id: RoomId) {
        if self.open == Some(id) {
            (self.opened, self.divider_due) = (None, false);
            self.rooms.get_mut(&id).into_iter().for_each(|room| room.fetch.leave());
        }
    }

    /// The first unread message is to be held, also if it could not be loaded before.
    pub(crate) fn want_unread(&mut self, id: RoomId) {
        let room = self.rooms.get_mut(&id).filter(|_| self.open == Some(id));
        if let (Some(opened), Some(room)) = (&mut self.opened, room) {
            opened.wanted = true;
            room.fetch.forgive();
            room.filling.forgive();
            self.tell_timeline(id);
        }
    }

    /// Asks for what is missing to the first unread message, a page at a time, until it is held or cannot be.
    pub(crate) fn run_unread(&mut self) {
        let wanted = self.opened.filter(|opened| opened.wanted);
        let Some((opened, id)) = wanted.zip(self.open) else { return };
        let Some(room) = self.rooms.get(&id) else { return };
        let (need, may) = (room.need(opened.read), self.may_fetch() && !room.is_full());
        let request = if matches!(need, Need::Forward) { room.filling } else { room.fetch };
        match (need, request) {
            (Need::Nothing, _) | (_, Fetch::Failed { .. }) => self.give_up_unread(),
            (Need::Forward, Fetch::Loading { .. }) | (_, Fetch::Loading { around: Some(_), .. }) => {}
            _ if !may => self.give_up_unread(),
            // The end of the log comes first: the page around the divider would take the place of the one that it waits for.
            (Need::Around(_), _) if older::holds_little(room) => {}
            (Need::Forward, _) => self.fetch_newer(id),
            (Need::Around(after), _) => self.fetch_around(id, after),
        }
    }

    fn give_up_unread(&mut self) {
        self.opened.iter_mut().for_each(|opened| opened.wanted = false);
    }

    fn fetch_around(&mut self, id: RoomId, after: Seq) {
        if let Some(room) = self.rooms.get_mut(&id) {
            room.fetch.begin_around(after, self.clock.now_ms());
            self.out.push_back(Output::FetchNewer { room: id, after });
            self.tell_timeline(id);
        }
    }

    /// See [`crate::Timeline::opened`].
    pub(crate) fn opened(&self, id: RoomId) -> Option<Opened> {
        let Frozen { unread, read, wanted } = self.opened.filter(|_| self.open == Some(id))?;
        let first = self.rooms.get(&id).and_then(|room| room.first_after(read));
        let (first, since) = (first.map(|event| event.cid), first.map(|event| event.at));
        Some(Opened { unread, read, first, since, loading: wanted })
    }

    /// Whether it is known only by what has just joined what follows the divider.
    pub(crate) fn reaches_divider(&self, id: RoomId, joined: &Joined) -> bool {
        let Some(opened) = self.opened.filter(|_| self.open == Some(id)) else { return false };
        joined.newer.first().is_none_or(|first| *first <= opened.read)
    }

    /// See [`crate::Timeline::divider`].
    pub(crate) fn divider(&self, id: RoomId) -> Option<Seq> {
        let read = self.opened.filter(|_| self.open == Some(id))?.read;
        let room = self.rooms.get(&id)?;
        room.part_at(read)?;
        let first_line = room.shown().first().map(|event| event.seq);
        let divides = room.has_older() || first_line != room.first_after(read).map(|event| event.seq);
        divides.then_some(read)
    }
}

impl Room {
    /// The part in which it is known what follows this position.
    fn part_at(&self, seq: Seq) -> Option<&Window> {
        let parts = [Some(&self.window), self.excerpt.as_ref()];
        parts.into_iter().flatten().find(|part| part.after() <= seq && seq <= part.position())
    }

    /// The first unread message of somebody who has read up to here, if it is held and known to be the first.
    fn first_after(&self, read: Seq) -> Option<&Event> {
        let newer = self.part_at(read)?.events().range(read.next(), Seq(i64::MAX));
        newer.map(|(_, event)| event).find(|event| event.counts_for(self.me))
    }

    fn need(&self, read: Seq) -> Need {
        if self.covers(read) || self.first_after(read).is_some() {
            return Need::Nothing;
        }
        let page = i64::try_from(FIRST_PAGE_EVENTS).unwrap_or(i64::MAX);
        let end = self.excerpt.as_ref().map(|excerpt| (excerpt.after(), excerpt.position()));
        if end.is_some_and(|(after, end)| after <= read && read.0 < end.0.saturating_add(page)) {
            return Need::Forward;
        }
        let after = read.0.saturating_sub(BEFORE_EVENTS).max(self.first.0.saturating_sub(1)).max(0);
        Need::Around(Seq(after))
    }

    /// Takes the page after this position: it becomes the older part, with what was held of it before if they meet.
    pub fn join_around(&mut self, after: Seq, page: wire::HistoryPage) -> Joined {
        let mut part = Window::at(page.after);
        let is_it = page.after <= after;
        let head = page.head;
        let mut joined = part.join(page);
        if !is_it || part.position() <= after {
            return Joined::default();
        }
        self.see_head(head);
        self.rebase_unread();
        match self.excerpt.take() {
            Some(mut old) if part.after() <= old.after() && old.after() <= part.position() => {
                old.precede(part);
                self.excerpt = Some(old);
            }
            Some(old) if old.after() < part.after() && part.after() <= old.position() => {
                part.precede(old);
                self.excerpt = Some(part);
            }
            _ => {
                self.excerpt = Some(part);
                self.filling = Fetch::Idle;
            }
        }
        // Whatever end they are at, for the screen they are in the middle.
        joined.older.append(&mut joined.newer);
        joined.replaced = true;
        self.unite();
        joined
    }
}
