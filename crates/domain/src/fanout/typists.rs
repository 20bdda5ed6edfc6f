//! Who types where, as a state machine of (input, now). Rule: at most one "types" a second per person and room is told;
//! "stopped" always is, if others believe that the person types (SPEC 6).

use std::collections::{BTreeMap, HashMap};
use wire::{
    RoomId, UserId,
    limits::{TYPING_INTERVAL_MS, TYPING_TTL_MS},
};

/// What others have been told about who types. Times are a steady clock's.
#[derive(Debug, Default)]
pub(crate) struct Typists {
    users: HashMap<UserId, BTreeMap<RoomId, Told>>,
}

#[derive(Debug)]
struct Told {
    at_ms: i64,
    is_typing: bool,
}

impl Typists {
    /// Whether the room has to hear it.
    pub(crate) fn hear(&mut self, user: UserId, room: RoomId, is_typing: bool, now_ms: i64) -> bool {
        let rooms = self.users.entry(user).or_default();
        rooms.retain(|_, told| now_ms - told.at_ms < TYPING_TTL_MS);
        match rooms.get_mut(&room) {
            Some(told) if is_typing => {
                let is_due = now_ms - told.at_ms >= TYPING_INTERVAL_MS;
                if is_due {
                    *told = Told { at_ms: now_ms, is_typing };
                }
                is_due
            }
            Some(told) => std::mem::replace(&mut told.is_typing, false),
            None => {
                if is_typing {
                    rooms.insert(room, Told { at_ms: now_ms, is_typing });
                }
                is_typing
            }
        }
    }

    /// The user's last socket has gone: the rooms that have to hear that the user stopped.
    pub(crate) fn leave(&mut self, user: UserId, now_ms: i64) -> Vec<RoomId> {
        let rooms = self.users.remove(&user).unwrap_or_default();
        let is_believed = |told: &Told| told.is_typing && now_ms - told.at_ms < TYPING_TTL_MS;
        rooms.into_iter().filter(|(_, told)| is_believed(told)).map(|(room, _)| room).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ANN: UserId = UserId(1);
    const ROOM: RoomId = RoomId(7);

    #[test]
    fn typing_is_told_once_a_second_and_stopping_at_once() {
        let mut typists = Typists::default();
        assert!(typists.hear(ANN, ROOM, true, 0));
        assert!(!typists.hear(ANN, ROOM, true, 999));
        assert!(typists.hear(ANN, RoomId(8), true, 999));
        assert!(typists.hear(ANN, ROOM, true, 1_000));
        assert!(typists.hear(ANN, ROOM, false, 1_001));
        assert!(!typists.hear(ANN, ROOM, false, 1_002));
        assert!(!typists.hear(ANN, ROOM, true, 1_003));
    }

    #[test]
    fn whoever_leaves_stops_typing_where_others_still_believe_it() {
        let mut typists = Typists::default();
        typists.hear(ANN, RoomId(1), true, 0);
        typists.hear(ANN, RoomId(2), true, 4_000);
        typists.hear(ANN, RoomId(3), true, 4_000);
        typists.hear(ANN, RoomId(3), false, 4_100);
        assert_eq!(typists.leave(ANN, 6_000), [RoomId(2)]);
        assert!(typists.leave(ANN, 6_000).is_empty());
    }

    proptest! {
        #[test]
        fn alternating_does_not_get_round_the_limit(steps in prop::collection::vec((any::<bool>(), 0..600_i64), 1..200)) {
            let mut typists = Typists::default();
            let mut now_ms = 0;
            let mut told: Vec<(bool, i64)> = Vec::new();
            for (is_typing, wait_ms) in steps {
                now_ms += wait_ms;
                if typists.hear(ANN, ROOM, is_typing, now_ms) {
                    told.push((is_typing, now_ms));
                }
                let recent = told.iter().filter(|(_, at_ms)| now_ms - at_ms < TYPING_INTERVAL_MS);
                prop_assert!(recent.clone().filter(|(is_typing, _)| *is_typing).count() <= 1);
                prop_assert!(recent.count() <= 3);
                prop_assert!(is_typing || told.last().is_none_or(|(told, at_ms)| !told || now_ms - at_ms >= TYPING_TTL_MS));
            }
        }
    }
}
