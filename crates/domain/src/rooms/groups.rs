//! Groups: making them, finding them, changing them. Rule: every change goes through the log's writer, which alone knows
//! what comes before it and after it.

use super::change::{self, Change, NewGroup};
use crate::log::{
    Ack,
    change::{Changed, Wanted, What},
};
use crate::{Chat, Error, Viewer, store};
use wire::limits::{LOBBY_ROOMS_MAX, MEMBERS_PAGE_MAX};
use wire::{Cid, Code, Level, Lobby, Role, RoomDetails, RoomId};

impl Chat {
    /// Makes a group that the viewer owns; its creation is its first event. The same again with the same cid gives the
    /// same room.
    ///
    /// # Errors
    /// `bad_room_name`, `topic_too_long`, `room_name_taken` for a public one, `cid_conflict`; else as [`Chat::append`].
    pub async fn create_group(&self, viewer: &Viewer, cid: Cid, group: NewGroup) -> Result<RoomId, Error> {
        let group = change::check_new(group)?;
        self.settle_change(viewer, cid, What::Create(group)).await.map(|changed| changed.room)
    }

    /// Changes a room. The same again with the same cid gives the same answer and changes nothing. None: it was so already,
    /// or the change is none that members see.
    ///
    /// # Errors
    /// `not_found` for whoever is not in the room (but may come into a public one); what else stands in the way is
    /// decided by `rooms::rules`. To be tried again with the same cid: as [`Chat::append`].
    pub async fn change_room(
        &self,
        viewer: &Viewer,
        cid: Cid,
        room: RoomId,
        change: Change,
    ) -> Result<Option<Ack>, Error> {
        let change = change::check(change)?;
        self.settle_change(viewer, cid, What::Change(room, change)).await.map(|changed| changed.ack)
    }

    /// How much of a room the viewer wants to hear: [`Change::Level`] for callers without a cid, for the same again is the same.
    ///
    /// # Errors
    /// `unknown_level`; `not_found` for whoever is not in the room.
    pub async fn set_level(&self, viewer: &Viewer, room: RoomId, level: Level) -> Result<(), Error> {
        let cid = Cid::new(self.inner.clock.now_ms(), rand::random());
        self.change_room(viewer, cid, room, Change::Level { level }).await.map(|_| ())
    }

    pub(super) async fn settle_change(&self, viewer: &Viewer, cid: Cid, what: What) -> Result<Changed, Error> {
        self.admit(viewer, cid).await?;
        let wanted = Wanted { author: self.inner.live.profiles.author(viewer), cid, what };
        let result = self.inner.live.writer.change(wanted).await;
        if result.as_ref().is_err_and(|error| !error.is_passing()) {
            self.inner.live.sends.forget(viewer.user, cid);
        }
        result
    }

    /// A page of the open public rooms, by title; `after` is the [`Lobby::next`] of the page before.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub async fn lobby(&self, viewer: &Viewer, after: Option<&str>) -> Result<Lobby, Error> {
        let rows_max = i64::try_from(LOBBY_ROOMS_MAX).unwrap_or(i64::MAX);
        let mut tx = self.inner.store.read_once().await?;
        let mut found = store::lobby::page(&mut tx, viewer.user, after.unwrap_or_default(), rows_max + 1).await?;
        let has_more = found.len() > LOBBY_ROOMS_MAX;
        found.truncate(LOBBY_ROOMS_MAX);
        let next = found.last().filter(|_| has_more).map(|(key, _)| key.clone());
        Ok(Lobby { rooms: found.into_iter().map(|(_, room)| room).collect(), next })
    }

    /// A group beside its conversation, with [`MEMBERS_PAGE_MAX`] of its members after the first `skip`.
    ///
    /// # Errors
    /// `not_found` for whoever is not in it.
    pub async fn room_details(&self, viewer: &Viewer, room: RoomId, skip: usize) -> Result<RoomDetails, Error> {
        let rows_max = i64::try_from(MEMBERS_PAGE_MAX).unwrap_or(i64::MAX);
        let mut tx = self.inner.store.read().await?;
        let seat = store::groups::seat(&mut tx, room, viewer.user).await?.ok_or(Code::NotFound)?;
        let role = seat.standing.role.ok_or(Code::NotFound)?;
        let (topic, public) = store::groups::description(&mut tx, room).await?.ok_or(Code::NotFound)?;
        let subject = store::subjects::of_room(&mut tx, room).await?;
        let (count, _) = store::groups::counts(&mut tx, room).await?;
        let skip = i64::try_from(skip).unwrap_or(i64::MAX);
        let mut members = store::members::page(&mut tx, room, viewer.user, skip, rows_max).await?;
        for presence in members.iter_mut().filter_map(|member| member.presence.as_mut()) {
            presence.online = self.is_online(presence.user);
            presence.last_seen = presence.last_seen.filter(|_| !presence.online);
        }
        let banned = match role {
            Role::Owner | Role::Admin => store::members::banned(&mut tx, room, rows_max).await?,
            _ => Vec::new(),
        };
        Ok(RoomDetails { topic, subject, public, role, muted: seat.standing.is_muted, count, members, banned })
    }
}
