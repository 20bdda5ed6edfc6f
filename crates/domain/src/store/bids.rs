//! What bids offer and what has become of them. Rule: people are read by their numbers, so that a bid names them as they are called
//! now; of one whose message is gone nothing is left but that it was decided.

use super::{Tx, each, rows::Listed};
use crate::{bids::rules::Facts, money};
use serde_json::json;
use sqlx::{FromRow, Row};
use std::{collections::BTreeMap, sync::LazyLock};
use wire::{
    Bid, BidState, Event, EventKind, MessageType, Person, RoomId, RoomKind, Seq, Time, UserId,
    read::{Tree, parse},
};

macro_rules! bids {
    ($from:literal) => {
        concat!(
            "select bids.room_id, bids.seq, bids.author_id, author.username, author.display_name, bids.to_id,
                receiver.username, receiver.display_name, bids.amount, bids.currency, bids.note, bids.expires_at_ms,
                bids.state, bids.decided_at_ms, bids.counters_seq
            ",
            $from
        )
    };
}

/// See [`add`].
pub(super) static OF_EVENTS: LazyLock<Listed> = LazyLock::new(|| {
    let text = bids!(
        "from wanted
        cross join bids
        cross join users as author
        cross join users as receiver
        where bids.room_id = wanted.room_id
        and bids.seq = wanted.seq
        and bids.amount > 0
        and author.id = bids.author_id
        and receiver.id = bids.to_id"
    );
    Listed::new(&["bigint", "bigint"], &format!("with wanted(room_id, seq) as ({{rows}})\n{text}"))
});

/// See [`find`].
pub(super) const FIND: &str = bids!(
    "from bids
    join users as author on author.id = bids.author_id
    join users as receiver on receiver.id = bids.to_id
    where bids.room_id = $1
    and bids.seq = $2"
);

struct BidRow((RoomId, Seq), Bid);

impl<'r, R> FromRow<'r, R> for BidRow
where
    R: Row,
    usize: sqlx::ColumnIndex<R>,
    i64: sqlx::Type<R::Database> + sqlx::Decode<'r, R::Database>,
    String: sqlx::Type<R::Database> + sqlx::Decode<'r, R::Database>,
{
    fn from_row(row: &'r R) -> sqlx::Result<Self> {
        let person = |at: usize| -> sqlx::Result<Person> {
            Ok(Person {
                id: UserId(row.try_get(at)?),
                username: row.try_get(at + 1)?,
                display_name: row.try_get(at + 2)?,
                ..Person::default()
            })
        };
        let number = |at: usize| row.try_get::<Option<i64>, _>(at);
        let currency: String = row.try_get(9)?;
        let bid = Bid {
            from: person(2)?,
            to: person(5)?,
            amount: row.try_get(8)?,
            decimals: money::decimals(&currency).into(),
            currency,
            note: row.try_get(10)?,
            expires_at: number(11)?.map(Time),
            state: BidState::of(&row.try_get::<String, _>(12)?),
            decided_at: number(13)?.map(Time),
            counters: number(14)?.map(Seq),
        };
        Ok(Self((RoomId(row.try_get(0)?), Seq(row.try_get(1)?)), bid))
    }
}

/// A bid, by its place.
pub(crate) async fn find(tx: &mut Tx, (room, seq): (RoomId, Seq)) -> sqlx::Result<Option<Bid>> {
    let row: Option<BidRow> = each!(tx, db => sqlx::query_as(FIND).bind(room.0).bind(seq.0).fetch_optional(db).await)?;
    Ok(row.map(|BidRow(_, bid)| bid))
}

/// As a message carries it.
pub(crate) fn carried(bid: &Bid) -> Tree {
    // Strings and whole numbers are always JSON.
    let bid = serde_json::to_string(bid).unwrap_or_default();
    parse(&format!("{{\"bid\":{bid}}}")).unwrap_or_default()
}

/// Adds to messages the bids that they are, and to decisions what they decided about.
pub(crate) async fn add(tx: &mut Tx, events: &mut [Event]) -> sqlx::Result<()> {
    let place = |event: &Event| match (event.kind, event.target) {
        (EventKind::Message, _) if event.message.as_ref().is_some_and(|said| said.kind == MessageType::Bid) => {
            Some((event.room, event.seq))
        }
        (EventKind::Decided, Some(target)) => Some((event.room, target)),
        _ => None,
    };
    let wanted: Vec<(RoomId, Seq)> = events.iter().filter_map(place).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let (rows, text) = (json!(wanted).to_string(), OF_EVENTS.text(tx));
    let found: Vec<BidRow> = each!(tx, db => sqlx::query_as(text).bind(rows).fetch_all(db).await)?;
    let found: BTreeMap<(RoomId, Seq), Bid> = found.into_iter().map(|BidRow(place, bid)| (place, bid)).collect();
    for event in events {
        if let Some(bid) = place(event).and_then(|place| found.get(&place))
            && let Some(said) = event.message.as_mut().filter(|said| !said.deleted)
        {
            said.more.put_all(&carried(bid));
        }
    }
    Ok(())
}

/// See [`has_accepted`].
pub(super) const ACCEPTED: &str = "select seq
    from bids
    where sole_room_id = $1
    and state = 'accepted'";

/// Whether a bid has been accepted in a room about a subject.
pub(crate) async fn has_accepted(tx: &mut Tx, room: RoomId) -> sqlx::Result<bool> {
    let row: Option<(i64,)> = each!(tx, db => sqlx::query_as(ACCEPTED).bind(room.0).fetch_optional(db).await)?;
    Ok(row.is_some())
}

/// What decides about a bid.
pub(crate) async fn facts(tx: &mut Tx, room: (RoomId, RoomKind), bid: &Bid) -> sqlx::Result<Facts> {
    let (is_author_here,): (bool,) = each!(tx, db => sqlx::query_as(
        "select exists (
            select 1
            from members
            where room_id = $1
            and user_id = $2
        )",
    ).bind(room.0.0).bind(bid.from.id.0).fetch_one(db).await)?;
    Ok(Facts {
        room: room.1,
        has_accepted: has_accepted(tx, room.0).await?,
        author: bid.from.id,
        is_author_here,
        to: bid.to.id,
        state: bid.state,
        expires_at: bid.expires_at,
    })
}

/// What kind of room it is.
pub(crate) async fn room_kind(tx: &mut Tx, room: RoomId) -> sqlx::Result<RoomKind> {
    let (kind,): (String,) = each!(tx, db => sqlx::query_as(
        "select kind
        from rooms
        where id = $1",
    ).bind(room.0).fetch_one(db).await)?;
    Ok(RoomKind::of(&kind))
}

/// The other one of a direct room.
pub(crate) async fn peer(tx: &mut Tx, room: RoomId, user: UserId) -> sqlx::Result<Option<UserId>> {
    let row: Option<(i64,)> = each!(tx, db => sqlx::query_as(
        "select user_id
        from members
        where room_id = $1
        and user_id <> $2
        limit 1",
    ).bind(room.0).bind(user.0).fetch_optional(db).await)?;
    Ok(row.map(|(user,)| UserId(user)))
}

/// Keeps what a new bid offers.
pub(crate) async fn insert(tx: &mut Tx, (room, seq): (RoomId, Seq), is_sole: bool, bid: &Bid) -> sqlx::Result<()> {
    each!(tx, db => sqlx::query(
        "insert into bids (room_id, seq, author_id, to_id, amount, currency, note, expires_at_ms, state, counters_seq,
            sole_room_id)
        values ($1, $2, $3, $4, $5, $6, $7, $8, 'open', $9, $10)",
    )
    .bind(room.0)
    .bind(seq.0)
    .bind(bid.from.id.0)
    .bind(bid.to.id.0)
    .bind(bid.amount)
    .bind(&bid.currency)
    .bind(&bid.note)
    .bind(bid.expires_at.map(|at| at.0))
    .bind(bid.counters.map(|seq| seq.0))
    .bind(is_sole.then_some(room.0))
    .execute(db).await.map(|_| ()))
}

/// Keeps what has become of a bid, with the event at `at_seq`.
pub(crate) async fn settle(
    tx: &mut Tx,
    (room, seq): (RoomId, Seq),
    state: BidState,
    at_seq: Seq,
    at: Time,
) -> sqlx::Result<()> {
    each!(tx, db => sqlx::query(
        "update bids
        set state = $3, decided_seq = $4, decided_at_ms = $5
        where room_id = $1
        and seq = $2",
    ).bind(room.0).bind(seq.0).bind(state.as_str()).bind(at_seq.0).bind(at.0).execute(db).await.map(|_| ()))?;
    each!(tx, db => sqlx::query(
        "update events
        set changed_seq = $3
        where room_id = $1
        and seq = $2",
    ).bind(room.0).bind(seq.0).bind(at_seq.0).execute(db).await.map(|_| ()))
}

/// See [`due`].
pub(super) const DUE: &str = "select bids.room_id, bids.seq, users.id, users.username, users.display_name
    from bids
    cross join users
    where bids.state = 'open'
    and bids.expires_at_ms <= $1
    and users.id = bids.author_id
    order by bids.expires_at_ms
    limit $2";

/// Room, position; who made it: number, username, name.
type DueRow = (i64, i64, i64, String, String);

/// Open bids whose time is over, and who made them.
pub(crate) async fn due(tx: &mut Tx, now: Time, rows_max: i64) -> sqlx::Result<Vec<(RoomId, Seq, Person)>> {
    let found: Vec<DueRow> = each!(tx, db => sqlx::query_as(DUE).bind(now.0).bind(rows_max).fetch_all(db).await)?;
    let due = |(room, seq, id, username, display_name)| {
        (RoomId(room), Seq(seq), Person { id: UserId(id), username, display_name, ..Person::default() })
    };
    Ok(found.into_iter().map(due).collect())
}

/// What was said of the decisions about bids of somebody, or everybody, in these positions.
pub(super) const ERASE_OUTCOMES: &str = "update events
    set content = null
    where room_id = $1
    and seq in (
        select decided_seq
        from bids
        where room_id = $1
        and seq > $2
        and seq <= $3
        and (author_id = $4 or $4 = 0)
    )";

/// What they offered. One that is open is taken back with that.
pub(super) const ERASE: &str = "update bids
    set amount = 0, note = '', state = case when state = 'open' then 'withdrawn' else state end
    where room_id = $1
    and seq > $2
    and seq <= $3
    and (author_id = $4 or $4 = 0)";

/// Forgets what the bids of somebody, or everybody (0), in these positions offered, and what was said of their outcome.
pub(crate) async fn erase(tx: &mut Tx, room: RoomId, (done, to): (Seq, Seq), user: UserId) -> sqlx::Result<()> {
    for text in [ERASE_OUTCOMES, ERASE] {
        each!(tx, db => sqlx::query(text)
            .bind(room.0).bind(done.0).bind(to.0).bind(user.0)
            .execute(db).await.map(|_| ()))?;
    }
    Ok(())
}
