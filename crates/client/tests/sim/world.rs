//! Tabs, server and the network between them, in one simulated time. Rule: everything is decided by the seed.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use client::{Input, Output, Tick};
use wire::frame::ClientFrame;
use wire::{RoomId, Seq, Span, UserId};

use crate::network::{Happening, Request, Socket};
use crate::server::{Log, Server};
use crate::step::{Step, TABS};
use crate::tab::Tab;

pub struct World {
    pub server: Server,
    pub tabs: Vec<Tab>,
    pub now_ms: i64,
    /// What has happened how often: a run that meets nothing proves nothing.
    pub met: BTreeMap<&'static str, u32>,
    pub sockets: BTreeMap<u64, Socket>,
    pub queue: BTreeMap<(i64, u64), Happening>,
    random: u64,
    pub number: u64,
    trace: DefaultHasher,
    texts: u32,
}

pub fn user_of(tab: usize) -> UserId {
    UserId([1, 1, 2, 3][tab])
}

/// Room 1 has users 1 and 2, room 2 everybody, room 3 users 1 and 3. User 3 may not see three positions of room 2.
fn rooms() -> BTreeMap<RoomId, Log> {
    let log = |members: &[i64], hidden| {
        let members: Vec<UserId> = members.iter().map(|member| UserId(*member)).collect();
        let cursors = members.iter().map(|member| (*member, (Seq(0), Seq(0)))).collect();
        Log { members, cursors, hidden, events: Vec::new() }
    };
    let hidden = (UserId(3), Span { from: Seq(4), to: Seq(6) });
    BTreeMap::from([
        (RoomId(1), log(&[1, 2], None)),
        (RoomId(2), log(&[1, 2, 3], Some(hidden))),
        (RoomId(3), log(&[1, 3], None)),
    ])
}

impl World {
    pub fn new(seed: u64) -> Self {
        let mut server = Server::new(rooms());
        server.now_ms = 1_800_000_000_000;
        let tabs = (0..TABS).map(|tab| Tab::new(user_of(tab), seed.wrapping_add(tab as u64), &server)).collect();
        let mut world = Self {
            now_ms: server.now_ms,
            server,
            tabs,
            met: BTreeMap::new(),
            sockets: BTreeMap::new(),
            queue: BTreeMap::new(),
            random: seed,
            number: 0,
            trace: DefaultHasher::new(),
            texts: 0,
        };
        (0..TABS).for_each(|tab| world.drain(tab));
        world
    }

    /// The same seed and steps give the same number.
    pub fn trace(&self) -> u64 {
        self.trace.finish()
    }

    pub fn meet(&mut self, what: &'static str) {
        *self.met.entry(what).or_default() += 1;
    }

    pub fn random(&mut self, below: u64) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut hasher = DefaultHasher::new();
        self.random.hash(&mut hasher);
        hasher.finish() % below
    }

    pub fn later(&mut self, at_ms: i64, happening: Happening) {
        self.number += 1;
        self.queue.insert((at_ms, self.number), happening);
    }

    pub fn delay_ms(&mut self) -> i64 {
        if self.random(10) == 0 { self.random(2_000) as i64 } else { self.random(60) as i64 }
    }

    pub fn take(&mut self, step: &Step) {
        match *step {
            Step::Advance(by_ms) => self.advance(by_ms),
            Step::Compose { tab, room, refused } => self.compose(tab, RoomId(room), refused),
            Step::Retry { tab } => {
                if let Some(cid) = self.tabs[tab].line(|tick| matches!(tick, Tick::Refused(_))) {
                    self.meet("retried a refused one");
                    self.tabs[tab].unwrite(cid);
                    self.hand(tab, Input::Retry { cid });
                }
            }
            Step::Discard { tab } => self.discard(tab),
            Step::Keystroke { tab } => self.in_open_room(tab, |room, _| Input::Keystroke { room }),
            Step::Open { tab, room } => self.open(tab, room.map(RoomId)),
            Step::Look { tab, visible, focused } => {
                self.hand(tab, Input::Visible(visible));
                self.hand(tab, Input::Focused(focused));
            }
            Step::Shown { tab } => self.in_open_room(tab, |room, seq| Input::Shown { room, seq }),
            Step::Older { tab } => self.in_open_room(tab, |room, _| Input::OlderWanted { room }),
            Step::TryNow { tab } => self.hand(tab, Input::TryNow),
            Step::Network { tab, online } => self.hand(tab, if online { Input::Online } else { Input::Offline }),
            Step::Cut { tab, code } => self.cut(tab, code),
            Step::Freeze { tab } => {
                let socket = self.tabs[tab].socket;
                socket.and_then(|id| self.sockets.get_mut(&id)).into_iter().for_each(|socket| socket.is_frozen = true);
            }
            Step::Block { tab, socket, http } => {
                (self.tabs[tab].socket_blocked, self.tabs[tab].http_blocked) = (socket, http);
                if socket {
                    self.cut(tab, 1006);
                }
            }
            Step::Hole { tab } => self.tabs[tab].holes += 1,
            Step::Garbage { tab } => {
                let socket = self.tabs[tab].socket;
                socket.into_iter().for_each(|socket| self.down(socket, None));
            }
            Step::ClockJump { tab, by_ms } => self.tabs[tab].offset_ms += by_ms,
            Step::Reload { tab } => self.reload(tab),
            Step::Mute(messages) => self.server.mute = messages,
            Step::SlowDown(messages) => self.server.slow = messages,
            Step::Restart => (0..TABS).for_each(|tab| self.cut(tab, 1012)),
            Step::Restore { forget } => {
                self.server.restore(forget);
                (0..TABS).for_each(|tab| self.cut(tab, 1012));
            }
        }
    }

    fn compose(&mut self, tab: usize, room: RoomId, refused: bool) {
        if self.server.rooms[&room].members.contains(&self.tabs[tab].user) {
            self.texts += 1;
            let content = format!("{} {}", if refused { "refuse" } else { "text" }, self.texts);
            self.hand(tab, Input::Compose { room, content });
        }
    }

    fn discard(&mut self, tab: usize) {
        let Some(cid) = self.tabs[tab].line(|tick| matches!(tick, Tick::Refused(_) | Tick::Waiting)) else { return };
        let before = self.tabs[tab].stored.clone();
        self.hand(tab, Input::Discard { cid });
        if let Some(gone) = before.into_iter().find(|one| one.cid == cid && !self.tabs[tab].stored.contains(one)) {
            self.meet("discarded");
            self.tabs[tab].written.retain(|(_, content)| *content != gone.content);
        }
    }

    fn in_open_room(&mut self, tab: usize, input: impl FnOnce(RoomId, Seq) -> Input) {
        let Some(room) = self.tabs[tab].open else { return };
        let last = self.tabs[tab].client.timeline(room).lines.iter().filter_map(|line| line.seq).max();
        self.hand(tab, input(room, last.unwrap_or_default()));
    }

    fn open(&mut self, tab: usize, room: Option<RoomId>) {
        let user = self.tabs[tab].user;
        if room.is_none_or(|room| self.server.rooms[&room].members.contains(&user)) {
            self.tabs[tab].open = room;
            self.tabs[tab].hand(Input::Open(room), self.now_ms);
            let one = &mut self.tabs[tab];
            one.screen.open(room, &one.client);
            self.drain(tab);
        }
    }

    fn reload(&mut self, tab: usize) {
        self.tabs[tab].socket.take().into_iter().for_each(|socket| _ = self.sockets.remove(&socket));
        let seed = self.random(u64::MAX);
        self.tabs[tab].reload(seed, &self.server);
        self.drain(tab);
    }

    /// The socket of this tab ends, with whatever was on its way.
    pub fn cut(&mut self, tab: usize, code: u16) {
        if let Some(socket) = self.tabs[tab].socket.take() {
            self.sockets.remove(&socket);
            self.meet("cut");
            self.hand(tab, Input::SocketClosed { code });
        }
    }

    pub fn hand(&mut self, tab: usize, input: Input) {
        self.tabs[tab].hand(input, self.now_ms);
        self.drain(tab);
    }

    fn drain(&mut self, tab: usize) {
        while let Some(output) = self.tabs[tab].client.poll() {
            format!("{} {tab} {output:?}", self.now_ms).hash(&mut self.trace);
            self.carry(tab, output);
        }
        self.tabs[tab].watch();
    }

    fn carry(&mut self, tab: usize, output: Output) {
        match output {
            Output::Connect => self.connect(tab),
            Output::CloseSocket => {
                self.meet("closed a dead socket");
                self.tabs[tab].socket.take().into_iter().for_each(|socket| _ = self.sockets.remove(&socket));
            }
            Output::Send(frame) => self.up(tab, frame),
            Output::Poll { frames } => {
                frames.iter().for_each(|frame| self.tabs[tab].watch_sent(frame));
                self.request(tab, Request::Poll(frames));
            }
            Output::SendOverHttp { cid, room, message_type, content } => {
                self.request(tab, Request::Send(ClientFrame::ChatMessage { cid, room, message_type, content }, cid));
            }
            Output::FetchOlder { room, before } => self.request(tab, Request::Older(room, before)),
            Output::Store(change) => self.tabs[tab].store(change),
            Output::Returned { .. } | Output::SignedOut => panic!("nobody asked for that: {output:?}"),
            Output::Changed(change) => {
                let tab = &mut self.tabs[tab];
                tab.screen.follow(change, &tab.client);
            }
            Output::Notice(_) => {}
        }
    }

    pub fn advance(&mut self, by_ms: i64) {
        let end_ms = self.now_ms + by_ms;
        loop {
            let tick = (0..TABS).filter_map(|tab| Some((self.tabs[tab].tick_ms?, tab))).min();
            let next = self.queue.first_key_value().map(|((at_ms, _), _)| *at_ms);
            match (tick, next) {
                (Some((at_ms, tab)), _) if at_ms <= end_ms && next.is_none_or(|next_ms| at_ms <= next_ms) => {
                    self.set_time(at_ms);
                    self.tabs[tab].tick_ms = None;
                    self.hand(tab, Input::Tick);
                }
                (_, Some(at_ms)) if at_ms <= end_ms => {
                    self.set_time(at_ms);
                    let (_, happening) = self.queue.pop_first().unwrap();
                    self.happen(happening);
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
