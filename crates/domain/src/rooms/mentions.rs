//! Whom one may name in a room, while the name is being typed. Rule: only members hear who is in a room, and nobody hears of
//! somebody with whom there is a block.

use crate::{Chat, Error, Viewer, names, store};
use wire::{
    Code, Person, RoomId, Seq,
    limits::{DISPLAY_NAME_CHARS_MAX, MEMBERS_FOUND_MAX},
};

/// Events at the end of a room's log whose authors are offered first.
const RECENT_EVENTS: i64 = 200;

impl Chat {
    /// At most [`MEMBERS_FOUND_MAX`] members whom a message of the viewer could mention and whose username, or a word of whose
    /// display name, begins so; those who wrote last come first.
    ///
    /// # Errors
    /// `not_found` for whoever is not in the room.
    pub async fn find_members(&self, viewer: &Viewer, room: RoomId, prefix: &str) -> Result<Vec<Person>, Error> {
        let mut tx = self.inner.store.read().await?;
        let view = store::events::view(&mut tx, room, viewer.user).await?.ok_or(Code::NotFound)?;
        if prefix.chars().count() > DISPLAY_NAME_CHARS_MAX {
            return Ok(Vec::new());
        }
        // Who wrote what the viewer cannot see is no news for them.
        let from = view.intervals.last().map_or(Seq(1), |interval| interval.from);
        let since = Seq((view.head.0 - RECENT_EVENTS).max(from.0 - 1));
        let rows_max = i64::try_from(MEMBERS_FOUND_MAX).unwrap_or(i64::MAX);
        let prefix = names::key(prefix);
        Ok(store::mentions::find(&mut tx, (room, viewer.user), since, &prefix, rows_max).await?)
    }
}
