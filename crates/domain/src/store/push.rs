//! Browsers to which messages are pushed, and what each has been told. Rule: a device hangs on the session that it was added by, so
//! that whatever ends the session takes it along, in the same transaction.

use super::{Tx, each, meta};
use crate::{
    Error,
    push::{Subscription, rules::Told, schedule::Key},
};
use wire::{Level, RoomId, Seq, SessionId, Time, UserId, limits::PUSH_DEVICES_MAX};

/// A browser, and what it has been told of one conversation.
#[derive(Clone, Debug)]
pub(crate) struct Device {
    pub(crate) id: i64,
    pub(crate) subscription: Subscription,
    pub(crate) told: Told,
}

/// Adds the session's browser, in place of what the session had before and of whoever had this browser before. With one too many of
/// a person's, the oldest goes.
pub(crate) async fn put(
    tx: &mut Tx,
    (user, session): (UserId, SessionId),
    subscription: &Subscription,
    at: Time,
) -> Result<(), Error> {
    let Subscription { endpoint, p256dh, auth } = subscription;
    // Two of one person's at once would both find room for one.
    meta::lock(tx).await?;
    each!(tx, db => sqlx::query(
        "delete from push_devices
        where endpoint = $1
        or session_id = $2",
    ).bind(endpoint).bind(session.0).execute(db).await.map(|_| ()))?;
    each!(tx, db => sqlx::query(
        "insert into push_devices (session_id, user_id, endpoint, p256dh, auth, created_at_ms)
        values ($1, $2, $3, $4, $5, $6)",
    ).bind(session.0).bind(user.0).bind(endpoint).bind(p256dh).bind(auth).bind(at.0).execute(db).await.map(|_| ()))?;
    each!(tx, db => sqlx::query(
        "delete from push_devices
        where user_id = $1
        and id not in (
            select kept.id
            from push_devices as kept
            where kept.user_id = $1
            order by kept.id desc
            limit $2
        )",
    ).bind(user.0).bind(PUSH_DEVICES_MAX).execute(db).await.map(|_| ()))?;
    Ok(())
}

/// Whether the session has not ended meanwhile.
pub(crate) async fn is_open(tx: &mut Tx, (user, session): (UserId, SessionId)) -> sqlx::Result<bool> {
    let found: Option<(i64,)> = each!(tx, db => sqlx::query_as(
        "select id
        from sessions
        where id = $1
        and user_id = $2",
    ).bind(session.0).bind(user.0).fetch_optional(db).await)?;
    Ok(found.is_some())
}

/// Takes the session's browser away.
pub(crate) async fn remove(tx: &mut Tx, session: SessionId) -> sqlx::Result<()> {
    each!(tx, db => sqlx::query(
        "delete from push_devices
        where session_id = $1",
    ).bind(session.0).execute(db).await.map(|_| ()))
}

/// See [`of_session`].
pub(super) const OF_SESSION: &str = "select id, endpoint, p256dh, auth
    from push_devices
    where session_id = $1";

/// The session's browser.
pub(crate) async fn of_session(tx: &mut Tx, session: SessionId) -> sqlx::Result<Option<Device>> {
    let found: Option<(i64, String, Vec<u8>, Vec<u8>)> =
        each!(tx, db => sqlx::query_as(OF_SESSION).bind(session.0).fetch_optional(db).await)?;
    Ok(found.map(|(id, endpoint, p256dh, auth)| Device {
        id,
        subscription: Subscription { endpoint, p256dh, auth },
        told: Told::default(),
    }))
}

/// See [`devices`].
pub(super) const DEVICES: &str =
    "select push_devices.id, push_devices.endpoint, push_devices.p256dh, push_devices.auth,
        push_notes.told_seq, push_notes.is_shown
    from push_devices
    join sessions on sessions.id = push_devices.session_id
    left join push_notes on push_notes.device_id = push_devices.id and push_notes.room_id = $2
    where push_devices.user_id = $1
    and sessions.expires_at_ms > $3
    order by push_devices.id";

/// A person's browsers, with what each has been told of this room.
pub(crate) async fn devices(tx: &mut Tx, (user, room): Key, now: Time) -> sqlx::Result<Vec<Device>> {
    type Row = (i64, String, Vec<u8>, Vec<u8>, Option<i64>, Option<bool>);
    let found: Vec<Row> =
        each!(tx, db => sqlx::query_as(DEVICES).bind(user.0).bind(room.0).bind(now.0).fetch_all(db).await)?;
    let device = |(id, endpoint, p256dh, auth, told, is_shown): Row| Device {
        id,
        subscription: Subscription { endpoint, p256dh, auth },
        told: Told { seq: Seq(told.unwrap_or_default()), is_shown: is_shown.unwrap_or_default() },
    };
    Ok(found.into_iter().map(device).collect())
}

/// See [`newest`].
pub(super) const NEWEST: &str = "select events.seq
    from events
    where events.room_id = $1
    and events.seq > $3
    and (events.kind = 'message' or (events.kind = 'decided' and events.about_id is not null))
    and events.content is not null
    and events.author_id <> $2
    and exists (
        select 1
        from intervals
        where intervals.room_id = events.room_id
        and intervals.user_id = $2
        and intervals.from_seq <= events.seq
        and (intervals.to_seq is null or intervals.to_seq >= events.seq)
    )
    order by events.seq desc
    limit 1";

/// See [`newest`].
pub(super) const NEWEST_MENTION: &str = "select events.seq
    from mentions
    cross join events
    where mentions.user_id = $2
    and mentions.room_id = $1
    and mentions.seq > $3
    and events.room_id = mentions.room_id
    and events.seq = mentions.seq
    and events.kind = 'message'
    and events.content is not null
    and events.author_id <> $2
    and exists (
        select 1
        from intervals
        where intervals.room_id = events.room_id
        and intervals.user_id = $2
        and intervals.from_seq <= events.seq
        and (intervals.to_seq is null or intervals.to_seq >= events.seq)
    )
    order by mentions.seq desc
    limit 1";

/// The last event after `read` that counts as unread for a member (as in `cursors::unread`) and of which they want to hear.
pub(crate) async fn newest(tx: &mut Tx, (user, room): Key, read: Seq, level: Level) -> sqlx::Result<Option<Seq>> {
    let text = match level {
        Level::None => return Ok(None),
        Level::Mentions => NEWEST_MENTION,
        Level::All | Level::Unknown => NEWEST,
    };
    let found: Option<(i64,)> =
        each!(tx, db => sqlx::query_as(text).bind(room.0).bind(user.0).bind(read.0).fetch_optional(db).await)?;
    Ok(found.map(|(seq,)| Seq(seq)))
}

/// Keeps what a device has been told. One that is gone is told nothing.
pub(crate) async fn note(tx: &mut Tx, device: i64, room: RoomId, told: &Told) -> sqlx::Result<()> {
    each!(tx, db => sqlx::query(
        "insert into push_notes (device_id, room_id, told_seq, is_shown)
        select id, $2, $3, $4
        from push_devices
        where id = $1
        on conflict (device_id, room_id) do update
        set told_seq = excluded.told_seq, is_shown = excluded.is_shown",
    ).bind(device).bind(room.0).bind(told.seq.0).bind(told.is_shown).execute(db).await.map(|_| ()))
}

/// Takes a device away to which nothing can be pushed any more.
pub(crate) async fn forget(tx: &mut Tx, device: i64) -> sqlx::Result<()> {
    each!(tx, db => sqlx::query(
        "delete from push_devices
        where id = $1",
    ).bind(device).execute(db).await.map(|_| ()))
}

/// Everybody who has a device.
pub(crate) async fn people(tx: &mut Tx) -> sqlx::Result<Vec<UserId>> {
    let found: Vec<(i64,)> = each!(tx, db => sqlx::query_as(
        "select distinct user_id
        from push_devices",
    ).fetch_all(db).await)?;
    Ok(found.into_iter().map(|(user,)| UserId(user)).collect())
}

/// Of what devices may still show something.
pub(crate) async fn shown(tx: &mut Tx) -> sqlx::Result<Vec<Key>> {
    let found: Vec<(i64, i64)> = each!(tx, db => sqlx::query_as(
        "select distinct push_devices.user_id, push_notes.room_id
        from push_notes
        join push_devices on push_devices.id = push_notes.device_id
        where push_notes.is_shown",
    ).fetch_all(db).await)?;
    Ok(found.into_iter().map(|(user, room)| (UserId(user), RoomId(room))).collect())
}

/// See [`behind`].
pub(super) const BEHIND: &str = "select distinct members.user_id, members.room_id
    from push_devices
    join members on members.user_id = push_devices.user_id
    join rooms on rooms.id = members.room_id
    left join push_notes on push_notes.device_id = push_devices.id and push_notes.room_id = members.room_id
    where rooms.active_at_ms > $1
    and rooms.head > members.read_seq
    and rooms.head > members.delivered_seq
    and (push_notes.told_seq is null or push_notes.told_seq < rooms.head)
    and members.level <> 'none'
    limit $2";

/// Conversations of people with a device in which something happened since then that none of their tabs has had.
pub(crate) async fn behind(tx: &mut Tx, since: Time, keys_max: i64) -> sqlx::Result<Vec<Key>> {
    let found: Vec<(i64, i64)> =
        each!(tx, db => sqlx::query_as(BEHIND).bind(since.0).bind(keys_max).fetch_all(db).await)?;
    Ok(found.into_iter().map(|(user, room)| (UserId(user), RoomId(room))).collect())
}
