//! One request to a push service (RFC 8030): encrypted for the browser (RFC 8291), signed with the installation's key. Rule: it goes to
//! a public address over TLS and nowhere else, whatever name the browser gave, follows no redirect and reads no answer.

use super::VapidKey;
use crate::{
    clock::now_ms,
    outbound::{self, Outbound},
};
use axum::http::{Request, StatusCode, Uri, header, response};
use bytes::Bytes;
use domain::{Delivery, Parcel, push_host};
use http_body_util::Full;
use std::time::Duration;
use web_push_native::{Auth, encrypt, p256::PublicKey};
use wire::limits::{PUSH_ANSWER_MS, PUSH_LIFE_MS};

/// Whom push services may write to when nobody has said so: a name that nobody can have.
const NOBODY: &str = "mailto:nobody@twotick.invalid";

/// Speaks to push services.
pub struct Sender {
    outbound: Outbound,
    key: VapidKey,
    contact: String,
}

impl Sender {
    /// `anywhere`: also over http and to any address, for tests.
    pub fn new(key: VapidKey, contact: Option<&str>, anywhere: bool) -> Self {
        let outbound = Outbound::new(anywhere, Duration::from_millis(PUSH_ANSWER_MS), 0);
        Self { outbound, key, contact: contact.unwrap_or(NOBODY).to_owned() }
    }

    /// Sends it, and says what has come of it.
    pub async fn deliver(&self, parcel: &Parcel) -> Delivery {
        // What cannot be encrypted for it, or addressed to it, is no browser.
        let Some(request) = self.request(parcel) else { return Delivery::Gone };
        let host = push_host(&parcel.subscription.endpoint);
        match self.outbound.send(request).await {
            Ok(head) => {
                let delivery = read(&head);
                if delivery != Delivery::Taken {
                    tracing::info!(host, status = head.status.as_u16(), "a push service did not take something");
                }
                delivery
            }
            Err(silence) => {
                tracing::info!(host, error = silence.0, "a push service could not be reached");
                Delivery::Later(None)
            }
        }
    }

    fn request(&self, parcel: &Parcel) -> Option<Request<Full<Bytes>>> {
        let subscription = &parcel.subscription;
        let uri: Uri = subscription.endpoint.parse().ok()?;
        if !self.outbound.may_reach(&uri) {
            return None;
        }
        let origin = format!("{}://{}", uri.scheme_str()?, uri.authority()?);
        let reader = PublicKey::from_sec1_bytes(&subscription.p256dh).ok()?;
        let auth = <[u8; 16]>::try_from(subscription.auth.as_slice()).ok()?;
        let sealed = encrypt(parcel.text.clone().into_bytes(), &reader, &Auth::from(auth)).ok()?;
        let request = Request::post(uri)
            .header(header::AUTHORIZATION, self.key.authorization(&origin, &self.contact, now_ms()))
            .header(header::CONTENT_ENCODING, "aes128gcm")
            .header(header::CONTENT_TYPE, "application/octet-stream")
            .header("ttl", PUSH_LIFE_MS / 1_000)
            .header("topic", &parcel.topic)
            .header("urgency", if parcel.is_urgent { "high" } else { "normal" });
        request.body(Full::new(Bytes::from(sealed))).ok()
    }
}

/// What an answer means.
fn read(answer: &response::Parts) -> Delivery {
    let wait_ms = outbound::wait_ms(answer);
    match answer.status {
        status if status.is_success() => Delivery::Taken,
        StatusCode::NOT_FOUND | StatusCode::GONE => Delivery::Gone,
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => Delivery::Later(wait_ms),
        status if status.is_client_error() => Delivery::Refused,
        _ => Delivery::Later(wait_ms),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(status: u16, wait: Option<&str>) -> Delivery {
        let answer = wait.iter().fold(axum::http::Response::builder().status(status), |answer, wait| {
            answer.header(header::RETRY_AFTER, *wait)
        });
        read(&answer.body(()).unwrap().into_parts().0)
    }

    #[test]
    fn what_a_push_service_says_is_understood() {
        for taken in [200, 201, 202, 204] {
            assert_eq!(status(taken, None), Delivery::Taken);
        }
        assert_eq!([status(404, None), status(410, None)], [Delivery::Gone; 2]);
        for refused in [400, 401, 403, 413] {
            assert_eq!(status(refused, None), Delivery::Refused);
        }
        // Whoever sends the server elsewhere is no push service.
        for passing in [301, 307, 408, 500, 502, 503] {
            assert_eq!(status(passing, None), Delivery::Later(None));
        }
        assert_eq!(status(429, Some("30")), Delivery::Later(Some(30_000)));
        assert_eq!(status(503, Some("9223372036854775807")), Delivery::Later(Some(i64::MAX)));
        assert_eq!(status(429, Some("Sun, 29 Nov 2026 08:00:00 GMT")), Delivery::Later(None));
    }
}
