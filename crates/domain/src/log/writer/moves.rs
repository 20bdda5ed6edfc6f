//! The writer's part in cursors that moved. Rule: what moved in one transaction in one room is one frame for the others, however
//! many moved; of a large room its members hear later, and only how far the last of them has come (SPEC 6).

use super::Desk;
use crate::{
    fanout::{Text, members::Members},
    log::decide::Moved,
};
use std::sync::Arc;
use wire::{CursorState, RoomId, Unread, UserId, frame::ServerFrame};

impl Desk {
    /// Tells what moved in one room, in the order of users: the others how far, each mover the own figure.
    pub(super) fn tell_moves(&self, members: &Arc<Members>, moved: &[(Moved, Option<Unread>)]) {
        let Some(room) = moved.first().map(|(moved, _)| moved.room) else { return };
        if members.is_large() {
            self.untold.moved(room, members);
        } else {
            self.tell_others(room, members, &moved.iter().map(|(moved, _)| moved.after).collect::<Vec<_>>());
        }
        let now_ms = self.clock.steady_ms();
        for (Moved { before, after: cursors, .. }, unread) in moved.iter().copied() {
            if cursors.read > before.read {
                self.pushes.changed(cursors.user, room, now_ms);
            }
            self.hub.tell([cursors.user], &Text::encode(&ServerFrame::Cursors { room, cursors, unread }));
        }
    }

    fn tell_others(&self, room: RoomId, members: &Members, states: &[CursorState]) {
        let movers: Vec<UserId> = states.iter().map(|state| state.user).collect();
        for (heard, readers) in members.audience(&movers) {
            let cursors: Vec<CursorState> =
                states.iter().filter(|state| heard.contains(&state.user)).copied().collect();
            let frame = match cursors.as_slice() {
                [one] => ServerFrame::Cursors { room, cursors: *one, unread: None },
                _ => ServerFrame::Receipts { room, cursors, tally: None },
            };
            self.hub.tell(readers, &Text::encode(&frame));
        }
    }
}
