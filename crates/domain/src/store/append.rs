//! The statements of the log's writer: one transaction per group, the same number of statements whatever its size. Rule:
//! the rooms are locked first and in the order of their ids, so that the order of positions is the order of commits.

use super::{
    Store, Tx, each,
    rows::{ROWS_MAX, Rows, filled},
};
use crate::{
    fanout::members::{Interval, Members},
    log::decide::{ContentHash, Finding, RoomState, Rooms, Stored, Wish},
};
use sqlx::Row;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, LazyLock},
};
use wire::{Cid, Code, RoomId, Seq, Time, UserId};

/// An event about to be stored.
#[derive(Debug)]
pub(crate) struct NewEvent<'a> {
    pub(crate) room: RoomId,
    pub(crate) seq: Seq,
    pub(crate) author: UserId,
    pub(crate) cid: Cid,
    pub(crate) message_type: &'static str,
    pub(crate) content: &'a str,
    pub(crate) reply_to: Option<Seq>,
    pub(crate) parts: Option<String>,
    pub(crate) hash: ContentHash,
}

impl Store {
    /// Begins the transaction of a group; only the log's writer does, whose task is never dropped.
    pub(crate) async fn begin_group(&self) -> Result<Tx, crate::Error> {
        self.begin_write().await
    }

    /// Commits it.
    ///
    /// # Errors
    /// [`crate::Error::Unknown`]; when SQLite reports that the disk failed, the process ends (RELIABILITY F3).
    pub(crate) async fn commit_group(&self, tx: Tx) -> Result<(), crate::Error> {
        tx.commit().await
    }

    /// Takes it back.
    pub(crate) async fn roll_back_group(&self, tx: Tx) {
        tx.roll_back().await;
    }
}

/// Locks the rooms until the commit. Rooms that do not exist are left out.
pub(crate) async fn lock_rooms(tx: &mut Tx, rooms: &BTreeSet<RoomId>) -> sqlx::Result<Rooms> {
    let rooms: Vec<RoomId> = rooms.iter().copied().collect();
    let mut found = Rooms::new();
    for rooms in rooms.chunks(ROWS_MAX) {
        found.extend(lock_some(tx, rooms).await?);
    }
    Ok(found)
}

async fn lock_some(tx: &mut Tx, rooms: &[RoomId]) -> sqlx::Result<Vec<(RoomId, RoomState)>> {
    static TEXT: LazyLock<Rows> = LazyLock::new(|| {
        Rows::new(
            1,
            "with wanted(room_id) as ({rows})
            select rooms.id, rooms.head, rooms.members_rev
            from wanted
            cross join rooms
            where rooms.id = wanted.room_id
            order by rooms.id
            {for update of rooms}",
        )
    });
    let text = TEXT.text(tx, rooms.len());
    let found: Vec<(i64, i64, i64)> = each!(tx, db => {
        let mut query = sqlx::query_as(text);
        for index in 0..filled(rooms.len()) {
            query = query.bind(rooms.get(index).map(|room| room.0));
        }
        query.fetch_all(db).await
    })?;
    let state = |(room, head, members_rev)| (RoomId(room), RoomState { head: Seq(head), members_rev });
    Ok(found.into_iter().map(state).collect())
}

/// Rows are what costs, so only what is not plainly allowed comes back as one.
pub(super) static JUDGE: LazyLock<Rows> = LazyLock::new(|| {
    Rows::new(
        3,
        "with wanted(room_id, author_id, cid) as ({rows}),
        judged as (
            select wanted.room_id, wanted.author_id, wanted.cid, rooms.kind, users.id as user_id, users.banned_at_ms,
                exists (
                    select 1
                    from intervals
                    where intervals.room_id = wanted.room_id
                    and intervals.user_id = wanted.author_id
                    and intervals.to_seq is null
                ) as is_present,
                rooms.archived_at_ms is not null as is_archived,
                exists (
                    select 1
                    from room_mutes
                    where room_mutes.room_id = wanted.room_id
                    and room_mutes.user_id = wanted.author_id
                ) as is_muted,
                case
                    when rooms.kind <> 'direct' then true
                    else exists (
                        select 1
                        from members as peer
                        cross join connections as mine
                        cross join connections as theirs
                        where peer.room_id = wanted.room_id
                        and peer.user_id <> wanted.author_id
                        and mine.user_id = wanted.author_id
                        and mine.other_id = peer.user_id
                        and theirs.user_id = peer.user_id
                        and theirs.other_id = wanted.author_id
                    )
                end as is_connected,
                case
                    when rooms.kind <> 'direct' then false
                    else exists (
                        select 1
                        from members as peer
                        cross join blocks
                        where peer.room_id = wanted.room_id
                        and peer.user_id <> wanted.author_id
                        and (
                            (blocks.user_id = wanted.author_id and blocks.other_id = peer.user_id)
                            or (blocks.user_id = peer.user_id and blocks.other_id = wanted.author_id)
                        )
                    )
                end as is_blocked,
                events.room_id as known_room_id, events.seq, events.content_hash, events.at_ms
            from wanted
            left join rooms on rooms.id = wanted.room_id
            left join users on users.id = wanted.author_id
            left join events on events.author_id = wanted.author_id and events.cid = wanted.cid
            where wanted.room_id is not null
        )
        select room_id, author_id, cid, is_present, is_connected, banned_at_ms is not null as is_banned,
            known_room_id, seq, content_hash, at_ms, is_archived, is_muted, is_blocked
        from judged
        where seq is not null
        or kind is null
        or user_id is null
        or banned_at_ms is not null
        or not is_present
        or not is_connected
        or is_blocked
        or is_archived
        or is_muted",
    )
});

/// Judges each wish against the log, membership, bans, connections, and whether the room is open.
pub(crate) async fn judge(tx: &mut Tx, wishes: &[Wish], direct_anyone: bool) -> sqlx::Result<Vec<Finding>> {
    let text = JUDGE.text(tx, wishes.len());
    let odd: HashMap<(RoomId, UserId, Cid), Finding> = each!(tx, db => {
        let mut query = sqlx::query(text);
        for index in 0..filled(wishes.len()) {
            let wish = wishes.get(index);
            query = query
                .bind(wish.map(|wish| wish.room.0))
                .bind(wish.map(|wish| wish.author.0))
                .bind(wish.map(|wish| wish.cid.as_bytes().as_slice()));
        }
        let mut odd = HashMap::new();
        for row in query.fetch_all(db).await? {
            let cid = Cid::from_bytes(bytes(row.try_get(2)?)?);
            let is_free = !row.try_get::<bool, _>(12)? && (direct_anyone || row.try_get(4)?);
            let finding = match row.try_get::<Option<i64>, _>(6)? {
                Some(room) => Finding::Known(Stored {
                    room: RoomId(room),
                    seq: Seq(row.try_get(7)?),
                    hash: bytes(row.try_get(8)?)?,
                    at: Time(row.try_get(9)?),
                }),
                None if row.try_get(5)? => Finding::Forbidden(Code::Banned),
                None if !row.try_get::<bool, _>(3)? => Finding::Forbidden(Code::NotFound),
                None if row.try_get(10)? => Finding::Forbidden(Code::RoomClosed),
                None if row.try_get(11)? => Finding::Forbidden(Code::Muted),
                None if !is_free => Finding::Forbidden(Code::NotConnected),
                None => Finding::Clear,
            };
            odd.insert((RoomId(row.try_get(0)?), UserId(row.try_get(1)?), cid), finding);
        }
        odd
    });
    let finding = |wish: &Wish| odd.get(&(wish.room, wish.author, wish.cid)).copied().unwrap_or(Finding::Clear);
    Ok(wishes.iter().map(finding).collect())
}

/// A fixed number of bytes as a column has them.
pub(super) fn bytes<const N: usize>(found: Vec<u8>) -> sqlx::Result<[u8; N]> {
    found
        .try_into()
        .map_err(|found: Vec<u8>| sqlx::Error::Decode(format!("{} bytes instead of {N}", found.len()).into()))
}

/// Everybody's intervals in these rooms, and who blocked whom, under the revisions that the rooms are locked with.
pub(crate) async fn members(tx: &mut Tx, wanted: &[(RoomId, i64)]) -> sqlx::Result<BTreeMap<RoomId, Arc<Members>>> {
    let mut found = BTreeMap::new();
    for wanted in wanted.chunks(ROWS_MAX) {
        found.extend(some_members(tx, wanted).await?);
    }
    Ok(found)
}

async fn some_members(tx: &mut Tx, wanted: &[(RoomId, i64)]) -> sqlx::Result<Vec<(RoomId, Arc<Members>)>> {
    static TEXT: LazyLock<Rows> = LazyLock::new(|| {
        Rows::new(
            1,
            "with wanted(room_id) as ({rows})
            select intervals.room_id, intervals.user_id, intervals.from_seq, intervals.to_seq
            from wanted
            cross join intervals
            where intervals.room_id = wanted.room_id
            order by intervals.room_id, intervals.user_id, intervals.from_seq",
        )
    });
    let text = TEXT.text(tx, wanted.len());
    let found: Vec<(i64, i64, i64, Option<i64>)> = each!(tx, db => {
        let mut query = sqlx::query_as(text);
        for index in 0..filled(wanted.len()) {
            query = query.bind(wanted.get(index).map(|(room, _)| room.0));
        }
        query.fetch_all(db).await
    })?;
    let mut intervals: BTreeMap<RoomId, Vec<Interval>> = BTreeMap::new();
    for (room, user, from, to) in found {
        let interval = Interval { user: UserId(user), from: Seq(from), to: to.map(Seq) };
        intervals.entry(RoomId(room)).or_default().push(interval);
    }
    let mut apart = super::audience::apart(tx, &wanted.iter().map(|(room, _)| *room).collect::<Vec<_>>()).await?;
    let of_room = |(room, rev): &(RoomId, i64)| {
        let intervals = intervals.remove(room).unwrap_or_default();
        let apart = apart.remove(room).unwrap_or_default();
        (*room, Arc::new(Members { rev: *rev, intervals, apart }))
    };
    Ok(wanted.iter().map(of_room).collect())
}

/// Raises the heads of the rooms that got events.
pub(crate) async fn raise_heads(tx: &mut Tx, heads: &[(RoomId, Seq)], at: Time) -> sqlx::Result<()> {
    static TEXT: LazyLock<Rows> = LazyLock::new(|| {
        Rows::new(
            3,
            "with wanted(room_id, head, at_ms) as ({rows})
            update rooms
            set head = wanted.head, shown_seq = null, active_at_ms = wanted.at_ms
            from wanted
            where rooms.id = wanted.room_id",
        )
    });
    let text = TEXT.text(tx, heads.len());
    each!(tx, db => {
        let mut query = sqlx::query(text);
        for index in 0..filled(heads.len()) {
            let head = heads.get(index);
            query = query.bind(head.map(|(room, _)| room.0)).bind(head.map(|(_, head)| head.0)).bind(head.map(|_| at.0));
        }
        query.execute(db).await.map(|_| ())
    })
}

/// Stores the events of a group.
pub(crate) async fn insert_events(tx: &mut Tx, events: &[NewEvent<'_>], at: Time) -> sqlx::Result<()> {
    static TEXT: LazyLock<Rows> = LazyLock::new(|| {
        Rows::new(
            10,
            "with wanted(room_id, seq, author_id, cid, message_type, content, reply_seq, parts, content_hash, at_ms)
                as ({rows})
            insert into events
                (room_id, seq, author_id, cid, kind, message_type, content, reply_seq, parts, content_hash, at_ms)
            select room_id, seq, author_id, cid, 'message', message_type, content, reply_seq, parts, content_hash, at_ms
            from wanted
            where room_id is not null",
        )
    });
    let text = TEXT.text(tx, events.len());
    let stored = each!(tx, db => {
        let mut query = sqlx::query(text);
        for index in 0..filled(events.len()) {
            let event = events.get(index);
            query = query
                .bind(event.map(|event| event.room.0))
                .bind(event.map(|event| event.seq.0))
                .bind(event.map(|event| event.author.0))
                .bind(event.map(|event| event.cid.as_bytes().as_slice()))
                .bind(event.map(|event| event.message_type))
                .bind(event.map(|event| event.content))
                .bind(event.and_then(|event| event.reply_to).map(|seq| seq.0))
                .bind(event.and_then(|event| event.parts.as_deref()))
                .bind(event.map(|event| event.hash.as_slice()))
                .bind(event.map(|_| at.0));
        }
        query.execute(db).await.map(|done| done.rows_affected())
    })?;
    if usize::try_from(stored) == Ok(events.len()) {
        Ok(())
    } else {
        Err(sqlx::Error::Protocol(format!("{stored} rows were stored instead of {}", events.len())))
    }
}

/// Whether another server stored the same (author, cid) between the look-up and the insert.
pub(crate) fn is_stored_elsewhere(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation)
}
