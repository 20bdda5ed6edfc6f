//! Where the members of rooms stand, as one of them may know. Rule: of a room with more than [`CURSORS_MEMBERS_MAX`] members
//! only the least is read, by an index, so that the cost of a row does not grow with them; whoever is banned from the
//! installation is not waited for.

use super::{
    Tx, each,
    rows::{ROWS_MAX, Rows, filled},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};
use wire::{CursorState, EVERYBODY_ELSE, RoomId, Seq, Tally, UserId, limits::CURSORS_MEMBERS_MAX};

/// See [`of_rooms`]. In a direct room there is nobody else to wait for: what the other has read stays read.
pub(super) static SMALL: LazyLock<Rows> = LazyLock::new(|| {
    let text = "with wanted(room_id, viewer_id) as ({rows}),
        small as (
            select wanted.room_id, wanted.viewer_id
            from wanted
            where (
                select count(*)
                from (
                    select 1
                    from members
                    where members.room_id = wanted.room_id
                    limit {limit} + 1
                ) as counted
            ) <= {limit}
        )
        select members.room_id, members.user_id, members.delivered_seq, members.read_seq, members.joined_seq
        from small
        cross join rooms
        cross join members
        cross join users
        where rooms.id = small.room_id
        and members.room_id = small.room_id
        and users.id = members.user_id
        and (users.banned_at_ms is null or rooms.kind = 'direct')
        and not exists (
            select 1
            from blocks
            where blocks.user_id = small.viewer_id
            and blocks.other_id = members.user_id
        )
        and not exists (
            select 1
            from blocks
            where blocks.user_id = members.user_id
            and blocks.other_id = small.viewer_id
        )
        order by members.room_id, members.user_id";
    Rows::new(2, &text.replace("{limit}", &CURSORS_MEMBERS_MAX.to_string()))
});

/// See [`of_rooms`]. Whoever is blocked is waited for as everybody is: nothing of it says who is late.
pub(super) static LARGE: LazyLock<Rows> = LazyLock::new(|| {
    Rows::new(
        2,
        "with wanted(room_id, viewer_id) as ({rows})
        select mine.room_id, mine.user_id, mine.delivered_seq, mine.read_seq, mine.joined_seq,
            (
                select other.delivered_seq
                from members as other
                cross join users
                where other.room_id = mine.room_id
                and other.user_id <> mine.user_id
                and users.id = other.user_id
                and users.banned_at_ms is null
                order by other.delivered_seq
                limit 1
            ),
            (
                select other.read_seq
                from members as other
                cross join users
                where other.room_id = mine.room_id
                and other.user_id <> mine.user_id
                and users.id = other.user_id
                and users.banned_at_ms is null
                order by other.read_seq
                limit 1
            )
        from wanted
        cross join members as mine
        where mine.room_id = wanted.room_id
        and mine.user_id = wanted.viewer_id",
    )
});

/// The cursors of all whom the viewer waits for and the viewer's own, in the order of users; of a large room the viewer's own
/// and those of [`EVERYBODY_ELSE`].
pub(crate) async fn of_rooms(
    tx: &mut Tx,
    rooms: &[RoomId],
    viewer: UserId,
) -> sqlx::Result<BTreeMap<RoomId, Vec<CursorState>>> {
    let mut found: BTreeMap<RoomId, Vec<CursorState>> = BTreeMap::new();
    for rooms in rooms.chunks(ROWS_MAX) {
        let text = SMALL.text(tx, rooms.len());
        let rows: Vec<StateRow> = each!(tx, db => {
            let mut query = sqlx::query_as(text);
            for index in 0..filled(rooms.len()) {
                let room = rooms.get(index);
                query = query.bind(room.map(|room| room.0)).bind(room.map(|_| viewer.0));
            }
            query.fetch_all(db).await
        })?;
        for row in rows {
            found.entry(RoomId(row.0)).or_default().push(state(row));
        }
        // Of a small room of the viewer's the viewer is always named.
        let large: Vec<RoomId> = rooms.iter().filter(|room| !found.contains_key(room)).copied().collect();
        if !large.is_empty() {
            of_large(tx, &large, viewer, &mut found).await?;
        }
    }
    Ok(found)
}

async fn of_large(
    tx: &mut Tx,
    rooms: &[RoomId],
    viewer: UserId,
    found: &mut BTreeMap<RoomId, Vec<CursorState>>,
) -> sqlx::Result<()> {
    let text = LARGE.text(tx, rooms.len());
    let rows: Vec<LargeRow> = each!(tx, db => {
        let mut query = sqlx::query_as(text);
        for index in 0..filled(rooms.len()) {
            let room = rooms.get(index);
            query = query.bind(room.map(|room| room.0)).bind(room.map(|_| viewer.0));
        }
        query.fetch_all(db).await
    })?;
    for (room, user, delivered, read, joined, least_delivered, least_read) in rows {
        let states = found.entry(RoomId(room)).or_default();
        if let (Some(delivered), Some(read)) = (least_delivered, least_read) {
            states.push(everybody_else(Seq(delivered), Seq(read)));
        }
        states.push(state((room, user, delivered, read, joined)));
    }
    Ok(())
}

/// Room, user, delivered, read, joined.
type StateRow = (i64, i64, i64, i64, i64);
/// The same, then the least of the others.
type LargeRow = (i64, i64, i64, i64, i64, Option<i64>, Option<i64>);

fn state((_, user, delivered, read, joined): StateRow) -> CursorState {
    CursorState { user: UserId(user), delivered: Seq(delivered), read: Seq(read), joined: Seq(joined) }
}

fn everybody_else(delivered: Seq, read: Seq) -> CursorState {
    CursorState { user: EVERYBODY_ELSE, delivered, read, joined: Seq(0) }
}

macro_rules! waited_for {
    ($what:literal, $rest:literal) => {
        concat!(
            "(
                select ",
            $what,
            "
                from members
                cross join users
                where members.room_id = rooms.id
                and users.id = members.user_id
                and users.banned_at_ms is null
                ",
            $rest,
            "
            )"
        )
    };
}

/// See [`least`].
pub(super) const LEAST: &str = concat!(
    "select ",
    waited_for!("members.user_id", "order by members.delivered_seq, members.user_id limit 1"),
    ", ",
    waited_for!("members.delivered_seq", "order by members.delivered_seq, members.user_id limit 1"),
    ", ",
    waited_for!("members.delivered_seq", "order by members.delivered_seq, members.user_id limit 1 offset 1"),
    ", ",
    waited_for!("members.user_id", "order by members.read_seq, members.user_id limit 1"),
    ", ",
    waited_for!("members.read_seq", "order by members.read_seq, members.user_id limit 1"),
    ", ",
    waited_for!("members.read_seq", "order by members.read_seq, members.user_id limit 1 offset 1"),
    ", rooms.head, ",
    waited_for!("count(*)", "and members.user_id <> events.author_id and members.joined_seq <= rooms.head"),
    ", ",
    waited_for!("count(*)", "and members.user_id <> events.author_id and members.delivered_seq >= rooms.head"),
    ", ",
    waited_for!("count(*)", "and members.user_id <> events.author_id and members.read_seq >= rooms.head"),
    "
    from rooms
    left join events on events.room_id = rooms.id and events.seq = rooms.head
    where rooms.id = $1"
);

/// The least cursors of a room, for whichever member asks, and the counts at its last event. None while nobody is waited for.
pub(crate) async fn least(tx: &mut Tx, room: RoomId) -> sqlx::Result<Option<(Least, Tally)>> {
    let row: Option<LeastRow> = each!(tx, db => sqlx::query_as(LEAST).bind(room.0).fetch_optional(db).await)?;
    let Some(row) = row else { return Ok(None) };
    let lowest = |user: Option<i64>, seq: Option<i64>, next: Option<i64>| {
        Some(Lowest { holder: UserId(user?), seq: Seq(seq?), next: next.map(Seq) })
    };
    let (Some(delivered), Some(read)) = (lowest(row.0, row.1, row.2), lowest(row.3, row.4, row.5)) else {
        return Ok(None);
    };
    let tally = Tally { seq: Seq(row.6), of: row.7, delivered: row.8, read: row.9 };
    Ok(Some((Least { delivered, read }, tally)))
}

/// Who holds the least, that, and the next; the same for what is read; the head; of how many, how many hold and have read it.
type LeastRow = (Option<i64>, Option<i64>, Option<i64>, Option<i64>, Option<i64>, Option<i64>, i64, i64, i64, i64);

/// The least cursors of a room's members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Least {
    delivered: Lowest,
    read: Lowest,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Lowest {
    holder: UserId,
    seq: Seq,
    /// The least of the others.
    next: Option<Seq>,
}

impl Lowest {
    /// For everybody but this one; nowhere if there is nobody else.
    fn but(&self, user: UserId) -> Seq {
        if self.holder == user { self.next.unwrap_or_default() } else { self.seq }
    }
}

impl Least {
    /// What all members but those of [`Self::holders`] are told.
    pub(crate) fn for_all(&self) -> CursorState {
        everybody_else(self.delivered.seq, self.read.seq)
    }

    /// What this member is told.
    pub(crate) fn for_one(&self, user: UserId) -> CursorState {
        everybody_else(self.delivered.but(user), self.read.but(user))
    }

    /// Those who alone keep a cursor back, two at most: for them the others are further.
    pub(crate) fn holders(&self) -> BTreeSet<UserId> {
        let holders = [self.delivered.holder, self.read.holder].into_iter();
        holders.filter(|holder| self.for_one(*holder) != self.for_all()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lowest(cursors: &[i64]) -> Lowest {
        let mut sorted: Vec<(i64, i64)> = cursors.iter().copied().zip(1..).collect();
        sorted.sort_unstable();
        Lowest { holder: UserId(sorted[0].1), seq: Seq(sorted[0].0), next: sorted.get(1).map(|(seq, _)| Seq(*seq)) }
    }

    proptest! {
        #[test]
        fn each_is_told_the_least_of_the_others(cursors in prop::collection::vec((0..5_i64, 0..5_i64), 1..6)) {
            let (delivered, read): (Vec<i64>, Vec<i64>) = cursors.into_iter().unzip();
            let least = Least { delivered: lowest(&delivered), read: lowest(&read) };
            for user in 1..=delivered.len() {
                let others = |of: &[i64]| {
                    let others = of.iter().zip(1..).filter(|(_, other)| *other != user).map(|(seq, _)| *seq);
                    Seq(others.min().unwrap_or_default())
                };
                let user = UserId(user as i64);
                let expected = everybody_else(others(&delivered), others(&read));
                let told = if least.holders().contains(&user) { least.for_one(user) } else { least.for_all() };
                prop_assert_eq!(told, expected);
            }
        }
    }
}
