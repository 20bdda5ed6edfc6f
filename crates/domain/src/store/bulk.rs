//! Rows as they are, for filling an empty database. Rule: what is stored is what the log's writer would have stored; people
//! and rooms are numbered in the order in which they come.

use super::{
    Tx, each,
    rows::{ROWS_MAX, Rows, filled},
};
use crate::{
    bulk::{Batch, Entry, Room},
    log::check,
    names,
    rooms::titles,
};
use std::sync::LazyLock;
use wire::EventKind;

/// Sends all rows of a table, each with its place in the statement and these columns.
macro_rules! insert {
    ($tx:expr, $rows:expr, $columns:literal, $text:literal, $row:ident => [$($column:expr),+ $(,)?]) => {{
        static TEXT: LazyLock<Rows> = LazyLock::new(|| Rows::new($columns + 1, $text));
        for rows in $rows.chunks(ROWS_MAX) {
            let text = TEXT.text($tx, rows.len());
            each!($tx, db => {
                let mut query = sqlx::query(text);
                for place in 0..filled(rows.len()) {
                    let row = rows.get(place);
                    query = query.bind(row.and_then(|_| i64::try_from(place).ok()));
                    $(query = query.bind(row.map(|$row| $column));)+
                }
                query.execute(db).await.map(|_| ())
            })?;
        }
    }};
}

/// Stores a batch.
pub(crate) async fn insert(tx: &mut Tx, batch: &Batch) -> sqlx::Result<()> {
    people(tx, batch).await?;
    rooms(tx, &batch.rooms).await?;
    seats(tx, batch).await?;
    events(tx, &batch.events).await
}

async fn people(tx: &mut Tx, batch: &Batch) -> sqlx::Result<()> {
    insert!(
        tx, batch.people, 5,
        "with wanted(place, username, username_key, display_name, display_name_key, at_ms) as ({rows})
        insert into users (username, username_key, display_name, display_name_key, is_operator, created_at_ms)
        select username, username_key, display_name, display_name_key, false, at_ms
        from wanted
        where place is not null
        order by place",
        row => [
            row.username.as_str(),
            names::key(&row.username),
            row.display_name.as_str(),
            names::key(&row.display_name),
            row.at.0,
        ]
    );
    let directed: Vec<_> =
        batch.connected.iter().flat_map(|(one, other)| [(one.0, other.0), (other.0, one.0)]).collect();
    insert!(
        tx, directed, 2,
        "with wanted(place, user_id, other_id) as ({rows})
        insert into connections (user_id, other_id, created_at_ms)
        select user_id, other_id, 0
        from wanted
        where place is not null
        on conflict (user_id, other_id) do nothing",
        row => [row.0, row.1]
    );
    Ok(())
}

async fn rooms(tx: &mut Tx, rooms: &[Room]) -> sqlx::Result<()> {
    let key = |room: &Room| room.pair.map(|(one, other)| super::rooms::direct_key(one, other));
    let title_key = |room: &Room| room.pair.is_none().then(|| titles::key(&room.title));
    insert!(
        tx, rooms, 8,
        "with wanted(place, kind, direct_key, title, title_key, is_public, head, created_at_ms, active_at_ms) as ({rows})
        insert into rooms
            (kind, direct_key, title, title_key, is_public, head, members_rev, created_at_ms, active_at_ms)
        select kind, direct_key, title, title_key, is_public, head, 1, created_at_ms, active_at_ms
        from wanted
        where place is not null
        order by place",
        room => [
            room.kind.as_str(),
            key(room),
            room.title.as_str(),
            title_key(room),
            room.is_public,
            room.head.0,
            room.span.0.0,
            room.span.1.0,
        ]
    );
    Ok(())
}

async fn seats(tx: &mut Tx, batch: &Batch) -> sqlx::Result<()> {
    insert!(
        tx, batch.seats, 6,
        "with wanted(place, room_id, user_id, role, joined_seq, delivered_seq, read_seq) as ({rows})
        insert into members (room_id, user_id, role, joined_seq, delivered_seq, read_seq)
        select room_id, user_id, role, joined_seq, delivered_seq, read_seq
        from wanted
        where place is not null",
        seat => [seat.room.0, seat.user.0, seat.role.as_str(), seat.joined.0, seat.delivered.0, seat.read.0]
    );
    insert!(
        tx, batch.spans, 4,
        "with wanted(place, room_id, user_id, from_seq, to_seq) as ({rows})
        insert into intervals (room_id, user_id, from_seq, to_seq)
        select room_id, user_id, from_seq, to_seq
        from wanted
        where place is not null",
        span => [span.room.0, span.user.0, span.from.0, span.to.map(|to| to.0)]
    );
    insert!(
        tx, batch.moves, 5,
        "with wanted(place, room_id, user_id, cursor, seq, at_ms) as ({rows})
        insert into cursor_moves (room_id, user_id, cursor, seq, at_ms)
        select room_id, user_id, cursor, seq, at_ms
        from wanted
        where place is not null
        on conflict (room_id, user_id, cursor, seq) do nothing",
        step => [
            step.room.0,
            step.user.0,
            if step.is_read { "read" } else { "delivered" },
            step.seq.0,
            step.at.0,
        ]
    );
    Ok(())
}

async fn events(tx: &mut Tx, events: &[Entry]) -> sqlx::Result<()> {
    let type_name = |entry: &Entry| if entry.kind == EventKind::Message { "text" } else { "system" };
    let hash = |entry: &Entry| check::hash(type_name(entry), entry.text.as_deref().unwrap_or_default()).to_vec();
    insert!(
        tx, events, 10,
        "with wanted
            (place, room_id, seq, author_id, cid, kind, message_type, content, about_id, content_hash, at_ms) as ({rows})
        insert into events
            (room_id, seq, author_id, cid, kind, message_type, content, about_id, content_hash, at_ms)
        select room_id, seq, author_id, cid, kind, message_type, content, about_id, content_hash, at_ms
        from wanted
        where place is not null",
        entry => [
            entry.room.0,
            entry.seq.0,
            entry.author.0,
            entry.cid.as_bytes().as_slice(),
            entry.kind.as_str(),
            entry.text.as_ref().map(|_| type_name(entry)),
            entry.text.as_deref(),
            entry.about.map(|about| about.0),
            hash(entry),
            entry.at.0,
        ]
    );
    let messages = events.iter().filter(|entry| entry.kind == EventKind::Message);
    let places: Vec<_> = messages.map(|entry| (entry.room, entry.seq)).collect();
    super::search::put(tx, &places).await
}

/// Lets Postgres note how its tables are filled; SQLite's plans do not ask for it.
pub(crate) async fn analyze(tx: &mut Tx) -> sqlx::Result<()> {
    match tx {
        Tx::Sqlite(_) => Ok(()),
        Tx::Postgres(held) => sqlx::query("analyze").execute(&mut **held).await.map(|_| ()),
    }
}
