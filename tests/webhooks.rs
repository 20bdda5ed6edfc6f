//! What applications are told, at a server of their own. Rule: it verifies each request by itself; that something is not told is said by
//! something that happened later and is.

mod told;

use crate::support::{Letter, NEVER, Program, Receiver, TestApp, process::Process};
use serde_json::{Value, json};
use std::{collections::BTreeSet, time::Duration};
use twotick::Config;
use wire::{Code, apps::Scope};

fn near(config: &mut Config) {
    config.webhooks_anywhere = true;
    config.webhook_retry_ms = 1;
    config.patience.webhook = Duration::from_millis(200);
    config.sends_per_window_max = 1_000_000;
}

/// A key of a new application that may do everything.
async fn application(app: &TestApp, name: &str) -> Program {
    let chat = app.chat();
    chat.make_app(name, "Acme").await.unwrap();
    let key = chat.make_app_key(name, "live", &Scope::EVERY).await.unwrap();
    Program::new(app.address).with_access(&key.text)
}

/// Two users of the application, signed in, and a conversation of theirs.
async fn job(host: &Program, id: &str) -> (Program, Program, i64) {
    let mut users = Vec::new();
    for external_id in ["u-1", "u-2"] {
        let wish = json!({ "external_id": external_id, "username": format!("jobs-{external_id}") });
        host.call("PUT", "/host/users", wish).await.ok();
        let pair = host.call("POST", "/host/tokens", json!({ "external_id": external_id })).await.ok();
        let mut user = Program::new(host.address);
        user.keep(&pair);
        users.push(user);
    }
    let participants = json!([{ "external_id": "u-1", "part": "client" }, { "external_id": "u-2", "part": "worker" }]);
    let subject =
        json!({ "kind": "job", "id": id, "title": "Paint the fence", "notice": "Open.", "participants": participants });
    let room = host.call("POST", "/host/subjects", subject).await.ok()["room"].as_i64().unwrap();
    let ben = users.remove(1);
    (users.remove(0), ben, room)
}

async fn hook(host: &Program, url: &str) -> (i64, String) {
    let made = host.call("POST", "/host/webhooks", json!({ "url": url })).await;
    made.has_status(201);
    let made = made.json;
    assert!(made["webhook"].get("secret").is_none());
    (made["webhook"]["id"].as_i64().unwrap(), made["secret"].as_str().unwrap().to_owned())
}

async fn say(user: &Program, room: i64, text: &str) {
    user.call("POST", &format!("/rooms/{room}/messages"), json!({ "content": text })).await.ok();
}

fn texts(letters: &[Letter]) -> Vec<String> {
    letters.iter().map(Letter::text).collect()
}

#[tokio::test]
async fn an_application_is_told_signed_once_and_in_order() {
    let app = TestApp::start_with(near).await;
    let mut receiver = Receiver::start().await;
    let host = application(&app, "jobs").await;
    let (_, secret) = hook(&host, &receiver.url("jobs")).await;
    let (ana, _, room) = job(&host, "42").await;
    for number in 0..20 {
        say(&ana, room, &number.to_string()).await;
    }
    let letters = receiver.until("19").await;
    let expected: Vec<String> =
        std::iter::once("Open.".to_owned()).chain((0..20).map(|number| number.to_string())).collect();
    assert_eq!(texts(&letters), expected);
    let (_, another) = hook(&host, &receiver.url("other")).await;
    for letter in &letters {
        assert!(letter.is_signed(&secret) && !letter.is_signed(&another), "{letter:?}");
        assert_eq!(letter.header("content-type"), "application/json");
    }
    let ids: BTreeSet<&str> = letters.iter().map(|letter| letter.header("webhook-id")).collect();
    assert_eq!(ids.len(), letters.len());
    let last = letters[20].json();
    assert_eq!((last["type"].as_str(), &last["data"]["subject"]["id"]), (Some("message_created"), &json!("42")));
    let author = &last["data"]["event"]["author"]["id"];
    assert_eq!(last["data"]["people"], json!([{ "id": author, "external_id": "u-1" }]));
    let read = ana.get(&format!("/rooms/{room}/messages/21")).await.ok();
    assert_eq!(last["data"]["event"], read, "what is told is what members read");
    app.stop().await;
}

#[tokio::test]
async fn a_server_that_fails_hangs_and_comes_back_gets_everything_in_order() {
    let app = TestApp::start_with(near).await;
    let mut receiver = Receiver::start().await;
    let host = application(&app, "jobs").await;
    let (id, secret) = hook(&host, &receiver.url("jobs")).await;
    let (ana, _, room) = job(&host, "42").await;
    receiver.until("Open.").await;
    receiver.answer("jobs", &[500, NEVER, 302, 429, 404, 204]);
    for text in ["One", "Two", "Three"] {
        say(&ana, room, text).await;
    }
    let letters = receiver.until("Three").await;
    assert_eq!(texts(&letters), ["One", "One", "One", "One", "One", "One", "Two", "Three"]);
    assert!(letters.iter().all(|letter| letter.to == "jobs" && letter.is_signed(&secret)), "no redirect is followed");
    let ids: BTreeSet<&str> = letters[..6].iter().map(|letter| letter.header("webhook-id")).collect();
    assert_eq!(ids.len(), 1);
    // What came of the last is noted when its turn is over; a later turn comes after that.
    let kept = async || host.get(&format!("/host/webhooks/{id}/deliveries")).await.ok()["deliveries"].clone();
    let noted = async { while kept().await.as_array().unwrap().len() < 9 {} };
    crate::support::within("what came of it to be noted", noted).await;
    let kept = kept().await;
    let statuses: Vec<Option<u64>> = kept.as_array().unwrap().iter().map(|one| one["status"].as_u64()).collect();
    assert_eq!(
        statuses,
        [Some(204), Some(204), Some(204), Some(404), Some(429), Some(302), None, Some(500), Some(204)]
    );
    assert!(kept[6]["error"].as_str().unwrap().contains("no answer"), "{kept}");
    assert!(!kept.to_string().contains("Three"), "what was said is nobody's business there");
    app.stop().await;
}

#[tokio::test]
async fn one_server_that_hangs_keeps_no_other_waiting_and_a_removed_webhook_is_told_nothing() {
    let app = TestApp::start_with(|config| {
        near(config);
        config.patience.webhook = Duration::from_secs(3_600);
    });
    let app = app.await;
    let mut receiver = Receiver::start().await;
    let host = application(&app, "jobs").await;
    receiver.answer("hangs", &[NEVER]);
    hook(&host, &receiver.url("hangs")).await;
    let (removed, _) = hook(&host, &receiver.url("removed")).await;
    hook(&host, &receiver.url("good")).await;
    let (ana, _, room) = job(&host, "42").await;
    let first: BTreeSet<String> =
        [receiver.letter().await, receiver.letter().await, receiver.letter().await].map(|letter| letter.to).into();
    assert_eq!(first.len(), 3);
    host.call("DELETE", &format!("/host/webhooks/{removed}"), Value::Null).await.ok();
    for text in ["One", "Two"] {
        say(&ana, room, text).await;
        let letter = receiver.letter().await;
        assert_eq!((letter.to.as_str(), letter.text()), ("good", text.to_owned()));
    }
    app.stop().await;
}

#[tokio::test]
async fn a_ping_says_whether_it_was_taken_and_addresses_inside_are_for_the_operator_to_allow() {
    let app = TestApp::start_with(near).await;
    let mut receiver = Receiver::start().await;
    let host = application(&app, "jobs").await;
    let (id, secret) = hook(&host, &receiver.url("jobs")).await;
    receiver.answer("jobs", &[204, 503]);
    let test = async || host.call("POST", &format!("/host/webhooks/{id}/test"), json!({})).await.ok();
    assert_eq!((test().await["status"].clone(), test().await["status"].clone()), (json!(204), json!(503)));
    let letter = receiver.letter().await;
    assert_eq!((letter.json()["type"].as_str(), letter.is_signed(&secret)), (Some("ping"), true));
    app.stop().await;

    let app = TestApp::start().await;
    let host = application(&app, "jobs").await;
    for url in [receiver.url("jobs"), "https://localhost/".to_owned(), "https://169.254.169.254/".to_owned()] {
        host.call("POST", "/host/webhooks", json!({ "url": url })).await.is_problem(Code::BadWebhookUrl);
    }
    let said =
        host.call("POST", "/host/webhooks", json!({ "url": "https://jobs.example.org", "topics": ["tea"] })).await;
    said.is_problem(Code::BadTopics);
    assert_eq!(host.get("/host/webhooks").await.ok()["webhooks"], json!([]));
    app.stop().await;
}

#[tokio::test]
async fn a_server_that_is_killed_loses_nothing_of_what_it_had_to_tell() {
    let data = tempfile::tempdir().unwrap();
    std::fs::write(data.path().join("twotick.toml"), "webhooks_anywhere = true\nwebhook_retry_ms = 1\n").unwrap();
    let mut receiver = Receiver::start().await;
    let mut server = Process::serve(data.path(), 0).await;
    let port = server.address.port();
    crate::support::process::twotick(data.path(), &["app", "create", "jobs"]).await;
    let said = crate::support::process::twotick(data.path(), &["key", "create", "jobs", "--scopes", "all"]).await;
    let key = said.lines().find_map(|line| line.strip_prefix("Key: ")).unwrap().to_owned();
    let host = Program::new(server.address).with_access(&key);
    hook(&host, &receiver.url("jobs")).await;
    let (ana, _, room) = job(&host, "42").await;
    let mut letters = receiver.until("Open.").await;
    let mut said = vec!["Open.".to_owned()];
    for life in 0..3 {
        for number in 0..15 {
            let text = format!("{life}/{number}");
            say(&ana, room, &text).await;
            said.push(text);
        }
        // In the middle of telling.
        letters.extend(receiver.until(&format!("{life}/3")).await);
        server.kill().await;
        server = Process::serve(data.path(), port).await;
    }
    letters.extend(receiver.until("2/14").await);
    server.kill().await;
    let mut seen = BTreeSet::new();
    letters.retain(|letter| seen.insert(letter.header("webhook-id").to_owned()));
    assert_eq!(texts(&letters), said, "in order, when what came twice is dropped");
}
