//! A peer that does not read. Rule: it is cut off with 4008, loses nothing, and costs the others nothing (C11).

use crate::support::{Socket, TestApp};
use wire::{
    RoomId, Seq,
    frame::{ServerFrame, close},
};

/// Far more than the buffers of a loopback connection and the socket's queue hold together.
const MESSAGES: i64 = 400;

#[tokio::test]
async fn a_socket_that_never_reads_is_closed_and_the_others_notice_nothing() {
    let app = TestApp::start_with(|config| config.sends_per_window_max = 100_000).await;
    let (ana, ben, room) = app.pair().await;
    let mut slow = ben.socket().await;
    let (mut hers, mut his) = (ana.socket().await, ben.socket().await);
    fill(&mut hers, &mut his, room).await;
    let closed = slow.closed().await;
    // Its last words fit behind what it had left unread only if the system still took them.
    assert!(matches!(closed.code, Some(close::TOO_SLOW) | None), "{:?}", closed.code);
    let seqs: Vec<_> = closed.frames.iter().filter_map(seq).collect();
    assert!(seqs.len() < MESSAGES as usize, "it was never too slow");
    assert!(seqs.iter().zip(1..).all(|(seq, expected)| *seq == Seq(expected)), "what it got has a hole: {seqs:?}");
    let mut back = ben.socket().await;
    let after = seqs.last().copied().unwrap_or_default();
    match back.resume(&app.epoch(), room, Some(after)).await {
        ServerFrame::MessageHistory { page, .. } => assert_eq!((page.after, page.events[0].seq), (after, after.next())),
        other => panic!("no page: {other:?}"),
    }
}

#[tokio::test]
async fn whoever_takes_nothing_for_too_long_is_closed_without_a_full_queue() {
    let app = TestApp::start_with(|config| {
        config.sends_per_window_max = 100_000;
        config.pace.write_ms = 100;
        config.offline_grace_ms = 0;
    })
    .await;
    let (ana, ben, room) = app.pair().await;
    let mut slow = ben.socket().await;
    let mut hers = ana.socket().await;
    // Pages come only as fast as they are read, so the queue never fills up.
    for _ in 0..20 {
        hers.say_acked(room, &long_text()).await;
    }
    for _ in 0..4 {
        let rooms = vec![wire::frame::Held { room, after: Some(Seq(0)) }; 50];
        slow.send(&wire::frame::ClientFrame::Resume { epoch: app.epoch(), rooms }).await;
    }
    let is_offline = |frame: &ServerFrame| matches!(frame, ServerFrame::Presence(seen) if !seen.online);
    hers.expect("him to be offline", |frame| is_offline(frame).then_some(())).await;
    let pages =
        slow.closed().await.frames.iter().filter(|frame| matches!(frame, ServerFrame::MessageHistory { .. })).count();
    assert!(pages < 200, "it was never too slow");
    hers.say_acked(room, "Nobody else notices").await;
}

/// Writes until everybody who reads has read more than a socket may leave unread.
async fn fill(hers: &mut Socket, his: &mut Socket, room: RoomId) {
    let content = long_text();
    for number in 1..=MESSAGES {
        hers.say_acked(room, &content).await;
        assert_eq!(hers.event(room).await.seq, Seq(number));
        assert_eq!(his.event(room).await.seq, Seq(number));
    }
}

fn long_text() -> String {
    "🛶".repeat(10_000)
}

fn seq(frame: &ServerFrame) -> Option<Seq> {
    match frame {
        ServerFrame::Event(event) => Some(event.seq),
        _ => None,
    }
}
