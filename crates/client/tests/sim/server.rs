//! A model of the server: one log per room, ids, cursors. Rule: it keeps the promise in the plainest way, in memory, so
//! that whatever differs at the end is the client's fault.

use std::collections::{BTreeMap, HashMap, HashSet};

use client::Part;
use wire::frame::{ClientFrame, Head, Held, Limits, RoomChange, ServerFrame};
use wire::{
    Cid, Code, CursorState, EVERYBODY_ELSE, Epoch, Event, EventKind, HistoryPage, Inbox, Level, Message, Person,
    Presence, RoomId, RoomKind, RoomPage, RoomSummary, Seq, SessionId, Span, Tally, Time, Unread, UserId,
};

/// Missing events beyond this are a gap; a little more than a client's first page, so that gaps are met.
const CATCH_UP_MAX: i64 = 60;

pub struct Server {
    epoch: i64,
    /// Events in a page: small, so that pages are met within a few dozen messages.
    page: i64,
    pub rooms: BTreeMap<RoomId, Log>,
    places: HashMap<(UserId, Cid), (RoomId, Seq)>,
    /// Acked once, gone by a restored backup.
    pub lost: HashSet<String>,
    /// What was refused once.
    pub refused: HashSet<String>,
    /// Those of them that were taken all the same, because the network carried the refused request a second time.
    pub taken_late: HashSet<String>,
    /// How many of the next messages get no answer though they are stored, or are asked to wait.
    pub mute: u32,
    pub slow: u32,
    pub now_ms: i64,
}

#[derive(Default)]
pub struct Log {
    pub members: Vec<UserId>,
    pub events: Vec<Event>,
    pub cursors: BTreeMap<UserId, (Seq, Seq)>,
    /// How much each wants to hear.
    pub levels: BTreeMap<UserId, Level>,
    /// What one member may not see.
    pub hidden: Option<(UserId, Span)>,
}

/// A frame for every socket of a user.
pub type Published = Vec<(UserId, ServerFrame)>;

pub fn person(user: UserId) -> Person {
    Person { id: user, username: format!("user{user}"), display_name: format!("User {user}") }
}

pub fn text(event: &Event) -> &str {
    &event.message.as_ref().expect("every event is a message").content
}

impl Log {
    pub fn head(&self) -> Seq {
        Seq(self.events.len() as i64)
    }

    pub fn is_hidden(&self, user: UserId, seq: Seq) -> bool {
        self.hidden.is_some_and(|(from, span)| from == user && span.from <= seq && seq <= span.to)
    }

    /// What a member sees after a position, up to another.
    pub fn part(&self, user: UserId, after: Seq, to: Seq) -> impl DoubleEndedIterator<Item = &Event> {
        let end = to.min(self.head()).0.max(0) as usize;
        let part = &self.events[(after.0.max(0) as usize).min(end)..end];
        part.iter().filter(move |event| !self.is_hidden(user, event.seq))
    }

    pub fn visible(&self, user: UserId) -> impl DoubleEndedIterator<Item = &Event> {
        self.part(user, Seq(0), self.head())
    }

    pub fn unread(&self, user: UserId) -> Unread {
        let read = self.cursors[&user].1;
        let count = self.part(user, read, self.head()).filter(|event| event.counts_for(user)).count();
        let named = self.part(user, read, self.head()).filter(|event| event.mentions(user)).count();
        Unread { count: count.min(100) as i64, read, as_of: self.head(), mentions: named.min(100) as i64 }
    }

    pub fn level(&self, user: UserId) -> Level {
        self.levels.get(&user).copied().unwrap_or_default()
    }

    fn cursor(&self, user: UserId) -> CursorState {
        let (delivered, read) = self.cursors[&user];
        CursorState { user, delivered, read, joined: Seq(0) }
    }

    /// The least of the others.
    pub fn everybody_else(&self, user: UserId) -> CursorState {
        let others = || self.members.iter().filter(|member| **member != user).map(|member| self.cursors[member]);
        let least = |pick: fn((Seq, Seq)) -> Seq| others().map(pick).min().unwrap_or_default();
        let (delivered, read) = (least(|cursor| cursor.0), least(|cursor| cursor.1));
        CursorState { user: EVERYBODY_ELSE, delivered, read, joined: Seq(0) }
    }

    /// How many of the others have an event.
    pub fn tally(&self, author: UserId, seq: Seq) -> Tally {
        let others = || self.members.iter().filter(|member| **member != author).map(|member| self.cursors[member]);
        let count = |has: &dyn Fn((Seq, Seq)) -> bool| others().filter(|cursor| has(*cursor)).count() as i64;
        Tally {
            seq,
            of: count(&|_| true),
            delivered: count(&|cursor| cursor.0 >= seq),
            read: count(&|cursor| cursor.1 >= seq),
        }
    }

    fn page(&self, user: UserId, room: RoomId, after: Seq, to: Seq) -> HistoryPage {
        let events = self.part(user, after, to).cloned().collect();
        let hidden = self.hidden.filter(|(from, _)| *from == user).map(|(_, span)| span).into_iter().collect();
        HistoryPage { room, after, to, events, hidden, first: Seq(1), head: self.head() }
    }
}

impl Server {
    pub fn new(rooms: BTreeMap<RoomId, Log>, page: i64, now_ms: i64) -> Self {
        let (lost, refused, taken_late) = Default::default();
        Self { epoch: 1, page, rooms, places: HashMap::new(), lost, refused, taken_late, mute: 0, slow: 0, now_ms }
    }

    /// In every other run the room of three is too large to tell each of everybody.
    fn is_large(&self, log: &Log) -> bool {
        self.page > 4 && log.members.len() > 2
    }

    /// Where the members stand, as one of them is told.
    fn cursors(&self, log: &Log, user: UserId) -> Vec<CursorState> {
        if self.is_large(log) {
            return vec![log.everybody_else(user), log.cursor(user)];
        }
        log.members.iter().map(|member| log.cursor(*member)).collect()
    }

    pub fn is_member(&self, user: UserId, room: RoomId) -> bool {
        self.rooms[&room].members.contains(&user)
    }

    pub fn summary(&self, user: UserId, id: RoomId) -> RoomSummary {
        let log = &self.rooms[&id];
        RoomSummary {
            id,
            kind: if log.members.len() > 2 { RoomKind::Group } else { RoomKind::Direct },
            title: format!("room {id}"),
            peer: None,
            about: None,
            writable: true,
            archived: false,
            level: log.level(user),
            first: Seq(1),
            head: log.head(),
            last: log.visible(user).next_back().cloned(),
            unread: log.unread(user),
            cursors: self.cursors(log, user),
            active_at: log.events.last().map_or(Time(0), |event| event.at),
        }
    }

    pub fn epoch(&self) -> Epoch {
        Epoch(self.epoch.to_string())
    }

    fn ids_of(&self, user: UserId) -> impl Iterator<Item = RoomId> {
        self.rooms.iter().filter(move |(_, log)| log.members.contains(&user)).map(|(id, _)| *id)
    }

    pub fn inbox(&self, user: UserId) -> Inbox {
        Inbox { rooms: self.ids_of(user).map(|id| self.summary(user, id)).collect(), ..Inbox::default() }
    }

    pub fn room_page(&self, user: UserId, id: RoomId) -> RoomPage {
        let head = self.rooms[&id].head();
        RoomPage { summary: self.summary(user, id), page: self.history(user, id, Part::Before(head.next())) }
    }

    pub fn history(&self, user: UserId, id: RoomId, part: Part) -> HistoryPage {
        let log = &self.rooms[&id];
        let (after, to) = match part {
            Part::Before(before) => (before.0 - 1 - self.page, before.0 - 1),
            Part::After(after) => (after.0, after.0 + self.page),
        };
        let to = Seq(to).min(log.head());
        log.page(user, id, Seq(after.max(0)).min(to), to)
    }

    pub fn welcome(&self, user: UserId) -> ServerFrame {
        let head = |id: RoomId| Head { room: id, head: self.rooms[&id].head(), level: self.rooms[&id].level(user) };
        ServerFrame::Welcome {
            session: SessionId(user.0),
            user: person(user),
            epoch: self.epoch(),
            limits: Limits::default(),
            rooms: self.ids_of(user).map(head).collect(),
            presence: vec![Presence { user, online: true, last_seen: None }],
            build: None,
        }
    }

    /// What the sender hears, and what everybody hears after that.
    pub fn answer(&mut self, user: UserId, frame: ClientFrame) -> (Vec<ServerFrame>, Published) {
        match frame {
            ClientFrame::ChatMessage { cid, room, content, .. } => self.append(user, cid, room, content),
            ClientFrame::Resume { epoch, rooms } => {
                (rooms.into_iter().map(|held| self.catch_up(user, &epoch, held)).collect(), Vec::new())
            }
            ClientFrame::Delivered { room, seq } => (Vec::new(), self.move_cursor(user, room, seq, Seq(0))),
            ClientFrame::MarkAsRead { room, seq } => (Vec::new(), self.move_cursor(user, room, seq, seq)),
            ClientFrame::Ping { n } => (vec![ServerFrame::Pong { n, at: Time(self.now_ms) }], Vec::new()),
            ClientFrame::Typing { room, is_typing } => {
                let others = self.rooms[&room].members.iter().filter(|member| **member != user);
                let typing = || ServerFrame::Typing { room, user, name: Some(person(user).display_name), is_typing };
                (Vec::new(), others.map(|member| (*member, typing())).collect())
            }
            _ => (Vec::new(), Vec::new()),
        }
    }

    fn append(&mut self, user: UserId, cid: Cid, room: RoomId, content: String) -> (Vec<ServerFrame>, Published) {
        if self.slow > 0 {
            self.slow -= 1;
            return (vec![ServerFrame::SlowDown { cid, wait_ms: 1_500 }], Vec::new());
        }
        if let Some((room, seq)) = self.places.get(&(user, cid)).copied() {
            let at = self.rooms[&room].events[seq.0 as usize - 1].at;
            return (vec![ServerFrame::Ack { cid, room, seq, at }], Vec::new());
        }
        // Who may not see what comes next is not a member at the moment.
        let log = &self.rooms[&room];
        if content.starts_with("refuse") || log.is_hidden(user, log.head().next()) {
            self.refused.insert(content);
            return (vec![ServerFrame::Refused { cid, refusal: Code::NotConnected.into() }], Vec::new());
        }
        if self.refused.contains(&content) {
            self.taken_late.insert(content.clone());
        }
        let (event, published) = self.write(user, cid, room, content);
        if self.mute > 0 {
            self.mute -= 1;
            return (Vec::new(), published);
        }
        (vec![ServerFrame::Ack { cid, room, seq: event.seq, at: event.at }], published)
    }

    /// The event is in the log.
    pub fn write(&mut self, user: UserId, cid: Cid, room: RoomId, content: String) -> (Event, Published) {
        let (at, log) = (Time(self.now_ms), self.rooms.get_mut(&room).unwrap());
        let message = Some(Message::new(wire::MessageType::Text, content));
        let (seq, kind, author) = (log.head().next(), EventKind::Message, person(user));
        // Every third message names everybody else.
        let is_named = |member: &UserId| seq.0 % 3 == 0 && *member != user && !log.is_hidden(*member, seq);
        let mentions = log.members.iter().copied().filter(is_named).collect();
        let event = Event { room, seq, cid, kind, author, at, message, target: None, about: None, mentions };
        log.events.push(event.clone());
        self.places.insert((user, cid), (room, seq));
        let seeing = log.members.iter().filter(|member| !log.is_hidden(**member, seq));
        let published = seeing.map(|member| (*member, ServerFrame::Event(event.clone()))).collect();
        (event, published)
    }

    fn catch_up(&self, user: UserId, epoch: &Epoch, held: Held) -> ServerFrame {
        let Some(log) = self.rooms.get(&held.room).filter(|log| log.members.contains(&user)) else {
            return ServerFrame::Room(RoomChange::Removed { room: held.room });
        };
        let (room, head) = (held.room, log.head());
        let Some(after) = held.after else {
            return ServerFrame::Room(RoomChange::Added { summary: Box::new(self.summary(user, room)) });
        };
        if *epoch != self.epoch() || after > head || head.0 - after.0 > CATCH_UP_MAX {
            return ServerFrame::Gap { room, head, erased: false };
        }
        let page = self.history(user, room, Part::After(after));
        ServerFrame::MessageHistory {
            complete: page.to == head,
            page,
            cursors: self.cursors(log, user),
            unread: log.unread(user),
        }
    }

    fn move_cursor(&mut self, user: UserId, id: RoomId, delivered: Seq, read: Seq) -> Published {
        let Some(log) = self.rooms.get_mut(&id).filter(|log| delivered <= log.head()) else { return Vec::new() };
        let cursor = log.cursors.get_mut(&user).unwrap();
        let moved = (cursor.0.max(delivered), cursor.1.max(read));
        if *cursor == moved {
            return Vec::new();
        }
        *cursor = moved;
        let log = &self.rooms[&id];
        let (cursors, unread) = (log.cursor(user), log.unread(user));
        if let Some(last) = log.events.last().filter(|_| self.is_large(log)) {
            let own = (user, ServerFrame::Cursors { room: id, cursors, unread: Some(unread) });
            let tally = Some(log.tally(last.author.id, last.seq));
            let least = |to| ServerFrame::Receipts { room: id, cursors: vec![log.everybody_else(to)], tally };
            return log.members.iter().map(|member| (*member, least(*member))).chain([own]).collect();
        }
        let frame = |to: UserId| ServerFrame::Cursors { room: id, cursors, unread: (to == user).then_some(unread) };
        log.members.iter().map(|member| (*member, frame(*member))).collect()
    }

    /// A member wants to hear so much of a room.
    pub fn set_level(&mut self, user: UserId, id: RoomId, level: Level) -> Published {
        let Some(log) = self.rooms.get_mut(&id).filter(|log| log.members.contains(&user)) else { return Vec::new() };
        log.levels.insert(user, level);
        let summary = Box::new(self.summary(user, id));
        vec![(user, ServerFrame::Room(RoomChange::Added { summary }))]
    }

    /// An older backup takes the place of the database.
    pub fn restore(&mut self, forget: usize) {
        self.epoch += 1;
        for log in self.rooms.values_mut() {
            let kept = log.events.len().saturating_sub(forget);
            for event in log.events.drain(kept..) {
                self.places.remove(&(event.author.id, event.cid));
                self.lost.extend(event.message.map(|message| message.content));
            }
            let head = log.head();
            log.cursors.values_mut().for_each(|cursor| *cursor = (cursor.0.min(head), cursor.1.min(head)));
        }
    }
}
