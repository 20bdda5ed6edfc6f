//! The public rooms. Rule: a page is read along the index of their titles, whatever the rooms hold.

use super::{Tx, each};
use wire::{ListedRoom, PublicRoom, RoomId, UserId};

/// See [`page`].
pub(super) const PAGE: &str = "select rooms.id, rooms.title_key, rooms.title, rooms.topic,
        (select count(*) from members where members.room_id = rooms.id),
        exists (select 1 from members where members.room_id = rooms.id and members.user_id = $1)
    from rooms
    where rooms.is_public
    and rooms.archived_at_ms is null
    and rooms.title_key > $2
    order by rooms.title_key
    limit $3";

/// Open public rooms whose title's key comes after `after`, by that key, each with its key.
pub(crate) async fn page(
    tx: &mut Tx,
    viewer: UserId,
    after: &str,
    rows_max: i64,
) -> sqlx::Result<Vec<(String, PublicRoom)>> {
    let found: Vec<(i64, String, String, String, i64, bool)> =
        each!(tx, db => sqlx::query_as(PAGE).bind(viewer.0).bind(after).bind(rows_max).fetch_all(db).await)?;
    let room =
        |(id, key, title, topic, members, joined)| (key, PublicRoom { id: RoomId(id), title, topic, members, joined });
    Ok(found.into_iter().map(room).collect())
}

/// See [`latest`].
pub(super) const LATEST: &str = "with listed as (
        select id, title, topic, active_at_ms
        from rooms
        where rooms.is_public
        and rooms.archived_at_ms is null
        and rooms.title_key > ''
        order by rooms.title_key
        limit $1
    ),
    latest as (
        select id, title, topic, active_at_ms
        from listed
        order by active_at_ms desc, id desc
        limit $2
    )
    select latest.id, latest.title, latest.topic,
        (select count(*) from members where members.room_id = latest.id)
    from latest
    order by latest.active_at_ms desc, latest.id desc";

/// Of the first `searched_max` open public rooms by title, those that were last active.
pub(crate) async fn latest(tx: &mut Tx, searched_max: i64, rows_max: i64) -> sqlx::Result<Vec<ListedRoom>> {
    let found: Vec<(i64, String, String, i64)> =
        each!(tx, db => sqlx::query_as(LATEST).bind(searched_max).bind(rows_max).fetch_all(db).await)?;
    let room = |(id, title, topic, members)| ListedRoom { id: RoomId(id), title, topic, members };
    Ok(found.into_iter().map(room).collect())
}
