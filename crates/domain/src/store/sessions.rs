//! Sessions: signed-in browsers and devices. Rule: the table holds the SHA-256 of a token, never the token.

use super::{Tx, each};
use crate::{Error, Viewer};
use wire::{SessionId, Time, UserId};

#[derive(sqlx::FromRow)]
struct ViewerRow {
    session_id: i64,
    expires_at_ms: i64,
    user_id: i64,
    username: String,
    display_name: String,
    avatar: Option<Vec<u8>>,
    is_operator: bool,
}

impl From<ViewerRow> for Viewer {
    fn from(row: ViewerRow) -> Self {
        Self {
            user: UserId(row.user_id),
            username: row.username,
            display_name: row.display_name,
            avatar: super::users::picture(row.avatar),
            session: SessionId(row.session_id),
            expires_at: Time(row.expires_at_ms),
            is_operator: row.is_operator,
        }
    }
}

/// Whose session it is, if it holds: the two ways of naming one differ in the first condition only.
macro_rules! viewer_by {
    ($condition:literal) => {
        concat!(
            "select s.id as session_id, s.expires_at_ms, u.id as user_id, u.username, u.display_name, u.avatar,
                u.is_operator
        from sessions s
        join users u on u.id = s.user_id
        where ",
            $condition,
            "
            and s.expires_at_ms > $2
            and u.banned_at_ms is null"
        )
    };
}

/// Who is behind the token at `now_ms`: nobody when the session has ended or the account is banned.
pub(crate) async fn viewer(tx: &mut Tx, token_hash: &[u8], now_ms: i64) -> Result<Option<Viewer>, Error> {
    let row: Option<ViewerRow> = each!(tx, db => sqlx::query_as(viewer_by!("s.token_hash = $1"))
        .bind(token_hash).bind(now_ms).fetch_optional(db).await)?;
    Ok(row.map(Viewer::from))
}

/// The same for the session of this number.
pub(crate) async fn viewer_of(tx: &mut Tx, session: SessionId, now_ms: i64) -> Result<Option<Viewer>, Error> {
    let row: Option<ViewerRow> = each!(tx, db => sqlx::query_as(viewer_by!("s.id = $1"))
        .bind(session.0).bind(now_ms).fetch_optional(db).await)?;
    Ok(row.map(Viewer::from))
}

/// Begins a session, from there, and forgets the expired ones of everybody.
pub(crate) async fn insert(
    tx: &mut Tx,
    user: UserId,
    token_hash: &[u8],
    (created_at_ms, expires_at_ms): (i64, i64),
    network: Option<&str>,
) -> Result<SessionId, Error> {
    each!(tx, db => sqlx::query(
        "delete from sessions
        where expires_at_ms <= $1",
    ).bind(created_at_ms).execute(db).await.map(|_| ()))?;
    let (id,): (i64,) = each!(tx, db => sqlx::query_as(
        "insert into sessions (user_id, token_hash, created_at_ms, expires_at_ms, network)
        values ($1, $2, $3, $4, $5)
        returning id",
    ).bind(user.0).bind(token_hash).bind(created_at_ms).bind(expires_at_ms).bind(network).fetch_one(db).await)?;
    super::networks::note(tx, user, network).await?;
    Ok(SessionId(id))
}

/// Ends one session of the user; whether there was one.
pub(crate) async fn delete(tx: &mut Tx, user: UserId, session: SessionId) -> Result<bool, Error> {
    let ended = each!(tx, db => sqlx::query(
        "delete from sessions
        where id = $1
            and user_id = $2",
    ).bind(session.0).bind(user.0).execute(db).await.map(|done| done.rows_affected()))?;
    Ok(ended > 0)
}

/// Ends all sessions of the user.
pub(crate) async fn delete_all(tx: &mut Tx, user: UserId) -> Result<(), Error> {
    each!(tx, db => sqlx::query(
        "delete from sessions
        where user_id = $1",
    ).bind(user.0).execute(db).await.map(|_| ()))?;
    Ok(())
}
