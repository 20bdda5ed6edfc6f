//! Holes, gaps, restored databases, many rooms and much of everything (C6, C11, C12).

use client::{Change, Input, Older, Output, Part, Tick};
use wire::frame::{ClientFrame, Head, Held, RoomChange, ServerFrame};
use wire::{Epoch, Event, Inbox, RoomId, RoomSummary, Seq, Time};

use crate::page::{Page, epoch, history, resume, seqs, welcome};
use crate::sample::{ROOM, cursor, event, summary, unread};

/// The greeting of a server with another database.
fn restored(head: i64) -> ServerFrame {
    let ServerFrame::Welcome { session, user, limits, rooms, presence, build, .. } = welcome(head) else { panic!() };
    ServerFrame::Welcome { session, user, limits, rooms, presence, build, epoch: Epoch("two".to_owned()) }
}

fn named(frames: &[ClientFrame]) -> Vec<Held> {
    let rooms =
        |frame: &ClientFrame| if let ClientFrame::Resume { rooms, .. } = frame { rooms.clone() } else { Vec::new() };
    frames.iter().flat_map(rooms).collect()
}

#[test]
fn every_room_is_asked_about_on_a_new_connection() {
    let mut page = Page::seeded(3);
    page.hand(Input::Start);
    page.connect(3);
    assert_eq!(page.sent(), [resume(ROOM, Some(3))]);
}

#[test]
fn a_hole_is_asked_for_once_and_closed() {
    let mut page = Page::reading(3);
    page.event(event(5));
    page.event(event(6));
    assert_eq!(page.sent(), [resume(ROOM, Some(3))]);
    assert_eq!(seqs(&page), [1, 2, 3]);
    assert!(page.client.timeline(ROOM).catching_up);
    page.frame(history(3, 4, unread(3, 3, 6)));
    assert_eq!(seqs(&page), [1, 2, 3, 4, 5, 6]);
    assert!(!page.client.timeline(ROOM).catching_up);
}

#[test]
fn a_question_without_an_answer_is_asked_again() {
    let mut page = Page::reading(3);
    page.event(event(5));
    page.sent();
    page.wait(10_000);
    assert!(page.sent().contains(&resume(ROOM, Some(3))));
}

#[test]
fn a_lost_event_that_somebody_else_holds_is_asked_for() {
    let mut page = Page::reading(3);
    page.frame(ServerFrame::Receipts { room: ROOM, cursors: vec![cursor(2, 4, 4)], tally: None });
    page.wait(999);
    assert_eq!(page.sent(), [], "it is probably on its way");
    page.wait(1);
    assert_eq!(page.sent(), [resume(ROOM, Some(3))]);
    page.frame(history(3, 4, unread(1, 3, 4)));
    assert_eq!(seqs(&page), [1, 2, 3, 4]);
    page.frame(ServerFrame::Receipts { room: ROOM, cursors: vec![cursor(2, 5, 5)], tally: None });
    page.event(event(5));
    page.wait(5_000);
    assert!(!page.sent().iter().any(|frame| matches!(frame, ClientFrame::Resume { .. })), "it was on its way");
}

#[test]
fn an_incomplete_answer_is_continued_from_its_end() {
    let mut page = Page::seeded(3);
    page.hand(Input::Start);
    page.connect(300);
    page.sent();
    let ServerFrame::MessageHistory { page: part, cursors, unread, .. } = history(3, 203, unread(297, 3, 300)) else {
        panic!()
    };
    page.frame(ServerFrame::MessageHistory { page: part, complete: false, cursors, unread });
    assert!(page.sent().contains(&resume(ROOM, Some(203))));
}

#[test]
fn too_much_missing_starts_over_from_the_last_page() {
    let mut page = Page::seeded(3);
    page.hand(Input::Open(Some(ROOM)));
    page.hand(Input::Start);
    page.connect(9_000);
    page.sent();
    page.frame(ServerFrame::Gap { room: ROOM, head: Seq(9_000), erased: false });
    assert!(page.sent().contains(&resume(ROOM, Some(8_950))));
    page.frame(history(8_950, 9_000, unread(100, 3, 9_000)));
    assert_eq!(seqs(&page), (1..=3).chain(8_951..=9_000).collect::<Vec<_>>());
    assert_eq!(page.client.room(ROOM).unwrap().unread, 100);
    page.hand(Input::Open(None));
    assert_eq!(seqs(&page), (8_951..=9_000).collect::<Vec<_>>());
    assert_eq!(page.client.room(ROOM).unwrap().unread, 100);
    assert_eq!(page.client.timeline(ROOM).older, Older::More);
}

#[test]
fn a_server_that_only_says_gap_is_not_asked_all_the_time() {
    let mut page = Page::seeded(3);
    page.hand(Input::Start);
    page.connect(9_000);
    for _ in 0..100 {
        page.frame(ServerFrame::Gap { room: ROOM, head: Seq(9_000), erased: false });
        page.wait(100);
    }
    assert!(named(&page.sent()).len() <= 5);
}

#[test]
fn a_new_life_of_the_database_is_loaded_anew_and_what_waits_is_offered_again() {
    for (welcome, asked_in) in [(restored(3), Epoch("two".to_owned())), (welcome(2), epoch())] {
        let mut page = Page::reading(3);
        page.hand(Input::Compose { room: ROOM, content: "mine".to_owned(), reply_to: None });
        let written = page.lines().pop().unwrap().cid;
        page.frame(ServerFrame::Ack { cid: written, room: ROOM, seq: Seq(9), at: Time(0) });
        page.hand(Input::SocketClosed { code: 1012 });
        page.hand(Input::TryNow);
        page.out.clear();
        page.hand(Input::SocketOpened);
        page.frame(welcome);
        let sent = page.sent();
        let held = Held { room: ROOM, after: None };
        assert!(sent.contains(&ClientFrame::Resume { epoch: asked_in, rooms: vec![held] }), "{sent:?}");
        assert!(sent.iter().any(|frame| matches!(frame, ClientFrame::ChatMessage { cid, .. } if *cid == written)));
        assert_eq!(page.lines().into_iter().map(|line| line.tick).collect::<Vec<_>>(), [Some(Tick::Sending)]);
        page.frame(ServerFrame::Room(RoomChange::Added { summary: Box::new(summary(2)) }));
        assert_eq!(page.client.room(ROOM).unwrap().unread, 0);
    }
}

#[test]
fn a_room_that_is_not_known_is_asked_for_and_appears() {
    let mut page = Page::connected(3);
    let (room, other) = (RoomId(8), |seq| Event { room: RoomId(8), ..event(seq) });
    page.event(other(1));
    assert_eq!(page.sent(), [resume(room, None)]);
    let row = RoomSummary { id: room, head: Seq(1), cursors: Vec::new(), unread: unread(1, 0, 1), ..summary(1) };
    page.frame(ServerFrame::Room(RoomChange::Added { summary: Box::new(row) }));
    assert_eq!(page.sent(), [resume(room, Some(0))]);
    assert_eq!(page.client.room(room).unwrap().unread, 1);
    page.frame(ServerFrame::Room(RoomChange::Removed { room }));
    assert_eq!(page.client.room(room), None);
}

#[test]
fn many_rooms_are_asked_about_in_chunks() {
    let mut page = Page::seeded(3);
    let row = |id| RoomSummary { id: RoomId(id), ..summary(0) };
    page.client.seed_inbox(Inbox { rooms: (100..220).map(row).collect(), ..Inbox::default() });
    page.hand(Input::Open(Some(RoomId(200))));
    page.hand(Input::Start);
    page.hand(Input::SocketOpened);
    let heads: Vec<Head> =
        (100..220).map(|id| Head { room: RoomId(id), head: Seq(0), level: wire::Level::All }).collect();
    let ServerFrame::Welcome { session, user, epoch, limits, presence, build, .. } = welcome(0) else { panic!() };
    page.frame(ServerFrame::Welcome { session, user, epoch, limits, presence, build, rooms: heads });
    assert_eq!(page.client.room(ROOM), None, "a room that welcome does not name is not the user's any more");
    let (mut frames, mut asked) = (0, Vec::new());
    while let Some(next) = Some(page.sent()).filter(|sent| !sent.is_empty()) {
        frames += next.len();
        let chunk = named(&next);
        assert!(chunk.len() <= 50);
        for held in &chunk {
            let mut empty = crate::sample::page(1..=1);
            (empty.room, empty.after, empty.to, empty.head) = (held.room, Seq(0), Seq(0), Seq(0));
            empty.events.clear();
            let (cursors, unread) = (Vec::new(), unread(0, 0, 0));
            page.frame(ServerFrame::MessageHistory { page: empty, complete: true, cursors, unread });
        }
        asked.extend(chunk);
    }
    assert_eq!((asked.len(), asked[0].room), (120, RoomId(200)), "each once, the open one first");
    assert!(frames <= 5, "{frames} frames");
}

#[test]
fn garbage_may_have_been_an_event_so_the_rooms_are_asked_about() {
    let mut page = Page::connected(3);
    page.hand(Input::SocketGarbage);
    page.hand(Input::SocketGarbage);
    assert_eq!(page.sent(), []);
    page.wait(5_000);
    assert_eq!(page.sent(), [resume(ROOM, Some(3))]);
}

#[test]
fn a_thousand_events_in_one_page_are_taken() {
    let mut page = Page::seeded(3);
    page.hand(Input::Open(Some(ROOM)));
    page.hand(Input::Start);
    page.connect(1_003);
    page.frame(history(3, 1_003, unread(100, 3, 1_003)));
    assert_eq!(seqs(&page), (1..=1_003).collect::<Vec<_>>());
    assert!(page.has(|output| *output == Output::Changed(Change::Timeline(ROOM))));
    assert_eq!(page.client.room(ROOM).unwrap().unread, 1_000);
}

#[test]
fn memory_is_bounded_and_unread_survives_forgetting() {
    for (open, most) in [(None, 200), (Some(ROOM), 2_200)] {
        let mut page = Page::connected(3);
        page.hand(Input::Open(open));
        for seq in 4..=3_003 {
            page.event(event(seq));
            page.out.clear();
        }
        let held = seqs(&page);
        assert!(held.len() <= most && held.len() >= most / 2, "{} held", held.len());
        assert_eq!(held.last(), Some(&3_003));
        assert_eq!(page.client.room(ROOM).unwrap().unread, 3_000);
        page.hand(Input::Open(Some(RoomId(8))));
        assert!(seqs(&page).len() <= 200);
    }
}

#[test]
fn an_open_room_fetches_its_older_page_and_the_user_may_go_on() {
    let mut page = Page::seeded(100);
    page.client.seed_inbox(Inbox { rooms: vec![summary(100)], ..Inbox::default() });
    page.hand(Input::Start);
    page.connect(100);
    page.hand(Input::Open(Some(ROOM)));
    page.out.clear();
    page.hand(Input::OlderWanted { room: ROOM });
    page.hand(Input::OlderWanted { room: ROOM });
    let fetched = |output: &Output| *output == Output::FetchOlder { room: ROOM, before: Seq(51) };
    assert_eq!(page.times(fetched).len(), 1, "one at a time");
    assert_eq!(page.client.timeline(ROOM).older, Older::Loading);
    page.hand(Input::HistoryFailed {
        room: ROOM,
        part: Part::Before(Seq(51)),
        trouble: client::HttpTrouble::Unreachable,
    });
    assert_eq!(page.client.timeline(ROOM).older, Older::Failed);
    page.hand(Input::OlderWanted { room: ROOM });
    page.hand(Input::HistoryLoaded {
        room: ROOM,
        part: Part::Before(Seq(51)),
        epoch: epoch(),
        page: crate::sample::page(1..=50),
    });
    assert_eq!(page.client.timeline(ROOM).older, Older::Beginning);
    assert_eq!(seqs(&page), (1..=100).collect::<Vec<_>>());
}

#[test]
fn a_page_of_another_life_of_the_database_is_not_joined() {
    let mut page = Page::seeded(100);
    page.hand(Input::Start);
    page.hand(Input::OlderWanted { room: ROOM });
    page.hand(Input::HistoryLoaded {
        room: ROOM,
        part: Part::Before(Seq(51)),
        epoch: Epoch("two".to_owned()),
        page: crate::sample::page(1..=50),
    });
    assert_eq!(seqs(&page), (51..=100).collect::<Vec<_>>());
}

#[test]
fn an_answer_over_http_that_comes_after_the_socket_is_not_believed() {
    let mut page = Page::reading(3);
    page.hand(Input::SocketClosed { code: 1006 });
    page.hand(Input::Compose { room: ROOM, content: "mine".to_owned(), reply_to: None });
    let written = page.lines().pop().unwrap().cid;
    page.pass(5_000, true);
    assert!(page.has(|output| matches!(output, Output::Poll { .. })));
    assert!(page.has(|output| matches!(output, Output::SendOverHttp(_))));
    page.hand(Input::TryNow);
    page.hand(Input::SocketOpened);
    page.frame(restored(3));
    page.frame(ServerFrame::Room(RoomChange::Added { summary: Box::new(summary(3)) }));
    page.out.clear();
    // Both are of the life before.
    page.hand(Input::PollAnswered(vec![welcome(3)]));
    page.hand(Input::SendAnswered {
        cid: written,
        answer: Ok(ServerFrame::Ack { cid: written, room: ROOM, seq: Seq(4), at: Time(0) }),
    });
    assert!(page.client.room(ROOM).is_some());
    assert_eq!(page.lines().pop().unwrap().tick, Some(Tick::Sending));
    assert!(!page.has(|output| matches!(output, Output::Store(_))));
}

#[test]
fn of_two_requests_under_way_none_is_believed_since_one_may_be_of_an_earlier_life() {
    let mut page = Page::reading(3);
    page.hand(Input::SocketClosed { code: 1006 });
    page.hand(Input::Compose { room: ROOM, content: "mine".to_owned(), reply_to: None });
    let written = page.lines().pop().unwrap().cid;
    let requests = |page: &Page| page.times(|output| matches!(output, Output::SendOverHttp(_))).len();
    let ack = |seq| Input::SendAnswered {
        cid: written,
        answer: Ok(ServerFrame::Ack { cid: written, room: ROOM, seq: Seq(seq), at: Time(0) }),
    };
    page.pass(5_000, true);
    assert_eq!(requests(&page), 1);
    page.hand(Input::PollAnswered(vec![restored(2)]));
    assert_eq!(requests(&page), 2, "the new life is offered it again");

    page.hand(ack(4));
    assert_eq!(page.lines().pop().unwrap().tick, Some(Tick::Sending), "this may be what the life before said");
    page.hand(ack(3));
    page.pass(1_000, true);
    assert_eq!(requests(&page), 3, "nobody knows which was which: once more, with the same cid");
    page.hand(ack(3));
    assert_eq!(page.lines().pop().unwrap().tick, Some(Tick::Sent));
}
