//! What is done to messages that are in the log: edited, deleted, reacted to. Rule: an event of it is folded into everything
//! that is held, and never twice; what waits in the outbox is shown as if it were done, and never written into the log.

use wire::frame::ClientFrame;
use wire::{Act, Cid, Event, EventKind, Message, MessageType, Person, Quote, RoomId, Seq, Time, UserId};

use crate::Client;
use crate::io::Waiting;
use crate::ordered::Set;
use crate::outbox::State;
use crate::room::Room;
use crate::view::{Changing, Line, Tick};
use crate::window::{Joined, Window};

impl Waiting {
    /// The message that it changes, if it is a change.
    pub fn changes(&self) -> Option<Seq> {
        self.target.filter(|_| self.act != Act::Say)
    }

    /// The frame that asks for it.
    pub fn frame(self) -> ClientFrame {
        let Self { cid, room, content, act, target, mut more, .. } = self;
        match act.amendment(content.clone()) {
            Some(amendment) => ClientFrame::amend(cid, room, target.unwrap_or_default(), amendment),
            None => {
                let message_type = MessageType::Text;
                let (attachments, location) = (more.take("attachments"), more.take("location"));
                ClientFrame::ChatMessage { cid, room, message_type, content, reply_to: target, attachments, location }
            }
        }
    }

    /// What it says.
    pub(crate) fn said(&self, quote: Option<Quote>) -> Message {
        let (reply_to, more) = (quote.map(Box::new), self.more.clone());
        Message { reply_to, more, ..Message::new(MessageType::Text, self.content.clone()) }
    }

    /// What the log holds of it, or would.
    pub(crate) fn event(&self, me: &Person, seq: Seq, at: Time, quote: Option<Quote>) -> Event {
        Event {
            room: self.room,
            seq,
            cid: self.cid,
            kind: self.act.event_kind(),
            author: me.clone(),
            at,
            message: (self.act != Act::Delete).then(|| self.said(quote)),
            target: self.changes(),
            about: None,
            mentions: Vec::new(),
        }
    }
}

impl Client {
    /// The user does something to a message.
    pub(crate) fn amend(&mut self, id: RoomId, target: Seq, act: Act, content: &str) {
        let Some(event) = self.rooms.get(&id).and_then(|room| room.event(target)) else { return };
        let mut message = event.message.clone();
        self.fold_waiting(id, target, &mut message);
        let Some(message) = message.filter(|message| event.kind == EventKind::Message && !message.deleted) else {
            return;
        };
        let mut reactions = message.reactions.iter().filter(|reaction| reaction.emoji == content);
        let is_there = reactions.any(|reaction| reaction.by.contains(&self.me.id));
        let is_so = match act {
            Act::Edit => message.content == content.trim(),
            Act::React => is_there,
            Act::Unreact => !is_there,
            Act::Delete => false,
            Act::Say | Act::Unknown => true,
        };
        let is_reaction = matches!(act, Act::React | Act::Unreact);
        if let Some(waiting) = self.outbox.cancel(id, target, act, content).filter(|_| is_reaction) {
            self.out.push_back(crate::Output::Store(crate::OutboxChange::Remove(waiting.cid)));
            self.tell_out(&waiting);
        } else if !is_so {
            self.compose(id, content, act, Some(target));
        }
    }

    /// What a message that waits answers, as far as it is held.
    pub(crate) fn quote(&self, waiting: &Waiting) -> Option<Quote> {
        let target = waiting.target.filter(|_| waiting.act == Act::Say)?;
        Some(self.quoted(waiting.room, target))
    }

    /// A message as it is quoted; without an author unless it is held.
    pub fn quoted(&self, room: RoomId, seq: Seq) -> Quote {
        let event = self.rooms.get(&room).and_then(|room| room.event(seq));
        // After a backup was restored, something else may stand there.
        let event = event.filter(|event| event.kind == EventKind::Message);
        let said = event.and_then(|event| event.message.as_ref());
        let content = said.map(|said| Quote::excerpt(said.gist())).unwrap_or_default();
        let (deleted, changed) = said.map(|said| (said.deleted, said.changed)).unwrap_or_default();
        Quote { seq, author: event.map(|event| event.author.clone()), content, deleted, changed }
    }

    /// What somebody is called, if something of theirs is held.
    pub fn name_of(&self, room: RoomId, user: UserId) -> Option<String> {
        let room = self.rooms.get(&room)?;
        let peer = room.peer.as_ref().filter(|peer| peer.id == user);
        let author = || room.events().into_iter().map(|event| &event.author).find(|author| author.id == user);
        peer.or_else(author).map(|person| person.display_name.clone())
    }

    /// Does to what a line says what waits to be done: to the message at `seq`, and to what it quotes. What is done to that
    /// message and not in the log: first what was refused, else the last.
    pub(crate) fn fold_waiting(&self, id: RoomId, seq: Seq, message: &mut Option<Message>) -> Option<Box<Changing>> {
        let message = message.as_mut()?;
        let (changed, mut changing) = (message.changed, None::<Changing>);
        for entry in self.outbox.changes_of(id) {
            let waiting = &entry.waiting;
            let is_refused = entry.state == State::Refused;
            if waiting.target == Some(seq)
                && let Some(tick) = entry.tick()
                && !changing.as_ref().is_some_and(|one| matches!(one.tick, Tick::Refused(_)))
            {
                changing = Some(Changing { cid: waiting.cid, act: waiting.act, tick });
            }
            if is_refused {
                continue;
            }
            let event = waiting.event(&self.me, Seq(i64::MAX), waiting.at, None);
            if waiting.target == Some(seq) {
                message.changed = Seq(0);
                message.amend(&event);
            }
            if let Some(quote) = &mut message.reply_to {
                let changed = std::mem::take(&mut quote.changed);
                quote.amend(&event);
                quote.changed = changed;
            }
        }
        message.changed = changed;
        changing.map(Box::new)
    }

    /// An own message that joined with its ack carries what was written here; what the server made of it its event says.
    pub(crate) fn carry(&mut self, event: &Event) {
        let (target, changed) = event.target.map_or((event.seq, Seq(0)), |target| (target, event.seq));
        let held = self.rooms.get_mut(&event.room).and_then(|room| room.window.event_mut(target));
        let (Some(held), Some(said)) = (held.and_then(|held| held.message.as_mut()), &event.message) else { return };
        if held.changed == changed && !said.more.is_nothing() {
            held.more.put_all(&said.more);
            self.tell_amended(event.room, target);
        }
    }

    /// The line of a message changed, and those that quote it.
    pub(crate) fn tell_amended(&mut self, id: RoomId, target: Seq) {
        self.news.room(id);
        if self.open == Some(id) {
            let lines = self.lines_about(id, target);
            lines.into_iter().for_each(|(line, before)| self.tell_line(id, line, before));
            self.tell_answers(id, target);
        }
    }

    /// The line of a message and those that quote it, each with the line that it stands before.
    fn lines_about(&self, id: RoomId, target: Seq) -> Vec<(Line, Option<Cid>)> {
        let mut lines = Vec::new();
        let Some(room) = self.rooms.get(&id) else { return lines };
        let shown = room.shown();
        for (at, event) in shown.iter().enumerate() {
            let quote = event.message.as_ref().and_then(|message| message.reply_to.as_ref());
            let is_quoted = quote.is_some_and(|quote| quote.seq == target);
            if event.seq == target || event.target == Some(target) || is_quoted {
                let next = shown.get(at.saturating_add(1)).map(|next| next.cid);
                lines.push((self.line_of_event(room, event), next.or_else(|| self.first_written(id))));
            }
        }
        lines
    }

    /// What a message that waits quotes has come, or changed.
    pub(crate) fn tell_answers(&mut self, id: RoomId, target: Seq) {
        let answers = self.outbox.of_room(id).into_iter().filter(|entry| entry.waiting.target == Some(target));
        let answers: Vec<_> = answers.map(|entry| entry.waiting.cid).collect();
        answers.into_iter().for_each(|cid| self.tell_entry(cid));
    }

    /// It is not in the outbox any more.
    pub(crate) fn tell_out(&mut self, waiting: &Waiting) {
        match waiting.changes() {
            Some(target) => self.tell_amended(waiting.room, target),
            None => self.tell_gone(waiting.room, waiting.cid),
        }
    }
}

impl Room {
    /// Folds in what was done to messages: what has joined now, and into a page that was on its way all that is held. The
    /// messages that it was done to.
    pub fn fold(&mut self, joined: &Joined) -> Set<Seq> {
        let is_fold = |event: &&Event| event.kind.is_folded();
        let events: Vec<Event> = match joined.older.is_empty() {
            true => joined.newer.iter().filter_map(|seq| self.event(*seq)).filter(is_fold).cloned().collect(),
            false => self.events().into_iter().filter(is_fold).cloned().collect(),
        };
        let mut amended = Set::new();
        for event in events {
            let Some(target) = event.target else { continue };
            amended.insert(target);
            self.window.fold(target, &event);
            self.excerpt.iter_mut().for_each(|excerpt| excerpt.fold(target, &event));
            self.last.iter_mut().for_each(|last| fold(last, target, &event));
            // One that is not held may have been unread: only the server can tell how many are left.
            let is_unknown = self.read() < target && !self.covers(self.read());
            self.row_wanted |= event.kind == EventKind::Deleted && is_unknown && joined.newer.contains(&event.seq);
        }
        amended
    }
}

impl Window {
    fn fold(&mut self, target: Seq, event: &Event) {
        if matches!(event.kind, EventKind::Edited | EventKind::Deleted) {
            self.events_mut().for_each(|one| fold(one, target, event));
        } else if let Some(one) = self.event_mut(target) {
            fold(one, target, event);
        }
    }
}

fn fold(one: &mut Event, target: Seq, event: &Event) {
    let Some(message) = &mut one.message else { return };
    // What was decided about it goes with it.
    if one.target == Some(target) && event.kind == EventKind::Deleted && one.seq < event.seq {
        *message = Message::erased(message.kind);
    }
    // Whom the new text names, they are mentioned.
    if one.seq == target && message.amend(event) && event.kind == EventKind::Edited {
        one.mentions.clone_from(&event.mentions);
    }
    if let Some(quote) = &mut message.reply_to {
        quote.amend(event);
    }
}
