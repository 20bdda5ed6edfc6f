//! `/admin`. Rule: what an operator does holds at once and stands in the audit log; for everybody else nothing of it is there.

use crate::support::{Answer, Member, TestApp, process::twotick};
use std::time::{Duration, Instant};
use wire::{Code, apps::Scope, frame::close, webhooks::Topic};

/// SPEC 2, C9.
const FENCE: Duration = Duration::from_secs(2);

fn done(answer: &Answer, path: &str) {
    assert_eq!((answer.status, answer.location.as_deref()), (303, Some(path)), "{answer:?}");
}

fn refused(answer: &Answer, code: Code) {
    assert_eq!(answer.status, code.status(), "{answer:?}");
    assert!(answer.body.contains(&format!("data-code=\"{code}\"")), "{answer:?}");
}

async fn ban(operator: &Member, form: &[(&str, &str)]) -> Answer {
    operator.browser.post("/admin/users/ban", form).await
}

/// The entries, the latest first, as sentences in HTML.
async fn audit(operator: &Member) -> String {
    operator.browser.get("/admin/audit").await.body
}

#[tokio::test]
async fn nobody_but_an_operator_can_tell_that_there_is_an_administration() {
    let app = TestApp::start().await;
    let (ana, ben, _) = app.pair().await;
    assert!(ana.browser.get("/").await.body.contains("href=\"/admin\""));
    assert!(!ben.browser.get("/").await.body.contains("/admin"));
    for browser in [&ben.browser, &app.visitor()] {
        let nothing = browser.get("/nothing").await;
        let shape = |answer: &Answer| (answer.status, without_nonce(&answer.body));
        for path in ["/admin", "/admin/rooms", "/admin/audit", "/admin/apps", "/admin/nothing", "/administrate"] {
            assert_eq!(shape(&browser.get(path).await), shape(&nothing), "{path}");
        }
        let posted = shape(&browser.post("/nothing", &[]).await);
        for path in ["/admin", "/admin/users/ban", "/admin/users/what", "/admin/addresses/lift", "/admin/apps/keys"] {
            for form in [&[][..], &[("username", "ana")], &[("q", "\u{0}")]] {
                assert_eq!(shape(&browser.post(path, form).await), posted, "{path}");
            }
        }
    }
}

/// The page without what differs from answer to answer.
fn without_nonce(page: &str) -> String {
    let mut parts = page.split("nonce=\"");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |page, part| page + part.split_once('"').map_or(part, |(_, rest)| rest))
}

#[tokio::test]
async fn a_ban_from_the_page_ends_the_sockets_and_can_be_lifted() {
    let app = TestApp::start().await;
    let (ana, ben, _) = app.pair().await;
    let mut his = ben.socket().await;
    let begun = Instant::now();
    done(&ban(&ana, &[("username", "BEN"), ("reason", "Sold umbrellas"), ("q", "b")]).await, "/admin?q=b");
    let closed = his.closed().await;
    assert!(begun.elapsed() < FENCE);
    assert_eq!((closed.code, closed.error()), (Some(close::FORBIDDEN), Some(Code::Banned)));
    assert_eq!(ben.log_in_fails().await.status, 403);
    let page = ana.browser.get("/admin").await.body;
    assert!(page.contains("Sold umbrellas") && page.contains("action=\"/admin/users/unban\""), "{page}");
    done(&ana.browser.post("/admin/users/unban", &[("username", "ben")]).await, "/admin");
    ben.log_in_again().await;
    let log = audit(&ana).await;
    let (lifted, banned) = (log.find("lifted the ban of ben (@ben)"), log.find("banned ben (@ben): Sold umbrellas"));
    assert!(lifted.is_some() && lifted < banned, "the latest comes first: {log}");
}

#[tokio::test]
async fn what_cannot_be_done_is_said_in_the_form_and_changes_nothing() {
    let app = TestApp::start().await;
    let (ana, ben, _) = app.pair().await;
    refused(&ban(&ana, &[("username", "ana")]).await, Code::Yourself);
    refused(&ban(&ana, &[("username", "nobody")]).await, Code::NoSuchPerson);
    let long = "x".repeat(201);
    let answer = ban(&ana, &[("username", "ben"), ("reason", &long)]).await;
    refused(&answer, Code::ReasonTooLong);
    assert!(answer.body.contains(&long) && answer.body.contains("<details open"), "{answer:?}");
    // Everybody here comes from the same machine.
    let answer = ban(&ana, &[("username", "ben"), ("addresses", "on")]).await;
    refused(&answer, Code::AddressShared);
    assert_eq!(ana.browser.post("/admin/users/promote", &[("username", "ben")]).await.status, 404);
    assert_eq!(ben.browser.get("/").await.status, 200, "nothing has changed");
    assert!(!audit(&ana).await.contains("banned"));
}

/// Registers, or signs in, from this address, through a proxy that is believed.
async fn enter(app: &TestApp, path: &str, name: &str, address: &str) -> Answer {
    let form = [("username", name), ("password", "correct horse"), ("next", "/")];
    let browser = app.visitor();
    let request = browser.request(reqwest::Method::POST, path).header("x-forwarded-for", address).form(&form);
    browser.send(request).await
}

#[tokio::test]
async fn an_address_is_kept_out_with_whoever_was_banned_and_nobody_else() {
    let app = TestApp::start_with(|config| config.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()]).await;
    let ana = app.person("ana").await;
    let mut cyd = app.visitor();
    cyd.cookie = enter(&app, "/register", "cyd", "192.0.2.7").await.cookie;
    assert_eq!(enter(&app, "/register", "eve", "192.0.2.7").await.status, 303);
    assert_eq!(enter(&app, "/login", "eve", "2001:db8::5").await.status, 303);
    done(&ban(&ana, &[("username", "eve"), ("addresses", "on")]).await, "/admin");
    for (path, name, address) in [
        ("/login", "cyd", "192.0.2.7"),
        ("/login", "eve", "192.0.2.7"),
        ("/register", "zoe", "192.0.2.7"),
        ("/register", "zoe", "2001:db8::77"),
    ] {
        refused(&enter(&app, path, name, address).await, Code::AddressBanned);
    }
    assert_eq!(cyd.get("/").await.status, 200, "whoever is signed in behind the same address stays so");
    assert_eq!(enter(&app, "/login", "cyd", "198.51.100.4").await.status, 303);
    let page = ana.browser.get("/admin").await.body;
    assert!(page.contains("data-network=\"192.0.2.7\"") && page.contains("data-network=\"2001:db8::\""), "{page}");
    done(&ana.browser.post("/admin/addresses/lift", &[("address", "192.0.2.7")]).await, "/admin");
    assert_eq!(enter(&app, "/register", "zoe", "192.0.2.7").await.status, 303);
    let log = audit(&ana).await;
    assert!(
        log.contains("banned the address 192.0.2.7") && log.contains("lifted the ban of the address 192.0.2.7"),
        "{log}"
    );
}

#[tokio::test]
async fn names_are_found_by_their_beginning_page_by_page() {
    let app = TestApp::start_with(|config| config.passwordless = true).await;
    let ana = app.person("ana").await;
    for number in 0..60 {
        let account = domain::NewAccount {
            username: format!("guest{number:02}"),
            display_name: Some(format!("Zoë {number:02}")),
            password: None,
        };
        app.chat().register(account).await.unwrap();
    }
    let first = ana.browser.get("/admin?q=GUEST").await.body;
    assert!(first.contains("data-account=\"guest49\"") && !first.contains("data-account=\"guest50\""), "{first}");
    assert!(!first.contains("data-account=\"ana\""));
    let second = ana.browser.get("/admin?q=guest&after=guest49").await.body;
    assert_eq!(second.matches("data-account=").count(), 10, "{second}");
    let named = ana.browser.get("/admin?q=zo%C3%AB%200").await.body;
    assert_eq!(named.matches("data-account=").count(), 10, "{named}");
    assert!(ana.browser.get("/admin?q=%25").await.body.contains("No account of that name"));
    let plain = ana.browser.get("/admin").await.body;
    assert_eq!(plain.matches("data-account=").count(), 50);
    assert!(plain.contains("href=\"/admin?after=guest48\""), "{plain}");
}

#[tokio::test]
async fn rooms_are_listed_without_a_word_of_what_is_said_in_them() {
    let app = TestApp::start().await;
    let (ana, ben, _) = app.pair().await;
    let made = ben.browser.post("/rooms", &[("title", "Secret garden")]).await;
    let room: wire::RoomId = made.location.as_deref().unwrap().trim_start_matches("/r/").parse().unwrap();
    ben.socket().await.say_acked(room, "the key lies under the pot").await;
    let page = ana.browser.get("/admin/rooms?q=secret").await.body;
    assert!(page.contains("Secret garden") && page.contains("1 member") && page.contains("2 events"), "{page}");
    assert!(page.contains("Private group") && !page.contains("under the pot"), "{page}");
    assert_eq!(page.matches("data-room=").count(), 1, "direct rooms are nobody's business: {page}");
    assert_eq!(ana.browser.get(&format!("/r/{room}")).await.status, 404, "an operator is no member");
    assert!(ana.browser.get("/admin/rooms?q=nothing").await.body.contains("No room of that name"));
}

#[tokio::test]
async fn keeping_order_stands_in_the_audit_log_and_can_be_narrowed_down() {
    let app = TestApp::start().await;
    let (ana, ben, _) = app.pair().await;
    let cyd = app.person("cyd").await;
    let made = ben.browser.post("/rooms", &[("title", "Tea"), ("public", "on")]).await;
    let room = made.location.unwrap();
    assert_eq!(cyd.browser.post(&format!("{room}/change/join"), &[]).await.status, 303);
    let changes: [(&str, &[(&str, &str)]); 9] = [
        ("mute", &[("username", "cyd")]),
        ("unmute", &[("username", "cyd")]),
        ("role", &[("username", "cyd"), ("role", "admin")]),
        ("rename", &[("title", "Coffee")]),
        ("topic", &[("topic", "What we brew")]),
        ("ban", &[("username", "cyd")]),
        ("unban", &[("username", "cyd")]),
        ("archive", &[("notice", "Bye")]),
        ("reopen", &[]),
    ];
    for (change, form) in changes {
        assert_eq!(ben.browser.post(&format!("{room}/change/{change}"), form).await.status, 303, "{change}");
        let refused = cyd.browser.post(&format!("{room}/change/mute"), &[("username", "ben")]).await.status;
        assert!(refused >= 400);
    }
    twotick(app.data_dir(), &["user", "reset-password", "cyd"]).await;
    let log = audit(&ana).await;
    for word in [
        "room_muted",
        "room_unmuted",
        "room_role",
        "room_renamed",
        "room_topic",
        "room_banned",
        "room_unbanned",
        "room_archived",
        "room_reopened",
        "password_reset",
    ] {
        assert_eq!(log.matches(&format!("data-action=\"{word}\"")).count(), 1, "{word}: {log}");
    }
    assert!(log.contains("The command line gave cyd (@cyd) a new password"), "{log}");
    assert!(!log.contains("What we brew") && !log.contains("Bye"), "what was said is not in it: {log}");
    let of = async |query: &str| ana.browser.get(&format!("/admin/audit?{query}")).await.body;
    assert_eq!(of("person=cyd").await.matches("data-action=").count(), 6);
    assert_eq!(of("person=BEN").await.matches("data-action=").count(), 9);
    assert_eq!(of("person=ana").await.matches("data-action=").count(), 0);
    let number = room.trim_start_matches("/r/");
    assert_eq!(of(&format!("room={number}")).await.matches("data-action=").count(), 9);
    assert_eq!(of("room=what").await.matches("data-action=").count(), 0);
    refused(&ana.browser.get("/admin/audit?person=nobody").await, Code::NoSuchPerson);
}

#[tokio::test]
async fn applications_and_keys_are_made_and_ended_by_plain_forms() {
    let app = TestApp::start().await;
    let ana = app.person("ana").await;
    let post = async |path: &str, form: &[(&str, &str)]| ana.browser.post(path, form).await;
    done(&post("/admin/apps", &[("name", "jobs"), ("title", "Acme <b>Jobs</b>")]).await, "/admin/apps");
    refused(&post("/admin/apps", &[("name", "jobs"), ("title", "")]).await, Code::AppNameTaken);
    let answer = post("/admin/apps", &[("name", "2 jobs"), ("title", "Typed title")]).await;
    refused(&answer, Code::BadAppName);
    assert!(answer.body.contains("2 jobs") && answer.body.contains("Typed title"), "{answer:?}");
    refused(&post("/admin/apps", &[("name", "trips"), ("title", &"x".repeat(10_240))]).await, Code::BadDisplayName);
    let answer = post("/admin/apps/keys", &[("app", "jobs"), ("label", "Typed label")]).await;
    refused(&answer, Code::BadScopes);
    assert!(answer.body.contains("Typed label") && answer.body.contains("<details open"), "{answer:?}");
    refused(&post("/admin/apps/keys", &[("app", "trips"), ("users", "on")]).await, Code::NoSuchApp);

    let made = post("/admin/apps/keys", &[("app", "jobs"), ("label", "live"), ("users", "on"), ("tokens", "on")]).await;
    assert_eq!(made.status, 200, "{made:?}");
    let key = made.body.split("value=\"tt_").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let jobs = crate::support::Program::new(app.address).with_access(&format!("tt_{key}"));
    let upsert = async || jobs.call("PUT", "/host/users", serde_json::json!({ "external_id": "7" })).await;
    upsert().await.ok();
    jobs.get("/host/subjects/1").await.is_problem(Code::MissingScope);
    let page = ana.browser.get("/admin/apps").await.body;
    assert!(page.contains("users, tokens") && page.contains("last used"), "{page}");
    assert!(!page.contains(key) && !page.contains("<b>Jobs"), "{page}");
    let number = page.split("data-key=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    for (key, confirm, code) in
        [(number, "job", Code::NotConfirmed), ("99", "jobs", Code::NoSuchApp), ("x", "", Code::NoSuchApp)]
    {
        refused(&post("/admin/apps/keys/revoke", &[("key", key), ("confirm", confirm)]).await, code);
    }
    upsert().await.ok();
    done(&post("/admin/apps/keys/revoke", &[("key", number), ("confirm", "jobs")]).await, "/admin/apps");
    upsert().await.is_problem(Code::BadKey);
    let log = audit(&ana).await;
    for words in ["made the application jobs", "made an API key: jobs, key", "revoked an API key: jobs, key"] {
        assert!(log.contains(words), "{words}: {log}");
    }
}

#[tokio::test]
async fn webhooks_are_paused_and_resumed_from_the_page() {
    let app = TestApp::start().await;
    let (ana, ben, _) = app.pair().await;
    app.chat().make_app("jobs", "Acme").await.unwrap();
    let key = app.chat().make_app_key("jobs", "live", &[Scope::Webhooks]).await.unwrap();
    let host = app.chat().host(&key.text).await.unwrap().unwrap();
    let (hook, secret) = app.chat().make_webhook(&host, "https://jobs.example.org/hook", &Topic::EVERY).await.unwrap();
    let page = ana.browser.get(&format!("/admin/webhooks?of={}", hook.id)).await.body;
    assert!(page.contains("https://jobs.example.org/hook") && page.contains("data-state=\"active\""), "{page}");
    assert!(page.contains("There was none yet.") && !page.contains(&secret.as_str()[6..]), "{page}");
    let form = [("webhook", hook.id.to_string())];
    let form: Vec<(&str, &str)> = form.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let there = format!("/admin/webhooks?of={0}#webhook-{0}", hook.id);
    assert_eq!(ben.browser.post("/admin/webhooks/pause", &form).await.status, 404);
    done(&ana.browser.post("/admin/webhooks/pause", &form).await, &there);
    assert!(ana.browser.get("/admin/webhooks").await.body.contains("data-state=\"paused\""));
    done(&ana.browser.post("/admin/webhooks/resume", &form).await, &there);
    assert!(ana.browser.get("/admin/webhooks").await.body.contains("data-state=\"active\""));
    let log = audit(&ana).await;
    let (resumed, paused) = (log.find("resumed a webhook: jobs, webhook"), log.find("paused a webhook: jobs, webhook"));
    assert!(resumed.is_some() && resumed < paused, "{log}");
    assert_eq!(ana.browser.post("/admin/webhooks/end", &form).await.status, 404);
    let nothing = ana.browser.post("/admin/webhooks/pause", &[("webhook", "999")]).await;
    assert!(nothing.status == 404 && nothing.body.contains(Code::NoSuchWebhook.sentence()), "{nothing:?}");
    assert_eq!(ana.browser.get("/admin/webhooks?of=999").await.status, 200);
}
