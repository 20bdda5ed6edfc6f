//! How far the members of a room have come (C8). Rule: a cursor is merged by maximum and never goes back.

use crate::ordered::Map;
use wire::{CursorState, EVERYBODY_ELSE, Seq, Tally, UserId};

/// Delivered and read, of one member or as the minimum over several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reach {
    pub delivered: Seq,
    pub read: Seq,
    /// The event with which the member came: what was written before that was written to others.
    pub joined: Seq,
}

impl Reach {
    fn merge(&mut self, other: Self) -> bool {
        let before = *self;
        self.read = self.read.max(other.read);
        self.delivered = self.delivered.max(other.delivered).max(self.read);
        self.joined = self.joined.max(other.joined);
        *self != before
    }
}

/// The cursors of one room as the server told them. Of a large room the others are [`EVERYBODY_ELSE`].
#[derive(Clone, Debug, Default)]
pub(crate) struct Cursors {
    mine: Reach,
    others: Map<UserId, Reach>,
    /// Of a large room: what the server counted last.
    told: Tally,
}

impl Cursors {
    /// Merges what the server tells of one member. Whether anything moved.
    pub fn merge(&mut self, state: &CursorState, me: UserId) -> bool {
        let &CursorState { user, delivered, read, joined } = state;
        if user == EVERYBODY_ELSE {
            self.keep_only(&|user| user == EVERYBODY_ELSE);
        }
        let known = if user == me { &mut self.mine } else { self.others.get_or_insert_with(user, Reach::default) };
        known.merge(Reach { delivered, read, joined })
    }

    /// Somebody came with this event; nothing from before is missing to them.
    pub fn join(&mut self, user: UserId, joined: Seq, me: UserId) {
        if user == me || !self.is_large() {
            self.merge(&CursorState { user, delivered: joined, read: joined, joined }, me);
        }
    }

    /// Takes what the server counted in a large room. Whether that is news.
    pub fn count(&mut self, tally: Tally) -> bool {
        std::mem::replace(&mut self.told, tally) != tally
    }

    /// How many of the others have come as far as this event, as far as it is known.
    pub fn tally(&self, seq: Seq) -> Option<Tally> {
        if self.is_large() {
            return Some(self.told).filter(|told| told.seq == seq);
        }
        let mut tally = Tally { seq, ..Tally::default() };
        for other in self.others.values().filter(|other| other.joined <= seq) {
            tally.of += 1;
            tally.delivered += i64::from(other.delivered >= seq);
            tally.read += i64::from(other.read >= seq);
        }
        Some(tally)
    }

    fn is_large(&self) -> bool {
        self.others.contains_key(&EVERYBODY_ELSE)
    }

    /// Forgets everybody else who is no member any more. Whether that was somebody.
    pub fn keep_only(&mut self, is_member: &dyn Fn(UserId) -> bool) -> bool {
        let before = self.others.keys().count();
        self.others.retain(|user, _| is_member(*user));
        self.others.keys().count() < before
    }

    /// The user's own, as the server has them.
    pub fn mine(&self) -> Reach {
        self.mine
    }

    /// Everybody's, as the server has them.
    pub fn states(&self, me: UserId) -> Vec<CursorState> {
        let mut states = Vec::new();
        let mut add = |user, &Reach { delivered, read, joined }: &Reach| {
            states.push(CursorState { user, delivered, read, joined });
        };
        add(me, &self.mine);
        self.others.iter().for_each(|(user, reach)| add(*user, reach));
        states
    }

    /// How far everybody else has come; nowhere if there is nobody else.
    pub fn everybody_else(&self) -> Reach {
        let least = |a: Reach, b: &Reach| Reach {
            delivered: a.delivered.min(b.delivered),
            read: a.read.min(b.read),
            joined: a.joined.min(b.joined),
        };
        let mut others = self.others.values();
        let Some(first) = others.next() else { return Reach::default() };
        others.fold(*first, least)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::cursor;

    const ME: UserId = UserId(1);

    fn reach(delivered: i64, read: i64, joined: i64) -> Reach {
        Reach { delivered: Seq(delivered), read: Seq(read), joined: Seq(joined) }
    }

    #[test]
    fn a_cursor_never_goes_back_and_what_is_read_is_delivered() {
        let mut cursors = Cursors::default();
        assert!(cursors.merge(&cursor(1, 5, 3), ME));
        assert!(!cursors.merge(&cursor(1, 4, 2), ME));
        assert!(cursors.merge(&cursor(1, 0, 9), ME));
        assert_eq!(cursors.mine(), reach(9, 9, 0));
    }

    #[test]
    fn everybody_else_is_as_far_as_the_last_of_them() {
        let mut cursors = Cursors::default();
        assert_eq!(cursors.everybody_else(), Reach::default());
        cursors.merge(&cursor(2, 9, 4), ME);
        cursors.merge(&cursor(3, 7, 6), ME);
        cursors.merge(&cursor(1, 1, 1), ME);
        assert_eq!(cursors.everybody_else(), reach(7, 4, 0));
    }

    #[test]
    fn who_came_later_is_not_counted_for_what_was_written_before() {
        let mut cursors = Cursors::default();
        cursors.merge(&cursor(2, 9, 4), ME);
        cursors.merge(&cursor(3, 9, 9), ME);
        cursors.join(UserId(4), Seq(8), ME);
        let counts =
            |cursors: &Cursors, seq| cursors.tally(Seq(seq)).map(|tally| (tally.of, tally.delivered, tally.read));
        assert_eq!(counts(&cursors, 5), Some((2, 2, 1)));
        assert_eq!(counts(&cursors, 9), Some((3, 2, 1)));
        cursors.keep_only(&|user| user == UserId(4));
        assert_eq!((counts(&cursors, 5), cursors.everybody_else()), (Some((0, 0, 0)), reach(8, 8, 8)));
    }

    #[test]
    fn of_a_large_room_only_the_least_and_what_was_counted_are_known() {
        let mut cursors = Cursors::default();
        cursors.merge(&cursor(2, 3, 3), ME);
        cursors.merge(&cursor(0, 7, 5), ME);
        assert_eq!(cursors.everybody_else(), reach(7, 5, 0), "nobody else is known any more");
        cursors.join(UserId(3), Seq(6), ME);
        cursors.merge(&cursor(0, 6, 6), ME);
        assert_eq!(cursors.everybody_else(), reach(7, 6, 0));
        let told = Tally { seq: Seq(9), of: 99, delivered: 12, read: 4 };
        cursors.count(told);
        assert_eq!((cursors.tally(Seq(9)), cursors.tally(Seq(8))), (Some(told), None));
        cursors.merge(&cursor(2, 9, 9), ME);
        cursors.keep_only(&|user| user == UserId(2));
        assert_eq!(cursors.everybody_else(), reach(9, 9, 0), "a row that names everybody makes it a small one");
    }
}
