//! What a socket may do, and what ends it. Rule: bad input gets its code and changes nothing; the socket stays usable
//! where that is safe, and its end has a code of its own (SPEC 8, 10).

use crate::support::{TestApp, socket, within};
use reqwest::StatusCode;
use tokio_tungstenite::tungstenite::Message;
use wire::{
    Code, Refusal, RoomId, Seq,
    frame::{ClientFrame, Held, ServerFrame, close},
    limits::{FRAME_BYTES_MAX, RESUME_ROOMS_MAX, SOCKET_FRAMES_PER_SECOND_MAX},
};

#[tokio::test]
async fn who_is_not_signed_in_gets_the_upgrade_and_is_told_why() {
    let app = TestApp::start().await;
    let mut ana = app.person("ana").await;
    for cookie in [None, Some("twotick_1=x".to_owned()), ana.browser.cookie.take().map(|cookie| cookie + "x")] {
        let mut visitor = app.visitor();
        visitor.cookie = cookie;
        let closed = visitor.socket().await.closed().await;
        assert_eq!((closed.code, closed.reason.as_str()), (Some(close::SIGNED_OUT), "signed_out"));
        assert_eq!((closed.error(), closed.frames.len()), (Some(Code::SignedOut), 1));
    }
}

#[tokio::test]
async fn a_foreign_origin_is_refused_before_the_upgrade() {
    let app = TestApp::start().await;
    let ana = app.person("ana").await;
    let cookie = ana.browser.cookie.as_deref();
    let own = app.address.to_string();
    for origin in
        [Some("https://evil.example".to_owned()), Some("null".to_owned()), Some(format!("http://{own}.evil")), None]
    {
        let refused = socket::open(app.address, cookie, origin.as_deref()).await.err().expect("no upgrade");
        let refusal: Refusal = serde_json::from_str(&refused.1).unwrap();
        assert_eq!((refused.0, refusal.code), (StatusCode::FORBIDDEN, Code::ForeignOrigin), "{origin:?}");
    }
    assert!(socket::open(app.address, cookie, Some(&format!("http://{own}"))).await.is_ok());
}

#[tokio::test]
async fn one_tab_too_many_is_refused_and_a_closed_one_makes_room() {
    let app = TestApp::start_with(|config| config.sockets_per_user_max = 3).await;
    let ana = app.person("ana").await;
    let mut tabs = Vec::new();
    for _ in 0..3 {
        tabs.push(ana.socket().await);
    }
    let refused = ana.browser.try_socket().await.err().expect("no upgrade");
    let refusal: Refusal = serde_json::from_str(&refused.1).unwrap();
    assert_eq!((refused.0, refusal.code), (StatusCode::TOO_MANY_REQUESTS, Code::TooManySockets));
    let mut last = tabs.pop().expect("three tabs");
    last.send_message(Message::Close(None)).await;
    last.closed().await;
    ana.socket().await;
}

#[tokio::test]
async fn what_cannot_be_read_is_told_and_the_socket_stays_usable() {
    let app = TestApp::start().await;
    let (ana, _ben, room) = app.pair().await;
    let mut hers = ana.socket().await;
    let deep = "[".repeat(20_000);
    let deep_inside = format!(r#"{{"type":"ping","x":{}{}}}"#, "[".repeat(200), "]".repeat(200));
    let check: [(&str, Code); 10] = [
        ("", Code::Malformed),
        ("not json", Code::Malformed),
        ("[]", Code::Malformed),
        ("{}", Code::Malformed),
        (r#"{"type":"chat_message"}"#, Code::Malformed),
        (r#"{"type":"ping","n":-1}"#, Code::Malformed),
        (r#"{"type":"typing","room":"1","is_typing":true}"#, Code::Malformed),
        (&deep, Code::Malformed),
        (&deep_inside, Code::Malformed),
        (r#"{"type":"teleport","to":"mars"}"#, Code::UnknownFrame),
    ];
    for (text, expected) in check {
        hers.send_text(text).await;
        assert_eq!(hers.error().await, expected, "{text:.80}");
    }
    hers.send_message(Message::binary(vec![0xff; 100])).await;
    assert_eq!(hers.error().await, Code::Malformed);
    assert_eq!(hers.say_acked(room, "Still here").await.1, Seq(1));
}

#[tokio::test]
async fn unknown_fields_are_ignored() {
    let app = TestApp::start().await;
    let ana = app.person("ana").await;
    let mut hers = ana.socket().await;
    hers.send_text(r#"{"type":"typing","room":0,"is_typing":true,"mood":{"a":[1]}}"#).await;
    assert_eq!(hers.error().await, Code::NotFound);
}

#[tokio::test]
async fn a_frame_over_the_limit_ends_the_socket_with_1009() {
    let app = TestApp::start().await;
    let (ana, _ben, room) = app.pair().await;
    let at_the_limit = format!("{{\"type\":\"ping\"{}}}", " ".repeat(FRAME_BYTES_MAX - 15));
    let mut hers = ana.socket().await;
    assert_eq!(at_the_limit.len(), FRAME_BYTES_MAX);
    hers.send_text(at_the_limit).await;
    hers.say_acked(room, "It fits").await;
    for size_bytes in [FRAME_BYTES_MAX + 1, 1024 * 1024] {
        let mut hers = ana.socket().await;
        hers.try_send_message(Message::text(" ".repeat(size_bytes))).await;
        let closed = hers.closed().await;
        assert_eq!((closed.code, closed.error()), (Some(1009), Some(Code::TooLarge)));
    }
    hers.say_acked(room, "Others are not concerned").await;
}

#[tokio::test]
async fn more_rooms_than_a_resume_may_name_are_refused() {
    let app = TestApp::start().await;
    let ana = app.person("ana").await;
    let mut hers = ana.socket().await;
    // What every socket is greeted with.
    hers.hush().await;
    let rooms = (0..=i64::try_from(RESUME_ROOMS_MAX).unwrap()).map(|id| Held { room: RoomId(id), after: None });
    hers.send(&ClientFrame::Resume { epoch: app.epoch(), rooms: rooms.collect() }).await;
    assert_eq!(hers.error().await, Code::TooLarge);
    assert!(hers.hush().await.is_empty());
}

#[tokio::test]
async fn positions_beyond_the_head_are_refused() {
    let app = TestApp::start().await;
    let (ana, ben, room) = app.pair().await;
    ana.socket().await.say_acked(room, "One").await;
    let mut his = ben.socket().await;
    for seq in [Seq(2), Seq(i64::MAX)] {
        for frame in [ClientFrame::MarkAsRead { room, seq }, ClientFrame::Delivered { room, seq }] {
            his.send(&frame).await;
            assert_eq!(his.error().await, Code::SeqBeyondHead, "{frame:?}");
        }
    }
    let mut again = ben.socket().await;
    again.send(&ClientFrame::MarkAsRead { room, seq: Seq(1) }).await;
    assert!(!again.hush().await.iter().any(|frame| matches!(frame, ServerFrame::Error { .. })));
}

#[tokio::test]
async fn a_flood_of_frames_ends_the_socket_with_4029() {
    let app = TestApp::start().await;
    let ana = app.person("ana").await;
    let mut pings = ana.socket().await;
    let mut frames = ana.socket().await;
    // Twelve seconds' worth at once; time gives some of it back.
    let many = SOCKET_FRAMES_PER_SECOND_MAX * 12 + 5_000;
    for _ in 0..many {
        let sent = pings.try_send_message(Message::Ping(Vec::new().into())).await;
        let sent_too = frames.try_send_message(Message::text(r#"{"type":"ping"}"#)).await;
        if !sent && !sent_too {
            break;
        }
    }
    for mut socket in [pings, frames] {
        let closed = socket.closed().await;
        // The peer may have been cut while it still wrote, and then no close frame arrives.
        assert!(matches!(closed.code, Some(close::ABUSE) | None), "{closed:?}");
    }
    ana.socket().await;
}

#[tokio::test]
async fn a_ping_is_answered_after_everything_before_it() {
    let app = TestApp::start().await;
    let (ana, _ben, room) = app.pair().await;
    let mut hers = ana.socket().await;
    for number in 0..10 {
        hers.say(room, &format!("number {number}")).await;
    }
    let heard = hers.hush().await;
    assert_eq!(heard.iter().filter(|frame| matches!(frame, ServerFrame::Ack { .. })).count(), 10);
    let rooms = (0..20).map(|_| Held { room, after: Some(Seq(0)) }).collect();
    hers.send(&ClientFrame::Resume { epoch: app.epoch(), rooms }).await;
    let heard = hers.hush().await;
    assert_eq!(heard.iter().filter(|frame| matches!(frame, ServerFrame::MessageHistory { .. })).count(), 20);
}

#[tokio::test]
async fn a_silent_socket_is_pinged_and_then_cut() {
    let app = TestApp::start_with(|config| (config.pace.ping_ms, config.pace.idle_ms) = (100, 300)).await;
    let ana = app.person("ana").await;
    // Reading answers the server's pings.
    let mut alive = ana.socket().await;
    let mut dead = ana.socket().await;
    let reads_on = tokio::spawn(async move { alive.closed().await });
    within("the cut", dead.gone_without_reading()).await;
    assert!(!reads_on.is_finished());
    reads_on.abort();
}
