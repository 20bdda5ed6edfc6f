//! One request to an application's server, after the Standard Webhooks specification. Rule: it goes where [`crate::outbound`] lets it, is
//! signed at the moment when it leaves, and nothing of its answer counts but status and `Retry-After`.

use crate::{
    clock::now_ms,
    outbound::{self, Outbound},
};
use axum::http::{Request, header};
use bytes::Bytes;
use domain::{Answered, WebhookParcel};
use http_body_util::Full;
use std::time::{Duration, Instant};
use wire::limits::WEBHOOK_ANSWER_BYTES_MAX;

/// Who calls.
const AGENT: &str = concat!("Twotick/", env!("CARGO_PKG_VERSION"));

/// Speaks to applications' servers.
pub struct Sender {
    outbound: Outbound,
}

impl Sender {
    /// `anywhere`: also over http and to any address. An answer is waited for as long as `patience`.
    pub fn new(anywhere: bool, patience: Duration) -> Self {
        Self { outbound: Outbound::new(anywhere, patience, WEBHOOK_ANSWER_BYTES_MAX) }
    }

    /// Sends it, and says what has come of it.
    pub async fn deliver(&self, parcel: &WebhookParcel) -> Answered {
        let begun = Instant::now();
        let timestamp_s = now_ms() / 1_000;
        let request = Request::post(&parcel.url)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::USER_AGENT, AGENT)
            .header("webhook-id", &parcel.id)
            .header("webhook-timestamp", timestamp_s)
            .header("webhook-signature", parcel.signature(timestamp_s))
            .body(Full::new(Bytes::from(parcel.body.clone())));
        let answer = match request {
            Ok(request) => self.outbound.send(request).await,
            Err(error) => Err(outbound::Silence(error.to_string())),
        };
        let took_ms = i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX);
        match answer {
            Ok(head) => {
                let wait_ms = outbound::wait_ms(&head);
                Answered { status: Some(head.status.as_u16()), wait_ms, error: None, took_ms }
            }
            Err(silence) => Answered { status: None, wait_ms: None, error: Some(silence.0), took_ms },
        }
    }
}
