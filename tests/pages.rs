//! Pages and forms without JavaScript. Rule: everything that the island does can be done by plain forms, and what is
//! refused is told in the form that was sent.

use crate::support::{Answer, Member, TestApp, Visitor};
use wire::{Cid, RoomId, limits::BODY_CHARS_MAX};

/// Without what differs between any two answers.
fn without_nonce(answer: &Answer) -> String {
    let mut body = String::new();
    for (number, part) in answer.body.split("nonce=\"").enumerate() {
        body.push_str(if number == 0 { part } else { part.split_once('"').map_or("", |(_, rest)| rest) });
    }
    body
}

fn leads_to(answer: &Answer, path: &str) {
    assert_eq!((answer.status, answer.location.as_deref()), (303, Some(path)), "{answer:?}");
}

async fn say(member: &Member, room: RoomId, cid: Cid, content: &str) -> Answer {
    member.browser.post(&format!("/r/{room}"), &[("cid", &cid.to_string()), ("content", content)]).await
}

fn cid(number: u8) -> Cid {
    Cid::new(1_800_000_000_000, [number; 10])
}

#[tokio::test]
async fn the_first_visit_leads_to_registering_the_operator_and_later_ones_to_the_login() {
    let app = TestApp::start().await;
    leads_to(&app.visitor().get("/").await, "/register");
    let page = app.visitor().get("/register").await;
    assert!(page.status == 200 && page.body.contains("The first account"), "{page:?}");
    app.person("ana").await;
    leads_to(&app.visitor().get("/").await, "/login");
    assert!(!app.visitor().get("/register").await.body.contains("The first account"));
    let accounts = app.chat().accounts().await.unwrap();
    assert!(accounts.len() == 1 && accounts[0].is_operator);
}

#[tokio::test]
async fn signing_in_leads_back_to_the_page_that_was_asked_for_and_nowhere_else() {
    let app = TestApp::start().await;
    let ana = app.person("ana").await;
    leads_to(&app.visitor().get("/r/5?before=7").await, "/login?next=%2Fr%2F5%3Fbefore%3D7");
    leads_to(&app.visitor().post("/people/request", &[("username", "ana")]).await, "/login?next=%2Fpeople");
    let check = async |next: &str, expected: &str| {
        let form = [("username", "ana"), ("password", "correct horse"), ("next", next)];
        leads_to(&app.visitor().post("/login", &form).await, expected);
    };
    check("/r/5?before=7", "/r/5?before=7").await;
    for evil in ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""] {
        check(evil, "/").await;
    }
    leads_to(&ana.browser.get("/login?next=/people").await, "/people");
    leads_to(&ana.browser.get("/login?next=//evil.example").await, "/");
}

#[tokio::test]
async fn a_refused_form_comes_back_with_what_was_typed_and_never_with_the_password() {
    let app = TestApp::start().await;
    app.person("ana").await;
    let visitor = app.visitor();
    let check = async |path: &str, username: &str, password: &str, status: u16, word: &str| {
        let form = [("username", username), ("display_name", "Someone Else"), ("password", password), ("next", "/r/3")];
        let answer = visitor.post(path, &form).await;
        assert_eq!(answer.status, status, "{answer:?}");
        assert!(answer.body.contains(word) && answer.cookie.is_none(), "{answer:?}");
        assert!(answer.body.contains("/r/3"), "the way back is kept: {answer:?}");
        assert!(!answer.body.contains("secret"), "{answer:?}");
    };
    check("/login", "ana", "secret-secret", 401, "do not match").await;
    check("/login", "nobody", "secret-secret", 401, "do not match").await;
    check("/register", "Ana", "secret-secret", 409, "taken").await;
    check("/register", "-", "secret-secret", 422, "A username has").await;
    check("/register", "ben", "secret", 422, "at least 8").await;
    for path in ["/login", "/register", "/logout"] {
        let nothing = visitor.post(path, &[]).await;
        assert!(matches!(nothing.status, 303 | 401 | 422), "{path}: {nothing:?}");
    }
}

#[tokio::test]
async fn logging_out_ends_the_session_for_good() {
    let app = TestApp::start().await;
    let ana = app.person("ana").await;
    assert_eq!(ana.browser.get("/").await.status, 200);
    let answer = ana.browser.post("/logout", &[]).await;
    leads_to(&answer, "/login");
    assert!(answer.cookie.is_some_and(|cookie| cookie.ends_with('=')));
    leads_to(&ana.browser.get("/people").await, "/login?next=%2Fpeople");
    leads_to(&ana.browser.post("/logout", &[]).await, "/login");
}

#[tokio::test]
async fn two_people_connect_and_talk_by_forms_alone() {
    let app = TestApp::start().await;
    let (ana, ben) = (app.person("ana").await, app.person("ben").await);
    let found = ana.browser.get("/people?q=be").await;
    assert!(found.status == 200 && found.body.contains("/people/request"), "{found:?}");
    ana.people("request", &ben).await;
    assert!(ben.browser.get("/people").await.body.contains("/people/accept"));
    assert_eq!(ana.browser.get("/dm/ben").await.status, 404);
    ben.people("accept", &ana).await;
    let room = ana.room_with(&ben).await;
    assert_eq!(ben.room_with(&ana).await, room);
    leads_to(&say(&ana, room, cid(1), "Hello <b>Ben</b> & you").await, &format!("/r/{room}"));
    let page = ben.browser.get(&format!("/r/{room}")).await.body;
    assert!(page.contains("Hello &lt;b&gt;Ben&lt;/b&gt; &amp; you"), "{page}");
    leads_to(&ben.browser.post(&format!("/r/{room}/read"), &[("seq", "1")]).await, &format!("/r/{room}"));
    assert_eq!(ben.browser.post(&format!("/r/{room}/read"), &[("seq", "2")]).await.status, 422);
    ana.people("remove", &ben).await;
    let refused = say(&ben, room, cid(2), "Too late").await;
    assert!(
        refused.status == 403 && refused.body.contains("Too late") && refused.body.contains("once you are connected")
    );
    assert_eq!(ben.browser.get(&format!("/r/{room}")).await.status, 200, "history stays");
}

#[tokio::test]
async fn a_form_that_is_sent_twice_sends_once() {
    let app = TestApp::start().await;
    let (ana, _, room) = app.pair().await;
    for _ in 0..2 {
        leads_to(&say(&ana, room, cid(1), "Only once").await, &format!("/r/{room}"));
    }
    let conflict = say(&ana, room, cid(1), "Something else").await;
    let used = format!("name=\"cid\" value=\"{}\"", cid(1));
    assert!(conflict.status == 409 && !conflict.body.contains(&used), "{conflict:?}");
    let viewer = app.chat().viewer(ana.token()).await.unwrap().unwrap();
    assert_eq!(app.chat().room(&viewer, room).await.unwrap().head.0, 1);
}

#[tokio::test]
async fn what_cannot_be_sent_stays_in_the_form() {
    let app = TestApp::start().await;
    let (ana, _, room) = app.pair().await;
    let check = async |content: &str, status: u16, word: &str| {
        let answer = say(&ana, room, cid(9), content).await;
        assert_eq!(answer.status, status, "{answer:?}");
        assert!(answer.body.contains(word), "{answer:?}");
    };
    check("  \r\n ", 422, "Write something first.").await;
    check(&"x".repeat(BODY_CHARS_MAX + 1), 422, &"x".repeat(BODY_CHARS_MAX + 1)).await;
    leads_to(&say(&ana, room, cid(3), &"ü".repeat(BODY_CHARS_MAX)).await, &format!("/r/{room}"));
    let odd = ana.browser.post(&format!("/r/{room}"), &[("cid", "no uuid"), ("content", "x")]).await;
    assert_eq!(odd.status, 400, "{odd:?}");
}

#[tokio::test]
async fn older_pages_are_reached_without_javascript() {
    let app = TestApp::start_with(|config| config.sends_per_window_max = 1_000).await;
    let (ana, _, room) = app.pair().await;
    for number in 1..=60 {
        say(&ana, room, cid(number), &format!("line-{number}.")).await;
    }
    let last = ana.browser.get(&format!("/r/{room}")).await.body;
    assert!(last.contains("line-60.") && last.contains("line-11.") && !last.contains("line-10."));
    assert!(last.contains("?before=11"), "there is a way back: {last}");
    let older = ana.browser.get(&format!("/r/{room}?before=11")).await.body;
    assert!(older.contains("line-10.") && older.contains("line-1.") && !older.contains("line-12."));
    for odd in ["?before=x", "?before=", "?after=-1", "?before=0", "?before=99999999999999999999", "?q=%FF"] {
        assert_eq!(ana.browser.get(&format!("/r/{room}{odd}")).await.status, 200, "{odd}");
    }
}

#[tokio::test]
async fn a_strangers_room_answers_as_one_that_does_not_exist() {
    let app = TestApp::start().await;
    let (_ana, _, room) = app.pair().await;
    let cleo = app.person("cleo").await;
    let none = RoomId(room.0 + 1_000);
    let same = async |browser: &Visitor, one: String, other: String| {
        let (one, other) = (browser.get(&one).await, browser.get(&other).await);
        assert_eq!((one.status, other.status), (404, 404));
        assert_eq!(without_nonce(&one), without_nonce(&other));
    };
    same(&cleo.browser, format!("/r/{room}"), format!("/r/{none}")).await;
    same(&cleo.browser, format!("/r/{room}?before=5"), "/r/nonsense".to_owned()).await;
    same(&cleo.browser, format!("/r/{room}"), "/nowhere".to_owned()).await;
    same(&cleo.browser, "/dm/ana".to_owned(), "/dm/nobody".to_owned()).await;
    let (one, other) = (say(&cleo, room, cid(1), "hello").await, say(&cleo, none, cid(2), "hello").await);
    assert_eq!((one.status, without_nonce(&one)), (404, without_nonce(&other)));
    let read = async |room: RoomId| cleo.browser.post(&format!("/r/{room}/read"), &[("seq", "0")]).await;
    let (one, other) = (read(room).await, read(none).await);
    assert_eq!((one.status, without_nonce(&one)), (404, without_nonce(&other)));
}

#[tokio::test]
async fn pages_are_compressed_and_a_wrong_method_is_told() {
    let app = TestApp::start().await;
    let ana = app.person("ana").await;
    let request = ana.browser.request(reqwest::Method::GET, "/").header("accept-encoding", "br, gzip");
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["content-encoding"], "gzip");
    assert_eq!(response.headers()["vary"], "accept-encoding");
    let answer = ana.browser.send(ana.browser.request(reqwest::Method::PUT, "/people")).await;
    assert_eq!(answer.status, 405);
}

#[tokio::test]
async fn without_passwords_a_name_is_enough_where_the_operator_says_so() {
    let app = TestApp::start_with(|config| config.passwordless = true).await;
    let visitor = app.visitor();
    let enter = async |name: &str| visitor.post("/login", &[("username", name), ("next", "/")]).await;
    leads_to(&enter("ana").await, "/");
    leads_to(&enter("ana").await, "/");
    app.person("ben").await;
    assert_eq!(enter("ben").await.status, 401, "an account with a password keeps it");
    let strict = TestApp::start().await;
    let answer = strict.visitor().post("/login", &[("username", "ana"), ("next", "/")]).await;
    assert_eq!(answer.status, 401);
}
