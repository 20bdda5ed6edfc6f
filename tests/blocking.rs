//! Blocking by the forms and functions. Rule: whoever is blocked is not told, by anything that they see.

use crate::support::TestApp;
use serde_json::json;
use wire::Code;

#[tokio::test]
async fn a_person_is_blocked_and_unblocked_on_the_people_page() {
    let app = TestApp::start().await;
    let (ana, ben, room) = app.pair().await;
    ana.people("block", &ben).await;
    let page = ana.browser.get("/people").await.body;
    assert!(page.contains("data-person=\"ben\" data-relation=\"stranger\" data-blocked=\"\""), "{page}");
    assert!(page.contains("action=\"/people/unblock\"") && !page.contains("action=\"/people/block\""), "{page}");
    let found = ana.browser.get("/people?q=ben").await.body;
    assert!(found.contains("blocked by you") && !found.contains("action=\"/people/request\""), "{found}");
    let his = ben.browser.get("/people").await.body;
    assert!(!his.to_lowercase().contains("blocked"), "{his}");
    let sent = ben.browser.post(&format!("/r/{room}"), &[("content", "hello?")]).await;
    assert_eq!(sent.status, Code::NotConnected.status());
    ana.people("unblock", &ben).await;
    assert!(!ana.browser.get("/people").await.body.contains("data-blocked"));
    let nobody = ana.browser.post("/people/block", &[("username", "nobody")]).await;
    assert!(nobody.status == 404 && nobody.body.contains("data-code=\"no_such_person\""), "{nobody:?}");
    let myself = ana.browser.post("/people/block", &[("username", "ana")]).await;
    assert_eq!(myself.status, Code::Yourself.status());
}

#[tokio::test]
async fn a_member_is_blocked_beside_the_conversation_and_by_the_functions() {
    let app = TestApp::start().await;
    let (ana, ben, _) = app.pair().await;
    let made = ana.browser.post("/rooms", &[("title", "Tea"), ("public", "on")]).await;
    let room = made.location.unwrap();
    assert_eq!(ben.browser.post(&format!("{room}/change/join"), &[]).await.status, 303);
    let details = ben.browser.get(&format!("{room}/details")).await.body;
    assert_eq!(details.matches("action=\"/people/block\"").count(), 1, "nobody blocks themselves: {details}");
    let number = room.trim_start_matches("/r/");
    let answer = ben.browser.post("/people/block", &[("username", "ana"), ("room", number)]).await;
    assert_eq!(answer.location, Some(format!("{room}/details")));
    let details = ben.browser.get(&format!("{room}/details")).await.body;
    assert!(details.contains("blocked by you") && details.contains("action=\"/people/unblock\""), "{details}");
    let hers = ana.browser.get(&format!("{room}/details")).await.body;
    assert!(!hers.contains("blocked by you"), "{hers}");

    let blocked = ben.browser.call("/api/fn/blocked", &json!({})).await;
    assert!(blocked.body.contains("\"ana\""), "{blocked:?}");
    assert_eq!(ben.browser.call("/api/fn/unblock", &json!({ "username": "ana" })).await.status, 200);
    assert_eq!(ben.browser.call("/api/fn/blocked", &json!({})).await.body, "[]");
    assert_eq!(ben.browser.call("/api/fn/block", &json!({ "username": "ana" })).await.status, 200);
    let me = ben.browser.call("/api/fn/block", &json!({ "username": "ben" })).await;
    assert_eq!(me.refusal().code, Code::Yourself);
}
