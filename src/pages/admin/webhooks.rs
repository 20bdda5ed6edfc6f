//! `/admin/webhooks`: where applications are told of what happens. Rule: the operator pauses and resumes; where they lead, applications say.

use super::{Operator, page};
use crate::pages::visit::{Answer, Asked, Fields, see_other};
use app::{AdminList, AdminPage, Page, Typed};
use axum::extract::{Path, rejection::PathRejection};
use serde::Deserialize;
use wire::{Code, WebhookId};

/// `?of=`.
#[derive(Default, Deserialize)]
pub struct Shown {
    /// Whose last requests are shown.
    of: Option<i64>,
}

/// Which one.
#[derive(Default, Deserialize)]
pub struct Which {
    webhook: Option<i64>,
}

/// `GET /admin/webhooks`.
pub async fn open(operator: Operator, Asked(Shown { of }): Asked<Shown>) -> Answer {
    let Operator { visit, viewer } = &operator;
    let failed = |error| visit.problem(error);
    let webhooks = visit.chat().webhooks_as(viewer).await.map_err(failed)?;
    let shown = match of.map(WebhookId) {
        None => None,
        Some(id) => match visit.chat().webhook_as(viewer, id).await {
            Ok((_, requests)) => Some((id, requests)),
            // It has been removed since; the list says so.
            Err(error) if error.code() == Code::NoSuchWebhook => None,
            Err(error) => return Err(failed(error)),
        },
    };
    let list = AdminList::Webhooks(webhooks, shown);
    Ok(page(visit, AdminPage { list, query: String::new(), is_first: true, typed: Typed::default(), error: None }))
}

/// `POST /admin/webhooks/{change}`.
pub async fn change(
    operator: Operator,
    path: Result<Path<String>, PathRejection>,
    Fields(Which { webhook }): Fields<Which>,
) -> Answer {
    let Operator { visit, viewer } = &operator;
    let is_paused = match path.as_deref().map(String::as_str) {
        Ok("pause") => true,
        Ok("resume") => false,
        _ => return Err(visit.page(Page::NotFound)),
    };
    let id = webhook.unwrap_or_default();
    match visit.chat().pause_webhook_as(viewer, WebhookId(id), is_paused).await {
        Ok(()) => Ok(see_other(&format!("/admin/webhooks?of={id}#webhook-{id}"))),
        Err(error) => Err(visit.problem(error)),
    }
}
