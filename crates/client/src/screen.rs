//! What the screen reads. Rule: derived at the moment of asking; nothing here changes anything.

use std::cmp::Reverse;

use wire::{Cid, Event, EventKind, Message, MessageType, RoomId, RoomKind, Seq, Tally, Time, UserId};

use crate::Client;
use crate::link::State;
use crate::note;
use crate::older;
use crate::outbox::{self, Entry};
use crate::room::Room;
use crate::view::{Line, Link, LinkView, PresenceView, RoomView, Tick, Timeline, Transport};

impl Client {
    /// The inbox: every room, the last active first.
    pub fn rooms(&self) -> Vec<RoomView> {
        self.order().into_iter().filter_map(|room| self.room(room)).collect()
    }

    pub(crate) fn order(&self) -> Vec<RoomId> {
        let mut order: Vec<RoomId> = self.rooms.keys().copied().collect();
        order.sort_by_cached_key(|id| (Reverse(self.active_at(*id)), Reverse(*id)));
        order
    }

    fn active_at(&self, id: RoomId) -> Option<Time> {
        let written = self.outbox.of_room(id).into_iter().map(|entry| entry.waiting.at).max();
        self.rooms.get(&id).map(|room| room.active_at).max(written)
    }

    /// One row of it.
    pub fn room(&self, id: RoomId) -> Option<RoomView> {
        let room = self.rooms.get(&id)?;
        let last_written = self.outbox.of_room(id).pop().map(|entry| self.line_of_entry(entry));
        Some(RoomView {
            id,
            kind: room.kind,
            title: room.title.clone(),
            peer: room.peer.clone(),
            about: room.about.clone(),
            writable: room.writable,
            archived: room.archived,
            last: last_written.or_else(|| room.last.as_ref().map(|event| self.line_of_event(room, event))),
            unread: room.unread(),
            mentions: room.mentions(),
            level: room.level,
            read: room.read(),
            active_at: self.active_at(id).unwrap_or_default(),
            waiting: self.outbox.unsettled(Some(id)),
            catching_up: room.is_behind(),
        })
    }

    /// The conversation, as far as it is held, and what waits to be part of it.
    pub fn timeline(&self, id: RoomId) -> Timeline {
        let Some(room) = self.rooms.get(&id) else {
            let lines = self.outbox.of_room(id).into_iter().map(|entry| self.line_of_entry(entry)).collect();
            return Timeline { lines, ..Timeline::default() };
        };
        let stored = room.shown().into_iter().map(|event| self.line_of_event(room, event));
        let written = self.outbox.of_room(id).into_iter().map(|entry| self.line_of_entry(entry));
        Timeline {
            lines: stored.chain(written).collect(),
            older: older::view(room),
            gap: self.gap(id),
            catching_up: room.is_behind(),
            missing_before: self.missing_before(id),
            divider: self.divider(id),
            opened: self.opened(id),
        }
    }

    /// The connection.
    pub fn link(&self) -> LinkView {
        let now_ms = self.clock.now_ms();
        let link = match self.link.state {
            State::Idle | State::Connecting { .. } => Link::Connecting,
            State::Connected { .. } => Link::Connected,
            State::Waiting { until_ms, .. } => Link::Waiting { until_ms: self.clock.outside_ms(until_ms) },
            State::Failed => Link::Failed,
            State::SignedOut => Link::SignedOut,
            State::Refused => Link::Refused,
        };
        let transport = match self.link.state {
            State::Connected { .. } => Transport::Socket,
            _ if self.polling.works => Transport::Polling,
            _ => Transport::None,
        };
        let banner = self.story.view(self.link.state, self.polling.works, self.outbox.unsettled(None), now_ms);
        LinkView { link, transport, banner, outdated: self.outdated }
    }

    /// Whether this person is here.
    pub fn presence(&self, user: UserId) -> PresenceView {
        if self.knows_presence() { self.people.view(user) } else { PresenceView::Unknown }
    }

    /// News are trusted for the few seconds in which a socket usually comes back.
    pub(crate) fn knows_presence(&self) -> bool {
        match self.link.state {
            State::Idle | State::Connected { .. } => true,
            State::SignedOut | State::Refused => false,
            _ => self.polling.works || !self.polling.carries(self.clock.now_ms()),
        }
    }

    /// Who types in this room: "Ana is typing…", nothing if nobody does.
    pub fn typing(&self, room: RoomId) -> Option<String> {
        self.typing.sentence(room)
    }

    /// How far the user's own message at this position has come, and how many of the others have it; the latter in a room
    /// of more than two, as far as it is known.
    pub fn receipts(&self, room: RoomId, seq: Seq) -> (Tick, Option<Box<Tally>>) {
        self.rooms.get(&room).map_or((Tick::Sent, None), |room| receipts(room, seq))
    }

    /// Unread over all rooms, as far as the user wants to hear of each; beyond 99 "99+" is shown.
    pub fn unread_total(&self) -> i64 {
        self.rooms.values().fold(0, |total, room| total.saturating_add(room.loud()))
    }

    /// The most characters in a message, as the server has said.
    pub fn body_chars_max(&self) -> usize {
        self.limits.body_chars_max
    }

    pub(crate) fn line_of_event(&self, room: &Room, event: &Event) -> Line {
        // A host's word is nobody's own.
        let is_word = event.message.as_ref().is_some_and(|message| message.kind == MessageType::System);
        let is_own = event.author.id == self.me.id && event.kind == EventKind::Message && !is_word;
        let (tick, tally) = is_own.then(|| receipts(room, event.seq)).unzip();
        let note = note::sentence(event, self.me.id).map(|content| Message::new(MessageType::Text, content));
        let mut message = note.or_else(|| event.message.clone());
        let changing = self.fold_waiting(room.id, event.seq, &mut message);
        Line {
            cid: event.cid,
            seq: Some(event.seq),
            kind: event.kind,
            author: event.author.clone(),
            at: event.at,
            message,
            tick,
            tally: tally.flatten(),
            mentions_me: event.mentions(self.me.id),
            changing,
        }
    }

    pub(crate) fn line_of_entry(&self, entry: &Entry) -> Line {
        let waiting = &entry.waiting;
        let (mut at, mut tally) = (waiting.at, None);
        let mut tick = entry.tick();
        if let outbox::State::Stored { seq, at: stored_at } = entry.state {
            let (reached, counted) = self.receipts(waiting.room, seq);
            (at, tally, tick) = (stored_at, counted, Some(reached));
        }
        let mut message = Some(waiting.said(self.quote(waiting)));
        self.fold_waiting(waiting.room, Seq(0), &mut message);
        Line {
            cid: waiting.cid,
            seq: entry.seq(),
            kind: EventKind::Message,
            author: self.me.clone(),
            at,
            message,
            tick,
            tally,
            mentions_me: false,
            changing: None,
        }
    }

    /// See [`Timeline::missing_before`].
    pub fn missing_before(&self, id: RoomId) -> Option<Cid> {
        self.rooms.get(&id).filter(|room| room.is_behind()).and_then(|_| self.first_written(id))
    }

    /// The first line after the held log: an event's line stands before it.
    pub(crate) fn first_written(&self, room: RoomId) -> Option<Cid> {
        self.outbox.of_room(room).first().map(|entry| entry.waiting.cid)
    }
}

fn receipts(room: &Room, seq: Seq) -> (Tick, Option<Box<Tally>>) {
    let everybody_else = room.cursors.everybody_else();
    let tick = if seq < everybody_else.joined {
        // Nobody who is here now was here then.
        Tick::Sent
    } else if seq <= everybody_else.read {
        Tick::Read
    } else if seq <= everybody_else.delivered {
        Tick::Delivered
    } else {
        Tick::Sent
    };
    (tick, if room.kind == RoomKind::Direct { None } else { room.cursors.tally(seq).map(Box::new) })
}
