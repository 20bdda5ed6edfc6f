//! What stands before the API: how often, from where, and from whose pages. Rule: a limit tells when to come again, and another site's page
//! gets nothing unless the operator has named it.

use crate::support::{Program, Said, TestApp, socket::open_at, upload::metadata};
use reqwest::header::HeaderMap;
use serde_json::json;
use wire::Code;

const SITE: &str = "https://app.example.org";

fn is_told_to_wait(said: &Said) {
    said.is_problem(Code::SlowDown);
    let (ms, s) = (said.json["retry_after_ms"].as_i64().unwrap(), said.headers["retry-after"].to_str().unwrap());
    assert!((1..=10_000).contains(&ms) && s.parse::<i64>().unwrap() == (ms + 999) / 1_000, "{said:?}");
}

#[tokio::test]
async fn one_user_is_limited_in_all_and_at_each_operation_and_nobody_else_with_them() {
    let app = TestApp::start_with(|config| {
        (config.api_requests_per_user_max, config.api_requests_per_route_max) = (5, 3);
    })
    .await;
    app.pair().await;
    let (ana, ben) = (app.program("ana").await, app.program("ben").await);
    for _ in 0..3 {
        ana.get("/me").await.ok();
    }
    is_told_to_wait(&ana.get("/me").await);
    ana.get("/rooms").await.ok();
    // The fourth at one operation counted as well.
    is_told_to_wait(&ana.get("/connections").await);
    ben.get("/me").await.ok();
    ben.get("/connections").await.ok();
    app.stop().await;
}

#[tokio::test]
async fn an_address_is_limited_whoever_calls_and_with_whatever_token() {
    let app = TestApp::start_with(|config| {
        config.api_requests_per_address_max = 6;
        config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    })
    .await;
    app.pair().await;
    let ana = app.program("ana").await;
    let from = async |address: &str, program: &Program| {
        program.send(program.request("GET", "/me").header("x-forwarded-for", address)).await
    };
    let nobody = Program::new(app.address);
    for _ in 0..3 {
        from("192.0.2.7", &ana).await.ok();
        from("192.0.2.7", &nobody).await.is_problem(Code::SignedOut);
    }
    is_told_to_wait(&from("192.0.2.7", &ana).await);
    is_told_to_wait(&from("192.0.2.7", &nobody).await);
    // One subscriber of IPv6 is one address.
    for host in 1..=6 {
        from(&format!("2001:db8::{host}"), &ana).await.ok();
    }
    is_told_to_wait(&from("2001:db8::7", &ana).await);
    from("192.0.2.8", &ana).await.ok();
    app.stop().await;
}

#[tokio::test]
async fn whoever_comes_without_a_proxy_names_no_other_address() {
    let app = TestApp::start_with(|config| config.api_requests_per_address_max = 3).await;
    app.person("ana").await;
    let ana = app.program("ana").await;
    let named = async |address: &str| ana.send(ana.request("GET", "/me").header("x-forwarded-for", address)).await;
    named("192.0.2.1").await.ok();
    named("192.0.2.2").await.ok();
    is_told_to_wait(&named("192.0.2.3").await);
    app.stop().await;
}

fn from(site: &str, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
    request.header("origin", site).header("sec-fetch-site", "cross-site")
}

fn saying(request: reqwest::RequestBuilder, body: serde_json::Value) -> reqwest::RequestBuilder {
    request.header("content-type", "application/json").body(body.to_string())
}

fn preflight(program: &Program, site: &str, path: &str) -> reqwest::RequestBuilder {
    from(site, program.request("OPTIONS", path))
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization,content-type,idempotency-key")
}

fn shared_with(headers: &HeaderMap) -> Option<&str> {
    headers.get("access-control-allow-origin").map(|value| value.to_str().unwrap())
}

#[tokio::test]
async fn no_other_site_reads_or_changes_anything_by_default() {
    let app = TestApp::start().await;
    let (_ana, _ben, room) = app.pair().await;
    let ana = app.program("ana").await;
    let asked = ana.send(preflight(&ana, SITE, "/rooms")).await;
    assert_eq!((asked.status, shared_with(&asked.headers)), (405, None), "{asked:?}");
    let read = ana.send(from(SITE, ana.request("GET", "/me"))).await;
    assert_eq!((read.status, shared_with(&read.headers)), (200, None), "a browser keeps it from the page: {read:?}");
    let path = format!("/rooms/{room}/messages");
    let send = saying(from(SITE, ana.request("POST", &path)), json!({ "content": "From elsewhere" }));
    ana.send(send).await.is_problem(Code::ForeignOrigin);
    assert_eq!(ana.get(&path).await.ok()["events"], json!([]));
    app.stop().await;
}

#[tokio::test]
async fn a_site_that_the_operator_names_uses_the_api_and_a_socket_by_token_and_nothing_else() {
    let app = TestApp::start_with(|config| {
        config.cors_origins = vec![twotick::config::PublicUrl::parse(SITE).unwrap()];
        config.api_requests_per_route_max = 4;
    })
    .await;
    let (hers, _ben, room) = app.pair().await;
    let ana = app.program("ana").await;
    let asked = ana.send(preflight(&ana, SITE, "/rooms")).await;
    assert_eq!((asked.status, shared_with(&asked.headers)), (200, Some(SITE)), "{asked:?}");
    let allowed = |name: &str| asked.headers[name].to_str().unwrap().to_lowercase();
    for method in ["get", "post", "put", "patch", "delete"] {
        assert!(allowed("access-control-allow-methods").contains(method));
    }
    for header in ["authorization", "content-type", "idempotency-key"] {
        assert!(allowed("access-control-allow-headers").contains(header));
    }
    assert!(!asked.headers.contains_key("access-control-allow-credentials"), "no cookie counts here");

    let path = format!("/rooms/{room}/messages");
    for number in 0..4 {
        let send =
            saying(from(SITE, ana.request("POST", &path)), json!({ "content": format!("From the app {number}") }));
        let sent = ana.send(send).await;
        assert_eq!((sent.status, shared_with(&sent.headers)), (201, Some(SITE)), "{sent:?}");
    }
    // What it is refused it can read as well, and when to come again.
    let refused = ana.send(saying(from(SITE, ana.request("POST", &path)), json!({ "content": "Too much" }))).await;
    is_told_to_wait(&refused);
    assert_eq!(shared_with(&refused.headers), Some(SITE));
    let told = refused.headers["access-control-expose-headers"].to_str().unwrap();
    assert!(told.contains("retry-after"), "{told}");
    let ticket = ana.ticket().await;
    let mut socket = open_at(app.address, &format!("/ws?token={ticket}"), &[("origin", Some(SITE))]).await.unwrap();
    socket.welcomed().await;

    // By cookie it gets nothing, and no other site gets anything.
    let cookie = hers.browser.cookie.as_deref();
    let by_cookie = open_at(app.address, "/ws", &[("origin", Some(SITE)), ("cookie", cookie)]).await;
    assert_eq!(by_cookie.err().map(|(status, _)| status.as_u16()), Some(403));
    let ticket = ana.ticket().await;
    for other in ["https://app.example.org.evil", "http://app.example.org", "https://evil.example.org", "null"] {
        let send = saying(from(other, ana.request("POST", "/rooms")), json!({ "title": "Theirs" }));
        let refused = ana.send(send).await;
        refused.is_problem(Code::ForeignOrigin);
        assert_eq!(shared_with(&refused.headers), None);
        let socket = open_at(app.address, &format!("/ws?token={ticket}"), &[("origin", Some(other))]).await;
        assert_eq!(socket.err().map(|(status, _)| status.as_u16()), Some(403), "{other}");
    }
    // Files go by token as well, and by nothing else.
    let upload = || {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let begun = client.post(format!("http://{}/files", app.address)).header("origin", SITE);
        let told = metadata([("room", &room.to_string())]);
        begun.header("tus-resumable", "1.0.0").header("upload-length", "5").header("upload-metadata", told)
    };
    let by_cookie = upload().header("cookie", cookie.unwrap()).send().await.unwrap();
    assert_eq!(by_cookie.status(), 403);
    let by_token = upload().bearer_auth(ana.access.as_deref().unwrap()).send().await.unwrap();
    assert_eq!((by_token.status().as_u16(), shared_with(by_token.headers())), (201, Some(SITE)));
    let form = hers.browser.request(reqwest::Method::POST, "/logout").header("origin", SITE);
    assert_eq!(hers.browser.send(form).await.status, 403);
    app.stop().await;
}
