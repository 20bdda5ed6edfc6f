//! Who is in a room, and what they may see and do there. Rule: membership and its interval begin and end together; intervals
//! of one member never overlap.

use super::{
    Tx, each,
    rows::{ROWS_MAX, Rows, filled},
    users,
};
use crate::rooms::succession::Heir;
use std::sync::LazyLock;
use wire::{Level, Member, Person, Presence, Role, RoomId, Seq, Time, UserId};

/// Somebody who comes in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry<'a> {
    pub(crate) user: UserId,
    pub(crate) role: Role,
    /// What they are to a subject; may be empty.
    pub(crate) part: &'a str,
    /// They see everything from here on, this position included, and what they saw before.
    pub(crate) from: Seq,
    /// The event that lets them in.
    pub(crate) joined: Seq,
    /// What comes up to here is not unread.
    pub(crate) cursor: Seq,
}

/// Lets somebody in.
pub(crate) async fn enter(tx: &mut Tx, room: RoomId, entry: Entry<'_>) -> sqlx::Result<()> {
    let Entry { user, role, part, from, joined, cursor } = entry;
    each!(tx, db => sqlx::query(
        "insert into members (room_id, user_id, role, part, delivered_seq, read_seq, joined_seq)
        values ($1, $2, $3, $4, $5, $5, $6)",
    )
    .bind(room.0)
    .bind(user.0)
    .bind(role.as_str())
    .bind(part)
    .bind(cursor.0)
    .bind(joined.0)
    .execute(db).await.map(|_| ()))?;
    each!(tx, db => sqlx::query(
        "delete from intervals
        where room_id = $1
        and user_id = $2
        and from_seq >= $3",
    ).bind(room.0).bind(user.0).bind(from.0).execute(db).await.map(|_| ()))?;
    each!(tx, db => sqlx::query(
        "update intervals
        set to_seq = $3 - 1
        where room_id = $1
        and user_id = $2
        and to_seq >= $3",
    ).bind(room.0).bind(user.0).bind(from.0).execute(db).await.map(|_| ()))?;
    each!(tx, db => sqlx::query(
        "insert into intervals (room_id, user_id, from_seq, to_seq)
        values ($1, $2, $3, null)",
    ).bind(room.0).bind(user.0).bind(from.0).execute(db).await.map(|_| ()))
}

/// Ends a membership with the event at `to`, the last that they see.
pub(crate) async fn go(tx: &mut Tx, room: RoomId, user: UserId, to: Seq) -> sqlx::Result<()> {
    each!(tx, db => sqlx::query(
        "delete from members
        where room_id = $1
        and user_id = $2",
    ).bind(room.0).bind(user.0).execute(db).await.map(|_| ()))?;
    each!(tx, db => sqlx::query(
        "update intervals
        set to_seq = $3
        where room_id = $1
        and user_id = $2
        and to_seq is null",
    ).bind(room.0).bind(user.0).bind(to.0).execute(db).await.map(|_| ()))
}

/// Ends what somebody sees of a room who stays a member of it.
pub(crate) async fn end_interval(tx: &mut Tx, room: RoomId, user: UserId, to: Seq) -> sqlx::Result<()> {
    each!(tx, db => sqlx::query(
        "update intervals
        set to_seq = $3
        where room_id = $1
        and user_id = $2
        and to_seq is null",
    ).bind(room.0).bind(user.0).bind(to.0).execute(db).await.map(|_| ()))
}

/// Everybody in the room, as far as it matters who owns it next.
pub(crate) async fn heirs(tx: &mut Tx, room: RoomId) -> sqlx::Result<Vec<Heir>> {
    let found: Vec<(i64, String, i64, bool)> = each!(tx, db => sqlx::query_as(
        "select members.user_id, members.role, members.joined_seq, users.banned_at_ms is not null
        from members
        join users on users.id = members.user_id
        where members.room_id = $1",
    ).bind(room.0).fetch_all(db).await)?;
    let heir = |(user, role, joined, is_banned): (i64, String, i64, bool)| Heir {
        user: UserId(user),
        role: Role::of(&role),
        joined: Seq(joined),
        is_banned,
    };
    Ok(found.into_iter().map(heir).collect())
}

/// What is known of the room's members is outdated with this transaction. Returns the new revision.
pub(crate) async fn raise_rev(tx: &mut Tx, room: RoomId) -> sqlx::Result<i64> {
    let (rev,): (i64,) = each!(tx, db => sqlx::query_as(
        "update rooms
        set members_rev = members_rev + 1
        where id = $1
        returning members_rev",
    ).bind(room.0).fetch_one(db).await)?;
    Ok(rev)
}

/// Under which revisions what is read now of these rooms' members may be kept. To be read in the same transaction.
pub(crate) async fn revs(tx: &mut Tx, rooms: &[RoomId]) -> sqlx::Result<Vec<(RoomId, i64)>> {
    static TEXT: LazyLock<Rows> = LazyLock::new(|| {
        Rows::new(
            1,
            "with wanted(room_id) as ({rows})
            select rooms.id, rooms.members_rev
            from wanted
            cross join rooms
            where rooms.id = wanted.room_id",
        )
    });
    let mut revs = Vec::with_capacity(rooms.len());
    for rooms in rooms.chunks(ROWS_MAX) {
        let text = TEXT.text(tx, rooms.len());
        let found: Vec<(i64, i64)> = each!(tx, db => {
            let mut query = sqlx::query_as(text);
            for index in 0..filled(rooms.len()) {
                query = query.bind(rooms.get(index).map(|room| room.0));
            }
            query.fetch_all(db).await
        })?;
        revs.extend(found.into_iter().map(|(room, rev)| (RoomId(room), rev)));
    }
    Ok(revs)
}

/// Gives a member a role.
pub(crate) async fn set_role(tx: &mut Tx, room: RoomId, user: UserId, role: Role) -> sqlx::Result<()> {
    each!(tx, db => sqlx::query(
        "update members
        set role = $3
        where room_id = $1
        and user_id = $2",
    ).bind(room.0).bind(user.0).bind(role.as_str()).execute(db).await.map(|_| ()))
}

/// Says what a member is to the room's subject.
pub(crate) async fn set_part(tx: &mut Tx, room: RoomId, user: UserId, part: &str) -> sqlx::Result<()> {
    each!(tx, db => sqlx::query(
        "update members
        set part = $3
        where room_id = $1
        and user_id = $2",
    ).bind(room.0).bind(user.0).bind(part).execute(db).await.map(|_| ()))
}

/// Says how much of the room a member wants to hear.
pub(crate) async fn set_level(tx: &mut Tx, room: RoomId, user: UserId, level: Level) -> sqlx::Result<()> {
    each!(tx, db => sqlx::query(
        "update members
        set level = $3
        where room_id = $1
        and user_id = $2",
    ).bind(room.0).bind(user.0).bind(level.as_str()).execute(db).await.map(|_| ()))
}

/// Keeps somebody out.
pub(crate) async fn ban(tx: &mut Tx, room: RoomId, user: UserId, by: UserId, at: Time) -> sqlx::Result<()> {
    each!(tx, db => sqlx::query(
        "insert into room_bans (room_id, user_id, by_id, at_ms)
        values ($1, $2, $3, $4)
        on conflict (room_id, user_id) do nothing",
    ).bind(room.0).bind(user.0).bind(by.0).bind(at.0).execute(db).await.map(|_| ()))
}

/// Lets somebody come back.
pub(crate) async fn unban(tx: &mut Tx, room: RoomId, user: UserId) -> sqlx::Result<()> {
    each!(tx, db => sqlx::query(
        "delete from room_bans
        where room_id = $1
        and user_id = $2",
    ).bind(room.0).bind(user.0).execute(db).await.map(|_| ()))
}

/// Lets somebody only read.
pub(crate) async fn mute(tx: &mut Tx, room: RoomId, user: UserId, by: UserId, at: Time) -> sqlx::Result<()> {
    each!(tx, db => sqlx::query(
        "insert into room_mutes (room_id, user_id, by_id, at_ms)
        values ($1, $2, $3, $4)
        on conflict (room_id, user_id) do nothing",
    ).bind(room.0).bind(user.0).bind(by.0).bind(at.0).execute(db).await.map(|_| ()))
}

/// Lets somebody write again.
pub(crate) async fn unmute(tx: &mut Tx, room: RoomId, user: UserId) -> sqlx::Result<()> {
    each!(tx, db => sqlx::query(
        "delete from room_mutes
        where room_id = $1
        and user_id = $2",
    ).bind(room.0).bind(user.0).execute(db).await.map(|_| ()))
}

/// The members who may only read.
pub(crate) async fn muted(tx: &mut Tx, room: RoomId) -> sqlx::Result<Vec<UserId>> {
    let found: Vec<(i64,)> = each!(tx, db => sqlx::query_as(
        "select members.user_id
        from room_mutes
        join members on members.room_id = room_mutes.room_id and members.user_id = room_mutes.user_id
        where room_mutes.room_id = $1
        order by members.user_id",
    ).bind(room.0).fetch_all(db).await)?;
    Ok(found.into_iter().map(|(user,)| UserId(user)).collect())
}

/// The rooms of more than two that somebody is in.
pub(crate) async fn groups_of(tx: &mut Tx, user: UserId) -> sqlx::Result<Vec<RoomId>> {
    let found: Vec<(i64,)> = each!(tx, db => sqlx::query_as(
        "select members.room_id
        from members
        join rooms on rooms.id = members.room_id
        where members.user_id = $1
        and rooms.kind <> 'direct'
        order by members.room_id",
    ).bind(user.0).fetch_all(db).await)?;
    Ok(found.into_iter().map(|(room,)| RoomId(room)).collect())
}

/// See [`page`].
pub(super) const PAGE: &str =
    "select users.id, users.username, users.display_name, users.avatar, users.status, members.role, members.part,
        room_mutes.user_id is not null,
        users.last_seen_ms,
        users.id <> $2
        and not exists (select 1 from blocks where blocks.user_id = $2 and blocks.other_id = users.id)
        and not exists (select 1 from blocks where blocks.user_id = users.id and blocks.other_id = $2)
    from members
    join users on users.id = members.user_id
    left join room_mutes on room_mutes.room_id = members.room_id and room_mutes.user_id = members.user_id
    where members.room_id = $1
    order by case members.role when 'owner' then 0 when 'admin' then 1 else 2 end, users.display_name_key, users.id
    limit $3 offset $4";

type MemberRow = (i64, String, String, Option<Vec<u8>>, String, String, String, bool, Option<i64>, bool);

/// A page of the members: owners first, then admins, then members, by display name. Of those whose presence `viewer`, another
/// member, may see, with when they were last here; nobody is online.
pub(crate) async fn page(
    tx: &mut Tx,
    room: RoomId,
    viewer: UserId,
    skip: i64,
    rows_max: i64,
) -> sqlx::Result<Vec<Member>> {
    let found: Vec<MemberRow> = each!(tx, db => sqlx::query_as(PAGE)
        .bind(room.0).bind(viewer.0).bind(rows_max).bind(skip).fetch_all(db).await)?;
    let member = |(id, username, name, avatar, status, role, part, muted, last_seen, is_seen): MemberRow| {
        let user = UserId(id);
        let presence = is_seen.then_some(Presence { user, online: false, last_seen: last_seen.map(Time) });
        // Who may not know whether somebody is here is not told what they are doing either.
        let status = if is_seen || user == viewer { status } else { String::new() };
        let person = Person { status, ..users::person((id, username, name, avatar)) };
        Member { person, role: Role::of(&role), part, muted, presence }
    };
    Ok(found.into_iter().map(member).collect())
}

/// At most `rows_max` of those who are kept out, by display name.
pub(crate) async fn banned(tx: &mut Tx, room: RoomId, rows_max: i64) -> sqlx::Result<Vec<Person>> {
    let found: Vec<users::Named> = each!(tx, db => sqlx::query_as(
        "select users.id, users.username, users.display_name, users.avatar
        from room_bans
        join users on users.id = room_bans.user_id
        where room_bans.room_id = $1
        order by users.display_name_key, users.id
        limit $2",
    ).bind(room.0).bind(rows_max).fetch_all(db).await)?;
    Ok(found.into_iter().map(users::person).collect())
}
