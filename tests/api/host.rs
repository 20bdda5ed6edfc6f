//! Host applications over the API. Rule: each endpoint is tried with a key, without one, with one that may not, and with one that was
//! revoked.

use crate::support::{Program, TestApp, process::twotick};
use futures::future::join_all;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use twotick::router::OPERATIONS;
use wire::{Code, KeyId, apps::Scope};

/// What a host calls.
fn is_host_s(pattern: &str) -> bool {
    pattern.starts_with("/api/v1/host/")
}

async fn user(jobs: &Program, name: &str) -> Value {
    jobs.call("PUT", "/host/users", json!({ "external_id": format!("id of {name}"), "username": name })).await.ok()
}

/// Signs a user of the application in.
async fn enter(app: &TestApp, jobs: &Program, name: &str) -> Program {
    user(jobs, name).await;
    let pair = jobs.call("POST", "/host/tokens", json!({ "external_id": format!("id of {name}") })).await.ok();
    let mut program = Program::new(app.address);
    program.keep(&pair);
    program
}

fn job(participants: Value) -> Value {
    json!({ "kind": "job", "id": "42", "title": "Paint the fence", "link": "https://jobs.example/42", "participants": participants })
}

#[tokio::test]
async fn an_application_opens_a_conversation_for_its_users_who_talk_at_once() {
    let app = TestApp::start().await;
    let jobs = app.host("jobs", &Scope::EVERY).await;
    let (ana, ben) = (enter(&app, &jobs, "ana").await, enter(&app, &jobs, "ben").await);
    assert_eq!(ana.get("/me").await.ok()["user"]["username"], "ana");
    let guests = json!([{ "external_id": "id of ana", "part": "client" }, { "username": "Ben", "part": "worker" }]);
    let opened = jobs.call("POST", "/host/subjects", job(guests.clone())).await;
    opened.has_status(201);
    let room = opened.ok()["room"].clone();
    assert_eq!(jobs.call("POST", "/host/subjects", job(guests)).await.ok()["room"], room);
    let row = ben.get(&format!("/rooms/{room}")).await.ok();
    assert_eq!((&row["about"], &row["unread"]["count"], &row["writable"]), (&json!("job 42"), &json!(1), &json!(true)));
    let messages = format!("/rooms/{room}/messages");
    ana.call("POST", &messages, json!({ "content": "Hello!" })).await.has_status(201);

    let place = format!("/host/subjects/{room}");
    let tell = async |key: &str, text: &str| {
        let request = jobs.request("POST", &format!("{place}/notices")).header("idempotency-key", key);
        let request = request.header("content-type", "application/json");
        jobs.send(request.body(json!({ "text": text }).to_string())).await
    };
    let told = tell("rain-1", "It rains").await;
    told.has_status(201);
    let told = told.ok();
    assert_eq!(told["seq"], 3);
    assert_eq!(tell("rain-1", "It rains").await.ok(), told, "told once");
    tell("rain-1", "It snows").await.is_problem(Code::CidConflict);

    let edits = json!({ "title": "Paint the gate", "link": "", "remove": [{ "external_id": "id of ben" }] });
    jobs.call("PATCH", &place, edits.clone()).await.has_status(204);
    jobs.call("PATCH", &place, edits).await.has_status(204);
    ben.get(&messages).await.is_problem(Code::NotFound);
    let found = jobs.get(&place).await.ok();
    assert_eq!(
        (&found["title"], &found["closed"], &found["subject"]["link"], &found["head"]),
        (&json!("Paint the gate"), &json!(false), &Value::Null, &json!(5))
    );
    assert_eq!(found["participants"].as_array().unwrap().len(), 1);
    assert_eq!(found["participants"][0]["external_id"], "id of ana");
    jobs.call("POST", &format!("{place}/close"), json!({ "notice": "Done" })).await.has_status(204);
    ana.call("POST", &messages, json!({ "content": "Wait" })).await.is_problem(Code::RoomClosed);
    assert_eq!(jobs.get(&place).await.ok()["closed"], true);
    jobs.call("PATCH", &place, json!({ "title": "Too late" })).await.is_problem(Code::RoomClosed);
    jobs.send(jobs.request("POST", &format!("{place}/reopen"))).await.has_status(204);
    ana.call("POST", &messages, json!({ "content": "Thanks" })).await.has_status(201);
    let page = ana.get(&messages).await.ok();
    let told: Vec<&Value> = page["events"].as_array().unwrap().iter().map(|event| &event["kind"]).collect();
    assert_eq!(told, ["message", "message", "message", "renamed", "removed", "archived", "reopened", "message"]);
    assert_eq!(page["events"][2]["author"]["display_name"], "jobs");
    app.stop().await;
}

#[tokio::test]
async fn a_user_is_one_account_however_many_ask_and_keeps_its_name() {
    let app = TestApp::start().await;
    app.person("ana").await;
    let jobs = app.host("jobs", &Scope::EVERY).await;
    let wish = json!({ "external_id": "7", "username": "ana", "display_name": "Ana N." });
    let asked = (0..16).map(|_| jobs.call("PUT", "/host/users", wish.clone()));
    let said: Vec<Value> = join_all(asked).await.into_iter().map(crate::support::Said::ok).collect();
    let names: BTreeSet<&str> = said.iter().filter_map(|one| one["user"]["username"].as_str()).collect();
    assert_eq!(names, ["ana-2"].into(), "ana is somebody else's");
    assert_eq!(said.iter().filter(|one| one["created"] == true).count(), 1);
    let renamed =
        jobs.call("PUT", "/host/users", json!({ "external_id": "7", "display_name": "Ana Novak" })).await.ok();
    assert_eq!((&renamed["created"], &renamed["user"]["display_name"]), (&json!(false), &json!("Ana Novak")));
    let pair = jobs.call("POST", "/host/tokens", json!({ "external_id": "7" })).await.ok();
    assert_eq!((&pair["token_type"], &pair["user"]["username"]), (&json!("Bearer"), &json!("ana-2")));
    let refresh = json!({ "refresh_token": pair["refresh_token"] });
    Program::new(app.address).call("POST", "/token/refresh", refresh).await.ok();
    twotick(app.data_dir(), &["user", "ban", "ana-2"]).await;
    jobs.call("POST", "/host/tokens", json!({ "external_id": "7" })).await.is_problem(Code::Banned);
    assert_eq!(jobs.call("PUT", "/host/users", json!({ "external_id": "7" })).await.ok()["banned"], true);
    let ana = json!({ "external_id": "ana" });
    jobs.call("POST", "/host/tokens", ana).await.is_problem(Code::NoSuchPerson);
    app.stop().await;
}

#[tokio::test]
async fn what_an_application_says_badly_is_refused_with_a_code() {
    let app = TestApp::start().await;
    let jobs = app.host("jobs", &Scope::EVERY).await;
    user(&jobs, "ana").await;
    let (long, deep) = ("x".repeat(10_240), format!("{{\"external_id\":{}1{}}}", "[".repeat(200), "]".repeat(200)));
    for (body, code) in [
        (json!({}), Code::Malformed),
        (json!({ "external_id": 7 }), Code::Malformed),
        (json!({ "external_id": null }), Code::Malformed),
        (json!({ "external_id": "" }), Code::BadExternalId),
        (json!({ "external_id": "a\nb" }), Code::BadExternalId),
        (json!({ "external_id": "a\u{0}b" }), Code::BadExternalId),
        (json!({ "external_id": long }), Code::BadExternalId),
        (json!({ "external_id": "8", "username": long }), Code::BadUsername),
        (json!({ "external_id": "8", "username": "~app-jobs" }), Code::BadUsername),
        (json!({ "external_id": "8", "display_name": long }), Code::BadDisplayName),
    ] {
        jobs.call("PUT", "/host/users", body).await.is_problem(code);
    }
    let request = jobs.request("PUT", "/host/users").header("content-type", "application/json");
    jobs.send(request.body(deep)).await.is_problem(Code::Malformed);
    jobs.call("POST", "/host/tokens", json!({ "external_id": "8" })).await.is_problem(Code::NoSuchPerson);
    jobs.call("POST", "/host/tokens", json!({ "external_id": long })).await.is_problem(Code::BadExternalId);
    for (guests, code) in [
        (json!([{ "part": "client" }]), Code::Malformed),
        (json!([{ "external_id": "id of ana", "username": "ana" }]), Code::Malformed),
        (json!([{ "external_id": "" }]), Code::BadExternalId),
        (json!([{ "external_id": "nobody" }]), Code::NoSuchPerson),
        (json!([{ "username": "a\u{0}" }]), Code::NoSuchPerson),
        (json!([{ "external_id": "id of ana", "part": long }]), Code::BadPart),
        (json!(vec![json!({ "external_id": "id of ana" }); 51]), Code::TooManyPeople),
        (json!("ana"), Code::Malformed),
    ] {
        jobs.call("POST", "/host/subjects", job(guests)).await.is_problem(code);
    }
    let ana = json!([{ "external_id": "id of ana" }]);
    for (field, value, code) in [
        ("kind", json!(long), Code::BadKind),
        ("id", json!(long), Code::BadSubjectId),
        ("thread", json!("a\nb"), Code::BadThread),
        ("title", json!(long), Code::BadRoomName),
        ("link", json!("javascript:alert(1)"), Code::BadLink),
        ("notice", json!(long), Code::MessageTooLong),
        ("cid", json!("x"), Code::Malformed),
    ] {
        let mut body = job(ana.clone());
        body[field] = value;
        jobs.call("POST", "/host/subjects", body).await.is_problem(code);
    }
    let room = jobs.call("POST", "/host/subjects", job(ana)).await.ok()["room"].clone();
    let place = format!("/host/subjects/{room}");
    jobs.call("PATCH", &place, json!({})).await.is_problem(Code::Malformed);
    jobs.call("POST", &format!("{place}/notices"), json!({ "text": " " })).await.is_problem(Code::EmptyMessage);
    jobs.call("POST", &format!("{place}/notices"), json!({ "text": "x".repeat(10_001) }))
        .await
        .is_problem(Code::MessageTooLong);
    jobs.get(&format!("{place}?after=x")).await.is_problem(Code::Malformed);
    jobs.get(&format!("{place}?after=-9223372036854775808")).await.ok();
    assert_eq!(jobs.get(&place).await.ok()["head"], 1, "nothing has changed");
    app.stop().await;
}

/// A body that the operation takes.
fn body(pattern: &str) -> Value {
    match pattern.trim_start_matches("/api/v1/host") {
        "/users" | "/tokens" => json!({ "external_id": "id of ana" }),
        "/subjects" => job(json!([])),
        "/subjects/{room}" => json!({ "title": "Mine" }),
        "/webhooks" => json!({ "url": "https://jobs.example.org/hook" }),
        "/webhooks/{webhook}" => json!({ "paused": true }),
        _ => json!({ "text": "Hello", "notice": "Hello" }),
    }
}

fn path(pattern: &str, room: &str) -> String {
    pattern.trim_start_matches("/api/v1").replace("{room}", room).replace("{webhook}", room)
}

fn of_hosts() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    OPERATIONS.iter().filter(|(_, pattern)| is_host_s(pattern))
}

#[tokio::test]
async fn a_key_is_asked_for_and_no_other_token_is_one() {
    let app = TestApp::start().await;
    app.person("ana").await;
    let jobs = app.host("jobs", &Scope::EVERY).await;
    let key = jobs.access.clone().unwrap();
    let (nobody, ana) = (Program::new(app.address), app.program("ana").await);
    let cut = jobs.with_access(&key[..45]);
    for (method, pattern) in of_hosts() {
        for stranger in [&nobody, &ana, &cut] {
            let said = stranger.call(method, &path(pattern, "1"), body(pattern)).await;
            said.is_problem(Code::BadKey);
            assert_eq!(said.headers["www-authenticate"], "Bearer");
        }
    }
    for (method, pattern) in OPERATIONS.iter().filter(|(_, pattern)| !is_host_s(pattern)) {
        let open = ["/token", "/token/refresh", "/token/revoke"];
        let place = pattern.trim_start_matches("/api/v1");
        if open.contains(&place) {
            continue;
        }
        let place = place.replace("{room}", "1").replace("{seq}", "1").replace("{username}", "ana");
        let place = place.replace("{step}", "request").replace("{emoji}", "x");
        jobs.call(method, &place, json!({})).await.is_problem(Code::SignedOut);
    }
    assert!(app.chat().bearer(&key).await.unwrap().is_none(), "it opens no socket either");
    app.stop().await;
}

#[tokio::test]
async fn a_revoked_key_is_worth_nothing_at_once_whoever_revokes_it() {
    let app = TestApp::start().await;
    for by_command in [true, false] {
        let name = if by_command { "jobs" } else { "trips" };
        let program = app.host(name, &Scope::EVERY).await;
        let ana = enter(&app, &program, &format!("ana.{name}")).await;
        let room = program.call("POST", "/host/subjects", job(json!([]))).await.ok()["room"].to_string();
        let apps = app.chat().apps().await.unwrap();
        let key = apps.iter().find(|app| app.name == name).unwrap().keys[0].id;
        if by_command {
            twotick(app.data_dir(), &["key", "revoke", &key.to_string()]).await;
        } else {
            app.chat().revoke_app_key(KeyId(key.0)).await.unwrap();
        }
        for (method, pattern) in of_hosts() {
            program.call(method, &path(pattern, &room), body(pattern)).await.is_problem(Code::BadKey);
        }
        ana.get("/me").await.ok();
    }
    app.stop().await;
}

#[tokio::test]
async fn a_key_without_the_scope_is_refused_and_changes_nothing() {
    let app = TestApp::start().await;
    let jobs = app.host("jobs", &Scope::EVERY).await;
    user(&jobs, "ana").await;
    let room = jobs.call("POST", "/host/subjects", job(json!([]))).await.ok()["room"].to_string();
    for (method, pattern) in of_hosts() {
        let needed = match pattern.trim_start_matches("/api/v1/host") {
            "/users" => Scope::Users,
            "/tokens" => Scope::Tokens,
            "/subjects/{room}/notices" => Scope::Notices,
            place if place.starts_with("/subjects") => Scope::Subjects,
            _ => Scope::Webhooks,
        };
        let others: Vec<Scope> = Scope::EVERY.into_iter().filter(|scope| *scope != needed).collect();
        let key = app.chat().make_app_key("jobs", "", &others).await.unwrap();
        let narrow = jobs.with_access(&key.text);
        narrow.call(method, &path(pattern, &room), body(pattern)).await.is_problem(Code::MissingScope);
        let key = app.chat().make_app_key("jobs", "", &[needed]).await.unwrap();
        let said = jobs.with_access(&key.text).call(method, &path(pattern, "987654321"), body(pattern)).await;
        let is_nobodys = matches!(said.json["code"].as_str(), Some("not_found" | "no_such_webhook"));
        assert!(said.status < 300 || is_nobodys, "{method} {pattern}: {said:?}");
    }
    assert_eq!(jobs.get(&format!("/host/subjects/{room}")).await.ok()["head"], 1);
    app.stop().await;
}

#[tokio::test]
async fn an_application_that_calls_too_often_is_told_when_to_come_back() {
    let app = TestApp::start_with(|config| config.host_calls_per_window_max = 2).await;
    let jobs = app.host("jobs", &Scope::EVERY).await;
    user(&jobs, "ana").await;
    user(&jobs, "ben").await;
    let said = jobs.call("PUT", "/host/users", json!({ "external_id": "9" })).await;
    said.is_problem(Code::SlowDown);
    let wait: u64 = said.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=10).contains(&wait), "{said:?}");
    app.stop().await;
}
