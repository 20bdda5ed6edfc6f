//! Turns of webhooks: how far each has been told, and what came of it. Rule: whoever notes something has the lease, so that of several
//! servers one at a time tells a webhook; a cursor never goes back.

use super::{Tx, each, rows::Listed};
use crate::webhooks::{
    rules::{Failed, Failing},
    turn::Stood,
};
use serde_json::json;
use sqlx::FromRow;
use std::sync::LazyLock;
use wire::{
    AppId, EventKind, MessageType, RoomId, Seq, Subject, Time, UserId, WebhookId, limits::WEBHOOK_SCAN_MAX,
    webhooks::Delivery,
};

/// Gives a server the turn of a webhook; false: it is not its time, it is paused or gone, or another one has it.
pub(crate) async fn lease(tx: &mut Tx, id: WebhookId, lease: &str, (now, until): (Time, Time)) -> sqlx::Result<bool> {
    let done = each!(tx, db => sqlx::query(
        "update webhooks
        set lease = $2, leased_until_ms = $4
        where id = $1
        and paused_at_ms is null
        and next_at_ms <= $3
        and leased_until_ms <= $3",
    ).bind(id.0).bind(lease).bind(now.0).bind(until.0).execute(db).await.map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// Until when there is no turn to be had of it: when it is to be sent to again, and until when somebody has it. None: it is paused or
/// gone.
pub(crate) async fn busy_until(tx: &mut Tx, id: WebhookId) -> sqlx::Result<Option<(Time, Time)>> {
    let found: Option<(i64, i64)> = each!(tx, db => sqlx::query_as(
        "select next_at_ms, leased_until_ms
        from webhooks
        where id = $1
        and paused_at_ms is null",
    ).bind(id.0).fetch_optional(db).await)?;
    Ok(found.map(|(next, leased)| (Time(next), Time(leased))))
}

/// Where a webhook of this application leads, and what signs for it.
pub(crate) async fn address(tx: &mut Tx, app: AppId, id: WebhookId) -> sqlx::Result<Option<(String, String)>> {
    each!(tx, db => sqlx::query_as(
        "select url, secret
        from webhooks
        where id = $1
        and app_id = $2",
    ).bind(id.0).bind(app.0).fetch_optional(db).await)
}

/// Nobody has a turn: a server that was killed does not come back for its own. For a database that one server alone works on.
pub(crate) async fn free_all(tx: &mut Tx) -> sqlx::Result<()> {
    each!(tx, db => sqlx::query(
        "update webhooks
        set leased_until_ms = 0
        where leased_until_ms > 0",
    ).execute(db).await.map(|_| ()))
}

#[derive(FromRow)]
struct StoodRow {
    app_id: i64,
    url: String,
    secret: String,
    topics: String,
    webhook_failures: i64,
    webhook_since_ms: Option<i64>,
    leased_until_ms: i64,
    kind: String,
    subject_id: String,
    thread: String,
    link: Option<String>,
    sent_seq: i64,
    failures: i64,
    failing_since_ms: Option<i64>,
    next_at_ms: i64,
}

/// See [`stood`].
pub(super) const STOOD: &str = "select webhooks.app_id, webhooks.url, webhooks.secret, webhooks.topics,
        webhooks.failures as webhook_failures, webhooks.failing_since_ms as webhook_since_ms, webhooks.leased_until_ms,
        subjects.kind, subjects.subject_id, subjects.thread, subjects.link,
        coalesce(webhook_cursors.sent_seq, 0) as sent_seq, coalesce(webhook_cursors.failures, 0) as failures,
        webhook_cursors.failing_since_ms, coalesce(webhook_cursors.next_at_ms, 0) as next_at_ms
    from webhooks
    join apps on apps.id = webhooks.app_id
    join subjects on subjects.room_id = $2 and subjects.namespace = 'app:' || apps.name
    left join webhook_cursors on webhook_cursors.webhook_id = webhooks.id and webhook_cursors.room_id = subjects.room_id
    where webhooks.id = $1
    and webhooks.lease = $3
    and webhooks.paused_at_ms is null";

/// How a webhook stands in a room, for whoever has its turn; none: it is paused or gone, the turn is over, or the room is none of its
/// application's.
pub(crate) async fn stood(tx: &mut Tx, id: WebhookId, room: RoomId, lease: &str) -> sqlx::Result<Option<Stood>> {
    let row: Option<StoodRow> =
        each!(tx, db => sqlx::query_as(STOOD).bind(id.0).bind(room.0).bind(lease).fetch_optional(db).await)?;
    Ok(row.map(|row| Stood {
        app: AppId(row.app_id),
        url: row.url,
        secret: row.secret,
        topics: row.topics,
        webhook: Failing { times: row.webhook_failures, since_ms: row.webhook_since_ms, until_ms: 0 },
        room: Failing { times: row.failures, since_ms: row.failing_since_ms, until_ms: row.next_at_ms },
        leased_until: Time(row.leased_until_ms),
        subject: Subject { kind: row.kind, id: row.subject_id, thread: row.thread, link: row.link },
        sent: Seq(row.sent_seq),
    }))
}

/// See [`scan`].
pub(super) const SCAN: &str = "select seq, kind, message_type, author_id
    from events
    where room_id = $1
    and seq > $2
    order by seq
    limit $3";

/// The next events of a room after a position, as far as they decide whether they are told: where, what, and by whom.
pub(crate) async fn scan(
    tx: &mut Tx,
    room: RoomId,
    after: Seq,
) -> sqlx::Result<Vec<(Seq, EventKind, MessageType, UserId)>> {
    let found: Vec<(i64, String, Option<String>, i64)> = each!(tx, db => sqlx::query_as(SCAN)
        .bind(room.0).bind(after.0).bind(WEBHOOK_SCAN_MAX).fetch_all(db).await)?;
    let line = |(seq, kind, message_type, author): (i64, String, Option<String>, i64)| {
        let message_type = message_type.as_deref().map_or(MessageType::Unknown, MessageType::of);
        (Seq(seq), EventKind::of(&kind), message_type, UserId(author))
    };
    Ok(found.into_iter().map(line).collect())
}

/// See [`external_ids`].
pub(super) static EXTERNAL_IDS: LazyLock<Listed> = LazyLock::new(|| {
    Listed::new(
        &["bigint"],
        "with wanted(user_id) as ({rows})
        select users.id, users.app_id, users.external_id
        from wanted
        cross join users
        where users.id = wanted.user_id
        and users.external_id <> ''
        order by users.id",
    )
});

/// What an application calls those of these people who are its own.
pub(crate) async fn external_ids(tx: &mut Tx, app: AppId, people: &[UserId]) -> sqlx::Result<Vec<(UserId, String)>> {
    let wanted = json!(people.iter().map(|user| [user.0]).collect::<Vec<_>>()).to_string();
    let text = EXTERNAL_IDS.text(tx);
    let found: Vec<(i64, Option<i64>, String)> =
        each!(tx, db => sqlx::query_as(text).bind(wanted).fetch_all(db).await)?;
    let own = found.into_iter().filter(|(_, of, _)| *of == Some(app.0));
    Ok(own.map(|(user, _, external)| (UserId(user), external)).collect())
}

/// Keeps the turn, or ends it, with what is so of the webhook after what was sent; false: whoever asks has no turn any more.
pub(crate) async fn renew(
    tx: &mut Tx,
    (id, lease): (WebhookId, &str),
    until: Time,
    failing: Option<Failing>,
) -> sqlx::Result<bool> {
    let done = each!(tx, db => sqlx::query(
        "update webhooks
        set leased_until_ms = $3,
            failures = coalesce($4, failures),
            failing_since_ms = case when $4 is null then failing_since_ms else $6 end,
            next_at_ms = coalesce($5, next_at_ms)
        where id = $1
        and lease = $2",
    )
    .bind(id.0)
    .bind(lease)
    .bind(until.0)
    .bind(failing.map(|failing| failing.times))
    .bind(failing.map(|failing| failing.until_ms))
    .bind(failing.and_then(|failing| failing.since_ms))
    .execute(db).await.map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// Notes how far a webhook has been told of a room.
pub(crate) async fn advance(tx: &mut Tx, id: WebhookId, room: RoomId, sent: Seq) -> sqlx::Result<()> {
    each!(tx, db => sqlx::query(
        "insert into webhook_cursors (webhook_id, room_id, sent_seq, failures, next_at_ms)
        values ($1, $2, $3, 0, 0)
        on conflict (webhook_id, room_id) do update
        set sent_seq = excluded.sent_seq, failures = 0, failing_since_ms = null, next_at_ms = 0
        where webhook_cursors.sent_seq < excluded.sent_seq",
    ).bind(id.0).bind(room.0).bind(sent.0).execute(db).await.map(|_| ()))
}

/// Notes that the next of a room was not taken; how far it was told stays.
pub(crate) async fn fail(tx: &mut Tx, id: WebhookId, room: RoomId, failed: &Failed, now: Time) -> sqlx::Result<()> {
    each!(tx, db => sqlx::query(
        "insert into webhook_cursors (webhook_id, room_id, sent_seq, failures, failing_since_ms, next_at_ms)
        values ($1, $2, 0, $3, $4, $5)
        on conflict (webhook_id, room_id) do update
        set failures = excluded.failures, failing_since_ms = excluded.failing_since_ms, next_at_ms = excluded.next_at_ms",
    )
    .bind(id.0)
    .bind(room.0)
    .bind(failed.room.times)
    .bind(failed.room.since_ms)
    .bind(failed.room.until_ms)
    .execute(db).await.map(|_| ()))?;
    let Some(pause) = failed.pause else { return Ok(()) };
    each!(tx, db => sqlx::query(
        "update webhooks
        set paused_at_ms = $2, paused_why = $3
        where id = $1
        and paused_at_ms is null",
    ).bind(id.0).bind(now.0).bind(pause.as_str()).execute(db).await.map(|_| ()))
}

/// What it did not take in any room may be sent to it again: it takes things now.
pub(crate) async fn try_again(tx: &mut Tx, id: WebhookId) -> sqlx::Result<()> {
    each!(tx, db => sqlx::query(
        "update webhook_cursors
        set next_at_ms = 0
        where webhook_id = $1
        and next_at_ms > 0",
    ).bind(id.0).execute(db).await.map(|_| ()))
}

/// Keeps what came of a request.
pub(crate) async fn note(tx: &mut Tx, id: WebhookId, noted: &Delivery) -> sqlx::Result<()> {
    each!(tx, db => sqlx::query(
        "insert into webhook_deliveries
            (webhook_id, event_id, type, room_id, seq, at_ms, took_ms, status, error, next_at_ms)
        select id, $2, $3, $4, $5, $6, $7, $8, $9, $10
        from webhooks
        where id = $1",
    )
    .bind(id.0)
    .bind(&noted.event)
    .bind(&noted.kind)
    .bind(noted.room.map(|room| room.0))
    .bind(noted.seq.map(|seq| seq.0))
    .bind(noted.at.0)
    .bind(noted.took_ms)
    .bind(noted.status)
    .bind(noted.error.as_deref())
    .bind(noted.next_at.map(|at| at.0))
    .execute(db).await.map(|_| ()))
}

/// See [`forget`].
pub(super) const FORGET: &str = "delete from webhook_deliveries
    where webhook_id = $1
    and id <= (
        select oldest.id
        from webhook_deliveries as oldest
        where oldest.webhook_id = $1
        order by oldest.id desc
        limit 1
        offset $2
    )";

/// Leaves so many of the last.
pub(crate) async fn forget(tx: &mut Tx, id: WebhookId, kept: i64) -> sqlx::Result<()> {
    each!(tx, db => sqlx::query(FORGET).bind(id.0).bind(kept).execute(db).await.map(|_| ()))
}

/// See [`deliveries`].
pub(super) const DELIVERIES: &str = "select event_id, type, room_id, seq, at_ms, took_ms, status, error, next_at_ms
    from webhook_deliveries
    where webhook_id = $1
    order by id desc
    limit $2";

/// What came of the last requests, the last one first.
pub(crate) async fn deliveries(tx: &mut Tx, id: WebhookId, rows_max: i64) -> sqlx::Result<Vec<Delivery>> {
    type Row = (String, String, Option<i64>, Option<i64>, i64, i64, Option<i64>, Option<String>, Option<i64>);
    let found: Vec<Row> = each!(tx, db => sqlx::query_as(DELIVERIES).bind(id.0).bind(rows_max).fetch_all(db).await)?;
    let noted = |(event, kind, room, seq, at, took_ms, status, error, next_at): Row| Delivery {
        event,
        kind,
        room: room.map(RoomId),
        seq: seq.map(Seq),
        at: Time(at),
        took_ms,
        status,
        error,
        next_at: next_at.map(Time),
    };
    Ok(found.into_iter().map(noted).collect())
}
