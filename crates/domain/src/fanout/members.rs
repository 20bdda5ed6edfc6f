//! Who sees what of a room, as the log's own transaction read it. Rule: the interval decides, event by event (C9); an
//! entry is used only for the revision under which it was read.

use crate::aging::Aging;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use wire::{RoomId, Seq, UserId, limits::CURSORS_MEMBERS_MAX};

/// Rooms that are remembered.
const ROOMS_MAX: usize = 20_000;
/// How long a room is remembered after its members were read.
const LIFE_MS: i64 = 10 * 60_000;

/// A member's visible positions: from, and to unless the member is still one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Interval {
    /// Whose.
    pub(crate) user: UserId,
    /// The first position.
    pub(crate) from: Seq,
    /// The last one, both included.
    pub(crate) to: Option<Seq>,
}

/// The intervals of all who are or were in a room. One user's do not overlap.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Members {
    /// `rooms.members_rev` when they were read.
    pub(crate) rev: i64,
    /// In the order of users.
    pub(crate) intervals: Vec<Interval>,
    /// Members between whom there is a block, in both orders: they see each other's messages, and nothing of each other's
    /// reading and typing.
    pub(crate) apart: BTreeSet<(UserId, UserId)>,
}

impl Members {
    /// Everybody who may see this position.
    pub(crate) fn who_see(&self, seq: Seq) -> impl Iterator<Item = UserId> {
        let sees = move |interval: &&Interval| interval.from <= seq && interval.to.is_none_or(|to| seq <= to);
        self.intervals.iter().filter(sees).map(|interval| interval.user)
    }

    /// Who hears that these members' cursors moved: the same list for all who may know of the same of them. A list may hold its
    /// reader, too, so that there is one for everybody where nobody is blocked.
    pub(crate) fn audience(&self, movers: &[UserId]) -> BTreeMap<Vec<UserId>, Vec<UserId>> {
        let mut lists: BTreeMap<Vec<UserId>, Vec<UserId>> = BTreeMap::new();
        for reader in self.present() {
            let heard = movers.iter().copied().filter(|mover| !self.apart.contains(&(*mover, reader)));
            let heard: Vec<UserId> = heard.collect();
            if heard.iter().any(|mover| *mover != reader) {
                lists.entry(heard).or_default().push(reader);
            }
        }
        lists
    }

    /// Whether there are too many to tell each of them of everybody.
    pub(crate) fn is_large(&self) -> bool {
        self.present().nth(CURSORS_MEMBERS_MAX).is_some()
    }

    /// Everybody who is a member now.
    pub(crate) fn present(&self) -> impl Iterator<Item = UserId> {
        self.intervals.iter().filter(|interval| interval.to.is_none()).map(|interval| interval.user)
    }
}

/// The rooms that are spoken in, and those of people who came.
#[derive(Debug)]
pub(crate) struct MembersCache(Mutex<Aging<RoomId, Arc<Members>>>);

impl MembersCache {
    /// Nothing is known.
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Aging::new(LIFE_MS, ROOMS_MAX)))
    }

    /// The members, if they are known under this revision.
    pub(crate) fn get(&self, room: RoomId, rev: i64) -> Option<Arc<Members>> {
        self.rooms().get(&room).filter(|members| members.rev == rev).cloned()
    }

    /// Keeps what was read, unless something later is known.
    pub(crate) fn keep(&self, room: RoomId, members: Arc<Members>, now_ms: i64) {
        let mut rooms = self.rooms();
        if rooms.get(&room).is_none_or(|known| known.rev <= members.rev) {
            rooms.insert(room, members, now_ms);
        }
    }

    fn rooms(&self) -> MutexGuard<'_, Aging<RoomId, Arc<Members>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interval(user: i64, from: i64, to: Option<i64>) -> Interval {
        Interval { user: UserId(user), from: Seq(from), to: to.map(Seq) }
    }

    #[test]
    fn the_interval_decides_event_by_event() {
        let intervals =
            vec![interval(1, 1, None), interval(2, 1, Some(4)), interval(2, 8, None), interval(3, 5, Some(6))];
        let members = Members { rev: 1, intervals, apart: BTreeSet::from([(UserId(1), UserId(2))]) };
        let see = |seq| members.who_see(Seq(seq)).map(|user| user.0).collect::<Vec<_>>();
        assert_eq!(see(4), [1, 2]);
        assert_eq!(see(5), [1, 3]);
        assert_eq!(see(7), [1]);
        assert_eq!(see(8), [1, 2]);
        assert_eq!(members.present().map(|user| user.0).collect::<Vec<_>>(), [1, 2]);
    }

    #[test]
    fn all_who_may_know_of_the_same_movers_get_one_list() {
        let members = |apart: &[(i64, i64)]| Members {
            rev: 1,
            intervals: (1..=4).map(|user| interval(user, 1, None)).collect(),
            apart: apart.iter().map(|(one, other)| (UserId(*one), UserId(*other))).collect(),
        };
        let check = |members: &Members, movers: &[i64], expected: &[(&[i64], &[i64])]| {
            let users = |numbers: &[i64]| numbers.iter().copied().map(UserId).collect::<Vec<_>>();
            let expected = expected.iter().map(|(list, readers)| (users(list), users(readers)));
            assert_eq!(members.audience(&users(movers)), expected.collect());
        };
        check(&members(&[]), &[2], &[(&[2], &[1, 3, 4])]);
        check(&members(&[]), &[2, 3], &[(&[2, 3], &[1, 2, 3, 4])]);
        check(&members(&[(2, 4), (4, 2)]), &[2], &[(&[2], &[1, 3])]);
        check(&members(&[(2, 4), (4, 2)]), &[2, 3], &[(&[2, 3], &[1, 2, 3]), (&[3], &[4])]);
    }

    #[test]
    fn a_room_is_large_with_the_first_member_too_many() {
        let members = |count: i64| Members {
            rev: 1,
            intervals: (1..=count).map(|user| interval(user, 1, None)).chain([interval(999, 1, Some(2))]).collect(),
            apart: BTreeSet::new(),
        };
        assert!(!members(64).is_large());
        assert!(members(65).is_large());
    }

    #[test]
    fn another_revision_is_not_served_from_memory() {
        let cache = MembersCache::new();
        let of = |rev| Arc::new(Members { rev, intervals: vec![], apart: BTreeSet::new() });
        cache.keep(RoomId(1), of(3), 0);
        assert!(cache.get(RoomId(1), 3).is_some());
        assert!(cache.get(RoomId(1), 4).is_none());
        cache.keep(RoomId(1), of(2), 0);
        assert!(cache.get(RoomId(1), 3).is_some(), "who read before and came later changes nothing");
    }
}
