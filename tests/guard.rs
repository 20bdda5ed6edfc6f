//! The layer in front of everything. Rule: what comes from another site, is too large or too slow changes nothing and
//! costs one connection; every answer carries the headers.

use crate::support::{Member, TestApp, within};
use std::{net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};
use twotick::config::PublicUrl;
use wire::{Relation, limits::FORM_BYTES_MAX};

/// What the server says to these very bytes, until it closes.
async fn raw(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    // A server that closes with unread bytes before it may reset the connection after its answer.
    drop(within("the server to close", stream.read_to_end(&mut answer)).await);
    String::from_utf8_lossy(&answer).into_owned()
}

/// A request with exactly these headers; its status, and everything that was answered.
async fn ask(app: &TestApp, start: &str, headers: &[&str], body: &str) -> (u16, String) {
    let host = app.address;
    let headers: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
    let length = body.len();
    let request = format!(
        "{start} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
    );
    let answer = raw(app.address, request.as_bytes()).await;
    (answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default(), answer)
}

fn header<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    let head = answer.split("\r\n\r\n").next()?;
    head.lines().skip(1).filter_map(|line| line.split_once(": ")).find(|(key, _)| *key == name).map(|(_, value)| value)
}

fn cookie(member: &Member) -> String {
    format!("Cookie: {}", member.browser.cookie.as_deref().unwrap())
}

const FORM: &str = "Content-Type: application/x-www-form-urlencoded";

#[tokio::test]
async fn what_another_site_posts_is_refused_and_changes_nothing() {
    let app = TestApp::start().await;
    let (ana, ben, room) = app.pair().await;
    let (cookie, own) = (cookie(&ana), format!("http://{}", app.address));
    let foreign: &[&[&str]] = &[
        &["Origin: http://evil.example"],
        &["Origin: null"],
        &["Sec-Fetch-Site: cross-site", &format!("Origin: {own}")],
        &["Sec-Fetch-Site: same-site"],
        &["Referer: http://evil.example/"],
        &[],
    ];
    for proof in foreign {
        let headers = [&[cookie.as_str(), FORM], *proof].concat();
        for (path, body) in [
            ("/people/remove".to_owned(), "username=ben&q="),
            (format!("/r/{room}"), "content=smuggled"),
            ("/logout".to_owned(), ""),
        ] {
            let (status, answer) = ask(&app, &format!("POST {path}"), &headers, body).await;
            assert_eq!(status, 403, "{path} {proof:?}");
            assert!(answer.contains("came from another site"), "{answer}");
        }
        let (status, answer) = ask(&app, "POST /api/fn/log_out", &headers, "{}").await;
        assert!(status == 403 && answer.contains("\"foreign_origin\""), "{answer}");
    }
    let upgrade = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"];
    for origin in ["Origin: http://evil.example", "Origin: null", "X-None: 1"] {
        let key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
        let headers = [&[cookie.as_str(), origin, key], &upgrade[..]].concat();
        assert_eq!(ask(&app, "GET /ws", &headers, "").await.0, 403, "{origin}");
    }
    let page = ana.browser.get(&format!("/r/{room}")).await;
    assert!(page.status == 200 && !page.body.contains("smuggled"));
    let chat = &app.chat();
    let viewer = chat.viewer(ana.token()).await.unwrap().unwrap();
    assert_eq!(chat.people(&viewer).await.unwrap()[0].relation, Relation::Connected);
    drop(ben);
}

#[tokio::test]
async fn our_own_forms_pass_by_any_of_the_proofs() {
    let app = TestApp::start().await;
    let (ana, _, room) = app.pair().await;
    let (cookie, own) = (cookie(&ana), format!("http://{}", app.address));
    for (number, proof) in
        [format!("Origin: {own}"), "Sec-Fetch-Site: same-origin".to_owned(), format!("Referer: {own}/r/{room}")]
            .iter()
            .enumerate()
    {
        let body = format!("content=proof+{number}");
        let (status, answer) = ask(&app, &format!("POST /r/{room}"), &[&cookie, FORM, proof], &body).await;
        assert_eq!(status, 303, "{proof}: {answer}");
    }
    let page = ana.browser.get(&format!("/r/{room}")).await.body;
    assert!((0..3).all(|number| page.contains(&format!("proof {number}"))));
}

#[tokio::test]
async fn every_answer_carries_the_headers_and_personal_ones_are_not_stored() {
    let app = TestApp::start().await;
    let ana = app.person("ana").await;
    let cookie = cookie(&ana);
    let own = format!("Origin: http://{}", app.address);
    for start in [
        "GET /",
        "GET /login",
        "GET /people?q=b",
        "GET /nowhere",
        "GET /r/99",
        "HEAD /",
        "GET /healthz",
        "GET /readyz",
        "GET /offline",
        "DELETE /",
        "POST /api/fn/inbox",
        "POST /api/fn/nothing",
        "GET /api/fn/inbox",
        "GET /ws",
    ] {
        let (status, answer) = ask(&app, start, &[&cookie, &own, "Content-Type: application/json"], "").await;
        assert!(status >= 200, "{start}: {answer}");
        let check = |name: &str, expected: &str| assert_eq!(header(&answer, name), Some(expected), "{start}");
        check("cache-control", "no-store");
        check("x-content-type-options", "nosniff");
        check("x-frame-options", "DENY");
        check("referrer-policy", "same-origin");
        // Browsers ignore it on plain http, and say so in their console.
        assert_eq!(header(&answer, "cross-origin-opener-policy"), None, "{start}");
        check("cross-origin-resource-policy", "same-origin");
        assert!(header(&answer, "permissions-policy").is_some(), "{start}");
        let policy = header(&answer, "content-security-policy").unwrap_or_default();
        assert!(policy.contains("default-src 'self'; script-src 'self' 'nonce-"), "{start}: {policy}");
        assert!(policy.contains("; worker-src 'self';"), "{start}: {policy}");
        assert!(policy.contains(&format!("connect-src 'self' ws://{}", app.address)), "{start}: {policy}");
        assert!(!policy.contains("unsafe-inline"), "{start}: {policy}");
    }
}

#[tokio::test]
async fn the_pages_script_runs_by_a_nonce_of_its_own_each_time() {
    let app = TestApp::start().await;
    let ana = app.person("ana").await;
    let mut nonces = Vec::new();
    for _ in 0..2 {
        let (_, answer) = ask(&app, "GET /", &[&cookie(&ana)], "").await;
        let policy = header(&answer, "content-security-policy").unwrap();
        let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap().to_owned();
        assert!(answer.contains(&format!("nonce=\"{nonce}\"")), "{answer}");
        let scripts = answer.matches("<script").count();
        assert_eq!(answer.matches(&format!("nonce=\"{nonce}\"")).count(), scripts, "every script has it: {answer}");
        assert!(!answer.contains("onclick=") && !answer.contains("style=\""), "{answer}");
        nonces.push(nonce);
    }
    assert_ne!(nonces[0], nonces[1]);
}

#[tokio::test]
async fn behind_https_the_cookie_is_a_host_cookie_and_browsers_are_told_to_stay() {
    let url = PublicUrl::parse("https://chat.example").unwrap();
    let app = TestApp::start_with(|config| config.public_url = Some(url)).await;
    let form = "username=ana&display_name=&password=correct+horse&next=%2F";
    let (status, answer) = ask(&app, "POST /register", &["Origin: https://chat.example", FORM], form).await;
    assert_eq!(status, 303, "{answer}");
    assert_eq!(header(&answer, "cross-origin-opener-policy"), Some("same-origin"));
    let cookie = header(&answer, "set-cookie").unwrap();
    assert!(cookie.starts_with("__Host-twotick=") && cookie.contains("; Secure"), "{cookie}");
    assert!(
        cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Lax") && cookie.contains("; Path=/;"),
        "{cookie}"
    );
    assert_eq!(header(&answer, "strict-transport-security"), Some("max-age=31536000"));
    let own = format!("Origin: http://{}", app.address);
    assert_eq!(ask(&app, "POST /register", &[&own, FORM], form).await.0, 403);
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_unread() {
    let app = TestApp::start().await;
    let ana = app.person("ana").await;
    let own = format!("Origin: http://{}", app.address);
    let declared = format!(
        "POST /api/fn/send HTTP/1.1\r\nHost: {0}\r\n{1}\r\n{own}\r\nConnection: close\r\nContent-Length: {2}\r\n\r\n",
        app.address,
        cookie(&ana),
        FORM_BYTES_MAX + 1
    );
    let answer = raw(app.address, declared.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 413 ") && answer.contains("\"too_large\""), "{answer}");
    let most = format!("username={}", "x".repeat(FORM_BYTES_MAX - "username=".len()));
    assert_ne!(ask(&app, "POST /login", &[&own, FORM], &most).await.0, 413);
}

#[tokio::test]
async fn multipart_is_refused_and_the_server_goes_on() {
    let app = TestApp::start().await;
    let ana = app.person("ana").await;
    let own = format!("Origin: http://{}", app.address);
    for kind in ["Content-Type: multipart/form-data", "Content-Type: multipart/form-data; boundary=x"] {
        let (status, answer) = ask(&app, "POST /api/fn/send", &[&cookie(&ana), &own, kind], "--x--").await;
        assert!(status == 400 && answer.contains("\"malformed\""), "{answer}");
    }
    assert_eq!(ana.browser.get("/").await.status, 200);
}

#[tokio::test]
async fn a_server_function_never_redirects_to_a_referer() {
    let app = TestApp::start().await;
    let ana = app.person("ana").await;
    let headers = [
        &*cookie(&ana),
        "Sec-Fetch-Site: same-origin",
        "Accept: text/html",
        "Referer: http://evil.example/",
        "Content-Type: application/json",
    ];
    let (status, answer) = ask(&app, "POST /api/fn/inbox", &headers, "{}").await;
    assert!(status == 200 && header(&answer, "location").is_none(), "{answer}");
}

#[tokio::test]
async fn a_client_that_does_not_go_on_is_cut_off_and_others_are_served() {
    let app = TestApp::start_with(|config| {
        config.patience.headers = Duration::from_millis(300);
        config.patience.body = Duration::from_millis(300);
    })
    .await;
    assert_eq!(raw(app.address, b"").await, "");
    assert_eq!(raw(app.address, b"GET / HTTP/1.1\r\nHo").await, "");
    let half = format!("POST /login HTTP/1.1\r\nHost: {0}\r\nContent-Length: 10\r\n\r\nuser", app.address);
    assert!(raw(app.address, half.as_bytes()).await.starts_with("HTTP/1.1 400 "));
    let idle = raw(app.address, b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert!(idle.starts_with("HTTP/1.1 200 "), "{idle}");
    let long = format!("GET / HTTP/1.1\r\nHost: a\r\n{}\r\n", "X: 1\r\n".repeat(150));
    assert!(raw(app.address, long.as_bytes()).await.starts_with("HTTP/1.1 431 "));
    app.person("ana").await;
}

#[tokio::test]
async fn a_client_that_does_not_read_is_cut_off() {
    let app = TestApp::start_with(|config| {
        config.patience.stuck = Duration::from_millis(300);
        config.patience.headers = Duration::from_secs(600);
        config.connections_max = 1;
    })
    .await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    let mut stream = socket.connect(app.address).await.unwrap();
    let greedy = tokio::spawn(async move {
        let requests = "GET /login HTTP/1.1\r\nHost: a\r\n\r\n".repeat(5_000);
        drop(stream.write_all(requests.as_bytes()).await);
        stream
    });
    within("its place to be free", async {
        while !raw(app.address, b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            .await
            .contains(" 200 ")
        {
            tokio::task::yield_now().await;
        }
    })
    .await;
    greedy.abort();
}

#[tokio::test]
async fn beyond_the_connections_that_there_are_one_is_turned_away() {
    let app = TestApp::start_with(|config| config.connections_max = 2).await;
    let mut held = Vec::new();
    for _ in 0..2 {
        let mut stream = TcpStream::connect(app.address).await.unwrap();
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
        let mut first = [0; 12];
        within("an answer", stream.read_exact(&mut first)).await.unwrap();
        assert_eq!(&first, b"HTTP/1.1 200");
        held.push(stream);
    }
    assert!(raw(app.address, b"").await.starts_with("HTTP/1.1 503 "));
    drop(held);
    within("a place to be free again", async {
        while !raw(app.address, b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            .await
            .contains(" 200 ")
        {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn too_many_logins_and_registrations_are_told_to_wait() {
    let app = TestApp::start_with(|config| {
        config.logins_per_window_max = 3;
        config.registrations_per_hour_max = 2;
    })
    .await;
    app.person("ana").await;
    let visitor = app.visitor();
    let wrong = [("username", "ana"), ("password", "wrong horse"), ("next", "/")];
    for _ in 0..3 {
        assert_eq!(visitor.post("/login", &wrong).await.status, 401);
    }
    let right = [("username", "ana"), ("password", "correct horse"), ("next", "/")];
    let answer = visitor.post("/login", &right).await;
    assert!(answer.status == 429 && answer.cookie.is_none(), "{answer:?}");
    assert!((1..=300).contains(&seconds_to_wait(&app, "POST /login", "username=ana&password=x").await));
    app.person("ben").await;
    let third = [("username", "cleo"), ("display_name", ""), ("password", "correct horse"), ("next", "/")];
    let answer = visitor.post("/register", &third).await;
    assert!(answer.status == 429 && answer.cookie.is_none(), "{answer:?}");
    assert!((1..=3_600).contains(&seconds_to_wait(&app, "POST /register", "username=cleo&password=x").await));
}

/// What a form that was too much says in `Retry-After`.
async fn seconds_to_wait(app: &TestApp, start: &str, form: &str) -> u64 {
    let own = format!("Origin: http://{}", app.address);
    let (status, answer) = ask(app, start, &[&own, FORM], form).await;
    assert_eq!(status, 429, "{answer}");
    header(&answer, "retry-after").and_then(|seconds| seconds.parse().ok()).unwrap_or_default()
}
