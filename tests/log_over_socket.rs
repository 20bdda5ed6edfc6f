//! Messages over the socket. Rule: one ack, one position, one event for each member, whatever is retried (C1, C2, C4).

use crate::support::{Member, Socket, TestApp, socket::fresh_cid};
use wire::{
    Code, EventKind, MessageType, Refusal, RoomId, Seq,
    frame::{ClientFrame, ServerFrame},
};

#[tokio::test]
async fn a_message_is_acked_and_reaches_both_sides_once() {
    let app = TestApp::start().await;
    let (ana, ben, room) = app.pair().await;
    let (mut hers, mut his) = (ana.socket().await, ben.socket().await);
    let (cid, seq) = hers.say_acked(room, "  Hello Ben  ").await;
    assert_eq!(seq, Seq(1));
    for socket in [&mut hers, &mut his] {
        let event = socket.event(room).await;
        assert_eq!((event.seq, event.cid, event.kind), (seq, cid, EventKind::Message));
        assert_eq!(event.author.username, "ana");
        let message = event.message.expect("a message");
        assert_eq!((message.kind, message.content.as_str()), (MessageType::Text, "Hello Ben"));
    }
    assert_eq!(events(&hers.hush().await), 0);
    assert_eq!(events(&his.hush().await), 0);
}

#[tokio::test]
async fn every_tab_of_both_people_gets_the_event() {
    let app = TestApp::start().await;
    let (ana, ben, room) = app.pair().await;
    let ana_at_work = ana.log_in_again().await;
    let mut sockets = Vec::new();
    for member in [&ana, &ana, &ana_at_work, &ben, &ben] {
        sockets.push(member.socket().await);
    }
    let (cid, _) = sockets[1].say_acked(room, "Everywhere").await;
    for socket in &mut sockets {
        assert_eq!(socket.event(room).await.cid, cid);
    }
}

#[tokio::test]
async fn positions_are_dense_and_in_the_order_sent() {
    let app = TestApp::start().await;
    let (ana, ben, room) = app.pair().await;
    let (mut hers, mut his) = (ana.socket().await, ben.socket().await);
    let mut cids = Vec::new();
    for number in 1..=20 {
        cids.push(hers.say(room, &format!("number {number}")).await);
    }
    for (cid, seq) in cids.into_iter().zip(1..) {
        assert_eq!(hers.acked(cid).await.0, Seq(seq));
    }
    let expected: Vec<_> = (1..=20).map(|number| format!("number {number}")).collect();
    assert_eq!(his.texts(room, 1..=20).await, expected);
    assert_eq!(hers.texts(room, 1..=20).await, expected);
}

#[tokio::test]
async fn two_people_who_write_at_once_share_one_order() {
    let app = TestApp::start().await;
    let (ana, ben, room) = app.pair().await;
    let (mut hers, mut his) = (ana.socket().await, ben.socket().await);
    for number in 0..20 {
        hers.say(room, &format!("ana {number}")).await;
        his.say(room, &format!("ben {number}")).await;
    }
    let seen = hers.texts(room, 1..=40).await;
    assert_eq!(seen, his.texts(room, 1..=40).await);
    for name in ["ana", "ben"] {
        let own: Vec<_> = seen.iter().filter(|text| text.starts_with(name)).cloned().collect();
        assert_eq!(own, (0..20).map(|number| format!("{name} {number}")).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn a_retry_gets_the_same_ack_and_stores_nothing() {
    let app = TestApp::start().await;
    let (ana, ben, room) = app.pair().await;
    let (mut hers, mut his) = (ana.socket().await, ben.socket().await);
    let cid = hers.say(room, "Once").await;
    let first = hers.acked(cid).await;
    hers.say_acked(room, "Something else").await;
    for socket in [&mut hers, &mut ana.socket().await, &mut ana.log_in_again().await.socket().await] {
        socket.offer(cid, room, "Once").await;
        assert_eq!(socket.acked(cid).await, first);
    }
    hers.say_acked(room, "The end").await;
    assert_eq!(his.texts(room, 1..=3).await, ["Once", "Something else", "The end"]);
}

#[tokio::test]
async fn the_same_cid_many_times_at_once_is_stored_once() {
    let app = TestApp::start().await;
    let (ana, ben, room) = app.pair().await;
    let mut his = ben.socket().await;
    let mut tabs = Vec::new();
    for _ in 0..8 {
        tabs.push(ana.socket().await);
    }
    let cid = fresh_cid();
    for tab in &mut tabs {
        tab.offer(cid, room, "Once").await;
    }
    for tab in &mut tabs {
        assert_eq!(tab.acked(cid).await.0, Seq(1));
    }
    tabs[0].say_acked(room, "The end").await;
    assert_eq!(his.texts(room, 1..=2).await, ["Once", "The end"]);
}

#[tokio::test]
async fn a_retry_is_acked_even_when_it_could_not_be_sent_any_more() {
    let app = TestApp::start().await;
    let (ana, ben, room) = app.pair().await;
    let mut hers = ana.socket().await;
    let cid = hers.say(room, "Before").await;
    let first = hers.acked(cid).await;
    ben.people("remove", &ana).await;
    hers.offer(cid, room, "Before").await;
    assert_eq!(hers.acked(cid).await, first);
    let after = hers.say(room, "After").await;
    assert_eq!(hers.refused(after).await.code, Code::NotConnected);
}

#[tokio::test]
async fn a_cid_cannot_be_used_for_other_content_or_another_room() {
    let app = TestApp::start().await;
    let (ana, _ben, room) = app.pair().await;
    let cyd = app.person("cyd").await;
    ana.connect(&cyd).await;
    let other_room = ana.room_with(&cyd).await;
    let mut hers = ana.socket().await;
    let (cid, _) = hers.say_acked(room, "This").await;
    for (room, content) in [(room, "That"), (other_room, "This")] {
        hers.offer(cid, room, content).await;
        let refusal = hers.refused(cid).await;
        assert_eq!(refusal, Refusal::from(Code::CidConflict));
    }
    assert_eq!(hers.say_acked(room, "Still usable").await.1, Seq(2));
    assert_eq!(hers.say_acked(other_room, "Here too").await.1, Seq(1));
}

#[tokio::test]
async fn the_cid_of_somebody_else_is_free() {
    let app = TestApp::start().await;
    let (ana, ben, room) = app.pair().await;
    let (mut hers, mut his) = (ana.socket().await, ben.socket().await);
    let (cid, _) = hers.say_acked(room, "Mine").await;
    his.offer(cid, room, "Also mine").await;
    assert_eq!(his.acked(cid).await.0, Seq(2));
}

#[tokio::test]
async fn what_is_no_message_is_refused_and_leaves_no_trace() {
    let app = TestApp::start().await;
    let (ana, ben, room) = app.pair().await;
    let (mut hers, mut his) = (ana.socket().await, ben.socket().await);
    let too_long = "é".repeat(10_001);
    let check = [
        ("", Code::EmptyMessage),
        (" \n\t ", Code::EmptyMessage),
        (&too_long, Code::MessageTooLong),
        ("a\0b", Code::Malformed),
    ];
    for (content, expected) in check {
        let cid = hers.say(room, content).await;
        assert_eq!(hers.refused(cid).await, Refusal::from(expected));
    }
    let cid = fresh_cid();
    hers.send_text(format!(
        r#"{{"type":"chat_message","cid":"{cid}","room":{room},"message_type":"hologram","content":"Hi"}}"#
    ))
    .await;
    assert_eq!(hers.refused(cid).await, Refusal::from(Code::UnknownType));
    assert_eq!(hers.say_acked(room, "First").await.1, Seq(1));
    assert_eq!(his.texts(room, 1..=1).await, ["First"]);
}

#[tokio::test]
async fn ten_thousand_characters_of_four_bytes_are_a_message() {
    let app = TestApp::start().await;
    let (ana, ben, room) = app.pair().await;
    let (mut hers, mut his) = (ana.socket().await, ben.socket().await);
    let content = "🛶".repeat(10_000);
    hers.say_acked(room, &content).await;
    assert_eq!(his.texts(room, 1..=1).await, [content]);
}

#[tokio::test]
async fn any_text_comes_back_as_it_was_written() {
    let app = TestApp::start().await;
    let (ana, ben, room) = app.pair().await;
    let (mut hers, mut his) = (ana.socket().await, ben.socket().await);
    let texts =
        ["\u{1b}[31m", "\"\\</script>", "上海", "e\u{301}\u{200d}\u{202e}", "'; drop table events; --", "$1 ?1 %s"];
    for text in texts {
        hers.say_acked(room, text).await;
    }
    let count = i64::try_from(texts.len()).unwrap();
    assert_eq!(his.texts(room, 1..=count).await, texts);
}

#[tokio::test]
async fn a_room_of_others_looks_like_one_that_does_not_exist() {
    let app = TestApp::start().await;
    let (ana, _ben, room) = app.pair().await;
    ana.socket().await.say_acked(room, "Between us").await;
    let mut theirs = app.person("eve").await.socket().await;
    let mut answers = Vec::new();
    for room in [room, RoomId(i64::MAX), RoomId(0), RoomId(-1)] {
        answers.push(about(&mut theirs, room).await);
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert_eq!(answers[0].0, Refusal::from(Code::NotFound));
    assert_eq!(answers[0].1, [Code::NotFound; 3]);
}

async fn about(socket: &mut Socket, room: RoomId) -> (Refusal, Vec<Code>) {
    let cid = socket.say(room, "Let me in").await;
    let refusal = socket.refused(cid).await;
    let mut errors = Vec::new();
    let seq = Seq(1);
    for frame in [
        ClientFrame::Typing { room, is_typing: true },
        ClientFrame::Delivered { room, seq },
        ClientFrame::MarkAsRead { room, seq },
    ] {
        socket.send(&frame).await;
        errors.push(socket.error().await);
    }
    (refusal, errors)
}

#[tokio::test]
async fn too_many_messages_wait_and_are_not_refused() {
    let app = TestApp::start_with(|config| config.sends_per_window_max = 3).await;
    let (ana, ben, room) = app.pair().await;
    let (mut hers, mut his) = (ana.socket().await, ben.socket().await);
    for number in 0..3 {
        hers.say_acked(room, &format!("number {number}")).await;
    }
    let cid = hers.say(room, "One too many").await;
    let answer = hers.settled(cid).await;
    assert!(matches!(answer, ServerFrame::SlowDown { wait_ms: 1..=10_000, .. }), "{answer:?}");
    his.say_acked(room, "Others are not held back").await;
    assert_eq!(his.texts(room, 1..=4).await[3], "Others are not held back");
}

#[tokio::test]
async fn a_person_who_is_not_connected_any_more_reads_and_does_not_write() {
    let app = TestApp::start().await;
    let (ana, ben, room) = app.pair().await;
    let mut hers = ana.socket().await;
    hers.say_acked(room, "Goodbye").await;
    ana.people("remove", &ben).await;
    let mut his = ben.socket().await;
    for socket in [&mut hers, &mut his] {
        let cid = socket.say(room, "One more thing").await;
        assert_eq!(socket.refused(cid).await, Refusal::from(Code::NotConnected));
        socket.send(&ClientFrame::Typing { room, is_typing: true }).await;
        assert_eq!(socket.error().await, Code::NotConnected);
    }
    let page = ben.browser.get(&format!("/r/{room}")).await;
    assert!(page.status == 200 && page.body.contains("Goodbye"), "{page:?}");
}

fn events(frames: &[ServerFrame]) -> usize {
    frames.iter().filter(|frame| matches!(frame, ServerFrame::Event(_))).count()
}

#[tokio::test]
async fn one_room_per_pair_whoever_starts() {
    let app = TestApp::start().await;
    let (ana, ben) = (app.person("ana").await, app.person("ben").await);
    ana.connect(&ben).await;
    let rooms = futures::future::join_all([&ana, &ben, &ana, &ben].map(|member: &Member| {
        let other = if member.name == "ana" { &ben } else { &ana };
        member.room_with(other)
    }))
    .await;
    assert!(rooms.iter().all(|room| *room == rooms[0]), "{rooms:?}");
}
