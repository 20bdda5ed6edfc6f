//! Groups at the doors: forms, pages, server functions and sockets. Rule: what somebody may not see of a room is told through
//! none of them, and a form that is sent twice acts once.

use crate::support::{Answer, Member, Socket, TestApp, socket::fresh_cid};
use serde_json::json;
use wire::{
    Code, EventKind, RoomId, Seq, Span,
    frame::{ClientFrame, RoomChange, ServerFrame},
};

const SECRET: &str = "the key lies under the pot";

/// Makes a room by the form.
async fn make_room(member: &Member, title: &str, is_public: bool, cid: &str) -> Answer {
    let mut form = vec![("cid", cid), ("title", title), ("topic", "")];
    if is_public {
        form.push(("public", "on"));
    }
    member.browser.post("/rooms", &form).await
}

fn room_of(answer: &Answer) -> RoomId {
    let room = answer.location.as_deref().and_then(|path| path.strip_prefix("/r/")?.parse().ok());
    room.unwrap_or_else(|| panic!("no room was made: {answer:?}"))
}

async fn change(member: &Member, room: RoomId, change: &str, fields: &[(&str, &str)]) -> Answer {
    member.browser.post(&format!("/r/{room}/change/{change}"), fields).await
}

async fn changed(member: &Member, room: RoomId, what: &str, fields: &[(&str, &str)]) {
    let answer = change(member, room, what, fields).await;
    assert_eq!(answer.status, 303, "{} {what}: {answer:?}", member.name);
}

fn refused(answer: &Answer, code: Code) {
    assert_eq!(answer.status, code.status(), "{answer:?}");
    assert!(answer.body.contains(&format!("data-code=\"{code}\"")), "{answer:?}");
}

/// Ana's room with a secret in it, and somebody of each sort.
struct Scene {
    app: TestApp,
    ana: Member,
    ben: Member,
    room: RoomId,
}

impl Scene {
    async fn set(is_public: bool) -> Self {
        let app = TestApp::start().await;
        let (ana, ben, _) = app.pair().await;
        let room = room_of(&make_room(&ana, "Garden", is_public, &fresh_cid().to_string()).await);
        ana.socket().await.say_acked(room, SECRET).await;
        Self { app, ana, ben, room }
    }

    async fn resumed(&self, socket: &mut Socket, after: Option<Seq>) -> ServerFrame {
        socket.resume(&self.app.epoch(), self.room, after).await
    }
}

#[tokio::test]
async fn a_form_that_is_sent_twice_makes_one_room_and_changes_once() {
    let scene = Scene::set(true).await;
    let cid = fresh_cid().to_string();
    let (one, two) =
        (make_room(&scene.ana, "Kitchen", true, &cid).await, make_room(&scene.ana, "Kitchen", true, &cid).await);
    assert_eq!(room_of(&one), room_of(&two));
    let other = make_room(&scene.ana, "Cellar", true, &cid).await;
    assert_eq!(other.status, Code::CidConflict.status(), "{other:?}");
    let room = room_of(&one);
    let cid = fresh_cid().to_string();
    for _ in 0..2 {
        changed(&scene.ana, room, "topic", &[("cid", &cid), ("topic", "Soup")]).await;
    }
    let page = scene.app.chat().room_page(&viewer(&scene, &scene.ana).await, room).await.unwrap();
    assert_eq!(page.summary.head, Seq(2), "made, and the topic set once");
}

async fn viewer(scene: &Scene, member: &Member) -> domain::Viewer {
    scene.app.chat().viewer(member.token()).await.unwrap().expect("a session")
}

#[tokio::test]
async fn whoever_is_removed_gets_the_removal_and_nothing_after_it() {
    let scene = Scene::set(true).await;
    let Scene { ana, ben, room, .. } = &scene;
    changed(ben, *room, "join", &[]).await;
    let mut his = ben.socket().await;
    let mut hers = ana.socket().await;
    changed(ana, *room, "remove", &[("username", "ben")]).await;
    let removal = his.expect("the removal", |frame| match frame {
        ServerFrame::Event(event) if event.kind == EventKind::Removed => Some(event.seq),
        _ => None,
    });
    let last = removal.await;
    his.expect("the end of the room", |frame| {
        (*frame == ServerFrame::Room(RoomChange::Removed { room: *room })).then_some(())
    })
    .await;
    let (_, seq) = hers.say_acked(*room, "Now we are among ourselves").await;
    assert!(seq > last);
    hers.send(&ClientFrame::Typing { room: *room, is_typing: true }).await;
    hers.send(&ClientFrame::MarkAsRead { room: *room, seq }).await;
    hers.hush().await;
    let heard = his.hush().await;
    let is_everybodys = |frame: &ServerFrame| {
        matches!(frame, ServerFrame::Presence(_) | ServerFrame::Lobby(_) | ServerFrame::People { .. })
    };
    assert!(heard.iter().all(is_everybodys), "{heard:?}");
    for after in [None, Some(Seq(0)), Some(last)] {
        assert_eq!(scene.resumed(&mut his, after).await, ServerFrame::Room(RoomChange::Removed { room: *room }));
    }
    for path in [format!("/r/{room}"), format!("/r/{room}/details"), format!("/r/{room}?before=9")] {
        assert_eq!(ben.browser.get(&path).await.status, 404, "{path}");
    }
    assert_eq!(ben.browser.post(&format!("/r/{room}"), &[("content", "Let me in")]).await.status, 404);
    assert_eq!(change(ben, *room, "topic", &[("topic", "Mine")]).await.status, 404);
    for (function, arguments) in [
        ("history", json!({ "room": room, "before": null, "after": null })),
        ("room_page", json!({ "room": room })),
        ("mark_read", json!({ "room": room, "seq": 1 })),
        ("find_members", json!({ "room": room, "prefix": "" })),
        ("set_level", json!({ "room": room, "level": "none" })),
    ] {
        let answer = ben.browser.call(&format!("/api/fn/{function}"), &arguments).await;
        assert_eq!(answer.refusal().code, Code::NotFound, "{function}");
    }
    let inbox = ben.browser.call("/api/fn/inbox", &json!({})).await;
    assert!(!inbox.body.contains("Garden") && !inbox.body.contains("among ourselves"), "{inbox:?}");
}

#[tokio::test]
async fn a_muted_member_reads_and_neither_writes_nor_types_nor_brings_others_in() {
    let scene = Scene::set(true).await;
    let Scene { ana, ben, room, .. } = &scene;
    changed(ben, *room, "join", &[]).await;
    changed(ana, *room, "mute", &[("username", "ben")]).await;
    let (mut his, mut hers) = (ben.socket().await, ana.socket().await);
    assert!(ben.browser.get(&format!("/r/{room}")).await.body.contains(SECRET));
    let cid = fresh_cid();
    his.offer(cid, *room, "Hear me").await;
    assert_eq!(his.refused(cid).await.code, Code::Muted);
    his.send(&ClientFrame::Typing { room: *room, is_typing: true }).await;
    his.hush().await;
    let heard = hers.hush().await;
    assert!(
        !heard.iter().any(|frame| matches!(frame, ServerFrame::Typing { .. } | ServerFrame::Event(_))),
        "{heard:?}"
    );
    refused(&change(ben, *room, "invite", &[("username", "ana")]).await, Code::Muted);
    changed(ana, *room, "unmute", &[("username", "ben")]).await;
    his.say_acked(*room, "Thank you").await;
}

#[tokio::test]
async fn whoever_comes_into_a_private_room_later_sees_what_was_before_only_if_they_were_let() {
    for with_history in [false, true] {
        let scene = Scene::set(false).await;
        let Scene { ana, ben, room, .. } = &scene;
        assert_eq!(ben.browser.get(&format!("/r/{room}")).await.status, 404);
        assert!(!ben.browser.get("/rooms").await.body.contains("Garden"));
        let history: &[_] =
            if with_history { &[("username", "ben"), ("history", "on")] } else { &[("username", "ben")] };
        changed(ana, *room, "invite", history).await;
        for path in [format!("/r/{room}"), format!("/r/{room}?before=3")] {
            assert_eq!(ben.browser.get(&path).await.body.contains(SECRET), with_history, "{path}");
        }
        let mut his = ben.socket().await;
        let frame = scene.resumed(&mut his, Some(Seq(0))).await;
        let ServerFrame::MessageHistory { page, unread, .. } = frame else { panic!("no history: {frame:?}") };
        let hidden = if with_history { vec![] } else { vec![Span { from: Seq(1), to: Seq(2) }] };
        assert_eq!((page.hidden, unread.count), (hidden, 0), "with history: {with_history}");
    }
}

#[tokio::test]
async fn nothing_is_changed_by_what_is_refused() {
    let scene = Scene::set(true).await;
    let Scene { ana, ben, room, .. } = &scene;
    changed(ben, *room, "join", &[]).await;
    let before = scene.app.chat().room(&viewer(&scene, ana).await, *room).await.unwrap().head;
    let long = "a".repeat(5_000);
    refused(&change(ben, *room, "remove", &[("username", "ana")]).await, Code::RoleTooLow);
    refused(&change(ben, *room, "rename", &[("title", "Mine")]).await, Code::RoleTooLow);
    refused(&change(ana, *room, "leave", &[]).await, Code::LastOwner);
    refused(&change(ana, *room, "topic", &[("topic", &long)]).await, Code::TopicTooLong);
    refused(&change(ana, *room, "role", &[("username", "ben"), ("role", "king")]).await, Code::UnknownRole);
    refused(&change(ana, *room, "invite", &[("username", "nobody")]).await, Code::NoSuchPerson);
    refused(&make_room(ana, "garden ", true, &fresh_cid().to_string()).await, Code::RoomNameTaken);
    refused(&make_room(ana, "\u{2003}Gar\u{200b}den", true, &fresh_cid().to_string()).await, Code::RoomNameTaken);
    refused(&make_room(ana, " \u{2003} ", true, &fresh_cid().to_string()).await, Code::BadRoomName);
    assert_eq!(change(ana, *room, "explode", &[]).await.status, 404);
    assert_eq!(change(ana, RoomId(999), "join", &[]).await.status, 404);
    assert_eq!(scene.app.chat().room(&viewer(&scene, ana).await, *room).await.unwrap().head, before);
}
