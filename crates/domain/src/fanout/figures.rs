//! Unread figures that changed though nothing new came. Rule: they are counted after the commit, for those who are here; the others
//! count when they come.

use super::{Text, hub::Hub};
use crate::{
    Error,
    log::change::Recount,
    store::{self, Store, cursors::UnreadOf},
};
use std::{collections::BTreeSet, sync::Arc};
use wire::{CursorState, RoomId, UserId, frame::ServerFrame};

/// Tells the members who are here, and whom it `concerns`, what is unread for them now.
pub(crate) async fn tell(
    store: &Store,
    hub: &Hub,
    room: RoomId,
    concerns: impl Fn(&CursorState) -> bool,
) -> Result<(), Error> {
    let mut tx = store.read().await?;
    let Some(head) = store::erasures::head(&mut tx, room).await? else { return Ok(()) };
    let members = store::append::members(&mut tx, &[(room, 0)]).await?;
    let here: BTreeSet<(RoomId, UserId)> = members
        .get(&room)
        .into_iter()
        .flat_map(|members| members.present())
        .filter(|user| hub.is_here(*user))
        .map(|user| (room, user))
        .collect();
    let cursors = store::cursors::of_members(&mut tx, &here).await?.into_values();
    let cursors: Vec<CursorState> = cursors.filter(concerns).collect();
    let wanted: Vec<UnreadOf> =
        cursors.iter().map(|cursors| UnreadOf { room, user: cursors.user, read: cursors.read, as_of: head }).collect();
    let figures = store::cursors::unread(&mut tx, &wanted).await?;
    drop(tx);
    for (cursors, figure) in cursors.into_iter().zip(figures) {
        let frame = ServerFrame::Cursors { room, cursors, unread: Some(figure) };
        hub.tell([cursors.user], &Text::encode(&frame));
    }
    Ok(())
}

/// The same for those who have not read a message that was changed.
pub(crate) async fn retell(store: Store, hub: Arc<Hub>, room: RoomId, recount: Recount) {
    let Recount { target, whose } = recount;
    let concerns = |cursors: &CursorState| {
        cursors.read < target && whose.as_ref().is_none_or(|whose| whose.contains(&cursors.user))
    };
    if let Err(error) = tell(&store, &hub, room, concerns).await {
        tracing::warn!(%room, %error, "members did not hear what is unread now");
    }
}
