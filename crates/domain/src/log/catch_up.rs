//! What a client has missed. Rule: every room that it names is answered, with what comes next or with "gap"; the server
//! keeps nothing between two answers (C6, W13).

use super::history::{self, Page};
use crate::{
    Chat, Error, Viewer,
    store::{
        cursors::{self, UnreadOf},
        erasures, events, standing,
    },
};
use wire::{
    CursorState, Epoch, HistoryPage, RoomId, RoomSummary, Seq, Unread,
    frame::{Held, RoomChange, ServerFrame},
    limits::{CATCH_UP_EVENTS_MAX, PAGE_EVENTS_MAX},
};

/// The answer for one room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CatchUp {
    /// What comes after the position that the client named.
    History {
        /// The events.
        page: HistoryPage,
        /// False: ask again from the page's `to`.
        complete: bool,
        /// Where all members stand; see [`RoomSummary::cursors`].
        cursors: Vec<CursorState>,
        /// The viewer's own figure.
        unread: Unread,
    },
    /// Too much is missing, or the position is of another life of the database: load the last page.
    Gap {
        /// The room.
        room: RoomId,
        /// Its last position.
        head: Seq,
        /// Whether content that the client may hold is gone.
        erased: bool,
    },
    /// A room that the client did not know.
    Added(Box<RoomSummary>),
    /// A room that is not the viewer's.
    Removed(RoomId),
}

impl CatchUp {
    /// As it travels.
    pub fn into_frame(self) -> ServerFrame {
        match self {
            Self::History { page, complete, cursors, unread } => {
                ServerFrame::MessageHistory { page, complete, cursors, unread }
            }
            Self::Gap { room, head, erased } => ServerFrame::Gap { room, head, erased },
            Self::Added(summary) => ServerFrame::Room(RoomChange::Added { summary }),
            Self::Removed(room) => ServerFrame::Room(RoomChange::Removed { room }),
        }
    }
}

impl Chat {
    /// What `held` misses, for a client that held it under `epoch`.
    pub async fn catch_up(&self, viewer: &Viewer, held: &Held, epoch: &Epoch) -> Result<CatchUp, Error> {
        let room = held.room;
        let Some(after) = held.after else {
            return match self.room(viewer, room).await {
                Ok(summary) => Ok(CatchUp::Added(Box::new(summary))),
                Err(error) if error.code() == wire::Code::NotFound => Ok(CatchUp::Removed(room)),
                Err(error) => Err(error),
            };
        };
        let mut tx = self.inner.store.read_once().await?;
        let Some(view) = events::view(&mut tx, room, viewer.user).await? else { return Ok(CatchUp::Removed(room)) };
        let head = view.head;
        let is_elsewhere = epoch != self.epoch() || after > head || after < Seq(0);
        if is_elsewhere || head.0 - after.0 > CATCH_UP_EVENTS_MAX {
            let erased = erasures::told_at(&mut tx, room).await? > after;
            return Ok(CatchUp::Gap { room, head, erased });
        }
        let page = history::read(&mut tx, room, &view, Page::After(after), PAGE_EVENTS_MAX).await?;
        let cursors = standing::of_rooms(&mut tx, &[room], viewer.user).await?.remove(&room).unwrap_or_default();
        let read = cursors.iter().find(|cursors| cursors.user == viewer.user).map_or(head, |cursors| cursors.read);
        let wanted = UnreadOf { room, user: viewer.user, read, as_of: head };
        let unread = cursors::unread(&mut tx, &[wanted]).await?.first().copied().unwrap_or_default();
        let complete = page.to >= head;
        Ok(CatchUp::History { page, complete, cursors, unread })
    }
}
