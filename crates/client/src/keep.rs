//! What the first view is made of: pages of the server, or what a tab gave to the browser so that the app opens without a
//! network. Rule: a client that is seeded with what another gave shows the same rows, the same end of each conversation and the
//! same unread figures.

use wire::{Epoch, HistoryPage, Inbox, Person, RoomId, RoomPage, RoomSummary, Seq};

use crate::Client;
use crate::room::Room;
use crate::window::Window;

impl Client {
    /// Whose client this is.
    pub fn me(&self) -> &Person {
        &self.me
    }

    /// The life of the database, as far as it is known.
    pub fn epoch(&self) -> Option<&Epoch> {
        self.epoch.as_ref()
    }

    /// The build that the page is of.
    pub fn build(&self) -> Option<&str> {
        self.build.as_deref()
    }

    /// The life of the database that the page was rendered from. To be told before the seeds: otherwise a backup
    /// restored between page and socket could go unnoticed.
    pub fn seed_epoch(&mut self, epoch: Epoch) {
        if self.epoch.as_ref().is_some_and(|known| *known != epoch) {
            self.forget_log();
        }
        self.epoch = Some(epoch);
        self.run();
    }

    /// The build that the page is of; a `welcome` that names another one makes [`crate::LinkView::outdated`] true.
    pub fn seed_build(&mut self, build: Option<String>) {
        self.build = build;
    }

    /// The inbox as the server rendered it, or as the browser kept it.
    pub fn seed_inbox(&mut self, inbox: Inbox) {
        self.people.seed(inbox.presence);
        self.profiles_at = inbox.at;
        self.news.everybody();
        inbox.rooms.into_iter().for_each(|summary| self.take_summary(summary, false));
        self.run();
    }

    /// A room as the server rendered it or the browser kept it: with its last page, or one further back, from which the
    /// rest is caught up with. A row that is not newer than the known one changes nothing; nor does a page that lies behind
    /// what is held and does not reach it, nor, on a connection, a room that is not the user's. One of another life of the database must not be handed over.
    pub fn seed_room(&mut self, page: RoomPage) {
        let RoomPage { summary, page } = page;
        let id = summary.id;
        match self.rooms.get(&id) {
            Some(room) if room.head >= summary.head => self.take_cursors(id, &summary.cursors, None),
            // The server has said by now which rooms are the user's.
            None if self.link.is_connected() => return,
            _ => self.take_summary(summary, false),
        }
        let is_asked = self.catch_up.is_asked(id);
        if let Some(room) = self.rooms.get_mut(&id)
            && room.window.events().is_empty()
            && page.to < room.window.after()
            && !is_asked
        {
            room.window = Window::at(page.after);
        }
        self.take_page(id, page);
        if let Some(room) = self.rooms.get_mut(&id) {
            room.quiet = room.quiet.max(room.head);
        }
        self.run();
    }

    /// The open room holds this page of its log as well, as the part before a gap; to be told after the room's seed.
    pub fn seed_around(&mut self, page: HistoryPage) {
        if let Some(room) = self.rooms.get_mut(&page.room) {
            room.join_around(page.after, page);
        }
    }

    /// The user has read this room up to here, by what this browser kept; the server may not know it yet. To be told after
    /// the room's seeds.
    pub fn seed_read(&mut self, id: RoomId, seq: Seq) {
        if let Some(room) = self.rooms.get_mut(&id) {
            room.marks.read_up_to(seq.min(room.head));
            self.teller.want(id);
            self.news.room(id);
        }
        self.run();
    }

    /// Every row as of now, without people and presence, for [`Client::seed_inbox`].
    pub fn inbox(&self) -> Inbox {
        let mut inbox = Inbox { at: self.profiles_at, ..Inbox::default() };
        for id in self.order() {
            inbox.rooms.extend(self.rooms.get(&id).map(Room::summary));
        }
        inbox
    }

    /// A room's row and the end of its held log, at most so many events, for [`Client::seed_room`]. None while nothing of
    /// the log is held.
    pub fn page(&self, id: RoomId, events_max: usize) -> Option<RoomPage> {
        let room = self.rooms.get(&id).filter(|room| !room.window.events().is_empty())?;
        let (after, events, hidden) = room.window.tail(events_max);
        let (to, first, head) = (room.window.position(), room.first, room.head);
        Some(RoomPage {
            summary: room.summary(),
            page: HistoryPage { room: id, after, to, events, hidden, first, head },
        })
    }

    /// How far the user has read, told to the server or not, for [`Client::seed_read`].
    pub fn read_position(&self, room: RoomId) -> Seq {
        self.rooms.get(&room).map(Room::read).unwrap_or_default()
    }
}

impl Room {
    /// The row as of now: what is not told to the server yet is in the unread figure, and not in the cursors.
    fn summary(&self) -> RoomSummary {
        RoomSummary {
            id: self.id,
            kind: self.kind,
            title: self.title.clone(),
            peer: self.peer.clone(),
            about: self.about.clone(),
            writable: self.writable,
            archived: self.archived,
            level: self.level,
            first: self.first,
            // What is known to exist and not held is to be asked for again.
            head: self.head.min(self.window.position()),
            last: self.last.clone(),
            unread: self.figure(),
            cursors: self.cursors.states(self.me),
            active_at: self.active_at,
        }
    }
}
