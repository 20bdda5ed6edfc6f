//! Who reacted to messages with what. Rule: the rows are what the reactions' events amount to, in the order in which they are shown:
//! an emoji keeps its place as long as anybody reacts with it.

use super::{Tx, each, rows::Listed, users};
use crate::log::amend::Reacted;
use serde_json::json;
use std::{collections::BTreeMap, sync::LazyLock};
use wire::{Event, EventKind, Person, RoomId, Seq, UserId};

/// See [`reacted`].
pub(super) const REACTED: &str = "select count(*), count(distinct emoji), count(case when emoji = $3 then 1 end),
        count(case when emoji = $3 and user_id = $4 then 1 end)
    from reactions
    where room_id = $1
    and seq = $2";

/// How a message stands with regard to one emoji and one person.
pub(crate) async fn reacted(
    tx: &mut Tx,
    (room, seq): (RoomId, Seq),
    emoji: &str,
    user: UserId,
) -> sqlx::Result<Reacted> {
    let (count, kinds, there, mine): (i64, i64, i64, i64) = each!(tx, db => sqlx::query_as(REACTED)
        .bind(room.0).bind(seq.0).bind(emoji).bind(user.0).fetch_one(db).await)?;
    let size = |count| usize::try_from(count).unwrap_or(usize::MAX);
    Ok(Reacted { is_mine: mine > 0, is_there: there > 0, kinds: size(kinds), count: size(count) })
}

/// Somebody reacts, with the event at `at`.
pub(crate) async fn insert(
    tx: &mut Tx,
    (room, seq): (RoomId, Seq),
    emoji: &str,
    user: UserId,
    at: Seq,
) -> sqlx::Result<()> {
    each!(tx, db => sqlx::query(
        "insert into reactions (room_id, seq, emoji, user_id, at_seq, emoji_seq)
        values ($1, $2, $3, $4, $5, coalesce(
            (
                select min(emoji_seq)
                from reactions
                where room_id = $1
                and seq = $2
                and emoji = $3
            ),
            $5
        ))",
    ).bind(room.0).bind(seq.0).bind(emoji).bind(user.0).bind(at.0).execute(db).await.map(|_| ()))?;
    changed(tx, (room, seq), at).await
}

/// Somebody takes it back, with the event at `at`.
pub(crate) async fn remove(
    tx: &mut Tx,
    (room, seq): (RoomId, Seq),
    emoji: &str,
    user: UserId,
    at: Seq,
) -> sqlx::Result<()> {
    each!(tx, db => sqlx::query(
        "delete from reactions
        where room_id = $1
        and seq = $2
        and emoji = $3
        and user_id = $4",
    ).bind(room.0).bind(seq.0).bind(emoji).bind(user.0).execute(db).await.map(|_| ()))?;
    changed(tx, (room, seq), at).await
}

async fn changed(tx: &mut Tx, (room, seq): (RoomId, Seq), at: Seq) -> sqlx::Result<()> {
    each!(tx, db => sqlx::query(
        "update events
        set changed_seq = $3
        where room_id = $1
        and seq = $2",
    ).bind(room.0).bind(seq.0).bind(at.0).execute(db).await.map(|_| ()))
}

/// See [`people`].
pub(super) const PEOPLE: &str = "select reactions.emoji, users.id, users.username, users.display_name, users.avatar
    from reactions
    join users on users.id = reactions.user_id
    where reactions.room_id = $1
    and reactions.seq = $2
    order by reactions.emoji_seq, reactions.at_seq";

/// Who reacted to a message, by name.
pub(crate) async fn people(tx: &mut Tx, (room, seq): (RoomId, Seq)) -> sqlx::Result<Vec<(String, Vec<Person>)>> {
    type Row = (String, i64, String, String, Option<Vec<u8>>);
    let found: Vec<Row> = each!(tx, db => sqlx::query_as(PEOPLE).bind(room.0).bind(seq.0).fetch_all(db).await)?;
    let mut people: Vec<(String, Vec<Person>)> = Vec::new();
    for (emoji, id, username, display_name, avatar) in found {
        let person = users::person((id, username, display_name, avatar));
        match people.last_mut().filter(|(last, _)| *last == emoji) {
            Some((_, people)) => people.push(person),
            None => people.push((emoji, vec![person])),
        }
    }
    Ok(people)
}

/// See [`add`].
pub(super) static OF_EVENTS: LazyLock<Listed> = LazyLock::new(|| {
    Listed::new(
        &["bigint", "bigint"],
        "with wanted(room_id, seq) as ({rows})
        select reactions.room_id, reactions.seq, reactions.emoji, reactions.user_id
        from wanted
        cross join reactions
        where reactions.room_id = wanted.room_id
        and reactions.seq = wanted.seq
        order by reactions.emoji_seq, reactions.at_seq",
    )
});

/// Adds to messages who reacted to them; a page on which nothing has changed costs no statement.
pub(crate) async fn add(tx: &mut Tx, events: &mut [Event]) -> sqlx::Result<()> {
    let may_have = |event: &&Event| {
        let is_changed = event.message.as_ref().is_some_and(|said| !said.deleted && said.changed > Seq(0));
        event.kind == EventKind::Message && is_changed
    };
    let wanted: Vec<(RoomId, Seq)> = events.iter().filter(may_have).map(|event| (event.room, event.seq)).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let rows = json!(wanted).to_string();
    let text = OF_EVENTS.text(tx);
    let found: Vec<(i64, i64, String, i64)> = each!(tx, db => sqlx::query_as(text).bind(rows).fetch_all(db).await)?;
    let mut reactions: BTreeMap<(RoomId, Seq), Vec<(String, UserId)>> = BTreeMap::new();
    for (room, seq, emoji, user) in found {
        reactions.entry((RoomId(room), Seq(seq))).or_default().push((emoji, UserId(user)));
    }
    for event in events {
        let Some(message) = &mut event.message else { continue };
        for (emoji, user) in reactions.remove(&(event.room, event.seq)).unwrap_or_default() {
            message.react(emoji, user);
        }
    }
    Ok(())
}
