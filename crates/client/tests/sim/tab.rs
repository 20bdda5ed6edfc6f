//! One browser tab: the client, what its browser stored, and what its user was promised. Rule: what the client may not
//! do at any moment is checked here, at that moment.

use std::collections::{BTreeMap, BTreeSet};

use client::{Client, Input, OutboxChange, Tick, Waiting};
use wire::frame::ClientFrame;
use wire::{Cid, RoomId, Seq, UserId};

use crate::screen::Screen;
use crate::server::{Server, person};

pub struct Tab {
    pub user: UserId,
    pub client: Client,
    /// Counts the reloads: answers to an earlier page go nowhere.
    pub life: u32,
    pub offset_ms: i64,
    /// When the world must hand over the next tick.
    pub tick_ms: Option<i64>,
    pub socket: Option<u64>,
    pub socket_blocked: bool,
    pub http_blocked: bool,
    pub holes: u32,
    pub open: Option<RoomId>,
    pub stored: Vec<Waiting>,
    /// Texts in the order in which they entered the outbox, of each room; those that the user took back are gone.
    pub written: Vec<(RoomId, String)>,
    pub screen: Screen,
    sent: BTreeMap<(RoomId, bool), Seq>,
    read: BTreeMap<RoomId, Seq>,
}

impl Tab {
    pub fn new(user: UserId, seed: u64, server: &Server) -> Self {
        let client = Client::new(person(user), seed, server.now_ms);
        let mut tab = Self {
            user,
            client,
            life: 0,
            offset_ms: 0,
            tick_ms: None,
            socket: None,
            socket_blocked: false,
            http_blocked: false,
            holes: 0,
            open: None,
            stored: Vec::new(),
            written: Vec::new(),
            screen: Screen::default(),
            sent: BTreeMap::new(),
            read: BTreeMap::new(),
        };
        tab.begin(server);
        tab
    }

    /// The page is loaded again; the seed differs.
    pub fn reload(&mut self, seed: u64, server: &Server) {
        self.life += 1;
        self.client = Client::new(person(self.user), seed, server.now_ms + self.offset_ms);
        self.socket = None;
        self.begin(server);
        self.hand(Input::OutboxRestored(self.stored.clone()), server.now_ms);
    }

    fn begin(&mut self, server: &Server) {
        (self.sent, self.read) = Default::default();
        self.screen = Screen::default();
        self.client.seed_epoch(server.epoch());
        self.client.seed_inbox(server.inbox(self.user));
        if let Some(open) = self.open {
            self.client.seed_room(server.room_page(self.user, open));
            self.hand(Input::Open(Some(open)), server.now_ms);
            self.screen.open(self.open, &self.client);
        }
        self.hand(Input::Start, server.now_ms);
    }

    pub fn hand(&mut self, input: Input, now_ms: i64) {
        let now_ms = now_ms + self.offset_ms;
        self.client.handle(input, now_ms);
        let due_ms = self.client.deadline_ms();
        assert!(due_ms.is_none_or(|due_ms| due_ms > now_ms), "a deadline in the past makes the page spin");
        self.tick_ms = due_ms.map(|due_ms| due_ms - self.offset_ms);
    }

    pub fn store(&mut self, change: OutboxChange) {
        match change {
            OutboxChange::Put(waiting) => {
                assert_eq!(waiting.user, self.user);
                match self.stored.iter_mut().find(|one| one.cid == waiting.cid) {
                    Some(one) => *one = waiting,
                    None => {
                        // Offered again after a restored backup, it keeps its place.
                        let entry = (waiting.room, waiting.content.clone());
                        if !self.written.contains(&entry) {
                            self.written.push(entry);
                        }
                        self.stored.push(waiting);
                    }
                }
            }
            OutboxChange::Remove(cid) => self.stored.retain(|one| one.cid != cid),
        }
    }

    /// The user takes the text of this message back: it is no longer expected anywhere.
    pub fn unwrite(&mut self, cid: Cid) {
        if let Some(one) = self.stored.iter().find(|one| one.cid == cid) {
            let last = self.written.iter().rposition(|(_, content)| *content == one.content).unwrap();
            self.written.remove(last);
        }
    }

    /// A line of the open room with such a tick.
    pub fn line(&self, wanted: impl Fn(&Tick) -> bool) -> Option<Cid> {
        let lines = self.client.timeline(self.open?).lines;
        lines.into_iter().find(|line| line.tick.as_ref().is_some_and(&wanted)).map(|line| line.cid)
    }

    /// Cursors that are told never go back within one life of page and database.
    pub fn watch_sent(&mut self, frame: &ClientFrame) {
        let (key, seq) = match frame {
            ClientFrame::Delivered { room, seq } => ((*room, false), *seq),
            ClientFrame::MarkAsRead { room, seq } => ((*room, true), *seq),
            _ => return,
        };
        let before = self.sent.insert(key, seq);
        assert!(before.is_none_or(|before| before <= seq), "{key:?} was told {before:?}, then {seq}");
    }

    /// What holds at every moment: lines in order, each once; own reading never goes back.
    pub fn watch(&mut self) {
        // A room that is forgotten (a backup was restored, it is not the user's any more) begins anew.
        self.read.retain(|room, _| self.client.room(*room).is_some());
        self.sent.retain(|(room, _), _| self.client.room(*room).is_some());
        for room in self.client.rooms() {
            let before = self.read.insert(room.id, room.read);
            assert!(before.is_none_or(|before| before <= room.read), "read went back in {:?}", room.id);
        }
        self.screen.check(&self.client);
        let Some(open) = self.open else { return };
        let lines = self.client.timeline(open).lines;
        let seqs: Vec<Seq> = lines.iter().filter_map(|line| line.seq).collect();
        // Two acks name the same position when a backup was restored between them.
        assert!(seqs.is_sorted(), "lines out of order: {seqs:?}");
        let cids: BTreeSet<Cid> = lines.iter().map(|line| line.cid).collect();
        assert_eq!(cids.len(), lines.len(), "a line twice");
    }
}
