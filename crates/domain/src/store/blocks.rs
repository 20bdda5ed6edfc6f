//! Who blocked whom. Rule: a block counts both ways, whoever of the two made it.

use super::{Tx, each, users};
use crate::Error;
use wire::{Person, RoomId, UserId};

/// Whether two people may write to each other: connected (or anybody may), and neither blocked the other.
pub(crate) async fn may_meet(tx: &mut Tx, one: UserId, other: UserId, direct_anyone: bool) -> sqlx::Result<bool> {
    let (asked, asks): (bool, bool) = each!(tx, db => sqlx::query_as(
        "select
            exists (select 1 from connections where user_id = $1 and other_id = $2),
            exists (select 1 from connections where user_id = $2 and other_id = $1)",
    ).bind(one.0).bind(other.0).fetch_one(db).await)?;
    let (mine, theirs) = between(tx, one, other).await?;
    Ok(!mine && !theirs && (direct_anyone || (asked && asks)))
}

/// Whether `one` has blocked `other`, and the other way round.
pub(crate) async fn between(tx: &mut Tx, one: UserId, other: UserId) -> sqlx::Result<(bool, bool)> {
    each!(tx, db => sqlx::query_as(
        "select
            exists (select 1 from blocks where user_id = $1 and other_id = $2),
            exists (select 1 from blocks where user_id = $2 and other_id = $1)",
    ).bind(one.0).bind(other.0).fetch_one(db).await)
}

/// Whom somebody has blocked, by display name.
pub(crate) async fn of(tx: &mut Tx, user: UserId) -> sqlx::Result<Vec<Person>> {
    let found: Vec<users::Named> = each!(tx, db => sqlx::query_as(
        "select users.id, users.username, users.display_name, users.avatar
        from blocks
        join users on users.id = blocks.other_id
        where blocks.user_id = $1
        order by users.display_name_key, users.id",
    ).bind(user.0).fetch_all(db).await)?;
    Ok(found.into_iter().map(users::person).collect())
}

/// Blocks.
pub(crate) async fn insert(tx: &mut Tx, user: UserId, other: UserId, now_ms: i64) -> Result<(), Error> {
    each!(tx, db => sqlx::query(
        "insert into blocks (user_id, other_id, created_at_ms)
        values ($1, $2, $3)
        on conflict (user_id, other_id) do nothing",
    ).bind(user.0).bind(other.0).bind(now_ms).execute(db).await.map(|_| ()))?;
    Ok(())
}

/// Lifts a block.
pub(crate) async fn delete(tx: &mut Tx, user: UserId, other: UserId) -> Result<(), Error> {
    each!(tx, db => sqlx::query(
        "delete from blocks
        where user_id = $1
        and other_id = $2",
    ).bind(user.0).bind(other.0).execute(db).await.map(|_| ()))?;
    Ok(())
}

/// Lifts every block of and by somebody.
pub(crate) async fn delete_all(tx: &mut Tx, user: UserId) -> Result<(), Error> {
    for text in ["delete from blocks where user_id = $1", "delete from blocks where other_id = $1"] {
        each!(tx, db => sqlx::query(text).bind(user.0).execute(db).await.map(|_| ()))?;
    }
    Ok(())
}

/// Holds every room that the two share until the end of the transaction, in the order of ids as the log's writer does, and
/// raises its `members_rev`.
pub(crate) async fn hold_common_rooms(tx: &mut Tx, one: UserId, other: UserId) -> Result<Vec<RoomId>, Error> {
    let common: Vec<(i64,)> = each!(tx, db => sqlx::query_as(
        "select mine.room_id
        from members as mine
        join members as theirs on theirs.room_id = mine.room_id
        where mine.user_id = $1
        and theirs.user_id = $2
        order by mine.room_id",
    ).bind(one.0).bind(other.0).fetch_all(db).await)?;
    for (room,) in &common {
        super::members::raise_rev(tx, RoomId(*room)).await?;
    }
    Ok(common.into_iter().map(|(room,)| RoomId(room)).collect())
}
