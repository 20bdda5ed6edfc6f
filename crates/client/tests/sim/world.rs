//! Tabs, browsers, server and the network between them, in one simulated time. Rule: everything is decided by the seed.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use client::{Input, OutboxChange, Output};
use wire::frame::ClientFrame;
use wire::{RoomId, Seq, Span, UserId};

use crate::browser::{Browser, Word};
use crate::log::Log;
use crate::network::{Asked, Happening, Socket};
use crate::random::Random;
use crate::server::Server;
use crate::size::Size;
use crate::tab::{State, Tab};

/// How often what was met: a run that meets nothing proves nothing.
pub type Met = BTreeMap<&'static str, u32>;

const START_MS: i64 = 1_800_000_000_000;

pub struct World {
    pub server: Server,
    pub browsers: Vec<Browser>,
    pub tabs: Vec<Tab>,
    pub now_ms: i64,
    /// When something last happened that is not part of being at rest.
    pub busy_ms: i64,
    pub met: Met,
    pub sockets: BTreeMap<u64, Socket>,
    pub random: Random,
    pub number: u64,
    /// Texts that went back to the composer, or away …
    pub unwanted: HashSet<String>,
    /// … those of them that were surely not stored, nor will be.
    pub taken_back: HashSet<String>,
    pub texts: u32,
    due: BinaryHeap<Reverse<(i64, u64, usize)>>,
    happenings: Vec<Option<Happening>>,
    free: Vec<usize>,
    trace: Option<DefaultHasher>,
    /// Whether everything that goes in and comes out is printed.
    pub speaks: bool,
}

/// Room 1 has users 1 and 2, room 2 everybody, room 3 users 1 and 3. User 3 may not see three positions of room 2.
fn rooms() -> BTreeMap<RoomId, Log> {
    let log = |members: &[i64], hidden| {
        let members: Vec<UserId> = members.iter().map(|member| UserId(*member)).collect();
        let cursors = members.iter().map(|member| (*member, (Seq(0), Seq(0)))).collect();
        Log { members, cursors, hidden, ..Log::default() }
    };
    let hidden = (UserId(3), Span { from: Seq(4), to: Seq(6) });
    BTreeMap::from([
        (RoomId(1), log(&[1, 2], None)),
        (RoomId(2), log(&[1, 2, 3], Some(hidden))),
        (RoomId(3), log(&[1, 3], None)),
    ])
}

impl World {
    pub fn new(seed: u64, size: &Size) -> Self {
        let (mut random, now_ms) = (Random::new(seed), START_MS);
        let server = Server::new(rooms(), random.pick(&[4, 12]), now_ms);
        let browsers: Vec<Browser> = size.browsers.iter().map(|(home, _)| Browser::new(UserId(*home))).collect();
        let tabs = size
            .browsers
            .iter()
            .enumerate()
            .flat_map(|(browser, (home, tabs))| (0..*tabs).map(move |_| Tab::new(browser, UserId(*home))));
        let mut world = Self {
            server,
            browsers,
            tabs: tabs.collect(),
            now_ms,
            busy_ms: now_ms,
            met: Met::new(),
            sockets: BTreeMap::new(),
            random,
            number: 0,
            unwanted: HashSet::new(),
            taken_back: HashSet::new(),
            texts: 0,
            due: BinaryHeap::new(),
            happenings: Vec::new(),
            free: Vec::new(),
            trace: None,
            speaks: false,
        };
        (0..world.tabs.len()).for_each(|tab| world.begin(tab));
        world
    }

    /// Most tabs begin with a room open, and some of them looked at.
    fn begin(&mut self, tab: usize) {
        let (user, room) = (self.tabs[tab].user, RoomId(self.random.between(1, 4)));
        let is_open = self.server.is_member(user, room) && !self.random.once_in(4);
        self.tabs[tab].open = is_open.then_some(room);
        self.load(tab, false);
        let is_seen = self.random.once_in(2);
        self.hand(tab, Input::Visible(is_seen));
        self.hand(tab, Input::Focused(is_seen));
    }

    /// From now on what comes out is remembered as a number.
    pub fn with_trace(mut self) -> Self {
        self.trace = Some(DefaultHasher::new());
        self
    }

    /// The same seed and steps give the same number.
    pub fn trace(&self) -> Option<u64> {
        self.trace.as_ref().map(Hasher::finish)
    }

    pub fn meet(&mut self, what: &'static str) {
        *self.met.entry(what).or_default() += 1;
    }

    pub fn browser_of(&self, tab: usize) -> &Browser {
        &self.browsers[self.tabs[tab].browser]
    }

    pub fn later(&mut self, at_ms: i64, happening: Happening) {
        self.number += 1;
        let slot = self.free.pop().unwrap_or_else(|| {
            self.happenings.push(None);
            self.happenings.len() - 1
        });
        self.happenings[slot] = Some(happening);
        self.due.push(Reverse((at_ms, self.number, slot)));
    }

    pub fn delay_ms(&mut self) -> i64 {
        if self.random.once_in(10) { self.random.between(0, 2_000) } else { self.random.between(0, 60) }
    }

    /// The page is loaded (again): from the server, or from what the browser kept. Without either the tab shows no chat.
    pub fn load(&mut self, tab: usize, kept: bool) {
        self.close(tab);
        let browser = self.tabs[tab].browser;
        let from_kept = kept || self.browsers[browser].http_blocked;
        let one = &self.browsers[browser];
        let owner = if from_kept { one.kept.as_ref().map(|kept| kept.user) } else { one.session };
        let Some(user) = owner else { return self.meet("nothing to show") };
        let (seed, outside_ms) = (self.random.number(), self.now_ms + one.offset_ms);
        self.tabs[tab].begin(user, seed, outside_ms);
        if let Some(kept) = self.browsers[browser].kept.take().filter(|_| from_kept) {
            self.tabs[tab].seed_from_kept(&kept);
            self.browsers[browser].kept = Some(kept);
            self.meet("opened from what was kept");
        } else {
            self.tabs[tab].seed_from_server(&self.server);
        }
        let open = self.tabs[tab].open;
        self.tabs[tab].client.handle(Input::Open(open), outside_ms);
        let page = &mut self.tabs[tab];
        page.screen.open(open, &page.client);
        self.read_outbox(tab);
        self.hand(tab, Input::Start);
        // A tab that died may have left something that no other has heard of.
        let life = self.tabs[tab].life;
        self.broadcast(tab, life, &Word::Outbox);
        if !self.browsers[browser].lead.contains_key(&user) {
            self.seek_leader(browser, user);
        }
    }

    /// The page goes, with its socket and what it was about to write.
    pub fn close(&mut self, tab: usize) {
        if self.tabs[tab].state == State::Closed {
            return;
        }
        self.lose_operations(tab);
        self.hang_up(tab);
        let page = &mut self.tabs[tab];
        (page.state, page.tick_ms) = (State::Closed, None);
        page.life += 1;
        page.unheard.clear();
        self.lose_lead(tab);
        self.tabs[tab].leads = false;
    }

    /// The page stands still. One that is told closes its socket and gives up the lead.
    pub fn freeze(&mut self, tab: usize, told: bool) {
        if self.tabs[tab].state != State::Live {
            return;
        }
        self.meet("froze");
        if told {
            self.hand(tab, Input::Leaving);
            self.hand(tab, Input::Frozen);
            self.hang_up(tab);
            self.lead(tab, false);
            self.lose_lead(tab);
        } else {
            self.silence(tab);
        }
        (self.tabs[tab].state, self.tabs[tab].tick_ms) = (State::Frozen, None);
    }

    pub fn thaw(&mut self, tab: usize) {
        if self.tabs[tab].state != State::Frozen {
            return;
        }
        self.meet("thawed");
        self.tabs[tab].state = State::Live;
        for input in std::mem::take(&mut self.tabs[tab].unheard) {
            match input {
                Input::Drain(leads) => self.lead(tab, leads),
                input => self.hand(tab, input),
            }
        }
        self.hand(tab, Input::Online);
        self.read_outbox(tab);
        let (browser, user) = (self.tabs[tab].browser, self.tabs[tab].user);
        self.seek_leader(browser, user);
    }

    /// The socket stays open, but nothing arrives any more.
    pub fn silence(&mut self, tab: usize) {
        let socket = self.tabs[tab].socket;
        socket.and_then(|id| self.sockets.get_mut(&id)).into_iter().for_each(|socket| socket.is_silent = true);
    }

    /// The socket is gone without a word.
    fn hang_up(&mut self, tab: usize) {
        self.tabs[tab].dial = 0;
        self.tabs[tab].socket.take().into_iter().for_each(|socket| _ = self.sockets.remove(&socket));
    }

    /// The socket of this tab ends, with whatever was on its way.
    pub fn cut(&mut self, tab: usize, code: u16) {
        if self.tabs[tab].state == State::Frozen {
            // Its page will not hear of it.
            return self.silence(tab);
        }
        if let Some(socket) = self.tabs[tab].socket.take() {
            self.sockets.remove(&socket);
            self.meet("cut");
            self.hand(tab, Input::SocketClosed { code });
        }
    }

    /// Something reaches a page that is there to hear it.
    pub fn hand(&mut self, tab: usize, input: Input) {
        if self.tabs[tab].state != State::Live {
            return;
        }
        let offset_ms = self.browser_of(tab).offset_ms;
        let (page, now_ms) = (&mut self.tabs[tab], self.now_ms + offset_ms);
        if self.speaks {
            println!("{:>9} tab {tab} <- {input:?}", self.now_ms - START_MS);
        }
        page.client.handle(input, now_ms);
        let due_ms = page.client.deadline_ms();
        assert!(due_ms.is_none_or(|due_ms| due_ms > now_ms), "a deadline in the past makes the page spin");
        page.tick_ms = due_ms.map(|due_ms| due_ms - offset_ms);
        while let Some(output) = self.tabs[tab].client.poll() {
            if let Some(trace) = &mut self.trace {
                format!("{} {tab} {output:?}", self.now_ms).hash(trace);
            }
            if self.speaks && !matches!(output, Output::Changed(_)) {
                println!("{:>9} tab {tab}    -> {output:?}", self.now_ms - START_MS);
            }
            self.carry(tab, output);
        }
        self.tabs[tab].watch(&self.server);
    }

    fn carry(&mut self, tab: usize, output: Output) {
        if !matches!(output, Output::Changed(_) | Output::Send(ClientFrame::Ping { .. })) {
            self.busy_ms = self.now_ms;
        }
        match output {
            Output::Connect => self.connect(tab),
            Output::CloseSocket => {
                self.meet("closed a dead socket");
                self.hang_up(tab);
            }
            Output::Send(frame) => self.up(tab, frame),
            Output::Poll { frames } => {
                frames.iter().for_each(|frame| self.tabs[tab].watch_sent(frame));
                self.request(tab, Asked::Poll(frames));
            }
            Output::SendOverHttp(waiting) => {
                let cid = waiting.cid;
                self.request(tab, Asked::Send(waiting.frame(), cid));
            }
            Output::FetchOlder { room, before } => {
                self.request(tab, Asked::History(room, client::Part::Before(before)))
            }
            Output::FetchNewer { room, after } => self.request(tab, Asked::History(room, client::Part::After(after))),
            Output::Store(change) => self.store(tab, change),
            Output::Returned { content, taken_out, .. } => {
                taken_out.into_iter().for_each(|cid| self.store(tab, OutboxChange::Remove(cid)));
                self.returned(tab, content);
            }
            Output::ReadHere { room, seq } => {
                let life = self.tabs[tab].life;
                self.broadcast(tab, life, &Word::Hand(Box::new(Input::ReadElsewhere { room, seq })));
            }
            Output::Notify { room, seq, .. } => {
                self.meet("notified");
                let page = &self.tabs[tab];
                assert!(page.leads, "a tab notifies that does not lead");
                assert!(page.client.read_position(room) < seq, "what was read is notified about");
            }
            Output::Unnotify { .. } => self.meet("notification withdrawn"),
            Output::Changed(change) => {
                let page = &mut self.tabs[tab];
                page.screen.follow(change, &page.client);
            }
            Output::SignedOut => self.meet("signed out"),
            Output::Notice(_) => {}
        }
    }

    pub fn advance(&mut self, by_ms: i64) {
        let end_ms = self.now_ms + by_ms;
        loop {
            let tick = self.tabs.iter().enumerate().filter_map(|(tab, page)| Some((page.tick_ms?, tab))).min();
            let next = self.due.peek().map(|Reverse((at_ms, _, _))| *at_ms);
            match (tick, next) {
                (Some((at_ms, tab)), _) if at_ms <= end_ms && next.is_none_or(|next_ms| at_ms <= next_ms) => {
                    self.set_time(at_ms);
                    self.tabs[tab].tick_ms = None;
                    self.hand(tab, Input::Tick);
                }
                (_, Some(at_ms)) if at_ms <= end_ms => {
                    self.set_time(at_ms);
                    let Some(Reverse((_, _, slot))) = self.due.pop() else { break };
                    self.free.push(slot);
                    if let Some(happening) = self.happenings[slot].take() {
                        self.happen(happening);
                    }
                }
                _ => break,
            }
        }
        self.set_time(end_ms);
    }

    fn set_time(&mut self, now_ms: i64) {
        self.now_ms = self.now_ms.max(now_ms);
        self.server.now_ms = self.now_ms;
    }
}
