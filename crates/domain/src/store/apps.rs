//! Host applications and their keys. Rule: a key stands here as its hash, and one that is revoked is found by nobody who calls.

use super::{Tx, each, users};
use crate::{Error, apps::Host, names, rooms::governing::Named};
use wire::apps::{AppRow, KeyRow, Scope};
use wire::limits::APPS_LISTED_MAX;
use wire::{AppId, KeyId, RoomId, Time};

/// An application to be made.
#[derive(Clone, Debug)]
pub(crate) struct NewApp {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) at: Time,
}

/// What an application's own account has in the place of an external id.
const ITSELF: &str = "";

/// Makes the application and its own account; false: the name is taken.
pub(crate) async fn insert(tx: &mut Tx, app: &NewApp) -> Result<bool, Error> {
    let made: Option<(i64,)> = each!(tx, db => sqlx::query_as(
        "insert into apps (name, title, made_at_ms)
        values ($1, $2, $3)
        on conflict (name) do nothing
        returning id",
    ).bind(&app.name).bind(&app.title).bind(app.at.0).fetch_optional(db).await)?;
    let Some((id,)) = made else { return Ok(false) };
    // Nobody can register a name that begins so; locked and deleted, it is found, written to and entered by nobody.
    each!(tx, db => sqlx::query(
        "insert into users
            (username, username_key, display_name, display_name_key, is_operator, created_at_ms, banned_at_ms, deleted_at_ms,
             app_id, external_id)
        values ($1, $1, $2, $3, false, $4, $4, $4, $5, $6)",
    )
    .bind(format!("~app-{}", app.name))
    .bind(&app.title)
    .bind(names::key(&app.title))
    .bind(app.at.0)
    .bind(id)
    .bind(ITSELF)
    .execute(db).await.map(|_| ()))?;
    Ok(true)
}

/// The application of that name.
pub(crate) async fn by_name(tx: &mut Tx, name: &str) -> sqlx::Result<Option<AppId>> {
    let found: Option<(i64,)> = each!(tx, db => sqlx::query_as(
        "select id
        from apps
        where name = $1",
    ).bind(name).fetch_optional(db).await)?;
    Ok(found.map(|(id,)| AppId(id)))
}

macro_rules! user_where {
    ($condition:literal) => {
        concat!(
            "select users.id, users.username, users.display_name, users.avatar, users.banned_at_ms is not null, members.part
            from users
            left join members on members.room_id = $2 and members.user_id = users.id
            where users.app_id = $1
            and users.deleted_at_ms is null
            and ",
            $condition
        )
    };
}

type NamedFound = (i64, String, String, Option<Vec<u8>>, bool, Option<String>);

fn named((id, username, name, avatar, is_banned, part): NamedFound) -> Named {
    Named { person: users::person((id, username, name, avatar)), is_banned, part }
}

/// The application's user whom it calls so, and where they stand in the room.
pub(crate) async fn user_by_external_id(
    tx: &mut Tx,
    app: AppId,
    room: RoomId,
    external_id: &str,
) -> sqlx::Result<Option<Named>> {
    let found: Option<NamedFound> = each!(tx, db => sqlx::query_as(user_where!("users.external_id = $3"))
        .bind(app.0).bind(room.0).bind(external_id).fetch_optional(db).await)?;
    Ok(found.map(named))
}

/// The same for a username.
pub(crate) async fn user_by_key(
    tx: &mut Tx,
    app: AppId,
    room: RoomId,
    username_key: &str,
) -> sqlx::Result<Option<Named>> {
    let found: Option<NamedFound> = each!(tx, db => sqlx::query_as(user_where!("users.username_key = $3"))
        .bind(app.0).bind(room.0).bind(username_key).fetch_optional(db).await)?;
    Ok(found.map(named))
}

/// A new key; its number.
pub(crate) async fn insert_key(
    tx: &mut Tx,
    app: AppId,
    (label, scopes): (&str, &[Scope]),
    hash: &[u8],
    at: Time,
) -> sqlx::Result<KeyId> {
    let words: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
    let (id,): (i64,) = each!(tx, db => sqlx::query_as(
        "insert into api_keys (app_id, label, scopes, secret_hash, made_at_ms)
        values ($1, $2, $3, $4, $5)
        returning id",
    ).bind(app.0).bind(label).bind(words.join(" ")).bind(hash).bind(at.0).fetch_one(db).await)?;
    Ok(KeyId(id))
}

/// Whose key it is, and what it is known by.
pub(crate) async fn key(tx: &mut Tx, key: KeyId) -> sqlx::Result<Option<(String, String)>> {
    each!(tx, db => sqlx::query_as(
        "select apps.name, api_keys.label
        from api_keys
        join apps on apps.id = api_keys.app_id
        where api_keys.id = $1",
    ).bind(key.0).fetch_optional(db).await)
}

/// Ends a key; false: it had ended.
pub(crate) async fn revoke(tx: &mut Tx, key: KeyId, at: Time) -> sqlx::Result<bool> {
    let done = each!(tx, db => sqlx::query(
        "update api_keys
        set revoked_at_ms = $2
        where id = $1
        and revoked_at_ms is null",
    ).bind(key.0).bind(at.0).execute(db).await.map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// Notes that a key was used now, unless that was noted after `since`.
pub(crate) async fn use_key(tx: &mut Tx, key: KeyId, now: Time, since: Time) -> sqlx::Result<()> {
    each!(tx, db => sqlx::query(
        "update api_keys
        set used_at_ms = $2
        where id = $1
        and (used_at_ms is null or used_at_ms <= $3)",
    ).bind(key.0).bind(now.0).bind(since.0).execute(db).await.map(|_| ()))
}

#[derive(sqlx::FromRow)]
struct HostRow {
    key_id: i64,
    scopes: String,
    used_at_ms: Option<i64>,
    app_id: i64,
    name: String,
    user_id: i64,
    username: String,
    display_name: String,
}

/// See [`host`].
pub(super) const HOST: &str =
    "select api_keys.id as key_id, api_keys.scopes, api_keys.used_at_ms, apps.id as app_id, apps.name,
        users.id as user_id, users.username, users.display_name
    from api_keys
    join apps on apps.id = api_keys.app_id
    join users on users.app_id = apps.id and users.external_id = $2
    where api_keys.secret_hash = $1
    and api_keys.revoked_at_ms is null";

/// Who calls with the key of that hash, which key it is, and when it was last used.
pub(crate) async fn host(tx: &mut Tx, hash: &[u8]) -> sqlx::Result<Option<(Host, KeyId, Option<Time>)>> {
    let row: Option<HostRow> = each!(tx, db => sqlx::query_as(HOST).bind(hash).bind(ITSELF).fetch_optional(db).await)?;
    let Some(row) = row else { return Ok(None) };
    let author = users::person((row.user_id, row.username, row.display_name, None));
    let host = Host { app: AppId(row.app_id), name: row.name, author, scopes: scopes(&row.scopes) };
    Ok(Some((host, KeyId(row.key_id), row.used_at_ms.map(Time))))
}

fn scopes(words: &str) -> Vec<Scope> {
    words.split_whitespace().map(Scope::of).collect()
}

type KeyFound = (i64, String, String, i64, Option<i64>, Option<i64>);

/// All applications with their keys, by name.
pub(crate) async fn all(tx: &mut Tx) -> sqlx::Result<Vec<AppRow>> {
    let found: Vec<(i64, String, String, i64)> = each!(tx, db => sqlx::query_as(
        "select id, name, title, made_at_ms
        from apps
        order by name
        limit $1",
    ).bind(APPS_LISTED_MAX).fetch_all(db).await)?;
    let mut apps = Vec::with_capacity(found.len());
    for (id, name, title, made_at_ms) in found {
        let keys: Vec<KeyFound> = each!(tx, db => sqlx::query_as(
            "select id, label, scopes, made_at_ms, used_at_ms, revoked_at_ms
            from api_keys
            where app_id = $1
            order by revoked_at_ms is not null, id desc
            limit $2",
        ).bind(id).bind(APPS_LISTED_MAX).fetch_all(db).await)?;
        let keys = keys.into_iter().map(key_row).collect();
        apps.push(AppRow { id: AppId(id), name, title, made_at: Time(made_at_ms), keys });
    }
    Ok(apps)
}

fn key_row((id, label, words, made_at_ms, used_at_ms, revoked_at_ms): KeyFound) -> KeyRow {
    KeyRow {
        id: KeyId(id),
        label,
        scopes: scopes(&words),
        made_at: Time(made_at_ms),
        used_at: used_at_ms.map(Time),
        revoked_at: revoked_at_ms.map(Time),
    }
}
