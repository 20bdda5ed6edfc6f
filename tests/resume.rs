//! Coming back. Rule: whoever names a position gets everything after it, in bounded pages, or is told to reload; never a
//! hole (C6).

use crate::support::{Socket, TestApp};
use wire::{
    Epoch, HistoryPage, RoomId, Seq,
    frame::{ClientFrame, Held, RoomChange, ServerFrame},
    limits::{PAGE_BYTES_MAX, PAGE_EVENTS_MAX},
};

#[tokio::test]
async fn what_was_missed_comes_in_pages_without_a_hole() {
    let app = TestApp::start_with(|config| config.sends_per_window_max = 1_000).await;
    let (ana, ben, room) = app.pair().await;
    let mut hers = ana.socket().await;
    for number in 1..=450 {
        hers.say(room, &format!("number {number}")).await;
        if number % 50 == 0 {
            hers.hush().await;
        }
    }
    let mut his = ben.socket().await;
    let sizes = catch_up(&mut his, &app.epoch(), room, Seq(0)).await;
    assert_eq!(sizes, [PAGE_EVENTS_MAX, PAGE_EVENTS_MAX, 50]);
    assert_eq!(catch_up(&mut his, &app.epoch(), room, Seq(449)).await, [1]);
    assert_eq!(catch_up(&mut his, &app.epoch(), room, Seq(450)).await, [0]);
}

#[tokio::test]
async fn a_page_is_bounded_by_bytes_too() {
    let app = TestApp::start().await;
    let (ana, ben, room) = app.pair().await;
    let mut hers = ana.socket().await;
    let content = "🛶".repeat(10_000);
    for _ in 0..14 {
        hers.say_acked(room, &content).await;
    }
    let mut his = ben.socket().await;
    let sizes = catch_up(&mut his, &app.epoch(), room, Seq(0)).await;
    let per_page = PAGE_BYTES_MAX / (4 * 10_000);
    assert!(sizes.len() >= 3 && sizes.iter().all(|events| *events <= per_page), "{sizes:?}");
    assert_eq!(sizes.iter().sum::<usize>(), 14);
}

/// The events on each page, from a position to the head.
async fn catch_up(socket: &mut Socket, epoch: &Epoch, room: RoomId, from: Seq) -> Vec<usize> {
    let (mut sizes, mut after) = (Vec::new(), from);
    loop {
        match socket.resume(epoch, room, Some(after)).await {
            ServerFrame::MessageHistory { page, complete, .. } => {
                let HistoryPage { events, after: begin, to, head, .. } = page;
                assert_eq!(begin, after);
                for event in &events {
                    assert_eq!((event.room, event.seq), (room, after.next()));
                    after = event.seq;
                }
                assert_eq!(to, after);
                assert_eq!(complete, to == head);
                sizes.push(events.len());
                if complete {
                    return sizes;
                }
            }
            other => panic!("no page: {other:?}"),
        }
    }
}

#[tokio::test]
async fn welcome_names_every_room_with_its_head() {
    let app = TestApp::start().await;
    let (ana, _ben, room) = app.pair().await;
    let cyd = app.person("cyd").await;
    ana.connect(&cyd).await;
    let other_room = ana.room_with(&cyd).await;
    ana.socket().await.say_acked(room, "One").await;
    let mut rooms = ana.browser.socket().await.welcomed().await;
    rooms.sort_by_key(|head| head.room);
    let heads: Vec<_> = rooms.iter().map(|head| (head.room, head.head)).collect();
    assert_eq!(heads, [(room, Seq(1)), (other_room, Seq(0))]);
}

#[tokio::test]
async fn nothing_falls_between_welcome_and_the_first_event() {
    let app = TestApp::start_with(|config| config.sends_per_window_max = 1_000).await;
    let (ana, ben, room) = app.pair().await;
    let mut hers = ana.socket().await;
    for round in 0..20 {
        let cids = [hers.say(room, "a").await, hers.say(room, "b").await];
        let mut his = ben.browser.socket().await;
        let held = his.welcomed().await[0].head;
        for cid in cids {
            hers.acked(cid).await;
        }
        let expected = Seq(2 * (round + 1));
        let mut next = held.next();
        while next <= expected {
            // An event that was stored before the head was read may come too, and is dropped.
            let event = his.event(room).await;
            if event.seq >= next {
                assert_eq!(event.seq, next);
                next = next.next();
            }
        }
    }
}

#[tokio::test]
async fn a_position_that_cannot_be_is_a_gap() {
    let app = TestApp::start().await;
    let (ana, _ben, room) = app.pair().await;
    let mut hers = ana.socket().await;
    hers.say_acked(room, "One").await;
    let other_epoch = Epoch("another life".to_owned());
    for (epoch, after) in [(&app.epoch(), Seq(2)), (&app.epoch(), Seq(i64::MAX)), (&other_epoch, Seq(1))] {
        let answer = hers.resume(epoch, room, Some(after)).await;
        assert_eq!(answer, ServerFrame::Gap { room, head: Seq(1), erased: false }, "{after:?}");
    }
    hers.say_acked(room, "Still usable").await;
}

#[tokio::test]
async fn a_room_that_is_new_to_the_client_comes_with_its_row() {
    let app = TestApp::start().await;
    let (ana, ben, room) = app.pair().await;
    ana.socket().await.say_acked(room, "Hello").await;
    match ben.socket().await.resume(&app.epoch(), room, None).await {
        ServerFrame::Room(RoomChange::Added { summary }) => {
            assert_eq!((summary.id, summary.head, summary.unread.count), (room, Seq(1), 1));
            assert_eq!(summary.title, "ana");
            assert!(summary.writable);
        }
        other => panic!("no row: {other:?}"),
    }
}

#[tokio::test]
async fn a_room_that_is_not_mine_is_removed_whether_it_exists_or_not() {
    let app = TestApp::start().await;
    let (ana, _ben, room) = app.pair().await;
    ana.socket().await.say_acked(room, "Between us").await;
    let mut theirs = app.person("eve").await.socket().await;
    for room in [room, RoomId(i64::MAX), RoomId(-1)] {
        for after in [None, Some(Seq(0)), Some(Seq(1)), Some(Seq(99))] {
            let answer = theirs.resume(&app.epoch(), room, after).await;
            assert_eq!(answer, ServerFrame::Room(RoomChange::Removed { room }));
        }
    }
}

#[tokio::test]
async fn every_room_named_is_answered_once_in_the_order_named() {
    let app = TestApp::start().await;
    let (ana, _ben, room) = app.pair().await;
    let mut hers = ana.socket().await;
    let named: Vec<_> = (0..50).map(|number| if number % 3 == 0 { room } else { RoomId(10_000 + number) }).collect();
    let rooms = named.iter().map(|room| Held { room: *room, after: Some(Seq(0)) }).collect();
    hers.send(&ClientFrame::Resume { epoch: app.epoch(), rooms }).await;
    let answered: Vec<_> = hers.hush().await.iter().filter_map(room_answered).collect();
    assert_eq!(answered, named);
}

fn room_answered(frame: &ServerFrame) -> Option<RoomId> {
    match frame {
        ServerFrame::MessageHistory { page, .. } => Some(page.room),
        ServerFrame::Room(RoomChange::Removed { room }) => Some(*room),
        _ => None,
    }
}

#[tokio::test]
async fn many_resumes_at_once_hold_back_no_message_and_are_all_answered() {
    let app = TestApp::start_with(|config| config.sends_per_window_max = 1_000).await;
    let (ana, ben, room) = app.pair().await;
    let mut hers = ana.socket().await;
    let content = "x".repeat(10_000);
    for _ in 0..30 {
        hers.say_acked(room, &content).await;
    }
    let mut his = ben.socket().await;
    let rooms: Vec<_> = (0..50).map(|_| Held { room, after: Some(Seq(0)) }).collect();
    for _ in 0..4 {
        his.send(&ClientFrame::Resume { epoch: app.epoch(), rooms: rooms.clone() }).await;
    }
    // Two hundred pages of 256 KiB are far more than a socket's queue; none of them ends the socket.
    let (cid, _) = hers.say_acked(room, "Meanwhile").await;
    assert_eq!(his.event(room).await.cid, cid);
    let answers = his.hush().await;
    let pages = answers.iter().filter(|frame| matches!(frame, ServerFrame::MessageHistory { .. })).count();
    assert_eq!(pages, 200);
}
