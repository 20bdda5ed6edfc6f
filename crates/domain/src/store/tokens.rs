//! What programs sign in with. Rule: tokens and tickets stand here as hashes; a family of tokens is one session, so that whatever ends
//! the session ends the family.

use super::{Tx, each, sessions::viewer_of};
use crate::{Error, Viewer, tokens::refresh::Family};
use wire::{SessionId, Time};

/// Begins the family of a session.
pub(crate) async fn insert(tx: &mut Tx, session: SessionId, secret_hash: &[u8], at: Time) -> Result<(), Error> {
    each!(tx, db => sqlx::query(
        "insert into refresh_tokens (session_id, secret_hash, renewed_at_ms)
        values ($1, $2, $3)",
    ).bind(session.0).bind(secret_hash).bind(at.0).execute(db).await.map(|_| ()))?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct FamilyRow {
    session_id: i64,
    secret_hash: Vec<u8>,
    before_hash: Option<Vec<u8>>,
    salt: Option<Vec<u8>>,
    renewed_at_ms: i64,
}

/// The family that a token names, and whose it is, if its session holds at `now_ms`.
pub(crate) async fn family(tx: &mut Tx, name_hash: &[u8], now_ms: i64) -> Result<Option<(Family, Viewer)>, Error> {
    let row: Option<FamilyRow> = each!(tx, db => sqlx::query_as(
        "select r.session_id, r.secret_hash, r.before_hash, r.salt, r.renewed_at_ms
        from sessions s
        join refresh_tokens r on r.session_id = s.id
        where s.token_hash = $1",
    ).bind(name_hash).fetch_optional(db).await)?;
    let Some(FamilyRow { session_id, secret_hash, before_hash, salt, renewed_at_ms }) = row else { return Ok(None) };
    let Some(viewer) = viewer_of(tx, SessionId(session_id), now_ms).await? else { return Ok(None) };
    Ok(Some((Family { secret_hash, before_hash, salt, renewed_at: Time(renewed_at_ms) }, viewer)))
}

/// Puts the next secret in the place of the one that was shown; false: somebody else has, since.
pub(crate) async fn renew(
    tx: &mut Tx,
    session: SessionId,
    (shown_hash, next_hash): (&[u8], &[u8]),
    salt: &[u8],
    at: Time,
) -> Result<bool, Error> {
    let renewed = each!(tx, db => sqlx::query(
        "update refresh_tokens
        set secret_hash = $1, before_hash = $2, salt = $3, renewed_at_ms = $4
        where session_id = $5
            and secret_hash = $2",
    )
    .bind(next_hash)
    .bind(shown_hash)
    .bind(salt)
    .bind(at.0)
    .bind(session.0)
    .execute(db).await.map(|done| done.rows_affected()))?;
    Ok(renewed > 0)
}

/// Keeps a ticket, and forgets those that nobody used.
pub(crate) async fn insert_ticket(
    tx: &mut Tx,
    ticket_hash: &[u8],
    session: SessionId,
    until: Time,
    (at, expires_at): (Time, Time),
) -> Result<(), Error> {
    each!(tx, db => sqlx::query(
        "delete from socket_tickets
        where expires_at_ms <= $1",
    ).bind(at.0).execute(db).await.map(|_| ()))?;
    each!(tx, db => sqlx::query(
        "insert into socket_tickets (ticket_hash, session_id, until_ms, expires_at_ms)
        values ($1, $2, $3, $4)",
    ).bind(ticket_hash).bind(session.0).bind(until.0).bind(expires_at.0).execute(db).await.map(|_| ()))?;
    Ok(())
}

/// Takes a ticket away, whoever else tries at the same time: its session, and until when the socket may last.
pub(crate) async fn take_ticket(
    tx: &mut Tx,
    ticket_hash: &[u8],
    now_ms: i64,
) -> Result<Option<(SessionId, Time)>, Error> {
    let taken: Option<(i64, i64)> = each!(tx, db => sqlx::query_as(
        "delete from socket_tickets
        where ticket_hash = $1
            and expires_at_ms > $2
        returning session_id, until_ms",
    ).bind(ticket_hash).bind(now_ms).fetch_optional(db).await)?;
    Ok(taken.map(|(session, until_ms)| (SessionId(session), Time(until_ms))))
}

/// The keys that access tokens are signed with and their age, the last made first.
pub(crate) async fn keys(tx: &mut Tx) -> Result<Vec<(Vec<u8>, i64)>, Error> {
    Ok(each!(tx, db => sqlx::query_as(
        "select secret, made_at_ms
        from token_keys
        order by id desc
        limit 2",
    ).fetch_all(db).await)?)
}

/// Keeps another key, which signs from now on, and the one that signed before; the others are gone.
pub(crate) async fn insert_key(tx: &mut Tx, secret: &[u8], at: Time) -> Result<(), Error> {
    each!(tx, db => sqlx::query(
        "insert into token_keys (secret, made_at_ms)
        values ($1, $2)",
    ).bind(secret).bind(at.0).execute(db).await.map(|_| ()))?;
    each!(tx, db => sqlx::query(
        "delete from token_keys
        where id not in (select id from token_keys order by id desc limit 2)",
    ).execute(db).await.map(|_| ()))?;
    Ok(())
}
