//! Accounts. Rule: a name is looked up by its key, in lower case.

use super::{Tx, each};
use crate::Error;
use wire::{Person, Time, UserId};

/// An account as signing in needs it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct User {
    id: i64,
    pub(crate) username: String,
    pub(crate) display_name: String,
    pub(crate) password_hash: Option<String>,
    pub(crate) is_operator: bool,
    banned_at_ms: Option<i64>,
    deleted_at_ms: Option<i64>,
}

impl User {
    pub(crate) fn is_deleted(&self) -> bool {
        self.deleted_at_ms.is_some()
    }

    pub(crate) fn id(&self) -> UserId {
        UserId(self.id)
    }

    pub(crate) fn is_banned(&self) -> bool {
        self.banned_at_ms.is_some()
    }

    pub(crate) fn person(&self) -> Person {
        Person { id: self.id(), username: self.username.clone(), display_name: self.display_name.clone() }
    }
}

/// An account to be made.
#[derive(Clone, Debug)]
pub(crate) struct NewUser {
    pub(crate) username: String,
    pub(crate) username_key: String,
    pub(crate) display_name: String,
    pub(crate) display_name_key: String,
    pub(crate) password_hash: Option<String>,
    pub(crate) created_at_ms: i64,
}

/// The account of that name.
pub(crate) async fn by_key(tx: &mut Tx, username_key: &str) -> Result<Option<User>, Error> {
    Ok(each!(tx, db => sqlx::query_as(
        "select id, username, display_name, password_hash, is_operator, banned_at_ms, deleted_at_ms
        from users
        where username_key = $1",
    ).bind(username_key).fetch_optional(db).await)?)
}

/// Whether there is no account at all. Locks against others who ask the same, when the answer is yes.
pub(crate) async fn none_exists(tx: &mut Tx) -> Result<bool, Error> {
    if any(tx).await? {
        return Ok(false);
    }
    super::meta::lock(tx).await?;
    Ok(!any(tx).await?)
}

/// Whether there is an account.
pub(crate) async fn any(tx: &mut Tx) -> Result<bool, Error> {
    let (exists,): (bool,) = each!(tx, db => sqlx::query_as(
        "select exists (select 1 from users)",
    ).fetch_one(db).await)?;
    Ok(exists)
}

/// Makes the account; `None` when the name is taken.
pub(crate) async fn insert(tx: &mut Tx, user: &NewUser, is_operator: bool) -> Result<Option<UserId>, Error> {
    let row: Option<(i64,)> = each!(tx, db => sqlx::query_as(
        "insert into users
            (username, username_key, display_name, display_name_key, password_hash, is_operator, created_at_ms)
        values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (username_key) do nothing
        returning id",
    )
    .bind(&user.username)
    .bind(&user.username_key)
    .bind(&user.display_name)
    .bind(&user.display_name_key)
    .bind(&user.password_hash)
    .bind(is_operator)
    .bind(user.created_at_ms)
    .fetch_optional(db).await)?;
    Ok(row.map(|(id,)| UserId(id)))
}

/// Holds the account's row until the end of the transaction, if it still may be signed in to with that hash: a ban or a
/// new password that comes at the same time comes before or after, never in between.
pub(crate) async fn hold_for_sign_in(tx: &mut Tx, user: UserId, password_hash: Option<&str>) -> Result<bool, Error> {
    let held = each!(tx, db => sqlx::query(
        "update users
        set last_seen_ms = last_seen_ms
        where id = $1
            and banned_at_ms is null
            and password_hash is not distinct from $2",
    ).bind(user.0).bind(password_hash).execute(db).await.map(|done| done.rows_affected()))?;
    Ok(held == 1)
}

/// Bans the account, or lifts the ban with `None`; a ban that stands keeps its time.
pub(crate) async fn set_banned(tx: &mut Tx, user: UserId, at_ms: Option<i64>, reason: &str) -> Result<(), Error> {
    each!(tx, db => sqlx::query(
        "update users
        set banned_at_ms = case when $2 is null then null else coalesce(banned_at_ms, $2) end, ban_reason = $3
        where id = $1",
    ).bind(user.0).bind(at_ms).bind(reason).execute(db).await.map(|_| ()))?;
    Ok(())
}

/// How many operators there are who are not banned, beside this account.
pub(crate) async fn other_operators_count(tx: &mut Tx, user: UserId) -> Result<i64, Error> {
    let (count,): (i64,) = each!(tx, db => sqlx::query_as(
        "select count(*)
        from users
        where is_operator
        and banned_at_ms is null
        and id <> $1",
    ).bind(user.0).fetch_one(db).await)?;
    Ok(count)
}

/// Gives the account a new password.
pub(crate) async fn set_password(tx: &mut Tx, user: UserId, password_hash: &str) -> Result<(), Error> {
    each!(tx, db => sqlx::query(
        "update users
        set password_hash = $2
        where id = $1",
    ).bind(user.0).bind(password_hash).execute(db).await.map(|_| ()))?;
    Ok(())
}

/// Takes away from an account everything that says whose it was, and locks it for good. Its name is free again; the one that
/// it has now cannot be registered.
pub(crate) async fn erase(tx: &mut Tx, user: UserId, at: Time) -> Result<(), Error> {
    each!(tx, db => sqlx::query(
        "update users
        set username = $2, username_key = $2, display_name = $3, display_name_key = $4, password_hash = null,
            is_operator = false, banned_at_ms = coalesce(banned_at_ms, $5), ban_reason = null, deleted_at_ms = $5,
            last_seen_ms = null, login_network = null
        where id = $1",
    )
    .bind(user.0)
    .bind(format!("~deleted-{user}"))
    .bind(DELETED_NAME)
    .bind(DELETED_NAME.to_lowercase())
    .bind(at.0)
    .execute(db).await.map(|_| ()))?;
    Ok(())
}

/// What a deleted account is called.
pub(crate) const DELETED_NAME: &str = "Deleted account";

/// A row of [`all`].
#[derive(sqlx::FromRow)]
pub(crate) struct Listed {
    pub(crate) username: String,
    pub(crate) display_name: String,
    pub(crate) is_operator: bool,
    pub(crate) has_password: bool,
    pub(crate) created_at_ms: i64,
    pub(crate) banned_at_ms: Option<i64>,
}

/// Every account, by name.
pub(crate) async fn all(tx: &mut Tx) -> Result<Vec<Listed>, Error> {
    Ok(each!(tx, db => sqlx::query_as(
        "select username, display_name, is_operator, password_hash is not null as has_password, created_at_ms, banned_at_ms
        from users
        where deleted_at_ms is null
        order by username_key",
    ).fetch_all(db).await)?)
}
