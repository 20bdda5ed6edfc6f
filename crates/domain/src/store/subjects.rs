//! What subject rooms are about. Rule: one room for each (namespace, kind, id, thread), kept by the index.

use super::{Tx, blocks, each, groups, users};
use crate::{
    apps::rooms::{AppMember, AppSubject},
    rooms::{subjects::is_of_app, titles::Title},
};
use wire::{Code, RoomId, Seq, Subject, Time, UserId, limits::MEMBERS_PAGE_MAX};

/// The room about this, if there is one.
pub(crate) async fn by_key(tx: &mut Tx, namespace: &str, subject: &Subject) -> sqlx::Result<Option<RoomId>> {
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
pub(crate) async fn create(
    tx: &mut Tx,
    namespace: &str,
    subject: &Subject,
    title: &Title,
    at: Time,
) -> sqlx::Result<RoomId> {
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

/// What a room is about, if it is in this namespace.
pub(crate) async fn of_namespace(tx: &mut Tx, room: RoomId, namespace: &str) -> sqlx::Result<Option<Subject>> {
    let found: Option<(String, String, String, Option<String>)> = each!(tx, db => sqlx::query_as(
        "select kind, subject_id, thread, link
        from subjects
        where room_id = $1
        and namespace = $2",
    ).bind(room.0).bind(namespace).fetch_optional(db).await)?;
    Ok(found.map(|(kind, id, thread, link)| Subject { kind, id, thread, link }))
}

/// Whether an application governs the room.
pub(crate) async fn is_hosted(tx: &mut Tx, room: RoomId) -> sqlx::Result<bool> {
    let found: Option<(String,)> = each!(tx, db => sqlx::query_as(
        "select namespace
        from subjects
        where room_id = $1",
    ).bind(room.0).fetch_optional(db).await)?;
    Ok(found.is_some_and(|(namespace,)| is_of_app(&namespace)))
}

/// Says where the thing is.
pub(crate) async fn set_link(tx: &mut Tx, room: RoomId, link: Option<&str>) -> sqlx::Result<()> {
    each!(tx, db => sqlx::query(
        "update subjects
        set link = $2
        where room_id = $1",
    ).bind(room.0).bind(link).execute(db).await.map(|_| ()))
}

/// See [`hosted`].
pub(super) const GUESTS: &str =
    "select users.id, users.username, users.display_name, users.avatar, users.external_id, members.part
    from members
    join users on users.id = members.user_id
    where members.room_id = $1
    and members.user_id > $2
    order by members.user_id
    limit $3";

type GuestFound = (i64, String, String, Option<Vec<u8>>, Option<String>, String);

/// A room of this namespace, as its application sees it, with a page of those who take part. To be read in one transaction.
pub(crate) async fn hosted(
    tx: &mut Tx,
    room: RoomId,
    namespace: &str,
    after: UserId,
) -> sqlx::Result<Option<AppSubject>> {
    let Some(subject) = of_namespace(tx, room, namespace).await? else { return Ok(None) };
    let found: Option<(String, bool, i64)> = each!(tx, db => sqlx::query_as(
        "select title, archived_at_ms is not null, head
        from rooms
        where id = $1",
    ).bind(room.0).fetch_optional(db).await)?;
    let Some((title, is_closed, head)) = found else { return Ok(None) };
    let rows_max = i64::try_from(MEMBERS_PAGE_MAX).unwrap_or(i64::MAX).saturating_add(1);
    let mut found: Vec<GuestFound> = each!(tx, db => sqlx::query_as(GUESTS)
        .bind(room.0).bind(after.0).bind(rows_max).fetch_all(db).await)?;
    let has_more = found.len() > MEMBERS_PAGE_MAX;
    found.truncate(MEMBERS_PAGE_MAX);
    let guest = |(id, username, name, avatar, external_id, part): GuestFound| AppMember {
        person: users::person((id, username, name, avatar)),
        external_id,
        part,
    };
    let participants: Vec<AppMember> = found.into_iter().map(guest).collect();
    let next = participants.last().filter(|_| has_more).map(|last| last.person.id);
    Ok(Some(AppSubject { room, subject, title, is_closed, head: Seq(head), participants, next }))
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
