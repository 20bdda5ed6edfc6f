//! What is pushed to browsers, as their push services and they themselves see it. Rule: every letter is opened with the browser's keys;
//! that something does not come is said by another letter, which was caused later.

mod browser;

use crate::support::{Member, NEVER, Receiver, TestApp, socket::fresh_cid, within};
use browser::browser;
use serde_json::{Value, json};
use std::net::SocketAddr;
use twotick::Config;
use wire::{Code, RoomId};

fn pushing(config: &mut Config) {
    config.push_anywhere = true;
    config.push_delay_ms = 1;
    config.offline_grace_ms = 0;
    config.push_contact = Some("mailto:operator@example.org".to_owned());
}

/// Without a socket: whoever speaks has no tab open.
async fn say(member: &Member, room: RoomId, content: &str) {
    let message = json!({ "cid": fresh_cid(), "room": room, "content": content });
    let answer = member.browser.call("/api/fn/send", &message).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

async fn state(member: &Member) -> Value {
    serde_json::from_str(&member.browser.call("/api/fn/push_state", &json!({})).await.body).unwrap()
}

#[tokio::test]
async fn a_message_arrives_sealed_for_the_browser_and_signed_by_the_server() {
    let app = TestApp::start_with(pushing).await;
    let mut service = Receiver::start().await;
    let (ana, ben, room) = app.pair().await;
    let browser = browser(&service, &ben, "ben").await;
    assert_eq!(state(&ben).await["is_on"], json!(true));
    let long = "😀".repeat(5_000);
    say(&ana, room, &long).await;
    let letter = service.letter().await;
    assert_eq!(letter.headers["urgency"], "high");
    assert!(!letter.body.windows(4).any(|bytes| bytes == "😀".as_bytes()), "nobody on the way reads it");
    let told = browser.open(&letter);
    let text: String = long.chars().take(200).collect();
    let expected = json!({ "room": room, "seq": 1, "title": "ana", "text": text, "count": 1, "badge": 1 });
    assert_eq!(told, expected);
    // Read in another browser: what stands on this one goes.
    let read = ben.log_in_again().await.browser.call("/api/fn/mark_read", &json!({ "room": room, "seq": 1 })).await;
    assert_eq!(read.status, 200, "{read:?}");
    let letter = service.letter().await;
    assert_eq!(letter.headers["urgency"], "normal");
    assert_eq!(browser.open(&letter), json!({ "room": room, "gone": true, "badge": 0 }));
    app.stop().await;
}

#[tokio::test]
async fn whoever_has_a_tab_open_or_has_signed_out_gets_nothing() {
    let app = TestApp::start_with(pushing).await;
    let mut service = Receiver::start().await;
    let (ana, ben, room) = app.pair().await;
    let cyd = app.person("cyd").await;
    ana.connect(&cyd).await;
    let other = ana.room_with(&cyd).await;
    let (his, _hers) = (browser(&service, &ben, "ben").await, browser(&service, &cyd, "cyd").await);
    let tab = ben.socket().await;
    say(&ana, room, "You see this").await;
    say(&ana, other, "Later").await;
    assert_eq!(service.letter().await.to, "cyd");
    drop(tab);
    let told = his.open(&service.letter().await);
    assert_eq!(told["text"], "You see this", "the tab has gone before it had it");
    assert_eq!(ben.browser.post("/logout", &[]).await.status, 303);
    say(&ana, room, "You are out").await;
    say(&ana, other, "You are not").await;
    assert_eq!(service.letter().await.to, "cyd");
    app.stop().await;
}

#[tokio::test]
async fn a_browser_that_its_service_does_not_know_any_more_is_forgotten() {
    let app = TestApp::start_with(pushing).await;
    let mut service = Receiver::start().await;
    let (ana, ben, room) = app.pair().await;
    for status in [404, 410] {
        let _browser = browser(&service, &ben, "ben").await;
        service.answer("ben", &[status]);
        say(&ana, room, "Anybody?").await;
        assert_eq!(service.letter().await.to, "ben");
        let gone = async { while state(&ben).await["is_on"] == json!(true) {} };
        within("the browser to be forgotten", gone).await;
        service.answer("ben", &[201]);
    }
    app.stop().await;
}

#[tokio::test]
async fn what_no_service_took_is_pushed_after_a_restart_and_no_redirect_is_followed() {
    let mut service = Receiver::start().await;
    let app = TestApp::start_with(pushing).await;
    let data = app.keep_data();
    let (ana, ben, room) = app.pair().await;
    let browser = browser(&service, &ben, "ben").await;
    let key = state(&ben).await["key"].clone();
    service.answer("ben", &[307]);
    say(&ana, room, "Elsewhere?").await;
    assert_eq!(service.letter().await.to, "ben");
    app.stop().await;

    let mut config = Config::new(data.path());
    config.listen = SocketAddr::from(([127, 0, 0, 1], 0));
    pushing(&mut config);
    service.answer("ben", &[201]);
    let server = twotick::Server::start(config).await.unwrap();
    let letter = service.letter().await;
    assert_eq!((letter.to.as_str(), &browser.open(&letter)["text"]), ("ben", &json!("Elsewhere?")));
    let mut ben = ben;
    ben.browser.address = server.address();
    // The cookie's name holds the port, the session does not.
    let token = ben.token().to_owned();
    ben.browser.cookie = Some(format!("twotick_{}={token}", server.address().port()));
    assert_eq!(state(&ben).await["key"], key, "browsers take messages from one key only");
    server.stop().await;
}

#[tokio::test]
async fn a_service_that_hangs_keeps_nobody_else_waiting() {
    let app = TestApp::start_with(pushing).await;
    let mut service = Receiver::start().await;
    let (ana, ben, room) = app.pair().await;
    let cyd = app.person("cyd").await;
    ana.connect(&cyd).await;
    let other = ana.room_with(&cyd).await;
    let (_his, hers) = (browser(&service, &ben, "ben").await, browser(&service, &cyd, "cyd").await);
    service.answer("ben", &[NEVER]);
    say(&ana, room, "Hello?").await;
    assert_eq!(service.letter().await.to, "ben");
    for text in ["One", "Two"] {
        say(&ana, other, text).await;
        let letter = service.letter().await;
        assert_eq!((letter.to.as_str(), &hers.open(&letter)["text"]), ("cyd", &json!(text)));
    }
    app.stop().await;
}

#[tokio::test]
async fn a_test_notification_says_whether_it_was_taken() {
    let app = TestApp::start_with(pushing).await;
    let mut service = Receiver::start().await;
    let ana = app.person("ana").await;
    let test = async || ana.browser.call("/api/fn/push_test", &json!({})).await;
    assert_eq!(test().await.refusal().code, Code::NotPushed);
    let browser = browser(&service, &ana, "ana").await;
    assert_eq!(test().await.status, 200);
    assert_eq!(browser.open(&service.letter().await), json!({ "test": true }));
    service.answer("ana", &[403]);
    assert_eq!(test().await.refusal().code, Code::NotPushed);
    service.answer("ana", &[410]);
    assert_eq!(test().await.refusal().code, Code::NotPushed);
    assert_eq!(state(&ana).await["is_on"], json!(false));
    assert_eq!(test().await.refusal().code, Code::NotPushed);
    let refused = test().await;
    assert_eq!((refused.status, refused.refusal().code), (429, Code::SlowDown));
    app.stop().await;
}

#[tokio::test]
async fn the_server_speaks_to_no_address_in_its_own_network_and_takes_no_bad_key() {
    let app = TestApp::start().await;
    let ana = app.person("ana").await;
    let point = format!("B{}", "A".repeat(86));
    let good = json!({ "push_address": "https://push.example.org/x", "p256dh": point, "auth": "A".repeat(22) });
    let with = |name: &str, value: &str| {
        let mut subscription = good.clone();
        subscription[name] = json!(value);
        subscription
    };
    for bad in ["http://push.example.org/x", "https://10.0.0.1/x", "https://[::1]/x", "https://push.example.org:22/x"] {
        let answer = ana.browser.call("/api/fn/push_on", &with("push_address", bad)).await;
        assert_eq!((answer.status, answer.refusal().code), (422, Code::BadPushAddress), "{bad}");
    }
    for (name, bad) in [("p256dh", ""), ("p256dh", "AAAA"), ("p256dh", "%%%"), ("auth", ""), ("auth", "AAAA")] {
        let answer = ana.browser.call("/api/fn/push_on", &with(name, bad)).await;
        assert_eq!((answer.status, answer.refusal().code), (400, Code::Malformed), "{name} {bad}");
    }
    assert_eq!(state(&ana).await["is_on"], json!(false));
    assert_eq!(ana.browser.call("/api/fn/push_on", &good).await.status, 200);
    assert_eq!(ana.browser.call("/api/fn/push_off", &json!({})).await.status, 200);
    assert_eq!(state(&ana).await["is_on"], json!(false));
    app.stop().await;
}

#[tokio::test]
async fn where_the_operator_does_not_want_it_nothing_is_pushed() {
    let app = TestApp::start_with(|config| config.push = false).await;
    let ana = app.person("ana").await;
    assert_eq!(state(&ana).await, json!({ "key": null, "is_on": false }));
    app.stop().await;
}
