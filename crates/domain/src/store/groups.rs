//! What the log's writer reads and writes when a room changes: its facts, where people stand, what follows. Rule: the room is
//! held first, so that a change comes before or after every append to it.

use super::{Tx, each, parts};
use crate::{
    log::decide::{ContentHash, Stored},
    rooms::{
        change::Founding,
        rules::{Facts, Standing},
    },
};
use wire::{Cid, Event, EventKind, Person, Role, RoomId, RoomKind, Seq, Time, UserId};

/// A room, held until the end of the transaction.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Held {
    kind: String,
    head: i64,
    pub(crate) members_rev: i64,
    title: String,
    pub(crate) title_key: Option<String>,
    topic: String,
    is_public: bool,
    pub(crate) is_archived: bool,
    pub(crate) is_deleted: bool,
}

impl Held {
    pub(crate) fn title(&self) -> &str {
        &self.title
    }

    pub(crate) fn kind(&self) -> RoomKind {
        RoomKind::of(&self.kind)
    }

    pub(crate) fn head(&self) -> Seq {
        Seq(self.head)
    }

    /// For the rules. Whether a title is free, and whether an application hosts it, is looked up when it matters.
    pub(crate) fn facts(
        self,
        (members_count, owners_count): (i64, i64),
        is_title_free: bool,
        is_hosted: bool,
    ) -> Facts {
        Facts {
            kind: RoomKind::of(&self.kind),
            is_public: self.is_public,
            is_archived: self.is_archived,
            title: self.title,
            topic: self.topic,
            members_count,
            owners_count,
            is_title_free,
            is_hosted,
        }
    }
}

/// Holds a room; none: there is no such room.
pub(crate) async fn hold(tx: &mut Tx, room: RoomId) -> sqlx::Result<Option<Held>> {
    each!(tx, db => sqlx::query_as(
        "update rooms
        set head = head
        where id = $1
        returning kind, head, members_rev, title, title_key, topic, is_public, archived_at_ms is not null as is_archived,
            deleted_at_ms is not null as is_deleted",
    ).bind(room.0).fetch_optional(db).await)
}

/// What a room is about, and whether it is public.
pub(crate) async fn description(tx: &mut Tx, room: RoomId) -> sqlx::Result<Option<(String, bool)>> {
    each!(tx, db => sqlx::query_as(
        "select topic, is_public
        from rooms
        where id = $1",
    ).bind(room.0).fetch_optional(db).await)
}

/// How many are in the room, and how many own it.
pub(crate) async fn counts(tx: &mut Tx, room: RoomId) -> sqlx::Result<(i64, i64)> {
    each!(tx, db => sqlx::query_as(
        "select count(*), count(case when role = 'owner' then 1 end)
        from members
        where room_id = $1",
    ).bind(room.0).fetch_one(db).await)
}

/// Whether no open public room has this title, `room` aside.
pub(crate) async fn is_title_free(tx: &mut Tx, title_key: &str, room: RoomId) -> sqlx::Result<bool> {
    let (is_taken,): (bool,) = each!(tx, db => sqlx::query_as(
        "select exists (
            select 1
            from rooms
            where title_key = $1
            and is_public
            and archived_at_ms is null
            and id <> $2
        )",
    ).bind(title_key).bind(room.0).fetch_one(db).await)?;
    Ok(!is_taken)
}

/// An account, and where it stands in a room.
#[derive(Clone, Debug)]
pub(crate) struct Seat {
    pub(crate) person: Person,
    /// From this installation.
    pub(crate) is_banned: bool,
    pub(crate) standing: Standing,
}

type SeatRow = (i64, String, String, bool, Option<String>, Option<i64>, bool, bool);

macro_rules! seat_where {
    ($condition:literal) => {
        concat!(
            "select users.id, users.username, users.display_name, users.banned_at_ms is not null, members.role,
                (
                    select max(intervals.from_seq)
                    from intervals
                    where intervals.room_id = $1
                    and intervals.user_id = users.id
                    and intervals.to_seq is null
                ),
                exists (select 1 from room_mutes where room_mutes.room_id = $1 and room_mutes.user_id = users.id),
                exists (select 1 from room_bans where room_bans.room_id = $1 and room_bans.user_id = users.id)
            from users
            left join members on members.room_id = $1 and members.user_id = users.id
            where ",
            $condition
        )
    };
}

/// Where the account of that number stands.
pub(crate) async fn seat(tx: &mut Tx, room: RoomId, user: UserId) -> sqlx::Result<Option<Seat>> {
    let row: Option<SeatRow> = each!(tx, db => sqlx::query_as(seat_where!("users.id = $2"))
        .bind(room.0).bind(user.0).fetch_optional(db).await)?;
    Ok(row.map(seat_of))
}

/// Where the account of that name stands.
pub(crate) async fn seat_by_key(tx: &mut Tx, room: RoomId, username_key: &str) -> sqlx::Result<Option<Seat>> {
    let row: Option<SeatRow> = each!(tx, db => sqlx::query_as(seat_where!("users.username_key = $2"))
        .bind(room.0).bind(username_key).fetch_optional(db).await)?;
    Ok(row.map(seat_of))
}

fn seat_of(row: SeatRow) -> Seat {
    let (id, username, display_name, is_banned, role, sees_from, is_muted, is_banned_here) = row;
    Seat {
        person: Person { id: UserId(id), username, display_name, ..Person::default() },
        is_banned,
        standing: Standing {
            role: role.map(|role| Role::of(&role)),
            is_muted,
            is_banned: is_banned_here,
            sees_from: Seq(sees_from.unwrap_or_default()),
        },
    }
}

/// The event of this author under this cid.
pub(crate) async fn stored(tx: &mut Tx, author: UserId, cid: Cid) -> sqlx::Result<Option<Stored>> {
    let row: Option<(i64, i64, Vec<u8>, i64)> = each!(tx, db => sqlx::query_as(
        "select room_id, seq, content_hash, at_ms
        from events
        where cid = $1
        and author_id = $2",
    ).bind(cid.as_bytes().as_slice()).bind(author.0).fetch_optional(db).await)?;
    let Some((room, seq, hash, at_ms)) = row else { return Ok(None) };
    Ok(Some(Stored { room: RoomId(room), seq: Seq(seq), hash: super::append::bytes(hash)?, at: Time(at_ms) }))
}

/// A new group without members and events.
pub(crate) async fn create(tx: &mut Tx, group: &Founding, at: Time) -> sqlx::Result<RoomId> {
    let (id,): (i64,) = each!(tx, db => sqlx::query_as(
        "insert into rooms (kind, title, title_key, topic, is_public, head, members_rev, created_at_ms, active_at_ms)
        values ('group', $1, $2, $3, $4, 0, 1, $5, $5)
        returning id",
    )
    .bind(&group.title.text)
    .bind(&group.title.key)
    .bind(&group.topic)
    .bind(group.is_public)
    .bind(at.0)
    .fetch_one(db).await)?;
    Ok(RoomId(id))
}

/// Stores an event that is no plain message, at the position after the held head, and raises the head. One about another event
/// changes what somebody may still hold of that.
pub(crate) async fn insert_event(tx: &mut Tx, event: &Event, hash: ContentHash) -> sqlx::Result<()> {
    each!(tx, db => sqlx::query(
        "insert into events
            (room_id, seq, author_id, cid, kind, message_type, content, target_seq, about_id, content_hash, at_ms)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(event.room.0)
    .bind(event.seq.0)
    .bind(event.author.id.0)
    .bind(event.cid.as_bytes().as_slice())
    .bind(event.kind.as_str())
    .bind(event.message.as_ref().map(|message| message.kind.as_str()))
    .bind(event.message.as_ref().map(|message| message.content.as_str()))
    .bind(event.target.map(|target| target.0))
    .bind(event.about.as_ref().map(|about| about.id.0))
    .bind(hash.as_slice())
    .bind(event.at.0)
    .execute(db).await.map(|_| ()))?;
    each!(tx, db => sqlx::query(
        "update rooms
        set head = $2, shown_seq = null, active_at_ms = $3, told_seq = case when $4 then $2 else told_seq end
        where id = $1",
    ).bind(event.room.0).bind(event.seq.0).bind(event.at.0).bind(event.target.is_some()).execute(db).await.map(|_| ()))?;
    match event.kind {
        EventKind::Message => super::search::put(tx, &[(event.room, event.seq)]).await,
        _ => Ok(()),
    }
}

/// Stores an event that shows as no line, at the position after the held head: what was shown last stays so, and when. What somebody
/// holds who misses it may be what is no more so.
pub(crate) async fn insert_unseen(tx: &mut Tx, event: &Event, hash: ContentHash) -> sqlx::Result<()> {
    each!(tx, db => sqlx::query(
        "insert into events
            (room_id, seq, author_id, cid, kind, message_type, content, parts, target_seq, about_id, content_hash, at_ms)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(event.room.0)
    .bind(event.seq.0)
    .bind(event.author.id.0)
    .bind(event.cid.as_bytes().as_slice())
    .bind(event.kind.as_str())
    .bind(event.message.as_ref().map(|message| message.kind.as_str()))
    .bind(event.message.as_ref().map(|message| message.content.as_str()))
    .bind(event.message.as_ref().and_then(|message| parts::text(&message.more)))
    .bind(event.target.map(|target| target.0))
    .bind(event.about.as_ref().map(|about| about.id.0))
    .bind(hash.as_slice())
    .bind(event.at.0)
    .execute(db).await.map(|_| ()))?;
    each!(tx, db => sqlx::query(
        "update rooms
        set head = $2, told_seq = $2, shown_seq = coalesce(shown_seq, head)
        where id = $1",
    ).bind(event.room.0).bind(event.seq.0).execute(db).await.map(|_| ()))
}

/// Renames the room.
pub(crate) async fn set_title(tx: &mut Tx, room: RoomId, title: &str, title_key: &str) -> sqlx::Result<()> {
    each!(tx, db => sqlx::query(
        "update rooms
        set title = $2, title_key = $3
        where id = $1",
    ).bind(room.0).bind(title).bind(title_key).execute(db).await.map(|_| ()))
}

/// Says what the room is about.
pub(crate) async fn set_topic(tx: &mut Tx, room: RoomId, topic: &str) -> sqlx::Result<()> {
    each!(tx, db => sqlx::query(
        "update rooms
        set topic = $2
        where id = $1",
    ).bind(room.0).bind(topic).execute(db).await.map(|_| ()))
}

/// Closes the room since then, or opens it with none.
pub(crate) async fn set_archived(tx: &mut Tx, room: RoomId, at: Option<Time>) -> sqlx::Result<()> {
    each!(tx, db => sqlx::query(
        "update rooms
        set archived_at_ms = $2
        where id = $1",
    ).bind(room.0).bind(at.map(|at| at.0)).execute(db).await.map(|_| ()))
}
