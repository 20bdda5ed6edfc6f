//! Signing in by tokens. Rule: a family of tokens is a session: whatever ends sessions ends it, and nothing but our own key, type,
//! audience and algorithm opens anything.

use crate::support::{
    Member, Program, TestApp,
    jwt::{forged, key, known, parts},
    process::twotick,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use wire::Code;

#[tokio::test]
async fn a_program_signs_in_and_says_who_it_is() {
    let app = TestApp::start().await;
    app.person("ana").await;
    let program = app.program("ana").await;
    let (header, claims) = parts(program.access.as_deref().unwrap());
    assert_eq!((&header["alg"], &header["typ"]), (&json!("HS256"), &json!("at+jwt")));
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 600);
    let me = program.get("/me").await.ok();
    assert_eq!((&me["user"]["username"], &me["is_operator"]), (&json!("ana"), &json!(true)));
    assert_eq!(me["session"], claims["sid"]);
    app.stop().await;
}

#[tokio::test]
async fn signing_in_is_refused_and_counted_as_on_the_login_page() {
    let app = TestApp::start_with(|config| config.logins_per_window_max = 3).await;
    app.person("ana").await;
    let program = Program::new(app.address);
    for name in ["ana", "nobody", "n o"] {
        let said = program.call("POST", "/token", json!({ "username": name, "password": "wrong horse" })).await;
        said.is_problem(Code::WrongLogin);
    }
    program.call("POST", "/token", json!({ "username": "ana" })).await.is_problem(Code::WrongLogin);
    program.call("POST", "/token", json!({ "username": "ana", "password": "x" })).await.is_problem(Code::WrongLogin);
    let right = json!({ "username": "ana", "password": "correct horse" });
    let said = program.call("POST", "/token", right).await;
    said.is_problem(Code::TooManyLogins);
    assert!(said.json["retry_after_ms"].as_i64().unwrap() > 0 && said.headers.contains_key("retry-after"));
    app.stop().await;
}

#[tokio::test]
async fn a_name_alone_signs_in_where_the_operator_says_so() {
    let app = TestApp::start_with(|config| config.passwordless = true).await;
    let said = Program::new(app.address).call("POST", "/token", json!({ "username": "cara" })).await;
    assert_eq!(said.ok()["user"]["username"], "cara");
    app.stop().await;
}

#[tokio::test]
async fn nothing_but_our_own_token_opens_the_api() {
    let app = known().await;
    app.person("ana").await;
    let program = app.program("ana").await;
    let (header, claims) = parts(program.access.as_deref().unwrap());
    let key = key();
    let with = |value: &Value, field: &str, to: Value| {
        let mut value = value.clone();
        value[field] = to;
        value
    };
    let check = async |what: &str, token: String, opens: bool| {
        let said = program.with_access(&token).get("/me").await;
        assert_eq!(said.status, if opens { 200 } else { 401 }, "{what}: {said:?}");
        if !opens {
            said.is_problem(Code::SignedOut);
            assert_eq!(said.headers["www-authenticate"], "Bearer");
        }
    };
    check("the same again", forged(&header, &claims, &key), true).await;
    let now = claims["iat"].as_i64().unwrap();
    for (what, field, to) in [
        ("expired", "exp", json!(now - 1)),
        ("another audience", "aud", json!("somebody:else")),
        ("another issuer", "iss", json!("twotick:elsewhere")),
        ("from the future", "iat", json!(now + 3_600)),
        ("another person", "sub", json!("2")),
        ("no person", "sub", json!("ana")),
        ("another session", "sid", json!(987_654)),
        ("the browser's session", "sid", json!(1)),
    ] {
        // Ana is 1, and so is the session of her browser: that is her own, so it opens.
        check(what, forged(&header, &with(&claims, field, to), &key), what == "the browser's session").await;
    }
    for field in ["exp", "aud", "iss", "sub", "sid", "iat"] {
        let mut without = claims.clone();
        without.as_object_mut().unwrap().remove(field);
        check(&format!("without {field}"), forged(&header, &without, &key), false).await;
    }
    check("another type", forged(&with(&header, "typ", json!("JWT")), &claims, &key), false).await;
    check("another key's name", forged(&with(&header, "kid", json!("x")), &claims, &key), false).await;
    check("a foreign key", forged(&header, &claims, &[7; 32]), false).await;
    for algorithm in ["none", "HS512", "RS256", "ES256"] {
        check(algorithm, forged(&with(&header, "alg", json!(algorithm)), &claims, &key), false).await;
    }
    let unsigned = forged(&with(&header, "alg", json!("none")), &claims, &key);
    let unsigned = unsigned.rsplit_once('.').unwrap().0.to_owned() + ".";
    check("unsigned", unsigned, false).await;
    for nonsense in ["", "x", "a.b.c", &program.refresh, &"A".repeat(5_000)] {
        check(nonsense, nonsense.to_owned(), false).await;
    }
    let mut basic = program.request("GET", "/me");
    basic = basic.header("authorization", "Basic YW5hOmNvcnJlY3QgaG9yc2U=");
    assert_eq!(program.send(basic).await.status, 401, "two headers, or another scheme, are none");
    app.stop().await;
}

#[tokio::test]
async fn a_cookie_is_nobody_to_the_api() {
    let app = TestApp::start().await;
    let ana = app.person("ana").await;
    assert_eq!(ana.browser.get("/api/v1/me").await.status, 401);
    app.stop().await;
}

#[tokio::test]
async fn neither_a_refresh_token_nor_half_of_it_is_a_cookie() {
    let app = TestApp::start().await;
    let ana = app.person("ana").await;
    let program = app.program("ana").await;
    let halves = BASE64.decode(&program.refresh).unwrap();
    for secret in [program.refresh.clone(), BASE64.encode(&halves[..32]), BASE64.encode(&halves[32..])] {
        let cookie = format!("{}={secret}", ana.browser.cookie.as_deref().unwrap().split_once('=').unwrap().0);
        let mut browser = app.visitor();
        browser.cookie = Some(cookie);
        assert_eq!(browser.get("/").await.status, 303, "the way to the login");
    }
    app.stop().await;
}

#[tokio::test]
async fn a_refresh_token_is_good_once_and_used_again_later_it_ends_the_family() {
    let app = TestApp::start().await;
    app.person("ana").await;
    let first = app.program("ana").await;
    let refresh = async |token: &str| first.call("POST", "/token/refresh", json!({ "refresh_token": token })).await;
    let mut second = first.clone();
    second.keep(&refresh(&first.refresh).await.ok());
    assert_ne!(second.refresh, first.refresh);
    let mut third = first.clone();
    third.keep(&refresh(&second.refresh).await.ok());
    third.get("/me").await.ok();
    // Two steps back is too late whenever it comes.
    refresh(&first.refresh).await.is_problem(Code::SignedOut);
    for program in [&first, &second, &third] {
        program.get("/me").await.is_problem(Code::SignedOut);
    }
    refresh(&third.refresh).await.is_problem(Code::SignedOut);
    app.stop().await;
}

#[tokio::test]
async fn two_who_refresh_at_the_same_moment_both_stay_signed_in() {
    let app = TestApp::start().await;
    app.person("ana").await;
    let program = app.program("ana").await;
    for _ in 0..5 {
        let token = json!({ "refresh_token": app.program("ana").await.refresh });
        let at_once = (0..6).map(|_| program.call("POST", "/token/refresh", token.clone()));
        let said: Vec<Value> = futures::future::join_all(at_once).await.into_iter().map(|said| said.ok()).collect();
        let next: Vec<_> = said.iter().map(|pair| pair["refresh_token"].clone()).collect();
        assert!(next.iter().all(|token| *token == next[0]), "one successor for all of them");
        for pair in &said {
            program.with_access(pair["access_token"].as_str().unwrap()).get("/me").await.ok();
        }
        let again = json!({ "refresh_token": next[0] });
        program.call("POST", "/token/refresh", again).await.ok();
    }
    app.stop().await;
}

#[tokio::test]
async fn a_revoked_family_is_signed_out_at_once_and_nobody_else_is() {
    let app = TestApp::start().await;
    let ana = app.person("ana").await;
    let (program, other) = (app.program("ana").await, app.program("ana").await);
    program.call("POST", "/token/revoke", json!({ "refresh_token": "nonsense" })).await.has_status(204);
    program.get("/me").await.ok();
    program.call("POST", "/token/revoke", json!({ "refresh_token": program.refresh })).await.has_status(204);
    program.get("/me").await.is_problem(Code::SignedOut);
    other.get("/me").await.ok();
    assert_eq!(ana.browser.get("/").await.status, 200);
    other.call("POST", "/token/revoke-all", json!({})).await.has_status(204);
    other.get("/me").await.is_problem(Code::SignedOut);
    assert_eq!(ana.browser.get("/").await.status, 303);
    app.stop().await;
}

#[tokio::test]
async fn a_ban_and_a_new_password_end_tokens_from_that_moment() {
    let app = TestApp::start().await;
    app.person("ana").await;
    app.person("ben").await;
    let (his, hers) = (app.program("ben").await, app.program("ana").await);
    twotick(app.data_dir(), &["user", "ban", "ben"]).await;
    app.chat().reset_password("ana", "another horse").await.unwrap();
    for program in [his, hers] {
        program.get("/me").await.is_problem(Code::SignedOut);
        let token = json!({ "refresh_token": program.refresh });
        program.call("POST", "/token/refresh", token).await.is_problem(Code::SignedOut);
    }
    app.stop().await;
}

#[tokio::test]
async fn changing_the_key_signs_nobody_out() {
    let app = TestApp::start().await;
    app.person("ana").await;
    let before = app.program("ana").await;
    app.chat().rotate_token_keys().await.unwrap();
    let after = app.program("ana").await;
    let kid = |program: &Program| parts(program.access.as_deref().unwrap()).0["kid"].clone();
    assert_ne!(kid(&before), kid(&after));
    for program in [&before, &after] {
        program.get("/me").await.ok();
    }
    // What the first key signed ends with the key after the next; its family goes on.
    app.chat().rotate_token_keys().await.unwrap();
    before.get("/me").await.is_problem(Code::SignedOut);
    after.get("/me").await.ok();
    before.call("POST", "/token/refresh", json!({ "refresh_token": before.refresh })).await.ok();
    app.stop().await;
}

#[tokio::test]
async fn the_database_holds_no_token() {
    let app = TestApp::start().await;
    app.person("ana").await;
    let program = app.program("ana").await;
    let ticket = program.ticket().await;
    let folder = app.keep_data();
    app.stop().await;
    let mut bytes = Vec::new();
    for file in std::fs::read_dir(folder.path()).unwrap().flatten().filter(|file| file.path().is_file()) {
        bytes.extend(std::fs::read(file.path()).unwrap());
    }
    let holds = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    let raw = BASE64.decode(&program.refresh).unwrap();
    assert!(!holds(&raw[..32]) && !holds(&raw[32..]) && !holds(program.refresh.as_bytes()));
    assert!(!holds(&BASE64.decode(&ticket).unwrap()) && !holds(ticket.as_bytes()));
    assert!(holds(&Sha256::digest(&raw[32..])), "it is there as a hash, so the right file was read");
}

#[tokio::test]
async fn registering_in_a_browser_and_signing_in_by_a_program_are_two_sessions() {
    let app = TestApp::start().await;
    let ana: Member = app.person("ana").await;
    let program = app.program("ana").await;
    assert_eq!(ana.browser.post("/logout", &[]).await.status, 303);
    program.get("/me").await.ok();
    app.stop().await;
}
