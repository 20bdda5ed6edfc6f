//! Who is named in messages, and who can be. Rule: whoever is named was in the room and could answer when the message was
//! stored; a message without an "@" costs no statement here.

use super::{Tx, each, rows::Listed, users};
use crate::log::mentions::Named;
use serde_json::json;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};
use wire::{Event, EventKind, Message, MessageType, Person, RoomId, Seq, UserId};

/// See [`named`].
pub(super) static NAMED: LazyLock<Listed> = LazyLock::new(|| {
    Listed::new(
        &["bigint", "text"],
        "with wanted(room_id, username_key) as ({rows})
        select wanted.room_id, wanted.username_key, users.id
        from wanted
        cross join users
        where users.username_key = wanted.username_key
        and users.banned_at_ms is null
        and exists (
            select 1
            from intervals
            where intervals.room_id = wanted.room_id
            and intervals.user_id = users.id
            and intervals.to_seq is null
        )
        and not exists (
            select 1
            from room_mutes
            where room_mutes.room_id = wanted.room_id
            and room_mutes.user_id = users.id
        )",
    )
});

/// Those of these usernames, by their keys, that belong to somebody who is in the room now and may write there.
pub(crate) async fn named(tx: &mut Tx, wanted: &BTreeSet<(RoomId, &str)>) -> sqlx::Result<Named> {
    let rows = json!(wanted).to_string();
    let text = NAMED.text(tx);
    let found: Vec<(i64, String, i64)> = each!(tx, db => sqlx::query_as(text).bind(rows).fetch_all(db).await)?;
    Ok(found.into_iter().map(|(room, key, user)| ((RoomId(room), key), UserId(user))).collect())
}

/// Keeps who is named.
pub(crate) async fn insert(tx: &mut Tx, named: &[(RoomId, Seq, UserId)]) -> sqlx::Result<()> {
    static TEXT: LazyLock<Listed> = LazyLock::new(|| {
        Listed::new(
            &["bigint", "bigint", "bigint"],
            "with wanted(room_id, seq, user_id) as ({rows})
            insert into mentions (room_id, seq, user_id)
            select room_id, seq, user_id
            from wanted",
        )
    });
    let rows = json!(named).to_string();
    let text = TEXT.text(tx);
    each!(tx, db => sqlx::query(text).bind(rows).execute(db).await.map(|_| ()))
}

/// Forgets who is named in a message. Who it was.
pub(crate) async fn take(tx: &mut Tx, (room, seq): (RoomId, Seq)) -> sqlx::Result<Vec<UserId>> {
    let found: Vec<(i64,)> = each!(tx, db => sqlx::query_as(
        "delete from mentions
        where room_id = $1
        and seq = $2
        returning user_id",
    ).bind(room.0).bind(seq.0).fetch_all(db).await)?;
    Ok(found.into_iter().map(|(user,)| UserId(user)).collect())
}

/// See [`add`].
pub(super) static OF_EVENTS: LazyLock<Listed> = LazyLock::new(|| {
    Listed::new(
        &["bigint", "bigint"],
        "with wanted(room_id, seq) as ({rows})
        select mentions.room_id, mentions.seq, mentions.user_id
        from wanted
        cross join mentions
        where mentions.room_id = wanted.room_id
        and mentions.seq = wanted.seq
        order by mentions.user_id",
    )
});

/// Adds to events who is named in them.
pub(crate) async fn add(tx: &mut Tx, events: &mut [Event]) -> sqlx::Result<()> {
    // A bid calls whom it is made to.
    let calls = |message: &Message| message.kind == MessageType::Bid || message.content.contains('@');
    let names = |event: &&Event| event.message.as_ref().is_some_and(calls);
    // What an edit says stands in the message.
    let of = |event: &Event| match (event.kind, event.target) {
        (EventKind::Edited, Some(target)) => (event.room, target),
        _ => (event.room, event.seq),
    };
    let wanted: BTreeSet<(RoomId, Seq)> = events.iter().filter(names).map(of).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let rows = json!(wanted).to_string();
    let text = OF_EVENTS.text(tx);
    let found: Vec<(i64, i64, i64)> = each!(tx, db => sqlx::query_as(text).bind(rows).fetch_all(db).await)?;
    let mut named: BTreeMap<(RoomId, Seq), Vec<UserId>> = BTreeMap::new();
    for (room, seq, user) in found {
        named.entry((RoomId(room), Seq(seq))).or_default().push(UserId(user));
    }
    for event in events.iter_mut().filter(|event| names(&&**event)) {
        event.mentions = named.get(&of(event)).cloned().unwrap_or_default();
    }
    Ok(())
}

/// See [`find`].
pub(super) const FIND: &str = "select users.id, users.username, users.display_name, users.avatar
    from members
    join users on users.id = members.user_id
    left join (
        select events.author_id, max(events.seq) as seq
        from events
        where events.room_id = $1
        and events.seq > $3
        and events.kind = 'message'
        group by events.author_id
    ) as spoken on spoken.author_id = members.user_id
    where members.room_id = $1
    and members.user_id <> $2
    and users.banned_at_ms is null
    and (
        users.username_key like $4 escape '\\'
        or users.display_name_key like $4 escape '\\'
        or users.display_name_key like $5 escape '\\'
    )
    and not exists (
        select 1
        from room_mutes
        where room_mutes.room_id = members.room_id
        and room_mutes.user_id = members.user_id
    )
    and not exists (select 1 from blocks where blocks.user_id = $2 and blocks.other_id = members.user_id)
    and not exists (select 1 from blocks where blocks.user_id = members.user_id and blocks.other_id = $2)
    order by case when spoken.seq is null then 0 else spoken.seq end desc, users.display_name_key, users.id
    limit $6";

/// Members whose username, or a word of whose name, begins with `prefix` (in lower case) and whom the viewer may name: who
/// wrote after `since` first, the last one first, then by display name.
pub(crate) async fn find(
    tx: &mut Tx,
    (room, viewer): (RoomId, UserId),
    since: Seq,
    prefix: &str,
    rows_max: i64,
) -> sqlx::Result<Vec<Person>> {
    let quoted = prefix.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let found: Vec<users::Named> = each!(tx, db => sqlx::query_as(FIND)
        .bind(room.0)
        .bind(viewer.0)
        .bind(since.0)
        .bind(format!("{quoted}%"))
        .bind(format!("% {quoted}%"))
        .bind(rows_max)
        .fetch_all(db).await)?;
    Ok(found.into_iter().map(users::person).collect())
}
