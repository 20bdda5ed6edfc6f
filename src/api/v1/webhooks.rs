//! Webhooks of the application that calls (SPEC 8). Rule: the secret of one is in the answer that makes it, and in no other.

use super::{
    asked::{At, Body},
    host::Hosting,
    problem::{Answer, Done, Is, Made, Problem},
};
use crate::state::AppState;
use axum::extract::State;
use domain::WebhookChanges;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use wire::{
    WebhookId,
    webhooks::{Delivery, Topic, Webhook},
};

/// A webhook, by its number.
#[derive(Deserialize, JsonSchema)]
pub struct WebhookPath {
    /// The webhook.
    webhook: WebhookId,
}

/// A webhook to be made.
#[derive(Deserialize, JsonSchema)]
pub struct NewWebhook {
    /// Where it leads: https at a public name, unless the operator of the server allows more.
    url: String,
    /// Of what it is told; without it, of everything.
    topics: Option<Vec<Topic>>,
}

/// What is to be otherwise; what is absent stays.
#[derive(Deserialize, JsonSchema)]
pub struct Changed {
    /// Where it leads.
    url: Option<String>,
    /// Of what it is told.
    topics: Option<Vec<Topic>>,
    /// Whether it is told nothing until it is resumed; then it is told everything from there on.
    paused: Option<bool>,
}

/// A webhook that was just made.
#[derive(Serialize, JsonSchema)]
pub struct MadeWebhook {
    /// What signs requests to it: `whsec_` and base64. It is shown here and never again.
    secret: String,
    /// The webhook.
    webhook: Webhook,
}

/// Webhooks.
#[derive(Serialize, JsonSchema)]
pub struct Webhooks {
    /// In the order in which they were made.
    webhooks: Vec<Webhook>,
}

/// What came of the last requests.
#[derive(Serialize, JsonSchema)]
pub struct Deliveries {
    /// The last one first; at most 200.
    deliveries: Vec<Delivery>,
}

/// `GET /api/v1/host/webhooks`.
pub async fn list(caller: Hosting) -> Answer<Is<Webhooks>> {
    Ok(Is(Webhooks { webhooks: caller.webhooks(&caller.host).await? }))
}

/// `POST /api/v1/host/webhooks`.
pub async fn create(caller: Hosting, Body(new): Body<NewWebhook>) -> Answer<Made<MadeWebhook>> {
    let topics = new.topics.unwrap_or_else(|| Topic::EVERY.to_vec());
    let (webhook, secret) = caller.make_webhook(&caller.host, &new.url, &topics).await?;
    Ok(Made(MadeWebhook { secret: secret.as_str().to_owned(), webhook }))
}

/// `PATCH /api/v1/host/webhooks/{webhook}`.
pub async fn change(caller: Hosting, At(path): At<WebhookPath>, Body(changed): Body<Changed>) -> Answer<Is<Webhook>> {
    let Changed { url, topics, paused } = changed;
    if url.is_none() && topics.is_none() && paused.is_none() {
        return Err(Problem::malformed("Say what is to be otherwise: url, topics or paused."));
    }
    let changes = WebhookChanges { url, topics, paused };
    Ok(Is(caller.change_webhook(&caller.host, path.webhook, changes).await?))
}

/// `DELETE /api/v1/host/webhooks/{webhook}`.
pub async fn remove(caller: Hosting, At(path): At<WebhookPath>) -> Answer<Done> {
    caller.remove_webhook(&caller.host, path.webhook).await?;
    Ok(Done)
}

/// `POST /api/v1/host/webhooks/{webhook}/test`.
pub async fn test(caller: Hosting, At(path): At<WebhookPath>, State(state): State<AppState>) -> Answer<Is<Delivery>> {
    let parcel = caller.webhook_ping(&caller.host, path.webhook).await?;
    let answered = state.hooks.deliver(&parcel).await;
    Ok(Is(caller.webhook_pinged(&parcel, &answered).await?))
}

/// `GET /api/v1/host/webhooks/{webhook}/deliveries`.
pub async fn deliveries(caller: Hosting, At(path): At<WebhookPath>) -> Answer<Is<Deliveries>> {
    Ok(Is(Deliveries { deliveries: caller.webhook_deliveries(&caller.host, path.webhook).await? }))
}
