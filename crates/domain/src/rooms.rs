//! Rooms as their members see them. Rule: whose room it is not cannot tell it from one that does not exist (SPEC 3).

pub(crate) mod change;
pub(crate) mod governing;
mod groups;
mod mentions;
pub(crate) mod rules;
pub(crate) mod subjects;
pub(crate) mod succession;
pub(crate) mod titles;

use crate::store::{self, Store, Tx, cursors::UnreadOf, rooms::Room};
use crate::{Chat, Error, Viewer, log::history, names};
use std::collections::{BTreeMap, BTreeSet};
use wire::limits::FIRST_PAGE_EVENTS;
use wire::{Code, Event, Inbox, Relation, RoomId, RoomKind, RoomPage, RoomSummary, Seq, Time, Unread, UserId};

impl Chat {
    /// The direct room with a person: the one there is, or a new one if the two are connected. However many ask at once,
    /// there is one room per pair.
    ///
    /// # Errors
    /// [`Code::NotFound`] for an unknown person and for one who is not connected alike; [`Code::Yourself`].
    pub async fn direct_room(&self, viewer: &Viewer, username: &str) -> Result<RoomId, Error> {
        let (me, username_key) = (viewer.user, names::key(username));
        let mut tx = self.inner.store.read_once().await?;
        let peer = store::users::by_key(&mut tx, &username_key).await?.ok_or(Code::NotFound)?;
        if peer.id() == me {
            return Err(Code::Yourself.into());
        }
        if let Some(room) = store::rooms::direct(&mut tx, me, peer.id()).await? {
            return Ok(room);
        }
        drop(tx);
        if peer.is_banned() {
            return Err(Code::NotFound.into());
        }
        self.open_direct_room(me, peer.id()).await
    }

    async fn open_direct_room(&self, me: UserId, peer: UserId) -> Result<RoomId, Error> {
        let (anyone, now_ms) = (self.inner.settings.direct_anyone, self.inner.clock.now_ms());
        let write = self.inner.store.write(move |tx| {
            Box::pin(async move {
                store::connections::hold(tx, me, peer).await?;
                if !store::blocks::may_meet(tx, me, peer, anyone).await? {
                    return Err(Code::NotFound.into());
                }
                store::rooms::direct_or_new(tx, me, peer, now_ms).await
            })
        });
        let (room, is_new) = write.await?;
        if is_new {
            self.announce_room(room, &[me, peer]).await;
        }
        Ok(room)
    }

    /// Every room of the viewer, and the connected people without one; the number of queries is constant up
    /// to 128 rooms, and three or four more for each further 128.
    pub async fn inbox(&self, viewer: &Viewer) -> Result<Inbox, Error> {
        Ok(self.inbox_and_requests(viewer).await?.0)
    }

    /// The same, and how many people wait for the viewer's answer.
    pub(crate) async fn inbox_and_requests(&self, viewer: &Viewer) -> Result<(Inbox, i64), Error> {
        let at = Time(self.inner.clock.now_ms());
        let mut tx = self.inner.store.read().await?;
        let rooms = store::rooms::of_member(&mut tx, viewer.user).await?;
        let rooms = summaries(&mut tx, viewer.user, rooms, self.inner.settings.direct_anyone).await?;
        let people = store::connections::people(&mut tx, viewer.user).await?;
        drop(tx);
        let with_room: BTreeSet<UserId> =
            rooms.iter().filter_map(|room| room.peer.as_ref()).map(|peer| peer.id).collect();
        let requests = people.iter().filter(|row| row.relation == Relation::Asking).count();
        let people = people
            .into_iter()
            .filter(|row| row.relation == Relation::Connected && !with_room.contains(&row.person.id))
            .map(|row| row.person)
            .collect();
        let presence = self.presence(viewer).await?;
        Ok((Inbox { rooms, people, presence, at }, i64::try_from(requests).unwrap_or(i64::MAX)))
    }

    /// One room of the viewer.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub async fn room(&self, viewer: &Viewer, room: RoomId) -> Result<RoomSummary, Error> {
        self.summary(viewer.user, room).await
    }

    /// One room of the viewer with its last events.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub async fn room_page(&self, viewer: &Viewer, room: RoomId) -> Result<RoomPage, Error> {
        let mut tx = self.inner.store.read().await?;
        let summary = summary_in(&mut tx, viewer.user, room, self.inner.settings.direct_anyone).await?;
        let view = store::events::view(&mut tx, room, viewer.user).await?.ok_or(Code::NotFound)?;
        let page = history::read(&mut tx, room, &view, history::Page::Latest, FIRST_PAGE_EVENTS).await?;
        Ok(RoomPage { summary, page })
    }

    /// One room as this member sees it now.
    pub(crate) async fn summary(&self, member: UserId, room: RoomId) -> Result<RoomSummary, Error> {
        summary(&self.inner.store, member, room, self.inner.settings.direct_anyone).await
    }
}

/// One room as this member sees it now.
pub(crate) async fn summary(
    store: &Store,
    member: UserId,
    room: RoomId,
    direct_anyone: bool,
) -> Result<RoomSummary, Error> {
    let mut tx = store.read().await?;
    summary_in(&mut tx, member, room, direct_anyone).await
}

/// The same, at the moment that the transaction sees.
async fn summary_in(tx: &mut Tx, member: UserId, room: RoomId, direct_anyone: bool) -> Result<RoomSummary, Error> {
    let found = store::rooms::of_member_by_id(tx, member, room).await?.ok_or(Code::NotFound)?;
    summaries(tx, member, vec![found], direct_anyone).await?.pop().ok_or_else(|| Code::NotFound.into())
}

async fn summaries(
    tx: &mut Tx,
    member: UserId,
    rooms: Vec<Room>,
    direct_anyone: bool,
) -> Result<Vec<RoomSummary>, Error> {
    let unread = |room: &Room| UnreadOf { room: room.id, user: member, read: room.read, as_of: room.head };
    let figures = store::cursors::unread(tx, &rooms.iter().map(unread).collect::<Vec<_>>()).await?;
    let heads: Vec<_> = rooms.iter().filter(|room| room.shown > Seq(0)).map(|room| (room.id, room.shown)).collect();
    let mut last: BTreeMap<RoomId, Event> =
        store::events::by_position(tx, member, &heads).await?.into_iter().map(|event| (event.room, event)).collect();
    let ids: Vec<RoomId> = rooms.iter().map(|room| room.id).collect();
    let mut cursors = store::standing::of_rooms(tx, &ids, member).await?;
    let row = |(room, unread): (Room, Unread)| RoomSummary {
        id: room.id,
        kind: room.kind,
        writable: match room.kind {
            RoomKind::Direct => !room.is_archived && !room.is_blocked && (room.is_connected || direct_anyone),
            _ => !room.is_archived && !room.is_muted,
        },
        title: room.peer.as_ref().map_or(room.title, |peer| peer.display_name.clone()),
        about: room.about,
        archived: room.is_archived,
        first: room.first,
        head: room.head,
        last: last.remove(&room.id),
        unread,
        level: room.level,
        cursors: cursors.remove(&room.id).unwrap_or_default(),
        active_at: room.active_at,
        peer: room.peer,
    };
    Ok(rooms.into_iter().zip(figures).map(row).collect())
}
