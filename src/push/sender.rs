//! One request to a push service (RFC 8030): encrypted for the browser (RFC 8291), signed with the installation's key. Rule: it goes to
//! a public address over TLS and nowhere else, whatever name the browser gave, follows no redirect and reads no answer.

use super::VapidKey;
use crate::clock::now_ms;
use axum::http::{Request, StatusCode, Uri, header, response};
use bytes::Bytes;
use domain::{Delivery, Parcel, is_public_address, push_host};
use http_body_util::Full;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{
        Client,
        connect::{HttpConnector, dns::Name},
    },
    rt::TokioExecutor,
};
use std::{
    future::Future,
    io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tower::Service;
use web_push_native::{Auth, encrypt, p256::PublicKey};
use wire::limits::{PUSH_ANSWER_MS, PUSH_LIFE_MS};

/// Whom push services may write to when nobody has said so: a name that nobody can have.
const NOBODY: &str = "mailto:nobody@twotick.invalid";
const CONNECTIONS_PER_HOST: usize = 8;
const IDLE: Duration = Duration::from_secs(30);

/// Speaks to push services.
pub struct Sender {
    client: Client<HttpsConnector<HttpConnector<Public>>, Full<Bytes>>,
    key: VapidKey,
    contact: String,
    anywhere: bool,
}

impl Sender {
    /// `anywhere`: also over http and to any address, for tests.
    pub fn new(key: VapidKey, contact: Option<&str>, anywhere: bool) -> Self {
        let mut connector = HttpConnector::new_with_resolver(Public { anywhere });
        connector.enforce_http(false);
        connector.set_connect_timeout(Some(Duration::from_millis(PUSH_ANSWER_MS)));
        let builder = HttpsConnectorBuilder::new().with_webpki_roots();
        let builder = if anywhere { builder.https_or_http() } else { builder.https_only() };
        let client = Client::builder(TokioExecutor::new())
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(CONNECTIONS_PER_HOST)
            .pool_timer(hyper_util::rt::TokioTimer::new())
            .build(builder.enable_http1().wrap_connector(connector));
        Self { client, key, contact: contact.unwrap_or(NOBODY).to_owned(), anywhere }
    }

    /// Sends it, and says what has come of it.
    pub async fn deliver(&self, parcel: &Parcel) -> Delivery {
        // What cannot be encrypted for it, or addressed to it, is no browser.
        let Some(request) = self.request(parcel) else { return Delivery::Gone };
        let host = push_host(&parcel.subscription.endpoint);
        let answer = tokio::time::timeout(Duration::from_millis(PUSH_ANSWER_MS), self.client.request(request)).await;
        match answer {
            Ok(Ok(answer)) => {
                let (head, _) = answer.into_parts();
                let delivery = read(&head);
                if delivery != Delivery::Taken {
                    tracing::info!(host, status = head.status.as_u16(), "a push service did not take something");
                }
                delivery
            }
            Ok(Err(error)) => {
                tracing::info!(host, error = error_words(&error), "a push service could not be reached");
                Delivery::Later(None)
            }
            Err(_) => {
                tracing::info!(host, "a push service did not answer in time");
                Delivery::Later(None)
            }
        }
    }

    fn request(&self, parcel: &Parcel) -> Option<Request<Full<Bytes>>> {
        let subscription = &parcel.subscription;
        let uri: Uri = subscription.endpoint.parse().ok()?;
        let is_figures = uri.host()?.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
        if is_figures && !self.anywhere {
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
    let wait_s = answer.headers.get(header::RETRY_AFTER).and_then(|text| text.to_str().ok()?.parse::<i64>().ok());
    match answer.status {
        status if status.is_success() => Delivery::Taken,
        StatusCode::NOT_FOUND | StatusCode::GONE => Delivery::Gone,
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => {
            Delivery::Later(wait_s.map(|wait_s| wait_s.saturating_mul(1_000)))
        }
        status if status.is_client_error() => Delivery::Refused,
        _ => Delivery::Later(wait_s.map(|wait_s| wait_s.saturating_mul(1_000))),
    }
}

/// What stood behind it, without the address: hyper's own words are "client error".
fn error_words(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        words = format!("{words}: {error}");
        source = error.source();
    }
    words
}

/// Looks names up, and knows public addresses only: also of a name that leads elsewhere the second time.
#[derive(Clone, Copy, Debug)]
struct Public {
    anywhere: bool,
}

impl Service<Name> for Public {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let anywhere = self.anywhere;
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let public: Vec<SocketAddr> =
                found.into_iter().filter(|address| anywhere || is_public_address(address.ip())).collect();
            if public.is_empty() {
                return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it has no public address"));
            }
            Ok(public.into_iter())
        })
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

    #[tokio::test]
    async fn a_name_that_leads_into_the_own_network_leads_nowhere() {
        let name: Name = "localhost".parse().unwrap();
        let error = Public { anywhere: false }.call(name.clone()).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::PermissionDenied);
        assert!(Public { anywhere: true }.call(name).await.unwrap().next().is_some());
    }
}
