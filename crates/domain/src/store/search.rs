//! The index of what was said. Rule: a message is named here in the transaction that stores it, and taken out in the one that takes its
//! text away; what the index holds only narrows down what is looked at, and the text as it is now decides.

use super::{
    Tx, each,
    rows::{Listed, ROWS_MAX, Rows, filled},
};
use crate::fanout::members::Interval;
use serde_json::json;
use std::sync::LazyLock;
use wire::{RoomId, Seq, Time, UserId};

/// These messages can be found, or have another text: the index takes them up a moment later. One statement for each 128.
pub(crate) async fn put(tx: &mut Tx, messages: &[(RoomId, Seq)]) -> sqlx::Result<()> {
    static TEXT: LazyLock<Rows> = LazyLock::new(|| {
        Rows::new(
            2,
            "with wanted(room_id, seq) as ({rows})
            insert into search_entries (room_id, seq)
            select room_id, seq
            from wanted
            where room_id is not null
            on conflict (room_id, seq) do update
            set is_waiting = true",
        )
    });
    for messages in messages.chunks(ROWS_MAX) {
        let text = TEXT.text(tx, messages.len());
        each!(tx, db => {
            let mut query = sqlx::query(text);
            for index in 0..filled(messages.len()) {
                let message = messages.get(index);
                query = query.bind(message.map(|(room, _)| room.0)).bind(message.map(|(_, seq)| seq.0));
            }
            query.execute(db).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// These messages have no text any more: nothing of them stays in the index. Two statements, however many they are.
pub(crate) async fn drop(tx: &mut Tx, messages: &[(RoomId, Seq)]) -> sqlx::Result<()> {
    let rows = json!(messages).to_string();
    // On Postgres the index follows its entries by itself.
    if matches!(tx, Tx::Sqlite(_)) {
        let text = DROP_INDEX.text(tx);
        each!(tx, db => sqlx::query(text).bind(rows.clone()).execute(db).await.map(|_| ()))?;
    }
    let text = DROP.text(tx);
    each!(tx, db => sqlx::query(text).bind(rows).execute(db).await.map(|_| ()))
}

static DROP_INDEX: LazyLock<Listed> = LazyLock::new(|| {
    Listed::new(
        &["bigint", "bigint"],
        "with wanted(room_id, seq) as ({rows})
        delete from search_index
        where rowid in (
            select search_entries.id
            from wanted
            cross join search_entries
            where search_entries.room_id = wanted.room_id
            and search_entries.seq = wanted.seq
        )",
    )
});

/// See [`drop`].
pub(super) static DROP: LazyLock<Listed> = LazyLock::new(|| {
    Listed::new(
        &["bigint", "bigint"],
        "with wanted(room_id, seq) as ({rows})
        delete from search_entries
        where id in (
            select entries.id
            from wanted
            cross join search_entries as entries
            where entries.room_id = wanted.room_id
            and entries.seq = wanted.seq
        )",
    )
});

/// See [`drop_erased`].
macro_rules! erased {
    ($head:literal) => {
        concat!(
            $head,
            " in (
                select entries.id
                from search_entries as entries
                join events on events.room_id = entries.room_id and events.seq = entries.seq
                where entries.room_id = $1
                and entries.seq > $2
                and entries.seq <= $3
                and events.content is null
            )"
        )
    };
}

/// See [`drop_erased`].
pub(super) const DROP_ERASED: &str = erased!("delete from search_entries where id");

/// The same for all of these positions that have lost their content: those after the first up to the second.
pub(crate) async fn drop_erased(tx: &mut Tx, room: RoomId, (after, to): (Seq, Seq)) -> sqlx::Result<()> {
    const INDEX: &str = erased!("delete from search_index where rowid");
    let texts: &[&'static str] = if matches!(tx, Tx::Sqlite(_)) { &[INDEX, DROP_ERASED] } else { &[DROP_ERASED] };
    for text in texts {
        each!(tx, db => sqlx::query(*text).bind(room.0).bind(after.0).bind(to.0).execute(db).await.map(|_| ()))?;
    }
    Ok(())
}

/// A message whose text is not in the index yet.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Waiting {
    pub(crate) id: i64,
    pub(crate) room_id: i64,
    pub(crate) author_id: i64,
    pub(crate) message_type: Option<String>,
    pub(crate) content: Option<String>,
    pub(crate) parts: Option<String>,
}

macro_rules! waiting {
    ($lock:literal) => {
        concat!(
            "select search_entries.id, search_entries.room_id, events.author_id, events.message_type, events.content,
                events.parts
            from search_entries
            join events on events.room_id = search_entries.room_id and events.seq = search_entries.seq
            where search_entries.is_waiting
            order by search_entries.id
            limit $1",
            $lock
        )
    };
}

/// See [`waiting`].
pub(super) const WAITING: [&str; 2] = [waiting!(""), waiting!(" for update of search_entries skip locked")];

/// Whether anything waits.
pub(crate) async fn is_waiting(tx: &mut Tx) -> sqlx::Result<bool> {
    let found: Option<(i64,)> = each!(tx, db => sqlx::query_as(
        "select id
        from search_entries
        where is_waiting
        order by id
        limit 1",
    ).fetch_optional(db).await)?;
    Ok(found.is_some())
}

/// The first that wait. On Postgres they are held until the transaction ends, so that a text that goes meanwhile takes with it what is
/// made of it here.
pub(crate) async fn waiting(tx: &mut Tx, most: i64) -> sqlx::Result<Vec<Waiting>> {
    let text = WAITING[usize::from(matches!(tx, Tx::Postgres(_)))];
    each!(tx, db => sqlx::query_as(text).bind(most).fetch_all(db).await)
}

/// The index holds these tokens of these entries, whatever it held of them before, and they wait no more.
pub(crate) async fn index(tx: &mut Tx, entries: &[(i64, String)]) -> sqlx::Result<()> {
    static INDEX: LazyLock<[Listed; 2]> = LazyLock::new(|| {
        let text = |insert: &str| {
            let text = "with wanted(id, tokens) as ({rows}) ".to_owned() + insert;
            Listed::new(&["bigint", "text"], &text)
        };
        [
            text("insert or replace into search_index (rowid, tokens) select id, tokens from wanted"),
            text(
                "insert into search_index (id, tokens)
                select id, array_to_tsvector(string_to_array(tokens, ' '))
                from wanted
                where true
                on conflict (id) do update
                set tokens = excluded.tokens",
            ),
        ]
    });
    static DONE: LazyLock<Listed> = LazyLock::new(|| {
        Listed::new(
            &["bigint", "text"],
            "with wanted(id, tokens) as ({rows})
            update search_entries
            set is_waiting = false
            where id in (select id from wanted)",
        )
    });
    let rows = json!(entries).to_string();
    let text = INDEX[usize::from(matches!(tx, Tx::Postgres(_)))].text(tx);
    each!(tx, db => sqlx::query(text).bind(rows).execute(db).await.map(|_| ()))?;
    let ids: Vec<(i64, &str)> = entries.iter().map(|(id, _)| (*id, "")).collect();
    let (rows, text) = (json!(ids).to_string(), DONE.text(tx));
    each!(tx, db => sqlx::query(text).bind(rows).execute(db).await.map(|_| ()))
}

/// See [`intervals`].
pub(super) const INTERVALS: &str = "select intervals.room_id, intervals.from_seq, intervals.to_seq
    from members
    cross join intervals
    where members.user_id = $1
    and intervals.room_id = members.room_id
    and intervals.user_id = members.user_id
    order by intervals.room_id, intervals.from_seq";

/// What somebody may see, in all rooms that are theirs.
pub(crate) async fn intervals(tx: &mut Tx, user: UserId) -> sqlx::Result<Vec<(RoomId, Interval)>> {
    let found: Vec<(i64, i64, Option<i64>)> =
        each!(tx, db => sqlx::query_as(INTERVALS).bind(user.0).fetch_all(db).await)?;
    let interval =
        |(room, from, to): (i64, i64, Option<i64>)| (RoomId(room), Interval { user, from: Seq(from), to: to.map(Seq) });
    Ok(found.into_iter().map(interval).collect())
}

/// What may be what is looked for.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Candidate {
    pub(crate) id: i64,
    pub(crate) room_id: i64,
    pub(crate) seq: i64,
    pub(crate) at_ms: i64,
    pub(crate) content: String,
    pub(crate) parts: Option<String>,
}

macro_rules! candidates {
    ($id:literal, $matches:literal) => {
        concat!(
            "select search_entries.id, events.room_id, events.seq, events.at_ms, events.content, events.parts
            from search_index
            cross join search_entries
            cross join events
            where ",
            $matches,
            " and ",
            $id,
            " < $2 and ",
            $id,
            " >= $3
            and search_entries.id = ",
            $id,
            " and events.room_id = search_entries.room_id
            and events.seq = search_entries.seq
            and events.content is not null
            order by ",
            $id,
            " desc
            limit $4"
        )
    };
}

/// See [`candidates`].
pub(super) const CANDIDATES: [&str; 2] = [
    candidates!("search_index.rowid", "search_index match $1"),
    candidates!("search_index.id", "search_index.tokens @@ $1::tsquery"),
];

/// Messages that have at least one token of each of these groups, the newest first: of the entries before the first of `span`, down to
/// the second.
pub(crate) async fn candidates(
    tx: &mut Tx,
    groups: &[Vec<String>],
    (before, from): (i64, i64),
    most: i64,
) -> sqlx::Result<Vec<Candidate>> {
    let is_postgres = matches!(tx, Tx::Postgres(_));
    let text = CANDIDATES[usize::from(is_postgres)];
    let wanted = expression(groups, is_postgres);
    each!(tx, db => sqlx::query_as(text).bind(wanted).bind(before).bind(from).bind(most).fetch_all(db).await)
}

/// In the words of the database. No token holds a quote or a backslash.
fn expression(groups: &[Vec<String>], is_postgres: bool) -> String {
    let (quote, or, and) = if is_postgres { ("'", " | ", " & ") } else { ("\"", " OR ", " AND ") };
    let one = |group: &Vec<String>| {
        let tokens: Vec<String> = group.iter().map(|token| format!("{quote}{token}{quote}")).collect();
        format!("({})", tokens.join(or))
    };
    groups.iter().map(one).collect::<Vec<_>>().join(and)
}

/// See [`first_since`].
pub(super) const SINCE: &str = "select search_entries.id, events.at_ms
    from search_entries
    join events on events.room_id = search_entries.room_id and events.seq = search_entries.seq
    where search_entries.id >= $1
    order by search_entries.id
    limit 1";

/// The first entry from this time on; the one after the last if there is none. Times of entries grow as far as clocks do: what is asked
/// for has to be a little wider.
pub(crate) async fn first_since(tx: &mut Tx, at: Time) -> sqlx::Result<i64> {
    let last: (Option<i64>,) =
        each!(tx, db => sqlx::query_as("select max(id) from search_entries").fetch_one(db).await)?;
    let (mut low, mut high) = (0, last.0.map_or(0, |last| last.saturating_add(1)));
    while low < high {
        let middle = i64::midpoint(low, high);
        let found: Option<(i64, i64)> = each!(tx, db => sqlx::query_as(SINCE).bind(middle).fetch_optional(db).await)?;
        match found {
            Some((id, at_ms)) if at_ms < at.0 => low = id.saturating_add(1),
            _ => high = middle,
        }
    }
    Ok(low)
}

/// See [`titles`].
pub(super) static TITLES: LazyLock<Listed> = LazyLock::new(|| {
    Listed::new(
        &["bigint", "bigint"],
        "with wanted(room_id, user_id) as ({rows})
        select rooms.id, coalesce(peer.display_name, rooms.title)
        from wanted
        cross join rooms
        left join members as other on other.room_id = case when rooms.kind = 'direct' then rooms.id end
            and other.user_id <> wanted.user_id
        left join users as peer on peer.id = other.user_id
        where rooms.id = wanted.room_id",
    )
});

/// What these rooms are called for somebody who is in them.
pub(crate) async fn titles(tx: &mut Tx, user: UserId, rooms: &[RoomId]) -> sqlx::Result<Vec<(RoomId, String)>> {
    let wanted: Vec<(RoomId, UserId)> = rooms.iter().map(|room| (*room, user)).collect();
    let (rows, text) = (json!(wanted).to_string(), TITLES.text(tx));
    let found: Vec<(i64, String)> = each!(tx, db => sqlx::query_as(text).bind(rows).fetch_all(db).await)?;
    Ok(found.into_iter().map(|(room, title)| (RoomId(room), title)).collect())
}

/// See [`latest_rooms`].
pub(super) const LATEST_ROOMS: &str = "select rooms.id
    from members
    cross join rooms
    where members.user_id = $1
    and rooms.id = members.room_id
    order by rooms.active_at_ms desc, rooms.id desc
    limit $2";

/// The rooms of somebody in which something happened last.
pub(crate) async fn latest_rooms(tx: &mut Tx, user: UserId, most: i64) -> sqlx::Result<Vec<RoomId>> {
    let found: Vec<(i64,)> = each!(tx, db => sqlx::query_as(LATEST_ROOMS).bind(user.0).bind(most).fetch_all(db).await)?;
    Ok(found.into_iter().map(|(room,)| RoomId(room)).collect())
}
