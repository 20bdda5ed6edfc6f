//! The API, with tokens. Rule: the list is the router's own.

use super::{
    Gets::{self, Own, Refused},
    Outsider, Row, SECRET, Scene, Who, gets,
};
use serde_json::{Value, json};
use twotick::router::OPERATIONS;
use wire::{Code, apps::Scope};

/// About themselves, or everybody's.
const MEMBERS: Row = [SIGNED_OUT, Own, Own, SIGNED_OUT];
/// Their own rooms, also read-only ones.
const READERS: Row = [SIGNED_OUT, Refused(Code::NotFound), Own, SIGNED_OUT];
const WRITERS: Row = [SIGNED_OUT, Refused(Code::NotFound), Refused(Code::NotConnected), SIGNED_OUT];
const KEEPERS: Row = [SIGNED_OUT, Refused(Code::NotFound), Refused(Code::NotAllowed), SIGNED_OUT];
/// For applications, which show a key.
const HOSTS: Row = [Refused(Code::BadKey); 4];
const SIGNED_OUT: Gets = Refused(Code::SignedOut);

/// What an outsider sends, and what comes of it.
fn case(method: &str, pattern: &str, outsider: &Outsider) -> (Value, Row) {
    let (name, room) = (outsider.username, outsider.room);
    let nobody = [SIGNED_OUT, Refused(Code::NoSuchPerson), Refused(Code::NoSuchPerson), SIGNED_OUT];
    let text = json!({ "content": "Let me in" });
    let place = pattern.trim_start_matches("/api/v1");
    match (method, place) {
        ("post", "/token") => {
            let guess = json!({ "username": "ana", "password": "wrong horse" });
            let own = json!({ "username": "cyd", "password": "correct horse" });
            let row = [Code::WrongLogin, Code::WrongLogin, Code::WrongLogin, Code::Banned].map(Refused);
            (if outsider.who == Who::Banned { own } else { guess }, row)
        }
        ("post", "/token/refresh") if outsider.who == Who::Banned => {
            (json!({ "refresh_token": outsider.program.refresh }), [SIGNED_OUT; 4])
        }
        ("post", "/token/refresh") => (json!({ "refresh_token": "A".repeat(86) }), [SIGNED_OUT; 4]),
        ("post", "/token/revoke") => (json!({ "refresh_token": "A".repeat(86) }), [Own; 4]),
        ("post", "/token/revoke-all" | "/ws-ticket") | ("get", "/me" | "/users" | "/connections" | "/blocks") => {
            (Value::Null, MEMBERS)
        }
        ("patch", "/me") => (json!({}), MEMBERS),
        ("delete", "/me/avatar") => (Value::Null, MEMBERS),
        ("put", "/me/avatar") => {
            (Value::Null, [SIGNED_OUT, Refused(Code::EmptyFile), Refused(Code::EmptyFile), SIGNED_OUT])
        }
        ("get", "/users/{username}") => (Value::Null, MEMBERS),
        // What is found is what stands in the rooms of whoever asks.
        ("get", "/search") => (Value::Null, MEMBERS),
        ("get", "/rooms" | "/rooms/public") => (Value::Null, MEMBERS),
        ("post", "/connections/{username}/{step}") | ("delete", "/blocks/{username}") => (Value::Null, MEMBERS),
        // Everybody may block anybody, which would end what the others try.
        ("put", "/blocks/{username}") => (Value::Null, nobody),
        ("post", "/rooms") => (json!({ "title": format!("Room with {name}") }), MEMBERS),
        ("put", "/rooms/direct/{username}") => (Value::Null, READERS),
        ("get", "/rooms/{room}" | "/rooms/{room}/members" | "/rooms/{room}/messages") => (Value::Null, READERS),
        ("get", "/rooms/{room}/messages/{seq}" | "/rooms/{room}/messages/{seq}/receipts") => (Value::Null, READERS),
        ("patch", "/rooms/{room}") => (json!({ "topic": "Mine" }), KEEPERS),
        ("post", "/rooms/{room}/join" | "/rooms/{room}/leave" | "/rooms/{room}/reopen") => (Value::Null, KEEPERS),
        ("post", "/rooms/{room}/close") => (json!({ "notice": "Closed" }), KEEPERS),
        ("post", "/rooms/{room}/members") => (json!({ "username": "eve" }), KEEPERS),
        ("delete", "/rooms/{room}/members/{username}") => (Value::Null, KEEPERS),
        ("put", "/rooms/{room}/members/{username}/role") => (json!({ "role": "admin" }), KEEPERS),
        ("post", "/rooms/{room}/notices") => (json!({ "text": "Closed" }), KEEPERS),
        ("post", "/subjects") => {
            let job = json!({ "kind": "job", "title": "Paint", "participants": [{ "username": "ben" }] });
            let row = [SIGNED_OUT, Refused(Code::NotInvitable), Refused(Code::NotInvitable), SIGNED_OUT];
            (job, row)
        }
        ("post", "/rooms/{room}/messages") | ("patch", "/rooms/{room}/messages/{seq}") => (text, WRITERS),
        // Their own they may take away, and this is Ana's.
        ("delete", "/rooms/{room}/messages/{seq}") => {
            let row = [SIGNED_OUT, Refused(Code::NotFound), Refused(Code::NotAuthor), SIGNED_OUT];
            (Value::Null, row)
        }
        ("put" | "delete", "/rooms/{room}/messages/{seq}/reactions/{emoji}") => (Value::Null, WRITERS),
        ("post", "/rooms/{room}/messages/{seq}/decision") => (json!({ "decision": "accept" }), WRITERS),
        ("post", "/rooms/{room}/bids") => {
            (json!({ "to": name, "offer": { "amount": 1_200, "currency": "EUR" } }), WRITERS)
        }
        // Each room is answered by itself.
        ("post", "/cursors/read" | "/cursors/delivered") => (json!({ "rooms": [{ "room": room, "seq": 1 }] }), MEMBERS),
        ("post", "/events") => (json!({ "rooms": [{ "room": room, "after": 0 }, { "room": room }] }), MEMBERS),
        (_, place) if place.starts_with("/host/") => (of_hosts(method, place), HOSTS),
        _ => panic!("{method} {pattern} has no denial case"),
    }
}

/// What is sent where applications call.
fn of_hosts(method: &str, place: &str) -> Value {
    match (method, place) {
        ("put", "/host/users") | ("post", "/host/tokens") => json!({ "external_id": "ana" }),
        ("post", "/host/subjects") => json!({ "kind": "job", "title": "Paint" }),
        ("get", "/host/subjects/{room}") | ("post", "/host/subjects/{room}/reopen") => Value::Null,
        ("patch", "/host/subjects/{room}") => json!({ "title": "Mine" }),
        ("post", "/host/subjects/{room}/close") => json!({ "notice": "Closed" }),
        ("post", "/host/subjects/{room}/notices") => json!({ "text": "Closed" }),
        ("get", "/host/webhooks" | "/host/webhooks/{webhook}/deliveries") => Value::Null,
        ("post", "/host/webhooks") => json!({ "url": "https://jobs.example.org/" }),
        ("patch", "/host/webhooks/{webhook}") => json!({ "paused": true }),
        ("delete", "/host/webhooks/{webhook}") | ("post", "/host/webhooks/{webhook}/test") => Value::Null,
        _ => panic!("{method} {place} has no denial case"),
    }
}

fn path(method: &str, pattern: &str, outsider: &Outsider) -> String {
    let path = pattern.trim_start_matches("/api/v1").replace("{room}", &outsider.room.to_string());
    let path = if pattern.ends_with("/search") { format!("{path}?q=e") } else { path };
    let name = if method == "put" && pattern.contains("/blocks/") { "nobody" } else { outsider.username };
    path.replace("{username}", name)
        .replace("{seq}", "1")
        .replace("{step}", "request")
        .replace("{emoji}", "👍")
        .replace("{webhook}", "1")
}

#[tokio::test]
async fn no_operation_of_the_api_lets_an_outsider_in() {
    let scene = Scene::set().await;
    // What signs out everywhere comes last.
    let is_last = |pattern: &str| pattern.ends_with("/revoke-all");
    let mut operations = OPERATIONS.to_vec();
    operations.sort_by_key(|(_, pattern)| is_last(pattern));
    for (method, pattern) in operations {
        for outsider in &scene.outsiders {
            let (body, row) = case(method, pattern, outsider);
            let path = path(method, pattern, outsider);
            let said = match body {
                Value::Null => outsider.program.send(outsider.program.request(method, &path)).await,
                body => outsider.program.call(method, &path, body).await,
            };
            let (who, door) = (outsider.who, format!("{method} {path}"));
            assert!(!said.json.to_string().contains(SECRET), "{door} tells {who:?} the secret");
            match gets(&row, who) {
                Refused(code) => {
                    assert_eq!(said.json["code"], code.as_str(), "{door}, {who:?}: {said:?}");
                    said.is_problem(code);
                }
                _ => assert!((200..300).contains(&said.status), "{door}, {who:?}: {said:?}"),
            }
            if pattern.ends_with("/cursors/read") && who == Who::Stranger {
                assert_eq!(said.json["rooms"][0]["code"], "not_found");
            }
            if pattern.ends_with("/events") && who == Who::Stranger {
                assert_eq!(
                    said.json["rooms"],
                    json!([
                        { "answer": "gone", "room": outsider.room },
                        { "answer": "gone", "room": outsider.room },
                    ])
                );
            }
        }
    }
    scene.assert_untouched().await;
}

#[tokio::test]
async fn the_api_says_the_same_of_a_strangers_room_as_of_none() {
    let scene = Scene::set().await;
    let eve = &scene.outsiders[Who::Stranger as usize].program;
    let room = scene.room.to_string();
    let is_asked = |pattern: &str| pattern.contains("{room}") && !pattern.starts_with("/api/v1/host/");
    for (method, pattern) in OPERATIONS.iter().filter(|(_, pattern)| is_asked(pattern)) {
        let (body, _) = case(method, pattern, &scene.outsiders[Who::Stranger as usize]);
        let mut seen = Vec::new();
        for room in [&room, "987654321"] {
            let path = pattern.trim_start_matches("/api/v1").replace("{room}", room).replace("{username}", "ben");
            let path = path.replace("{seq}", "1").replace("{emoji}", "👍");
            let said = eve.call(method, &path, body.clone()).await;
            said.is_problem(Code::NotFound);
            seen.push(said.json);
        }
        assert_eq!(seen[0], seen[1], "{method} {pattern}");
    }
}

#[tokio::test]
async fn an_application_cannot_tell_a_room_that_is_not_its_own_from_none() {
    let scene = Scene::set().await;
    let (jobs, trips) = (scene.app.host("jobs", &Scope::EVERY).await, scene.app.host("trips", &Scope::EVERY).await);
    let job = json!({ "kind": "job", "id": "42", "title": "Paint" });
    let other = trips.call("POST", "/host/subjects", job.clone()).await.ok()["room"].to_string();
    let own = jobs.call("POST", "/host/subjects", job).await.ok()["room"].to_string();
    assert_ne!(own, other);
    let rooms = [scene.room.to_string(), other.clone(), "987654321".to_owned()];
    let is_asked = |pattern: &str| pattern.starts_with("/api/v1/host/") && pattern.contains("{room}");
    for (method, pattern) in OPERATIONS.iter().filter(|(_, pattern)| is_asked(pattern)) {
        let (body, _) = case(method, pattern, &scene.outsiders[Who::Stranger as usize]);
        let mut seen = Vec::new();
        for room in &rooms {
            let said =
                jobs.call(method, &pattern.trim_start_matches("/api/v1").replace("{room}", room), body.clone()).await;
            said.is_problem(Code::NotFound);
            seen.push(said.json);
        }
        assert!(seen.iter().all(|one| *one == seen[0]), "{method} {pattern}: {seen:?}");
    }
    let taken = jobs.call("PUT", "/host/users", json!({ "external_id": "ana", "username": "ana" })).await.ok();
    assert_ne!(taken["user"]["username"], "ana", "nobody's account is taken over");
    let untouched = trips.get(&format!("/host/subjects/{other}")).await.ok();
    assert_eq!((&untouched["title"], &untouched["head"]), (&json!("Paint"), &json!(1)));
    scene.assert_untouched().await;
}

#[tokio::test]
async fn no_application_reaches_the_webhooks_of_another() {
    let scene = Scene::set().await;
    let (jobs, trips) = (scene.app.host("jobs", &Scope::EVERY).await, scene.app.host("trips", &Scope::EVERY).await);
    let made = trips.call("POST", "/host/webhooks", json!({ "url": "https://trips.example.org/hook" })).await.ok();
    let (before, id) = (trips.get("/host/webhooks").await.ok(), made["webhook"]["id"].to_string());
    for (method, pattern) in OPERATIONS.iter().filter(|(_, pattern)| pattern.contains("{webhook}")) {
        let place = pattern.trim_start_matches("/api/v1");
        let mut seen = Vec::new();
        for id in [id.as_str(), "987654321"] {
            let said = jobs.call(method, &place.replace("{webhook}", id), of_hosts(method, place)).await;
            said.is_problem(Code::NoSuchWebhook);
            seen.push(said.json);
        }
        assert_eq!(seen[0], seen[1], "{method} {pattern} tells another's from what is not there");
    }
    assert_eq!(jobs.get("/host/webhooks").await.ok()["webhooks"], json!([]));
    assert_eq!(trips.get("/host/webhooks").await.ok(), before, "nothing has changed");
}
