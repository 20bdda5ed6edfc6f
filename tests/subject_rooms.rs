//! Conversations about a job or a trip at the doors. Rule: one thing has one room, nothing that was typed is lost, and what is wrong
//! is said at its field.

use crate::support::{Answer, Member, TestApp, socket::fresh_cid};
use serde_json::json;
use wire::{Code, RoomId};

/// A form that Ana fills in: Ben is the worker.
fn job<'a>(cid: &'a str, id: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("cid", cid),
        ("kind", "job"),
        ("title", "Paint the fence"),
        ("id", id),
        ("link", "https://jobs.example/42"),
        ("part", "client"),
        ("username", "ben"),
        ("as", "worker"),
        ("username", ""),
        ("as", ""),
    ]
}

async fn open(member: &Member, form: &[(&str, &str)]) -> Answer {
    member.browser.post("/subjects", form).await
}

fn room_of(answer: &Answer) -> RoomId {
    let room = answer.location.as_deref().and_then(|path| path.strip_prefix("/r/")?.parse().ok());
    room.unwrap_or_else(|| panic!("no room was opened: {answer:?}"))
}

/// The part of the page from the field of that id to the next one.
fn field<'a>(page: &'a str, id: &str) -> &'a str {
    let from = page.find(&format!("id=\"{id}\"")).unwrap_or_else(|| panic!("no field {id}: {page}"));
    let rest = &page[from..];
    rest[1..].find("<input").map_or(rest, |end| &rest[..=end])
}

#[tokio::test]
async fn the_same_form_and_the_same_thing_lead_to_one_room() {
    let app = TestApp::start().await;
    let (ana, ben, _) = app.pair().await;
    let (one, two) = (fresh_cid().to_string(), fresh_cid().to_string());
    let room = room_of(&open(&ana, &job(&one, "42")).await);
    assert_eq!(room_of(&open(&ana, &job(&one, "42")).await), room, "the same form twice");
    assert_eq!(room_of(&open(&ana, &job(&two, "42")).await), room, "the same thing twice");
    let page = ben.browser.get(&format!("/r/{room}")).await.body;
    assert!(
        page.contains("Job &#x27;Paint the fence&#x27;: this chat is now open.")
            || page.contains("this chat is now open"),
        "{page}"
    );
    let details = ben.browser.get(&format!("/r/{room}/details")).await.body;
    assert!(details.contains("About job 42") && details.contains("https://jobs.example/42"), "{details}");
    assert!(details.contains("client") && details.contains("worker"), "{details}");

    // Without an id, each form is a thing of its own, and the same form still the same thing.
    let (three, four) = (fresh_cid().to_string(), fresh_cid().to_string());
    let nameless = room_of(&open(&ana, &job(&three, "")).await);
    assert_eq!(room_of(&open(&ana, &job(&three, "")).await), nameless);
    assert_ne!(room_of(&open(&ana, &job(&four, "")).await), nameless);
    assert!(ana.browser.get(&format!("/r/{nameless}/details")).await.body.contains("About a job"));
}

#[tokio::test]
async fn what_is_wrong_is_said_at_its_field_and_everything_typed_stays() {
    let app = TestApp::start().await;
    let (ana, _ben, _) = app.pair().await;
    let _eve = app.person("eve").await;
    let long = "x".repeat(129);
    for (name, value, code) in [
        ("kind", "", Code::BadKind),
        ("title", " ", Code::BadRoomName),
        ("id", long.as_str(), Code::BadSubjectId),
        ("thread", long.as_str(), Code::BadThread),
        ("link", "javascript:alert(1)", Code::BadLink),
        ("part", "a client who wants the whole fence painted", Code::BadPart),
    ] {
        let cid = fresh_cid().to_string();
        let mut form = job(&cid, "42");
        form.retain(|(known, _)| *known != name);
        form.push((name, value));
        let answer = open(&ana, &form).await;
        assert_eq!(answer.status, code.status(), "{name}: {answer:?}");
        let there = field(&answer.body, name);
        assert!(there.contains(&format!("data-code=\"{code}\"")), "{name}: {there}");
        assert!(there.contains("aria-invalid=\"true\"") && there.contains("autofocus"), "{name}: {there}");
        let typed = format!("value=\"{}\"", value.trim_end_matches('\0'));
        assert!(there.contains(&typed), "{name} keeps {typed}: {there}");
        assert!(field(&answer.body, "person-0").contains("value=\"ben\""), "{answer:?}");
        assert!(field(&answer.body, "part-0").contains("value=\"worker\""), "{answer:?}");
    }
    let inbox = ana.browser.call("/api/fn/inbox", &json!({})).await;
    assert!(!inbox.body.contains("Paint the fence"), "{inbox:?}");
}

#[tokio::test]
async fn each_line_of_people_says_what_is_wrong_with_it() {
    let app = TestApp::start().await;
    let (ana, _ben, _) = app.pair().await;
    let _eve = app.person("eve").await;
    let people = [
        ("ben", "worker", None),
        ("eve", "worker", Some(Code::NotInvitable)),
        ("nobody", "worker", Some(Code::NoSuchPerson)),
        ("ana", "client", Some(Code::Yourself)),
        ("ben", "a painter of fences, gates and garden sheds", Some(Code::BadPart)),
    ];
    let mut form = vec![("kind", "job"), ("title", "Paint the fence")];
    for (name, part, _) in &people {
        form.extend([("username", *name), ("as", *part)]);
    }
    let answer = open(&ana, &form).await;
    assert!((400..500).contains(&answer.status), "{answer:?}");
    for (at, (name, part, code)) in people.iter().enumerate() {
        let (who, what) = (field(&answer.body, &format!("person-{at}")), field(&answer.body, &format!("part-{at}")));
        assert!(
            who.contains(&format!("value=\"{name}\"")) && what.contains(&format!("value=\"{part}\"")),
            "{who} {what}"
        );
        match code {
            Some(code) => assert!(what.contains(&format!("data-code=\"{code}\"")), "{name}: {what}"),
            None => assert!(!what.contains("data-code"), "{name}: {what}"),
        }
    }
    let more = open(&ana, &[form.as_slice(), &[("more", "1")]].concat()).await;
    assert!(more.status == 200 && more.body.contains("id=\"person-6\"") && more.body.contains("value=\"eve\""));
}

#[tokio::test]
async fn more_people_than_a_thing_begins_with_are_refused() {
    let app = TestApp::start().await;
    let (ana, _ben, _) = app.pair().await;
    let mut form = vec![("kind", "trip"), ("title", "Porto")];
    for _ in 0..60 {
        form.extend([("username", "ben"), ("as", "collaborator")]);
    }
    let answer = open(&ana, &form).await;
    assert_eq!(answer.status, Code::TooManyPeople.status(), "{answer:?}");
    assert!(answer.body.contains("data-code=\"too_many_people\""), "{answer:?}");
}

#[tokio::test]
async fn the_server_function_opens_the_same_room_as_the_form() {
    let app = TestApp::start().await;
    let (ana, _ben, _) = app.pair().await;
    let cid = fresh_cid().to_string();
    let room = room_of(&open(&ana, &job(&cid, "42")).await);
    let subject = json!({ "kind": "Job", "id": "42", "thread": "" });
    let arguments = json!({ "cid": fresh_cid(), "subject": subject, "title": "Paint the fence" });
    let answer = ana.browser.call("/api/fn/open_subject", &arguments).await;
    assert_eq!(answer.body, room.to_string(), "{answer:?}");
}

#[tokio::test]
async fn the_host_adds_people_with_their_parts_tells_closes_and_reopens() {
    let app = TestApp::start().await;
    let (ana, ben, _) = app.pair().await;
    let cal = app.person("cal").await;
    ana.connect(&cal).await;
    let cid = fresh_cid().to_string();
    let room = room_of(&open(&ana, &job(&cid, "42")).await);
    let change = async |member: &Member, what: &str, form: &[(&str, &str)]| {
        member.browser.post(&format!("/r/{room}/change/{what}"), form).await
    };
    let long = "a part of thirty-three characters".to_owned() + " and more";
    let refused = change(&ana, "invite", &[("username", "cal"), ("part", &long), ("history", "on")]).await;
    assert_eq!(refused.status, Code::BadPart.status());
    assert!(field(&refused.body, "part").contains("data-code=\"bad_part\""), "{refused:?}");
    assert!(field(&refused.body, "username").contains("value=\"cal\""), "{refused:?}");
    assert!(refused.body.contains("name=\"history\" checked"), "{refused:?}");
    assert_eq!(change(&ana, "invite", &[("username", "cal"), ("part", "helper")]).await.status, 303);
    assert!(cal.browser.get(&format!("/r/{room}/details")).await.body.contains("helper"));
    let his = ben.browser.get(&format!("/r/{room}/details")).await.body;
    assert!(!his.contains("change/invite") && !his.contains("change/notice"), "a worker is offered neither");
    assert_eq!(change(&ana, "notice", &[("notice", "The start was moved.")]).await.status, 303);
    assert_eq!(change(&ana, "archive", &[("notice", "All is painted.")]).await.status, 303);
    let closed = ana.browser.get(&format!("/r/{room}/details")).await.body;
    assert!(closed.contains("change/notice") && closed.contains("change/reopen"), "{closed}");
    assert!(ben.browser.get(&format!("/r/{room}")).await.body.contains("All is painted."));
    assert_eq!(change(&ana, "notice", &[("notice", "Paid.")]).await.status, 303);
    assert_eq!(change(&ana, "reopen", &[]).await.status, 303);
    let long = "x".repeat(10_001);
    let refused = change(&ana, "notice", &[("notice", &long)]).await;
    assert_eq!(refused.status, Code::MessageTooLong.status());
    assert!(field(&refused.body, "notice").contains("data-code=\"message_too_long\""));
    let refused = change(&ana, "topic", &[("topic", &"y".repeat(501))]).await;
    let there = field(&refused.body, "topic").to_owned();
    assert!(there.contains("data-code=\"topic_too_long\"") && there.contains("yyyy"), "{there}");
}
