//! One browser tab: the client and what it was seen to do. Rule: what the client may not do at any moment is checked
//! here, at that moment.

use std::collections::{BTreeMap, BTreeSet};

use client::{Client, Input, Tick};
use wire::frame::ClientFrame;
use wire::{Cid, Epoch, RoomId, Seq, UserId};

use crate::browser::Kept;
use crate::screen::Screen;
use crate::server::{Server, person};

/// Events of a room that the browser keeps.
const KEPT_EVENTS: usize = 12;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Closed,
    Frozen,
    Live,
}

pub struct Tab {
    pub browser: usize,
    pub user: UserId,
    pub state: State,
    pub client: Client,
    /// Counts the pages: answers to an earlier one go nowhere.
    pub life: u32,
    /// When the world must hand over the next tick.
    pub tick_ms: Option<i64>,
    pub socket: Option<u64>,
    /// The last socket that was asked for and not given up.
    pub dial: u64,
    pub holes: u32,
    pub open: Option<RoomId>,
    /// What it was last told.
    pub leads: bool,
    pub screen: Screen,
    /// When the last word of the storage, of another tab and about the lead comes: each kind keeps its order.
    pub stored_ms: i64,
    pub word_ms: i64,
    pub lead_ms: i64,
    /// The changes of the outbox that it asked for.
    pub changes: u32,
    /// What its storage said, and who leads, while it stood still.
    pub unheard: Vec<Input>,
    sent: BTreeMap<(RoomId, bool), (Option<Epoch>, Seq)>,
    read: BTreeMap<RoomId, Seq>,
}

impl Tab {
    pub fn new(browser: usize, user: UserId) -> Self {
        Self {
            browser,
            user,
            state: State::Closed,
            client: Client::new(person(user), 0, 0),
            life: 0,
            tick_ms: None,
            socket: None,
            dial: 0,
            holes: 0,
            open: None,
            leads: false,
            screen: Screen::default(),
            stored_ms: 0,
            word_ms: 0,
            lead_ms: 0,
            changes: 0,
            unheard: Vec::new(),
            sent: BTreeMap::new(),
            read: BTreeMap::new(),
        }
    }

    /// A page of this user comes up; nothing is heard of an earlier one.
    pub fn begin(&mut self, user: UserId, seed: u64, now_ms: i64) {
        self.user = user;
        self.client = Client::new(person(user), seed, now_ms);
        (self.sent, self.read, self.leads) = Default::default();
        self.screen = Screen::default();
        self.state = State::Live;
        self.client.handle(Input::Durable(true), now_ms);
        self.client.handle(Input::Drain(false), now_ms);
    }

    /// From what the server rendered.
    pub fn seed_from_server(&mut self, server: &Server) {
        self.open = self.open.filter(|room| server.is_member(self.user, *room));
        self.client.seed_epoch(server.epoch());
        self.client.seed_inbox(server.inbox(self.user));
        if let Some(open) = self.open {
            self.client.seed_room(server.room_page(self.user, open));
        }
    }

    /// From what the browser kept.
    pub fn seed_from_kept(&mut self, kept: &Kept) {
        self.open = self.open.filter(|open| kept.inbox.rooms.iter().any(|row| row.id == *open));
        self.client.seed_epoch(kept.epoch.clone());
        self.client.seed_inbox(kept.inbox.clone());
        for (page, read) in &kept.pages {
            let room = page.summary.id;
            self.client.seed_room(page.clone());
            self.client.seed_read(room, *read);
        }
    }

    /// What the browser is to keep of this page, and proof that a page seeded with it shows the same.
    pub fn keep(&self) -> Option<Kept> {
        let inbox = self.client.inbox();
        let page = |room: RoomId| Some((self.client.page(room, KEPT_EVENTS)?, self.client.read_position(room)));
        let pages = inbox.rooms.iter().filter_map(|row| page(row.id)).collect();
        let kept = Kept { user: self.user, epoch: self.client.epoch()?.clone(), inbox, pages };
        let mut again = Self::new(self.browser, self.user);
        again.client = Client::new(person(self.user), 1, 0);
        again.seed_from_kept(&kept);
        for row in self.client.rooms() {
            let shown = again.client.room(row.id).expect("a row that was kept is there");
            let figures = |row: &client::RoomView| (row.unread, row.mentions, row.level);
            assert_eq!(figures(&shown), figures(&row), "unread of {} as kept", row.id);
            // Of a room without a page the browser keeps the row only. Own messages at the end may be read on the way.
            let has_page = kept.pages.iter().any(|(page, _)| page.summary.id == row.id);
            assert!(shown.read >= row.read || !has_page, "{} is read of {}, not {}", shown.read, row.id, row.read);
            let stored = |client: &Client| -> Vec<(Cid, Option<Seq>)> {
                let lines = client.timeline(row.id).lines.into_iter();
                lines.filter(|line| line.seq.is_some()).map(|line| (line.cid, line.seq)).collect()
            };
            let (kept, all) = (stored(&again.client), stored(&self.client));
            assert!(kept.iter().all(|line| all.contains(line)), "{kept:?} was kept of {all:?}");
        }
        Some(kept)
    }

    /// A line of the open room with such a tick.
    pub fn line(&self, wanted: impl Fn(&Tick) -> bool) -> Option<(Cid, String)> {
        let line = self.screen.timeline.lines.iter().find(|line| line.tick.as_ref().is_some_and(&wanted))?;
        Some((line.cid, line.message.as_ref()?.content.clone()))
    }

    /// Cursors that are told never go back within one life of page and database.
    pub fn watch_sent(&mut self, frame: &ClientFrame) {
        let (key, seq) = match frame {
            ClientFrame::Delivered { room, seq } => ((*room, false), *seq),
            ClientFrame::MarkAsRead { room, seq } => ((*room, true), *seq),
            _ => return,
        };
        let life = self.client.epoch().cloned();
        let before = self.sent.insert(key, (life.clone(), seq)).filter(|(before, _)| *before == life);
        assert!(before.as_ref().is_none_or(|(_, before)| *before <= seq), "{key:?} was told {before:?}, then {seq}");
    }

    /// What holds at every moment: the page shows what the client says; lines in order, each once, and nothing missing
    /// between two of them but where the page says so; own reading never goes back.
    pub fn watch(&mut self, server: &Server) {
        self.screen.check(&self.client);
        // A room that is forgotten (a backup was restored, it is not the user's any more) begins anew.
        let rows = &self.screen.rows;
        self.read.retain(|room, _| rows.iter().any(|row| row.id == *room));
        self.sent.retain(|(room, _), _| rows.iter().any(|row| row.id == *room));
        for row in rows {
            let before = self.read.insert(row.id, row.read);
            assert!(before.is_none_or(|before| before <= row.read), "read went back in {:?}", row.id);
        }
        let Some(log) = self.open.and_then(|open| server.rooms.get(&open)) else { return };
        // Until a page hears of a restored backup, acks of two lives may stand beside each other.
        let knows_life =
            self.client.epoch() == Some(&server.epoch()) && rows.iter().any(|row| Some(row.id) == self.open);
        let (timeline, mut last) = (&self.screen.timeline, None::<Seq>);
        let mut cids = BTreeSet::new();
        let gap = timeline.gap.map(|gap| gap.before);
        let (mut in_log, mut gap_is_met) = (true, gap.is_none());
        for line in &timeline.lines {
            assert!(cids.insert(line.cid), "a line twice: {line:?}");
            in_log &= timeline.missing_before != Some(line.cid);
            let Some(seq) = line.seq else { continue };
            let is_gap = gap == Some(Some(line.cid));
            gap_is_met |= is_gap;
            if let Some(last) = last {
                // Two acks name the same position when a backup was restored between them.
                assert!(last <= seq, "lines out of order: {last} before {seq}");
                let mut between = (last.0 + 1..seq.0).map(Seq);
                let silent = knows_life && in_log && !is_gap && between.any(|missing| log.is_line(self.user, missing));
                assert!(!silent, "between {last} and {seq} lines are missing that the page does not speak of");
            }
            last = Some(seq);
        }
        assert!(gap_is_met || gap == Some(None), "the gap stands before a line that is not there");
    }
}
