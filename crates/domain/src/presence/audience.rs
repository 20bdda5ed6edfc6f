//! Who hears of those who came or went: a pure function of who may see whom. Rule: a reader gets few lists, however many came
//! at once; what is told of a crowd is one list for all members of its room, so that lists together are no longer than who
//! came, and a little for each reader.

use std::collections::{BTreeMap, BTreeSet};
use wire::UserId;

/// Who may see those who came or went (SPEC 3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sight {
    /// One of them, and somebody connected with them.
    pub(crate) pairs: Vec<(UserId, UserId)>,
    /// For each room that any of them is in: those of them, in order, and all members.
    pub(crate) rooms: Vec<(Vec<UserId>, Vec<UserId>)>,
    /// One of them, and somebody between whom and them there is a block.
    pub(crate) apart: BTreeSet<(UserId, UserId)>,
}

/// Those of one room who are told of in a list of their own, the same for all its members; fewer go into the list that each
/// reader gets for itself.
const CROWD_MIN: usize = 32;

/// The lists, each with its readers: those of them who are here. A list may hold its reader, too, so that all members of a
/// room share one.
pub(crate) fn audience(sight: &Sight, is_here: impl Fn(UserId) -> bool) -> BTreeMap<Vec<UserId>, Vec<UserId>> {
    let mut lists: BTreeMap<Vec<UserId>, Vec<UserId>> = BTreeMap::new();
    let mut own: BTreeMap<UserId, Vec<UserId>> = BTreeMap::new();
    // By reader: the crowds that they are told of, each in order.
    let mut shared: BTreeMap<UserId, Vec<&[UserId]>> = BTreeMap::new();
    for (users, members) in &sight.rooms {
        let readers = members.iter().copied().filter(|reader| is_here(*reader));
        let is_apart =
            |reader| !sight.apart.is_empty() && users.iter().any(|user| sight.apart.contains(&(*user, reader)));
        let (crowd, others): (Vec<_>, Vec<_>) =
            readers.partition(|reader| users.len() >= CROWD_MIN && !is_apart(*reader));
        for reader in others {
            own.entry(reader).or_default().extend_from_slice(users);
        }
        if !crowd.is_empty() {
            crowd.iter().for_each(|reader| shared.entry(*reader).or_default().push(users));
            lists.entry(users.clone()).or_default().extend(crowd);
        }
    }
    for (user, reader) in sight.pairs.iter().filter(|(_, reader)| is_here(*reader)) {
        own.entry(*reader).or_default().push(*user);
    }
    for (reader, mut users) in own {
        users.sort_unstable();
        users.dedup();
        let crowds = shared.get(&reader).map_or(&[][..], Vec::as_slice);
        let is_told = |user: &UserId| crowds.iter().any(|crowd| crowd.binary_search(user).is_ok());
        users.retain(|user| !is_told(user) && !sight.apart.contains(&(*user, reader)));
        if users.iter().any(|user| *user != reader) {
            lists.entry(users).or_default().push(reader);
        }
    }
    // Two rooms of the same people make one list.
    for readers in lists.values_mut() {
        readers.sort_unstable();
        readers.dedup();
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

    /// A thousand people come at once, all in one room; each has a friend who comes with them, and half are in a second room.
    #[test]
    fn a_thousand_who_come_at_once_make_lists_as_long_as_the_crowd_and_not_its_square() {
        const CROWD: i64 = 1_000;
        let everybody: Vec<UserId> = (1..=CROWD).map(UserId).collect();
        let half = everybody[..500].to_vec();
        let pairs = everybody.iter().map(|user| (UserId(user.0 + CROWD), *user)).collect();
        let rooms = vec![(everybody.clone(), everybody.clone()), (half.clone(), half)];
        let mut sight = Sight { pairs, rooms, ..Sight::default() };
        let told = |lists: &BTreeMap<Vec<UserId>, Vec<UserId>>, reader: UserId| {
            let mine = lists.iter().filter(|(_, readers)| readers.contains(&reader));
            let (mut count, mut all) = (0, BTreeSet::new());
            for (users, _) in mine {
                count += 1;
                all.extend(users.iter().copied());
            }
            (count, all)
        };
        let lists = audience(&sight, |_| true);
        let entries: usize = lists.keys().map(Vec::len).sum();
        assert!(entries <= 3 * everybody.len(), "{entries} entries are encoded");
        for reader in [1, 700].map(UserId) {
            let (count, all) = told(&lists, reader);
            assert!(count <= 3, "{count} frames");
            let mut expected: BTreeSet<UserId> = everybody.iter().copied().collect();
            expected.insert(UserId(reader.0 + CROWD));
            assert_eq!(all, expected);
        }
        sight.apart = [(UserId(7), UserId(8)), (UserId(8), UserId(7))].into_iter().collect();
        let lists = audience(&sight, |_| true);
        assert!(!told(&lists, UserId(7)).1.contains(&UserId(8)) && !told(&lists, UserId(8)).1.contains(&UserId(7)));
        assert!(told(&lists, UserId(7)).1.is_superset(&[9, 600, 1_007].map(UserId).into_iter().collect()));
    }
}
