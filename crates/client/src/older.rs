//! Paging back. Rule: one request at a time for each room, tried again by itself only while the open room looks empty.

use wire::limits::{FIRST_PAGE_EVENTS, PAGE_EVENTS_MAX};

use crate::room::{OPEN_EVENTS_MAX, Room};
use crate::view::Older;

/// A request without an answer is given up after this long.
const ANSWER_MS: i64 = 30_000;
/// From a failure to the next try by itself.
const RETRY_MS: i64 = 8_000;

/// The request for the page before what is held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Fetch {
    #[default]
    Idle,
    Loading {
        until_ms: i64,
    },
    Failed {
        retry_ms: i64,
    },
}

impl Fetch {
    /// The request is on its way.
    pub fn begin(&mut self, now_ms: i64) {
        *self = Self::Loading { until_ms: now_ms.saturating_add(ANSWER_MS) };
    }

    /// It did not work.
    pub fn fail(&mut self, now_ms: i64) {
        *self = Self::Failed { retry_ms: now_ms.saturating_add(RETRY_MS) };
    }
}

/// Whether the user may be given an older page of this room now.
pub(crate) fn may_ask(room: &Room) -> bool {
    matches!(view(room), Older::More | Older::Failed)
}

/// Whether the open room holds so little that a page is asked for without being asked to.
pub(crate) fn looks_empty(room: &Room, now_ms: i64) -> bool {
    let rested = match room.fetch {
        Fetch::Idle => true,
        Fetch::Failed { retry_ms } => now_ms >= retry_ms,
        Fetch::Loading { .. } => false,
    };
    rested && is_short(room)
}

fn is_short(room: &Room) -> bool {
    room.window.events().len() < FIRST_PAGE_EVENTS / 2 && room.has_older() && !room.is_behind()
}

/// When the open room must be looked at again.
pub(crate) fn deadline_ms(room: &Room) -> Option<i64> {
    match room.fetch {
        Fetch::Failed { retry_ms } if is_short(room) => Some(retry_ms),
        _ => None,
    }
}

/// What the screen says before the first line.
pub(crate) fn view(room: &Room) -> Older {
    if !room.has_older() {
        return Older::Beginning;
    }
    match room.fetch {
        Fetch::Loading { .. } => Older::Loading,
        _ if room.window.events().len() + PAGE_EVENTS_MAX > OPEN_EVENTS_MAX => Older::Full,
        Fetch::Failed { .. } => Older::Failed,
        Fetch::Idle => Older::More,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{page, summary};
    use wire::{Seq, UserId};

    #[test]
    fn an_open_room_without_lines_asks_by_itself_and_again_after_a_failure() {
        let mut room = Room::new(summary(100), UserId(1));
        assert!(looks_empty(&room, 0));
        room.fetch.begin(0);
        assert!(!looks_empty(&room, 0));
        room.fetch.fail(1_000);
        assert!(!looks_empty(&room, 1_000) && looks_empty(&room, 9_000));
        assert!(may_ask(&room), "the user may at once");
        room.fetch = Fetch::Idle;
        room.join(page(51..=100));
        assert!(!looks_empty(&room, 9_000));
        assert_eq!(view(&room), Older::More);
        room.join(page(1..=50));
        assert_eq!((view(&room), room.window.after()), (Older::Beginning, Seq(0)));
    }
}
