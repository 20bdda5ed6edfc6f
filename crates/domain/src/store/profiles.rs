//! What people show of themselves. Rule: each change has a time of its own, later than the one before, so that what has changed since
//! then can be told.

use super::{Tx, each, users};
use wire::{Cid, Person, Time, UserId, limits::PROFILES_TOLD_MAX};

/// Id, username, display name, picture, status, and when any of it last changed.
type Row = (i64, String, String, Option<Vec<u8>>, String, i64);

/// Somebody as they show themselves, since then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Profile {
    pub(crate) person: Person,
    pub(crate) changed_at: Time,
}

fn profile((id, username, display_name, avatar, status, changed_at_ms): Row) -> Profile {
    let person = Person { status, ..users::person((id, username, display_name, avatar)) };
    Profile { person, changed_at: Time(changed_at_ms) }
}

/// Of one person.
pub(crate) async fn find(tx: &mut Tx, user: UserId) -> sqlx::Result<Option<Profile>> {
    let row: Option<Row> = each!(tx, db => sqlx::query_as(
        "select id, username, display_name, avatar, status, profile_at_ms
        from users
        where id = $1",
    ).bind(user.0).fetch_optional(db).await)?;
    Ok(row.map(profile))
}

/// Gives somebody another name and status. Whether that is a change.
pub(crate) async fn set(
    tx: &mut Tx,
    user: UserId,
    (display_name, key): (&str, &str),
    status: &str,
    at: Time,
) -> sqlx::Result<bool> {
    let done = each!(tx, db => sqlx::query(
        "update users
        set display_name = $2, display_name_key = $3, status = $4,
            profile_at_ms = case when profile_at_ms < $5 then $5 else profile_at_ms + 1 end
        where id = $1
        and deleted_at_ms is null
        and (display_name <> $2 or status <> $4)",
    )
    .bind(user.0)
    .bind(display_name)
    .bind(key)
    .bind(status)
    .bind(at.0)
    .execute(db).await.map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// Gives somebody another picture, or none; the one before is noted to be removed. Whether the account is there.
pub(crate) async fn set_avatar(tx: &mut Tx, user: UserId, avatar: Option<Cid>, at: Time) -> sqlx::Result<bool> {
    // Whoever gives another one meanwhile waits until this one is there to be noted.
    each!(tx, db => sqlx::query(
        "update users
        set avatar = avatar
        where id = $1",
    ).bind(user.0).execute(db).await.map(|_| ()))?;
    each!(tx, db => sqlx::query(
        "insert into files_gone (id)
        select avatar
        from users
        where id = $1
        and avatar is not null
        on conflict (id) do nothing",
    ).bind(user.0).execute(db).await.map(|_| ()))?;
    let avatar = avatar.map(|avatar| avatar.as_bytes().to_vec());
    let done = each!(tx, db => sqlx::query(
        "update users
        set avatar = $2, profile_at_ms = case when profile_at_ms < $3 then $3 else profile_at_ms + 1 end
        where id = $1
        and deleted_at_ms is null",
    ).bind(user.0).bind(avatar).bind(at.0).execute(db).await.map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// See [`is_avatar`].
pub(super) const IS_AVATAR: &str = "select id from users where avatar = $1";

/// Whether somebody shows themselves with this picture.
pub(crate) async fn is_avatar(tx: &mut Tx, avatar: Cid) -> sqlx::Result<bool> {
    let found: Option<(i64,)> =
        each!(tx, db => sqlx::query_as(IS_AVATAR).bind(avatar.as_bytes().as_slice()).fetch_optional(db).await)?;
    Ok(found.is_some())
}

/// See [`may_see`].
pub(super) const MAY_SEE: &str = "select users.id
    from users
    where users.avatar = $1
    and (
        not exists (select 1 from blocks where blocks.user_id = users.id and blocks.other_id = $2)
        or exists (
            select 1
            from members as mine
            join intervals on intervals.room_id = mine.room_id
            where mine.user_id = $2
            and intervals.user_id = users.id
        )
    )";

/// Whether this picture is somebody's whom the viewer can find, or with whom the viewer shares a room: wherever there is a name there
/// is a face.
pub(crate) async fn may_see(tx: &mut Tx, viewer: UserId, avatar: Cid) -> sqlx::Result<bool> {
    let found: Option<(i64,)> = each!(tx, db => sqlx::query_as(MAY_SEE)
        .bind(avatar.as_bytes().as_slice()).bind(viewer.0).fetch_optional(db).await)?;
    Ok(found.is_some())
}

/// See [`changed`].
pub(super) const CHANGED: &str = "select id, username, display_name, avatar, status, profile_at_ms
    from users
    where profile_at_ms > $1
    and profile_at_ms > 0
    order by profile_at_ms desc
    limit $2";

/// Everybody whose profile has changed since then; of very many those who changed last.
pub(crate) async fn changed(tx: &mut Tx, since: Time) -> sqlx::Result<Vec<Profile>> {
    let rows: Vec<Row> = each!(tx, db => sqlx::query_as(CHANGED).bind(since.0).bind(told_max()).fetch_all(db).await)?;
    Ok(rows.into_iter().map(profile).collect())
}

/// See [`changed_for`].
pub(super) const CHANGED_FOR: &str = "select found.id, found.username, found.display_name, found.avatar,
        case when exists (
            select 1
            from blocks
            where blocks.user_id = found.id and blocks.other_id = $1 or blocks.user_id = $1 and blocks.other_id = found.id
        ) then '' else found.status end,
        found.profile_at_ms
    from (
        select id, username, display_name, avatar, status, profile_at_ms
        from users
        where profile_at_ms > $2
        and profile_at_ms > 0
        order by profile_at_ms desc
        limit $3
    ) as found
    where found.id = $1
    or exists (
        select 1
        from members as mine
        join intervals on intervals.room_id = mine.room_id
        where mine.user_id = $1
        and intervals.user_id = found.id
    )
    or exists (select 1 from connections where connections.user_id = $1 and connections.other_id = found.id)
    or exists (select 1 from connections where connections.user_id = found.id and connections.other_id = $1)";

/// Those of them whom the viewer reads somewhere.
pub(crate) async fn changed_for(tx: &mut Tx, viewer: UserId, since: Time) -> sqlx::Result<Vec<Profile>> {
    let rows: Vec<Row> = each!(tx, db => sqlx::query_as(CHANGED_FOR)
        .bind(viewer.0).bind(since.0).bind(told_max()).fetch_all(db).await)?;
    Ok(rows.into_iter().map(profile).collect())
}

fn told_max() -> i64 {
    i64::try_from(PROFILES_TOLD_MAX).unwrap_or(i64::MAX)
}

/// See [`readers`].
pub(super) const READERS: &str = "select members.user_id
    from intervals as mine
    join members on members.room_id = mine.room_id
    where mine.user_id = $1
    union
    select connections.other_id
    from connections
    where connections.user_id = $1
    union
    select connections.user_id
    from connections
    where connections.other_id = $1";

/// See [`readers`].
pub(super) const APART: &str = "select blocks.other_id
    from blocks
    where blocks.user_id = $1
    union
    select blocks.user_id
    from blocks
    where blocks.other_id = $1";

/// Who reads somebody somewhere; and between whom and them there is a block.
pub(crate) async fn readers(tx: &mut Tx, user: UserId) -> sqlx::Result<[Vec<UserId>; 2]> {
    let mut lists = [Vec::new(), Vec::new()];
    for (list, text) in lists.iter_mut().zip([READERS, APART]) {
        let found: Vec<(i64,)> = each!(tx, db => sqlx::query_as(text).bind(user.0).fetch_all(db).await)?;
        list.extend(found.into_iter().map(|(user,)| UserId(user)));
    }
    Ok(lists)
}
