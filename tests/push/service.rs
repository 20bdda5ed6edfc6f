//! A push service, and a browser that is subscribed there. Rule: it believes nothing: it opens what comes with the browser's own keys,
//! and holds the signature against the key that the browser was given.

use super::within;
use crate::support::Member;
use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::{
    SecretKey,
    ecdsa::{Signature, VerifyingKey, signature::Verifier},
    elliptic_curve::{rand_core::OsRng, sec1::ToEncodedPoint},
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
};
use tokio::{
    net::TcpListener,
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task::AbortHandle,
};

/// A push service on a port of this machine.
pub struct Service {
    address: SocketAddr,
    counter: Arc<Counter>,
    came: UnboundedReceiver<Letter>,
    task: AbortHandle,
}

struct Counter {
    /// What it answers, by the end of the address; else 201.
    answers: Mutex<BTreeMap<String, u16>>,
    took: UnboundedSender<Letter>,
}

/// What came, sealed.
#[derive(Clone, Debug)]
pub struct Letter {
    /// The end of the address.
    pub to: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// What is in it.
    pub body: Bytes,
}

/// A status that is no answer: it is never given.
pub const NEVER: u16 = 0;

impl Service {
    /// On a free port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (took, came) = unbounded_channel();
        let counter = Arc::new(Counter { answers: Mutex::default(), took });
        let router = Router::new().route("/push/{to}", post(take)).with_state(counter.clone());
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() }).abort_handle();
        Self { address, counter, came, task }
    }

    /// From now on it answers so for this end.
    pub fn answer(&self, to: &str, status: u16) {
        self.counter.answers.lock().unwrap().insert(to.to_owned(), status);
    }

    /// The next letter.
    pub async fn letter(&mut self) -> Letter {
        within("something to be pushed", self.came.recv()).await.unwrap()
    }

    /// A new browser of this person, subscribed.
    pub async fn browser(&self, member: &Member, to: &str) -> Browser {
        let key = SecretKey::random(&mut OsRng);
        let state = member.browser.call("/api/fn/push_state", &json!({})).await;
        let state: Value = serde_json::from_str(&state.body).unwrap();
        let server_key = URL_SAFE_NO_PAD.decode(state["key"].as_str().unwrap()).unwrap();
        let browser =
            Browser { endpoint: format!("http://{}/push/{to}", self.address), key, auth: [7; 16], server_key };
        let answer = member.browser.call("/api/fn/push_on", &browser.subscription()).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        browser
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn take(
    State(counter): State<Arc<Counter>>,
    Path(to): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let status = counter.answers.lock().unwrap().get(&to).copied().unwrap_or(201);
    // A test that is over does not listen.
    let _ = counter.took.send(Letter { to, headers, body });
    if status == NEVER {
        std::future::pending::<()>().await;
    }
    let elsewhere = [(header::LOCATION, "/push/elsewhere")];
    (StatusCode::from_u16(status).unwrap(), elsewhere).into_response()
}

/// What a browser keeps of its subscription.
pub struct Browser {
    endpoint: String,
    key: SecretKey,
    auth: [u8; 16],
    server_key: Vec<u8>,
}

impl Browser {
    /// As it tells the server.
    pub fn subscription(&self) -> Value {
        let point = self.key.public_key().to_encoded_point(false);
        json!({
            "push_address": self.endpoint,
            "p256dh": URL_SAFE_NO_PAD.encode(point),
            "auth": URL_SAFE_NO_PAD.encode(self.auth),
        })
    }

    /// Opens a letter, after everything about it was found right.
    pub fn open(&self, letter: &Letter) -> Value {
        let header = |name: &str| letter.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        assert_eq!((header("content-encoding"), header("ttl")), ("aes128gcm", "86400"));
        assert!(letter.body.len() <= 4_096, "{}", letter.body.len());
        assert!(!header("topic").is_empty() && header("topic").len() <= 32, "{}", header("topic"));
        self.judge(header("authorization"));
        let auth = web_push_native::Auth::from(self.auth);
        let opened = web_push_native::decrypt(letter.body.to_vec(), &self.key, &auth).expect("it is for this browser");
        serde_json::from_slice(&opened).unwrap()
    }

    /// RFC 8292: who calls, whom, until when, and that it is the one whose key the browser was given.
    fn judge(&self, authorization: &str) {
        let (token, key) = authorization.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
        assert_eq!(URL_SAFE_NO_PAD.decode(key).unwrap(), self.server_key);
        let (said, signature) = token.rsplit_once('.').unwrap();
        let signature = Signature::from_slice(&URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
        VerifyingKey::from_sec1_bytes(&self.server_key).unwrap().verify(said.as_bytes(), &signature).unwrap();
        let part = |text: &str| -> Value { serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap() };
        let (head, claims) = said.split_once('.').unwrap();
        assert_eq!(part(head), json!({ "typ": "JWT", "alg": "ES256" }));
        let claims = part(claims);
        let origin = self.endpoint.split("/push/").next().unwrap();
        assert_eq!(
            (claims["aud"].as_str(), claims["sub"].as_str()),
            (Some(origin), Some("mailto:operator@example.org"))
        );
        let left_s = claims["exp"].as_i64().unwrap() - twotick::clock::now_ms() / 1_000;
        assert!((3_600..=86_400).contains(&left_s), "{left_s}");
    }
}
