//! Who is here, as a state machine of (input, now). Rule: a user is online while any socket lives and for a grace after
//! the last one, so that neither a reload nor a short loss of the network is told to anybody.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    mem,
};
use wire::UserId;

/// Counts sockets per user and notes what others have to hear. Times are a steady clock's.
#[derive(Debug)]
pub(crate) struct Roster {
    grace_ms: i64,
    here: HashMap<UserId, Stay>,
    leaving: BTreeSet<(i64, UserId)>,
    untold: BTreeMap<UserId, bool>,
}

#[derive(Debug, Default)]
struct Stay {
    sockets: usize,
    leaves_at_ms: Option<i64>,
}

impl Roster {
    /// Nobody is here.
    pub(crate) fn new(grace_ms: i64) -> Self {
        Self { grace_ms, here: HashMap::new(), leaving: BTreeSet::new(), untold: BTreeMap::new() }
    }

    /// A socket of the user has come.
    pub(crate) fn came(&mut self, user: UserId) {
        let stay = self.here.entry(user).or_insert_with(|| {
            self.untold.insert(user, true);
            Stay::default()
        });
        stay.sockets += 1;
        if let Some(at_ms) = stay.leaves_at_ms.take() {
            self.leaving.remove(&(at_ms, user));
        }
    }

    /// A socket of the user has gone.
    pub(crate) fn went(&mut self, user: UserId, now_ms: i64) {
        let Some(stay) = self.here.get_mut(&user) else { return };
        stay.sockets = stay.sockets.saturating_sub(1);
        if stay.sockets == 0 && stay.leaves_at_ms.is_none() {
            let at_ms = now_ms.saturating_add(self.grace_ms);
            stay.leaves_at_ms = Some(at_ms);
            self.leaving.insert((at_ms, user));
        }
    }

    /// Whether others see the user online.
    pub(crate) fn is_online(&self, user: UserId) -> bool {
        self.here.contains_key(&user)
    }

    /// Everybody whom others see online.
    pub(crate) fn online(&self) -> Vec<UserId> {
        self.here.keys().copied().collect()
    }

    /// What others have to hear now: true for online. Each change is given once, and only the last one of a user.
    pub(crate) fn changes(&mut self, now_ms: i64) -> BTreeMap<UserId, bool> {
        while let Some(&(at_ms, user)) = self.leaving.first().filter(|(at_ms, _)| *at_ms <= now_ms) {
            self.leaving.remove(&(at_ms, user));
            self.here.remove(&user);
            self.untold.insert(user, false);
        }
        mem::take(&mut self.untold)
    }

    /// When [`Self::changes`] will have something to say, as far as is known.
    pub(crate) fn next_at_ms(&self) -> Option<i64> {
        if self.untold.is_empty() { self.leaving.first().map(|(at_ms, _)| *at_ms) } else { Some(0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ANN: UserId = UserId(1);

    #[test]
    fn a_reload_is_not_told() {
        let mut roster = Roster::new(5_000);
        roster.came(ANN);
        assert_eq!(roster.changes(0), BTreeMap::from([(ANN, true)]));
        roster.went(ANN, 1_000);
        assert_eq!(roster.next_at_ms(), Some(6_000));
        roster.came(ANN);
        assert_eq!((roster.changes(10_000), roster.next_at_ms()), (BTreeMap::new(), None));
    }

    #[test]
    fn offline_is_told_after_the_grace_of_the_last_socket() {
        let mut roster = Roster::new(5_000);
        roster.came(ANN);
        roster.came(ANN);
        roster.changes(0);
        roster.went(ANN, 1_000);
        assert_eq!(roster.next_at_ms(), None);
        roster.went(ANN, 2_000);
        assert_eq!(roster.changes(6_999), BTreeMap::new());
        assert!(roster.is_online(ANN));
        assert_eq!(roster.changes(7_000), BTreeMap::from([(ANN, false)]));
        assert!(!roster.is_online(ANN));
    }

    proptest! {
        #[test]
        fn what_was_told_last_is_what_is(steps in prop::collection::vec((0..3_i64, 0..4_u8, 0..4_000_i64), 1..200)) {
            let mut roster = Roster::new(5_000);
            let mut sockets = BTreeMap::<UserId, usize>::new();
            let mut told = BTreeMap::<UserId, bool>::new();
            let mut now_ms = 0;
            for (user, action, wait_ms) in steps {
                now_ms += wait_ms;
                let count = sockets.entry(UserId(user)).or_default();
                match action {
                    0 | 1 => { roster.came(UserId(user)); *count += 1; }
                    2 if *count > 0 => { roster.went(UserId(user), now_ms); *count -= 1; }
                    _ => told.extend(roster.changes(now_ms)),
                }
            }
            told.extend(roster.changes(now_ms + 5_000));
            for (user, count) in sockets {
                prop_assert_eq!(told.get(&user).copied().unwrap_or(false), count > 0);
                prop_assert_eq!(roster.is_online(user), count > 0);
            }
            prop_assert_eq!(roster.next_at_ms(), None);
        }
    }
}
