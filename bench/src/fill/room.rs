//! One room of the generator: who is in it, who left and came back, who has read how far. Rule: an absent person says nothing,
//! and everybody's intervals say when they were there.

use super::{BUSY, HOST, chance::Chance, words};
use domain::bulk::{Batch, Entry, Move, Room, Seat, Span};
use std::collections::{BTreeMap, BTreeSet};
use wire::{Cid, EventKind, Role, RoomId, RoomKind, Seq, Time, UserId};

pub const DAY_MS: i64 = 24 * 60 * 60_000;
/// Everything happened in this long before today.
pub const SPAN_MS: i64 = 365 * DAY_MS;
/// Of so many members of a group, one left; every other one of these came back.
const LEAVES_ONE_OF: usize = 20;

/// What kind of room.
pub enum Shape {
    Group { people: usize, is_public: bool },
    Pair { other: UserId },
}

/// A room before it is stored.
pub struct Plan {
    id: RoomId,
    shape: Shape,
    pub head: Seq,
    until: Time,
    /// Everybody who ever was in it; the first is the owner.
    people: Vec<UserId>,
    /// Who went, and at which positions they left and came back.
    absent: BTreeMap<UserId, (Seq, Option<Seq>)>,
    /// The same by position.
    moves: BTreeMap<Seq, (UserId, EventKind)>,
}

impl Plan {
    /// A room of `head` events, the last before `until`, in an installation of so many people.
    pub fn new(id: RoomId, shape: Shape, head: Seq, (until, all): (Time, usize), chance: &mut Chance) -> Self {
        let people = match shape {
            Shape::Pair { other } => vec![BUSY, other],
            Shape::Group { people, .. } => {
                let mut found = vec![HOST, BUSY];
                let mut known = BTreeSet::from([HOST, BUSY]);
                while found.len() < people.max(2) {
                    let user = UserId(1 + chance.below(all) as i64);
                    if known.insert(user) {
                        found.push(user);
                    }
                }
                found
            }
        };
        let mut plan = Self { id, shape, head, until, people, absent: BTreeMap::new(), moves: BTreeMap::new() };
        if matches!(plan.shape, Shape::Group { .. }) {
            plan.send_away(chance);
        }
        plan
    }

    fn send_away(&mut self, chance: &mut Chance) {
        let count = self.people.len() / LEAVES_ONE_OF;
        for place in 0..count {
            let user = self.people[2 + place];
            let mut position = || Seq(2 + chance.below(usize::try_from(self.head.0 - 1).unwrap_or(1)) as i64);
            let (one, other) = (position(), position());
            let (left, back) = (one.min(other), one.max(other));
            let is_free = |seq: &Seq| *seq <= self.head && !self.moves.contains_key(seq);
            if left == back || !is_free(&left) || !is_free(&back) {
                continue;
            }
            let back = (place % 2 == 0).then_some(back);
            self.moves.insert(left, (user, EventKind::Left));
            if let Some(back) = back {
                self.moves.insert(back, (user, EventKind::Joined));
            }
            self.absent.insert(user, (left, back));
        }
    }

    /// The two of a direct room.
    pub fn pair(&self) -> Option<(UserId, UserId)> {
        match self.shape {
            Shape::Pair { other } => Some((BUSY, other)),
            Shape::Group { .. } => None,
        }
    }

    /// Who is in it at the end.
    pub fn present(&self) -> impl Iterator<Item = UserId> {
        self.people.iter().copied().filter(|user| !matches!(self.absent.get(user), Some((_, None))))
    }

    fn is_public(&self) -> bool {
        matches!(self.shape, Shape::Group { is_public: true, .. })
    }

    /// When the event at this position was stored. Rooms do not speak at the same moments.
    pub fn at(&self, seq: Seq) -> Time {
        let (share, room) = (seq.0 as f64 / self.head.0 as f64, self.id.0);
        Time(self.until.0 - SPAN_MS + (SPAN_MS as f64 * share) as i64 - DAY_MS - room * 7)
    }

    /// The room itself, and everybody's seat in it.
    pub fn furnish(&self, batch: &mut Batch, chance: &mut Chance) {
        let is_pair = self.pair().is_some();
        batch.rooms.push(Room {
            kind: if is_pair { RoomKind::Direct } else { RoomKind::Group },
            pair: self.pair(),
            title: if is_pair { String::new() } else { words::title(self.id) },
            is_public: self.is_public(),
            head: self.head,
            span: (self.at(Seq(1)), self.at(self.head)),
        });
        for (place, user) in self.people.iter().enumerate() {
            let role = match place {
                0 if !is_pair => Role::Owner,
                1..=2 if !is_pair => Role::Admin,
                _ => Role::Member,
            };
            self.seat(*user, role, batch, chance);
        }
    }

    fn seat(&self, user: UserId, role: Role, batch: &mut Batch, chance: &mut Chance) {
        let room = self.id;
        let first = if self.pair().is_some() { Seq(0) } else { Seq(1) };
        let mut span = |from, to| batch.spans.push(Span { room, user, from, to });
        let joined = match self.absent.get(&user) {
            None => {
                span(Seq(1), None);
                first
            }
            // Who comes back to a public room sees all of it.
            Some((_, Some(back))) if self.is_public() => {
                span(Seq(1), None);
                *back
            }
            Some((left, back)) => {
                span(Seq(1), Some(*left));
                let Some(back) = back else { return };
                span(*back, None);
                *back
            }
        };
        let (delivered, read) = self.cursors(joined, chance);
        for (is_read, cursor) in [(false, delivered), (true, read)] {
            // Four steps on the way, the last to where it stands.
            let steps: BTreeSet<i64> = (1..=4).map(|step| cursor.0 * step / 4).filter(|seq| *seq > 0).collect();
            let step = |seq| Move { room, user, is_read, seq: Seq(seq), at: Time(self.at(Seq(seq)).0 + 60_000) };
            batch.moves.extend(steps.into_iter().map(step));
        }
        batch.seats.push(Seat { room, user, role, joined, delivered, read });
    }

    /// Most people are up to date or nearly so, some have stopped long ago, and some have never looked.
    fn cursors(&self, joined: Seq, chance: &mut Chance) -> (Seq, Seq) {
        let head = usize::try_from(self.head.0).unwrap_or_default();
        let read = match chance.below(10) {
            0..=3 => head,
            4..=6 => head - chance.below(head / 100 + 1),
            7..=8 => chance.below(head + 1),
            _ => 0,
        };
        let delivered = if chance.below(2) == 0 { head } else { read };
        let reached = |seq: usize| Seq(seq as i64).max(joined);
        (reached(delivered), reached(read))
    }

    /// What happened there.
    pub fn event(&self, seq: Seq, chance: &mut Chance) -> Entry {
        let author = *chance.of(&self.people);
        let is_absent = |(left, back): &(Seq, Option<Seq>)| seq > *left && back.is_none_or(|back| seq < back);
        let author = if self.absent.get(&author).is_some_and(is_absent) { self.people[0] } else { author };
        let text = words::text(chance);
        let (author, kind, text, about) = match self.moves.get(&seq) {
            Some((user, kind)) => (*user, *kind, None, Some(*user)),
            None if seq == Seq(1) && self.pair().is_none() => {
                (self.people[0], EventKind::Created, Some(words::title(self.id)), None)
            }
            None => (author, EventKind::Message, Some(text), None),
        };
        let at = self.at(seq);
        let mut random = [0; 10];
        random[..8].copy_from_slice(&chance.next().to_be_bytes());
        Entry { room: self.id, seq, author, cid: Cid::new(at.0, random), kind, text, about, at }
    }
}
