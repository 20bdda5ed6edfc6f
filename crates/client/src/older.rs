//! Paging back. Rule: one request at a time for each room, tried again by itself only while the open room looks empty.

use wire::limits::FIRST_PAGE_EVENTS;
use wire::{Epoch, HistoryPage, RoomId, Seq};

use crate::Client;
use crate::io::{Output, Part};
use crate::link::State;
use crate::room::Room;
use crate::view::Older;
use crate::window::Joined;

/// A request without an answer is given up after this long.
const ANSWER_MS: i64 = 30_000;
/// From a failure to the next try by itself.
const RETRY_MS: i64 = 8_000;

/// The request for the page before what is held or around the divider, or for the next one of a gap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Fetch {
    #[default]
    Idle,
    Loading {
        until_ms: i64,
        /// If it is the page around the divider: the one after this position.
        around: Option<Seq>,
    },
    Failed {
        retry_ms: i64,
    },
}

impl Fetch {
    /// The request is on its way.
    pub fn begin(&mut self, now_ms: i64) {
        *self = Self::Loading { until_ms: now_ms.saturating_add(ANSWER_MS), around: None };
    }

    /// The request for the page around the divider is on its way, whatever was before.
    pub fn begin_around(&mut self, after: Seq, now_ms: i64) {
        *self = Self::Loading { until_ms: now_ms.saturating_add(ANSWER_MS), around: Some(after) };
    }

    /// After which position the page around the divider is awaited, if it is.
    pub fn around(&self) -> Option<Seq> {
        if let Self::Loading { around, .. } = self { *around } else { None }
    }

    /// The divider is gone: nobody waits for the page around it.
    pub fn leave(&mut self) {
        if self.around().is_some() {
            *self = Self::Idle;
        }
    }

    /// Tries again what has failed.
    pub fn forgive(&mut self) {
        if matches!(self, Self::Failed { .. }) {
            *self = Self::Idle;
        }
    }

    /// It did not work.
    pub fn fail(&mut self, now_ms: i64) {
        *self = Self::Failed { retry_ms: now_ms.saturating_add(RETRY_MS) };
    }

    /// Whether an answer is awaited.
    pub fn is_loading(&self) -> bool {
        matches!(self, Self::Loading { .. })
    }

    /// When an answer is not awaited any more.
    pub fn until_ms(&self) -> Option<i64> {
        if let Self::Loading { until_ms, .. } = self { Some(*until_ms) } else { None }
    }

    /// Gives up what took too long. Whether it did.
    pub fn give_up(&mut self, now_ms: i64) -> bool {
        let late = self.until_ms().is_some_and(|until_ms| now_ms >= until_ms);
        if late {
            self.fail(now_ms);
        }
        late
    }
}

impl Client {
    /// Whether pages may be asked for: the page is live, or about to be.
    pub(crate) fn may_fetch(&self) -> bool {
        self.link.state == State::Idle || !self.link.is_closed()
    }

    /// Asks for the page before what is held, if the room is such that it may be asked for.
    pub(crate) fn fetch_older(&mut self, id: RoomId, may: impl Fn(&Room) -> bool) {
        if !self.may_fetch() {
            return;
        }
        if let Some(room) = self.rooms.get_mut(&id).filter(|room| may(room)) {
            room.fetch.begin(self.clock.now_ms());
            let before = room.oldest().after().next();
            self.out.push_back(Output::FetchOlder { room: id, before });
            self.tell_timeline(id);
        }
    }

    /// Takes a page that was asked for, older or newer. One that brings nothing on has failed.
    pub(crate) fn take_part(&mut self, id: RoomId, part: Part, epoch: &Epoch, page: HistoryPage) {
        let Some(room) = self.rooms.get_mut(&id) else { return };
        let Some(fetch) = room.awaits(part) else { return };
        let around = std::mem::take(fetch).around();
        let is_right = page.room == id && self.epoch.as_ref().is_none_or(|known| known == epoch);
        let joined = match around {
            _ if !is_right => Joined::default(),
            Some(after) => room.join_around(after, page),
            None => room.join_part(page),
        };
        match around {
            Some(_) if !joined.replaced => room.fetch.fail(self.clock.now_ms()),
            None if room.is_missing(part) => room.fetch_of(part).fail(self.clock.now_ms()),
            _ => {}
        }
        self.after_joining(id, &joined);
        self.tell_timeline(id);
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
    holds_little(room) && !room.is_behind()
}

/// Whether it holds less than a screen, and there is more.
pub(crate) fn holds_little(room: &Room) -> bool {
    // Only so few are worth being counted.
    room.has_older() && room.events_held() < 4 * FIRST_PAGE_EVENTS && room.shown().len() < FIRST_PAGE_EVENTS / 2
}

/// When the open room must be looked at again.
pub(crate) fn deadline_ms(room: &Room) -> Option<i64> {
    let retry_ms = match room.fetch {
        Fetch::Failed { retry_ms } if is_short(room) => Some(retry_ms),
        _ => room.fetch.until_ms(),
    };
    retry_ms.into_iter().chain(room.filling.until_ms()).min()
}

/// What the screen says before the first line.
pub(crate) fn view(room: &Room) -> Older {
    if room.window.events().is_empty() && room.is_behind() {
        return Older::Unknown;
    }
    match room.fetch {
        Fetch::Loading { .. } => Older::Loading,
        _ if !room.has_older() => Older::Beginning,
        _ if room.is_full() => Older::Full,
        Fetch::Failed { .. } => Older::Failed,
        Fetch::Idle => Older::More,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{page, summary};
    use wire::UserId;

    #[test]
    fn an_open_room_without_lines_asks_by_itself_and_again_after_a_failure() {
        let mut room = Room::new(summary(100), UserId(1));
        assert!(looks_empty(&room, 0));
        room.fetch.begin(0);
        assert!(!looks_empty(&room, 0));
        assert_eq!(deadline_ms(&room), Some(ANSWER_MS));
        assert!(!room.fetch.give_up(ANSWER_MS - 1));
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
