//! Inputs other than frames: the user, the browser, the answers over HTTP. Rule: an input changes state and nothing
//! else; what follows from it is done by `run` at the end of every input.

use wire::{Act, Cid, Code, Refusal, RoomId, Seq, Time, read::Tree};

use crate::catch_up::Way;
use crate::due::MARKS_AT_ONCE_MAX;
use crate::io::{HttpTrouble, Input, OutboxChange, Output, Waiting};
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
            Input::Compose { room, content, reply_to } => self.compose(room, &content, Act::Say, reply_to),
            Input::Send { cid, room, content, reply_to, more } => self.send_as(cid, room, content, reply_to, more),
            Input::Amend { room, target, act, content } => self.amend(room, target, act, &content),
            Input::Keystroke { room } => self.keystroke(room),
            Input::Retry { cid } => self.retry(cid),
            Input::Edit { cid } => _ = self.take_back(cid).map(|text| self.return_text(text, None, Some(cid))),
            Input::NotStored { cid } => {
                if let Some(waiting) = self.outbox.not_stored(cid) {
                    self.return_text(waiting, None, None);
                }
            }
            Input::Discard { cid } => {
                if self.take_back(cid).is_some() {
                    self.out.push_back(Output::Store(OutboxChange::Remove(cid)));
                }
            }
            Input::OlderWanted { room } => self.fetch_older(room, older::may_ask),
            Input::GapSeen { room } => self.fetch_newer(room),
            Input::UnreadWanted { room } => self.want_unread(room),
            Input::DividerDone { room } => self.drop_divider(room),
            Input::HistoryLoaded { room, part, epoch, page } => self.take_part(room, part, &epoch, page),
            Input::HistoryFailed { room, part, trouble } => {
                self.rooms.get_mut(&room).and_then(|room| room.awaits(part)).into_iter().for_each(|it| it.fail(now_ms));
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
            Input::Stored { cid } => {
                if let Some(replaced) = self.outbox.stored(cid) {
                    self.tell_entry(cid);
                    _ = replaced.and_then(|old| self.take_back(old));
                }
            }
            Input::OutboxRestored(kept) => self.restore(kept),
            Input::SettledElsewhere { cid, room, seq, at } => self.take_ack(cid, room, seq, at, None),
            Input::ReadElsewhere { room, seq } => self.read_elsewhere(room, seq),
            Input::Frozen => self.freeze(),
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
            if let Some(room) = before.and_then(|id| self.rooms.get_mut(&id)) {
                room.forget_excerpt();
                room.trim(false);
            }
            self.place_divider();
            room.into_iter().for_each(|id| self.tell_timeline(id));
        }
        if let Some(id) = room.filter(|id| !self.rooms.contains_key(id)) {
            self.catch_up.want(id);
        }
        self.bulk_read = self.is_reading();
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
            let seq = self.rooms.get(&id).map(Room::read).unwrap_or_default();
            self.out.push_back(Output::ReadHere { room: id, seq });
        }
    }

    /// Takes something into the outbox.
    pub(crate) fn compose(&mut self, room: RoomId, content: &str, act: Act, target: Option<Seq>) {
        let content = content.trim();
        if content.is_empty() && act != Act::Delete {
            return;
        }
        let waiting = self.waiting(room, content.to_owned(), act, target);
        self.take_in(waiting);
    }

    fn send_as(&mut self, cid: Cid, room: RoomId, content: String, reply_to: Option<Seq>, more: Tree) {
        let waiting = self.waiting(room, content.trim().to_owned(), Act::Say, reply_to);
        let is_held = self.rooms.get(&room).is_some_and(|room| room.events().into_iter().any(|event| event.cid == cid));
        if !is_held && self.outbox.get(cid).is_none() {
            self.take_in(Waiting { cid, more, ..waiting });
        }
    }

    fn take_in(&mut self, waiting: Waiting) {
        if waiting.content.chars().count() > self.limits.body_chars_max {
            return self.return_text(waiting, Some(Code::MessageTooLong.into()), None);
        }
        if self.outbox.is_full() {
            let message = outbox::ENTRIES_MAX.to_string() + " messages wait to be sent. Wait until some are.";
            return self.return_text(waiting, Some(Refusal { code: Code::SlowDown, message, wait_ms: None }), None);
        }
        if self.link.is_connected() {
            self.typing.stop(&mut self.out);
        }
        self.put(waiting);
    }

    fn waiting(&mut self, room: RoomId, content: String, act: Act, target: Option<Seq>) -> Waiting {
        let at_ms = self.clock.outside_now_ms();
        let cid = Cid::new(at_ms, self.random.ten_bytes());
        let (user, at, more) = (self.me.id, Time(at_ms), Tree::Nothing);
        Waiting { cid, user, room, content, act, target, more, at, tried: false, refusal: None }
    }

    fn put(&mut self, waiting: Waiting) {
        let (cid, room, act) = (waiting.cid, waiting.room, waiting.act);
        self.outbox.add(waiting, &mut self.out);
        if act == Act::Say {
            self.drop_divider(room);
        }
        self.tell_entry(cid);
    }

    fn return_text(&mut self, waiting: Waiting, refusal: Option<Refusal>, taken_out: Option<Cid>) {
        let Waiting { room, content, act, .. } = waiting;
        let is_written = matches!(act, Act::Say | Act::Edit);
        match refusal {
            Some(refusal) if !is_written => self.out.push_back(Output::Notice(refusal)),
            _ if !is_written => {}
            refusal => self.out.push_back(Output::Returned { room, content, refusal, taken_out }),
        }
    }

    fn keystroke(&mut self, room: RoomId) {
        if self.link.is_connected() && self.rooms.get(&room).is_some_and(|room| room.writable) {
            let interval_ms = self.limits.typing_interval_ms;
            self.typing.keystroke(room, interval_ms, self.clock.now_ms(), &mut self.out);
        }
    }

    fn retry(&mut self, cid: Cid) {
        self.outbox.hurry(Some(cid));
        let again = self.outbox.may_replace(cid);
        if let Some(old) = self.outbox.get(cid).filter(|_| again).map(|entry| entry.waiting.clone()) {
            let new = self.waiting(old.room, old.content, old.act, old.target);
            let new = Waiting { more: old.more, ..new };
            let new_cid = new.cid;
            if let Some(old) = self.outbox.replace(cid, new, &mut self.out) {
                self.take_back(old);
            }
            self.tell_entry(new_cid);
        }
    }

    fn take_back(&mut self, cid: Cid) -> Option<Waiting> {
        let waiting = self.outbox.take_back(cid)?;
        self.tell_out(&waiting);
        Some(waiting)
    }

    fn restore(&mut self, kept: Vec<Waiting>) {
        for id in self.outbox.restore(kept, &mut self.catch_up) {
            for event in self.rooms.get(&id).map(Room::events).unwrap_or_default() {
                self.outbox.settle(event.cid, event.seq, event.at, &mut self.out);
            }
            self.tell_timeline(id);
        }
    }

    /// Another tab has told the server already; only if that is not confirmed in time, this one does.
    fn read_elsewhere(&mut self, id: RoomId, seq: Seq) {
        if self.rooms.get_mut(&id).is_some_and(|room| room.read_up_to(seq)) {
            self.teller.told_elsewhere(&mut self.rooms, id, self.clock.now_ms());
            self.news.room(id);
        }
    }

    fn freeze(&mut self) {
        self.leave();
        if self.link.has_socket() {
            self.out.push_back(Output::CloseSocket);
            self.link.freeze(self.clock.now_ms());
            self.forget_socket();
        }
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
