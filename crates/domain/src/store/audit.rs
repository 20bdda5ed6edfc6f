//! Who did what. Rule: an entry is written in the transaction that does it, and holds nothing that anybody said.

use super::{Tx, each};
use wire::{
    Person, RoomId, Time, UserId,
    admin::{Action, Actor, AuditRow},
};

/// Writes down that `by` (the command line, or the server, without one) did something.
pub(crate) async fn insert(
    tx: &mut Tx,
    at: Time,
    by: Option<UserId>,
    action: Action,
    about: Option<UserId>,
    room: Option<RoomId>,
    detail: &str,
) -> sqlx::Result<()> {
    each!(tx, db => sqlx::query(
        "insert into audit (at_ms, actor_id, action, user_id, room_id, detail)
        values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(at.0)
    .bind(by.map(|by| by.0))
    .bind(action.as_str())
    .bind(about.map(|about| about.0))
    .bind(room.map(|room| room.0))
    .bind(detail)
    .execute(db).await.map(|_| ()))
}

/// Writes down, in the transaction of each of its parts, how many old messages a run has erased so far. The run's entry.
pub(crate) async fn count_retention(tx: &mut Tx, at: Time, entry: Option<i64>, count: i64) -> sqlx::Result<i64> {
    let (id,): (i64,) = match entry {
        Some(entry) => each!(tx, db => sqlx::query_as(
            "update audit
            set detail = $2
            where id = $1
            returning id",
        ).bind(entry).bind(count.to_string()).fetch_one(db).await)?,
        None => each!(tx, db => sqlx::query_as(
            "insert into audit (at_ms, action, detail)
            values ($1, $2, $3)
            returning id",
        ).bind(at.0).bind(Action::Retention.as_str()).bind(count.to_string()).fetch_one(db).await)?,
    };
    Ok(id)
}

macro_rules! entries {
    ($from:literal) => {
        concat!(
            "select found.id, found.at_ms, found.action, found.detail, actors.id, actors.username, actors.display_name,
                users.id, users.username, users.display_name, rooms.id, rooms.title
            from ",
            $from,
            "
            left join users as actors on actors.id = found.actor_id
            left join users on users.id = found.user_id
            left join rooms on rooms.id = found.room_id
            order by found.id desc
            limit $2"
        )
    };
}

/// The last entries before one.
pub(super) const ALL: &str =
    entries!("(select * from audit where id < $1 and $3 = 0 order by id desc limit $2) as found");
/// Those by or about a person.
pub(super) const OF_PERSON: &str = entries!(
    "(
        select * from (select * from audit where actor_id = $3 and id < $1 order by id desc limit $2) as done
        union
        select * from (select * from audit where user_id = $3 and id < $1 order by id desc limit $2) as suffered
    ) as found"
);
/// Those about a room.
pub(super) const OF_ROOM: &str =
    entries!("(select * from audit where room_id = $3 and id < $1 order by id desc limit $2) as found");

/// Whose entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Of {
    /// Everybody's.
    All,
    /// By or about this account.
    Person(UserId),
    /// About this room.
    Room(RoomId),
}

/// The last entries before one, the latest first, each with its number.
pub(crate) async fn page(tx: &mut Tx, of: Of, before: i64, rows_max: i64) -> sqlx::Result<Vec<(i64, AuditRow)>> {
    let (text, number) = match of {
        Of::All => (ALL, 0),
        Of::Person(user) => (OF_PERSON, user.0),
        Of::Room(room) => (OF_ROOM, room.0),
    };
    let found: Vec<Row> =
        each!(tx, db => sqlx::query_as(text).bind(before).bind(rows_max).bind(number).fetch_all(db).await)?;
    Ok(found.into_iter().map(entry).collect())
}

type Name = (Option<i64>, Option<String>, Option<String>);

#[derive(sqlx::FromRow)]
struct Row(
    i64,
    i64,
    String,
    String,
    Option<i64>,
    Option<String>,
    Option<String>,
    Option<i64>,
    Option<String>,
    Option<String>,
    Option<i64>,
    Option<String>,
);

fn entry(row: Row) -> (i64, AuditRow) {
    let Row(id, at, action, detail, actor, actor_username, actor_name, user, username, name, room, title) = row;
    let action = Action::of(&action);
    let actor = match person((actor, actor_username, actor_name)) {
        Some(person) => Actor::Person(person),
        None if action == Action::Retention => Actor::Server,
        None => Actor::CommandLine,
    };
    let about = person((user, username, name));
    let room = room.zip(title).map(|(room, title)| (RoomId(room), title));
    (id, AuditRow { at: Time(at), actor, action, about, room, detail })
}

fn person((id, username, display_name): Name) -> Option<Person> {
    Some(Person { id: UserId(id?), username: username?, display_name: display_name?, ..Person::default() })
}
