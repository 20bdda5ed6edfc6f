//! The script socket: the examples of the source designs, typed as they are written there. Rule: each of them does what it says, and
//! what cannot be done is told in an `error` and changes nothing.

mod tokens;

use crate::support::{Member, Script, TestApp, socket::fresh_cid};
use serde_json::{Value, json};
use wire::{Code, RoomId, Seq, frame::close};

/// Ana and Ben at their scripts, and what Ben's was told first.
async fn pair() -> (TestApp, (Member, Script), (Member, Script), RoomId) {
    let app = TestApp::start().await;
    let (ana, ben, room) = app.pair().await;
    let (mut hers, history) = Script::enter(&ana, room).await;
    assert_eq!(history["messages"], json!([]));
    let (mut his, _) = Script::enter(&ben, room).await;
    assert_eq!(his.told("online").await["username"], "ana");
    assert_eq!(hers.told("online").await["username"], "ben");
    (app, (ana, hers), (ben, his), room)
}

/// What everybody in the room is told of the next message.
async fn said(scripts: [&mut Script; 2]) -> Value {
    let [first, second] = scripts;
    let frame = first.told("chat_message").await;
    assert_eq!(frame, second.told("chat_message").await);
    frame
}

#[tokio::test]
async fn every_way_of_saying_something_stores_and_tells_it() {
    let (_app, (_ana, mut hers), (_ben, mut his), room) = pair().await;
    let lines = [
        (r#"{ "type": "chat_message", "message": "Hello" }"#, "Hello"),
        (r#"{"type": "chat_message", "message": "Hello", "username": "somebody else"}"#, "Hello"),
        (r#"{"message": "Hello, when can we start?", "type": "TEXT"}"#, "Hello, when can we start?"),
        (r#"{"message": "Test message", "type": "TEXT"}"#, "Test message"),
        (r#"{"type": "chat_message", "content": "Hello!"}"#, "Hello!"),
        (r#"{"type":"chat_message","content":"Hello, team!","message_type":"text","reply_to":null}"#, "Hello, team!"),
        (r#"{"type":"chat_message","content":"An answer","message_type":"text","reply_to":"1"}"#, "An answer"),
    ];
    for ((line, text), id) in lines.into_iter().zip(1..) {
        hers.types(line).await;
        let frame = said([&mut hers, &mut his]).await;
        assert_eq!((&frame["id"], &frame["username"]), (&json!(id), &json!("ana")), "{line}");
        let message = &frame["message"];
        assert_eq!((&message["id"], &message["chat_room_id"]), (&json!(id), &json!(room)), "{line}");
        assert_eq!((&message["content"], &message["message_type"]), (&json!(text), &json!("text")), "{line}");
        assert_eq!(message["sender"]["full_name"], "ana");
        assert_eq!((&message["is_edited"], &message["created_at"]), (&json!(false), &message["updated_at"]));
    }
    let (_, history) = Script::enter(&_ben, room).await;
    let texts: Vec<_> = history["messages"].as_array().unwrap().iter().map(|one| one["content"].clone()).collect();
    assert_eq!(texts, lines.map(|(_, text)| json!(text)));
    assert_eq!(history["messages"][6]["reply_to"]["sender"]["username"], "ana");
}

#[tokio::test]
async fn a_message_is_edited_and_what_is_deleted_is_told() {
    let (_app, (ana, mut hers), (_ben, mut his), room) = pair().await;
    hers.types(r#"{"type":"chat_message","content":"Hello"}"#).await;
    said([&mut hers, &mut his]).await;
    hers.types(r#"{"type":"edit_message","message_id":"1","content":"Updated message content"}"#).await;
    for script in [&mut hers, &mut his] {
        let message = script.told("message_edited").await["message"].clone();
        assert_eq!((&message["id"], &message["is_edited"]), (&json!(1), &json!(true)));
        assert_eq!(message["content"], "Updated message content");
    }
    let (_, history) = Script::enter(&ana, room).await;
    assert_eq!(history["messages"][0]["content"], "Updated message content");
    assert_ne!(history["messages"][0]["updated_at"], history["messages"][0]["created_at"]);
    let deleted = ana.browser.post(&format!("/r/{room}/message/1/delete"), &[("cid", &fresh_cid().to_string())]).await;
    assert_eq!(deleted.status, 303, "{deleted:?}");
    assert_eq!(his.told("message_deleted").await["message"]["id"], 1);
    let (_, history) = Script::enter(&ana, room).await;
    assert_eq!((&history["messages"][0]["content"], &history["messages"][0]["is_deleted"]), (&json!(""), &json!(true)));
}

#[tokio::test]
async fn reading_is_told_with_the_messages_that_it_is_about() {
    let (_app, (_ana, mut hers), (_ben, mut his), _) = pair().await;
    for _ in 0..4 {
        hers.types(r#"{"type":"chat_message","message":"Hello"}"#).await;
        said([&mut hers, &mut his]).await;
    }
    his.types(r#"{ "type": "mark_as_read", "message_id": 1 }"#).await;
    let read = hers.told("message_read").await;
    assert_eq!((&read["message_id"], &read["username"]), (&json!(1), &json!("ben")));
    his.types(r#"{"type": "read_receipt", "message_id": 2}"#).await;
    assert_eq!(hers.told("message_read").await["message_id"], 2);
    his.types(r#"{"type": "mark_read"}"#).await;
    let read = hers.told("bulk_read").await;
    assert_eq!((&read["message_ids"], &read["username"]), (&json!([3, 4]), &json!("ben")));
}

#[tokio::test]
async fn typing_and_coming_and_going_are_told_to_the_others_only() {
    let app = TestApp::start_with(|config| config.offline_grace_ms = 0).await;
    let (ana, ben, room) = app.pair().await;
    let (mut hers, _) = Script::enter(&ana, room).await;
    let (mut his, _) = Script::enter(&ben, room).await;
    assert_eq!(his.told("online").await["username"], "ana");
    assert_eq!(hers.told("online").await["username"], "ben");
    hers.types(r#"{"type": "typing", "is_typing": true}"#).await;
    let typing = his.told("user_typing").await;
    assert_eq!((&typing["username"], &typing["is_typing"]), (&json!("ana"), &json!(true)));
    hers.types(r#"{"type": "typing", "is_typing": false}"#).await;
    assert_eq!(his.told("user_typing").await["is_typing"], false);
    drop(his);
    let gone = hers.told("offline").await;
    assert_eq!(gone["username"], "ben", "and nothing of her own typing came before");
    assert!(gone["last_seen"].is_string());
}

#[tokio::test]
async fn under_a_cid_a_message_is_stored_once_and_acked_each_time() {
    let (_app, (_ana, mut hers), (_ben, mut his), _) = pair().await;
    let cid = fresh_cid().to_string();
    let line = json!({"type": "chat_message", "content": "Once", "cid": cid}).to_string();
    hers.types(&line).await;
    // Which of the two comes first is not promised.
    let (ack, event) = match hers.next().await.unwrap() {
        ack if ack["type"] == "ack" => (ack, hers.told("chat_message").await),
        event => (hers.told("ack").await, event),
    };
    assert_eq!((&ack["id"], &ack["cid"]), (&json!(1), &json!(cid)));
    assert_eq!(event["message"]["cid"], json!(cid));
    assert_eq!(his.told("chat_message").await, event);
    hers.types(&line).await;
    assert_eq!(hers.told("ack").await, ack);
    hers.types(r#"{"type":"chat_message","content":"Next"}"#).await;
    assert_eq!(said([&mut hers, &mut his]).await["id"], 2);
    hers.types(&json!({"type": "chat_message", "content": "Something else", "cid": cid}).to_string()).await;
    let error = hers.told("error").await;
    assert_eq!((&error["code"], &error["cid"]), (&json!(Code::CidConflict), &json!(cid)));
}

#[tokio::test]
async fn the_last_fifty_messages_come_first_whatever_happened_besides() {
    let app = TestApp::start_with(|config| config.sends_per_window_max = 1_000).await;
    let (ana, ben, room) = app.pair().await;
    let mut socket = ana.socket().await;
    for number in 1..=60 {
        socket.say_acked(room, &format!("number {number}")).await;
    }
    for emoji in ["👍", "🎉", "🙂", "👀", "🚀"] {
        for seq in 1..=12 {
            let frame = json!({"type": "reaction", "cid": fresh_cid(), "room": room, "target": seq, "emoji": emoji, "on": true});
            socket.send_text(frame.to_string()).await;
        }
    }
    socket.hush().await;
    let (_script, history) = Script::enter(&ben, room).await;
    let ids: Vec<_> = history["messages"].as_array().unwrap().iter().map(|one| one["id"].as_i64().unwrap()).collect();
    assert_eq!(ids, (11..=60).collect::<Vec<_>>());
    assert_eq!(history["messages"][0]["reactions"].as_array().unwrap().len(), 5);
}

#[tokio::test]
async fn other_rooms_are_not_heard_and_each_has_its_own_socket() {
    let (app, (ana, mut hers), (_ben, mut his), _) = pair().await;
    let cleo = app.person("cleo").await;
    ana.connect(&cleo).await;
    let other = ana.room_with(&cleo).await;
    let (mut cleos, _) = Script::enter(&cleo, other).await;
    cleos.types(r#"{"type":"chat_message","content":"Only for Ana"}"#).await;
    assert_eq!(cleos.told("online").await["username"], "ana");
    cleos.told("chat_message").await;
    his.types(r#"{"type":"chat_message","content":"Here"}"#).await;
    assert_eq!(said([&mut hers, &mut his]).await["message"]["content"], "Here");
}

#[tokio::test]
async fn who_may_not_come_in_is_told_why_and_sent_away() {
    let app = TestApp::start().await;
    let (ana, _ben, room) = app.pair().await;
    let stranger = app.person("cleo").await;
    let check: [(&Member, String, bool, u16, Code); 6] = [
        (&ana, format!("/ws/chat/{room}/"), false, close::SIGNED_OUT, Code::SignedOut),
        (&ana, format!("/ws/chat/{room}"), false, close::SIGNED_OUT, Code::SignedOut),
        (&stranger, format!("/ws/chat/{room}"), true, close::FORBIDDEN, Code::NotFound),
        (&stranger, "/ws/chat/999999/".to_owned(), true, close::FORBIDDEN, Code::NotFound),
        (&ana, "/ws/chat/550e8400-e29b-41d4-a716-446655440000/".to_owned(), true, close::FORBIDDEN, Code::NotFound),
        (&ana, "/ws/chat/%00%ff".to_owned(), true, close::FORBIDDEN, Code::NotFound),
    ];
    let mut answers = Vec::new();
    for (who, path, with_cookie, close_code, code) in check {
        let (frames, closed) = Script::open(who, &path, with_cookie).await.closed().await;
        assert_eq!((closed, frames.len()), (Some(close_code), 1), "{path}: {frames:?}");
        assert_eq!((&frames[0]["type"], &frames[0]["code"]), (&json!("error"), &json!(code)), "{path}");
        answers.push(frames);
    }
    assert_eq!(answers[2], answers[3], "a private room is told apart from none");
}

#[tokio::test]
async fn whoever_is_removed_hears_no_more() {
    let app = TestApp::start().await;
    let (ana, ben, _) = app.pair().await;
    let cid = fresh_cid().to_string();
    let made = ana.browser.post("/rooms", &[("cid", &cid), ("title", "Garden"), ("topic", "")]).await;
    let room: RoomId =
        made.location.as_deref().and_then(|path| path.strip_prefix("/r/")?.parse().ok()).expect("a room");
    change(&ana, room, "invite").await;
    let (mut his, _) = Script::enter(&ben, room).await;
    change(&ana, room, "remove").await;
    let (frames, closed) = his.closed().await;
    assert_eq!(closed, Some(close::FORBIDDEN), "{frames:?}");
    assert_eq!(frames.last().map(|frame| frame["code"].clone()), Some(json!(Code::NotFound)));
}

/// Ana does this to Ben.
async fn change(ana: &Member, room: RoomId, change: &str) {
    let cid = fresh_cid().to_string();
    let form = [("cid", cid.as_str()), ("username", "ben")];
    let answer = ana.browser.post(&format!("/r/{room}/change/{change}"), &form).await;
    assert_eq!(answer.status, 303, "{answer:?}");
}

#[tokio::test]
async fn bad_lines_are_told_and_change_nothing() {
    let (app, (ana, mut hers), (_ben, mut his), room) = pair().await;
    his.types(r#"{"type":"chat_message","content":"Mine"}"#).await;
    said([&mut hers, &mut his]).await;
    let deep = "[".repeat(20_000);
    let long = json!({"type": "chat_message", "content": "x".repeat(10_001)}).to_string();
    let check = [
        ("hello", Code::Malformed),
        ("[]", Code::Malformed),
        (&deep, Code::Malformed),
        (r#"{"message":"no type"}"#, Code::Malformed),
        (r#"{"type":"chat_message","content":7}"#, Code::Malformed),
        (r#"{"type":"chat_message","content":"x","cid":"no uuid"}"#, Code::Malformed),
        (r#"{"type":"teleport","content":"x"}"#, Code::UnknownFrame),
        (r#"{"type":"chat_message","content":"x","message_type":"hologram"}"#, Code::UnknownType),
        (r#"{"message":"The server says","type":"SYSTEM"}"#, Code::UnknownType),
        (r#"{"type":"chat_message"}"#, Code::EmptyMessage),
        (r#"{"type":"chat_message","message":"  "}"#, Code::EmptyMessage),
        (&long, Code::MessageTooLong),
        (r#"{"type":"chat_message","content":"x","reply_to":99}"#, Code::NoSuchMessage),
        (r#"{"type":"chat_message","content":"x","reply_to":"uuid-of-message"}"#, Code::NoSuchMessage),
        (r#"{"type":"edit_message","content":"x"}"#, Code::NoSuchMessage),
        (r#"{"type":"edit_message","message_id":1,"content":"x"}"#, Code::NotAuthor),
        (r#"{"type":"edit_message","message_id":99,"content":"x"}"#, Code::NoSuchMessage),
        (r#"{"type":"mark_as_read","message_id":99}"#, Code::SeqBeyondHead),
    ];
    for (line, code) in check {
        hers.types(line).await;
        assert_eq!(hers.told("error").await["code"], json!(code), "{line:.80}");
    }
    let page = app.chat().history(&viewer(&app, &ana).await, room, domain::Page::Latest, 50).await.unwrap();
    assert_eq!(page.head, Seq(1));
    hers.types(r#"{"type":"chat_message","content":"Still here"}"#).await;
    said([&mut hers, &mut his]).await;
}

async fn viewer(app: &TestApp, member: &Member) -> domain::Viewer {
    app.chat().viewer(member.token()).await.unwrap().expect("a session")
}
