//! When whose conversation is looked at, as a state machine of (input, now). Rule: there is at most one turn of each, and at most
//! one person's in hand at a time, so that a push service that hangs keeps its own people waiting only.

use std::collections::{BTreeMap, BTreeSet};
use wire::{
    RoomId, UserId,
    limits::{PUSH_ATTEMPTS_MAX, PUSH_RETRY_MS, PUSH_RETRY_MS_MAX},
};

/// Whose conversation.
pub(crate) type Key = (UserId, RoomId);

/// How long whoever has something in hand is passed over.
const BUSY_MS: i64 = 250;

/// What has come of a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// There is nothing more to do.
    Done,
    /// Not yet: to be looked at again then.
    Later(i64),
    /// It did not work; the other side may have said how long to wait.
    Failed(Option<i64>),
}

/// Turns that wait, and those that are in hand.
#[derive(Debug, Default)]
pub(crate) struct Schedule {
    turns_max: usize,
    waiting: BTreeMap<Key, Turn>,
    by_time: BTreeSet<(i64, Key)>,
    in_hand: BTreeMap<UserId, InHand>,
}

#[derive(Clone, Copy, Debug)]
struct Turn {
    at_ms: i64,
    failures: u32,
}

#[derive(Debug)]
struct InHand {
    room: RoomId,
    failures: u32,
    /// Meanwhile it was asked for again, for then.
    again_ms: Option<i64>,
}

impl Schedule {
    /// Nobody's turn; at most so many.
    pub(crate) fn new(turns_max: usize) -> Self {
        Self { turns_max, ..Self::default() }
    }

    /// To be looked at, at that time or before. Whether there was room for it.
    pub(crate) fn ask(&mut self, key: Key, at_ms: i64) -> bool {
        if let Some(in_hand) = self.in_hand.get_mut(&key.0).filter(|in_hand| in_hand.room == key.1) {
            in_hand.again_ms = Some(in_hand.again_ms.map_or(at_ms, |before| before.min(at_ms)));
            return true;
        }
        match self.waiting.get(&key).copied() {
            // What failed keeps its pause.
            Some(turn) if turn.failures > 0 || turn.at_ms <= at_ms => true,
            Some(_) => self.put(key, Turn { at_ms, failures: 0 }),
            None if self.waiting.len() >= self.turns_max => false,
            None => self.put(key, Turn { at_ms, failures: 0 }),
        }
    }

    fn put(&mut self, key: Key, turn: Turn) -> bool {
        if let Some(before) = self.waiting.insert(key, turn) {
            self.by_time.remove(&(before.at_ms, key));
        }
        self.by_time.insert((turn.at_ms, key))
    }

    /// Takes in hand what is due; at most `keys_max` are ever in hand.
    pub(crate) fn take(&mut self, now_ms: i64, keys_max: usize) -> Vec<Key> {
        let mut taken = Vec::new();
        while self.in_hand.len() < keys_max {
            let Some(&(at_ms, key)) = self.by_time.first().filter(|(at_ms, _)| *at_ms <= now_ms) else { break };
            let Some(turn) = self.waiting.get(&key).copied() else { break };
            if self.in_hand.contains_key(&key.0) {
                self.put(key, Turn { at_ms: now_ms + BUSY_MS, ..turn });
                continue;
            }
            self.by_time.remove(&(at_ms, key));
            self.waiting.remove(&key);
            self.in_hand.insert(key.0, InHand { room: key.1, failures: turn.failures, again_ms: None });
            taken.push(key);
        }
        taken
    }

    /// Puts one down again. Whether it is given up: it has failed too often.
    pub(crate) fn settle(&mut self, key: Key, outcome: Outcome, now_ms: i64) -> bool {
        let Some(in_hand) = self.in_hand.remove(&key.0) else { return false };
        let again_ms = in_hand.again_ms;
        let failures = in_hand.failures + 1;
        match outcome {
            Outcome::Done => again_ms.map(|at_ms| self.put(key, Turn { at_ms, failures: 0 })),
            Outcome::Later(at_ms) => {
                let at_ms = again_ms.map_or(at_ms, |again_ms| again_ms.min(at_ms));
                Some(self.put(key, Turn { at_ms, failures: in_hand.failures }))
            }
            Outcome::Failed(_) if failures >= PUSH_ATTEMPTS_MAX => {
                again_ms.map(|at_ms| self.put(key, Turn { at_ms, failures: 0 }));
                return true;
            }
            Outcome::Failed(wait_ms) => {
                let pause_ms = PUSH_RETRY_MS << (failures - 1);
                let pause_ms = wait_ms.unwrap_or_default().max(pause_ms).min(PUSH_RETRY_MS_MAX);
                Some(self.put(key, Turn { at_ms: now_ms + pause_ms, failures }))
            }
        };
        false
    }

    /// When [`Self::take`] will have something, as far as is known and there is a hand free.
    pub(crate) fn next_at_ms(&self, keys_max: usize) -> Option<i64> {
        self.by_time.first().filter(|_| self.in_hand.len() < keys_max).map(|(at_ms, _)| *at_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ANN: UserId = UserId(1);
    const BOB: UserId = UserId(2);
    const GARDEN: Key = (ANN, RoomId(1));
    const BOAT: Key = (ANN, RoomId(2));

    #[test]
    fn the_first_who_asks_says_when() {
        let mut schedule = Schedule::new(10);
        schedule.ask(GARDEN, 5_000);
        schedule.ask(GARDEN, 7_000);
        assert_eq!((schedule.next_at_ms(9), schedule.take(4_999, 9)), (Some(5_000), vec![]));
        schedule.ask(GARDEN, 1_000);
        assert_eq!(schedule.take(1_000, 9), [GARDEN]);
        assert_eq!((schedule.next_at_ms(9), schedule.take(9_000, 9)), (None, vec![]));
    }

    #[test]
    fn what_is_asked_for_while_it_is_in_hand_comes_again() {
        let mut schedule = Schedule::new(10);
        schedule.ask(GARDEN, 0);
        assert_eq!(schedule.take(0, 9), [GARDEN]);
        schedule.ask(GARDEN, 5_000);
        schedule.settle(GARDEN, Outcome::Done, 100);
        assert_eq!((schedule.take(4_999, 9), schedule.take(5_000, 9)), (vec![], vec![GARDEN]));
        schedule.settle(GARDEN, Outcome::Done, 5_000);
        assert_eq!(schedule.next_at_ms(9), None);
    }

    #[test]
    fn one_persons_turns_come_one_after_the_other_and_others_do_not_wait_for_them() {
        let mut schedule = Schedule::new(10);
        for key in [GARDEN, BOAT, (BOB, RoomId(1))] {
            schedule.ask(key, 0);
        }
        assert_eq!(schedule.take(0, 9), [GARDEN, (BOB, RoomId(1))]);
        assert_eq!(schedule.take(10_000, 9), []);
        schedule.settle(GARDEN, Outcome::Done, 10_000);
        assert_eq!(schedule.take(10_000 + BUSY_MS, 9), [BOAT]);
    }

    #[test]
    fn what_fails_is_tried_again_after_longer_and_longer_pauses_and_given_up() {
        let mut schedule = Schedule::new(10);
        schedule.ask(GARDEN, 0);
        let (mut now_ms, mut pauses) = (0, Vec::new());
        loop {
            assert_eq!(schedule.take(now_ms, 9), [GARDEN]);
            if schedule.settle(GARDEN, Outcome::Failed(None), now_ms) {
                break;
            }
            // A new message in between does not shorten the pause.
            schedule.ask(GARDEN, now_ms);
            let next_ms = schedule.next_at_ms(9).unwrap();
            pauses.push((next_ms - now_ms) / PUSH_RETRY_MS);
            now_ms = next_ms;
        }
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 64]);
        assert_eq!(schedule.next_at_ms(9), None);
        schedule.ask(GARDEN, 0);
        schedule.take(0, 9);
        schedule.settle(GARDEN, Outcome::Failed(Some(i64::MAX)), 0);
        assert_eq!(schedule.next_at_ms(9), Some(PUSH_RETRY_MS_MAX));
    }

    #[test]
    fn there_is_room_for_so_many() {
        let mut schedule = Schedule::new(1);
        assert!(schedule.ask(GARDEN, 0));
        assert!(schedule.ask(GARDEN, 0));
        assert!(!schedule.ask(BOAT, 0));
    }

    proptest! {
        #[test]
        fn whatever_is_asked_for_has_its_turn(steps in prop::collection::vec((0..3_i64, 0..3_i64, 0..5_u8, 0..9_000_i64), 1..200)) {
            let mut schedule = Schedule::new(100);
            let (mut now_ms, mut in_hand) = (0, BTreeSet::new());
            let mut owed = BTreeSet::new();
            for (user, room, action, wait_ms) in steps {
                now_ms += wait_ms;
                let key = (UserId(user), RoomId(room));
                match action {
                    0 | 1 => { schedule.ask(key, now_ms + wait_ms); owed.insert(key); }
                    2 => for key in schedule.take(now_ms, 2) {
                        prop_assert!(in_hand.insert(key));
                        prop_assert!(owed.remove(&key));
                    },
                    _ => if let Some(key) = in_hand.pop_first() {
                        let outcome = [Outcome::Done, Outcome::Failed(None), Outcome::Later(now_ms)][usize::from(action % 3)];
                        let is_given_up = schedule.settle(key, outcome, now_ms);
                        if outcome != Outcome::Done && !is_given_up { owed.insert(key); }
                    },
                }
                prop_assert!(in_hand.len() <= 2);
                let people: BTreeSet<UserId> = in_hand.iter().map(|(user, _)| *user).collect();
                prop_assert_eq!(people.len(), in_hand.len());
            }
            for key in in_hand { schedule.settle(key, Outcome::Done, now_ms); }
            let mut taken = BTreeSet::new();
            while let Some(at_ms) = schedule.next_at_ms(2) {
                for key in schedule.take(at_ms, 2) { taken.insert(key); schedule.settle(key, Outcome::Done, at_ms); }
            }
            prop_assert_eq!(taken, owed);
        }
    }
}
