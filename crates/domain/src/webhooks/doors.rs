//! Looking after webhooks. Rule: an application has its own only, by a key with the scope for it; operators see and pause all of them;
//! a secret is shown to whoever makes the webhook, once.

use super::{Answered, NewWebhook, WebhookParcel, WebhookSecret, address, body, rules::Failing, turn::Parcel};
use crate::{Chat, Error, Host, Viewer, chat::random_name, store, store::webhooks::Changes};
use wire::{
    Code, Refusal, Time, WebhookId,
    admin::Action,
    apps::Scope,
    limits::{ADMIN_ROWS_MAX, WEBHOOK_DELIVERIES_KEPT},
    webhooks::{Delivery, Topic, Webhook},
};

/// What is to be otherwise of a webhook; what is none stays.
#[derive(Clone, Debug, Default)]
pub struct WebhookChanges {
    /// Where it leads.
    pub url: Option<String>,
    /// Of what it is told.
    pub topics: Option<Vec<Topic>>,
    /// Whether it is told nothing until it is resumed; then it is told everything from there on.
    pub paused: Option<bool>,
}

impl Chat {
    /// The application's webhooks, in the order in which they were made.
    ///
    /// # Errors
    /// [`Code::MissingScope`], [`Code::SlowDown`].
    pub async fn webhooks(&self, host: &Host) -> Result<Vec<Webhook>, Error> {
        self.admit_host(host, Scope::Webhooks).await?;
        Ok(store::webhooks::of_app(&mut self.inner.store.read_once().await?, host.app).await?)
    }

    /// Makes a webhook: what happens in the application's conversations from now on is told there. The secret is nowhere but in the
    /// answer.
    ///
    /// # Errors
    /// As [`Chat::webhooks`]; [`Code::BadWebhookUrl`], [`Code::BadTopics`], [`Code::TooManyWebhooks`].
    pub async fn make_webhook(
        &self,
        host: &Host,
        url: &str,
        topics: &[Topic],
    ) -> Result<(Webhook, WebhookSecret), Error> {
        self.admit_host(host, Scope::Webhooks).await?;
        let (url, topics) = (self.checked_url(url)?, words(topics)?);
        let (secret, at) = (WebhookSecret::fresh(), Time(self.inner.clock.now_ms()));
        let new = NewWebhook { app: host.app, url, secret: secret.clone(), topics };
        let write = self.inner.store.write(move |tx| {
            Box::pin(async move {
                let made = store::webhooks::insert(tx, &new, at).await?.ok_or(Code::TooManyWebhooks)?;
                Ok(store::webhooks::one(tx, Some(new.app), made).await?.ok_or(Code::NoSuchWebhook)?)
            })
        });
        let webhook = write.await?;
        self.inner.live.webhooks.watch(webhook.id, self.inner.clock.steady_ms());
        Ok((webhook, secret))
    }

    /// Changes a webhook. One that is failing is tried anew at once.
    ///
    /// # Errors
    /// As [`Chat::make_webhook`]; [`Code::NoSuchWebhook`].
    pub async fn change_webhook(&self, host: &Host, id: WebhookId, changes: WebhookChanges) -> Result<Webhook, Error> {
        self.admit_host(host, Scope::Webhooks).await?;
        let WebhookChanges { url, topics, paused } = changes;
        let now = Time(self.inner.clock.now_ms());
        let changes = Changes {
            url: url.map(|url| self.checked_url(&url)).transpose()?,
            topics: topics.map(|topics| words(&topics)).transpose()?,
            paused_at: paused.map(|paused| paused.then_some(now)),
        };
        let app = host.app;
        let write = self.inner.store.write(move |tx| {
            Box::pin(async move {
                store::webhooks::change(tx, Some(app), id, &changes).await?;
                Ok(store::webhooks::one(tx, Some(app), id).await?.ok_or(Code::NoSuchWebhook)?)
            })
        });
        let webhook = write.await?;
        self.inner.live.webhooks.watch(id, self.inner.clock.steady_ms());
        Ok(webhook)
    }

    /// Removes a webhook, with what came of its requests: it is told nothing more.
    ///
    /// # Errors
    /// As [`Chat::webhooks`]; [`Code::NoSuchWebhook`].
    pub async fn remove_webhook(&self, host: &Host, id: WebhookId) -> Result<(), Error> {
        self.admit_host(host, Scope::Webhooks).await?;
        let app = host.app;
        let write = self.inner.store.write(move |tx| {
            Box::pin(async move {
                match store::webhooks::remove(tx, app, id).await? {
                    true => Ok(()),
                    false => Err(Code::NoSuchWebhook.into()),
                }
            })
        });
        write.await
    }

    /// What came of the last requests, the last one first.
    ///
    /// # Errors
    /// As [`Chat::webhooks`]; [`Code::NoSuchWebhook`].
    pub async fn webhook_deliveries(&self, host: &Host, id: WebhookId) -> Result<Vec<Delivery>, Error> {
        self.admit_host(host, Scope::Webhooks).await?;
        let mut tx = self.inner.store.read().await?;
        store::webhooks::one(&mut tx, Some(host.app), id).await?.ok_or(Code::NoSuchWebhook)?;
        Ok(store::deliveries::deliveries(&mut tx, id, WEBHOOK_DELIVERIES_KEPT).await?)
    }

    /// A ping for this webhook, also for one that is paused; what came of it is for [`Chat::webhook_pinged`].
    ///
    /// # Errors
    /// As [`Chat::webhooks`]; [`Code::NoSuchWebhook`].
    pub async fn webhook_ping(&self, host: &Host, id: WebhookId) -> Result<WebhookParcel, Error> {
        self.admit_host(host, Scope::Webhooks).await?;
        let tests = &self.inner.live.webhooks.tests;
        tests.take(host.app, self.inner.clock.steady_ms()).map_err(Refusal::slow_down)?;
        let mut tx = self.inner.store.read_once().await?;
        let found = store::deliveries::address(&mut tx, host.app, id).await?;
        let (url, secret) = found.ok_or(Code::NoSuchWebhook)?;
        let at = Time(self.inner.clock.now_ms());
        Ok(Parcel {
            url,
            id: format!("ping_{}", random_name()),
            body: body::ping(at),
            secret: WebhookSecret::kept(secret),
            webhook: id,
            kind: "ping",
            at,
            place: None,
            failing: (Failing::default(), Failing::default()),
        })
    }

    /// Keeps what came of a ping. It changes nothing else: whoever is failing is asked again at its time.
    ///
    /// # Errors
    /// [`Error::Internal`], [`Error::Unknown`].
    pub async fn webhook_pinged(&self, parcel: &WebhookParcel, answered: &Answered) -> Result<Delivery, Error> {
        let (webhook, delivery) = (parcel.webhook, parcel.delivery(answered));
        let noted = delivery.clone();
        let write = self.inner.store.write(move |tx| {
            Box::pin(async move {
                store::deliveries::note(tx, webhook, &noted).await?;
                Ok(store::deliveries::forget(tx, webhook, WEBHOOK_DELIVERIES_KEPT).await?)
            })
        });
        write.await?;
        Ok(delivery)
    }

    /// All webhooks, by the names of their applications.
    ///
    /// # Errors
    /// [`Code::NotFound`] for everybody but operators.
    pub async fn webhooks_as(&self, viewer: &Viewer) -> Result<Vec<Webhook>, Error> {
        self.admit_operator(viewer)?;
        let rows_max = i64::try_from(ADMIN_ROWS_MAX * 10).unwrap_or(i64::MAX);
        Ok(store::webhooks::all(&mut self.inner.store.read_once().await?, rows_max).await?)
    }

    /// One of them, with what came of the last requests.
    ///
    /// # Errors
    /// [`Code::NotFound`] for everybody but operators; [`Code::NoSuchWebhook`].
    pub async fn webhook_as(&self, viewer: &Viewer, id: WebhookId) -> Result<(Webhook, Vec<Delivery>), Error> {
        self.admit_operator(viewer)?;
        let mut tx = self.inner.store.read().await?;
        let webhook = store::webhooks::one(&mut tx, None, id).await?.ok_or(Code::NoSuchWebhook)?;
        let rows_max = i64::try_from(ADMIN_ROWS_MAX).unwrap_or(i64::MAX);
        let deliveries = store::deliveries::deliveries(&mut tx, id, rows_max).await?;
        Ok((webhook, deliveries))
    }

    /// Pauses a webhook, or resumes it: then it is told everything since it was paused, beginning at once.
    ///
    /// # Errors
    /// [`Code::NotFound`] for everybody but operators; [`Code::NoSuchWebhook`].
    pub async fn pause_webhook_as(&self, viewer: &Viewer, id: WebhookId, is_paused: bool) -> Result<(), Error> {
        self.admit_operator(viewer)?;
        let (by, now) = (viewer.user, Time(self.inner.clock.now_ms()));
        let changes = Changes { paused_at: Some(is_paused.then_some(now)), ..Changes::default() };
        let action = if is_paused { Action::WebhookPaused } else { Action::WebhookResumed };
        let write = self.inner.store.write(move |tx| {
            Box::pin(async move {
                let webhook = store::webhooks::one(tx, None, id).await?.ok_or(Code::NoSuchWebhook)?;
                if webhook.paused_at.is_some() != is_paused {
                    store::webhooks::change(tx, None, id, &changes).await?;
                    let which = format!("{}, webhook {id}", webhook.app);
                    store::audit::insert(tx, now, Some(by), action, None, None, &which).await?;
                }
                Ok(())
            })
        });
        write.await?;
        self.inner.live.webhooks.watch(id, self.inner.clock.steady_ms());
        Ok(())
    }

    fn checked_url(&self, url: &str) -> Result<String, Error> {
        let url = url.trim();
        address::check(url, self.inner.settings.webhooks_anywhere)?;
        Ok(url.to_owned())
    }
}

/// Their words, each once, in their order.
fn words(topics: &[Topic]) -> Result<String, Error> {
    let mut topics = topics.to_vec();
    topics.sort_unstable();
    topics.dedup();
    if topics.is_empty() || topics.contains(&Topic::Unknown) {
        return Err(Code::BadTopics.into());
    }
    Ok(topics.iter().map(|topic| topic.as_str()).collect::<Vec<_>>().join(" "))
}
