//! Who types (SPEC 6). Rule: said at most once a second, taken back after a pause or with the message, and forgotten by
//! the receiver after five seconds whatever happened to the frame that takes it back.

use std::collections::VecDeque;

use crate::ordered::Map;
use wire::frame::ClientFrame;
use wire::limits::{TYPING_PAUSE_MS, TYPING_TTL_MS};
use wire::{RoomId, UserId};

use crate::io::Output;

/// Both directions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Typing {
    own: Option<Own>,
    others: Map<(RoomId, UserId), i64>,
}

#[derive(Clone, Copy, Debug)]
struct Own {
    room: RoomId,
    said_ms: i64,
    stops_ms: i64,
}

impl Typing {
    /// The user typed; `interval_ms` is the server's shortest time between two frames.
    pub fn keystroke(&mut self, room: RoomId, interval_ms: i64, now_ms: i64, out: &mut VecDeque<Output>) {
        if self.own.is_some_and(|own| own.room != room) {
            self.stop(out);
        }
        let due = self.own.is_none_or(|own| now_ms >= own.said_ms.saturating_add(interval_ms));
        let said_ms = self.own.filter(|_| !due).map_or(now_ms, |own| own.said_ms);
        self.own = Some(Own { room, said_ms, stops_ms: now_ms.saturating_add(TYPING_PAUSE_MS) });
        if due {
            out.push_back(Output::Send(ClientFrame::Typing { room, is_typing: true }));
        }
    }

    /// The user sent, left or paused.
    pub fn stop(&mut self, out: &mut VecDeque<Output>) {
        if let Some(own) = self.own.take() {
            out.push_back(Output::Send(ClientFrame::Typing { room: own.room, is_typing: false }));
        }
    }

    /// The socket is gone: nothing can be taken back, nothing is known.
    pub fn forget(&mut self) -> Vec<RoomId> {
        self.own = None;
        std::mem::take(&mut self.others).keys().map(|(room, _)| *room).collect()
    }

    /// Somebody types, or stopped. Whether the screen changes.
    pub fn heard(&mut self, room: RoomId, user: UserId, is_typing: bool, now_ms: i64) -> bool {
        if is_typing {
            self.others.insert((room, user), now_ms.saturating_add(TYPING_TTL_MS)).is_none()
        } else {
            self.others.remove(&(room, user)).is_some()
        }
    }

    /// Does what is due. The rooms whose screen changes.
    pub fn run(&mut self, now_ms: i64, out: &mut VecDeque<Output>) -> Vec<RoomId> {
        if self.own.is_some_and(|own| now_ms >= own.stops_ms) {
            self.stop(out);
        }
        let over: Vec<_> =
            self.others.iter().filter(|(_, until_ms)| now_ms >= **until_ms).map(|(key, _)| *key).collect();
        for key in &over {
            self.others.remove(key);
        }
        over.into_iter().map(|(room, _)| room).collect()
    }

    /// Who types there, by number.
    pub fn who(&self, room: RoomId) -> Vec<UserId> {
        self.others.range((room, UserId(i64::MIN)), (room, UserId(i64::MAX))).map(|((_, user), _)| *user).collect()
    }

    /// When to run next.
    pub fn deadline_ms(&self) -> Option<i64> {
        self.others.values().copied().chain(self.own.map(|own| own.stops_ms)).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::ROOM;

    fn said(out: &mut VecDeque<Output>) -> Vec<bool> {
        let is_typing = |output| match output {
            Output::Send(ClientFrame::Typing { is_typing, .. }) => is_typing,
            other => panic!("{other:?}"),
        };
        out.drain(..).map(is_typing).collect()
    }

    #[test]
    fn typing_is_said_once_a_second_and_taken_back_after_a_pause_of_two() {
        let (mut typing, mut out) = (Typing::default(), VecDeque::new());
        for now_ms in (0..=2_500).step_by(100) {
            typing.keystroke(ROOM, 1_000, now_ms, &mut out);
        }
        assert_eq!(said(&mut out), [true, true, true]);
        typing.run(4_499, &mut out);
        assert!(out.is_empty());
        typing.run(4_500, &mut out);
        assert_eq!(said(&mut out), [false]);
        assert_eq!(typing.deadline_ms(), None);
    }

    #[test]
    fn changing_the_room_takes_it_back() {
        let (mut typing, mut out) = (Typing::default(), VecDeque::new());
        typing.keystroke(ROOM, 1_000, 0, &mut out);
        typing.keystroke(RoomId(8), 1_000, 1, &mut out);
        assert_eq!(said(&mut out), [true, false, true]);
    }

    #[test]
    fn a_receiver_forgets_after_five_seconds() {
        let (mut typing, mut out) = (Typing::default(), VecDeque::new());
        assert!(typing.heard(ROOM, UserId(2), true, 0));
        assert!(!typing.heard(ROOM, UserId(2), true, 1_000), "nothing new on the screen");
        assert_eq!(typing.run(5_999, &mut out), []);
        assert_eq!(typing.who(ROOM), [UserId(2)]);
        assert_eq!(typing.run(6_000, &mut out), [ROOM]);
        assert_eq!(typing.who(ROOM), []);
    }
}
