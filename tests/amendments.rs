//! Editing, deleting, answering and reacting, at the doors. Rule: each is acked, told and retried as a message is, on either
//! transport, and what is refused changes nothing (C1, C2, C3).

use crate::support::{Socket, TestApp, socket::fresh_cid};
use serde_json::json;
use wire::{
    Amendment, Cid, Code, EventKind, MessageType, RoomId, Seq,
    frame::{ClientFrame, ServerFrame},
    read::Tree,
};

fn edit(text: &str) -> Amendment {
    Amendment::Edit { content: text.to_owned() }
}

fn react(emoji: &str) -> Amendment {
    Amendment::React { emoji: emoji.to_owned() }
}

/// Asks for an amendment over the socket.
async fn ask(socket: &mut Socket, room: RoomId, target: Seq, amendment: Amendment) -> Cid {
    let cid = fresh_cid();
    socket.send(&ClientFrame::amend(cid, room, target, amendment)).await;
    cid
}

#[tokio::test]
async fn what_becomes_of_a_message_is_acked_and_reaches_everybody_once() {
    let app = TestApp::start().await;
    let (ana, ben, room) = app.pair().await;
    let (mut hers, mut his) = (ana.socket().await, ben.socket().await);
    let (_, first) = hers.say_acked(room, "Hello Bne").await;
    for socket in [&mut hers, &mut his] {
        assert_eq!(socket.event(room).await.seq, first);
    }
    let steps = [
        (true, edit("Hello Ben"), EventKind::Edited, Some("Hello Ben")),
        (false, react("👍"), EventKind::Reacted, Some("👍")),
        (false, Amendment::Unreact { emoji: "👍".to_owned() }, EventKind::Unreacted, Some("👍")),
        (true, Amendment::Delete, EventKind::Deleted, None),
    ];
    for (number, (is_hers, step, kind, said)) in (2..).zip(steps) {
        let asker = if is_hers { &mut hers } else { &mut his };
        let cid = ask(asker, room, first, step.clone()).await;
        let (seq, at) = asker.acked(cid).await;
        asker.send(&ClientFrame::amend(cid, room, first, step)).await;
        assert_eq!(asker.acked(cid).await, (seq, at), "the same again has the same ack");
        for socket in [&mut hers, &mut his] {
            let event = socket.event(room).await;
            assert_eq!((event.seq, event.cid, event.kind, event.at), (Seq(number), cid, kind, at));
            assert_eq!(event.target, Some(first));
            assert_eq!(event.message.map(|said| said.content).as_deref(), said);
        }
    }
    for socket in [&mut hers, &mut his] {
        assert!(!socket.hush().await.iter().any(|frame| matches!(frame, ServerFrame::Event(_))));
    }
    match his.resume(&app.epoch(), room, Some(Seq(0))).await {
        ServerFrame::MessageHistory { page, complete: true, unread, .. } => {
            assert_eq!((page.events.len(), unread.count), (5, 0), "what is deleted is not unread");
            let said = page.events[0].message.clone().unwrap();
            assert!(said.deleted && said.changed == Seq(5), "a page is folded already: {said:?}");
        }
        other => panic!("no page: {other:?}"),
    }
}

#[tokio::test]
async fn over_http_the_same_is_stored_once() {
    let app = TestApp::start().await;
    let (ana, ben, room) = app.pair().await;
    let (mut hers, mut his) = (ana.socket().await, ben.socket().await);
    let (_, first) = hers.say_acked(room, "How are you?").await;
    let cid = fresh_cid();
    his.send(&ClientFrame::amend(cid, room, first, react("❤️"))).await;
    let (seq, _) = his.acked(cid).await;
    let amendment = json!({ "act": "react", "emoji": "❤" });
    let request = json!({ "cid": cid, "room": room, "target": first, "amendment": amendment });
    let answer = ben.browser.call("/api/fn/amend", &request).await;
    let ack: ServerFrame = serde_json::from_str(&answer.body).unwrap();
    assert!(matches!(ack, ServerFrame::Ack { seq: again, .. } if again == seq), "{answer:?}");
    let other = json!({ "cid": cid, "room": room, "target": first, "amendment": { "act": "delete" } });
    let answer = ben.browser.call("/api/fn/amend", &other).await;
    assert_eq!((answer.status, answer.refusal().code), (409, Code::CidConflict));
    let request = json!({ "cid": fresh_cid(), "room": room, "content": "Well, thanks", "reply_to": first });
    let answer = ben.browser.call("/api/fn/send", &request).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(hers.event(room).await.seq, first);
    assert_eq!(hers.event(room).await.kind, EventKind::Reacted);
    let quote = hers.event(room).await.message.unwrap().reply_to.expect("an answer");
    assert_eq!((quote.seq, quote.content.as_str()), (first, "How are you?"));
    assert_eq!(quote.author.unwrap().username, "ana");
}

#[tokio::test]
async fn what_is_not_theirs_to_change_is_refused_with_a_code_and_changes_nothing() {
    let app = TestApp::start().await;
    let (ana, ben, room) = app.pair().await;
    let cyd = app.person("cyd").await;
    ana.connect(&cyd).await;
    let other = ana.room_with(&cyd).await;
    let (mut hers, mut his) = (ana.socket().await, ben.socket().await);
    let (_, first) = hers.say_acked(room, "Mine").await;
    for text in ["one", "two", "three"] {
        hers.say_acked(other, text).await;
    }
    his.hush().await;
    let many = "👍".repeat(10_000);
    let cases = [
        (room, first, edit("Yours"), Code::NotAuthor),
        (room, first, Amendment::Delete, Code::NotAuthor),
        (room, Seq(3), react("👍"), Code::NoSuchMessage),
        (room, Seq(i64::MIN), react("👍"), Code::NoSuchMessage),
        (other, Seq(3), react("👍"), Code::NotFound),
        (RoomId(i64::MAX), Seq(1), Amendment::Delete, Code::NotFound),
        (room, first, react("not an emoji"), Code::BadEmoji),
        (room, first, react(&many), Code::BadEmoji),
        (room, first, Amendment::Unreact { emoji: "👍".to_owned() }, Code::Unchanged),
        (room, first, edit("  "), Code::EmptyMessage),
    ];
    for (room, target, step, code) in cases {
        let cid = ask(&mut his, room, target, step.clone()).await;
        assert_eq!(his.refused(cid).await.code, code, "{target} {step:.40?}");
    }
    for target in [Seq(3), Seq(0), Seq(-7)] {
        let cid = fresh_cid();
        let (message_type, content) = (MessageType::Text, "An answer to another room".to_owned());
        let (reply_to, attachments, location) = (Some(target), Tree::Nothing, Tree::Nothing);
        let frame = ClientFrame::ChatMessage { cid, room, message_type, content, reply_to, attachments, location };
        his.send(&frame).await;
        assert_eq!(his.refused(cid).await.code, Code::NoSuchMessage);
    }
    his.send_text(r#"{"type":"reaction","cid":"nonsense","room":1}"#).await;
    assert_eq!(his.error().await, Code::Malformed);
    assert!(!hers.hush().await.iter().any(|frame| matches!(frame, ServerFrame::Event(event) if event.seq > Seq(3))));
    let (_, next) = his.say_acked(room, "Still here").await;
    assert_eq!(next, Seq(2), "nothing refused took a position");
}

#[tokio::test]
async fn whoever_reacts_too_fast_waits_and_what_is_stored_is_acked_again() {
    let app = TestApp::start_with(|config| config.sends_per_window_max = 3).await;
    let (ana, ben, room) = app.pair().await;
    let (mut hers, mut his) = (ana.socket().await, ben.socket().await);
    let (_, first) = hers.say_acked(room, "Go").await;
    let mut stored = Vec::new();
    for emoji in ["👍", "❤️", "🎂"] {
        let cid = ask(&mut his, room, first, react(emoji)).await;
        stored.push((cid, emoji, his.acked(cid).await));
    }
    let cid = ask(&mut his, room, first, react("🎉")).await;
    assert!(matches!(his.settled(cid).await, ServerFrame::SlowDown { wait_ms, .. } if wait_ms > 0));
    for (cid, emoji, ack) in stored {
        his.send(&ClientFrame::amend(cid, room, first, react(emoji))).await;
        assert_eq!(his.acked(cid).await, ack, "a retry is never too fast");
    }
}
