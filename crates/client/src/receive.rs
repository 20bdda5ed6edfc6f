//! Frames, from the socket and from polls alike (SPEC 5: "merging is one function"). Rule: any frame may come at any
//! time, late, twice or wrong, and at most costs a question.

use wire::frame::{Head, RoomChange, ServerFrame};
use wire::{Cid, CursorState, Epoch, Event, HistoryPage, Presence, RoomId, RoomSummary, Seq, Time, Unread};

use crate::Client;
use crate::catch_up::{LATER_MS, Way};
use crate::io::Output;
use crate::news::LINES_MAX;
use crate::outbox::State;
use crate::room::Room;
use crate::window::Joined;

impl Client {
    pub(crate) fn receive(&mut self, frame: ServerFrame, way: Way) {
        let now_ms = self.clock.now_ms();
        match frame {
            // Another account has signed in in this browser: what waits here is not that account's to send (C7).
            ServerFrame::Welcome { user, .. } if user.id != self.me.id => {
                self.end(|client| client.link.sign_out(&mut client.out));
            }
            ServerFrame::Welcome { epoch, limits, rooms, presence, build, .. } => {
                self.limits = limits;
                if let (Some(build), Some(known)) = (build, &self.build) {
                    self.outdated = build != *known;
                }
                self.people.replace(presence);
                self.news.everybody();
                self.welcome(epoch, &rooms, way);
            }
            ServerFrame::Ack { cid, room, seq, at } => self.take_ack(cid, room, seq, at, Some(way)),
            ServerFrame::Refused { cid, refusal } => {
                if let Some(waiting) = self.outbox.refused(cid, refusal, now_ms, &mut self.out) {
                    self.tell_out(&waiting);
                }
                self.tell_entry(cid);
            }
            ServerFrame::SlowDown { cid, wait_ms } => {
                self.outbox.slow_down(cid, wait_ms, now_ms);
                self.tell_entry(cid);
            }
            ServerFrame::Event(event) => self.take_event(event),
            ServerFrame::MessageHistory { page, complete, cursors, unread } => {
                self.take_history(page, complete, &cursors, unread, way);
            }
            ServerFrame::Gap { room, head, erased } => self.take_gap(room, head, erased, way),
            ServerFrame::Cursors { room, cursors, unread } => self.take_cursors(room, &[cursors], unread),
            ServerFrame::Receipts { room, cursors, tally } => {
                if let (Some(tally), Some(known)) = (tally, self.rooms.get_mut(&room))
                    && known.cursors.count(tally)
                {
                    self.tell_ticks(room);
                }
                self.take_cursors(room, &cursors, None);
            }
            ServerFrame::Typing { room, user, name, is_typing } if user != self.me.id => {
                let name = is_typing.then(|| name.unwrap_or_else(|| "Somebody".to_owned()));
                let changed = self.typing.heard(room, user, name, now_ms);
                self.news.typing(changed.then_some(room));
            }
            ServerFrame::Presence(presence) => self.take_presence(presence),
            ServerFrame::Presences { people } => people.into_iter().for_each(|one| self.take_presence(one)),
            ServerFrame::Room(RoomChange::Added { summary }) => {
                self.catch_up.answered(summary.id);
                let is_news = !self.forgotten.remove(&summary.id);
                self.take_summary(*summary, is_news);
            }
            ServerFrame::Room(RoomChange::Removed { room }) => self.drop_room(room),
            ServerFrame::Profiles { people, at } => self.take_profiles(people, at),
            ServerFrame::Warning { refusal } => self.out.push_back(Output::Notice(refusal)),
            ServerFrame::Typing { .. }
            // Scripts of the page draw them (public/lobby.js).
            | ServerFrame::People { .. }
            | ServerFrame::Lobby(_)
            | ServerFrame::Room(RoomChange::Unknown)
            | ServerFrame::Error { .. }
            | ServerFrame::Pong { .. }
            | ServerFrame::Unknown => {}
        }
    }

    fn take_presence(&mut self, presence: Presence) {
        self.people.set(presence);
        self.news.person(presence.user);
    }

    fn welcome(&mut self, epoch: Epoch, heads: &[Head], way: Way) {
        let other_life = self.epoch.as_ref().is_some_and(|known| *known != epoch);
        if other_life || heads.iter().any(|head| self.is_beyond(head.room, head.head, way)) {
            self.forget_log();
        }
        self.epoch = Some(epoch);
        let named = crate::ordered::set(heads.iter().map(|head| head.room));
        let was_held = |id: &RoomId| self.catch_up.held_before(way, *id).is_some();
        let left: Vec<RoomId> = self.rooms.keys().copied().filter(|id| was_held(id) && !named.contains(id)).collect();
        left.into_iter().for_each(|id| self.drop_room(id));
        for head in heads {
            let known = self.rooms.get_mut(&head.room);
            let is_behind = known.is_none_or(|room| {
                room.see_head(head.head);
                if room.level != head.level {
                    room.level = head.level;
                    self.news.room(head.room);
                }
                room.is_behind()
            });
            // The socket missed cursors too, so every room is asked about.
            if is_behind || way == Way::Socket {
                self.catch_up.want(head.room);
            }
        }
        if way == Way::Socket {
            self.connected();
        }
    }

    /// Whether more was held when this connection or poll began than the server has now: its log began a new life (C12).
    fn is_beyond(&self, room: RoomId, head: Seq, way: Way) -> bool {
        self.catch_up.held_before(way, room).is_some_and(|held| head < held)
    }

    /// What was held belongs to another life of the database. What waits is offered again.
    pub(crate) fn forget_log(&mut self) {
        for (id, room) in std::mem::take(&mut self.rooms).into_pairs() {
            self.news.room(id);
            self.withdraw(&room);
            self.forgotten.insert(id);
        }
        self.catch_up.forget_all();
        self.outbox.offer_again(&mut self.out);
        (self.opened, self.divider_due) = (None, false);
        if let Some(open) = self.open {
            self.tell_timeline(open);
            self.catch_up.want(open);
        }
    }

    fn drop_room(&mut self, id: RoomId) {
        self.catch_up.forget(id);
        if let Some(room) = self.rooms.remove(&id) {
            self.withdraw(&room);
            self.outbox.settle_up_to(id, Seq(i64::MAX));
            self.tell_timeline(id);
        }
    }

    /// Takes a row. `is_news`: if the room is not known yet, it came to be just now.
    pub(crate) fn take_summary(&mut self, summary: RoomSummary, is_news: bool) {
        let id = summary.id;
        if let Some(room) = self.rooms.get_mut(&id) {
            if room.update(summary) {
                self.tell_ticks(id);
            }
        } else {
            let mut room = Room::new(summary, self.me.id);
            if is_news {
                room.announce();
            }
            if room.is_behind() {
                self.catch_up.want(id);
            }
            self.rooms.insert(id, room);
            self.after_joining(id, &Joined { replaced: true, ..Joined::default() });
            if self.open == Some(id) {
                self.place_divider();
            }
        }
        self.name_people(id);
        self.teller.want(id);
        self.news.room(id);
    }

    fn take_event(&mut self, event: Event) {
        let (id, seq) = (event.room, event.seq);
        if event.author.id == self.me.id {
            self.outbox.acked(event.cid, seq, event.at, Some(&mut self.out));
            self.tell_entry(event.cid);
            self.carry(&event);
        } else if self.typing.heard(id, event.author.id, None, self.clock.now_ms()) {
            self.news.typing([id]);
        }
        let Some(room) = self.rooms.get_mut(&id) else { return self.catch_up.want(id) };
        let joined = room.take(event);
        if seq > room.window.position() {
            self.catch_up.want(id);
        }
        self.after_joining(id, &joined);
    }

    /// An ack, over one of the ways or from another tab, which has changed the durable outbox.
    pub(crate) fn take_ack(&mut self, cid: Cid, id: RoomId, seq: Seq, at: Time, way: Option<Way>) {
        if self.outbox.get(cid).is_none_or(|entry| entry.waiting.room != id) {
            return;
        }
        let out = way.is_some().then_some(&mut self.out);
        let Some(waiting) = self.outbox.acked(cid, seq, at, out) else { return };
        self.tell_entry(cid);
        let quote = self.quote(&waiting);
        let Some(room) = self.rooms.get_mut(&id) else { return self.catch_up.want(id) };
        let mut joined = Joined::default();
        match way {
            Some(Way::Socket) if quote.as_ref().is_none_or(|quote| quote.author.is_some()) => {
                joined = room.take(waiting.event(&self.me, seq, at, quote));
            }
            // An answer over HTTP, or what another tab heard, may be older than the connection, even than the life of the database: it settles the
            // message, but what the log holds there is asked. So is what was said if it quotes something that is not held.
            _ => room.see_head(seq),
        }
        self.after_joining(id, &joined);
    }

    /// A page of the log from wherever it comes.
    pub(crate) fn take_page(&mut self, id: RoomId, page: HistoryPage) -> usize {
        let Some(room) = self.rooms.get_mut(&id).filter(|room| room.id == page.room) else { return 0 };
        let joined = room.join(page);
        let events = joined.newer.iter().filter_map(|seq| room.window.events().get(seq));
        let others = events.filter(|event| event.counts_for(room.me)).count();
        self.after_joining(id, &joined);
        others
    }

    fn take_history(&mut self, page: HistoryPage, complete: bool, cursors: &[CursorState], unread: Unread, way: Way) {
        let id = page.room;
        if self.is_beyond(id, page.head, way) {
            return self.begin_anew();
        }
        let Some(room) = self.rooms.get(&id) else { return };
        let head = page.head;
        let (held, continues) = (room.window.position(), page.after <= room.window.position());
        self.catch_up.answered(id);
        if continues {
            let others = self.take_page(id, page);
            self.story.caught_up(others, self.clock.now_ms());
        }
        self.take_everybody(id, cursors, head, unread);
        if self.divider_due && self.open == Some(id) {
            self.place_divider();
            self.tell_timeline(id);
        }
        let Some(room) = self.rooms.get(&id) else { return };
        if room.is_behind() || !complete {
            match room.window.position() > held {
                true => self.catch_up.want(id),
                false => self.doubt_head(id),
            }
        } else if room.row_wanted {
            self.catch_up.want(id);
        }
    }

    /// An answer brought nothing though more is said to exist: ask once more, then believe the answer.
    fn doubt_head(&mut self, id: RoomId) {
        if self.rooms.get_mut(&id).is_some_and(Room::doubt_head) {
            self.catch_up.want_at(id, self.clock.now_ms().saturating_add(LATER_MS));
        }
    }

    fn take_gap(&mut self, id: RoomId, head: Seq, is_erased: bool, way: Way) {
        if self.is_beyond(id, head, way) {
            return self.begin_anew();
        }
        if !self.catch_up.is_asked(id) {
            return;
        }
        self.catch_up.answered(id);
        // A late answer: what it names as missing has come.
        let Some(room) = self.rooms.get_mut(&id).filter(|room| room.window.position() < head) else { return };
        let may_help = room.leap(head);
        if is_erased {
            room.forget_excerpt();
        }
        match may_help {
            true => self.catch_up.want(id),
            false => self.catch_up.want_at(id, self.clock.now_ms().saturating_add(LATER_MS)),
        }
        self.divider_due |= self.open == Some(id) && self.opened.is_none();
        self.after_joining(id, &Joined { replaced: true, ..Joined::default() });
    }

    /// Everybody's cursors at a moment when the log ended at `head`, and the user's own figure.
    fn take_everybody(&mut self, id: RoomId, cursors: &[CursorState], head: Seq, unread: Unread) {
        let Some(room) = self.rooms.get_mut(&id) else { return };
        if room.merge_all(cursors, head) {
            self.tell_ticks(id);
        }
        self.take_cursors(id, &[], Some(unread));
    }

    pub(crate) fn take_cursors(&mut self, id: RoomId, cursors: &[CursorState], unread: Option<Unread>) {
        let Some(room) = self.rooms.get_mut(&id) else { return };
        let mut moved = false;
        for state in cursors {
            moved |= room.cursors.merge(state, room.me);
            // Nobody holds what does not exist: if its event got lost on the way, this is the last that tells of it.
            room.see_head(state.delivered.max(state.read));
        }
        let counted = unread.is_some_and(|unread| room.tell_unread(unread));
        if moved {
            self.tell_ticks(id);
        }
        if counted {
            self.news.room(id);
        }
        self.teller.want(id);
    }

    /// Lets go of what is in the held log now, and tells the screen.
    pub(crate) fn after_joining(&mut self, id: RoomId, joined: &Joined) {
        let Some(room) = self.rooms.get_mut(&id) else { return };
        if joined.replaced && self.open != Some(id) {
            room.forget_excerpt();
        }
        if room.arrived == Seq(0) {
            room.arrived = joined.newer.first().copied().unwrap_or_default();
        }
        for event in joined.newer.iter().chain(&joined.older).filter_map(|seq| room.event(*seq)) {
            self.outbox.settle(event.cid, event.seq, event.at, &mut self.out);
        }
        let is_erased = room.erase(joined);
        let amended = room.fold(joined);
        let gone = self.outbox.settle_up_to(id, room.window.position());
        let changes = std::mem::take(&mut room.changed);
        if !room.is_missing_something() {
            self.catch_up.rest(id);
        }
        // With the first events it is known what is before them.
        let first = joined.newer.len() == room.window.events().len();
        let many = first || joined.replaced || !joined.older.is_empty() || joined.newer.len() > LINES_MAX;
        let is_trimmed = room.trim(self.open == Some(id));
        if is_trimmed || is_erased || many || self.reaches_divider(id, joined) {
            self.tell_timeline(id);
        } else {
            joined.newer.iter().for_each(|seq| self.tell_event(id, *seq));
            gone.iter().for_each(|waiting| self.tell_out(waiting));
            amended.into_iter().for_each(|seq| self.tell_amended(id, seq));
        }
        self.name_people(id);
        if changes {
            self.tell_ticks(id);
        }
        self.teller.want(id);
    }

    fn tell_event(&mut self, id: RoomId, seq: Seq) {
        let Some(room) = self.rooms.get(&id) else { return };
        let Some(event) = room.window.events().get(&seq).filter(|event| event.kind.is_shown()) else { return };
        let line = self.line_of_event(room, event);
        self.tell_line(id, line, self.first_written(id));
        self.tell_answers(id, seq);
    }

    /// The bubble of this cid came, changed or moved.
    pub(crate) fn tell_entry(&mut self, cid: Cid) {
        let Some(entry) = self.outbox.get(cid).filter(|entry| entry.state != State::Storing) else { return };
        let room = entry.waiting.room;
        if let Some(target) = entry.waiting.changes() {
            return self.tell_amended(room, target);
        }
        let line = self.line_of_entry(entry);
        let after =
            self.outbox.of_room(room).into_iter().map(|entry| entry.waiting.cid).skip_while(|one| *one != cid).nth(1);
        self.tell_line(room, line, after);
    }
}
