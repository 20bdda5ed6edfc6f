//! Inputs other than frames: the user, the browser, the answers over HTTP. Rule: an input changes state and nothing
//! else; what follows from it is done by `run` at the end of every input.

use wire::{Cid, Code, Epoch, HistoryPage, Refusal, RoomId, Seq, Time};

use crate::catch_up::Way;
use crate::due::MARKS_AT_ONCE_MAX;
use crate::io::{HttpTrouble, Input, Output, Waiting};
use crate::link::State;
use crate::polling::EVERY_MS;
use crate::room::Room;
use crate::{Client, older, outbox};

impl Client {
    pub(crate) fn act(&mut self, input: Input) {
        let now_ms = self.clock.now_ms();
        match input {
            Input::Start | Input::TryNow => self.link.try_now(now_ms, &mut self.out),
            Input::SocketFrame(frame) if self.link.has_socket() => {
                self.heartbeat.heard(now_ms);
                self.receive(frame, Way::Socket);
            }
            Input::SocketGarbage if self.link.has_socket() => self.take_garbage(),
            Input::SocketClosed { code } => self.lose_socket(code),
            Input::SocketOpened | Input::Tick | Input::SocketFrame(_) | Input::SocketGarbage => {}
            Input::Online => self.wake(),
            Input::Offline => self.probe(),
            Input::Visible(visible) => self.look(visible, self.focused),
            Input::Focused(focused) => self.look(self.visible, focused),
            Input::Open(room) => self.open_room(room),
            Input::Shown { room, seq } => self.show(room, seq),
            Input::Compose { room, content } => self.compose(room, &content),
            Input::Keystroke { room } => self.keystroke(room),
            Input::Retry { cid } => self.retry(cid),
            Input::Edit { cid } | Input::NotStored { cid } => {
                _ = self.take_back(cid).map(|text| self.return_text(text, None))
            }
            Input::Discard { cid } => _ = self.take_back(cid),
            Input::OlderWanted { room } => self.fetch_older(room, older::may_ask),
            Input::HistoryLoaded { room, epoch, page } => self.take_older(room, &epoch, page),
            Input::HistoryFailed { room, trouble } => {
                self.rooms.get_mut(&room).into_iter().for_each(|room| room.fetch.fail(now_ms));
                self.tell_timeline(room);
                self.heed(trouble);
            }
            Input::PollAnswered(frames) => self.take_poll(frames),
            Input::PollFailed(trouble) => {
                self.polling.failed();
                self.lose_poll();
                self.heed(trouble);
            }
            Input::SendAnswered { cid, answer } => self.take_send_answer(cid, answer),
            Input::Durable(durable) => self.outbox.set_durable(durable),
            Input::Stored { cid } => self.outbox.stored(cid),
            Input::OutboxRestored(kept) => self.restore(kept),
            Input::Drain(drains) => self.outbox.set_drains(drains),
            Input::Leaving => self.leave(),
        }
    }

    fn wake(&mut self) {
        self.link.nudge(self.clock.now_ms(), &mut self.out);
        self.probe();
    }

    fn probe(&mut self) {
        if self.link.is_connected() {
            self.heartbeat.probe(self.clock.now_ms(), &mut self.out);
        }
    }

    fn look(&mut self, visible: bool, focused: bool) {
        let (was_reading, was_visible) = (self.is_reading(), self.visible);
        (self.visible, self.focused) = (visible, focused);
        if visible && !was_visible {
            self.wake();
        }
        self.bulk_read = self.is_reading() && (self.bulk_read || !was_reading);
    }

    /// Whether what is on screen counts as read (SPEC 6).
    pub(crate) fn is_reading(&self) -> bool {
        self.visible && self.focused && self.open.is_some()
    }

    fn open_room(&mut self, room: Option<RoomId>) {
        let before = std::mem::replace(&mut self.open, room);
        if before != room {
            if self.link.is_connected() {
                self.typing.stop(&mut self.out);
            }
            before.and_then(|id| self.rooms.get_mut(&id)).into_iter().for_each(|room| _ = room.trim(false));
            self.place_divider();
            room.into_iter().for_each(|id| self.tell_timeline(id));
        }
        if let Some(id) = room.filter(|id| !self.rooms.contains_key(id)) {
            self.catch_up.want(id);
        }
        self.bulk_read = self.is_reading();
    }

    /// Where the user had read to, if there is anything new.
    pub(crate) fn place_divider(&mut self) {
        let room = self.open.and_then(|id| self.rooms.get(&id));
        self.divider = room.filter(|room| room.unread() > 0).map(|room| room.read());
    }

    fn show(&mut self, room: RoomId, seq: Seq) {
        if self.is_reading() && self.open == Some(room) {
            self.read_up_to(room, seq);
        }
    }

    pub(crate) fn read_up_to(&mut self, id: RoomId, seq: Seq) {
        if self.rooms.get_mut(&id).is_some_and(|room| room.read_up_to(seq)) {
            self.teller.want(id);
            self.news.room(id);
        }
    }

    fn compose(&mut self, room: RoomId, content: &str) {
        let content = content.trim();
        if content.is_empty() {
            return;
        }
        let waiting = self.waiting(room, content.to_owned());
        if content.chars().count() > self.limits.body_chars_max {
            return self.return_text(waiting, Some(Code::MessageTooLong.into()));
        }
        if self.outbox.is_full() {
            let message = format!("{} messages wait to be sent. Wait until some are.", outbox::ENTRIES_MAX);
            return self.return_text(waiting, Some(Refusal { message, ..Code::SlowDown.into() }));
        }
        if self.link.is_connected() {
            self.typing.stop(&mut self.out);
        }
        self.put(waiting);
    }

    fn waiting(&mut self, room: RoomId, content: String) -> Waiting {
        let at_ms = self.clock.outside_now_ms();
        let cid = Cid::new(at_ms, self.random.ten_bytes());
        Waiting { cid, user: self.me.id, room, content, at: Time(at_ms), tried: false, refusal: None }
    }

    fn put(&mut self, waiting: Waiting) {
        let (cid, room) = (waiting.cid, waiting.room);
        self.outbox.add(waiting, &mut self.out);
        if self.open == Some(room) && self.divider.take().is_some() {
            self.tell_timeline(room);
        }
        self.tell_entry(cid);
    }

    fn return_text(&mut self, waiting: Waiting, refusal: Option<Refusal>) {
        self.out.push_back(Output::Returned { room: waiting.room, content: waiting.content, refusal });
    }

    fn keystroke(&mut self, room: RoomId) {
        if self.link.is_connected() && self.rooms.get(&room).is_some_and(|room| room.writable) {
            let interval_ms = self.limits.typing_interval_ms;
            self.typing.keystroke(room, interval_ms, self.clock.now_ms(), &mut self.out);
        }
    }

    fn retry(&mut self, cid: Cid) {
        self.outbox.hurry(Some(cid));
        let is_refused = self.outbox.get(cid).is_some_and(|entry| entry.state == outbox::State::Refused);
        if let Some(old) = is_refused.then(|| self.take_back(cid)).flatten() {
            let new = self.waiting(old.room, old.content);
            self.put(new);
        }
    }

    fn take_back(&mut self, cid: Cid) -> Option<Waiting> {
        let waiting = self.outbox.take_back(cid, &mut self.out)?;
        self.tell_gone(waiting.room, cid);
        Some(waiting)
    }

    fn restore(&mut self, kept: Vec<Waiting>) {
        let rooms = self.outbox.restore(kept);
        for id in rooms {
            let held = self.rooms.get(&id).map(|room| room.window.events());
            let cids: Vec<Cid> = held.into_iter().flat_map(|events| events.values()).map(|event| event.cid).collect();
            cids.into_iter().for_each(|cid| _ = self.outbox.settle(cid, &mut self.out));
            self.tell_timeline(id);
        }
    }

    /// Asks for the page before what is held, if the room is such that it may be asked for.
    pub(crate) fn fetch_older(&mut self, id: RoomId, may: impl Fn(&Room) -> bool) {
        if self.link.state != State::Idle && self.link.is_closed() {
            return;
        }
        if let Some(room) = self.rooms.get_mut(&id).filter(|room| may(room)) {
            room.fetch.begin(self.clock.now_ms());
            let before = room.window.after().next();
            self.out.push_back(Output::FetchOlder { room: id, before });
            self.tell_timeline(id);
        }
    }

    fn take_older(&mut self, id: RoomId, epoch: &Epoch, page: HistoryPage) {
        let Some(room) = self.rooms.get_mut(&id).filter(|room| matches!(room.fetch, older::Fetch::Loading { .. }))
        else {
            return;
        };
        let after = room.window.after();
        room.fetch = older::Fetch::Idle;
        if self.epoch.as_ref().is_none_or(|known| known == epoch) {
            self.take_page(id, page);
        }
        if let Some(room) = self.rooms.get_mut(&id).filter(|room| room.window.after() == after && room.has_older()) {
            room.fetch.fail(self.clock.now_ms());
        }
        self.tell_timeline(id);
    }

    fn take_poll(&mut self, frames: Vec<wire::frame::ServerFrame>) {
        if !self.polling.is_asked() {
            return;
        }
        frames.into_iter().for_each(|frame| self.receive(frame, Way::Http));
        let (more, now_ms) = (self.catch_up.is_wanting(), self.clock.now_ms());
        self.catch_up.lost(Way::Http);
        self.polling.answered(more, now_ms);
        if self.link.state == State::Failed && self.polling.heal(now_ms) {
            self.link.nudge(now_ms, &mut self.out);
        }
    }

    fn take_send_answer(&mut self, cid: Cid, answer: Result<wire::frame::ServerFrame, HttpTrouble>) {
        // A late answer may be of another life of the database; what it is about has been sent again since.
        if !self.outbox.take_answer(cid, self.clock.now_ms()) {
            return self.tell_entry(cid);
        }
        match answer {
            Ok(frame) => self.receive(frame, Way::Http),
            Err(trouble) => self.heed(trouble),
        }
        // Whatever the answer did not settle is unknown.
        self.outbox.unknown(cid, EVERY_MS, self.clock.now_ms());
        self.tell_entry(cid);
    }

    fn heed(&mut self, trouble: HttpTrouble) {
        match trouble {
            HttpTrouble::Unreachable => {}
            HttpTrouble::SignedOut => self.end(|client| client.link.sign_out(&mut client.out)),
            HttpTrouble::Forbidden => self.end(|client| client.link.refuse()),
        }
    }

    fn leave(&mut self) {
        if self.link.is_connected() {
            self.typing.stop(&mut self.out);
            let frames = self.teller.collect(&mut self.rooms, MARKS_AT_ONCE_MAX, self.clock.now_ms());
            self.out.extend(frames.into_iter().map(Output::Send));
        }
    }
}
