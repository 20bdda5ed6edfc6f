//! Messages over the API. Rule: what is acked is stored once, whatever way it is sent again, and pages stay the same while more arrives.

use crate::support::{TestApp, socket::fresh_cid};
use serde_json::{Value, json};
use wire::Code;

/// Positions of a page's events.
fn seqs(page: &Value) -> Vec<i64> {
    page["events"].as_array().unwrap().iter().map(|event| event["seq"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn a_message_that_is_sent_reaches_sockets_and_is_read_again() {
    let app = TestApp::start().await;
    let (_ana, ben, room) = app.pair().await;
    let (program, mut his) = (app.program("ana").await, ben.socket().await);
    let messages = format!("/rooms/{room}/messages");
    let said = program.call("POST", &messages, json!({ "content": "  Good morning!  " })).await;
    said.has_status(201);
    let stored = said.ok();
    assert_eq!((&stored["room"], &stored["seq"]), (&json!(room), &json!(1)));
    let event = his.event(room).await;
    assert_eq!(event.cid.to_string(), stored["cid"]);
    let one = program.get(&format!("{messages}/1")).await.ok();
    assert_eq!((&one["message"]["content"], &one["author"]["username"]), (&json!("Good morning!"), &json!("ana")));
    assert_eq!(program.get(&messages).await.ok()["events"][0], one);
    program.get(&format!("{messages}/2")).await.is_problem(Code::NotFound);
    app.stop().await;
}

#[tokio::test]
async fn the_same_again_by_cid_or_key_or_socket_is_stored_once() {
    let app = TestApp::start().await;
    let (ana, _ben, room) = app.pair().await;
    let (program, mut hers) = (app.program("ana").await, ana.socket().await);
    let messages = format!("/rooms/{room}/messages");
    let cid = fresh_cid();
    let first = program.call("POST", &messages, json!({ "cid": cid, "content": "Once" })).await.ok();
    let with_key = async |key: &str, content: &str| {
        let request = program.request("POST", &messages).header("content-type", "application/json");
        program.send(request.header("idempotency-key", key).body(json!({ "content": content }).to_string())).await
    };
    assert_eq!(with_key(&cid.to_string(), "Once").await.ok(), first);
    hers.offer(cid, room, "Once").await;
    assert_eq!(json!(hers.acked(cid).await.0), first["seq"]);
    with_key(&cid.to_string(), "Twice").await.is_problem(Code::CidConflict);
    // Any word is a key.
    let second = with_key("order-17", "Another").await.ok();
    assert_eq!(with_key("order-17", "Another").await.ok(), second);
    with_key("order-17", "A third").await.is_problem(Code::CidConflict);
    for bad in ["", "two words", &"x".repeat(256), "ä"] {
        let request = program.request("POST", &messages).header("content-type", "application/json");
        let key = reqwest::header::HeaderValue::from_bytes(bad.as_bytes()).unwrap();
        let said = program.send(request.header("idempotency-key", key).body(r#"{"content":"x"}"#)).await;
        said.is_problem(Code::Malformed);
    }
    let both = program.request("POST", &messages).header("content-type", "application/json");
    let body = json!({ "cid": fresh_cid(), "content": "x" }).to_string();
    program.send(both.header("idempotency-key", cid.to_string()).body(body)).await.is_problem(Code::Malformed);
    assert_eq!(program.get(&messages).await.ok()["head"], 2);
    app.stop().await;
}

#[tokio::test]
async fn pages_go_both_ways_by_position_while_messages_arrive() {
    let app = TestApp::start_with(|config| config.sends_per_window_max = 1_000).await;
    let (_ana, _ben, room) = app.pair().await;
    let (program, messages) = (app.program("ana").await, format!("/rooms/{room}/messages"));
    let send = async || program.call("POST", &messages, json!({ "content": "More" })).await.ok();
    for _ in 0..30 {
        send().await;
    }
    let (mut backwards, mut before) = (Vec::new(), None);
    loop {
        let from = before.map_or(String::new(), |seq: i64| format!("&before={seq}"));
        let page = program.get(&format!("{messages}?limit=7{from}")).await.ok();
        let mut part = seqs(&page);
        part.extend(backwards);
        backwards = part;
        // What comes in between moves no page.
        send().await;
        if page["after"] == 0 {
            break;
        }
        before = Some(backwards[0]);
    }
    assert_eq!(backwards, (1..=30).collect::<Vec<_>>());
    let (mut forwards, mut after) = (Vec::new(), 0);
    while after < 30 {
        let page = program.get(&format!("{messages}?limit=7&after={after}")).await.ok();
        after = page["to"].as_i64().unwrap();
        forwards.extend(seqs(&page));
    }
    assert_eq!(forwards[..30], (1..=30).collect::<Vec<_>>());
    let around = seqs(&program.get(&format!("{messages}?around=15&limit=5")).await.ok());
    assert!(around.len() == 5 && around.contains(&15), "{around:?}");
    program.get(&format!("{messages}?after=1000")).await.is_problem(Code::SeqBeyondHead);
    app.stop().await;
}

#[tokio::test]
async fn a_message_is_edited_answered_reacted_to_and_deleted() {
    let app = TestApp::start().await;
    let (_ana, _ben, room) = app.pair().await;
    let (ana, ben) = (app.program("ana").await, app.program("ben").await);
    let messages = format!("/rooms/{room}/messages");
    ana.call("POST", &messages, json!({ "content": "Godo morning" })).await.ok();
    ana.call("PATCH", &format!("{messages}/1"), json!({ "content": "Good morning" })).await.ok();
    ben.call("PATCH", &format!("{messages}/1"), json!({ "content": "Mine" })).await.is_problem(Code::NotAuthor);
    ben.call("POST", &messages, json!({ "content": "And to you", "reply_to": 1 })).await.ok();
    ben.send(ben.request("PUT", &format!("{messages}/1/reactions/👍"))).await.ok();
    ben.send(ben.request("PUT", &format!("{messages}/1/reactions/👍"))).await.is_problem(Code::Unchanged);
    ben.send(ben.request("PUT", &format!("{messages}/1/reactions/x"))).await.is_problem(Code::BadEmoji);
    let one = ana.get(&format!("{messages}/1")).await.ok();
    assert_eq!((&one["message"]["content"], &one["message"]["is_edited"]), (&json!("Good morning"), &json!(true)));
    assert_eq!(one["message"]["reactions"][0]["emoji"], "👍");
    ben.send(ben.request("DELETE", &format!("{messages}/1/reactions/👍"))).await.ok();
    let answer = ana.get(&format!("{messages}/3")).await.ok();
    assert_eq!(answer["message"]["reply_to"]["content"], "Good morning");
    let key = fresh_cid().to_string();
    let delete = || ana.request("DELETE", &format!("{messages}/1")).header("idempotency-key", &key);
    let gone = ana.send(delete()).await.ok();
    assert_eq!(ana.send(delete()).await.ok(), gone, "the same again is the same");
    assert_eq!(ana.get(&format!("{messages}/1")).await.ok()["message"]["deleted"], true);
    let place = json!({ "location": { "latitude": 52_520_008, "longitude": 13_404_954, "label": "The pier" } });
    let seq = ana.call("POST", &messages, place).await.ok()["seq"].clone();
    assert_eq!(ana.get(&format!("{messages}/{seq}")).await.ok()["message"]["type"], "location");
    app.stop().await;
}

#[tokio::test]
async fn a_bid_is_made_and_accepted() {
    let app = TestApp::start().await;
    let (_ana, _ben, room) = app.pair().await;
    let (ana, ben) = (app.program("ana").await, app.program("ben").await);
    let offer = json!({ "offer": { "amount": 12_000, "currency": "EUR", "note": "Two coats" } });
    let seq = ana.call("POST", &format!("/rooms/{room}/bids"), offer).await.ok()["seq"].clone();
    let decision = format!("/rooms/{room}/messages/{seq}/decision");
    ana.call("POST", &decision, json!({ "decision": "accept" })).await.is_problem(Code::NotYourBid);
    ben.call("POST", &decision, json!({ "decision": "accept" })).await.ok();
    let bid = ana.get(&format!("/rooms/{room}/messages/{seq}")).await.ok()["message"]["bid"].clone();
    assert_eq!((&bid["state"], &bid["amount"]), (&json!("accepted"), &json!(12_000)));
    app.stop().await;
}

#[tokio::test]
async fn cursors_move_in_many_rooms_at_once_and_one_bad_room_keeps_none() {
    let app = TestApp::start().await;
    let (_ana, _ben, room) = app.pair().await;
    let (ana, ben) = (app.program("ana").await, app.program("ben").await);
    for _ in 0..3 {
        ana.call("POST", &format!("/rooms/{room}/messages"), json!({ "content": "Hello" })).await.ok();
    }
    let positions =
        json!({ "rooms": [{ "room": 987_654, "seq": 1 }, { "room": room, "seq": 2 }, { "room": room, "seq": 99 }] });
    let moves = ben.call("POST", "/cursors/read", positions.clone()).await.ok();
    assert_eq!(moves["rooms"][0], json!({ "room": 987_654, "code": "not_found" }));
    assert_eq!(moves["rooms"][1]["unread"]["count"], 1);
    assert_eq!(moves["rooms"][2]["code"], "seq_beyond_head");
    let moves = ben.call("POST", "/cursors/delivered", positions).await.ok();
    assert_eq!(moves["rooms"][1], json!({ "room": room }));
    assert_eq!(ben.get(&format!("/rooms/{room}")).await.ok()["unread"]["count"], 1);
    let receipts = ana.get(&format!("/rooms/{room}/messages/2/receipts")).await.ok();
    assert_eq!(receipts["read"][0]["person"]["username"], "ben");
    app.stop().await;
}

#[tokio::test]
async fn what_was_missed_is_told_for_each_room() {
    let app = TestApp::start().await;
    let (_ana, _ben, room) = app.pair().await;
    let (ana, ben) = (app.program("ana").await, app.program("ben").await);
    for _ in 0..3 {
        ana.call("POST", &format!("/rooms/{room}/messages"), json!({ "content": "Hello" })).await.ok();
    }
    let held = json!({ "rooms": [{ "room": room, "after": 1 }, { "room": room }, { "room": 5_000, "after": 0 }, { "room": room, "after": 77 }] });
    let missed = ben.call("POST", "/events", held).await.ok();
    let kinds: Vec<_> = missed["rooms"].as_array().unwrap().iter().map(|one| one["answer"].clone()).collect();
    assert_eq!(kinds, ["events", "room", "gone", "gap"]);
    assert_eq!(seqs(&missed["rooms"][0]["page"]), [2, 3]);
    assert_eq!((&missed["rooms"][0]["complete"], &missed["rooms"][0]["unread"]["count"]), (&json!(true), &json!(3)));
    assert_eq!(missed["epoch"], app.epoch().0);
    let elsewhere = json!({ "epoch": "another", "rooms": [{ "room": room, "after": 1 }] });
    assert_eq!(ben.call("POST", "/events", elsewhere).await.ok()["rooms"][0]["answer"], "gap");
    app.stop().await;
}

#[tokio::test]
async fn too_many_messages_are_told_when_to_come_again() {
    let app = TestApp::start_with(|config| config.sends_per_window_max = 2).await;
    let (_ana, _ben, room) = app.pair().await;
    let program = app.program("ana").await;
    let send = async || program.call("POST", &format!("/rooms/{room}/messages"), json!({ "content": "More" })).await;
    send().await.ok();
    send().await.ok();
    let said = send().await;
    said.is_problem(Code::SlowDown);
    let (ms, s) = (said.json["retry_after_ms"].as_i64().unwrap(), said.headers["retry-after"].to_str().unwrap());
    assert!(ms > 0 && s.parse::<i64>().unwrap() == (ms + 999) / 1_000, "{said:?}");
    app.stop().await;
}
