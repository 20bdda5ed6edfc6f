//! Rooms and people over the API.

use crate::support::TestApp;
use serde_json::json;
use wire::Code;

#[tokio::test]
async fn people_find_each_other_connect_and_talk_without_a_browser() {
    let app = TestApp::start().await;
    app.person("ana").await;
    app.person("ben").await;
    let (ana, ben) = (app.program("ana").await, app.program("ben").await);
    let found = ana.get("/users?q=be").await.ok();
    assert_eq!(
        (&found["people"][0]["person"]["username"], &found["people"][0]["relation"]),
        (&json!("ben"), &json!("stranger"))
    );
    assert_eq!(ana.get("/users").await.ok()["people"], json!([]));
    let direct = ana.send(ana.request("PUT", "/rooms/direct/ben")).await;
    direct.is_problem(Code::NotFound);
    let step = async |who: &crate::support::Program, path: &str| who.send(who.request("POST", path)).await;
    assert_eq!(step(&ana, "/connections/ben/request").await.ok()["relation"], "requested");
    assert_eq!(ben.get("/connections").await.ok()["people"][0]["relation"], "asking");
    assert_eq!(step(&ben, "/connections/ana/accept").await.ok()["relation"], "connected");
    step(&ben, "/connections/ana/cancel").await.is_problem(Code::NoRequest);
    step(&ben, "/connections/ana/marry").await.is_problem(Code::Malformed);
    let room = ana.send(ana.request("PUT", "/rooms/direct/ben")).await.ok();
    assert_eq!(ben.send(ben.request("PUT", "/rooms/direct/ANA")).await.ok()["id"], room["id"]);
    assert_eq!(ana.get("/rooms").await.ok()["rooms"][0]["peer"]["username"], "ben");
    ana.send(ana.request("PUT", "/blocks/ben")).await.has_status(204);
    assert_eq!(ana.get("/blocks").await.ok()["people"][0]["username"], "ben");
    let said = ben.call("POST", &format!("/rooms/{}/messages", room["id"]), json!({ "content": "Hello?" })).await;
    said.is_problem(Code::NotConnected);
    ana.send(ana.request("DELETE", "/blocks/ben")).await.has_status(204);
    assert_eq!(ana.get("/blocks").await.ok()["people"], json!([]));
    app.stop().await;
}

#[tokio::test]
async fn a_group_is_made_joined_kept_in_order_closed_and_left() {
    let app = TestApp::start().await;
    let (_ana, _ben, _) = app.pair().await;
    app.person("cal").await;
    let (ana, ben, cal) = (app.program("ana").await, app.program("ben").await, app.program("cal").await);
    let new =
        json!({ "title": "Tea room", "topic": "Green", "public": true, "cid": crate::support::socket::fresh_cid() });
    let made = ana.call("POST", "/rooms", new.clone()).await;
    made.has_status(201);
    let room = made.ok()["room"].clone();
    assert_eq!(ana.call("POST", "/rooms", new).await.ok()["room"], room, "the same again is the same room");
    assert_eq!(cal.get("/rooms/public").await.ok()["rooms"][0]["title"], "Tea room");
    let act = async |who: &crate::support::Program, act: &str| {
        who.call("POST", &format!("/rooms/{room}/{act}"), json!({})).await
    };
    cal.get(&format!("/rooms/{room}")).await.is_problem(Code::NotFound);
    act(&cal, "join").await.has_status(204);
    ana.call("POST", &format!("/rooms/{room}/members"), json!({ "username": "ben", "with_history": true }))
        .await
        .has_status(204);
    let details = ben.get(&format!("/rooms/{room}/members")).await.ok();
    assert_eq!(
        (&details["count"], &details["topic"], &details["role"]),
        (&json!(3), &json!("Green"), &json!("member"))
    );
    assert_eq!(ben.get(&format!("/rooms/{room}/members?skip=2")).await.ok()["members"].as_array().unwrap().len(), 1);
    cal.call("PATCH", &format!("/rooms/{room}"), json!({ "title": "Mine" })).await.is_problem(Code::RoleTooLow);
    ana.call("PATCH", &format!("/rooms/{room}"), json!({ "title": "Tea house", "level": "none" }))
        .await
        .has_status(204);
    let row = ana.get(&format!("/rooms/{room}")).await.ok();
    assert_eq!((&row["title"], &row["level"]), (&json!("Tea house"), &json!("none")));
    ana.call("PUT", &format!("/rooms/{room}/members/cal/role"), json!({ "role": "admin" })).await.has_status(204);
    cal.send(cal.request("DELETE", &format!("/rooms/{room}/members/ben"))).await.has_status(204);
    ben.get(&format!("/rooms/{room}")).await.is_problem(Code::NotFound);
    act(&ana, "leave").await.is_problem(Code::LastOwner);
    act(&ana, "close").await.has_status(204);
    cal.call("POST", &format!("/rooms/{room}/messages"), json!({ "content": "x" })).await.is_problem(Code::RoomClosed);
    act(&ana, "reopen").await.has_status(204);
    act(&cal, "leave").await.has_status(204);
    cal.get(&format!("/rooms/{room}/messages")).await.is_problem(Code::NotFound);
    app.stop().await;
}

#[tokio::test]
async fn a_conversation_about_a_job_is_opened_once_and_told_of() {
    let app = TestApp::start().await;
    let (_ana, _ben, _) = app.pair().await;
    let (ana, ben) = (app.program("ana").await, app.program("ben").await);
    let job = json!({
        "kind": "job", "id": "42", "title": "Paint the fence", "part": "client",
        "participants": [{ "username": "ben", "part": "worker" }],
    });
    let room = ana.call("POST", "/subjects", job.clone()).await.ok()["room"].clone();
    assert_eq!(ana.call("POST", "/subjects", job).await.ok()["room"], room);
    let row = ben.get(&format!("/rooms/{room}")).await.ok();
    assert_eq!((&row["about"], &row["unread"]["count"]), (&json!("job 42"), &json!(1)));
    ana.call("POST", &format!("/rooms/{room}/notices"), json!({ "text": "It rains" })).await.has_status(204);
    let page = ben.get(&format!("/rooms/{room}/messages")).await.ok();
    assert_eq!(page["events"][1]["message"]["content"], "It rains");
    ana.call("POST", &format!("/rooms/{room}/close"), json!({ "notice": "Done" })).await.has_status(204);
    assert_eq!(ben.get(&format!("/rooms/{room}")).await.ok()["archived"], true);
    app.stop().await;
}
