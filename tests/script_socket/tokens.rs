//! The script socket by token, as scripts open it. Rule: it is let in and sent away by what the socket of browsers is.

use crate::support::{Program, Script, TestApp, jwt::known, process::twotick, socket::upgrade};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use wire::{Code, RoomId, apps::Scope, frame::close};

/// SPEC 2, C9.
const FENCE: Duration = Duration::from_secs(2);

/// The room's socket by a ticket, or whatever else stands in its place.
async fn by_ticket(app: &TestApp, room: RoomId, ticket: &str) -> Script {
    Script::open_at(app.address, &format!("/ws/chat/{room}/?token={ticket}"), &[]).await
}

/// It is told nothing but why it is sent away.
async fn is_sent_away(mut script: Script, close: u16, code: Code, what: &str) {
    let (frames, closed) = script.closed().await;
    assert_eq!(closed, Some(close), "{what}: {frames:?}");
    assert_eq!(frames.len(), 1, "{what}: {frames:?}");
    assert_eq!((&frames[0]["type"], &frames[0]["code"]), (&json!("error"), &json!(code)), "{what}");
}

/// What it hears when its right has ended, after the room's greeting.
async fn is_ended(script: &mut Script, close: u16, code: Code) {
    let (frames, closed) = script.closed().await;
    assert_eq!((closed, frames.last().map(|last| &last["code"])), (Some(close), Some(&json!(code))), "{frames:?}");
}

async fn says(script: &mut Script, text: &str) -> Value {
    script.types(&json!({ "type": "chat_message", "content": text }).to_string()).await;
    loop {
        let frame = script.next().await.unwrap();
        if frame["type"] == "chat_message" {
            return frame;
        }
    }
}

#[tokio::test]
async fn a_token_and_a_ticket_open_the_room_that_a_cookie_opens() {
    let app = TestApp::start().await;
    let (ana, _ben, room) = app.pair().await;
    let program = app.program("ben").await;
    let path = format!("/ws/chat/{room}");
    let (mut hers, _) = Script::enter(&ana, room).await;
    let mut scripts = [Script::of(&program, &path).await, by_ticket(&app, room, &program.ticket().await).await];
    for script in &mut scripts {
        assert_eq!(script.told("message_history").await["messages"], json!([]));
        assert_eq!(script.told("online").await["username"], "ana");
    }
    assert_eq!(hers.told("online").await["username"], "ben");
    for (number, text) in ["By the token", "By the ticket"].into_iter().enumerate() {
        let said = says(&mut scripts[number], text).await;
        assert_eq!((&said["username"], &said["message"]["content"]), (&json!("ben"), &json!(text)));
        assert_eq!(scripts[1 - number].told("chat_message").await, said);
        assert_eq!(hers.told("chat_message").await, said);
    }
    app.stop().await;
}

#[tokio::test]
async fn what_opens_nothing_gets_the_upgrade_and_the_close() {
    let app = TestApp::start().await;
    let (ana, _ben, room) = app.pair().await;
    let program = app.program("ben").await;
    let path = format!("/ws/chat/{room}");
    let used = program.ticket().await;
    by_ticket(&app, room, &used).await.told("message_history").await;
    for ticket in ["", "x", &"A".repeat(43), &used, program.access.as_deref().unwrap(), &program.refresh] {
        is_sent_away(by_ticket(&app, room, ticket).await, close::SIGNED_OUT, Code::SignedOut, ticket).await;
    }
    for access in ["x", "a.b.c", &program.refresh] {
        let script = Script::of(&program.with_access(access), &path).await;
        is_sent_away(script, close::SIGNED_OUT, Code::SignedOut, access).await;
    }
    let nobody = Script::of(&Program::new(app.address), &path).await;
    is_sent_away(nobody, close::SIGNED_OUT, Code::SignedOut, "nothing").await;
    // What is shown on purpose counts, not the cookie that comes along.
    let own = format!("http://{}", app.address);
    let cookie = ana.browser.cookie.as_deref();
    let headers = [("cookie", cookie), ("origin", Some(own.as_str())), ("authorization", Some("Bearer x"))];
    let both = Script::open_at(app.address, &path, &headers).await;
    is_sent_away(both, close::SIGNED_OUT, Code::SignedOut, "a bad token beside a good cookie").await;
    // Nor does anything open it from a foreign site.
    let ticket = program.ticket().await;
    let evil = [("origin", Some("https://evil.example"))];
    let refused = upgrade(app.address, &format!("{path}?token={ticket}"), &evil).await.expect_err("no upgrade");
    assert_eq!(refused.0, 403);
    by_ticket(&app, room, &ticket).await.told("message_history").await;
    app.stop().await;
}

#[tokio::test]
async fn a_token_opens_no_room_of_others() {
    let app = TestApp::start().await;
    let (_ana, _ben, room) = app.pair().await;
    app.person("cleo").await;
    let stranger = app.program("cleo").await;
    let mut answers = Vec::new();
    for room in [room, RoomId(999_999)] {
        answers.push(Script::of(&stranger, &format!("/ws/chat/{room}")).await.closed().await);
        answers.push(by_ticket(&app, room, &stranger.ticket().await).await.closed().await);
    }
    for answer in &answers {
        assert_eq!((answer.1, &answer.0[0]["code"]), (Some(close::FORBIDDEN), &json!(Code::NotFound)), "{answer:?}");
        assert_eq!(answer, &answers[0], "a private room is told apart from none");
    }
    app.stop().await;
}

#[tokio::test]
async fn a_minted_token_opens_the_room_of_its_user() {
    let app = TestApp::start().await;
    let host = app.host("jobs", &[Scope::Users, Scope::Tokens, Scope::Subjects]).await;
    for (id, name) in [("u-1", "ana"), ("u-2", "ben")] {
        host.call("PUT", "/host/users", json!({ "external_id": id, "username": name })).await.ok();
    }
    let participants = [("u-1", "client"), ("u-2", "worker")];
    let participants = participants.map(|(id, part)| json!({ "external_id": id, "part": part }));
    let subject = json!({ "kind": "job", "id": "42", "title": "Paint the fence", "participants": participants });
    let room = host.call("POST", "/host/subjects", subject).await.ok()["room"].as_i64().map(RoomId).unwrap();
    let minted = host.call("POST", "/host/tokens", json!({ "external_id": "u-1" })).await.ok();
    let program = host.with_access(minted["access_token"].as_str().unwrap());
    let mut script = Script::of(&program, &format!("/ws/chat/{room}")).await;
    script.told("message_history").await;
    assert_eq!(says(&mut script, "When can you start?").await["username"], "ana");
    app.stop().await;
}

#[tokio::test]
async fn a_revoked_family_and_a_ban_end_it_within_two_seconds() {
    let app = TestApp::start().await;
    let (_ana, _ben, room) = app.pair().await;
    let (program, other) = (app.program("ben").await, app.program("ben").await);
    let path = format!("/ws/chat/{room}");
    let mut by_token = Script::of(&program, &path).await;
    let mut by_ticket = by_ticket(&app, room, &program.ticket().await).await;
    let mut others = Script::of(&other, &path).await;
    for script in [&mut by_token, &mut by_ticket, &mut others] {
        script.told("message_history").await;
    }
    program.call("POST", "/token/revoke", json!({ "refresh_token": program.refresh })).await.has_status(204);
    let revoked = Instant::now();
    is_ended(&mut by_token, close::SIGNED_OUT, Code::SignedOut).await;
    is_ended(&mut by_ticket, close::SIGNED_OUT, Code::SignedOut).await;
    assert!(revoked.elapsed() < FENCE);
    says(&mut others, "Still here").await;
    twotick(app.data_dir(), &["user", "ban", "ben"]).await;
    let banned = Instant::now();
    is_ended(&mut others, close::FORBIDDEN, Code::Banned).await;
    assert!(banned.elapsed() < FENCE);
    app.stop().await;
}

#[tokio::test]
async fn it_ends_with_the_token_that_opened_it() {
    let app = known().await;
    let (_ana, _ben, room) = app.pair().await;
    let program = app.program("ben").await;
    let short = program.lasting(6);
    let path = format!("/ws/chat/{room}");
    let ticket = short.ticket().await;
    let (mut by_token, mut by_ticket) = (Script::of(&short, &path).await, by_ticket(&app, room, &ticket).await);
    let mut lasting = Script::of(&program, &path).await;
    for script in [&mut by_token, &mut by_ticket, &mut lasting] {
        script.told("message_history").await;
    }
    is_ended(&mut by_token, close::SIGNED_OUT, Code::SignedOut).await;
    is_ended(&mut by_ticket, close::SIGNED_OUT, Code::SignedOut).await;
    says(&mut lasting, "Still here").await;
    app.stop().await;
}
