//! A browser: what its tabs share. Rule: what is written here, and nothing else, survives a tab.
//!
//! The durable outbox and the kept pages are written by operations that take time and complete in order; a tab that dies
//! takes some of its unfinished ones with it. Tabs of one account tell each other what they did; such words come late, in
//! order, and not at all to a tab that stands still. One tab of an account leads, or for a while two, or none.

use std::collections::{BTreeMap, VecDeque};

use client::{Input, OutboxChange, Waiting};
use wire::{Act, Cid, Epoch, Inbox, RoomId, RoomPage, Seq, UserId};

use crate::network::Happening;
use crate::tab::{State, Tab};
use crate::world::World;

/// See the module.
pub struct Browser {
    pub home: UserId,
    /// Who is signed in.
    pub session: Option<UserId>,
    pub offset_ms: i64,
    pub socket_blocked: bool,
    pub http_blocked: bool,
    /// How many of the next writes to the outbox fail.
    pub full: u32,
    pub outbox: Vec<Waiting>,
    pub kept: Option<Kept>,
    /// Texts in the order in which they entered the outbox, with the tab that wrote them; those that the user took back
    /// are gone.
    pub written: Vec<Written>,
    pub lead: BTreeMap<UserId, usize>,
    operations: VecDeque<(u64, Operation)>,
    busy_ms: i64,
}

/// A message that the browser has held.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    pub tab: usize,
    pub user: UserId,
    pub room: RoomId,
    pub content: String,
}

/// What the leader gave to be kept.
#[derive(Clone)]
pub struct Kept {
    pub user: UserId,
    pub epoch: Epoch,
    pub inbox: Inbox,
    pub pages: Vec<(RoomPage, Seq)>,
}

struct Operation {
    tab: usize,
    life: u32,
    what: What,
}

enum What {
    Change(OutboxChange),
    /// The whole outbox, with the number of changes that the tab had asked for by then.
    Read(u32),
    Keep(Box<Kept>),
}

impl What {
    fn puts(&self) -> Option<&Waiting> {
        if let Self::Change(OutboxChange::Put(waiting)) = self { Some(waiting) } else { None }
    }

    fn removes(&self) -> Option<Cid> {
        if let Self::Change(OutboxChange::Remove(cid)) = self { Some(*cid) } else { None }
    }
}

/// What tabs tell each other.
#[derive(Clone)]
pub enum Word {
    /// The outbox has changed: read it again.
    Outbox,
    Hand(Box<Input>),
}

impl Browser {
    pub fn new(home: UserId) -> Self {
        Self {
            home,
            session: Some(home),
            offset_ms: 0,
            socket_blocked: false,
            http_blocked: false,
            full: 0,
            outbox: Vec::new(),
            kept: None,
            written: Vec::new(),
            lead: BTreeMap::new(),
            operations: VecDeque::new(),
            busy_ms: 0,
        }
    }

    /// The user takes the text of this message back: it is no longer expected anywhere.
    pub fn unwrite(&mut self, content: &str) {
        self.written.retain(|written| written.content != content);
    }

    fn put(&mut self, tab: usize, waiting: Waiting, is_wanted: bool) {
        if let Some(one) = self.outbox.iter_mut().find(|one| one.cid == waiting.cid) {
            return *one = waiting;
        }
        // Offered again after a restored backup, or retried by another tab, it is already known.
        if is_wanted
            && waiting.act == Act::Say
            && !self.written.iter().any(|written| written.content == waiting.content)
        {
            let Waiting { user, room, content, .. } = waiting.clone();
            self.written.push(Written { tab, user, room, content });
        }
        self.outbox.push(waiting);
    }
}

impl World {
    pub fn store(&mut self, tab: usize, change: OutboxChange) {
        if let Some(waiting) = written(&change) {
            assert_eq!(waiting.user, self.tabs[tab].user);
        }
        self.tabs[tab].changes += 1;
        self.operate(tab, What::Change(change));
    }

    /// The tab reads the outbox again.
    pub fn read_outbox(&mut self, tab: usize) {
        self.operate(tab, What::Read(self.tabs[tab].changes));
    }

    /// The tab gives the browser what it shows, if it is its account's and leads.
    pub fn keep(&mut self, tab: usize) {
        let (user, browser) = (self.tabs[tab].user, self.tabs[tab].browser);
        if self.tabs[tab].state != State::Live || !self.tabs[tab].leads || self.browsers[browser].session != Some(user)
        {
            return;
        }
        if let Some(kept) = self.tabs[tab].keep() {
            self.meet("kept pages");
            self.operate(tab, What::Keep(Box::new(kept)));
        }
    }

    fn operate(&mut self, tab: usize, what: What) {
        let delay_ms = if self.random.once_in(20) { self.random.between(0, 1_500) } else { self.random.between(0, 15) };
        let (life, browser) = (self.tabs[tab].life, self.tabs[tab].browser);
        self.number += 1;
        let (id, one) = (self.number, &mut self.browsers[browser]);
        one.operations.push_back((id, Operation { tab, life, what }));
        one.busy_ms = one.busy_ms.max(self.now_ms + delay_ms);
        let at_ms = one.busy_ms;
        self.later(at_ms, Happening::Operation { browser, id });
    }

    /// An operation completes, unless it died with its tab.
    pub fn complete(&mut self, browser: usize, id: u64) {
        if self.browsers[browser].operations.front().is_none_or(|(first, _)| *first != id) {
            return;
        }
        let Some((_, Operation { tab, life, what })) = self.browsers[browser].operations.pop_front() else { return };
        match what {
            What::Read(changes) => {
                let outbox = self.browsers[browser].outbox.clone();
                let at_ms = self.stored_at_ms(tab);
                self.later(at_ms, Happening::Outbox { tab, life, changes, outbox });
            }
            What::Keep(kept) if self.browsers[browser].session == Some(kept.user) => {
                self.browsers[browser].kept = Some(*kept);
            }
            What::Keep(_) => {}
            What::Change(change) => self.complete_change(browser, tab, life, change),
        }
    }

    fn complete_change(&mut self, browser: usize, tab: usize, life: u32, change: OutboxChange) {
        let one = &mut self.browsers[browser];
        if let Some(waiting) = written(&change).filter(|_| one.full > 0) {
            one.full -= 1;
            self.meet("storage full");
            return self.tell_stored(tab, life, Input::NotStored { cid: waiting.cid });
        }
        if let OutboxChange::Replace { old, .. } = &change {
            one.outbox.retain(|one| one.cid != *old);
        }
        match change {
            OutboxChange::Put(waiting) | OutboxChange::Replace { new: waiting, .. } => {
                let (cid, is_wanted) = (waiting.cid, !self.unwanted.contains(&waiting.content));
                one.put(tab, waiting, is_wanted);
                self.tell_stored(tab, life, Input::Stored { cid });
                self.broadcast(tab, life, &Word::Outbox);
            }
            OutboxChange::Update(waiting) => {
                let cid = waiting.cid;
                let kept = one.outbox.iter_mut().filter(|one| one.cid == cid && one.refusal.is_none());
                kept.for_each(|one| *one = waiting.clone());
                self.tell_stored(tab, life, Input::Stored { cid });
                self.broadcast(tab, life, &Word::Outbox);
            }
            OutboxChange::Remove(cid) => {
                one.outbox.retain(|one| one.cid != cid);
                self.broadcast(tab, life, &Word::Outbox);
            }
            OutboxChange::Settled { cid, room, seq, at } => {
                one.outbox.retain(|one| one.cid != cid);
                self.broadcast(tab, life, &Word::Hand(Box::new(Input::SettledElsewhere { cid, room, seq, at })));
            }
        }
    }

    /// What the storage says reaches the tab a moment later, in order.
    fn tell_stored(&mut self, tab: usize, life: u32, input: Input) {
        let at_ms = self.stored_at_ms(tab);
        self.later(at_ms, Happening::Told { tab, life, input: Box::new(input) });
    }

    fn stored_at_ms(&mut self, tab: usize) -> i64 {
        let delay_ms = self.random.between(0, 4);
        let one = &mut self.tabs[tab];
        one.stored_ms = one.stored_ms.max(self.now_ms + delay_ms);
        one.stored_ms
    }

    /// A list that was read before the tab changed the outbox is not up to date: it reads again.
    pub fn restore_outbox(&mut self, tab: usize, changes: u32, outbox: Vec<Waiting>) {
        if self.tabs[tab].changes == changes {
            return self.hand(tab, Input::OutboxRestored(outbox));
        }
        self.meet("read the outbox again");
        self.read_outbox(tab);
    }

    /// To the other tabs of the same account in this browser.
    pub fn broadcast(&mut self, from: usize, life: u32, word: &Word) {
        let (browser, user) = (self.tabs[from].browser, self.tabs[from].user);
        if self.tabs[from].life != life {
            return self.meet("word lost");
        }
        for tab in 0..self.tabs.len() {
            let one = &self.tabs[tab];
            if tab == from || one.browser != browser || one.user != user || one.state == State::Closed {
                continue;
            }
            let delay_ms =
                if self.random.once_in(10) { self.random.between(0, 800) } else { self.random.between(0, 8) };
            let one = &mut self.tabs[tab];
            one.word_ms = one.word_ms.max(self.now_ms + delay_ms);
            let (at_ms, life) = (one.word_ms, one.life);
            self.later(at_ms, Happening::Word { tab, life, word: word.clone() });
        }
    }

    pub fn hear(&mut self, tab: usize, word: Word) {
        if self.tabs[tab].state != State::Live {
            return self.meet("word lost");
        }
        match word {
            Word::Outbox => self.read_outbox(tab),
            Word::Hand(input) => {
                match &*input {
                    Input::SettledElsewhere { .. } => self.meet("settled elsewhere"),
                    _ => self.meet("read elsewhere"),
                }
                self.hand(tab, *input);
            }
        }
    }

    /// The tab dies, with those of its unfinished operations that come after some point.
    pub fn lose_operations(&mut self, tab: usize) {
        let (browser, life) = (self.tabs[tab].browser, self.tabs[tab].life);
        let is_its = |operation: &Operation| operation.tab == tab && operation.life == life;
        let count = self.browsers[browser].operations.iter().filter(|(_, one)| is_its(one)).count();
        let mut survive = self.random.below(count as u64 + 1) as usize;
        for (id, operation) in std::mem::take(&mut self.browsers[browser].operations) {
            if !is_its(&operation) || survive > 0 {
                survive -= usize::from(is_its(&operation));
                self.browsers[browser].operations.push_back((id, operation));
                continue;
            }
            self.meet("write died with its tab");
            if let What::Change(OutboxChange::Remove(cid)) = operation.what {
                self.forgive(browser, cid);
            }
        }
    }

    /// What was to be taken out may be sent all the same: its removal was lost, or comes too late for the next leader.
    fn forgive(&mut self, browser: usize, cid: Cid) {
        let one = &self.browsers[browser];
        let coming = one.operations.iter().filter_map(|(_, operation)| operation.what.puts());
        let stays = one.outbox.iter().chain(coming).find(|waiting| waiting.cid == cid);
        stays.into_iter().for_each(|waiting| _ = self.taken_back.remove(&waiting.content));
    }

    /// This tab takes the lead of its account, whoever had it. Both hear of it a moment later.
    pub fn take_lead(&mut self, tab: usize) {
        let (browser, user) = (self.tabs[tab].browser, self.tabs[tab].user);
        if self.tabs[tab].state != State::Live || self.browsers[browser].lead.get(&user) == Some(&tab) {
            return;
        }
        let removals = self.browsers[browser].operations.iter().filter_map(|(_, operation)| operation.what.removes());
        let removals: Vec<Cid> = removals.collect();
        removals.into_iter().for_each(|cid| self.forgive(browser, cid));
        if let Some(before) = self.browsers[browser].lead.insert(user, tab) {
            self.meet("lead stolen");
            self.tell_lead(before, false);
        }
        self.tell_lead(tab, true);
    }

    fn tell_lead(&mut self, tab: usize, leads: bool) {
        let delay_ms = if self.random.once_in(5) { self.random.between(0, 3_000) } else { self.random.between(0, 20) };
        let one = &mut self.tabs[tab];
        one.lead_ms = one.lead_ms.max(self.now_ms + delay_ms);
        let (at_ms, life) = (one.lead_ms, one.life);
        self.later(at_ms, Happening::Lead { tab, life, leads });
    }

    /// The tab learns whether it leads. Who begins to lead looks at what there is to be sent.
    pub fn lead(&mut self, tab: usize, leads: bool) {
        match self.tabs[tab].state {
            State::Closed => return,
            State::Frozen => return self.tabs[tab].unheard.push(Input::Drain(leads)),
            State::Live => {}
        }
        let (browser, user) = (self.tabs[tab].browser, self.tabs[tab].user);
        let others = |other: &&Tab| (other.browser, other.user) == (browser, user) && other.leads;
        if leads && self.tabs.iter().any(|other| others(&other)) && !self.tabs[tab].leads {
            self.meet("two lead");
        }
        self.tabs[tab].leads = leads;
        self.hand(tab, Input::Drain(leads));
        if leads {
            self.read_outbox(tab);
        }
    }

    /// Whether no other tab of the account leads, or is about to.
    pub fn leads_alone(&self, tab: usize) -> bool {
        let one = &self.tabs[tab];
        let is_other = |(other, page): &(usize, &Tab)| {
            *other != tab && (page.browser, page.user) == (one.browser, one.user) && page.leads
        };
        let others = self.tabs.iter().enumerate().any(|pair| is_other(&pair));
        !others && self.browsers[one.browser].lead.get(&one.user) == Some(&tab)
    }

    /// The tab that led is gone; somebody will follow.
    pub fn lose_lead(&mut self, tab: usize) {
        let (browser, user) = (self.tabs[tab].browser, self.tabs[tab].user);
        if self.browsers[browser].lead.get(&user) == Some(&tab) {
            self.browsers[browser].lead.remove(&user);
            self.meet("lead lost");
            self.seek_leader(browser, user);
        }
    }

    pub fn seek_leader(&mut self, browser: usize, user: UserId) {
        let at_ms = self.now_ms + self.random.between(0, 2_000);
        self.later(at_ms, Happening::Succeed { browser, user });
    }

    pub fn succeed(&mut self, browser: usize, user: UserId) {
        if self.browsers[browser].lead.contains_key(&user) {
            return;
        }
        let mut live = Vec::new();
        for (tab, one) in self.tabs.iter().enumerate() {
            if one.browser == browser && one.user == user && one.state == State::Live {
                live.push(tab);
            }
        }
        if !live.is_empty() {
            let tab = self.random.pick(&live);
            self.take_lead(tab);
        }
    }
}

/// The message that a change writes.
fn written(change: &OutboxChange) -> Option<&Waiting> {
    match change {
        OutboxChange::Put(waiting) | OutboxChange::Replace { new: waiting, .. } | OutboxChange::Update(waiting) => {
            Some(waiting)
        }
        OutboxChange::Settled { .. } | OutboxChange::Remove(_) => None,
    }
}
