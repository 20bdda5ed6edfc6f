//! Who types (SPEC 6). Rule: said at most once a second, taken back after a pause or with the message, and forgotten by
//! the receiver after five seconds whatever happened to the frame that takes it back.

use std::collections::VecDeque;

use crate::ordered::Map;
use wire::frame::ClientFrame;
use wire::limits::{TYPING_PAUSE_MS, TYPING_TTL_MS};
use wire::{RoomId, UserId};

use crate::io::Output;

/// What the way to the server may differ from one frame to the next: one that comes too early is not told to others.
const JITTER_MS: i64 = 250;

/// Both directions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Typing {
    own: Option<Own>,
    said: Option<(RoomId, i64)>,
    /// Until when each is believed, and what they are called.
    others: Map<(RoomId, UserId), (i64, String)>,
}

#[derive(Clone, Copy, Debug)]
struct Own {
    room: RoomId,
    is_told: bool,
    /// The server hears of it again from then on.
    free_ms: i64,
    stops_ms: i64,
}

impl Typing {
    /// The user typed; `interval_ms` is the server's shortest time between two frames.
    pub fn keystroke(&mut self, room: RoomId, interval_ms: i64, now_ms: i64, out: &mut VecDeque<Output>) {
        if self.own.is_some_and(|own| own.room != room) {
            self.stop(out);
        }
        let last_ms = self.said.filter(|(said, _)| *said == room).map(|(_, at_ms)| at_ms);
        let free_ms = last_ms.map_or(now_ms, |at_ms| at_ms.saturating_add(interval_ms).saturating_add(JITTER_MS));
        let is_told = self.own.is_some_and(|own| own.is_told);
        self.own = Some(Own { room, is_told, free_ms, stops_ms: now_ms.saturating_add(TYPING_PAUSE_MS) });
        if now_ms >= free_ms {
            self.tell(now_ms, out);
        }
    }

    fn tell(&mut self, now_ms: i64, out: &mut VecDeque<Output>) {
        if let Some(own) = &mut self.own {
            own.is_told = true;
            self.said = Some((own.room, now_ms));
            out.push_back(Output::Send(ClientFrame::Typing { room: own.room, is_typing: true }));
        }
    }

    /// The user sent, left or paused.
    pub fn stop(&mut self, out: &mut VecDeque<Output>) {
        if let Some(own) = self.own.take().filter(|own| own.is_told) {
            out.push_back(Output::Send(ClientFrame::Typing { room: own.room, is_typing: false }));
        }
    }

    /// The socket is gone: nothing can be taken back, nothing is known.
    pub fn forget(&mut self) -> Vec<RoomId> {
        self.own = None;
        std::mem::take(&mut self.others).keys().map(|(room, _)| *room).collect()
    }

    /// Somebody of this name types, or stopped. Whether the screen changes.
    pub fn heard(&mut self, room: RoomId, user: UserId, name: Option<String>, now_ms: i64) -> bool {
        match name {
            Some(name) => self.others.insert((room, user), (now_ms.saturating_add(TYPING_TTL_MS), name)).is_none(),
            None => self.others.remove(&(room, user)).is_some(),
        }
    }

    /// Does what is due. The rooms whose screen changes.
    pub fn run(&mut self, now_ms: i64, out: &mut VecDeque<Output>) -> Vec<RoomId> {
        if self.own.is_some_and(|own| now_ms >= own.stops_ms) {
            self.stop(out);
        } else if self.own.is_some_and(|own| !own.is_told && now_ms >= own.free_ms) {
            self.tell(now_ms, out);
        }
        let over: Vec<_> =
            self.others.iter().filter(|(_, (until_ms, _))| now_ms >= *until_ms).map(|(key, _)| *key).collect();
        for key in &over {
            self.others.remove(key);
        }
        over.into_iter().map(|(room, _)| room).collect()
    }

    /// Who types there, in words; nothing if nobody does.
    pub fn sentence(&self, room: RoomId) -> Option<String> {
        let mut names =
            self.others.range((room, UserId(i64::MIN)), (room, UserId(i64::MAX))).map(|(_, (_, name))| name);
        let one = names.next()?;
        Some(match (names.next(), names.next()) {
            (None, _) => one.clone() + " is typing…",
            (Some(other), None) => one.clone() + " and " + other + " are typing…",
            _ => "Several people are typing…".to_owned(),
        })
    }

    /// When to run next.
    pub fn deadline_ms(&self) -> Option<i64> {
        let own = self.own.map(|own| if own.is_told { own.stops_ms } else { own.free_ms.min(own.stops_ms) });
        self.others.values().map(|(until_ms, _)| *until_ms).chain(own).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::ROOM;

    fn name(name: &str) -> Option<String> {
        Some(name.to_owned())
    }

    fn said(out: &mut VecDeque<Output>) -> Vec<bool> {
        let is_typing = |output| match output {
            Output::Send(ClientFrame::Typing { is_typing, .. }) => is_typing,
            other => panic!("{other:?}"),
        };
        out.drain(..).map(is_typing).collect()
    }

    #[test]
    fn typing_is_said_hardly_once_a_second_and_taken_back_after_a_pause_of_two() {
        let (mut typing, mut out) = (Typing::default(), VecDeque::new());
        for now_ms in (0..=2_500).step_by(50) {
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
    fn typing_again_at_once_after_sending_is_said_as_soon_as_the_server_hears_it() {
        let (mut typing, mut out) = (Typing::default(), VecDeque::new());
        typing.keystroke(ROOM, 1_000, 0, &mut out);
        typing.stop(&mut out);
        typing.keystroke(ROOM, 1_000, 300, &mut out);
        assert_eq!(said(&mut out), [true, false]);
        assert_eq!(typing.deadline_ms(), Some(1_250));
        typing.run(1_250, &mut out);
        typing.run(2_300, &mut out);
        assert_eq!(said(&mut out), [true, false]);
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
        assert!(typing.heard(ROOM, UserId(2), name("Ana"), 0));
        assert!(!typing.heard(ROOM, UserId(2), name("Ana"), 1_000), "nothing new on the screen");
        assert_eq!(typing.run(5_999, &mut out), []);
        assert_eq!(typing.sentence(ROOM).as_deref(), Some("Ana is typing…"));
        assert_eq!(typing.run(6_000, &mut out), [ROOM]);
        assert_eq!(typing.sentence(ROOM), None);
    }

    #[test]
    fn two_are_named_and_more_are_several() {
        let mut typing = Typing::default();
        let mut check = |user, who: Option<&str>, expected: &str| {
            typing.heard(ROOM, UserId(user), who.map(str::to_owned), 0);
            assert_eq!(typing.sentence(ROOM).as_deref(), Some(expected));
        };
        check(2, Some("Ana"), "Ana is typing…");
        check(3, Some("Ben"), "Ana and Ben are typing…");
        check(4, Some("Cal"), "Several people are typing…");
        check(2, None, "Ben and Cal are typing…");
        assert_eq!(typing.sentence(RoomId(8)), None);
    }
}
