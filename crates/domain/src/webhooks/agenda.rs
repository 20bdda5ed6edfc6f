//! Which webhook is told when, as a state machine of (input, now). Rule: each webhook has at most one turn, however much is new in
//! however many rooms, so that one that hangs keeps its own rooms waiting only, and what waits for it is bounded.

use std::collections::{BTreeMap, BTreeSet};
use wire::{RoomId, WebhookId, limits::WEBHOOK_ROOMS_WAITING_MAX};

/// Where a webhook has something new.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct New {
    /// In these rooms …
    pub(crate) rooms: BTreeSet<RoomId>,
    /// … and perhaps elsewhere: all of the application's are to be looked at.
    pub(crate) anywhere: bool,
}

impl New {
    /// In one room.
    pub(crate) fn room(room: RoomId) -> Self {
        Self { rooms: [room].into(), anywhere: false }
    }

    /// Perhaps anywhere.
    pub(crate) fn anywhere() -> Self {
        Self { rooms: BTreeSet::new(), anywhere: true }
    }

    /// Nowhere.
    pub(crate) fn is_nothing(&self) -> bool {
        self.rooms.is_empty() && !self.anywhere
    }

    fn add(&mut self, other: Self) {
        self.rooms.extend(other.rooms);
        self.anywhere |= other.anywhere;
        if self.rooms.len() > WEBHOOK_ROOMS_WAITING_MAX {
            *self = Self::anywhere();
        }
    }
}

#[derive(Debug, Default)]
struct Waiting {
    new: New,
    at_ms: i64,
    /// Nothing before then, whatever is asked.
    held_until_ms: i64,
}

/// Webhooks that wait for a turn, and those that have one.
#[derive(Debug, Default)]
pub(crate) struct Agenda {
    waiting: BTreeMap<WebhookId, Waiting>,
    by_time: BTreeSet<(i64, WebhookId)>,
    in_hand: BTreeSet<WebhookId>,
}

impl Agenda {
    /// There is something new for it, to be told from then on.
    pub(crate) fn ask(&mut self, webhook: WebhookId, new: New, at_ms: i64) {
        let is_first = !self.waiting.contains_key(&webhook);
        let waiting = self.waiting.entry(webhook).or_default();
        let before_ms = waiting.at_ms;
        let wanted_ms = if is_first { at_ms } else { before_ms.min(at_ms) };
        waiting.at_ms = wanted_ms.max(waiting.held_until_ms);
        waiting.new.add(new);
        let at_ms = waiting.at_ms;
        if !self.in_hand.contains(&webhook) {
            self.by_time.remove(&(before_ms, webhook));
            self.by_time.insert((at_ms, webhook));
        }
    }

    /// Whatever held it back does so no more.
    pub(crate) fn release(&mut self, webhook: WebhookId, now_ms: i64) {
        if let Some(waiting) = self.waiting.get_mut(&webhook) {
            waiting.held_until_ms = 0;
        }
        self.ask(webhook, New::anywhere(), now_ms);
    }

    /// Gives turns to those whose time has come; at most `turns_max` are ever in hand.
    pub(crate) fn take(&mut self, now_ms: i64, turns_max: usize) -> Vec<(WebhookId, New)> {
        let mut taken = Vec::new();
        while self.in_hand.len() < turns_max {
            let Some((_, webhook)) = self.by_time.first().copied().filter(|(at_ms, _)| *at_ms <= now_ms) else { break };
            self.by_time.pop_first();
            let Some(waiting) = self.waiting.remove(&webhook) else { continue };
            self.in_hand.insert(webhook);
            taken.push((webhook, waiting.new));
        }
        taken
    }

    /// Ends a turn. What is left waits until `next_ms`; with `is_held`, so does whatever is asked for meanwhile.
    pub(crate) fn settle(&mut self, webhook: WebhookId, left: New, next_ms: i64, is_held: bool) {
        if !self.in_hand.remove(&webhook) {
            return;
        }
        if !left.is_nothing() {
            self.ask(webhook, left, next_ms);
        }
        let Some(waiting) = self.waiting.get_mut(&webhook) else { return };
        self.by_time.remove(&(waiting.at_ms, webhook));
        if is_held {
            waiting.held_until_ms = next_ms;
            waiting.at_ms = waiting.at_ms.max(next_ms);
        }
        self.by_time.insert((waiting.at_ms, webhook));
    }

    /// When [`Self::take`] will have something, as far as is known and there is a hand free.
    pub(crate) fn next_at_ms(&self, turns_max: usize) -> Option<i64> {
        self.by_time.first().filter(|_| self.in_hand.len() < turns_max).map(|(at_ms, _)| *at_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ONE: WebhookId = WebhookId(1);
    const TWO: WebhookId = WebhookId(2);

    fn rooms(numbers: &[i64]) -> New {
        New { rooms: numbers.iter().map(|number| RoomId(*number)).collect(), anywhere: false }
    }

    #[test]
    fn what_is_new_in_many_rooms_is_one_turn() {
        let mut agenda = Agenda::default();
        agenda.ask(ONE, rooms(&[1]), 500);
        agenda.ask(ONE, rooms(&[2]), 100);
        assert_eq!((agenda.next_at_ms(9), agenda.take(99, 9)), (Some(100), vec![]));
        assert_eq!(agenda.take(100, 9), [(ONE, rooms(&[1, 2]))]);
        assert_eq!((agenda.next_at_ms(9), agenda.take(900, 9)), (None, vec![]));
    }

    #[test]
    fn one_that_hangs_keeps_nobody_else_waiting_and_what_comes_meanwhile_is_not_lost() {
        let mut agenda = Agenda::default();
        agenda.ask(ONE, rooms(&[1]), 0);
        assert_eq!(agenda.take(0, 2), [(ONE, rooms(&[1]))]);
        agenda.ask(ONE, rooms(&[2]), 10);
        agenda.ask(TWO, rooms(&[3]), 10);
        assert_eq!(agenda.take(10, 2), [(TWO, rooms(&[3]))]);
        agenda.settle(ONE, rooms(&[1]), 20, false);
        assert_eq!(agenda.take(20, 2), [(ONE, rooms(&[1, 2]))]);
    }

    #[test]
    fn one_that_is_held_waits_whatever_is_asked_until_it_is_released() {
        let mut agenda = Agenda::default();
        agenda.ask(ONE, rooms(&[1]), 0);
        agenda.take(0, 9);
        agenda.settle(ONE, rooms(&[1]), 5_000, true);
        agenda.ask(ONE, rooms(&[2]), 100);
        assert_eq!((agenda.next_at_ms(9), agenda.take(4_999, 9)), (Some(5_000), vec![]));
        agenda.release(ONE, 200);
        assert_eq!(agenda.take(200, 9), [(ONE, New { anywhere: true, ..rooms(&[1, 2]) })]);
    }

    #[test]
    fn of_too_many_rooms_it_is_known_only_that_there_are_some() {
        let mut agenda = Agenda::default();
        for room in 0..=i64::try_from(WEBHOOK_ROOMS_WAITING_MAX).unwrap() {
            agenda.ask(ONE, rooms(&[room]), 0);
        }
        assert_eq!(agenda.take(0, 9), [(ONE, New::anywhere())]);
    }

    proptest! {
        #[test]
        fn whatever_is_asked_for_has_its_turn(
            steps in prop::collection::vec((0..3_i64, 0..4_i64, 0..5_u8, 0..900_i64), 1..200),
        ) {
            let mut agenda = Agenda::default();
            let (mut now_ms, mut in_hand) = (0, BTreeMap::new());
            let mut owed: BTreeSet<(WebhookId, RoomId)> = BTreeSet::new();
            for (webhook, room, action, wait_ms) in steps {
                now_ms += wait_ms;
                let webhook = WebhookId(webhook);
                match action {
                    0 | 1 => { agenda.ask(webhook, rooms(&[room]), now_ms + wait_ms); owed.insert((webhook, RoomId(room))); }
                    2 => for (webhook, new) in agenda.take(now_ms, 2) {
                        owed.retain(|(of, room)| *of != webhook || !new.rooms.contains(room));
                        prop_assert!(in_hand.insert(webhook, new).is_none());
                    },
                    _ => if let Some((webhook, new)) = in_hand.pop_first() {
                        let left = if action == 3 { new } else { New::default() };
                        owed.extend(left.rooms.iter().map(|room| (webhook, *room)));
                        agenda.settle(webhook, left, now_ms + wait_ms, action == 3);
                    },
                }
                prop_assert!(in_hand.len() <= 2);
            }
            for webhook in in_hand.into_keys() { agenda.settle(webhook, New::default(), now_ms, false); }
            while let Some(at_ms) = agenda.next_at_ms(2) {
                for (webhook, new) in agenda.take(at_ms, 2) {
                    owed.retain(|(of, room)| *of != webhook || !new.rooms.contains(room));
                    agenda.settle(webhook, New::default(), at_ms, false);
                }
            }
            prop_assert!(owed.is_empty());
        }
    }
}
