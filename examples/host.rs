//! A host application: a job board that opens a conversation about a job, and hears what is said in it.
//!
//! `TWOTICK_URL=http://127.0.0.1:3000 TWOTICK_KEY=tt_… cargo run --example host`
//!
//! The key is of `twotick key create` with every scope. The server must reach this program: with `TWOTICK_WEBHOOKS_ANYWHERE=true` also on
//! this machine.
//!
//! Rule: nothing of a request to the hook is believed before its signature; what was heard is not heard twice.

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use std::{
    collections::HashSet,
    env,
    error::Error,
    sync::{Arc, Mutex},
    time::{SystemTime, UNIX_EPOCH},
};
use tokio::net::TcpListener;

/// How old a request may be, in seconds.
const AGE_MAX_S: u64 = 300;

type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let url = env::var("TWOTICK_URL").unwrap_or_else(|_| "http://127.0.0.1:3000".to_owned());
    let twotick = Twotick { url, key: env::var("TWOTICK_KEY")?, http: reqwest::Client::new() };
    let listener = TcpListener::bind(env::var("LISTEN").unwrap_or_else(|_| "127.0.0.1:0".to_owned())).await?;
    let address = format!("http://{}/hook", listener.local_addr()?);

    let made = twotick.call("POST", "/webhooks", "", json!({ "url": address, "topics": ["messages", "bids"] })).await?;
    let hook = Arc::new(Hook { secret: word(&made, "secret")?, seen: Mutex::default() });
    let served =
        tokio::spawn(axum::serve(listener, Router::new().route("/hook", post(hear)).with_state(hook)).into_future());

    // The board knows its users and jobs by its own ids; opening a job again finds the room that there is.
    for (id, name) in [("client-7", "Clara"), ("worker-9", "Walter")] {
        let user = json!({ "external_id": id, "username": name, "display_name": name });
        twotick.call("PUT", "/users", "", user).await?;
    }
    let job = json!({
        "kind": "job", "id": "42", "title": "Paint the fence", "link": "https://jobs.example.org/42",
        "participants": [{ "external_id": "client-7", "part": "client" }, { "external_id": "worker-9", "part": "worker" }],
    });
    let room = twotick.call("POST", "/subjects", "job-42", job).await?["room"].clone();
    let notice = json!({ "text": "Walter has been hired." });
    twotick.call("POST", &format!("/subjects/{room}/notices"), "job-42-hired", notice).await?;
    // What the board hands to Walter's app or page.
    let tokens = twotick.call("POST", "/tokens", "", json!({ "external_id": "worker-9" })).await?;
    println!("job 42 is room {room}; Walter's token: {}", word(&tokens, "access_token")?);
    Ok(served.await??)
}

/// The server, by an API key.
struct Twotick {
    url: String,
    key: String,
    http: reqwest::Client,
}

impl Twotick {
    /// The same `once` is done once; empty: what may be done again.
    async fn call(&self, method: &str, path: &str, once: &str, body: Value) -> Result<Value, Failure> {
        let request = self.http.request(method.parse()?, format!("{}/api/v1/host{path}", self.url));
        let request = request.bearer_auth(&self.key).header("content-type", "application/json").body(body.to_string());
        let response = if once.is_empty() { request } else { request.header("idempotency-key", once) }.send().await?;
        let (status, text) = (response.status(), response.text().await?);
        if !status.is_success() {
            return Err(format!("{status}: {text}").into());
        }
        Ok(serde_json::from_str(&text).unwrap_or_default())
    }
}

fn word(answer: &Value, name: &str) -> Result<String, Failure> {
    Ok(answer[name].as_str().ok_or_else(|| format!("no {name}"))?.to_owned())
}

/// What the receiver knows.
struct Hook {
    secret: String,
    /// What was heard; an application keeps this with what it does about it.
    seen: Mutex<HashSet<String>>,
}

/// `POST /hook`.
async fn hear(State(hook): State<Arc<Hook>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let Some(id) = verified(&hook.secret, &headers, &body) else { return StatusCode::UNAUTHORIZED };
    let Ok(told) = serde_json::from_slice::<Value>(&body) else { return StatusCode::BAD_REQUEST };
    let is_new = hook.seen.lock().is_ok_and(|mut seen| seen.insert(id));
    if is_new {
        let event = &told["data"]["event"];
        let who = event["author"]["display_name"].as_str().unwrap_or("Twotick");
        let what = event["message"]["content"].as_str().unwrap_or_default();
        println!(
            "{} in job {}: {who}: {what}",
            told["type"].as_str().unwrap_or_default(),
            told["data"]["subject"]["id"]
        );
    }
    StatusCode::NO_CONTENT
}

/// The id of a request that comes from the server, is whole and new.
fn verified(secret: &str, headers: &HeaderMap, body: &[u8]) -> Option<String> {
    let header = |name: &str| headers.get(name)?.to_str().ok();
    let (id, timestamp) = (header("webhook-id")?, header("webhook-timestamp")?);
    let now_s = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs();
    if now_s.abs_diff(timestamp.parse().ok()?) > AGE_MAX_S {
        return None;
    }
    let key = STANDARD.decode(secret.strip_prefix("whsec_")?).ok()?;
    let is_signed = header("webhook-signature")?.split(' ').filter_map(|one| one.strip_prefix("v1,")).any(|one| {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&key) else { return false };
        mac.update(format!("{id}.{timestamp}.").as_bytes());
        mac.update(body);
        // Compares in constant time.
        STANDARD.decode(one).is_ok_and(|one| mac.verify_slice(&one).is_ok())
    });
    is_signed.then(|| id.to_owned())
}
