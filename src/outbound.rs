//! Requests that this server makes to others. Rule: an address was named by somebody else, so it could be anything: it leads to public
//! addresses and nowhere else, unless the operator allows otherwise; no redirect is followed, and of an answer as much is taken as is
//! said, within a time that is said.

use axum::http::{Request, Uri, response};
use bytes::Bytes;
use domain::is_public_address;
use http_body_util::{BodyExt, Full, Limited};
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

const CONNECTIONS_PER_HOST: usize = 8;
const IDLE: Duration = Duration::from_secs(30);
/// How long the rest of an answer is waited for.
const DRAIN: Duration = Duration::from_secs(1);

/// Why there is no answer, in words for the operator, without the address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Silence(pub String);

/// Speaks to other servers.
pub struct Outbound {
    client: Client<HttpsConnector<HttpConnector<Public>>, Full<Bytes>>,
    anywhere: bool,
    patience: Duration,
    answer_bytes_max: usize,
}

impl Outbound {
    /// `anywhere`: also over http and to any address. An answer is waited for as long as `patience`, and `answer_bytes_max` bytes of its
    /// body are taken, and dropped, so that the connection can be used again; a longer one ends it.
    pub fn new(anywhere: bool, patience: Duration, answer_bytes_max: usize) -> Self {
        let mut connector = HttpConnector::new_with_resolver(Public { anywhere });
        connector.enforce_http(false);
        connector.set_connect_timeout(Some(patience));
        let builder = HttpsConnectorBuilder::new().with_webpki_roots();
        let builder = if anywhere { builder.https_or_http() } else { builder.https_only() };
        let client = Client::builder(TokioExecutor::new())
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(CONNECTIONS_PER_HOST)
            .pool_timer(hyper_util::rt::TokioTimer::new())
            .build(builder.enable_http1().wrap_connector(connector));
        Self { client, anywhere, patience, answer_bytes_max }
    }

    /// Whether something may be sent there, as far as the address itself says: figures are looked up by nobody.
    pub fn may_reach(&self, uri: &Uri) -> bool {
        let figures = uri.host().and_then(|host| host.trim_matches(['[', ']']).parse::<IpAddr>().ok());
        self.anywhere || figures.is_none()
    }

    /// Sends it; the head of the answer.
    ///
    /// # Errors
    /// [`Silence`]: there is none in time.
    pub async fn send(&self, request: Request<Full<Bytes>>) -> Result<response::Parts, Silence> {
        if !self.may_reach(request.uri()) {
            return Err(Silence("an address in figures is not spoken to".to_owned()));
        }
        let (head, body) = match tokio::time::timeout(self.patience, self.client.request(request)).await {
            Ok(answer) => answer.map_err(|error| Silence(words(&error)))?.into_parts(),
            Err(_) => return Err(Silence("no answer in time".to_owned())),
        };
        if self.answer_bytes_max > 0 {
            // What it says is nobody's business; that it has been taken frees the connection.
            let rest = Limited::new(body, self.answer_bytes_max).collect();
            let _ = tokio::time::timeout(DRAIN, rest).await;
        }
        Ok(head)
    }
}

/// For how many milliseconds the other side wants to be left alone.
pub fn wait_ms(answer: &response::Parts) -> Option<i64> {
    let seconds = answer.headers.get(axum::http::header::RETRY_AFTER)?.to_str().ok()?.parse::<i64>().ok()?;
    Some(seconds.saturating_mul(1_000))
}

/// What stood behind it, without the address: hyper's own words are "client error".
fn words(error: &dyn std::error::Error) -> String {
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

    #[tokio::test]
    async fn a_name_that_leads_into_the_own_network_leads_nowhere() {
        let name: Name = "localhost".parse().unwrap();
        let error = Public { anywhere: false }.call(name.clone()).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::PermissionDenied);
        assert!(Public { anywhere: true }.call(name).await.unwrap().next().is_some());
    }

    #[tokio::test]
    async fn an_address_in_figures_is_spoken_to_only_where_that_is_allowed() {
        let outbound = Outbound::new(false, Duration::from_secs(1), 0);
        for figures in ["https://127.0.0.1/", "https://[::1]/", "https://93.184.216.34/"] {
            let request = Request::post(figures).body(Full::default()).unwrap();
            assert!(outbound.send(request).await.is_err(), "{figures}");
        }
        assert!(outbound.may_reach(&Uri::from_static("https://jobs.example.org/")));
        assert!(Outbound::new(true, Duration::from_secs(1), 0).may_reach(&Uri::from_static("http://127.0.0.1/")));
    }
}
