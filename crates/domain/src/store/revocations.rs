//! Ended sessions, told to every server by rows that it polls. Rule: a row is a reason to look at the sessions, never the
//! proof: a socket is closed because its session is gone, so that acting on a row twice, or late, hurts nobody.

use super::{
    Tx, each,
    rows::{ROWS_MAX, Rows, filled},
};
use crate::revocation::Revoked;
use std::{collections::BTreeSet, sync::LazyLock};
use wire::{SessionId, Time, UserId};

/// Writes down that sessions ended, in the transaction that deletes them; no session: all of the user's.
pub(crate) async fn insert(
    tx: &mut Tx,
    user: UserId,
    session: Option<SessionId>,
    reason: Revoked,
    at: Time,
) -> sqlx::Result<()> {
    each!(tx, db => sqlx::query(
        "insert into revocations (user_id, session_id, reason, at_ms)
        values ($1, $2, $3, $4)",
    ).bind(user.0).bind(session.map(|session| session.0)).bind(reason.as_str()).bind(at.0).execute(db).await.map(|_| ()))
}

/// The rows since `after`: their numbers, whose sessions ended, and why, the latest last.
pub(crate) async fn since(tx: &mut Tx, after: Time) -> sqlx::Result<Vec<(i64, UserId, Revoked)>> {
    let found: Vec<(i64, i64, String)> = each!(tx, db => sqlx::query_as(
        "select id, user_id, reason
        from revocations
        where at_ms > $1
        order by at_ms, id",
    ).bind(after.0).fetch_all(db).await)?;
    Ok(found.into_iter().map(|(row, user, reason)| (row, UserId(user), Revoked::of(&reason))).collect())
}

/// Forgets what every server has long seen.
pub(crate) async fn prune(tx: &mut Tx, before: Time) -> sqlx::Result<()> {
    each!(tx, db => sqlx::query(
        "delete from revocations
        where at_ms < $1",
    ).bind(before.0).execute(db).await.map(|_| ()))
}

/// Those of the sessions that still hold at `now`.
pub(crate) async fn holding(tx: &mut Tx, sessions: &[SessionId], now: Time) -> sqlx::Result<BTreeSet<SessionId>> {
    static TEXT: LazyLock<Rows> = LazyLock::new(|| {
        Rows::new(
            2,
            "with wanted(session_id, now_ms) as ({rows})
            select sessions.id
            from wanted
            cross join sessions
            where sessions.id = wanted.session_id
            and sessions.expires_at_ms > wanted.now_ms",
        )
    });
    let mut holding = BTreeSet::new();
    for sessions in sessions.chunks(ROWS_MAX) {
        let text = TEXT.text(tx, sessions.len());
        let found: Vec<(i64,)> = each!(tx, db => {
            let mut query = sqlx::query_as(text);
            for index in 0..filled(sessions.len()) {
                let session = sessions.get(index);
                query = query.bind(session.map(|session| session.0)).bind(session.map(|_| now.0));
            }
            query.fetch_all(db).await
        })?;
        holding.extend(found.into_iter().map(|(session,)| SessionId(session)));
    }
    Ok(holding)
}
