//! The socket by token. Rule: a token, a ticket and a cookie open the same socket; it ends with what opened it.

use crate::support::{Closed, Program, Socket, TestApp, jwt::known, process::twotick, socket::open_at};
use serde_json::json;
use std::time::{Duration, Instant};
use wire::{Code, frame::close};

/// SPEC 2, C9.
const FENCE: Duration = Duration::from_secs(2);

/// A socket by a ticket, or whatever else stands in its place.
async fn by_ticket(app: &TestApp, ticket: &str) -> Socket {
    open_at(app.address, &format!("/ws?token={ticket}"), &[]).await.unwrap_or_else(|refused| panic!("{refused:?}"))
}

fn is_signed_out(closed: &Closed) {
    assert_eq!((closed.code, closed.error()), (Some(close::SIGNED_OUT), Some(Code::SignedOut)), "{closed:?}");
}

#[tokio::test]
async fn a_token_opens_a_socket_that_does_what_every_socket_does() {
    let app = TestApp::start().await;
    let (ana, _ben, room) = app.pair().await;
    let program = app.program("ben").await;
    let (mut hers, mut his) = (ana.socket().await, program.socket().await.unwrap());
    his.welcomed().await;
    his.say_acked(room, "From a program").await;
    assert_eq!(hers.event(room).await.author.username, "ben");
    app.stop().await;
}

#[tokio::test]
async fn a_ticket_opens_one_socket_and_no_second() {
    let app = TestApp::start().await;
    let (_ana, _ben, room) = app.pair().await;
    let program = app.program("ben").await;
    let ticket = program.ticket().await;
    let mut first = by_ticket(&app, &ticket).await;
    first.welcomed().await;
    is_signed_out(&by_ticket(&app, &ticket).await.closed().await);
    first.say_acked(room, "Still here").await;
    // However many try at once, one is let in.
    let ticket = program.ticket().await;
    let sockets = futures::future::join_all((0..6).map(|_| by_ticket(&app, &ticket))).await;
    let mut let_in = 0;
    for mut socket in sockets {
        match socket.welcomed_or_closed().await {
            None => let_in += 1,
            Some(closed) => is_signed_out(&closed),
        }
    }
    assert_eq!(let_in, 1);
    app.stop().await;
}

#[tokio::test]
async fn a_ticket_is_worth_nothing_half_a_minute_later() {
    let clock = domain::Clock::manual(1_795_168_799_000);
    let folder = tempfile::tempdir().unwrap();
    let settings = domain::Settings::new(format!("sqlite:{}/a.db", folder.path().display()));
    let chat = domain::Chat::open_at(settings, clock.clone()).await.unwrap();
    let account = domain::NewAccount {
        username: "ana".to_owned(),
        display_name: None,
        password: Some("correct horse".to_owned()),
    };
    let viewer = chat.register(account).await.unwrap().viewer;
    let (early, late) = (chat.socket_ticket(&viewer).await.unwrap(), chat.socket_ticket(&viewer).await.unwrap());
    clock.set(1_795_168_799_000 + 29_999);
    assert_eq!(chat.redeem_ticket(&early.ticket).await.unwrap().unwrap().user, viewer.user);
    clock.set(1_795_168_799_000 + 30_000);
    assert!(chat.redeem_ticket(&late.ticket).await.unwrap().is_none());
    chat.close().await;
}

#[tokio::test]
async fn what_is_no_token_of_ours_gets_the_upgrade_and_the_close() {
    let app = TestApp::start().await;
    let ana = app.person("ana").await;
    let program = app.program("ana").await;
    for bad in ["", "x", &"A".repeat(43), program.access.as_deref().unwrap(), &program.refresh] {
        is_signed_out(&by_ticket(&app, bad).await.closed().await);
    }
    for bad in ["x", "a.b.c", &program.refresh] {
        is_signed_out(&program.with_access(bad).socket().await.unwrap().closed().await);
    }
    is_signed_out(&Program::new(app.address).socket().await.unwrap().closed().await);
    // What is shown on purpose counts, not the cookie that comes along.
    let (cookie, origin) = (ana.browser.cookie.as_deref(), format!("http://{}", app.address));
    let headers = [("cookie", cookie), ("origin", Some(origin.as_str())), ("authorization", Some("Bearer x"))];
    is_signed_out(&open_at(app.address, "/ws", &headers).await.unwrap_or_else(|_| panic!()).closed().await);
    app.stop().await;
}

#[tokio::test]
async fn a_foreign_site_opens_no_socket_whatever_it_shows() {
    let app = TestApp::start().await;
    let ana = app.person("ana").await;
    let program = app.program("ana").await;
    let ticket = program.ticket().await;
    let bearer = format!("Bearer {}", program.access.as_deref().unwrap());
    let evil = ("origin", Some("https://evil.example"));
    for (path, header) in [
        ("/ws".to_owned(), ("cookie", ana.browser.cookie.as_deref())),
        ("/ws".to_owned(), ("authorization", Some(bearer.as_str()))),
        (format!("/ws?token={ticket}"), ("x-nothing", None)),
    ] {
        match open_at(app.address, &path, &[evil, header]).await {
            Err((status, _)) => assert_eq!(status, 403, "{path}"),
            Ok(_) => panic!("{path} was opened"),
        }
    }
    // Nor without saying where it comes from, if it carries a cookie.
    let refused = open_at(app.address, "/ws", &[("cookie", ana.browser.cookie.as_deref())]).await.err().unwrap();
    assert_eq!(refused.0, 403);
    by_ticket(&app, &ticket).await.welcomed().await;
    app.stop().await;
}

#[tokio::test]
async fn a_revoked_family_and_a_ban_end_sockets_within_two_seconds() {
    let app = TestApp::start().await;
    let (_ana, _ben, _) = app.pair().await;
    let (program, other) = (app.program("ben").await, app.program("ben").await);
    let mut by_token = program.socket().await.unwrap();
    let mut by_ticket = by_ticket(&app, &program.ticket().await).await;
    let mut others = other.socket().await.unwrap();
    for socket in [&mut by_token, &mut by_ticket, &mut others] {
        socket.welcomed().await;
    }
    program.call("POST", "/token/revoke", json!({ "refresh_token": program.refresh })).await.has_status(204);
    let revoked = Instant::now();
    is_signed_out(&by_token.closed().await);
    is_signed_out(&by_ticket.closed().await);
    assert!(revoked.elapsed() < FENCE);
    other.get("/me").await.ok();
    twotick(app.data_dir(), &["user", "ban", "ben"]).await;
    let banned = Instant::now();
    let closed = others.closed().await;
    assert_eq!((closed.code, closed.error()), (Some(close::FORBIDDEN), Some(Code::Banned)));
    assert!(banned.elapsed() < FENCE);
    app.stop().await;
}

#[tokio::test]
async fn a_socket_ends_with_the_token_that_opened_it() {
    let app = known().await;
    app.person("ana").await;
    let program = app.program("ana").await;
    let short = program.lasting(6);
    let ticket = short.ticket().await;
    let (mut by_token, mut by_its_ticket) = (short.socket().await.unwrap(), by_ticket(&app, &ticket).await);
    let mut lasting = program.socket().await.unwrap();
    for socket in [&mut by_token, &mut by_its_ticket, &mut lasting] {
        socket.welcomed().await;
    }
    is_signed_out(&by_token.closed().await);
    is_signed_out(&by_its_ticket.closed().await);
    short.get("/me").await.is_problem(Code::SignedOut);
    lasting.hush().await;
    program.get("/me").await.ok();
    app.stop().await;
}
