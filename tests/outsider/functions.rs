//! The server functions. Rule: the list is the one that the router serves from.

use super::{
    Gets::{Own, Refused},
    Outsider, Row, SECRET, Scene, Who, check, gets,
};
use crate::support::socket::fresh_cid;
use serde_json::{Value, json};
use wire::Code;

const OUT: super::Gets = Refused(Code::SignedOut);
const MEMBERS: Row = [OUT, Own, Own, OUT];
const READERS: Row = [OUT, Refused(Code::NotFound), Own, OUT];
const WRITERS: Row = [OUT, Refused(Code::NotFound), Refused(Code::NotConnected), OUT];
const NO_REQUEST: Row = [OUT, Refused(Code::NoRequest), Refused(Code::NoRequest), OUT];

/// The arguments with which an outsider tries a function, and what comes of it.
fn case(path: &str, outsider: &Outsider, epoch: &wire::Epoch) -> (Value, Row) {
    let (room, username) = (outsider.room, outsider.username);
    match path.trim_start_matches("/api/fn/") {
        "inbox" | "log_out" => (json!({}), MEMBERS),
        "history" => (json!({ "room": room, "before": null, "after": null }), READERS),
        "room_page" => (json!({ "room": room }), READERS),
        "mark_read" => (json!({ "room": room, "seq": 1 }), READERS),
        "find_members" => (json!({ "room": room, "prefix": "" }), READERS),
        "search" => (json!({ "words": "stone", "room": room }), READERS),
        "set_level" => (json!({ "room": room, "level": "none" }), READERS),
        "send" => (json!({ "cid": fresh_cid(), "room": room, "content": "Let me in" }), WRITERS),
        "amend" => {
            let reaction = json!({ "act": "react", "emoji": "👍" });
            (json!({ "cid": fresh_cid(), "room": room, "target": 1, "amendment": reaction }), WRITERS)
        }
        "bid" => {
            let offer = json!({ "amount": 12_000, "currency": "EUR" });
            (json!({ "cid": fresh_cid(), "room": room, "to": username, "offer": offer }), WRITERS)
        }
        "decide_bid" => (json!({ "cid": fresh_cid(), "room": room, "target": 1, "decision": "accept" }), WRITERS),
        "poll" => {
            let resume =
                json!({ "type": "resume", "epoch": epoch, "rooms": [{ "room": room, "after": 0 }, { "room": room }] });
            let delivered = json!({ "type": "delivered", "room": room, "seq": 1 });
            let read = json!({ "type": "mark_as_read", "room": room, "seq": 1 });
            (json!({ "frames": [delivered, read, resume] }), MEMBERS)
        }
        "can_talk" => (json!({ "username": username }), WRITERS),
        "find_people" => (json!({ "query": username }), MEMBERS),
        "request_connection" | "cancel_request" | "remove_connection" | "decline_connection" => {
            (json!({ "username": username }), MEMBERS)
        }
        // Everybody may block anybody, which is tried elsewhere: here nobody has blocked anybody.
        "unblock" => (json!({ "username": username }), MEMBERS),
        "blocked" => (json!({}), MEMBERS),
        "block" => {
            (json!({ "username": "nobody" }), [OUT, Refused(Code::NoSuchPerson), Refused(Code::NoSuchPerson), OUT])
        }
        // Their own thing; only people who agreed to be connected are brought into it.
        "open_subject" => {
            let thing = json!({ "kind": "job", "id": "42", "thread": "" });
            let arguments =
                json!({ "cid": fresh_cid(), "subject": thing, "title": "Paint", "participants": [["ben", "worker"]] });
            (arguments, [OUT, Refused(Code::NotInvitable), Refused(Code::NotInvitable), OUT])
        }
        // Their own browser, of which nobody else hears; that its push service has no public address, or that there is none, is
        // found after who is asking.
        "push_state" | "push_off" => (json!({}), MEMBERS),
        "push_on" => {
            let point = format!("B{}", "A".repeat(86));
            let arguments = json!({ "push_address": "https://localhost/x", "p256dh": point, "auth": "A".repeat(22) });
            (arguments, [OUT, Refused(Code::BadPushAddress), Refused(Code::BadPushAddress), OUT])
        }
        "push_test" => (json!({}), [OUT, Refused(Code::NotPushed), Refused(Code::NotPushed), OUT]),
        "accept_connection" => (json!({ "username": username }), NO_REQUEST),
        _ => panic!("{path} has no denial case"),
    }
}

#[tokio::test]
async fn no_server_function_lets_an_outsider_in() {
    let scene = Scene::set().await;
    let functions = app::server_functions();
    assert!(!functions.is_empty());
    // Whoever asked may be accepted: accepting is tried first.
    let (first, rest): (Vec<_>, Vec<_>) = functions.into_iter().partition(|path| path.ends_with("accept_connection"));
    for path in first.into_iter().chain(rest) {
        for outsider in &scene.outsiders {
            let (arguments, row) = case(path, outsider, &scene.app.epoch());
            let browser = if path.ends_with("log_out") { &outsider.spare } else { &outsider.browser };
            let answer = browser.call(path, &arguments).await;
            let expected = gets(&row, outsider.who);
            check(path, outsider, expected, &answer);
            if let Refused(code) = expected {
                assert_eq!(answer.refusal().code, code, "{path}, {:?}", outsider.who);
            }
        }
    }
    scene.assert_untouched().await;
}

#[tokio::test]
async fn server_functions_answer_reading_methods_and_foreign_arguments_with_a_refusal() {
    let scene = Scene::set().await;
    let eve = &scene.outsiders[Who::Stranger as usize].browser;
    for path in app::server_functions() {
        let answer = eve.get(path).await;
        assert!((400..500).contains(&answer.status) && !answer.body.contains(SECRET), "{path}: {answer:?}");
        let name = path.trim_start_matches("/api/fn/");
        if ["inbox", "log_out", "blocked", "push_state", "push_off", "push_test"].contains(&name) {
            continue;
        }
        for arguments in [json!(null), json!([]), json!({ "room": "x", "username": 5, "query": {}, "frames": 1 })] {
            let answer = eve.call(path, &arguments).await;
            assert_eq!((answer.status, answer.refusal().code), (400, Code::Malformed), "{path} {arguments}");
        }
    }
}

#[tokio::test]
async fn what_one_user_wrote_is_not_sent_by_the_session_of_another() {
    let app = crate::support::TestApp::start().await;
    // The first account has the first number.
    const ANA: i64 = 1;
    let (ana, ben, room) = app.pair().await;
    let cid = fresh_cid();
    let message = |user: i64| json!({ "user": user, "cid": cid, "room": room, "content": "Only mine" });
    let refused = ben.browser.call("/api/fn/send", &message(ANA)).await;
    assert_eq!((refused.status, refused.refusal().code), (401, Code::SignedOut));
    let deletion = json!({ "act": "delete" });
    let deletion = json!({ "user": ANA, "cid": fresh_cid(), "room": room, "target": 1, "amendment": deletion });
    let refused = ben.browser.call("/api/fn/amend", &deletion).await;
    assert_eq!((refused.status, refused.refusal().code), (401, Code::SignedOut));
    let read = json!({ "type": "mark_as_read", "room": room, "seq": 1 });
    let refused = ben.browser.call("/api/fn/poll", &json!({ "user": ANA, "frames": [read] })).await;
    assert_eq!((refused.status, refused.refusal().code), (401, Code::SignedOut));
    let sent = ana.browser.call("/api/fn/send", &message(ANA)).await;
    assert!(sent.body.contains("\"seq\":1"), "{sent:?}");
    app.stop().await;
}
