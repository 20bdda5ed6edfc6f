//! How far people have come. Rule: a cursor never goes back, and the unread figure is counted, never added up (C8).

use crate::{Chat, Error, Viewer, log::decide::Move};
use wire::{RoomId, Seq, Unread};

impl Chat {
    /// The viewer has read everything up to `seq`, and so holds it. Returns the unread figure after that.
    ///
    /// # Errors
    /// `not_found` for strangers; `seq_beyond_head` if nobody can have seen that position yet.
    pub async fn mark_read(&self, viewer: &Viewer, room: RoomId, seq: Seq) -> Result<Unread, Error> {
        let step = Move { room, user: viewer.user, delivered: seq, read: seq };
        self.inner.live.writer.advance(step, true).await
    }

    /// A device of the viewer holds everything up to `seq`.
    ///
    /// # Errors
    /// As [`Chat::mark_read`].
    pub async fn mark_delivered(&self, viewer: &Viewer, room: RoomId, seq: Seq) -> Result<(), Error> {
        let step = Move { room, user: viewer.user, delivered: seq, read: Seq(0) };
        self.inner.live.writer.advance(step, false).await.map(|_| ())
    }
}
