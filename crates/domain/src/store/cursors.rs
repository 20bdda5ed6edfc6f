//! Cursors and unread figures. Rule: a cursor only goes forward, and every move is kept with its time (C8).

use super::{
    Tx, each,
    rows::{ROWS_MAX, Rows, filled},
};
use crate::log::decide::{Cursors, Moved};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};
use wire::{CursorState, RoomId, Seq, Time, Unread, UserId, limits::UNREAD_COUNT_MAX};

/// Where these members stand. Who is not a member is left out.
pub(crate) async fn of_members(tx: &mut Tx, members: &BTreeSet<(RoomId, UserId)>) -> sqlx::Result<Cursors> {
    let members: Vec<(RoomId, UserId)> = members.iter().copied().collect();
    let mut found = Cursors::new();
    for members in members.chunks(ROWS_MAX) {
        found.extend(of_some_members(tx, members).await?);
    }
    Ok(found)
}

async fn of_some_members(tx: &mut Tx, members: &[(RoomId, UserId)]) -> sqlx::Result<Cursors> {
    static TEXT: LazyLock<Rows> = LazyLock::new(|| {
        Rows::new(
            2,
            "with wanted(room_id, user_id) as ({rows})
            select members.room_id, members.user_id, members.delivered_seq, members.read_seq
            from wanted
            cross join members
            where members.room_id = wanted.room_id
            and members.user_id = wanted.user_id",
        )
    });
    let text = TEXT.text(tx, members.len());
    let found: Vec<(i64, i64, i64, i64)> = each!(tx, db => {
        let mut query = sqlx::query_as(text);
        for index in 0..filled(members.len()) {
            let member = members.get(index);
            query = query.bind(member.map(|(room, _)| room.0)).bind(member.map(|(_, user)| user.0));
        }
        query.fetch_all(db).await
    })?;
    Ok(found.into_iter().map(|(room, user, delivered, read)| entry(room, user, delivered, read)).collect())
}

fn entry(room: i64, user: i64, delivered: i64, read: i64) -> ((RoomId, UserId), CursorState) {
    let cursors = CursorState { user: UserId(user), delivered: Seq(delivered), read: Seq(read), joined: Seq(0) };
    ((RoomId(room), cursors.user), cursors)
}

/// Moves the cursors and keeps the moves.
pub(crate) async fn advance(tx: &mut Tx, moved: &[Moved], at: Time) -> sqlx::Result<()> {
    for moved in moved.chunks(ROWS_MAX) {
        update(tx, moved).await?;
    }
    let mut steps = Vec::with_capacity(moved.len() * 2);
    for Moved { room, before, after } in moved {
        if after.delivered > before.delivered {
            steps.push((*room, after.user, "delivered", after.delivered));
        }
        if after.read > before.read {
            steps.push((*room, after.user, "read", after.read));
        }
    }
    for steps in steps.chunks(ROWS_MAX) {
        keep(tx, steps, at).await?;
    }
    Ok(())
}

async fn update(tx: &mut Tx, moved: &[Moved]) -> sqlx::Result<()> {
    static TEXT: LazyLock<Rows> = LazyLock::new(|| {
        Rows::new(
            4,
            "with wanted(room_id, user_id, delivered_seq, read_seq) as ({rows})
            update members
            set delivered_seq = case
                    when wanted.delivered_seq > members.delivered_seq then wanted.delivered_seq
                    else members.delivered_seq
                end,
                read_seq = case
                    when wanted.read_seq > members.read_seq then wanted.read_seq
                    else members.read_seq
                end
            from wanted
            where members.room_id = wanted.room_id
            and members.user_id = wanted.user_id",
        )
    });
    let text = TEXT.text(tx, moved.len());
    each!(tx, db => {
        let mut query = sqlx::query(text);
        for index in 0..filled(moved.len()) {
            let moved = moved.get(index);
            query = query
                .bind(moved.map(|moved| moved.room.0))
                .bind(moved.map(|moved| moved.after.user.0))
                .bind(moved.map(|moved| moved.after.delivered.0))
                .bind(moved.map(|moved| moved.after.read.0));
        }
        query.execute(db).await.map(|_| ())
    })
}

async fn keep(tx: &mut Tx, steps: &[(RoomId, UserId, &'static str, Seq)], at: Time) -> sqlx::Result<()> {
    static TEXT: LazyLock<Rows> = LazyLock::new(|| {
        Rows::new(
            5,
            "with wanted(room_id, user_id, cursor, seq, at_ms) as ({rows})
            insert into cursor_moves (room_id, user_id, cursor, seq, at_ms)
            select room_id, user_id, cursor, seq, at_ms
            from wanted
            where room_id is not null
            on conflict (room_id, user_id, cursor, seq) do nothing",
        )
    });
    let text = TEXT.text(tx, steps.len());
    each!(tx, db => {
        let mut query = sqlx::query(text);
        for index in 0..filled(steps.len()) {
            let step = steps.get(index);
            query = query
                .bind(step.map(|step| step.0.0))
                .bind(step.map(|step| step.1.0))
                .bind(step.map(|step| step.2))
                .bind(step.map(|step| step.3.0))
                .bind(step.map(|_| at.0));
        }
        query.execute(db).await.map(|_| ())
    })
}

/// What to count: a member's events after `read`, up to `as_of`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct UnreadOf {
    pub(crate) room: RoomId,
    pub(crate) user: UserId,
    pub(crate) read: Seq,
    pub(crate) as_of: Seq,
}

/// How many events count as unread (SPEC 6), and how many of them mention the member, for each in order; one more than
/// [`UNREAD_COUNT_MAX`] means "more".
pub(crate) async fn unread(tx: &mut Tx, wanted: &[UnreadOf]) -> sqlx::Result<Vec<Unread>> {
    let open: Vec<UnreadOf> = wanted.iter().filter(|wanted| wanted.read < wanted.as_of).copied().collect();
    let mut counts = Counts::new();
    for open in open.chunks(ROWS_MAX) {
        count(tx, open, &mut counts).await?;
    }
    let figure = |wanted: &UnreadOf| {
        let (count, mentions) = counts.get(&(wanted.room, wanted.user)).copied().unwrap_or_default();
        Unread { count, read: wanted.read, as_of: wanted.as_of, mentions }
    };
    Ok(wanted.iter().map(figure).collect())
}

/// Unread events of members, and those that mention them.
type Counts = BTreeMap<(RoomId, UserId), (i64, i64)>;

/// See [`unread`].
pub(super) static UNREAD: LazyLock<Rows> = LazyLock::new(|| {
    let text = "with wanted(room_id, user_id, read_seq, as_of_seq) as ({rows})
        select wanted.room_id, wanted.user_id, (
            select count(*)
            from (
                select 1
                from events
                where events.room_id = wanted.room_id
                and events.seq > wanted.read_seq
                and events.seq <= wanted.as_of_seq
                and (events.kind = 'message' or (events.kind = 'decided' and events.about_id is not null))
                and events.content is not null
                and events.author_id <> wanted.user_id
                and exists (
                    select 1
                    from intervals
                    where intervals.room_id = wanted.room_id
                    and intervals.user_id = wanted.user_id
                    and intervals.from_seq <= events.seq
                    and (intervals.to_seq is null or intervals.to_seq >= events.seq)
                )
                limit {limit}
            ) as counted
        ), (
            select count(*)
            from (
                select 1
                from mentions
                cross join events
                where mentions.user_id = wanted.user_id
                and mentions.room_id = wanted.room_id
                and mentions.seq > wanted.read_seq
                and mentions.seq <= wanted.as_of_seq
                and events.room_id = mentions.room_id
                and events.seq = mentions.seq
                and events.kind = 'message'
                and events.content is not null
                and events.author_id <> wanted.user_id
                and exists (
                    select 1
                    from intervals
                    where intervals.room_id = wanted.room_id
                    and intervals.user_id = wanted.user_id
                    and intervals.from_seq <= events.seq
                    and (intervals.to_seq is null or intervals.to_seq >= events.seq)
                )
                limit {limit}
            ) as named
        )
        from wanted
        where wanted.room_id is not null";
    Rows::new(4, &text.replace("{limit}", &(UNREAD_COUNT_MAX + 1).to_string()))
});

async fn count(tx: &mut Tx, wanted: &[UnreadOf], counts: &mut Counts) -> sqlx::Result<()> {
    let text = UNREAD.text(tx, wanted.len());
    let found: Vec<(i64, i64, i64, i64)> = each!(tx, db => {
        let mut query = sqlx::query_as(text);
        for index in 0..filled(wanted.len()) {
            let wanted = wanted.get(index);
            query = query
                .bind(wanted.map(|wanted| wanted.room.0))
                .bind(wanted.map(|wanted| wanted.user.0))
                .bind(wanted.map(|wanted| wanted.read.0))
                .bind(wanted.map(|wanted| wanted.as_of.0));
        }
        query.fetch_all(db).await
    })?;
    counts.extend(found.into_iter().map(|(room, user, count, named)| ((RoomId(room), UserId(user)), (count, named))));
    Ok(())
}
