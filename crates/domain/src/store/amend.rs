//! What the log's writer reads and writes when a message changes. Rule: what is deleted leaves its position, author, cid, hash and
//! time, and no word of what was said (C1).

use super::{Tx, each, parts, uploads};
use crate::log::amend::Target;
use wire::{MessageType, Role, RoomId, Seq, Time, UserId, read::Tree};

/// See [`target`].
pub(super) const TARGET: &str = "select members.role, events.author_id, events.message_type, events.content,
        events.parts
    from members
    left join events on events.room_id = members.room_id
        and events.seq = $3
        and events.kind = 'message'
        and exists (
            select 1
            from intervals
            where intervals.room_id = members.room_id
            and intervals.user_id = members.user_id
            and intervals.from_seq <= events.seq
            and (intervals.to_seq is null or intervals.to_seq >= events.seq)
        )
    where members.room_id = $1
    and members.user_id = $2";

/// Role; author, type, text and parts.
type TargetRow = (String, Option<i64>, Option<String>, Option<String>, Option<String>);

/// What somebody is in a room, and the message there, if it is one that they may see. None: not a member.
pub(crate) async fn target(
    tx: &mut Tx,
    room: RoomId,
    user: UserId,
    seq: Seq,
) -> sqlx::Result<Option<(Role, Option<Target>)>> {
    let row: Option<TargetRow> =
        each!(tx, db => sqlx::query_as(TARGET).bind(room.0).bind(user.0).bind(seq.0).fetch_optional(db).await)?;
    let Some((role, author, kind, content, more)) = row else { return Ok(None) };
    let kind = kind.as_deref().map_or(MessageType::Unknown, MessageType::of);
    let target = |author| Target { author: UserId(author), kind, content, more: parts::tree(more) };
    Ok(Some((Role::of(&role), author.map(target))))
}

/// Puts another text in the place of what a message says, and these parts in the place of what it carries, with the event at
/// `at_seq`; what it said is kept.
pub(crate) async fn edit(
    tx: &mut Tx,
    (room, seq): (RoomId, Seq),
    (content, more): (&str, &Tree),
    at_seq: Seq,
    at: Time,
) -> sqlx::Result<()> {
    each!(tx, db => sqlx::query(
        "insert into earlier_texts (room_id, seq, edit_seq, content, at_ms)
        select room_id, seq, $3, content, coalesce(edited_at_ms, at_ms)
        from events
        where room_id = $1
        and seq = $2",
    ).bind(room.0).bind(seq.0).bind(at_seq.0).execute(db).await.map(|_| ()))?;
    each!(tx, db => sqlx::query(
        "update events
        set content = $3, edited_at_ms = $4, changed_seq = $5, parts = $6
        where room_id = $1
        and seq = $2",
    ).bind(room.0).bind(seq.0).bind(content).bind(at.0).bind(at_seq.0).bind(parts::text(more)).execute(db).await.map(|_| ()))
}

/// Takes away everything that a message said and what others said of it, with the event at `at_seq`.
pub(crate) async fn delete(tx: &mut Tx, (room, seq): (RoomId, Seq), at_seq: Seq) -> sqlx::Result<()> {
    each!(tx, db => sqlx::query(
        "update events
        set content = null, parts = null, edited_at_ms = null, reply_seq = null, changed_seq = $3
        where room_id = $1
        and seq = $2",
    ).bind(room.0).bind(seq.0).bind(at_seq.0).execute(db).await.map(|_| ()))?;
    each!(tx, db => sqlx::query(
        "update events
        set content = null, parts = null
        where room_id = $1
        and seq in (
            select edit_seq
            from earlier_texts
            where room_id = $1
            and seq = $2
        )",
    ).bind(room.0).bind(seq.0).execute(db).await.map(|_| ()))?;
    uploads::drop_sent(tx, (room, seq)).await?;
    for text in [
        "delete from earlier_texts where room_id = $1 and seq = $2",
        "delete from reactions where room_id = $1 and seq = $2",
        "delete from mentions where room_id = $1 and seq = $2",
    ] {
        each!(tx, db => sqlx::query(text).bind(room.0).bind(seq.0).execute(db).await.map(|_| ()))?;
    }
    Ok(())
}

/// See [`earlier`].
pub(super) const EARLIER: &str = "select content, at_ms
    from earlier_texts
    where room_id = $1
    and seq = $2
    order by edit_seq desc
    limit $3";

/// What a message said before, the latest first, and since when.
pub(crate) async fn earlier(
    tx: &mut Tx,
    (room, seq): (RoomId, Seq),
    rows_max: i64,
) -> sqlx::Result<Vec<(String, Time)>> {
    let found: Vec<(String, i64)> =
        each!(tx, db => sqlx::query_as(EARLIER).bind(room.0).bind(seq.0).bind(rows_max).fetch_all(db).await)?;
    Ok(found.into_iter().map(|(content, at)| (content, Time(at))).collect())
}
