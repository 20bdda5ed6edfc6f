//! Who may see whether somebody is here: connected people, and members of a common room that is not direct (SPEC 3; a
//! direct room needs the connection, unless the operator lets anybody write). Rule: seeing is mutual.

use super::{
    Tx, each,
    rows::{ROWS_MAX, Rows, filled},
};
use std::sync::LazyLock;
use wire::{Code, Time, UserId};

/// See [`visible`].
pub(super) static VISIBLE: LazyLock<Rows> = LazyLock::new(|| {
    Rows::new(
        2,
        "with wanted(user_id, direct_anyone) as ({rows}),
        pairs as (
            select wanted.user_id, mine.other_id
            from wanted
            cross join connections as mine
            cross join connections as theirs
            where mine.user_id = wanted.user_id
            and theirs.user_id = mine.other_id
            and theirs.other_id = wanted.user_id
            union
            select wanted.user_id, theirs.user_id as other_id
            from wanted
            cross join members as seat
            cross join rooms
            cross join intervals as mine
            cross join intervals as theirs
            where seat.user_id = wanted.user_id
            and rooms.id = seat.room_id
            and (rooms.kind <> 'direct' or wanted.direct_anyone)
            and mine.room_id = rooms.id
            and mine.user_id = wanted.user_id
            and mine.to_seq is null
            and theirs.room_id = rooms.id
            and theirs.user_id <> wanted.user_id
            and theirs.to_seq is null
        )
        select pairs.user_id, pairs.other_id, users.last_seen_ms
        from pairs
        cross join users
        where users.id = pairs.other_id
        and not exists (
            select 1
            from blocks
            where blocks.user_id = pairs.user_id
            and blocks.other_id = pairs.other_id
        )
        and not exists (
            select 1
            from blocks
            where blocks.user_id = pairs.other_id
            and blocks.other_id = pairs.user_id
        )",
    )
});

/// Pairs of one of `users` and somebody who may see them, with when that somebody was last here.
pub(crate) async fn visible(
    tx: &mut Tx,
    users: &[UserId],
    direct_anyone: bool,
) -> sqlx::Result<Vec<(UserId, UserId, Option<Time>)>> {
    let mut pairs = Vec::new();
    for users in users.chunks(ROWS_MAX) {
        let text = VISIBLE.text(tx, users.len());
        let found: Vec<(i64, i64, Option<i64>)> = each!(tx, db => {
            let mut query = sqlx::query_as(text);
            for index in 0..filled(users.len()) {
                let user = users.get(index);
                query = query.bind(user.map(|user| user.0)).bind(user.map(|_| direct_anyone));
            }
            query.fetch_all(db).await
        })?;
        pairs.extend(found.into_iter().map(|(user, other, seen)| (UserId(user), UserId(other), seen.map(Time))));
    }
    Ok(pairs)
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
            where users.id = wanted.user_id",
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
