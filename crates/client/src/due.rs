//! What follows from an input or from time passing. Rule: `run` may be called at any moment and any number of times; it
//! does what is due and nothing twice, and `next_due_ms` is later than the moment of the last run.

use crate::ordered::Map;
use wire::frame::{ClientFrame, Held};
use wire::limits::RESUME_ROOMS_MAX;
use wire::{Epoch, RoomId, Seq};

use crate::Client;
use crate::catch_up::{SOON_MS, Way};
use crate::io::Output;
use crate::older;

/// Cursor frames in one poll, or when the page goes.
pub(crate) const MARKS_AT_ONCE_MAX: usize = 50;
/// Rooms that a poll asks about in turn though nothing is known to be missing: their cursors may have moved.
const POLL_TURN: usize = 10;

impl Client {
    pub(crate) fn run(&mut self) {
        self.run_link();
        self.run_polling();
        self.run_catch_up();
        self.ask();
        self.send();
        self.run_reading();
        self.run_older();
        self.run_unread();
        let now_ms = self.clock.now_ms();
        if self.link.is_connected() {
            self.teller.run(&mut self.rooms, now_ms, &mut self.out);
        }
        let forgotten = self.typing.run(now_ms, &mut self.out);
        self.news.typing(forgotten);
        self.notify();
        self.tell();
    }

    fn run_link(&mut self) {
        let now_ms = self.clock.now_ms();
        if self.link.run(now_ms, &mut self.random, &mut self.out) {
            self.forget_socket();
        }
        if self.link.is_connected() && self.heartbeat.beat(now_ms, &mut self.out) {
            self.close_socket();
        }
        if self.link.attempt != self.attempt {
            self.attempt = self.link.attempt;
            self.catch_up.begin(Way::Socket, self.held());
        }
    }

    fn run_polling(&mut self) {
        let now_ms = self.clock.now_ms();
        if self.link.is_connected() || self.link.is_closed() {
            self.polling.stop();
        } else {
            self.polling.down(now_ms);
            self.story.trouble(self.link.state, now_ms);
        }
        if self.polling.give_up(now_ms) {
            self.lose_poll();
        }
    }

    /// No room stays behind without a question.
    fn run_catch_up(&mut self) {
        let now_ms = self.clock.now_ms();
        for room in self.rooms.values().filter(|room| room.is_missing_something()) {
            self.catch_up.want_at(room.id, now_ms.saturating_add(SOON_MS));
        }
        self.catch_up.run(now_ms);
    }

    fn ask(&mut self) {
        let now_ms = self.clock.now_ms();
        if self.link.is_connected() {
            let resume = self.resume(Way::Socket);
            let profiles = std::mem::take(&mut self.profiles_wanted).then(|| self.ask_profiles());
            self.out.extend(resume.into_iter().chain(profiles).map(Output::Send));
        } else if self.polling.ask(now_ms) {
            self.catch_up.begin(Way::Http, self.held());
            let turn: Vec<RoomId> =
                self.rooms.keys().cycle().skip(self.polls).take(POLL_TURN.min(self.rooms.len())).copied().collect();
            self.polls = self.polls.saturating_add(POLL_TURN) % self.rooms.len().max(1);
            turn.into_iter().chain(self.open).for_each(|room| self.catch_up.want(room));
            let mut frames = self.teller.collect(&mut self.rooms, MARKS_AT_ONCE_MAX, now_ms);
            frames.extend(self.resume(Way::Http));
            frames.push(self.ask_profiles());
            self.out.push_back(Output::Poll { frames });
        }
    }

    fn ask_profiles(&self) -> ClientFrame {
        ClientFrame::Profiles { since: self.profiles_at }
    }

    /// The next question, if one is due. Before the first `welcome` no life of the database is known to ask about.
    fn resume(&mut self, way: Way) -> Option<ClientFrame> {
        let epoch: Epoch = self.epoch.clone()?;
        let most = self.limits.resume_rooms_max.clamp(1, RESUME_ROOMS_MAX);
        let ids = self.catch_up.ask(most, self.open, way, self.clock.now_ms());
        // Of a room that is not known, and of one whose row may be another by now, the row is asked for.
        let known = |id| self.rooms.get(&id).filter(|room| room.is_behind() || !room.row_wanted);
        let held = |id| Held { room: id, after: known(id).map(|room| room.window.position()) };
        let rooms: Vec<Held> = ids.into_iter().map(held).collect();
        (!rooms.is_empty()).then_some(ClientFrame::Resume { epoch, rooms })
    }

    fn way(&self) -> Option<Way> {
        if self.link.is_connected() {
            Some(Way::Socket)
        } else if !self.link.is_closed() && self.polling.carries(self.clock.now_ms()) {
            Some(Way::Http)
        } else {
            None
        }
    }

    fn send(&mut self) {
        let now_ms = self.clock.now_ms();
        let late = self.outbox.run(now_ms);
        late.into_iter().for_each(|room| self.tell_timeline(room));
        let Some(way) = self.way() else { return };
        for waiting in self.outbox.next(way, now_ms, &mut self.out) {
            let cid = waiting.cid;
            self.out.push_back(match way {
                Way::Socket => Output::Send(waiting.frame()),
                Way::Http => Output::SendOverHttp(waiting),
            });
            self.tell_entry(cid);
        }
    }

    /// "Opening or focusing a visible room reads up to the head shown then": as soon as the head is held.
    fn run_reading(&mut self) {
        let Some(id) = self.open.filter(|_| self.bulk_read) else { return };
        let Some(head) = self.rooms.get(&id).filter(|room| !room.is_behind()).map(|room| room.window.position()) else {
            return;
        };
        self.bulk_read = false;
        self.read_up_to(id, head);
    }

    fn run_older(&mut self) {
        let now_ms = self.clock.now_ms();
        let Some(room) = self.open.and_then(|id| self.rooms.get_mut(&id)) else { return };
        let id = room.id;
        if room.fetch.give_up(now_ms) | room.filling.give_up(now_ms) {
            self.tell_timeline(id);
        }
        if self.way().is_some() || self.link.has_socket() {
            self.fetch_older(id, |room| older::looks_empty(room, now_ms));
        }
    }

    /// `welcome` came over the socket.
    pub(crate) fn connected(&mut self) {
        let now_ms = self.clock.now_ms();
        self.link.welcomed(now_ms);
        self.heartbeat.heard(now_ms);
        self.polling.stop();
        self.catch_up.lost(Way::Http);
        self.story.welcomed(now_ms);
        self.teller.begin_anew(&mut self.rooms);
        self.profiles_wanted = true;
        self.outbox.hurry(None);
    }

    pub(crate) fn lose_socket(&mut self, code: u16) {
        if self.link.has_socket() {
            self.link.lost(code, self.clock.now_ms(), &mut self.random, &mut self.out);
            self.forget_socket();
        }
    }

    fn close_socket(&mut self) {
        self.out.push_back(Output::CloseSocket);
        self.lose_socket(1006);
    }

    /// Ends everything that travels, because of what an HTTP answer or `welcome` said.
    pub(crate) fn end(&mut self, why: impl FnOnce(&mut Self)) {
        if self.link.has_socket() {
            self.out.push_back(Output::CloseSocket);
        }
        why(self);
        self.forget_socket();
    }

    /// The log turned out to have begun a new life in the middle of a connection: start over.
    pub(crate) fn begin_anew(&mut self) {
        self.forget_log();
        if self.link.has_socket() {
            self.close_socket();
        }
    }

    pub(crate) fn forget_socket(&mut self) {
        self.catch_up.lost(Way::Socket);
        let unknown = self.outbox.lost(Way::Socket);
        unknown.into_iter().for_each(|room| self.tell_timeline(room));
        let typing = self.typing.forget();
        self.news.typing(typing);
    }

    /// No answer to the open poll: what it asked is asked again, what it told is told again.
    pub(crate) fn lose_poll(&mut self) {
        self.catch_up.lost(Way::Http);
        if !self.link.is_connected() {
            self.teller.begin_anew(&mut self.rooms);
        }
    }

    /// What came may have been an event of any room. The more of it comes, the less often they are asked about.
    pub(crate) fn take_garbage(&mut self) {
        let now_ms = self.clock.now_ms();
        self.heartbeat.heard(now_ms);
        let due_ms = self.garbage.due_ms(now_ms);
        for id in self.rooms.keys() {
            self.catch_up.want_at(*id, due_ms);
        }
    }

    /// The contiguous position of every room.
    pub(crate) fn held(&self) -> Map<RoomId, Seq> {
        crate::ordered::map(self.rooms.iter().map(|(id, room)| (*id, room.window.position())))
    }

    pub(crate) fn next_due_ms(&self) -> Option<i64> {
        let now_ms = self.clock.now_ms();
        let connected = self.link.is_connected();
        let open = self.open.and_then(|id| self.rooms.get(&id));
        [
            self.link.deadline_ms(),
            connected.then(|| self.heartbeat.deadline_ms()),
            self.polling.deadline_ms(),
            self.catch_up.deadline_ms(),
            self.outbox.deadline_ms(self.way().is_some(), now_ms),
            connected.then(|| self.teller.deadline_ms()).flatten(),
            self.typing.deadline_ms(),
            open.and_then(older::deadline_ms),
            self.story.deadline_ms(now_ms),
        ]
        .into_iter()
        .flatten()
        // What is overdue after a run waits for something else than time.
        .filter(|due_ms| *due_ms > now_ms)
        .min()
    }
}
