//! What people upload, and to which message it belongs. Rule: a row says that a file is whole only after its bytes are safe, and with the
//! transaction that takes a row away the bytes are noted to be removed.

use super::{Tx, append::bytes, each};
use crate::files::Kept;
use sqlx::{FromRow, Row};
use wire::{Attachment, Cid, RoomId, Seq, Time, UserId};

/// An upload, as far as it has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Upload {
    pub(crate) id: Cid,
    pub(crate) user: UserId,
    pub(crate) room: RoomId,
    pub(crate) name: String,
    /// Bytes that are to come …
    pub(crate) announced: i64,
    /// … and those that have.
    pub(crate) received: i64,
    /// The message that it belongs to.
    pub(crate) seq: Option<Seq>,
    /// What it is, once it is whole.
    pub(crate) whole: Option<Attachment>,
}

macro_rules! columns {
    ($rest:literal) => {
        concat!(
            "select uploads.id, uploads.user_id, uploads.room_id, uploads.name, uploads.announced, uploads.received,
                uploads.seq, uploads.media_type, uploads.size, uploads.width, uploads.height, uploads.has_thumbnail ",
            $rest
        )
    };
}

impl<'r, R> FromRow<'r, R> for Upload
where
    R: Row,
    usize: sqlx::ColumnIndex<R>,
    i64: sqlx::Type<R::Database> + sqlx::Decode<'r, R::Database>,
    bool: sqlx::Type<R::Database> + sqlx::Decode<'r, R::Database>,
    String: sqlx::Type<R::Database> + sqlx::Decode<'r, R::Database>,
    Vec<u8>: sqlx::Type<R::Database> + sqlx::Decode<'r, R::Database>,
{
    fn from_row(row: &'r R) -> sqlx::Result<Self> {
        let (id, name) = (Cid::from_bytes(bytes(row.try_get(0)?)?), row.try_get::<String, _>(3)?);
        let (media_type, size) = (row.try_get::<Option<String>, _>(7)?, row.try_get::<Option<i64>, _>(8)?);
        let (width, height, thumbnail) = (row.try_get(9)?, row.try_get(10)?, row.try_get(11)?);
        let whole = media_type.zip(size).map(|(media_type, size)| {
            let name = name.clone();
            Attachment { id, name, size, media_type, width, height, thumbnail }
        });
        Ok(Self {
            id,
            user: UserId(row.try_get(1)?),
            room: RoomId(row.try_get(2)?),
            name,
            announced: row.try_get(4)?,
            received: row.try_get(5)?,
            seq: row.try_get::<Option<i64>, _>(6)?.map(Seq),
            whole,
        })
    }
}

/// Notes one that begins. Whether it is new.
pub(crate) async fn insert(tx: &mut Tx, upload: &Upload, at: Time) -> sqlx::Result<bool> {
    let done = each!(tx, db => sqlx::query(
        "insert into uploads (id, user_id, room_id, name, announced, received, touched_at_ms)
        values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (id) do nothing",
    )
    .bind(upload.id.as_bytes().as_slice())
    .bind(upload.user.0)
    .bind(upload.room.0)
    .bind(&upload.name)
    .bind(upload.announced)
    .bind(upload.received)
    .bind(at.0)
    .execute(db).await.map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// See [`find`].
pub(super) const FIND: &str = columns!("from uploads where uploads.id = $1");

/// The upload of this id, whosever it is.
pub(crate) async fn find(tx: &mut Tx, id: Cid) -> sqlx::Result<Option<Upload>> {
    each!(tx, db => sqlx::query_as(FIND).bind(id.as_bytes().as_slice()).fetch_optional(db).await)
}

/// See [`pending`].
pub(super) const PENDING: &str = "select count(*), cast(coalesce(sum(announced), 0) as bigint)
    from uploads
    where user_id = $1
    and seq is null";

/// How many of somebody's files wait to be sent, and their bytes.
pub(crate) async fn pending(tx: &mut Tx, user: UserId) -> sqlx::Result<(i64, i64)> {
    each!(tx, db => sqlx::query_as(PENDING).bind(user.0).fetch_one(db).await)
}

/// So many bytes are safely on disk.
pub(crate) async fn advance(tx: &mut Tx, id: Cid, received: i64, at: Time) -> sqlx::Result<()> {
    each!(tx, db => sqlx::query(
        "update uploads
        set received = $2, touched_at_ms = $3
        where id = $1
        and media_type is null",
    ).bind(id.as_bytes().as_slice()).bind(received).bind(at.0).execute(db).await.map(|_| ()))
}

/// It is whole and kept. Whether it was still wanted.
pub(crate) async fn settle(tx: &mut Tx, id: Cid, kept: &Kept, at: Time) -> sqlx::Result<bool> {
    let shown = kept.shown();
    let done = each!(tx, db => sqlx::query(
        "update uploads
        set media_type = $2, size = $3, width = $4, height = $5, has_thumbnail = $6, touched_at_ms = $7
        where id = $1",
    )
    .bind(id.as_bytes().as_slice())
    .bind(kept.kind.media_type())
    .bind(kept.size)
    .bind(shown.map(|(width, _)| i64::from(width)))
    .bind(shown.map(|(_, height)| i64::from(height)))
    .bind(kept.has_thumbnail)
    .bind(at.0)
    .execute(db).await.map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// See [`readable`].
pub(super) const READABLE: &str = columns!(
    "from uploads
    where uploads.id = $1
    and uploads.media_type is not null
    and (
        (uploads.seq is null and uploads.user_id = $2)
        or exists (
            select 1
            from members
            join intervals on intervals.room_id = members.room_id and intervals.user_id = members.user_id
            where members.room_id = uploads.room_id
            and members.user_id = $2
            and intervals.from_seq <= uploads.seq
            and (intervals.to_seq is null or intervals.to_seq >= uploads.seq)
        )
    )"
);

/// A whole file, if this person may see it: with its message, or because it is their own and not sent yet.
pub(crate) async fn readable(tx: &mut Tx, id: Cid, viewer: UserId) -> sqlx::Result<Option<Upload>> {
    each!(tx, db => sqlx::query_as(READABLE).bind(id.as_bytes().as_slice()).bind(viewer.0).fetch_optional(db).await)
}

/// It belongs to this message now, at this place among its files.
pub(crate) async fn bind(tx: &mut Tx, id: Cid, seq: Seq, place: usize) -> sqlx::Result<()> {
    each!(tx, db => sqlx::query(
        "update uploads
        set seq = $2, place = $3
        where id = $1
        and seq is null",
    )
    .bind(id.as_bytes().as_slice())
    .bind(seq.0)
    .bind(i64::try_from(place).unwrap_or_default())
    .execute(db).await.map(|_| ()))
}

macro_rules! goes {
    ($which:literal) => {
        [
            concat!(
                "insert into files_gone (id) select id from uploads where ",
                $which,
                " on conflict (id) do nothing"
            ),
            concat!("delete from uploads where ", $which),
        ]
    };
}

/// One that was not sent goes, if it is this person's.
pub(super) const DROP: [&str; 2] = goes!("id = $1 and user_id = $2 and seq is null");
/// Whatever somebody did not send.
pub(super) const DROP_UNSENT: [&str; 2] = goes!("user_id = $1 and seq is null");
/// Those of a message.
pub(super) const DROP_SENT: [&str; 2] = goes!("room_id = $1 and seq = $2");
/// What was not sent for so long that it will not be any more.
const DROP_OLD: [&str; 2] = goes!("seq is null and touched_at_ms < $1");

/// An upload that was not sent is given up. Whether there was one.
pub(crate) async fn drop(tx: &mut Tx, id: Cid, user: UserId) -> sqlx::Result<bool> {
    let mut count = 0;
    for text in DROP {
        count = each!(tx, db => sqlx::query(text)
            .bind(id.as_bytes().as_slice()).bind(user.0).execute(db).await.map(|done| done.rows_affected()))?;
    }
    Ok(count > 0)
}

/// Whatever somebody uploaded and did not send is given up.
pub(crate) async fn drop_unsent(tx: &mut Tx, user: UserId) -> sqlx::Result<()> {
    for text in DROP_UNSENT {
        each!(tx, db => sqlx::query(text).bind(user.0).execute(db).await.map(|_| ()))?;
    }
    Ok(())
}

/// The files of a message go with it.
pub(crate) async fn drop_sent(tx: &mut Tx, (room, seq): (RoomId, Seq)) -> sqlx::Result<()> {
    for text in DROP_SENT {
        each!(tx, db => sqlx::query(text).bind(room.0).bind(seq.0).execute(db).await.map(|_| ()))?;
    }
    Ok(())
}

/// What waits since before then to be sent is given up.
pub(crate) async fn drop_old(tx: &mut Tx, before: Time) -> sqlx::Result<()> {
    for text in DROP_OLD {
        each!(tx, db => sqlx::query(text).bind(before.0).execute(db).await.map(|_| ()))?;
    }
    Ok(())
}

/// Some of the files whose bytes are to be removed.
pub(crate) async fn gone(tx: &mut Tx, files_max: usize) -> sqlx::Result<Vec<Cid>> {
    let limit = i64::try_from(files_max).unwrap_or(i64::MAX);
    let found: Vec<(Vec<u8>,)> = each!(tx, db => sqlx::query_as(
        "select id
        from files_gone
        order by id
        limit $1",
    ).bind(limit).fetch_all(db).await)?;
    found.into_iter().map(|(id,)| bytes(id).map(Cid::from_bytes)).collect()
}

/// Nothing is left of it.
pub(crate) async fn forget(tx: &mut Tx, id: Cid) -> sqlx::Result<()> {
    each!(tx, db => sqlx::query(
        "delete from files_gone
        where id = $1",
    ).bind(id.as_bytes().as_slice()).execute(db).await.map(|_| ()))
}
