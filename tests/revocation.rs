//! The fence. Rule: from a logout, ban, reset or removal on, nothing more reaches who it concerns, on any transport: at
//! once in the process that did it, within two seconds from another one (C9).

use crate::support::{Closed, Member, Socket, TestApp, process::twotick};
use std::time::{Duration, Instant};
use wire::{
    Code, RoomId, Seq,
    frame::{ClientFrame, Held, ServerFrame, close},
};

/// SPEC 2, C9.
const FENCE: Duration = Duration::from_secs(2);

#[tokio::test]
async fn logging_out_ends_the_sockets_of_this_session_only() {
    let app = TestApp::start().await;
    let (ana, ben, room) = app.pair().await;
    let ben_at_work = ben.log_in_again().await;
    let (mut hers, mut one, mut two) = (ana.socket().await, ben.socket().await, ben.socket().await);
    let mut at_work = ben_at_work.socket().await;
    let answer = ben.browser.post("/logout", &[]).await;
    assert_eq!((answer.status, answer.location.as_deref()), (303, Some("/login")));
    let (cid, _) = hers.say_acked(room, "After the logout").await;
    for socket in [&mut one, &mut two] {
        ended(socket.closed().await, close::SIGNED_OUT, Code::SignedOut);
    }
    assert_eq!(at_work.event(room).await.cid, cid);
    assert_locked_out(&ben, room).await;
}

#[tokio::test]
async fn a_ban_from_the_command_line_holds_within_two_seconds() {
    let app = TestApp::start().await;
    let (ana, ben, room) = app.pair().await;
    let (mut one, mut two) = (ben.socket().await, ben.log_in_again().await.socket().await);
    let mut hers = ana.socket().await;
    twotick(app.data_dir(), &["user", "ban", "ben"]).await;
    let banned = Instant::now();
    let (one, two) = tokio::join!(one.closed(), two.closed());
    assert!(banned.elapsed() < FENCE, "a banned user heard for {:?}", banned.elapsed());
    for closed in [one, two] {
        ended(closed, close::FORBIDDEN, Code::Banned);
    }
    hers.say_acked(room, "For later").await;
    assert_locked_out(&ben, room).await;
    let answer = ben.log_in_fails().await;
    assert_eq!(answer.status, Code::Banned.status(), "{answer:?}");
}

#[tokio::test]
async fn a_socket_that_does_not_read_is_cut_all_the_same() {
    let app = TestApp::start_with(|config| {
        config.sends_per_window_max = 1_000;
        config.offline_grace_ms = 0;
        (config.pace.write_ms, config.pace.drain_ms) = (60_000, 100);
    })
    .await;
    let (ana, ben, room) = app.pair().await;
    let (mut hers, mut his) = (ana.socket().await, ben.socket().await);
    for _ in 0..10 {
        hers.say_acked(room, &"🛶".repeat(10_000)).await;
    }
    for _ in 0..4 {
        let rooms = vec![Held { room, after: Some(Seq(0)) }; 50];
        his.send(&ClientFrame::Resume { epoch: app.epoch(), rooms }).await;
    }
    // Meanwhile more pages are made than the system takes for him.
    for _ in 0..20 {
        hers.say_acked(room, "Are you there?").await;
    }
    assert_eq!(ben.browser.post("/logout", &[]).await.status, 303);
    let ended = Instant::now();
    let is_offline = |frame: &ServerFrame| matches!(frame, ServerFrame::Presence(seen) if !seen.online);
    hers.expect("him to be offline", |frame| is_offline(frame).then_some(())).await;
    assert!(ended.elapsed() < FENCE);
    let pages = his.closed().await.frames.len();
    assert!(pages < 200, "he got all {pages} pages");
}

#[tokio::test]
async fn an_unbanned_person_comes_back_to_the_same_history() {
    let app = TestApp::start().await;
    let (ana, ben, room) = app.pair().await;
    ana.socket().await.say_acked(room, "Kept").await;
    twotick(app.data_dir(), &["user", "ban", "ben"]).await;
    twotick(app.data_dir(), &["user", "unban", "ben"]).await;
    let page = ben.log_in_again().await.browser.get(&format!("/r/{room}")).await;
    assert!(page.status == 200 && page.body.contains("Kept"), "{page:?}");
}

#[tokio::test]
async fn a_new_password_from_the_command_line_ends_every_session() {
    let app = TestApp::start().await;
    let (_ana, ben, room) = app.pair().await;
    let (mut one, mut two) = (ben.socket().await, ben.log_in_again().await.socket().await);
    let said = twotick(app.data_dir(), &["user", "reset-password", "ben"]).await;
    let reset = Instant::now();
    for socket in [&mut one, &mut two] {
        ended(socket.closed().await, close::SIGNED_OUT, Code::SignedOut);
    }
    assert!(reset.elapsed() < FENCE);
    assert_locked_out(&ben, room).await;
    assert!(matches!(ben.log_in_fails().await.status, 401));
    let password = said.lines().find_map(|line| line.strip_prefix("Password: ")).expect("a password");
    let form = [("username", "ben"), ("password", password), ("next", "/")];
    assert_eq!(app.visitor().post("/login", &form).await.status, 303);
}

#[tokio::test]
async fn whoever_is_not_connected_any_more_sees_neither_typing_nor_presence() {
    let app = TestApp::start_with(|config| config.offline_grace_ms = 20).await;
    let (ana, ben, room) = app.pair().await;
    let (mut hers, mut his) = (ana.socket().await, ben.socket().await);
    hers.send(&ClientFrame::Typing { room, is_typing: true }).await;
    his.expect("typing", |frame| matches!(frame, ServerFrame::Typing { .. }).then_some(())).await;
    ben.people("remove", &ana).await;
    hers.hush().await;
    hers.send(&ClientFrame::Typing { room, is_typing: true }).await;
    assert_eq!(hers.error().await, Code::NotConnected);
    let cid = hers.say(room, "Hello?").await;
    assert_eq!(hers.refused(cid).await.code, Code::NotConnected);
    his.hush().await;
    ana.connect(&ben).await;
    hers.say_acked(room, "Again").await;
    his.event(room).await;
    let between = his.hush().await;
    assert!(!between.iter().any(|frame| matches!(frame, ServerFrame::Typing { is_typing: true, .. })), "{between:?}");
}

fn ended(closed: Closed, code: u16, word: Code) {
    assert_eq!(
        (closed.code, closed.reason.as_str(), closed.error()),
        (Some(code), word.as_str(), Some(word)),
        "{closed:?}"
    );
}

/// The session opens nothing any more: no page, no server function, no socket.
async fn assert_locked_out(member: &Member, room: RoomId) {
    for path in ["/".to_owned(), "/people".to_owned(), format!("/r/{room}"), "/dm/ana".to_owned()] {
        let answer = member.browser.get(&path).await;
        let to_login = answer.location.as_deref().is_some_and(|location| location.starts_with("/login"));
        assert!(answer.status == 303 && to_login, "{path}: {answer:?}");
    }
    let answer = member.browser.call("/api/fn/inbox", &serde_json::json!({})).await;
    assert_eq!((answer.status, answer.refusal().code), (401, Code::SignedOut));
    let mut socket: Socket = member.browser.socket().await;
    ended(socket.closed().await, close::SIGNED_OUT, Code::SignedOut);
}
