//! Who hears of those who came or went: a pure function of who may see whom. Rule: a reader gets one list, however many came
//! at once, and readers who see the same get the same list.

use std::collections::{BTreeMap, BTreeSet};
use wire::UserId;

/// Who may see those who came or went (SPEC 3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sight {
    /// One of them, and somebody connected with them.
    pub(crate) pairs: Vec<(UserId, UserId)>,
    /// For each room that any of them is in: those of them, and all members.
    pub(crate) rooms: Vec<(Vec<UserId>, Vec<UserId>)>,
    /// One of them, and somebody between whom and them there is a block.
    pub(crate) apart: BTreeSet<(UserId, UserId)>,
}

/// The lists, each with its readers: those of them who are here. A list may hold its reader, too, so that all members of a
/// room share one.
pub(crate) fn audience(sight: &Sight, is_here: impl Fn(UserId) -> bool) -> BTreeMap<Vec<UserId>, Vec<UserId>> {
    let mut seen: BTreeMap<UserId, Vec<UserId>> = BTreeMap::new();
    for (user, reader) in sight.pairs.iter().filter(|(_, reader)| is_here(*reader)) {
        seen.entry(*reader).or_default().push(*user);
    }
    for (users, members) in &sight.rooms {
        for reader in members.iter().filter(|reader| is_here(**reader)) {
            seen.entry(*reader).or_default().extend_from_slice(users);
        }
    }
    let mut lists: BTreeMap<Vec<UserId>, Vec<UserId>> = BTreeMap::new();
    for (reader, mut users) in seen {
        users.sort_unstable();
        users.dedup();
        if !sight.apart.is_empty() {
            users.retain(|user| !sight.apart.contains(&(*user, reader)));
        }
        if users.iter().any(|user| *user != reader) {
            lists.entry(users).or_default().push(reader);
        }
    }
    lists
}

#[cfg(test)]
mod tests {
    use super::*;

    fn users(numbers: &[i64]) -> Vec<UserId> {
        numbers.iter().copied().map(UserId).collect()
    }

    fn check(sight: &Sight, expected: &[(&[i64], &[i64])]) {
        let lists = audience(sight, |user| user.0 < 100);
        let expected = expected.iter().map(|(list, readers)| (users(list), users(readers)));
        assert_eq!(lists, expected.collect());
    }

    #[test]
    fn members_of_a_room_share_one_list() {
        let sight = Sight { rooms: vec![(users(&[1, 2]), users(&[1, 2, 3, 4, 100]))], ..Sight::default() };
        check(&sight, &[(&[1, 2], &[1, 2, 3, 4])]);
    }

    #[test]
    fn who_came_alone_hears_nothing_of_it() {
        let sight = Sight { rooms: vec![(users(&[1]), users(&[1, 2]))], ..Sight::default() };
        check(&sight, &[(&[1], &[2])]);
        check(&Sight { rooms: vec![(users(&[1]), users(&[1]))], ..Sight::default() }, &[]);
    }

    #[test]
    fn each_is_named_once_whatever_the_two_share() {
        let rooms = vec![(users(&[1, 2]), users(&[1, 2, 3])), (users(&[1]), users(&[1, 3]))];
        let sight = Sight { pairs: vec![(UserId(1), UserId(3)), (UserId(5), UserId(3))], rooms, ..Sight::default() };
        check(&sight, &[(&[1, 2], &[1, 2]), (&[1, 2, 5], &[3])]);
    }

    #[test]
    fn a_block_is_an_end_of_sight() {
        let apart = [(UserId(1), UserId(3)), (UserId(3), UserId(1))].into_iter().collect();
        let sight =
            Sight { pairs: vec![(UserId(1), UserId(3))], rooms: vec![(users(&[1, 2]), users(&[1, 2, 3]))], apart };
        check(&sight, &[(&[1, 2], &[1, 2]), (&[2], &[3])]);
    }
}
