//! Asking for what is missing (SPEC 5, C6). Rule: of each room at most one question is open, every question that gets no
//! answer is asked again, and questions go out in chunks, not one by one.

use crate::ordered::{Map, Set};
use wire::{RoomId, Seq};

/// A question without an answer is asked again after this long.
const ANSWER_MS: i64 = 10_000;
/// Before asking about what is known only by the way, as by an ack that ran ahead: it is probably on its way.
pub(crate) const SOON_MS: i64 = 1_000;
/// Before asking again after an answer that brought nothing.
pub(crate) const LATER_MS: i64 = 5_000;

/// What a question travels on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Socket,
    Http,
}

#[derive(Clone, Copy, Debug)]
struct Asked {
    way: Way,
    until_ms: i64,
}

/// See the module.
#[derive(Clone, Debug, Default)]
pub(crate) struct CatchUp {
    wanted: Set<RoomId>,
    later: Map<RoomId, i64>,
    asked: Map<RoomId, Asked>,
    held_before: Map<RoomId, Seq>,
    held_before_poll: Map<RoomId, Seq>,
}

impl CatchUp {
    /// Ask about this room as soon as possible.
    pub fn want(&mut self, room: RoomId) {
        self.later.remove(&room);
        if !self.asked.contains_key(&room) {
            self.wanted.insert(room);
        }
    }

    /// Ask about this room at `at_ms`, unless it is asked about before.
    pub fn want_at(&mut self, room: RoomId, at_ms: i64) {
        if !self.is_asked(room) && !self.wanted.contains(&room) {
            self.later.get_or_insert_with(room, || at_ms);
        }
    }

    /// Whether a question about this room is open.
    pub fn is_asked(&self, room: RoomId) -> bool {
        self.asked.contains_key(&room)
    }

    /// An answer came.
    pub fn answered(&mut self, room: RoomId) {
        self.asked.remove(&room);
    }

    /// What is known of the room is held: nothing has to be asked later.
    pub fn rest(&mut self, room: RoomId) {
        self.later.remove(&room);
    }

    /// The way broke down; its questions will be asked again.
    pub fn lost(&mut self, way: Way) {
        let lost: Vec<RoomId> =
            self.asked.iter().filter(|(_, asked)| asked.way == way).map(|(room, _)| *room).collect();
        for room in lost {
            self.asked.remove(&room);
            self.wanted.insert(room);
        }
    }

    /// The room is not the user's any more.
    pub fn forget(&mut self, room: RoomId) {
        self.wanted.remove(&room);
        self.later.remove(&room);
        self.asked.remove(&room);
    }

    /// A new life of the database: nothing that was asked matters.
    pub fn forget_all(&mut self) {
        *self = Self::default();
    }

    /// Does what is due.
    pub fn run(&mut self, now_ms: i64) {
        let due: Vec<RoomId> =
            self.later.iter().filter(|(_, at_ms)| now_ms >= **at_ms).map(|(room, _)| *room).collect();
        let late = self.asked.iter().filter(|(_, asked)| now_ms >= asked.until_ms).map(|(room, _)| *room);
        let due: Vec<RoomId> = due.into_iter().chain(late).collect();
        for room in due {
            self.asked.remove(&room);
            self.want(room);
        }
    }

    /// The rooms to name in one `resume` over this way, the open one first; they count as asked. Empty unless half a
    /// chunk is free: answers come one by one, and each must not cost a frame.
    pub fn ask(&mut self, most: usize, open: Option<RoomId>, way: Way, now_ms: i64) -> Vec<RoomId> {
        if self.asked.len() > most / 2 {
            return Vec::new();
        }
        let free = most.saturating_sub(self.asked.len());
        let first = open.filter(|room| self.wanted.remove(room));
        let mut rooms: Vec<RoomId> = first.into_iter().collect();
        while rooms.len() < free
            && let Some(room) = self.wanted.pop_first()
        {
            rooms.push(room);
        }
        for room in &rooms {
            self.asked.insert(*room, Asked { way, until_ms: now_ms.saturating_add(ANSWER_MS) });
        }
        rooms
    }

    /// Whether anything waits to be asked.
    pub fn is_wanting(&self) -> bool {
        !self.wanted.is_empty()
    }

    /// Remembers what is held as a connection or poll begins: heads that it tells later can only be the same or higher.
    pub fn begin(&mut self, way: Way, held: Map<RoomId, Seq>) {
        match way {
            Way::Socket => self.held_before = held,
            Way::Http => self.held_before_poll = held,
        }
    }

    /// What was held of this room as the connection or poll began.
    pub fn held_before(&self, way: Way, room: RoomId) -> Option<Seq> {
        match way {
            Way::Socket => self.held_before.get(&room).copied(),
            Way::Http => self.held_before_poll.get(&room).copied(),
        }
    }

    /// When to run next.
    pub fn deadline_ms(&self) -> Option<i64> {
        self.later.values().copied().chain(self.asked.values().map(|asked| asked.until_ms)).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(catch_up: &mut CatchUp, open: Option<i64>, now_ms: i64) -> Vec<i64> {
        catch_up.ask(50, open.map(RoomId), Way::Socket, now_ms).into_iter().map(|room| room.0).collect()
    }

    #[test]
    fn a_room_is_asked_about_once_until_the_answer() {
        let mut catch_up = CatchUp::default();
        catch_up.want(RoomId(1));
        assert_eq!(ask(&mut catch_up, None, 0), [1]);
        catch_up.want(RoomId(1));
        catch_up.want_at(RoomId(1), 5);
        catch_up.run(5);
        assert_eq!(ask(&mut catch_up, None, 5), [0; 0]);
        catch_up.answered(RoomId(1));
        catch_up.want(RoomId(1));
        assert_eq!(ask(&mut catch_up, None, 6), [1]);
    }

    #[test]
    fn no_answer_or_a_broken_way_asks_again() {
        let mut catch_up = CatchUp::default();
        catch_up.want(RoomId(1));
        ask(&mut catch_up, None, 0);
        catch_up.run(ANSWER_MS);
        assert_eq!(ask(&mut catch_up, None, ANSWER_MS), [1]);
        catch_up.lost(Way::Http);
        assert!(!catch_up.is_wanting());
        catch_up.lost(Way::Socket);
        assert!(catch_up.is_wanting());
    }

    #[test]
    fn many_rooms_go_in_chunks_the_open_one_first() {
        let mut catch_up = CatchUp::default();
        (1..=120).for_each(|room| catch_up.want(RoomId(room)));
        let first = ask(&mut catch_up, Some(90), 0);
        assert_eq!((first.len(), first[0], first[1]), (50, 90, 1));
        first.iter().take(24).for_each(|room| catch_up.answered(RoomId(*room)));
        assert_eq!(ask(&mut catch_up, None, 0).len(), 0, "26 are open: not worth a frame");
        catch_up.answered(RoomId(first[24]));
        assert_eq!(ask(&mut catch_up, None, 0).len(), 25);
    }
}
