//! What people, browsers and the server do, step by step. Rule: a step that makes no sense does nothing.

use client::{Input, Line, Tick};
use wire::{Act, Cid, EventKind, RoomId, Seq, UserId};

use crate::browser::Browser;
use crate::log::Wish;
use crate::step::Step;
use crate::tab::State;
use crate::world::World;

/// Writes without ever being here.
const SOMEBODY: UserId = UserId(9);

/// For so long a socket may wait for the answer to its first question …
const FRESH_MS: i64 = 15_000;
/// … and meanwhile no more than this is written at once: far less than makes a gap.
const FLOOD_MAX: usize = 20;

impl World {
    pub fn take(&mut self, step: &Step) {
        match *step {
            Step::Advance(by_ms) => self.advance(by_ms),
            Step::Compose { tab, room, refused, reply } => self.compose(tab, RoomId(room), refused, reply),
            Step::Amend { tab, act, up, hopeless } => self.amend(tab, act, up, hopeless),
            Step::Erode { room, up } => self.erode(RoomId(room), up),
            Step::Retry { tab } => self.retry(tab),
            Step::Discard { tab } => self.take_back(tab, |cid| Input::Discard { cid }),
            Step::Edit { tab } => self.take_back(tab, |cid| Input::Edit { cid }),
            Step::Keystroke { tab } => self.in_open_room(tab, |room, _| Input::Keystroke { room }),
            Step::Open { tab, room } => self.open(tab, room.map(RoomId)),
            Step::Look { tab, visible, focused } => self.look(tab, visible, focused),
            Step::Shown { tab } => self.in_open_room(tab, |room, seq| Input::Shown { room, seq }),
            Step::Older { tab } => self.in_open_room(tab, |room, _| Input::OlderWanted { room }),
            Step::GapSeen { tab } => self.see_gap(tab),
            Step::UnreadWanted { tab } => self.go_to_unread(tab),
            Step::DividerDone { tab } => self.in_open_room(tab, |room, _| Input::DividerDone { room }),
            Step::TryNow { tab } => self.hand(tab, Input::TryNow),
            Step::Network { tab, online } => self.hand(tab, if online { Input::Online } else { Input::Offline }),
            Step::Cut { tab, code } => self.cut(tab, code),
            Step::Silence { tab } => self.silence(tab),
            Step::Block { browser, socket, http } => self.block(browser, socket, http),
            Step::Hole { tab } => self.tabs[tab].holes += 1,
            Step::Garbage { tab } => {
                let socket = self.tabs[tab].socket;
                socket.into_iter().for_each(|socket| self.down(socket, None));
            }
            Step::ClockJump { browser, by_ms } => self.browsers[browser].offset_ms += by_ms,
            Step::Load { tab, kept } => self.load(tab, kept),
            Step::Kill { tab } => {
                self.meet("killed");
                self.close(tab);
            }
            Step::Freeze { tab, told } => self.freeze(tab, told),
            Step::Thaw { tab } => self.thaw(tab),
            Step::Lead { tab } => self.take_lead(tab),
            Step::Full { browser, writes } => self.browsers[browser].full = writes,
            Step::Keep { browser } => (0..self.tabs.len()).for_each(|tab| {
                if self.tabs[tab].browser == browser {
                    self.keep(tab);
                }
            }),
            Step::SignOut { browser } => self.sign_out(browser),
            Step::SignIn { browser, user } => self.sign_in(browser, UserId(user)),
            Step::Level { tab, room, level } => {
                let user = self.tabs[tab].user;
                let published = self.server.set_level(user, RoomId(room), level);
                self.publish(published);
            }
            Step::Flood { room, messages } => self.flood(RoomId(room), messages),
            Step::Mute(messages) => self.server.mute = messages,
            Step::SlowDown(messages) => self.server.slow = messages,
            Step::Restart => self.cut_all(1012),
            Step::Restore { forget } => {
                self.meet("restored");
                self.server.restore(forget);
                self.cut_all(1012);
            }
        }
    }

    pub fn cut_all(&mut self, code: u16) {
        (0..self.tabs.len()).for_each(|tab| self.cut(tab, code));
    }

    fn compose(&mut self, tab: usize, room: RoomId, refused: bool, reply: Option<usize>) {
        if self.server.is_member(self.tabs[tab].user, room) {
            self.texts += 1;
            let content = format!("{} {}", if refused { "refuse" } else { "text" }, self.texts);
            let of_open = reply.filter(|_| self.tabs[tab].open == Some(room));
            let reply_to = of_open.and_then(|up| self.seq_of(tab, up, |_| true));
            if reply_to.is_some() {
                self.meet("replied");
            }
            self.hand(tab, Input::Compose { room, content, reply_to });
        }
    }

    /// The position of a line of the open room, so far up.
    fn seq_of(&self, tab: usize, up: usize, is_it: impl Fn(&Line) -> bool) -> Option<Seq> {
        let lines = self.tabs[tab].screen.timeline.lines.iter().rev();
        let mut stored = lines.filter(|line| line.seq.is_some() && is_it(line));
        stored.nth(up).and_then(|line| line.seq)
    }

    fn amend(&mut self, tab: usize, act: Act, up: usize, hopeless: bool) {
        let user = self.tabs[tab].user;
        let has = |line: &Line| {
            let mut reactions = line.message.iter().flat_map(|message| &message.reactions);
            reactions.any(|reaction| reaction.by.contains(&user))
        };
        let target = self.seq_of(tab, up, |line| match act {
            Act::React => true,
            Act::Unreact => has(line),
            _ => hopeless || line.tick.is_some(),
        });
        let Some((room, target)) = self.tabs[tab].open.zip(target) else { return };
        self.texts += 1;
        let content = match act {
            Act::Edit => format!("{} edit {}", if hopeless { "refuse" } else { "an" }, self.texts),
            Act::Delete => String::new(),
            _ => "👍".to_owned(),
        };
        self.meet(match act {
            Act::Edit => "edited",
            Act::Delete => "deleted",
            Act::React => "reacted",
            _ => "reaction taken back",
        });
        self.hand(tab, Input::Amend { room, target, act, content });
    }

    fn erode(&mut self, room: RoomId, up: usize) {
        let events = self.server.rooms[&room].events.iter().rev();
        let is_theirs = |event: &&wire::Event| event.author.id == SOMEBODY && event.kind == EventKind::Message;
        let is_there = |event: &&wire::Event| event.message.as_ref().is_some_and(|message| !message.deleted);
        let target = events.filter(is_theirs).filter(is_there).nth(up).map(|event| event.seq);
        if target.is_some() && !self.server.rooms[&room].is_veiled() {
            self.meet("somebody's message deleted");
            self.write_as_somebody(room, Act::Delete, String::new(), target);
        }
    }

    fn retry(&mut self, tab: usize) {
        let Some((cid, _)) = self.line_of(tab, |tick| matches!(tick, Tick::Refused(_))) else { return };
        self.meet("retried a refused one");
        self.hand(tab, Input::Retry { cid });
    }

    /// The user takes a message back; whether that is possible, the client says.
    fn take_back(&mut self, tab: usize, input: impl Fn(Cid) -> Input) {
        let free = |tick: &Tick| matches!(tick, Tick::Refused(_) | Tick::Waiting);
        let Some((cid, content)) = self.line_of(tab, free) else { return };
        self.hand(tab, input(cid));
        if self.tabs[tab].screen.timeline.lines.iter().all(|line| line.cid != cid) {
            self.meet("taken back");
            let browser = self.tabs[tab].browser;
            self.browsers[browser].unwrite(&content);
            self.unwanted.insert(content.clone());
            // While two lead, the other one may be sending it.
            if self.leads_alone(tab) {
                self.taken_back.insert(content);
            }
        }
    }

    /// A text is in the composer again: because the user wanted it, or because the browser could not keep it.
    pub fn returned(&mut self, tab: usize, content: String) {
        self.meet("returned to the composer");
        let browser = self.tabs[tab].browser;
        self.browsers[browser].unwrite(&content);
        self.unwanted.insert(content.clone());
        if self.leads_alone(tab) {
            self.taken_back.insert(content);
        }
    }

    fn line_of(&self, tab: usize, wanted: impl Fn(&Tick) -> bool) -> Option<(Cid, String)> {
        if self.tabs[tab].state == State::Live { self.tabs[tab].line(wanted) } else { None }
    }

    fn in_open_room(&mut self, tab: usize, input: impl FnOnce(RoomId, Seq) -> Input) {
        let Some(room) = self.tabs[tab].open else { return };
        let last = self.tabs[tab].screen.timeline.lines.iter().filter_map(|line| line.seq).max();
        self.hand(tab, input(room, last.unwrap_or_default()));
    }

    pub fn see_gap(&mut self, tab: usize) {
        if self.tabs[tab].screen.timeline.gap.is_some() {
            self.meet("gap seen");
            self.in_open_room(tab, |room, _| Input::GapSeen { room });
        }
    }

    pub fn go_to_unread(&mut self, tab: usize) {
        if self.tabs[tab].screen.timeline.opened.is_some_and(|opened| opened.first.is_none()) {
            self.meet("went to what was unread");
        }
        self.in_open_room(tab, |room, _| Input::UnreadWanted { room });
    }

    fn open(&mut self, tab: usize, room: Option<RoomId>) {
        let page = &mut self.tabs[tab];
        if page.state == State::Live && room.is_none_or(|room| self.server.is_member(page.user, room)) {
            page.open = room;
            // What comes of it is told to a screen that has read the room.
            page.client.handle(Input::Open(room), self.now_ms + self.browsers[page.browser].offset_ms);
            page.screen.open(room, &page.client);
            self.hand(tab, Input::Open(room));
        }
    }

    /// The window that was looked at last takes the lead.
    fn look(&mut self, tab: usize, visible: bool, focused: bool) {
        self.hand(tab, Input::Visible(visible));
        self.hand(tab, Input::Focused(focused));
        if visible && focused {
            self.take_lead(tab);
        }
    }

    fn block(&mut self, browser: usize, socket: bool, http: bool) {
        (self.browsers[browser].socket_blocked, self.browsers[browser].http_blocked) = (socket, http);
        if socket {
            self.cut_browser(browser, 1006);
        }
    }

    fn cut_browser(&mut self, browser: usize, code: u16) {
        for tab in 0..self.tabs.len() {
            if self.tabs[tab].browser == browser {
                self.cut(tab, code);
            }
        }
    }

    /// What was kept of the account goes; what its user wrote stays.
    fn sign_out(&mut self, browser: usize) {
        let one: &mut Browser = &mut self.browsers[browser];
        if one.session.take().is_some() {
            one.kept = None;
            self.cut_browser(browser, 4001);
        }
    }

    pub fn sign_in(&mut self, browser: usize, user: UserId) {
        if self.browsers[browser].session == Some(user) {
            return;
        }
        self.sign_out(browser);
        self.meet("signed in");
        if user != self.browsers[browser].home {
            self.meet("another account");
        }
        self.browsers[browser].session = Some(user);
    }

    /// Not more than a gap holds comes while somebody is just catching up.
    fn flood(&mut self, room: RoomId, messages: usize) {
        let is_fresh = self.sockets.values().any(|socket| self.now_ms - socket.since_ms < FRESH_MS);
        for _ in 0..if is_fresh { messages.min(FLOOD_MAX) } else { messages } {
            self.texts += 1;
            self.write_as_somebody(room, Act::Say, format!("flood {}", self.texts), None);
        }
    }

    fn write_as_somebody(&mut self, room: RoomId, act: Act, content: String, target: Option<Seq>) {
        let number = self.random.number().to_be_bytes();
        let cid = Cid::new(self.now_ms, std::array::from_fn(|at| number[at % number.len()]));
        let (_, published) = self.server.write(Wish { user: SOMEBODY, cid, room, act, content, target });
        self.publish(published);
    }
}
