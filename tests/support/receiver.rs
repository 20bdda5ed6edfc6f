//! A server of somebody else's that is told something. Rule: it answers what the test says, believes nothing and keeps everything.

use super::within;
use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use std::{
    collections::{BTreeMap, VecDeque},
    net::SocketAddr,
    sync::{Arc, Mutex},
};
use tokio::{
    net::TcpListener,
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task::AbortHandle,
};

/// A status that is no answer: it is never given.
pub const NEVER: u16 = 0;

/// A server on a port of this machine.
pub struct Receiver {
    counter: Arc<Counter>,
    came: UnboundedReceiver<Letter>,
    address: SocketAddr,
    task: AbortHandle,
}

struct Counter {
    /// What it answers next, by the end of the address, one after the other, and then the last for ever; 204 at first.
    answers: Mutex<BTreeMap<String, VecDeque<u16>>>,
    took: UnboundedSender<Letter>,
}

impl Counter {
    fn next(&self, to: &str) -> u16 {
        match self.answers.lock().unwrap().get_mut(to) {
            Some(statuses) if statuses.len() > 1 => statuses.pop_front().unwrap(),
            Some(statuses) => statuses[0],
            None => 204,
        }
    }
}

/// What came.
#[derive(Clone, Debug)]
pub struct Letter {
    /// The end of the address.
    pub to: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// What is in it.
    pub body: Bytes,
    /// What was answered.
    pub status: u16,
}

impl Letter {
    /// A header's text; empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl Receiver {
    /// On a free port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (took, came) = unbounded_channel();
        let counter = Arc::new(Counter { answers: Mutex::default(), took });
        let router = Router::new().route("/to/{to}", post(take)).with_state(counter.clone());
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() }).abort_handle();
        Self { counter, came, address, task }
    }

    /// Where it is, without a path.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// An address at it.
    pub fn url(&self, to: &str) -> String {
        format!("{}/to/{to}", self.origin())
    }

    /// What it answers next at this address, one after the other, and then the last for ever.
    pub fn answer(&self, to: &str, statuses: &[u16]) {
        self.counter.answers.lock().unwrap().insert(to.to_owned(), statuses.iter().copied().collect());
    }

    /// The next request.
    pub async fn letter(&mut self) -> Letter {
        within("something to be told", self.came.recv()).await.unwrap()
    }
}

impl Drop for Receiver {
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
    let status = counter.next(&to);
    // A test that is over does not listen.
    let _ = counter.took.send(Letter { to, headers, body, status });
    if status == NEVER {
        std::future::pending::<()>().await;
    }
    let elsewhere = [(header::LOCATION, "/to/elsewhere")];
    (StatusCode::from_u16(status).unwrap(), elsewhere).into_response()
}
