//! Rooms and their members. Rule: the number of statements does not depend on the number of rooms.

use super::{Tx, each, users};
use crate::Error;
use wire::{Level, Person, RoomId, RoomKind, Seq, Subject, Time, UserId};

/// A room as one member sees it, without its last event and its unread figure.
#[derive(Clone, Debug)]
pub(crate) struct Room {
    pub(crate) id: RoomId,
    pub(crate) kind: RoomKind,
    pub(crate) head: Seq,
    /// The last event that shows as a line.
    pub(crate) shown: Seq,
    pub(crate) active_at: Time,
    /// The member's read cursor.
    pub(crate) read: Seq,
    /// The first position that the member may see.
    pub(crate) first: Seq,
    /// In a direct room: the other person.
    pub(crate) peer: Option<Person>,
    /// In a direct room: whether both records exist.
    pub(crate) is_connected: bool,
    /// In a direct room: whether one of the two has blocked the other.
    pub(crate) is_blocked: bool,
    pub(crate) title: String,
    /// In a subject room: what it is about, in words.
    pub(crate) about: Option<String>,
    pub(crate) is_archived: bool,
    /// Whether the member may only read.
    pub(crate) is_muted: bool,
    /// How much of it the member wants to hear.
    pub(crate) level: Level,
}

#[derive(sqlx::FromRow)]
struct RoomRow {
    id: i64,
    kind: String,
    head: i64,
    shown_seq: i64,
    active_at_ms: i64,
    read_seq: i64,
    first_seq: Option<i64>,
    peer_id: Option<i64>,
    peer_username: Option<String>,
    peer_display_name: Option<String>,
    peer_avatar: Option<Vec<u8>>,
    peer_status: Option<String>,
    is_connected: bool,
    is_blocked: bool,
    title: String,
    subject_kind: Option<String>,
    subject_id: Option<String>,
    is_archived: bool,
    is_muted: bool,
    level: String,
}

impl From<RoomRow> for Room {
    fn from(row: RoomRow) -> Self {
        let peer = match (row.peer_id, row.peer_username, row.peer_display_name) {
            (Some(id), Some(username), Some(name)) => {
                // Where one has blocked the other, neither hears what the other does.
                let status = row.peer_status.filter(|_| !row.is_blocked).unwrap_or_default();
                Some(Person { status, ..users::person((id, username, name, row.peer_avatar)) })
            }
            _ => None,
        };
        Self {
            id: RoomId(row.id),
            kind: RoomKind::of(&row.kind),
            head: Seq(row.head),
            shown: Seq(row.shown_seq),
            active_at: Time(row.active_at_ms),
            read: Seq(row.read_seq),
            first: Seq(row.first_seq.unwrap_or(1)),
            peer,
            is_connected: row.is_connected,
            is_blocked: row.is_blocked,
            title: row.title,
            about: row.subject_kind.zip(row.subject_id).map(|(kind, id)| words(kind, id)),
            is_archived: row.is_archived,
            is_muted: row.is_muted,
            level: Level::of(&row.level),
        }
    }
}

fn words(kind: String, id: String) -> String {
    Subject { kind, id, thread: String::new(), link: None }.words()
}

macro_rules! rooms_where {
    ($condition:literal) => {
        concat!(
            "select r.id, r.kind, r.head, coalesce(r.shown_seq, r.head) as shown_seq, r.active_at_ms, mine.read_seq, r.title,
                mine.level, subjects.kind as subject_kind, subjects.subject_id,
                r.archived_at_ms is not null as is_archived,
                exists (
                    select 1
                    from room_mutes
                    where room_mutes.room_id = r.id
                        and room_mutes.user_id = mine.user_id
                ) as is_muted,
                (
                    select min(i.from_seq)
                    from intervals i
                    where i.room_id = r.id
                        and i.user_id = mine.user_id
                ) as first_seq,
                peer.id as peer_id, peer.username as peer_username, peer.display_name as peer_display_name,
                peer.avatar as peer_avatar, peer.status as peer_status,
                exists (
                    select 1
                    from connections asked
                    join connections asks on asks.user_id = asked.other_id and asks.other_id = asked.user_id
                    where asked.user_id = mine.user_id
                        and asked.other_id = peer.id
                ) as is_connected,
                exists (
                    select 1
                    from blocks
                    where blocks.user_id = mine.user_id
                        and blocks.other_id = peer.id
                ) or exists (
                    select 1
                    from blocks
                    where blocks.user_id = peer.id
                        and blocks.other_id = mine.user_id
                ) as is_blocked
            from members mine
            join rooms r on r.id = mine.room_id
            left join subjects on subjects.room_id = r.id
            left join members other on other.room_id = case when r.kind = 'direct' then r.id end
                and other.user_id <> mine.user_id
            left join users peer on peer.id = other.user_id
            where ",
            $condition
        )
    };
}

/// See [`of_member`].
pub(super) const OF_MEMBER: &str = rooms_where!("mine.user_id = $1 order by r.active_at_ms desc, r.id desc");
/// See [`of_member_by_id`].
pub(super) const OF_MEMBER_BY_ID: &str = rooms_where!("mine.user_id = $1 and mine.room_id = $2");
/// Every room of the member, the last active first.
pub(crate) async fn of_member(tx: &mut Tx, member: UserId) -> Result<Vec<Room>, Error> {
    let rows: Vec<RoomRow> = each!(tx, db => sqlx::query_as(OF_MEMBER).bind(member.0).fetch_all(db).await)?;
    Ok(rows.into_iter().map(Room::from).collect())
}

/// One room of the member; `None` when it is not the member's, or does not exist.
pub(crate) async fn of_member_by_id(tx: &mut Tx, member: UserId, room: RoomId) -> Result<Option<Room>, Error> {
    let row: Option<RoomRow> =
        each!(tx, db => sqlx::query_as(OF_MEMBER_BY_ID).bind(member.0).bind(room.0).fetch_optional(db).await)?;
    Ok(row.map(Room::from))
}

pub(super) fn direct_key(one: UserId, other: UserId) -> String {
    format!("{}:{}", one.min(other), one.max(other))
}

/// The direct room of the two.
pub(crate) async fn direct(tx: &mut Tx, one: UserId, other: UserId) -> Result<Option<RoomId>, Error> {
    let row: Option<(i64,)> = each!(tx, db => sqlx::query_as(
        "select id
        from rooms
        where direct_key = $1",
    ).bind(direct_key(one, other)).fetch_optional(db).await)?;
    Ok(row.map(|(id,)| RoomId(id)))
}

/// The direct room of the two, and whether it was made now: both see it from its first event on.
pub(crate) async fn direct_or_new(
    tx: &mut Tx,
    one: UserId,
    other: UserId,
    now_ms: i64,
) -> Result<(RoomId, bool), Error> {
    let made: Option<(i64,)> = each!(tx, db => sqlx::query_as(
        "insert into rooms (kind, direct_key, head, members_rev, created_at_ms, active_at_ms)
        values ('direct', $1, 0, 1, $2, $2)
        on conflict (direct_key) do nothing
        returning id",
    ).bind(direct_key(one, other)).bind(now_ms).fetch_optional(db).await)?;
    let Some((id,)) = made else {
        let room = direct(tx, one, other).await?;
        return room.map(|room| (room, false)).ok_or_else(|| Error::Internal("the room went away".into()));
    };
    each!(tx, db => sqlx::query(
        "insert into members (room_id, user_id, role, delivered_seq, read_seq)
        values ($1, $2, 'member', 0, 0), ($1, $3, 'member', 0, 0)",
    ).bind(id).bind(one.0).bind(other.0).execute(db).await.map(|_| ()))?;
    each!(tx, db => sqlx::query(
        "insert into intervals (room_id, user_id, from_seq, to_seq)
        values ($1, $2, 1, null), ($1, $3, 1, null)",
    ).bind(id).bind(one.0).bind(other.0).execute(db).await.map(|_| ()))?;
    Ok((RoomId(id), true))
}

/// The direct room of the two, held with its members until the end of the transaction; its `members_rev` is raised, so
/// that on Postgres an append in flight comes before or after what the transaction changes.
pub(crate) async fn hold_direct(tx: &mut Tx, one: UserId, other: UserId) -> Result<Option<RoomId>, Error> {
    let row: Option<(i64,)> = each!(tx, db => sqlx::query_as(
        "update rooms
        set members_rev = members_rev + 1
        where direct_key = $1
        returning id",
    ).bind(direct_key(one, other)).fetch_optional(db).await)?;
    Ok(row.map(|(id,)| RoomId(id)))
}
