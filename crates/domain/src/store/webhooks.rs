//! Webhooks, and where there is something to tell them. Rule: a new one has been told everything up to now, and one that is paused keeps
//! how far it has been told.

use super::{Tx, each, rows::Listed};
use crate::webhooks::NewWebhook;
use serde_json::json;
use sqlx::FromRow;
use std::sync::LazyLock;
use wire::{
    AppId, RoomId, Time, WebhookId,
    limits::{WEBHOOK_ROOMS_FOUND_MAX, WEBHOOKS_PER_APP_MAX},
    webhooks::{Pause, Topic, Webhook, WebhookState},
};

/// What namespaces of applications begin with, before the application's name.
const APP: &str = "app:";

/// A new webhook, which has been told everything up to now; none: the application has enough.
pub(crate) async fn insert(tx: &mut Tx, new: &NewWebhook, at: Time) -> sqlx::Result<Option<WebhookId>> {
    // Two at once would both find room for one.
    each!(tx, db => sqlx::query(
        "update apps
        set name = name
        where id = $1",
    ).bind(new.app.0).execute(db).await.map(|_| ()))?;
    let made: Option<(i64,)> = each!(tx, db => sqlx::query_as(
        "insert into webhooks (app_id, url, secret, topics, made_at_ms, failures, next_at_ms, leased_until_ms)
        select $1, $2, $3, $4, $5, 0, 0, 0
        from apps
        where apps.id = $1
        and (
            select count(*)
            from webhooks
            where webhooks.app_id = $1
        ) < $6
        returning id",
    )
    .bind(new.app.0)
    .bind(&new.url)
    .bind(new.secret.as_str())
    .bind(&new.topics)
    .bind(at.0)
    .bind(WEBHOOKS_PER_APP_MAX)
    .fetch_optional(db).await)?;
    let Some((id,)) = made else { return Ok(None) };
    each!(tx, db => sqlx::query(
        "insert into webhook_cursors (webhook_id, room_id, sent_seq, failures, next_at_ms)
        select $1, rooms.id, rooms.head, 0, 0
        from apps
        join subjects on subjects.namespace = $3 || apps.name
        join rooms on rooms.id = subjects.room_id
        where apps.id = $2",
    ).bind(id).bind(new.app.0).bind(APP).execute(db).await.map(|_| ()))?;
    Ok(Some(WebhookId(id)))
}

/// What is to be otherwise of a webhook.
#[derive(Clone, Debug, Default)]
pub(crate) struct Changes {
    pub(crate) url: Option<String>,
    pub(crate) topics: Option<String>,
    /// Since when it is paused, or that it is not.
    pub(crate) paused_at: Option<Option<Time>>,
}

/// Changes a webhook of this application, or of any; false: there is none. Whatever it was waiting for is forgotten: it is asked anew.
pub(crate) async fn change(tx: &mut Tx, app: Option<AppId>, id: WebhookId, changes: &Changes) -> sqlx::Result<bool> {
    let paused_at = changes.paused_at.flatten();
    let done = each!(tx, db => sqlx::query(
        "update webhooks
        set url = coalesce($3, url),
            topics = coalesce($4, topics),
            paused_at_ms = case when $5 then $6 else paused_at_ms end,
            paused_why = case when $5 then $7 else paused_why end,
            failures = 0,
            failing_since_ms = null,
            next_at_ms = 0
        where id = $1
        and app_id = coalesce($2, app_id)",
    )
    .bind(id.0)
    .bind(app.map(|app| app.0))
    .bind(changes.url.as_deref())
    .bind(changes.topics.as_deref())
    .bind(changes.paused_at.is_some())
    .bind(paused_at.map(|at| at.0))
    .bind(paused_at.map(|_| Pause::Asked.as_str()))
    .execute(db).await.map(|done| done.rows_affected()))?;
    if done > 0 {
        each!(tx, db => sqlx::query(
            "update webhook_cursors
            set failures = 0, failing_since_ms = null, next_at_ms = 0
            where webhook_id = $1
            and failures > 0",
        ).bind(id.0).execute(db).await.map(|_| ()))?;
    }
    Ok(done > 0)
}

/// Removes a webhook of this application; false: there is none.
pub(crate) async fn remove(tx: &mut Tx, app: AppId, id: WebhookId) -> sqlx::Result<bool> {
    let done = each!(tx, db => sqlx::query(
        "delete from webhooks
        where id = $1
        and app_id = $2",
    ).bind(id.0).bind(app.0).execute(db).await.map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

#[derive(FromRow)]
struct WebhookRow {
    id: i64,
    name: String,
    url: String,
    topics: String,
    made_at_ms: i64,
    paused_at_ms: Option<i64>,
    paused_why: Option<String>,
    failures: i64,
    next_at_ms: i64,
}

impl From<WebhookRow> for Webhook {
    fn from(row: WebhookRow) -> Self {
        let state = match (row.paused_at_ms, row.failures) {
            (Some(_), _) => WebhookState::Paused,
            (None, 0) => WebhookState::Active,
            (None, _) => WebhookState::Failing,
        };
        Self {
            id: WebhookId(row.id),
            app: row.name,
            url: row.url,
            topics: row.topics.split(' ').map(Topic::of).collect(),
            made_at: Time(row.made_at_ms),
            state,
            failures: row.failures,
            next_at: (state == WebhookState::Failing).then_some(Time(row.next_at_ms)),
            paused_at: row.paused_at_ms.map(Time),
            paused_why: row.paused_why.as_deref().map(Pause::of),
        }
    }
}

macro_rules! rows {
    ($rest:literal) => {
        concat!(
            "select webhooks.id, apps.name, webhooks.url, webhooks.topics, webhooks.made_at_ms, webhooks.paused_at_ms,
                webhooks.paused_why, webhooks.failures, webhooks.next_at_ms
            from webhooks
            join apps on apps.id = webhooks.app_id
            ",
            $rest
        )
    };
}

/// Webhooks of an application.
pub(super) const OF_APP: &str = rows!("where webhooks.app_id = $1 order by webhooks.id");

/// The webhooks of an application, in the order in which they were made.
pub(crate) async fn of_app(tx: &mut Tx, app: AppId) -> sqlx::Result<Vec<Webhook>> {
    let found: Vec<WebhookRow> = each!(tx, db => sqlx::query_as(OF_APP).bind(app.0).fetch_all(db).await)?;
    Ok(found.into_iter().map(Webhook::from).collect())
}

/// One webhook of this application, or of any.
pub(crate) async fn one(tx: &mut Tx, app: Option<AppId>, id: WebhookId) -> sqlx::Result<Option<Webhook>> {
    let found: Option<WebhookRow> = each!(tx, db => sqlx::query_as(rows!("where webhooks.id = $1 and webhooks.app_id = coalesce($2, webhooks.app_id)"))
            .bind(id.0).bind(app.map(|app| app.0)).fetch_optional(db).await)?;
    Ok(found.map(Webhook::from))
}

/// All webhooks, by the applications' names, at most so many.
pub(crate) async fn all(tx: &mut Tx, rows_max: i64) -> sqlx::Result<Vec<Webhook>> {
    let text = rows!("order by apps.name, webhooks.id limit $1");
    let found: Vec<WebhookRow> = each!(tx, db => sqlx::query_as(text).bind(rows_max).fetch_all(db).await)?;
    Ok(found.into_iter().map(Webhook::from).collect())
}

/// See [`of_rooms`].
pub(super) static OF_ROOMS: LazyLock<Listed> = LazyLock::new(|| {
    Listed::new(
        &["bigint"],
        "with wanted(room_id) as ({rows})
        select webhooks.id, wanted.room_id
        from wanted
        cross join subjects
        cross join apps
        cross join webhooks
        where subjects.room_id = wanted.room_id
        and substr(subjects.namespace, 1, 4) = 'app:'
        and apps.name = substr(subjects.namespace, 5)
        and webhooks.app_id = apps.id
        and webhooks.paused_at_ms is null",
    )
});

/// Which webhooks are told of which of these rooms.
pub(crate) async fn of_rooms(tx: &mut Tx, rooms: &[RoomId]) -> sqlx::Result<Vec<(WebhookId, RoomId)>> {
    let wanted = json!(rooms.iter().map(|room| [room.0]).collect::<Vec<_>>()).to_string();
    let text = OF_ROOMS.text(tx);
    let found: Vec<(i64, i64)> = each!(tx, db => sqlx::query_as(text).bind(wanted).fetch_all(db).await)?;
    Ok(found.into_iter().map(|(webhook, room)| (WebhookId(webhook), RoomId(room))).collect())
}

/// Every webhook that is told.
pub(crate) async fn told(tx: &mut Tx) -> sqlx::Result<Vec<WebhookId>> {
    let found: Vec<(i64,)> = each!(tx, db => sqlx::query_as(
        "select id
        from webhooks
        where paused_at_ms is null",
    ).fetch_all(db).await)?;
    Ok(found.into_iter().map(|(id,)| WebhookId(id)).collect())
}

/// See [`behind`].
pub(super) const BEHIND: &str = "select subjects.room_id
    from webhooks
    join apps on apps.id = webhooks.app_id
    join subjects on subjects.namespace = 'app:' || apps.name
    join rooms on rooms.id = subjects.room_id
    left join webhook_cursors on webhook_cursors.webhook_id = webhooks.id and webhook_cursors.room_id = rooms.id
    where webhooks.id = $1
    and rooms.head > coalesce(webhook_cursors.sent_seq, 0)
    and coalesce(webhook_cursors.next_at_ms, 0) <= $2
    order by rooms.active_at_ms
    limit $3";

/// Rooms in which a webhook may have to be told something now, those that were quiet for longest first.
pub(crate) async fn behind(tx: &mut Tx, id: WebhookId, now: Time) -> sqlx::Result<Vec<RoomId>> {
    let found: Vec<(i64,)> = each!(tx, db => sqlx::query_as(BEHIND)
        .bind(id.0).bind(now.0).bind(WEBHOOK_ROOMS_FOUND_MAX).fetch_all(db).await)?;
    Ok(found.into_iter().map(|(room,)| RoomId(room)).collect())
}
