//! What the user wrote and the log does not hold yet (C3, C5, C7). Rule: a message leaves only by its ack, by the user
//! after a refusal, or before it was ever tried; per room one is on its way at a time, in the order of writing.

mod entry;

pub(crate) use entry::{Entry, State};

use std::collections::VecDeque;

use crate::ordered::Set;
use wire::{Act, Cid, Code, Refusal, RoomId, Seq, Time, UserId};

use crate::catch_up::{CatchUp, Way};
use crate::io::{OutboxChange, Output, Waiting};

/// Messages that may wait; a text beyond stays in the composer.
pub(crate) const ENTRIES_MAX: usize = 1_000;
/// A message without an answer is sent again after this long, even on a living connection.
const ANSWER_MS: i64 = 15_000;
/// Over HTTP the browser's own timeout comes first.
const HTTP_ANSWER_MS: i64 = 45_000;
/// The longest wait that a server may ask for.
const WAIT_MAX_MS: i64 = 600_000;

/// See the module. The order of the entries is the order of writing.
#[derive(Clone, Debug)]
pub(crate) struct Outbox {
    me: UserId,
    entries: Vec<Entry>,
    durable: bool,
    drains: bool,
    /// Whether the browser's list was read since this tab drains.
    is_read: bool,
}

impl Outbox {
    /// An empty one of this user.
    pub fn new(me: UserId) -> Self {
        Self { me, entries: Vec::new(), durable: false, drains: true, is_read: false }
    }

    /// From now on a message is sent only after it is stored, or not.
    pub fn set_durable(&mut self, durable: bool) {
        self.durable = durable;
    }

    /// Whether this tab sends. Once it does and has read what the one before left, everything that waits goes at once.
    pub fn set_drains(&mut self, drains: bool) {
        if drains && !self.drains {
            self.is_read = false;
            self.hurry(None);
        }
        self.drains = drains;
    }

    /// Whether this tab knows that what waits here waits indeed.
    fn sends(&self) -> bool {
        self.drains && (self.is_read || !self.durable)
    }

    /// Whether this tab sends.
    pub fn drains(&self) -> bool {
        self.drains
    }

    /// Whether another one fits.
    pub fn is_full(&self) -> bool {
        self.entries.len() >= ENTRIES_MAX
    }

    /// Takes what the user wrote.
    pub fn add(&mut self, waiting: Waiting, out: &mut VecDeque<Output>) {
        let mut entry = self.new_entry(waiting);
        entry.keep(OutboxChange::Put, out);
        self.entries.push(entry);
    }

    fn new_entry(&self, waiting: Waiting) -> Entry {
        let state = if self.durable { State::Storing } else { State::Ready { from_ms: i64::MIN } };
        Entry::new(waiting, state)
    }

    /// Becomes what the browser keeps. Only what is being kept just now, or has a position, stays without being in its
    /// list: what is being kept comes last, what was sent before comes first. The rooms whose lines change; where something
    /// has gone, the log is asked.
    pub fn restore(&mut self, kept: Vec<Waiting>, log: &mut CatchUp) -> Set<RoomId> {
        self.is_read = true;
        let mut changed = Set::new();
        let mut known = std::mem::take(&mut self.entries);
        for waiting in kept {
            let room = waiting.room;
            if waiting.user != self.me || self.get(waiting.cid).is_some() {
                continue;
            }
            if let Some(at) = known.iter().position(|entry| entry.waiting.cid == waiting.cid) {
                let mut entry = known.remove(at);
                // One that stood further on overtakes what was before it.
                if entry.merge(waiting) || at > 0 {
                    changed.insert(room);
                }
                self.entries.push(entry);
            } else {
                let state = if waiting.refusal.is_some() { State::Refused } else { State::Ready { from_ms: i64::MIN } };
                changed.insert(room);
                self.entries.push(Entry::new(waiting, state));
            }
        }
        let mut first = 0_usize;
        for entry in known {
            if entry.is_gone() {
                changed.insert(entry.waiting.room);
                log.want(entry.waiting.room);
            } else if entry.state == State::Storing || !self.durable {
                self.entries.push(entry);
            } else {
                changed.insert(entry.waiting.room);
                self.entries.insert(first, entry);
                first = first.saturating_add(1);
            }
        }
        changed
    }

    /// The entry of this cid.
    pub fn get(&self, cid: Cid) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.waiting.cid == cid)
    }

    fn get_mut(&mut self, cid: Cid) -> Option<&mut Entry> {
        self.entries.iter_mut().find(|entry| entry.waiting.cid == cid)
    }

    /// A request over HTTP has its answer; whether that counts. Of several under way at once an earlier one may have been
    /// answered by a life of the database that is over (C12), and nobody can tell which: with the last of them the message
    /// is unknown and sent once more, with the same cid.
    pub fn take_answer(&mut self, cid: Cid, now_ms: i64) -> bool {
        let Some(entry) = self.get_mut(cid) else { return false };
        entry.is_mixed |= entry.requests > 1;
        entry.requests = entry.requests.saturating_sub(1);
        let counts = !entry.is_mixed && matches!(entry.state, State::Sent { way: Way::Http, .. });
        if entry.is_mixed && entry.requests == 0 {
            entry.is_mixed = false;
            if matches!(entry.state, State::Sent { way: Way::Http, .. }) {
                entry.state = State::Ready { from_ms: now_ms };
            }
        }
        counts
    }

    /// The messages of a room in the order of the screen: those that have a position first. What the browser does not keep
    /// yet is in the composer still.
    pub fn of_room(&self, room: RoomId) -> Vec<&Entry> {
        let is_message = |entry: &&Entry| entry.waiting.act == Act::Say;
        let mut entries: Vec<&Entry> = self.kept_of(room).filter(is_message).collect();
        crate::ordered::sort(&mut entries, |entry| entry.seq().unwrap_or(Seq(i64::MAX)));
        entries
    }

    /// The changes of a room's messages, in the order of writing.
    pub fn changes_of(&self, room: RoomId) -> impl DoubleEndedIterator<Item = &Entry> {
        self.kept_of(room).filter(|entry| entry.waiting.act != Act::Say)
    }

    fn kept_of(&self, room: RoomId) -> impl DoubleEndedIterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| entry.waiting.room == room && entry.state != State::Storing)
    }

    /// Messages that are neither stored nor refused, of one room or of all.
    pub fn unsettled(&self, room: Option<RoomId>) -> usize {
        let here = |entry: &&Entry| room.is_none_or(|room| room == entry.waiting.room);
        let waits = |entry: &&Entry| entry.is_unsettled() && entry.state != State::Storing;
        self.entries.iter().filter(here).filter(waits).count()
    }

    /// The browser keeps it now, as it was told. If that is what it waited for: the one that it replaces, if any.
    pub fn stored(&mut self, cid: Cid) -> Option<Option<Cid>> {
        let entry = self.get_mut(cid)?;
        entry.unkept = entry.unkept.saturating_sub(1);
        (entry.state == State::Storing).then(|| {
            entry.state = State::Ready { from_ms: i64::MIN };
            entry.replaces.take()
        })
    }

    /// The user sends a refused one again, as this new one. Until the browser has exchanged them, both are here; what was
    /// replaced at once comes back.
    pub fn replace(&mut self, old: Cid, new: Waiting, out: &mut VecDeque<Output>) -> Option<Cid> {
        let mut entry = self.new_entry(new);
        entry.keep(|new| OutboxChange::Replace { old, new }, out);
        let waits = entry.state == State::Storing;
        entry.replaces = waits.then_some(old);
        self.entries.push(entry);
        (!waits).then_some(old)
    }

    /// Whether it is refused and not being sent again already. What is too long would be refused again as it is.
    pub fn may_replace(&self, cid: Cid) -> bool {
        let is_too_long = |entry: &Entry| matches!(&entry.waiting.refusal, Some(it) if it.code == Code::MessageTooLong);
        let may = self.get(cid).is_some_and(|entry| entry.state == State::Refused && !is_too_long(entry));
        may && self.entries.iter().all(|entry| entry.replaces != Some(cid))
    }

    /// The browser does not keep it. What it never kept goes back to the user.
    pub fn not_stored(&mut self, cid: Cid) -> Option<Waiting> {
        let entry = self.get_mut(cid)?;
        entry.unkept = entry.unkept.saturating_sub(1);
        let (was_storing, is_again) = (entry.state == State::Storing, entry.replaces.is_some());
        let waiting = was_storing.then(|| self.remove(cid)).flatten();
        // Sent again in vain: the refused one is still there, with its text.
        waiting.filter(|_| !is_again)
    }

    /// What may be sent now over this way: of each room the first that is not settled. It counts as on its way.
    pub fn next(&mut self, way: Way, now_ms: i64, out: &mut VecDeque<Output>) -> Vec<Waiting> {
        if !self.sends() {
            return Vec::new();
        }
        let (mut busy, mut next) = (Set::new(), Vec::new());
        for entry in self.entries.iter_mut().filter(|entry| entry.is_unsettled()) {
            if !busy.insert(entry.waiting.room) || !entry.may_go(now_ms) {
                continue;
            }
            if !entry.waiting.tried {
                entry.waiting.tried = true;
                entry.keep(OutboxChange::Update, out);
            }
            entry.requests += u32::from(way == Way::Http);
            let answer_ms = if way == Way::Socket { ANSWER_MS } else { HTTP_ANSWER_MS };
            entry.state = State::Sent { way, until_ms: now_ms.saturating_add(answer_ms) };
            next.push(entry.waiting.clone());
        }
        next
    }

    /// It is in the log at this position, by whatever proof. Returns the message the first time; without `out`, the durable
    /// outbox knows already.
    pub fn acked(&mut self, cid: Cid, seq: Seq, at: Time, out: Option<&mut VecDeque<Output>>) -> Option<Waiting> {
        let entry = self.get_mut(cid).filter(|entry| entry.seq().is_none())?;
        entry.state = State::Stored { seq, at };
        let waiting = entry.waiting.clone();
        if let Some(out) = out {
            out.push_back(Output::Store(OutboxChange::Settled { cid, room: waiting.room, seq, at }));
        }
        Some(waiting)
    }

    /// The held log shows it: it is no part of the outbox any more. Whether it was.
    pub fn settle(&mut self, cid: Cid, seq: Seq, at: Time, out: &mut VecDeque<Output>) -> bool {
        if self.get(cid).is_none() {
            return false;
        }
        self.acked(cid, seq, at, Some(out));
        self.entries.retain(|entry| entry.waiting.cid != cid);
        true
    }

    /// Lets go of those of a room that lie at or before a position from which on the log is held.
    pub fn settle_up_to(&mut self, room: RoomId, seq: Seq) -> Vec<Waiting> {
        let over = |entry: &Entry| entry.waiting.room == room && entry.seq().is_some_and(|at| at <= seq);
        let gone = self.entries.iter().filter(|entry| over(entry)).map(|entry| entry.waiting.clone()).collect();
        self.entries.retain(|entry| !over(entry));
        gone
    }

    /// The server refused it. A refusal for the moment means waiting, any other is for good. A change that was so already is
    /// over: it is returned.
    pub fn refused(&mut self, cid: Cid, refusal: Refusal, now_ms: i64, out: &mut VecDeque<Output>) -> Option<Waiting> {
        let entry = self.get_mut(cid).filter(|entry| entry.seq().is_none())?;
        match entry::patience_ms(&refusal) {
            Some(wait_ms) => entry.wait(now_ms, wait_ms.clamp(100, WAIT_MAX_MS)),
            None if entry.is_so(refusal.code) => {
                out.push_back(Output::Store(OutboxChange::Remove(cid)));
                return self.remove(cid);
            }
            None => {
                entry.waiting.refusal = Some(refusal);
                entry.state = State::Refused;
                entry.keep(OutboxChange::Update, out);
            }
        }
        None
    }

    /// One that takes back, before it was ever tried, what this one would do. It is gone.
    pub fn cancel(&mut self, room: RoomId, target: Seq, act: Act, content: &str) -> Option<Waiting> {
        let drains = self.drains;
        let is_same =
            |waiting: &Waiting| (waiting.room, waiting.target) == (room, Some(target)) && waiting.content == content;
        let last = self.entries.iter().rfind(|entry| entry.is_unsettled() && is_same(&entry.waiting))?;
        // Elsewhere another tab may be sending it.
        let is_free = !last.waiting.tried && drains;
        let cid = last.waiting.cid;
        (is_free && last.waiting.act != act).then(|| self.remove(cid)).flatten()
    }

    /// The server asks for patience. The room, if it is here.
    pub fn slow_down(&mut self, cid: Cid, wait_ms: i64, now_ms: i64) -> Option<RoomId> {
        let entry = self.get_mut(cid).filter(|entry| entry.is_unsettled())?;
        entry.wait(now_ms, wait_ms.clamp(100, WAIT_MAX_MS));
        Some(entry.waiting.room)
    }

    /// It is not known what became of it: the same again, after `wait_ms`. The room, if it is here and was on its way.
    pub fn unknown(&mut self, cid: Cid, wait_ms: i64, now_ms: i64) -> Option<RoomId> {
        let entry = self.get_mut(cid).filter(|entry| matches!(entry.state, State::Sent { .. }))?;
        entry.state = State::Ready { from_ms: now_ms.saturating_add(wait_ms) };
        Some(entry.waiting.room)
    }

    /// The connection is gone: what was on its way by it is unknown. The rooms concerned.
    pub fn lost(&mut self, way: Way) -> Set<RoomId> {
        let mut rooms = Set::new();
        for entry in &mut self.entries {
            if matches!(entry.state, State::Sent { way: on, .. } if on == way) {
                entry.state = State::Ready { from_ms: i64::MIN };
                rooms.insert(entry.waiting.room);
            }
        }
        rooms
    }

    /// What was on its way for too long is unknown. The rooms concerned.
    pub fn run(&mut self, now_ms: i64) -> Set<RoomId> {
        let mut rooms = Set::new();
        for entry in &mut self.entries {
            if matches!(entry.state, State::Sent { until_ms, .. } if now_ms >= until_ms) {
                entry.state = State::Ready { from_ms: now_ms };
                rooms.insert(entry.waiting.room);
            }
        }
        rooms
    }

    /// The database began a new life: what it had stored but did not show is offered again, with the same cid, and what
    /// is on its way may be on its way to the old one. Changes are given up: their positions may be other messages now.
    pub fn offer_again(&mut self, out: &mut VecDeque<Output>) {
        let is_change = |entry: &&Entry| entry.waiting.act != Act::Say;
        let given_up = self.entries.iter().filter(is_change).map(|entry| OutboxChange::Remove(entry.waiting.cid));
        out.extend(given_up.map(Output::Store));
        self.entries.retain(|entry| entry.waiting.act == Act::Say);
        for entry in &mut self.entries {
            if entry.seq().is_some() {
                entry.state = State::Ready { from_ms: i64::MIN };
                entry.keep(OutboxChange::Put, out);
            }
        }
        self.lost(Way::Http);
        self.lost(Way::Socket);
    }

    /// The user takes it back, if it is surely not stored.
    pub fn take_back(&mut self, cid: Cid) -> Option<Waiting> {
        let is_free = self.get(cid).is_some_and(|entry| entry.is_free());
        is_free.then(|| self.remove(cid)).flatten()
    }

    fn remove(&mut self, cid: Cid) -> Option<Waiting> {
        let found = self.entries.iter().position(|entry| entry.waiting.cid == cid)?;
        Some(self.entries.remove(found).waiting)
    }

    /// One that waits (or all of them): now, unless the server asked for patience.
    pub fn hurry(&mut self, which: Option<Cid>) {
        for entry in self.entries.iter_mut().filter(|entry| which.is_none_or(|cid| cid == entry.waiting.cid)) {
            if let State::Ready { from_ms } = &mut entry.state {
                *from_ms = i64::MIN;
            }
        }
    }

    /// When to run next.
    pub fn deadline_ms(&self, can_send: bool, now_ms: i64) -> Option<i64> {
        let mut busy = Set::new();
        let first = self.entries.iter().filter(|entry| entry.is_unsettled() && busy.insert(entry.waiting.room));
        first.filter_map(|entry| entry.deadline_ms(can_send && self.sends())).filter(|at_ms| *at_ms > now_ms).min()
    }
}

#[cfg(test)]
mod tests;
