//! Who may see those who came or went: connected people, and members of a common room that is not direct (SPEC 3; a direct
//! room needs the connection, unless the operator lets anybody write). Rule: a room's members are read once, however many of
//! them came.

use super::{
    Tx, each,
    rows::{ROWS_MAX, Rows, filled},
};
use crate::presence::audience::Sight;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};
use wire::{RoomId, UserId};

/// Connected people.
static PAIRS: LazyLock<Rows> = LazyLock::new(|| {
    Rows::new(
        1,
        "with wanted(one_id) as ({rows})
        select wanted.one_id, mine.other_id
        from wanted
        cross join connections as mine
        cross join connections as theirs
        where mine.user_id = wanted.one_id
        and theirs.user_id = mine.other_id
        and theirs.other_id = wanted.one_id",
    )
});

/// The rooms in which people see each other.
static ROOMS: LazyLock<Rows> = LazyLock::new(|| {
    Rows::new(
        1,
        "with wanted(one_id) as ({rows})
        select members.room_id, wanted.one_id, rooms.kind = 'direct'
        from wanted
        cross join members
        cross join rooms
        where members.user_id = wanted.one_id
        and rooms.id = members.room_id",
    )
});

/// Everybody in them.
static MEMBERS: LazyLock<Rows> = LazyLock::new(|| {
    Rows::new(
        1,
        "with wanted(one_id) as ({rows})
        select members.room_id, members.user_id
        from wanted
        cross join members
        where members.room_id = wanted.one_id",
    )
});

/// Blocks, either way.
static BLOCKS: LazyLock<Rows> = LazyLock::new(|| {
    Rows::new(
        1,
        "with wanted(one_id) as ({rows})
        select blocks.user_id, blocks.other_id
        from wanted
        cross join blocks
        where blocks.user_id = wanted.one_id
        union all
        select blocks.other_id, blocks.user_id
        from wanted
        cross join blocks
        where blocks.other_id = wanted.one_id",
    )
});

/// Who may see these users.
pub(crate) async fn sight(tx: &mut Tx, users: &[UserId], direct_anyone: bool) -> sqlx::Result<Sight> {
    let ids: Vec<i64> = users.iter().map(|user| user.0).collect();
    let pairs = numbers(tx, &PAIRS, &ids).await?;
    let mut seats: BTreeMap<i64, Vec<UserId>> = BTreeMap::new();
    for (room, user, is_direct) in rooms(tx, &ids).await? {
        if !is_direct || direct_anyone {
            seats.entry(room).or_default().push(UserId(user));
        }
    }
    seats.values_mut().for_each(|users| users.sort_unstable());
    let mut members: BTreeMap<i64, Vec<UserId>> = BTreeMap::new();
    for (room, user) in numbers(tx, &MEMBERS, &seats.keys().copied().collect::<Vec<_>>()).await? {
        members.entry(room).or_default().push(UserId(user));
    }
    let apart = numbers(tx, &BLOCKS, &ids).await?;
    let people = |(one, other)| (UserId(one), UserId(other));
    Ok(Sight {
        pairs: pairs.into_iter().map(people).collect(),
        rooms: seats.into_iter().map(|(room, users)| (users, members.remove(&room).unwrap_or_default())).collect(),
        apart: apart.into_iter().map(people).collect(),
    })
}

async fn numbers(tx: &mut Tx, rows: &Rows, ids: &[i64]) -> sqlx::Result<Vec<(i64, i64)>> {
    let mut found = Vec::new();
    for ids in ids.chunks(ROWS_MAX) {
        let text = rows.text(tx, ids.len());
        found.append(&mut each!(tx, db => {
            let mut query = sqlx::query_as(text);
            for index in 0..filled(ids.len()) {
                query = query.bind(ids.get(index).copied());
            }
            query.fetch_all(db).await
        })?);
    }
    Ok(found)
}

async fn rooms(tx: &mut Tx, ids: &[i64]) -> sqlx::Result<Vec<(i64, i64, bool)>> {
    let mut found = Vec::new();
    for ids in ids.chunks(ROWS_MAX) {
        let text = ROOMS.text(tx, ids.len());
        found.append(&mut each!(tx, db => {
            let mut query = sqlx::query_as(text);
            for index in 0..filled(ids.len()) {
                query = query.bind(ids.get(index).copied());
            }
            query.fetch_all(db).await
        })?);
    }
    Ok(found)
}

/// Those of these people between whom there is a block, in both orders.
pub(crate) async fn apart(tx: &mut Tx, rooms: &[RoomId]) -> sqlx::Result<BTreeMap<RoomId, BTreeSet<(UserId, UserId)>>> {
    let mut found: BTreeMap<RoomId, BTreeSet<(UserId, UserId)>> = BTreeMap::new();
    for rooms in rooms.chunks(ROWS_MAX) {
        static TEXT: LazyLock<Rows> = LazyLock::new(|| {
            Rows::new(
                1,
                "with wanted(room_id) as ({rows})
                select wanted.room_id, blocks.user_id, blocks.other_id
                from wanted
                cross join members
                cross join blocks
                cross join members as other
                where members.room_id = wanted.room_id
                and blocks.user_id = members.user_id
                and other.room_id = wanted.room_id
                and other.user_id = blocks.other_id",
            )
        });
        let text = TEXT.text(tx, rooms.len());
        let rows: Vec<(i64, i64, i64)> = each!(tx, db => {
            let mut query = sqlx::query_as(text);
            for index in 0..filled(rooms.len()) {
                query = query.bind(rooms.get(index).map(|room| room.0));
            }
            query.fetch_all(db).await
        })?;
        for (room, one, other) in rows {
            let (one, other) = (UserId(one), UserId(other));
            found.entry(RoomId(room)).or_default().extend([(one, other), (other, one)]);
        }
    }
    Ok(found)
}
