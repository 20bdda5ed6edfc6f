//! Accounts. Rule: a name is looked up by its key, in lower case.

use super::{Tx, each};
use crate::Error;
use wire::{AppId, Cid, Person, Time, UserId};

/// An account as signing in needs it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct User {
    id: i64,
    pub(crate) username: String,
    pub(crate) display_name: String,
    avatar: Option<Vec<u8>>,
    status: String,
    pub(crate) password_hash: Option<String>,
    pub(crate) is_operator: bool,
    banned_at_ms: Option<i64>,
    deleted_at_ms: Option<i64>,
    app_id: Option<i64>,
}

impl User {
    pub(crate) fn is_deleted(&self) -> bool {
        self.deleted_at_ms.is_some()
    }

    /// Whether an application says who signs in.
    pub(crate) fn is_of_app(&self) -> bool {
        self.app_id.is_some()
    }

    pub(crate) fn id(&self) -> UserId {
        UserId(self.id)
    }

    pub(crate) fn is_banned(&self) -> bool {
        self.banned_at_ms.is_some()
    }

    pub(crate) fn person(&self) -> Person {
        let named = (self.id, self.username.clone(), self.display_name.clone(), self.avatar.clone());
        Person { status: self.status.clone(), ..person(named) }
    }
}

/// Id, username, display name and picture of somebody.
pub(crate) type Named = (i64, String, String, Option<Vec<u8>>);

/// Whom a row names.
pub(crate) fn person((id, username, display_name, avatar): Named) -> Person {
    Person { id: UserId(id), username, display_name, avatar: picture(avatar), ..Person::default() }
}

/// The id of a picture as the database keeps it.
pub(crate) fn picture(bytes: Option<Vec<u8>>) -> Option<Cid> {
    bytes?.try_into().ok().map(Cid::from_bytes)
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

macro_rules! user_where {
    ($condition:literal) => {
        concat!(
            "select id, username, display_name, avatar, status, password_hash, is_operator, banned_at_ms, deleted_at_ms,
                app_id
            from users
            where ",
            $condition
        )
    };
}

/// The account of that name.
pub(crate) async fn by_key(tx: &mut Tx, username_key: &str) -> Result<Option<User>, Error> {
    Ok(each!(tx, db => sqlx::query_as(user_where!("username_key = $1")).bind(username_key).fetch_optional(db).await)?)
}

/// See [`by_external_id`].
pub(super) const BY_EXTERNAL_ID: &str = user_where!("app_id = $1 and external_id = $2");

/// The account that the application calls so.
pub(crate) async fn by_external_id(tx: &mut Tx, app: AppId, external_id: &str) -> Result<Option<User>, Error> {
    Ok(each!(tx, db => sqlx::query_as(BY_EXTERNAL_ID).bind(app.0).bind(external_id).fetch_optional(db).await)?)
}

/// Whether there is no account at all, those of applications aside. Locks against others who ask the same, when the answer is yes.
pub(crate) async fn none_exists(tx: &mut Tx) -> Result<bool, Error> {
    if any(tx).await? {
        return Ok(false);
    }
    super::meta::lock(tx).await?;
    Ok(!any(tx).await?)
}

/// Whether there is an account that is no application's.
pub(crate) async fn any(tx: &mut Tx) -> Result<bool, Error> {
    let (exists,): (bool,) = each!(tx, db => sqlx::query_as(
        "select exists (select 1 from users where app_id is null)",
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

/// Makes an account of an application; `None` when the name or the external id is taken.
pub(crate) async fn insert_of_app(
    tx: &mut Tx,
    user: &NewUser,
    app: AppId,
    external_id: &str,
) -> Result<Option<UserId>, Error> {
    let row: Option<(i64,)> = each!(tx, db => sqlx::query_as(
        "insert into users
            (username, username_key, display_name, display_name_key, is_operator, created_at_ms, app_id, external_id)
        values ($1, $2, $3, $4, false, $5, $6, $7)
        on conflict do nothing
        returning id",
    )
    .bind(&user.username)
    .bind(&user.username_key)
    .bind(&user.display_name)
    .bind(&user.display_name_key)
    .bind(user.created_at_ms)
    .bind(app.0)
    .bind(external_id)
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
    super::profiles::set_avatar(tx, user, None, at).await?;
    each!(tx, db => sqlx::query(
        "update users
        set username = $2, username_key = $2, display_name = $3, display_name_key = $4, password_hash = null,
            is_operator = false, banned_at_ms = coalesce(banned_at_ms, $5), ban_reason = null, deleted_at_ms = $5,
            last_seen_ms = null, login_network = null, status = '', external_id = null,
            profile_at_ms = case when profile_at_ms < $5 then $5 else profile_at_ms + 1 end
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
