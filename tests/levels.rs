//! How much of a room somebody wants to hear, and who is named in it, at the doors: the form, the server functions, the socket.
//! Rule: a choice is everybody's own, and reaches all of their sessions.

use crate::support::{Member, Socket, TestApp, socket::fresh_cid};
use serde_json::json;
use wire::{
    Code, Level, Person, RoomId,
    frame::{RoomChange, ServerFrame},
};

async fn choose(member: &Member, room: RoomId, level: &str) -> crate::support::Answer {
    member.browser.post(&format!("/r/{room}/change/level"), &[("level", level)]).await
}

/// Which of the three is chosen on the page.
async fn chosen(member: &Member, room: RoomId) -> Vec<&'static str> {
    let page = member.browser.get(&format!("/r/{room}/details")).await;
    assert_eq!(page.status, 200, "{page:?}");
    let is_chosen = |level: &&str| {
        let (_, input) = page.body.split_once(&format!("value=\"{level}\"")).expect("three choices");
        input.split_once('>').is_some_and(|(rest, _)| rest.contains("checked"))
    };
    ["all", "mentions", "none"].into_iter().filter(is_chosen).collect()
}

async fn told(socket: &mut Socket, room: RoomId) -> Level {
    let row = socket.expect("the row", |frame| match frame {
        ServerFrame::Room(RoomChange::Added { summary }) if summary.id == room => Some(summary.level),
        _ => None,
    });
    row.await
}

#[tokio::test]
async fn a_level_is_chosen_by_a_plain_form_in_rooms_of_two_and_of_many() {
    let app = TestApp::start().await;
    let (ana, ben, direct) = app.pair().await;
    let made = ana.browser.post("/rooms", &[("title", "Garden"), ("public", "on")]).await;
    let group: RoomId = made.location.unwrap().trim_start_matches("/r/").parse().unwrap();
    assert_eq!(ben.browser.post(&format!("/r/{group}/change/join"), &[]).await.status, 303);
    for room in [direct, group] {
        assert_eq!(chosen(&ben, room).await, ["all"]);
        let (mut his, mut his_phone) = (ben.socket().await, ben.log_in_again().await.socket().await);
        let answer = choose(&ben, room, "mentions").await;
        assert_eq!((answer.status, answer.location), (303, Some(format!("/r/{room}/details"))));
        assert_eq!((told(&mut his, room).await, told(&mut his_phone, room).await), (Level::Mentions, Level::Mentions));
        assert_eq!((chosen(&ben, room).await, chosen(&ana, room).await), (vec!["mentions"], vec!["all"]));
        let later = ben.browser.socket().await.welcomed().await;
        assert!(later.iter().any(|head| head.room == room && head.level == Level::Mentions), "{later:?}");
        for bad in ["loud", "", "unknown"] {
            let answer = choose(&ben, room, bad).await;
            assert_eq!(answer.status, Code::UnknownLevel.status(), "{bad:?}: {answer:?}");
            assert!(answer.body.contains("data-code=\"unknown_level\""), "{answer:?}");
        }
        assert_eq!(chosen(&ben, room).await, ["mentions"]);
        let answer = ben.browser.call("/api/fn/set_level", &json!({ "room": room, "level": "none" })).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, "\"none\""));
        assert_eq!(told(&mut his, room).await, Level::None);
        let answer = ben.browser.call("/api/fn/set_level", &json!({ "room": room, "level": "loud" })).await;
        assert_eq!(answer.refusal().code, Code::UnknownLevel);
        assert_eq!(chosen(&ben, room).await, ["none"]);
    }
    let page = ben.browser.get(&format!("/r/{direct}/details")).await.body;
    assert!(page.contains("@<!>ana") || page.contains("@ana"), "whose conversation it is: {page}");
    assert!(page.contains(&format!("href=\"/r/{direct}\"")));
    app.stop().await;
}

#[tokio::test]
async fn who_is_named_hears_it_with_the_message_and_members_alone_find_each_other() {
    let app = TestApp::start().await;
    let (ana, ben, direct) = app.pair().await;
    let eve = app.person("eve").await;
    let (mut hers, mut his) = (ana.socket().await, ben.socket().await);
    let cid = fresh_cid();
    hers.offer(cid, direct, "Look, @BEN. And @eve!").await;
    hers.acked(cid).await;
    let heard = his.event(direct).await;
    let me: Vec<Person> = serde_json::from_str(
        &ana.browser.call("/api/fn/find_members", &json!({ "room": direct, "prefix": "B" })).await.body,
    )
    .unwrap();
    assert_eq!(heard.mentions, me.iter().map(|person| person.id).collect::<Vec<_>>());
    assert_eq!((me.len(), me[0].username.as_str()), (1, "ben"));
    let ServerFrame::MessageHistory { page, unread, .. } = his.resume(&app.epoch(), direct, Some(wire::Seq(0))).await
    else {
        panic!("no history")
    };
    assert_eq!((page.events[0].mentions.clone(), unread.mentions), (heard.mentions, 1));
    let none = ana.browser.call("/api/fn/find_members", &json!({ "room": direct, "prefix": "e" })).await;
    assert_eq!(none.body, "[]");
    let refused = eve.browser.call("/api/fn/find_members", &json!({ "room": direct, "prefix": "" })).await;
    assert_eq!(refused.refusal().code, Code::NotFound);
    app.stop().await;
}
