//! Who may see whether somebody is here: connected people, and members of a common room that is not direct (SPEC 3; a
//! direct room needs the connection, unless the operator lets anybody write). Rule: seeing is mutual.

use super::{
    Tx, each,
    rows::{ROWS_MAX, Rows, filled},
};
use std::sync::LazyLock;
use wire::{Code, Time, UserId};

/// See [`peers`].
pub(super) const PEERS: &str = "with peers as (
        select mine.other_id
        from connections as mine
        cross join connections as theirs
        where mine.user_id = $1
        and theirs.user_id = mine.other_id
        and theirs.other_id = $1
        union
        select theirs.user_id as other_id
        from members as seat
        cross join rooms
        cross join members as theirs
        where $2
        and seat.user_id = $1
        and rooms.id = seat.room_id
        and rooms.kind = 'direct'
        and theirs.room_id = rooms.id
        and theirs.user_id <> $1
    )
    select peers.other_id, users.last_seen_ms
    from peers
    cross join users
    where users.id = peers.other_id
    and not exists (select 1 from blocks where blocks.user_id = $1 and blocks.other_id = peers.other_id)
    and not exists (select 1 from blocks where blocks.user_id = peers.other_id and blocks.other_id = $1)";

/// Everybody with whom this one may talk alone, and when they were last here.
pub(crate) async fn peers(tx: &mut Tx, user: UserId, direct_anyone: bool) -> sqlx::Result<Vec<(UserId, Option<Time>)>> {
    let found: Vec<(i64, Option<i64>)> =
        each!(tx, db => sqlx::query_as(PEERS).bind(user.0).bind(direct_anyone).fetch_all(db).await)?;
    Ok(found.into_iter().map(|(other, seen)| (UserId(other), seen.map(Time))).collect())
}

/// See [`may_see`].
pub(super) const MAY_SEE: &str = "select (
            exists (
                select 1
                from connections as mine
                cross join connections as theirs
                where mine.user_id = $1
                and mine.other_id = $2
                and theirs.user_id = $2
                and theirs.other_id = $1
            )
            or exists (
                select 1
                from members as seat
                cross join rooms
                cross join members as theirs
                where seat.user_id = $1
                and rooms.id = seat.room_id
                and (rooms.kind <> 'direct' or $3)
                and theirs.room_id = rooms.id
                and theirs.user_id = $2
            )
        )
        and not exists (select 1 from blocks where blocks.user_id = $1 and blocks.other_id = $2)
        and not exists (select 1 from blocks where blocks.user_id = $2 and blocks.other_id = $1)";

/// Whether the two see each other.
pub(crate) async fn may_see(tx: &mut Tx, one: UserId, other: UserId, direct_anyone: bool) -> sqlx::Result<bool> {
    let (may,): (bool,) = each!(tx, db => sqlx::query_as(MAY_SEE)
        .bind(one.0).bind(other.0).bind(direct_anyone).fetch_one(db).await)?;
    Ok(may)
}

/// Notes when these users were last here.
pub(crate) async fn left(tx: &mut Tx, users: &[UserId], at: Time) -> sqlx::Result<()> {
    static TEXT: LazyLock<Rows> = LazyLock::new(|| {
        Rows::new(
            2,
            "with wanted(user_id, at_ms) as ({rows})
            update users
            set last_seen_ms = wanted.at_ms
            from wanted
            where users.id = wanted.user_id
            and users.deleted_at_ms is null",
        )
    });
    for users in users.chunks(ROWS_MAX) {
        let text = TEXT.text(tx, users.len());
        each!(tx, db => {
            let mut query = sqlx::query(text);
            for index in 0..filled(users.len()) {
                let user = users.get(index);
                query = query.bind(user.map(|user| user.0)).bind(user.map(|_| at.0));
            }
            query.execute(db).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// See [`circle`].
pub(super) const CIRCLE: &str = "select members.user_id,
        case
            when rooms.kind <> 'direct' then true
            else not exists (
                select 1
                from members as peer
                cross join blocks
                where peer.room_id = members.room_id
                and peer.user_id <> members.user_id
                and (
                    (blocks.user_id = members.user_id and blocks.other_id = peer.user_id)
                    or (blocks.user_id = peer.user_id and blocks.other_id = members.user_id)
                )
            )
            and ($2 or exists (
                select 1
                from members as peer
                cross join connections as mine
                cross join connections as theirs
                where peer.room_id = members.room_id
                and peer.user_id <> members.user_id
                and mine.user_id = members.user_id
                and mine.other_id = peer.user_id
                and theirs.user_id = peer.user_id
                and theirs.other_id = members.user_id
            ))
        end,
        rooms.archived_at_ms is not null,
        exists (
            select 1
            from room_mutes
            where room_mutes.room_id = members.room_id
            and room_mutes.user_id = members.user_id
        )
    from members
    join rooms on rooms.id = members.room_id
    where members.room_id = $1
    and exists (
        select 1
        from intervals
        where intervals.room_id = members.room_id
        and intervals.user_id = members.user_id
        and intervals.to_seq is null
    )";

/// A room for those who type in it: its members, and why each may not write now, if so.
pub(crate) async fn circle(
    tx: &mut Tx,
    room: wire::RoomId,
    direct_anyone: bool,
) -> sqlx::Result<Vec<(UserId, Option<Code>)>> {
    let found: Vec<(i64, bool, bool, bool)> =
        each!(tx, db => sqlx::query_as(CIRCLE).bind(room.0).bind(direct_anyone).fetch_all(db).await)?;
    let why = |(user, is_free, is_archived, is_muted): (i64, bool, bool, bool)| {
        let why = match () {
            () if is_archived => Some(Code::RoomClosed),
            () if is_muted => Some(Code::Muted),
            () if !is_free => Some(Code::NotConnected),
            () => None,
        };
        (UserId(user), why)
    };
    Ok(found.into_iter().map(why).collect())
}
