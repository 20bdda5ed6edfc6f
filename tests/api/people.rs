//! Oneself and others, what is looked for, and files. Rule: a program does with a token what a browser does with a session.

use crate::support::{
    Program, TestApp,
    upload::{metadata, picture},
    within,
};
use image::ImageFormat;
use serde_json::{Value, json};
use wire::Code;

async fn put_avatar(program: &Program, bytes: Vec<u8>) -> crate::support::Said {
    let request = program.request("PUT", "/me/avatar").header("content-type", "application/octet-stream");
    program.send(request.body(bytes)).await
}

/// An address outside `/api/v1`, with the token.
fn beside(program: &Program, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
    let request = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = request.request(method, format!("http://{}{path}", program.address));
    request.bearer_auth(program.access.as_deref().unwrap_or_default())
}

#[tokio::test]
async fn a_program_changes_how_its_user_is_shown() {
    let app = TestApp::start().await;
    app.pair().await;
    let (ana, ben) = (app.program("ana").await, app.program("ben").await);
    ana.call("PATCH", "/me", json!({ "status": "In the garden" })).await.has_status(204);
    ana.call("PATCH", "/me", json!({ "display_name": "Ana B." })).await.has_status(204);
    put_avatar(&ana, picture(300, 200, ImageFormat::Png)).await.has_status(204);
    let me = ana.get("/me").await.ok();
    let seen = ben.get("/users/ana").await.ok();
    for user in [&me["user"], &seen["person"]] {
        assert_eq!((&user["display_name"], &user["status"]), (&json!("Ana B."), &json!("In the garden")), "{user}");
    }
    assert_eq!(seen["relation"], "connected");
    let path = format!("/avatars/{}", seen["person"]["avatar"].as_str().unwrap());
    let shown = beside(&ben, reqwest::Method::GET, &path).send().await.unwrap();
    assert_eq!((shown.status().as_u16(), &shown.headers()["content-type"]), (200, &"image/jpeg".parse().unwrap()));
    ana.call("DELETE", "/me/avatar", Value::Null).await.has_status(204);
    assert_eq!(ben.get("/users/ana").await.ok()["person"].get("avatar"), None);

    for (body, code) in [
        (json!({ "display_name": " " }), Code::BadDisplayName),
        (json!({ "display_name": "x".repeat(10_000) }), Code::BadDisplayName),
        (json!({ "status": "x".repeat(101) }), Code::BadStatus),
        (json!({ "status": 5 }), Code::Malformed),
    ] {
        ana.call("PATCH", "/me", body).await.is_problem(code);
    }
    for (bytes, code) in [
        (Vec::new(), Code::EmptyFile),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(), Code::BadImage),
        (vec![0; wire::limits::AVATAR_BYTES_MAX + 1], Code::ImageTooLarge),
    ] {
        put_avatar(&ana, bytes).await.is_problem(code);
    }
    assert_eq!(ana.get("/me").await.ok()["user"]["status"], "In the garden");
    for (name, code) in [("nobody", Code::NoSuchPerson), ("ana", Code::Yourself), ("%00", Code::NoSuchPerson)] {
        ana.get(&format!("/users/{name}")).await.is_problem(code);
    }
    ben.call("PUT", "/blocks/ana", json!({})).await.has_status(204);
    ana.get("/users/ben").await.is_problem(Code::NoSuchPerson);
    assert_eq!(
        ben.get("/users/ana").await.ok()["person"].get("status"),
        None,
        "of whom one has blocked one sees no status"
    );
    app.stop().await;
}

#[tokio::test]
async fn a_program_finds_what_was_said_in_its_rooms_and_nothing_else() {
    let app = TestApp::start_with(|config| {
        (config.api_requests_per_user_max, config.api_requests_per_route_max) = (100_000, 100_000);
        config.api_requests_per_address_max = 100_000;
    })
    .await;
    let (_ana, _ben, room) = app.pair().await;
    app.person("eve").await;
    let (ana, eve) = (app.program("ana").await, app.program("eve").await);
    let said = json!({ "content": "Half a sentence about beans" });
    ana.call("POST", &format!("/rooms/{room}/messages"), said).await.ok();
    // It is taken up a moment after it was said.
    let found = within("it to be found", async {
        loop {
            let found = ana.get("/search?q=beans").await.ok();
            if found["hits"] != json!([]) {
                return found;
            }
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!((&found["hits"][0]["seq"], &found["hits"][0]["room"]), (&json!(1), &json!(room)), "{found}");
    assert_eq!(ana.get("/search?person=ana&kind=text").await.ok()["hits"].as_array().map(Vec::len), Some(1));
    assert_eq!(ana.get("/search?q=beans&to=2020-01-01T00:00:00Z").await.ok()["hits"], json!([]));
    assert_eq!(eve.get("/search?q=beans").await.ok()["hits"], json!([]));
    eve.get(&format!("/search?q=beans&room={room}")).await.is_problem(Code::NotFound);
    ana.get("/search").await.is_problem(Code::Malformed);
    for query in ["q=beans&room=x", "q=beans&from=yesterday", "q=beans&before=x"] {
        ana.get(&format!("/search?{query}")).await.is_problem(Code::Malformed);
    }
    ana.get("/search?kind=No%20such").await.is_problem(Code::UnknownType);
    app.stop().await;
}

#[tokio::test]
async fn a_program_uploads_a_file_sends_it_and_reads_it() {
    let app = TestApp::start().await;
    let (_ana, _ben, room) = app.pair().await;
    app.person("eve").await;
    let (ana, ben, eve) = (app.program("ana").await, app.program("ben").await, app.program("eve").await);
    let begin = |program: &Program| {
        let told = metadata([("room", &room.to_string()), ("name", "notes.txt")]);
        let begun = beside(program, reqwest::Method::POST, "/files").header("tus-resumable", "1.0.0");
        begun.header("upload-length", "5").header("upload-metadata", told).send()
    };
    let begun = begin(&ana).await.unwrap();
    assert_eq!(begun.status(), 201);
    let path = begun.headers()["location"].to_str().unwrap().to_owned();
    let more = |program: &Program| {
        let more = beside(program, reqwest::Method::PATCH, &path).header("tus-resumable", "1.0.0");
        more.header("upload-offset", "0").header("content-type", "application/offset+octet-stream").body("beans").send()
    };
    assert_eq!(more(&ben).await.unwrap().status(), 404, "it is another's");
    assert_eq!(more(&ana).await.unwrap().status(), 204);
    let id = path.trim_start_matches("/files/").to_owned();
    let message = json!({ "content": "My notes", "attachments": [{ "id": id }] });
    let seq = ana.call("POST", &format!("/rooms/{room}/messages"), message).await.ok()["seq"].clone();
    let event = ben.get(&format!("/rooms/{room}/messages/{seq}")).await.ok();
    assert_eq!(event["message"]["attachments"][0]["name"], "notes.txt", "{event}");
    let read = |program: &Program| beside(program, reqwest::Method::GET, &format!("{path}/notes.txt")).send();
    let got = read(&ben).await.unwrap();
    assert_eq!((got.status().as_u16(), got.text().await.unwrap().as_str()), (200, "beans"));
    assert_eq!(read(&eve).await.unwrap().status(), 404);
    assert_eq!(begin(&eve).await.unwrap().status(), 404);
    assert_eq!(begin(&ana.with_access("x")).await.unwrap().status(), 401);
    app.stop().await;
}
