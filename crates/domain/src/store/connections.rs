//! Directed records between people; both directions make a connection (SPEC 3). Rule: a change is made while the
//! pair is held.

use super::{Tx, each, users};
use crate::Error;
use wire::{Person, PersonRow, Relation, UserId};

#[derive(sqlx::FromRow)]
struct PersonFound {
    id: i64,
    username: String,
    display_name: String,
    avatar: Option<Vec<u8>>,
    status: String,
    asked: bool,
    asks: bool,
}

impl From<PersonFound> for PersonRow {
    fn from(row: PersonFound) -> Self {
        let named = users::person((row.id, row.username, row.display_name, row.avatar));
        let person = Person { status: row.status, ..named };
        Self { person, relation: relation_of(row.asked, row.asks) }
    }
}

fn relation_of(asked: bool, asks: bool) -> Relation {
    match (asked, asks) {
        (true, true) => Relation::Connected,
        (true, false) => Relation::Requested,
        (false, true) => Relation::Asking,
        (false, false) => Relation::Stranger,
    }
}

/// What `other` is to `viewer`.
pub(crate) async fn relation(tx: &mut Tx, viewer: UserId, other: UserId) -> Result<Relation, Error> {
    let (asked, asks): (bool, bool) = each!(tx, db => sqlx::query_as(
        "select
            exists (select 1 from connections where user_id = $1 and other_id = $2),
            exists (select 1 from connections where user_id = $2 and other_id = $1)",
    ).bind(viewer.0).bind(other.0).fetch_one(db).await)?;
    Ok(relation_of(asked, asks))
}

/// Makes changes between these two people wait for each other. Two people without a room have no row in common: the one
/// with the smaller id stands for the pair.
pub(crate) async fn hold(tx: &mut Tx, one: UserId, other: UserId) -> Result<(), Error> {
    each!(tx, db => sqlx::query(
        "update users
        set last_seen_ms = last_seen_ms
        where id = $1",
    ).bind(one.min(other).0).execute(db).await.map(|_| ()))?;
    Ok(())
}

/// Adds the record of `user` to `other`, if it is not there.
pub(crate) async fn insert(tx: &mut Tx, user: UserId, other: UserId, now_ms: i64) -> Result<(), Error> {
    each!(tx, db => sqlx::query(
        "insert into connections (user_id, other_id, created_at_ms)
        values ($1, $2, $3)
        on conflict (user_id, other_id) do nothing",
    ).bind(user.0).bind(other.0).bind(now_ms).execute(db).await.map(|_| ()))?;
    Ok(())
}

/// Takes the record of `user` to `other` away.
pub(crate) async fn delete(tx: &mut Tx, user: UserId, other: UserId) -> Result<(), Error> {
    each!(tx, db => sqlx::query(
        "delete from connections
        where user_id = $1
            and other_id = $2",
    ).bind(user.0).bind(other.0).execute(db).await.map(|_| ()))?;
    Ok(())
}

/// Takes all records of and to somebody away; the others of them.
pub(crate) async fn delete_all(tx: &mut Tx, user: UserId) -> Result<Vec<UserId>, Error> {
    let mut others = Vec::new();
    for text in [
        "delete from connections
        where user_id = $1
        returning other_id",
        "delete from connections
        where other_id = $1
        returning user_id",
    ] {
        let found: Vec<(i64,)> = each!(tx, db => sqlx::query_as(text).bind(user.0).fetch_all(db).await)?;
        others.extend(found.into_iter().map(|(other,)| UserId(other)));
    }
    others.sort_unstable();
    others.dedup();
    Ok(others)
}

/// Everybody with a record to or from the viewer, except the banned.
pub(crate) async fn people(tx: &mut Tx, viewer: UserId) -> Result<Vec<PersonRow>, Error> {
    let rows: Vec<PersonFound> = each!(tx, db => sqlx::query_as(
        "select u.id, u.username, u.display_name, u.avatar, u.status, found.asked = 1 as asked, found.asks = 1 as asks
        from (
            select person_id, max(asked) as asked, max(asks) as asks
            from (
                select other_id as person_id, 1 as asked, 0 as asks
                from connections
                where user_id = $1
                union all
                select user_id as person_id, 0 as asked, 1 as asks
                from connections
                where other_id = $1
            ) as records
            group by person_id
        ) as found
        join users u on u.id = found.person_id
        where u.banned_at_ms is null
        order by u.display_name_key, u.id",
    ).bind(viewer.0).fetch_all(db).await)?;
    Ok(rows.into_iter().map(PersonRow::from).collect())
}

/// People whose username or display name contains `needle` (in lower case), those whose username begins with it first;
/// never the viewer, the banned, and those who have blocked the viewer.
pub(crate) async fn find(tx: &mut Tx, viewer: UserId, needle: &str, rows_max: i64) -> Result<Vec<PersonRow>, Error> {
    let quoted = needle.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let rows: Vec<PersonFound> = each!(tx, db => sqlx::query_as(
        "select u.id, u.username, u.display_name, u.avatar,
            case when exists (select 1 from blocks where blocks.user_id = $1 and blocks.other_id = u.id) then '' else u.status end
                as status,
            exists (select 1 from connections where user_id = $1 and other_id = u.id) as asked,
            exists (select 1 from connections where user_id = u.id and other_id = $1) as asks
        from users u
        where u.id <> $1
            and u.banned_at_ms is null
            and not exists (select 1 from blocks where blocks.user_id = u.id and blocks.other_id = $1)
            and (u.username_key like $2 escape '\\' or u.display_name_key like $2 escape '\\')
        order by case when u.username_key like $3 escape '\\' then 0 else 1 end, u.username_key
        limit $4",
    )
    .bind(viewer.0)
    .bind(format!("%{quoted}%"))
    .bind(format!("{quoted}%"))
    .bind(rows_max)
    .fetch_all(db).await)?;
    Ok(rows.into_iter().map(PersonRow::from).collect())
}

/// See [`requests_count`].
pub(super) const REQUESTS_COUNT: &str = "select count(*)
    from connections as theirs
    join users on users.id = theirs.user_id
    where theirs.other_id = $1
    and users.banned_at_ms is null
    and not exists (
        select 1
        from connections as mine
        where mine.user_id = $1
        and mine.other_id = theirs.user_id
    )";

/// How many people have asked `user`, and have no answer yet.
pub(crate) async fn requests_count(tx: &mut Tx, user: UserId) -> sqlx::Result<i64> {
    let (count,): (i64,) = each!(tx, db => sqlx::query_as(REQUESTS_COUNT).bind(user.0).fetch_one(db).await)?;
    Ok(count)
}
