//! What is to be erased, and how far it has come. Rule: a part is erased in one transaction with the note that it is, so that a
//! kill at any moment loses no part and repeats none.

use super::{Tx, each};
use wire::{Person, RoomId, Seq, Time, UserId};

/// Content to be erased in one room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Erasure {
    pub(crate) room: RoomId,
    /// Whose; 0: everybody's.
    pub(crate) user: UserId,
    /// Up to here.
    pub(crate) to: Seq,
    /// It is done up to here.
    pub(crate) done: Seq,
    /// Whether the room itself is deleted: then nothing is left of titles and topics either.
    pub(crate) is_whole: bool,
}

/// The deletion of an account is under way.
pub(crate) async fn begin_deletion(tx: &mut Tx, user: UserId) -> sqlx::Result<()> {
    each!(tx, db => sqlx::query(
        "insert into deletions (user_id, room_id)
        values ($1, 0)
        on conflict (user_id) do nothing",
    ).bind(user.0).execute(db).await.map(|_| ()))
}

/// An account that is to leave rooms, and the room after which it goes on.
pub(crate) async fn first_deletion(tx: &mut Tx) -> sqlx::Result<Option<(UserId, RoomId)>> {
    let row: Option<(i64, i64)> = each!(tx, db => sqlx::query_as(
        "select user_id, room_id
        from deletions
        order by user_id
        limit 1",
    ).fetch_optional(db).await)?;
    Ok(row.map(|(user, room)| (UserId(user), RoomId(room))))
}

/// See [`next_room`].
pub(super) const NEXT_ROOM: &str = "select room_id
    from intervals
    where user_id = $1
    and room_id > $2
    order by room_id
    limit 1";

/// The next room that somebody is or ever was in.
pub(crate) async fn next_room(tx: &mut Tx, user: UserId, after: RoomId) -> sqlx::Result<Option<RoomId>> {
    let row: Option<(i64,)> =
        each!(tx, db => sqlx::query_as(NEXT_ROOM).bind(user.0).bind(after.0).fetch_optional(db).await)?;
    Ok(row.map(|(room,)| RoomId(room)))
}

/// This room is left.
pub(crate) async fn departed(tx: &mut Tx, user: UserId, room: RoomId) -> sqlx::Result<()> {
    each!(tx, db => sqlx::query(
        "update deletions
        set room_id = $2
        where user_id = $1
        and room_id < $2",
    ).bind(user.0).bind(room.0).execute(db).await.map(|_| ()))
}

/// All rooms are left.
pub(crate) async fn end_deletion(tx: &mut Tx, user: UserId) -> sqlx::Result<()> {
    each!(tx, db => sqlx::query(
        "delete from deletions
        where user_id = $1",
    ).bind(user.0).execute(db).await.map(|_| ()))
}

/// What somebody, or everybody, said in a room up to here is to be erased.
pub(crate) async fn begin(tx: &mut Tx, room: RoomId, user: UserId, to: Seq) -> sqlx::Result<()> {
    each!(tx, db => sqlx::query(
        "insert into erasures (room_id, user_id, to_seq, done_seq, count)
        values ($1, $2, $3, 0, 0)
        on conflict (room_id, user_id) do update
        set to_seq = excluded.to_seq",
    ).bind(room.0).bind(user.0).bind(to.0).execute(db).await.map(|_| ()))
}

/// Something that is to be erased, or is and was not told.
pub(crate) async fn first(tx: &mut Tx) -> sqlx::Result<Option<Erasure>> {
    let row: Option<(i64, i64, i64, i64, bool)> = each!(tx, db => sqlx::query_as(
        "select erasures.room_id, erasures.user_id, erasures.to_seq, erasures.done_seq, rooms.deleted_at_ms is not null
        from erasures
        join rooms on rooms.id = erasures.room_id
        order by erasures.room_id, erasures.user_id
        limit 1",
    ).fetch_optional(db).await)?;
    Ok(row.map(|(room, user, to, done, is_whole)| Erasure {
        room: RoomId(room),
        user: UserId(user),
        to: Seq(to),
        done: Seq(done),
        is_whole,
    }))
}

/// See [`erase`].
pub(super) const ERASE: &str = "update events
    set content = null, parts = null, edited_at_ms = null, reply_seq = null
    where room_id = $1
    and seq > $2
    and seq <= $3
    and (author_id = $4 or $4 = 0)
    and (kind = 'message' or $5)
    and content is not null";

macro_rules! of_messages {
    ($table:literal) => {
        concat!(
            "from ",
            $table,
            " where room_id = $1
            and seq > $2
            and seq <= $3
            and (
                $4 = 0
                or exists (
                    select 1
                    from events
                    where events.room_id = ",
            $table,
            ".room_id
                    and events.seq = ",
            $table,
            ".seq
                    and events.author_id = $4
                )
            )"
        )
    };
}

/// What was said in edits, which may stand after all that is erased.
pub(super) const ERASE_EDITS: &str = concat!(
    "update events
    set content = null, parts = null
    where room_id = $1
    and seq in (select edit_seq ",
    of_messages!("earlier_texts"),
    ")"
);

/// What else is known of messages that lose their content.
pub(super) const ERASE_AROUND: [&str; 5] = [
    concat!("insert into files_gone (id) select uploads.id ", of_messages!("uploads"), " on conflict (id) do nothing"),
    concat!("delete ", of_messages!("uploads")),
    concat!("delete ", of_messages!("earlier_texts")),
    concat!("delete ", of_messages!("reactions")),
    concat!("delete ", of_messages!("mentions")),
];

/// With what somebody, or everybody, reacted in these positions.
pub(super) const ERASE_EMOJI: &str = "update events
    set content = null
    where room_id = $1
    and seq > $2
    and seq <= $3
    and (author_id = $4 or $4 = 0)
    and kind in ('reacted', 'unreacted')
    and content is not null";

/// Erases a part of what somebody, or everybody, said. How many messages had content.
async fn erase_part(
    tx: &mut Tx,
    room: RoomId,
    (done, to): (Seq, Seq),
    user: UserId,
    is_whole: bool,
) -> sqlx::Result<i64> {
    let count = each!(tx, db => sqlx::query(ERASE)
        .bind(room.0).bind(done.0).bind(to.0).bind(user.0).bind(is_whole)
        .execute(db).await.map(|done| done.rows_affected()))?;
    for text in [ERASE_EDITS].into_iter().chain(ERASE_AROUND).chain([ERASE_EMOJI]) {
        each!(tx, db => sqlx::query(text)
            .bind(room.0).bind(done.0).bind(to.0).bind(user.0)
            .execute(db).await.map(|_| ()))?;
    }
    super::bids::erase(tx, room, (done, to), user).await?;
    super::search::drop_erased(tx, room, (done, to)).await?;
    Ok(i64::try_from(count).unwrap_or(i64::MAX))
}

/// See [`erase`].
pub(super) const TAKE_BACK: &str = "delete from reactions
    where user_id = $4
    and room_id = $1
    and at_seq > $2
    and at_seq <= $3";

/// Erases the next part, up to this position; of one person also how they reacted to what others said.
pub(crate) async fn erase(tx: &mut Tx, erasure: &Erasure, to: Seq) -> sqlx::Result<()> {
    let Erasure { room, user, done, is_whole, .. } = erasure;
    let mut count = erase_part(tx, *room, (*done, to), *user, *is_whole).await?;
    let taken = each!(tx, db => sqlx::query(TAKE_BACK)
        .bind(room.0).bind(done.0).bind(to.0).bind(user.0)
        .execute(db).await.map(|done| done.rows_affected()))?;
    count += i64::try_from(taken).unwrap_or(i64::MAX);
    for cursor in ["delivered", "read"] {
        each!(tx, db => sqlx::query(
            "delete from cursor_moves
            where room_id = $1
            and user_id = $2
            and cursor = $3
            and seq > $4
            and seq <= $5",
        ).bind(room.0).bind(user.0).bind(cursor).bind(done.0).bind(to.0).execute(db).await.map(|_| ()))?;
    }
    each!(tx, db => sqlx::query(
        "update erasures
        set done_seq = $3, count = count + $4
        where room_id = $1
        and user_id = $2",
    )
    .bind(room.0)
    .bind(user.0)
    .bind(to.0)
    .bind(count)
    .execute(db).await.map(|_| ()))
}

/// It is done and will be told: up to where, and how many messages had content. None: somebody else has told it.
pub(crate) async fn end(tx: &mut Tx, room: RoomId, user: UserId) -> sqlx::Result<Option<(Seq, i64)>> {
    let row: Option<(i64, i64)> = each!(tx, db => sqlx::query_as(
        "delete from erasures
        where room_id = $1
        and user_id = $2
        and done_seq >= to_seq
        returning to_seq, count",
    ).bind(room.0).bind(user.0).fetch_optional(db).await)?;
    Ok(row.map(|(to, count)| (Seq(to), count)))
}

/// Whose event stands at this position.
pub(crate) async fn author(tx: &mut Tx, room: RoomId, seq: Seq) -> sqlx::Result<Option<Person>> {
    let row: Option<(i64, String, String)> = each!(tx, db => sqlx::query_as(
        "select users.id, users.username, users.display_name
        from events
        join users on users.id = events.author_id
        where events.room_id = $1
        and events.seq = $2",
    ).bind(room.0).bind(seq.0).fetch_optional(db).await)?;
    Ok(row.map(|(id, username, display_name)| Person { id: UserId(id), username, display_name, ..Person::default() }))
}

/// Where the room's log ends.
pub(crate) async fn head(tx: &mut Tx, room: RoomId) -> sqlx::Result<Option<Seq>> {
    let row: Option<(i64,)> = each!(tx, db => sqlx::query_as(
        "select head
        from rooms
        where id = $1",
    ).bind(room.0).fetch_optional(db).await)?;
    Ok(row.map(|(head,)| Seq(head)))
}

/// Nobody is in the room any more, nobody saw anything of it after `head`, and its title and what it was about are free.
pub(crate) async fn delete_room(tx: &mut Tx, room: RoomId, head: Seq, at: Time) -> sqlx::Result<()> {
    each!(tx, db => sqlx::query(
        "update rooms
        set deleted_at_ms = $2, archived_at_ms = coalesce(archived_at_ms, $2), title = '', title_key = null, topic = '',
            is_public = false
        where id = $1",
    ).bind(room.0).bind(at.0).execute(db).await.map(|_| ()))?;
    each!(tx, db => sqlx::query(
        "update intervals
        set to_seq = $2
        where room_id = $1
        and to_seq is null",
    ).bind(room.0).bind(head.0).execute(db).await.map(|_| ()))?;
    for text in [
        "insert into files_gone (id) select id from uploads where room_id = $1 and seq is null on conflict (id) do nothing",
        "delete from uploads where room_id = $1 and seq is null",
        "delete from members where room_id = $1",
        "delete from subjects where room_id = $1",
        "delete from room_bans where room_id = $1",
        "delete from room_mutes where room_id = $1",
        "delete from erasures where room_id = $1",
    ] {
        each!(tx, db => sqlx::query(text).bind(room.0).execute(db).await.map(|_| ()))?;
    }
    Ok(())
}

/// See [`aged_rooms`].
pub(super) const AGED_ROOMS: &str = "select rooms.id
    from rooms
    where rooms.id > $1
    and exists (
        select 1
        from events
        where events.room_id = rooms.id
        and events.seq = rooms.erased_seq + 1
        and events.at_ms < $2
    )
    order by rooms.id
    limit $3";

/// Rooms after this one that hold something from before `before` that has not been looked at.
pub(crate) async fn aged_rooms(tx: &mut Tx, after: RoomId, before: Time, rows_max: i64) -> sqlx::Result<Vec<RoomId>> {
    let found: Vec<(i64,)> = each!(tx, db => sqlx::query_as(AGED_ROOMS)
        .bind(after.0).bind(before.0).bind(rows_max).fetch_all(db).await)?;
    Ok(found.into_iter().map(|(room,)| RoomId(room)).collect())
}

/// See [`age`].
pub(super) const OLDEST: &str = "select events.seq, events.at_ms
    from events
    where events.room_id = $1
    and events.seq > $2
    order by events.seq
    limit $3";

/// Erases the oldest messages of a room from before `before`, at most over so many positions. How many had content, and
/// whether there may be more; none: there was nothing.
pub(crate) async fn age(
    tx: &mut Tx,
    room: RoomId,
    before: Time,
    positions_max: i64,
) -> sqlx::Result<Option<(i64, bool)>> {
    let held: Option<(i64,)> = each!(tx, db => sqlx::query_as(
        "update rooms
        set head = head
        where id = $1
        returning erased_seq",
    ).bind(room.0).fetch_optional(db).await)?;
    let Some((done,)) = held else { return Ok(None) };
    let oldest: Vec<(i64, i64)> = each!(tx, db => sqlx::query_as(OLDEST)
        .bind(room.0).bind(done).bind(positions_max).fetch_all(db).await)?;
    let old = oldest.iter().take_while(|(_, at)| *at < before.0);
    let Some((to, _)) = old.last().copied() else { return Ok(None) };
    let has_more = oldest.last().is_some_and(|(last, _)| *last == to);
    let count = erase_part(tx, room, (Seq(done), Seq(to)), UserId(0), false).await?;
    each!(tx, db => sqlx::query(
        "update rooms
        set erased_seq = $2
        where id = $1",
    ).bind(room.0).bind(to).execute(db).await.map(|_| ()))?;
    if count > 0 {
        each!(tx, db => sqlx::query(
            "insert into erasures (room_id, user_id, to_seq, done_seq, count)
            values ($1, 0, $2, $2, $3)
            on conflict (room_id, user_id) do update
            set to_seq = excluded.to_seq, done_seq = excluded.done_seq, count = erasures.count + excluded.count
            where erasures.done_seq >= erasures.to_seq",
        ).bind(room.0).bind(to).bind(count).execute(db).await.map(|_| ()))?;
    }
    Ok(Some((count, has_more)))
}

/// Where the last event stands that says of what is held from before that it is otherwise now, or gone; 0: nowhere.
pub(crate) async fn told_at(tx: &mut Tx, room: RoomId) -> sqlx::Result<Seq> {
    let row: Option<(i64,)> = each!(tx, db => sqlx::query_as(
        "select told_seq
        from rooms
        where id = $1",
    ).bind(room.0).fetch_optional(db).await)?;
    Ok(row.map(|(seq,)| Seq(seq)).unwrap_or_default())
}
