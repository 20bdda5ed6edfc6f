//! Whatever cannot be meant. Rule: it is refused with a code, as a problem, and nothing changes.

use crate::support::{Program, Said, TestApp};
use serde_json::{Value, json};
use std::fmt::Write;
use twotick::router::OPERATIONS;
use wire::{Code, apps::Scope, limits::FORM_BYTES_MAX};

/// An address of the operation, with ids that are none.
fn odd(pattern: &str, id: &str) -> String {
    let place = pattern.trim_start_matches("/api/v1");
    place
        .replace("{room}", id)
        .replace("{seq}", id)
        .replace("{webhook}", id)
        .replace("{username}", "x")
        .replace("{step}", "request")
        .replace("{emoji}", "x")
}

/// What host applications call, with a key.
const HOST: &str = "/api/v1/host/";

/// Whoever may call the operation.
fn caller<'a>(pattern: &str, program: &'a Program, host: &'a Program) -> &'a Program {
    if pattern.starts_with(HOST) { host } else { program }
}

fn takes_a_body(document: &Value, method: &str, pattern: &str) -> bool {
    document["paths"][pattern][method]["requestBody"]["content"].get("application/json").is_some()
}

async fn scene() -> (TestApp, Program, Value, String) {
    let app = TestApp::start_with(|config| {
        (config.sends_per_window_max, config.logins_per_window_max) = (1_000, 1_000);
        (config.api_requests_per_user_max, config.api_requests_per_route_max) = (10_000, 10_000);
        config.api_requests_per_address_max = 10_000;
    })
    .await;
    let (_ana, _ben, room) = app.pair().await;
    let program = app.program("ana").await;
    let document = program.get("/openapi.json").await.ok();
    (app, program, document, room.to_string())
}

#[tokio::test]
async fn every_operation_but_signing_in_asks_who_calls() {
    let (app, program, document, room) = scene().await;
    for (method, pattern) in OPERATIONS {
        let is_open = document["paths"][*pattern][*method].get("security").is_none();
        assert_eq!(is_open, pattern.starts_with("/api/v1/token") && !pattern.ends_with("all"), "{pattern}");
        if !is_open {
            let nobody = Program::new(app.address);
            let code = if pattern.starts_with(HOST) { Code::BadKey } else { Code::SignedOut };
            nobody.call(method, &odd(pattern, &room), json!({})).await.is_problem(code);
        }
    }
    program.get("/me").await.ok();
    app.stop().await;
}

#[tokio::test]
async fn a_body_that_is_no_json_of_ours_is_refused_at_every_operation() {
    let (app, program, document, room) = scene().await;
    let host = app.host("jobs", &Scope::EVERY).await;
    let deep = "[".repeat(50_000);
    let nested = format!("{{\"content\":{}1{}}}", "[".repeat(200), "]".repeat(200));
    for (method, pattern) in OPERATIONS.iter().filter(|(method, pattern)| takes_a_body(&document, method, pattern)) {
        let path = odd(pattern, &room);
        let caller = caller(pattern, &program, &host);
        let send = async |kind: &str, body: Vec<u8>| -> Said {
            caller.send(caller.request(method, &path).header("content-type", kind).body(body)).await
        };
        for body in
            [&b"{"[..], b"null", b"[]", b"\"\xff\"", b"{\"content\":\"\xff\"}", b"\xef\xbb\xbf{}", deep.as_bytes()]
        {
            let said = send("application/json", body.to_vec()).await;
            said.is_problem(Code::Malformed);
        }
        send("text/plain", b"{}".to_vec()).await.is_problem(Code::UnsupportedType);
        send("application/x-www-form-urlencoded", b"content=x".to_vec()).await.is_problem(Code::UnsupportedType);
        send("multipart/form-data; boundary=x", b"--x--".to_vec()).await.is_problem(Code::Malformed);
        send("application/json", vec![b' '; FORM_BYTES_MAX + 1]).await.is_problem(Code::TooLarge);
    }
    let request = program.request("POST", &format!("/rooms/{room}/messages"));
    let request = request.header("content-type", "application/json").body(nested);
    program.send(request).await.is_problem(Code::Malformed);
    assert_eq!(program.get(&format!("/rooms/{room}")).await.ok()["head"], 0);
    app.stop().await;
}

#[tokio::test]
async fn ids_of_the_wrong_shape_are_refused_at_every_operation() {
    let (app, program, _, room) = scene().await;
    let host = app.host("jobs", &Scope::EVERY).await;
    for (method, pattern) in OPERATIONS.iter().filter(|(_, pattern)| pattern.contains("{room}")) {
        let program = caller(pattern, &program, &host);
        for id in ["x", "1.5", "%00", "1e9", "99999999999999999999", "%FF", "0x1", "'"] {
            program.call(method, &odd(pattern, id), json!({})).await.is_problem(Code::Malformed);
        }
        for id in ["-1", "0", "9223372036854775807", "-9223372036854775808"] {
            let said = program.call(method, &odd(pattern, id), json!({})).await;
            assert!((400..500).contains(&said.status), "{method} {pattern} {id}: {said:?}");
        }
    }
    assert_eq!(program.get(&format!("/rooms/{room}")).await.ok()["head"], 0);
    app.stop().await;
}

#[tokio::test]
async fn what_is_beyond_a_limit_is_refused_not_cut() {
    let (app, program, _, room) = scene().await;
    let messages = format!("/rooms/{room}/messages");
    for limit in ["1000000000", "201", "0", "-1", "x", "1.5", "99999999999999999999", ""] {
        program.get(&format!("{messages}?limit={limit}")).await.is_problem(Code::Malformed);
    }
    program.get(&format!("{messages}?limit=200")).await.ok();
    program.get(&format!("{messages}?before=1&after=1")).await.is_problem(Code::Malformed);
    program.get(&format!("{messages}?before=9223372036854775807")).await.ok();
    program.get(&format!("{messages}?before=-9223372036854775808")).await.ok();
    program.get(&format!("/rooms/{room}/members?skip=-1")).await.is_problem(Code::Malformed);
    let rooms = vec![json!({ "room": room.parse::<i64>().unwrap(), "seq": 0 }); 51];
    program.call("POST", "/cursors/read", json!({ "rooms": rooms })).await.is_problem(Code::TooLarge);
    program.call("POST", "/events", json!({ "rooms": rooms })).await.is_problem(Code::TooLarge);
    let long = program.call("POST", &messages, json!({ "content": "x".repeat(10_001) })).await;
    long.is_problem(Code::MessageTooLong);
    program.call("POST", &messages, json!({ "content": "  " })).await.is_problem(Code::EmptyMessage);
    program.call("POST", &messages, json!({})).await.is_problem(Code::EmptyMessage);
    program.call("POST", &messages, json!({ "content": 5 })).await.is_problem(Code::Malformed);
    program.call("POST", &messages, json!({ "content": "x", "cid": "x" })).await.is_problem(Code::Malformed);
    program.call("POST", &messages, json!({ "content": "x", "reply_to": 5 })).await.is_problem(Code::NoSuchMessage);
    program.call("POST", &messages, json!({ "location": "here" })).await.is_problem(Code::BadPosition);
    app.stop().await;
}

#[tokio::test]
async fn an_unknown_address_and_a_wrong_method_are_problems_too() {
    let (app, program, _, _) = scene().await;
    for path in ["/nothing", "/rooms/1/2/3", "/", "/token/x/y"] {
        for method in ["GET", "POST"] {
            program.send(program.request(method, path)).await.is_problem(Code::NotFound);
        }
    }
    for (method, path) in [("DELETE", "/me"), ("GET", "/token"), ("PUT", "/rooms"), ("PATCH", "/rooms/1/messages")] {
        let said = program.send(program.request(method, path)).await;
        said.is_problem(Code::WrongMethod);
        let allowed = said.headers.get("allow").map(|value| value.to_str().unwrap().to_owned());
        assert!(allowed.as_deref().is_some_and(|allowed| !allowed.is_empty() && !allowed.contains(method)), "{said:?}");
    }
    app.stop().await;
}

#[tokio::test]
async fn another_site_cannot_call_the_api_from_a_browser() {
    let (app, program, _, room) = scene().await;
    let request = program.request("POST", &format!("/rooms/{room}/messages")).header("origin", "https://evil.example");
    program
        .send(request.header("content-type", "application/json").body(r#"{"content":"x"}"#))
        .await
        .is_problem(Code::ForeignOrigin);
    app.stop().await;
}

#[tokio::test]
async fn a_list_of_thousands_of_unknown_fields_changes_nothing() {
    let (app, program, _, room) = scene().await;
    let mut fields = String::from("{\"content\":\"x\"");
    for n in 0..5_000 {
        write!(fields, ",\"f{n}\":{n}").unwrap();
    }
    let request =
        program.request("POST", &format!("/rooms/{room}/messages")).header("content-type", "application/json");
    program.send(request.body(fields + "}")).await.has_status(201);
    app.stop().await;
}
