//! What subject rooms are about. Rule: one room for each (namespace, kind, id, thread), kept by the index.

use super::{Tx, blocks, each, groups};
use crate::rooms::subjects::Opening;
use wire::{Code, RoomId, Subject, Time, UserId};

/// The room about this, if there is one.
pub(crate) async fn by_key(tx: &mut Tx, opening: &Opening) -> sqlx::Result<Option<RoomId>> {
    let Opening { namespace, subject, .. } = opening;
    let found: Option<(i64,)> = each!(tx, db => sqlx::query_as(
        "select room_id
        from subjects
        where namespace = $1
        and kind = $2
        and subject_id = $3
        and thread = $4",
    )
    .bind(namespace)
    .bind(&subject.kind)
    .bind(&subject.id)
    .bind(&subject.thread)
    .fetch_optional(db).await)?;
    Ok(found.map(|(room,)| RoomId(room)))
}

/// A new room about this, without members and events.
///
/// # Errors
/// A unique violation when another server makes the same at the same time.
pub(crate) async fn create(tx: &mut Tx, opening: &Opening, at: Time) -> sqlx::Result<RoomId> {
    let Opening { namespace, subject, title, .. } = opening;
    let (id,): (i64,) = each!(tx, db => sqlx::query_as(
        "insert into rooms (kind, title, title_key, topic, is_public, head, members_rev, created_at_ms, active_at_ms)
        values ('subject', $1, $2, '', false, 0, 1, $3, $3)
        returning id",
    ).bind(&title.text).bind(&title.key).bind(at.0).fetch_one(db).await)?;
    each!(tx, db => sqlx::query(
        "insert into subjects (room_id, namespace, kind, subject_id, thread, link)
        values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(id)
    .bind(namespace)
    .bind(&subject.kind)
    .bind(&subject.id)
    .bind(&subject.thread)
    .bind(subject.link.as_deref())
    .execute(db).await.map(|_| ()))?;
    Ok(RoomId(id))
}

/// What a room is about.
pub(crate) async fn of_room(tx: &mut Tx, room: RoomId) -> sqlx::Result<Option<Subject>> {
    let found: Option<(String, String, String, Option<String>)> = each!(tx, db => sqlx::query_as(
        "select kind, subject_id, thread, link
        from subjects
        where room_id = $1",
    ).bind(room.0).fetch_optional(db).await)?;
    Ok(found.map(|(kind, id, thread, link)| Subject { kind, id, thread, link }))
}

/// The account of that name, if it may take part in something that `author` opens.
pub(crate) async fn participant(
    tx: &mut Tx,
    author: UserId,
    username_key: &str,
    direct_anyone: bool,
) -> sqlx::Result<Result<UserId, Code>> {
    let Some(found) = groups::seat_by_key(tx, RoomId(0), username_key).await? else {
        return Ok(Err(Code::NoSuchPerson));
    };
    let user = found.person.id;
    Ok(match () {
        () if user == author => Err(Code::Yourself),
        () if found.is_banned || !blocks::may_meet(tx, author, user, direct_anyone).await? => Err(Code::NotInvitable),
        () => Ok(user),
    })
}
