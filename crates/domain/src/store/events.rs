//! Reading the log. Rule: what is read lies within the reader's intervals, which the caller has looked up.

use super::{
    Tx, bids, each, mentions, parts, quotes, reactions,
    rows::{ROWS_MAX, Rows, filled},
    users,
};
use crate::{fanout::members::Interval, log::veil};
use sqlx::{FromRow, Row};
use std::sync::LazyLock;
use wire::{Cid, Event, EventKind, Level, Message, MessageType, RoomId, Seq, Time, UserId};

/// See [`view`].
pub(super) const VIEW: &str = "select rooms.head, intervals.from_seq, intervals.to_seq
    from members
    join rooms on rooms.id = members.room_id
    join intervals on intervals.room_id = members.room_id and intervals.user_id = members.user_id
    where members.room_id = $1
    and members.user_id = $2
    order by intervals.from_seq";

macro_rules! in_range {
    ($rest:literal) => {
        concat!(
            "select events.room_id, events.seq, events.cid, events.kind, events.author_id, users.username,
                users.display_name, events.at_ms, events.message_type, events.content, events.target_seq,
                events.about_id, about.username, about.display_name, events.reply_seq, events.edited_at_ms,
                events.changed_seq, events.parts, users.avatar
            from events
            join users on users.id = events.author_id
            left join users as about on about.id = events.about_id
            where events.room_id = $1
            and events.seq between $2 and $3
            ",
            $rest
        )
    };
}

/// The first events of a range.
pub(super) const FIRST: &str = in_range!("order by events.seq limit $4");
/// The last events of a range.
pub(super) const LAST: &str = in_range!("order by events.seq desc limit $4");

/// See [`by_position`].
pub(super) static BY_POSITION: LazyLock<Rows> = LazyLock::new(|| {
    Rows::new(
        2,
        "with wanted(room_id, seq) as ({rows})
        select events.room_id, events.seq, events.cid, events.kind, events.author_id, users.username,
            users.display_name, events.at_ms, events.message_type, events.content, events.target_seq,
            events.about_id, about.username, about.display_name, events.reply_seq, events.edited_at_ms, events.changed_seq,
            events.parts, users.avatar
        from wanted
        cross join events
        cross join users
        left join users as about on about.id = events.about_id
        where events.room_id = wanted.room_id
        and events.seq = wanted.seq
        and users.id = events.author_id",
    )
});

/// A room as one person sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct View {
    /// The last position of the room.
    pub(crate) head: Seq,
    /// What the person may see, in order. Never empty.
    pub(crate) intervals: Vec<Interval>,
}

/// What a member may see of the room; none: not a member, or there is no such room.
pub(crate) async fn view(tx: &mut Tx, room: RoomId, user: UserId) -> sqlx::Result<Option<View>> {
    let found: Vec<(i64, i64, Option<i64>)> =
        each!(tx, db => sqlx::query_as(VIEW).bind(room.0).bind(user.0).fetch_all(db).await)?;
    let interval = |(_, from, to): &(i64, i64, Option<i64>)| Interval { user, from: Seq(*from), to: to.map(Seq) };
    Ok(found.first().map(|(head, ..)| View { head: Seq(*head), intervals: found.iter().map(interval).collect() }))
}

/// At most `events_max` events of the positions `from` to `to`, in order, as somebody with that view sees them; the first ones,
/// or the last ones.
pub(crate) async fn between(
    tx: &mut Tx,
    room: RoomId,
    view: &View,
    (from, to): (Seq, Seq),
    events_max: usize,
    are_last: bool,
) -> sqlx::Result<Vec<Event>> {
    let limit = i64::try_from(events_max).unwrap_or(i64::MAX);
    let found: Vec<EventRow> = each!(tx, db => sqlx::query_as(if are_last { LAST } else { FIRST })
        .bind(room.0).bind(from.0).bind(to.0).bind(limit).fetch_all(db).await)?;
    let mut events: Vec<Event> = found.into_iter().map(|row| row.0).collect();
    if are_last {
        events.reverse();
    }
    if let Some(viewer) = view.intervals.first().map(|interval| interval.user) {
        fold(tx, viewer, &mut events).await?;
    }
    veil::veil_for(view, &mut events);
    Ok(events)
}

/// Adds what other tables know of the events: a statement for each of the four that any of them needs.
async fn fold(tx: &mut Tx, viewer: UserId, events: &mut [Event]) -> sqlx::Result<()> {
    mentions::add(tx, events).await?;
    reactions::add(tx, events).await?;
    bids::add(tx, events).await?;
    quotes::add(tx, viewer, events).await
}

/// The events at these positions as lines of somebody's inbox, in no order: the last ones that are shown of many rooms.
pub(crate) async fn by_position(tx: &mut Tx, viewer: UserId, positions: &[(RoomId, Seq)]) -> sqlx::Result<Vec<Event>> {
    let mut events = Vec::with_capacity(positions.len());
    for positions in positions.chunks(ROWS_MAX) {
        let text = BY_POSITION.text(tx, positions.len());
        let found: Vec<EventRow> = each!(tx, db => {
            let mut query = sqlx::query_as(text);
            for index in 0..filled(positions.len()) {
                let position = positions.get(index);
                query = query.bind(position.map(|(room, _)| room.0)).bind(position.map(|(_, seq)| seq.0));
            }
            query.fetch_all(db).await
        })?;
        events.extend(found.into_iter().map(|row| row.0));
    }
    fold(tx, viewer, &mut events).await?;
    Ok(events)
}

/// Whether the log holds an event of this author under this cid.
pub(crate) async fn is_stored(tx: &mut Tx, author: UserId, cid: Cid) -> sqlx::Result<bool> {
    let found: Option<(i64,)> = each!(tx, db => sqlx::query_as(
        "select seq
        from events
        where cid = $1
        and author_id = $2",
    ).bind(cid.as_bytes().as_slice()).bind(author.0).fetch_optional(db).await)?;
    Ok(found.is_some())
}

struct EventRow(Event);

impl<'r, R> FromRow<'r, R> for EventRow
where
    R: Row,
    usize: sqlx::ColumnIndex<R>,
    i64: sqlx::Type<R::Database> + sqlx::Decode<'r, R::Database>,
    String: sqlx::Type<R::Database> + sqlx::Decode<'r, R::Database>,
    Vec<u8>: sqlx::Type<R::Database> + sqlx::Decode<'r, R::Database>,
{
    fn from_row(row: &'r R) -> sqlx::Result<Self> {
        let cid: Vec<u8> = row.try_get(2)?;
        let cid = cid.try_into().map_err(|_| sqlx::Error::Decode("a cid without sixteen bytes".into()))?;
        let kind = EventKind::of(&row.try_get::<String, _>(3)?);
        let message_type: Option<String> = row.try_get(8)?;
        let content: Option<String> = row.try_get(9)?;
        let message_type = message_type.as_deref().map_or(MessageType::Unknown, MessageType::of);
        let message = match content {
            Some(content) => Some(Message::new(message_type, content)),
            None => says_something(kind).then(|| Message::erased(message_type)),
        };
        let message =
            message.map(|message| Message { more: parts::tree(row.try_get(17).unwrap_or_default()), ..message });
        let message = match message {
            Some(message) if kind == EventKind::Message => Some(Message {
                reply_to: row.try_get::<Option<i64>, _>(14)?.map(|seq| Box::new(veil::unseen(Seq(seq)))),
                edited_at: row.try_get::<Option<i64>, _>(15)?.map(Time),
                changed: Seq(row.try_get::<Option<i64>, _>(16)?.unwrap_or_default()),
                ..message
            }),
            message => message,
        };
        let about = match row.try_get::<Option<i64>, _>(11)? {
            Some(id) => Some(users::person((id, row.try_get(12)?, row.try_get(13)?, None))),
            None => None,
        };
        Ok(Self(Event {
            room: RoomId(row.try_get(0)?),
            seq: Seq(row.try_get(1)?),
            cid: Cid::from_bytes(cid),
            kind,
            author: users::person((row.try_get(4)?, row.try_get(5)?, row.try_get(6)?, row.try_get(18)?)),
            at: Time(row.try_get(7)?),
            message,
            target: row.try_get::<Option<i64>, _>(10)?.map(Seq),
            about: about.map(Box::new),
            mentions: Vec::new(),
        }))
    }
}

/// Whether events of this kind have content as long as it is not gone.
fn says_something(kind: EventKind) -> bool {
    matches!(
        kind,
        EventKind::Message | EventKind::Edited | EventKind::Reacted | EventKind::Unreacted | EventKind::Decided
    )
}

/// A room of somebody, as far as a new socket needs it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) room: RoomId,
    pub(crate) head: Seq,
    pub(crate) members_rev: i64,
    pub(crate) is_direct: bool,
    pub(crate) level: Level,
}

/// See [`places`].
pub(super) const PLACES: &str = "select rooms.id, rooms.head, rooms.members_rev, rooms.kind = 'direct',
        members.level
    from members
    join rooms on rooms.id = members.room_id
    where members.user_id = $1
    order by rooms.id";

/// Every room of a person, in the order of ids.
pub(crate) async fn places(tx: &mut Tx, user: UserId) -> sqlx::Result<Vec<Place>> {
    let found: Vec<(i64, i64, i64, bool, String)> =
        each!(tx, db => sqlx::query_as(PLACES).bind(user.0).fetch_all(db).await)?;
    let place = |(room, head, members_rev, is_direct, level): (i64, i64, i64, bool, String)| Place {
        room: RoomId(room),
        head: Seq(head),
        members_rev,
        is_direct,
        level: Level::of(&level),
    };
    Ok(found.into_iter().map(place).collect())
}
