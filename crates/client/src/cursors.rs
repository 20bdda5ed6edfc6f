//! How far the members of a room have come (C8). Rule: a cursor is merged by maximum and never goes back.

use crate::ordered::Map;
use wire::{CursorState, Seq, UserId};

/// Delivered and read, of one member or as the minimum over several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reach {
    pub delivered: Seq,
    pub read: Seq,
}

impl Reach {
    fn merge(&mut self, other: Self) -> bool {
        let before = *self;
        self.read = self.read.max(other.read);
        self.delivered = self.delivered.max(other.delivered).max(self.read);
        *self != before
    }
}

/// The cursors of one room as the server told them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cursors {
    mine: Reach,
    others: Map<UserId, Reach>,
}

impl Cursors {
    /// Merges what the server tells of one member. Whether anything moved.
    pub fn merge(&mut self, state: &CursorState, me: UserId) -> bool {
        let known =
            if state.user == me { &mut self.mine } else { self.others.get_or_insert_with(state.user, Reach::default) };
        known.merge(Reach { delivered: state.delivered, read: state.read })
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
        let mut add = |user, reach: &Reach| {
            states.push(CursorState { user, delivered: reach.delivered, read: reach.read });
        };
        add(me, &self.mine);
        self.others.iter().for_each(|(user, reach)| add(*user, reach));
        states
    }

    /// How far everybody else has come; nowhere if there is nobody else.
    pub fn everybody_else(&self) -> Reach {
        let least = |a: Reach, b: &Reach| Reach { delivered: a.delivered.min(b.delivered), read: a.read.min(b.read) };
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

    #[test]
    fn a_cursor_never_goes_back_and_what_is_read_is_delivered() {
        let mut cursors = Cursors::default();
        assert!(cursors.merge(&cursor(1, 5, 3), ME));
        assert!(!cursors.merge(&cursor(1, 4, 2), ME));
        assert!(cursors.merge(&cursor(1, 0, 9), ME));
        assert_eq!(cursors.mine(), Reach { delivered: Seq(9), read: Seq(9) });
    }

    #[test]
    fn everybody_else_is_as_far_as_the_last_of_them() {
        let mut cursors = Cursors::default();
        assert_eq!(cursors.everybody_else(), Reach::default());
        cursors.merge(&cursor(2, 9, 4), ME);
        cursors.merge(&cursor(3, 7, 6), ME);
        cursors.merge(&cursor(1, 1, 1), ME);
        assert_eq!(cursors.everybody_else(), Reach { delivered: Seq(7), read: Seq(4) });
    }
}
