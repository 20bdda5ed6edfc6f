//! A model of the server: one log per room, ids, cursors. Rule: it keeps the promise in the plainest way, in memory, so
//! that whatever differs at the end is the client's fault.

use std::collections::{BTreeMap, HashMap, HashSet};

use client::Part;
use wire::frame::{ClientFrame, Head, Held, Limits, RoomChange, ServerFrame};
use wire::{
    Act, Cid, Code, CursorState, Epoch, Event, EventKind, HistoryPage, Inbox, Level, Message, MessageType, Person,
    Presence, RoomId, RoomKind, RoomPage, RoomSummary, Seq, SessionId, Time, UserId,
};

use crate::log::{Log, Wish};

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

/// A frame for every socket of a user.
pub type Published = Vec<(UserId, ServerFrame)>;

pub fn person(user: UserId) -> Person {
    Person { id: user, username: format!("user{user}"), display_name: format!("User {user}"), ..Person::default() }
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
            last: log.shown(user).next_back(),
            unread: log.unread(user),
            cursors: self.cursors(log, user),
            active_at: log.events.iter().rfind(|event| event.kind.is_shown()).map_or(Time(0), |event| event.at),
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
        if let Some(wish) = Wish::of(user, frame.clone()) {
            return self.append(wish);
        }
        match frame {
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

    fn append(&mut self, wish: Wish) -> (Vec<ServerFrame>, Published) {
        let Wish { user, cid, room, content, .. } = wish.clone();
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
        let is_refused = content.starts_with("refuse")
            || log.is_hidden(user, log.head().next())
            || wish.act != Act::Say && log.is_veiled();
        if let Some(code) = if is_refused { Some(Code::NotConnected) } else { log.refusal(&wish) } {
            self.refused.insert(content);
            return (vec![ServerFrame::Refused { cid, refusal: code.into() }], Vec::new());
        }
        if self.refused.contains(&content) {
            self.taken_late.insert(content.clone());
        }
        let (event, published) = self.write(wish);
        if self.mute > 0 {
            self.mute -= 1;
            return (Vec::new(), published);
        }
        (vec![ServerFrame::Ack { cid, room, seq: event.seq, at: event.at }], published)
    }

    /// The event is in the log.
    pub fn write(&mut self, wish: Wish) -> (Event, Published) {
        let Wish { user, cid, room, act, content, target } = wish;
        let (at, log) = (Time(self.now_ms), self.rooms.get_mut(&room).unwrap());
        let reply_to = target.filter(|_| act == Act::Say).and_then(|seq| log.quote(seq)).map(Box::new);
        let said = Message { reply_to, ..Message::new(MessageType::Text, content) };
        let (message, target) = ((act != Act::Delete).then_some(said), target.filter(|_| act != Act::Say));
        let (seq, kind, author) = (log.head().next(), act.event_kind(), person(user));
        // Every third message names everybody else.
        let is_named = |member: &UserId| {
            matches!(act, Act::Say | Act::Edit) && seq.0 % 3 == 0 && *member != user && !log.is_hidden(*member, seq)
        };
        let mentions = log.members.iter().copied().filter(is_named).collect();
        let event = Event { room, seq, cid, kind, author, at, message, target, about: None, mentions };
        log.push(event.clone());
        self.places.insert((user, cid), (room, seq));
        let seeing: Vec<UserId> = log.members.iter().copied().filter(|member| !log.is_hidden(*member, seq)).collect();
        let told = seeing.iter().map(|member| (*member, ServerFrame::Event(log.seen_by(*member, &event))));
        // What is unread, or mentions somebody, may be another number now.
        let recount = seeing.iter().filter(|_| matches!(kind, EventKind::Edited | EventKind::Deleted)).map(|member| {
            let (cursors, unread) = (log.cursor(*member), Some(log.unread(*member)));
            (*member, ServerFrame::Cursors { room, cursors, unread })
        });
        let published = told.chain(recount).collect();
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
            let erased = after < head && log.part(user, after, head).any(|event| event.target.is_some());
            return ServerFrame::Gap { room, head, erased };
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
            let mut kept = std::mem::take(&mut log.raw);
            let lost = kept.split_off(kept.len().saturating_sub(forget));
            log.events.clear();
            kept.into_iter().for_each(|event| log.push(event));
            for event in lost {
                self.places.remove(&(event.author.id, event.cid));
                self.lost.extend(event.message.map(|message| message.content));
            }
            let head = log.head();
            log.cursors.values_mut().for_each(|cursor| *cursor = (cursor.0.min(head), cursor.1.min(head)));
        }
    }
}
