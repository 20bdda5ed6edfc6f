//! The way to the first unread message of the open room. Rule: what was unread at opening stays as it was, and its first
//! message can be held whatever else is.

use client::{Gap, GapState, HttpTrouble, Input, Older, Output, Part};
use wire::frame::ServerFrame;
use wire::{Epoch, RoomId, RoomPage, RoomSummary, Seq, Time};

use crate::page::{Page, epoch, history, seqs};
use crate::sample::{ROOM, cid, cursor, event, own_event, person, summary, unread};

/// Connected, not in the room: of `head` messages `read` are read, the last 50 are held.
fn connected(read: i64, head: i64) -> Page {
    let summary = RoomSummary {
        unread: unread(head - read, read, head),
        cursors: vec![cursor(1, head, read), cursor(2, 0, 0)],
        ..summary(head)
    };
    let client = client::Client::new(person(1), 7, crate::page::START_MS);
    let mut page = Page { client, now_ms: 0, out: Vec::new() };
    page.client.seed_epoch(epoch());
    page.client.seed_inbox(wire::Inbox { rooms: vec![summary.clone()], ..wire::Inbox::default() });
    page.client.seed_room(RoomPage { summary, page: crate::sample::page((head - 49).max(1)..=head) });
    page.hand(Input::Start);
    page.connect(head);
    page.frame(history(head, head, unread(head - read, read, head)));
    page.out.clear();
    page
}

fn opened(read: i64, head: i64) -> Page {
    let mut page = connected(read, head);
    page.hand(Input::Open(Some(ROOM)));
    page.out.clear();
    page
}

fn wanted(page: &mut Page) {
    page.hand(Input::UnreadWanted { room: ROOM });
}

fn asked(page: &mut Page) -> Vec<i64> {
    let after = |(_, output)| match output {
        Output::FetchNewer { room: ROOM, after } => Some(after.0),
        Output::FetchOlder { .. } => panic!("{output:?}"),
        _ => None,
    };
    page.out.drain(..).filter_map(after).collect()
}

fn answer(page: &mut Page, after: i64, to: i64) {
    let part = Part::After(Seq(after));
    page.hand(Input::HistoryLoaded { room: ROOM, part, epoch: epoch(), page: crate::sample::page(after + 1..=to) });
}

fn fail(page: &mut Page, after: i64) {
    page.hand(Input::HistoryFailed { room: ROOM, part: Part::After(Seq(after)), trouble: HttpTrouble::Unreachable });
}

/// Where the first unread message stands, and whether it is on its way.
fn first(page: &Page) -> (Option<wire::Cid>, bool) {
    page.client.timeline(ROOM).opened.map(|opened| (opened.first, opened.loading)).unwrap()
}

#[test]
fn what_was_unread_at_opening_stays_until_it_is_dismissed_or_the_user_sends_or_leaves() {
    let ways: [fn(&mut Page); 3] = [
        |page| page.hand(Input::DividerDone { room: ROOM }),
        |page| page.hand(Input::Compose { room: ROOM, content: "hello".to_owned(), reply_to: None }),
        |page| {
            page.hand(Input::Open(Some(RoomId(8))));
            page.hand(Input::Open(Some(ROOM)));
        },
    ];
    for way in ways {
        let mut page = opened(90, 100);
        page.hand(Input::Visible(true));
        page.hand(Input::Focused(true));
        page.event(event(101));
        page.hand(Input::DividerDone { room: RoomId(8) });
        let timeline = page.client.timeline(ROOM);
        let opened = timeline.opened.unwrap();
        assert_eq!((opened.unread, opened.read, page.client.room(ROOM).unwrap().unread), (10, Seq(90), 1));
        assert_eq!((opened.first, opened.since), (Some(cid(91)), Some(Time(91))));
        assert_eq!(timeline.divider, Some(Seq(90)));
        page.hand(Input::Shown { room: ROOM, seq: Seq(101) });
        page.out.clear();
        way(&mut page);
        assert_eq!((page.client.timeline(ROOM).opened, page.client.timeline(ROOM).divider), (None, None));
        assert!(page.has(|output| *output == Output::Changed(client::Change::Timeline(ROOM))));
    }
    assert_eq!(Page::reading(3).client.timeline(ROOM).opened, None, "nothing was unread");
}

#[test]
fn a_first_unread_message_that_is_held_is_not_asked_for() {
    let mut page = opened(90, 100);
    wanted(&mut page);
    assert_eq!((asked(&mut page), first(&page)), (vec![], (Some(cid(91)), false)));
    page.hand(Input::UnreadWanted { room: RoomId(8) });
    page.hand(Input::DividerDone { room: ROOM });
    wanted(&mut page);
    assert_eq!(asked(&mut page), [0; 0]);
}

#[test]
fn the_page_around_the_divider_becomes_the_part_before_a_gap() {
    let mut page = opened(100, 500);
    assert_eq!((page.client.timeline(ROOM).divider, first(&page)), (None, (None, false)), "its place is not held");
    wanted(&mut page);
    wanted(&mut page);
    assert_eq!((asked(&mut page), first(&page)), (vec![90], (None, true)));
    assert_eq!(page.client.timeline(ROOM).older, Older::Loading);
    answer(&mut page, 90, 140);
    assert_eq!(seqs(&page), (91..=140).chain(451..=500).collect::<Vec<_>>());
    let timeline = page.client.timeline(ROOM);
    assert_eq!(timeline.gap, Some(Gap { before: Some(cid(451)), state: GapState::More }));
    assert_eq!(
        (timeline.divider, first(&page), timeline.older),
        (Some(Seq(100)), (Some(cid(101)), false), Older::More)
    );
    assert_eq!(page.client.room(ROOM).unwrap().unread, 400, "holding is not reading");

    page.hand(Input::OlderWanted { room: ROOM });
    assert!(page.has(|output| *output == Output::FetchOlder { room: ROOM, before: Seq(91) }));
    let part = Part::Before(Seq(91));
    page.hand(Input::HistoryLoaded { room: ROOM, part, epoch: epoch(), page: crate::sample::page(41..=90) });
    page.out.clear();
    page.hand(Input::GapSeen { room: ROOM });
    assert_eq!(asked(&mut page), [140]);
    answer(&mut page, 140, 460);
    assert_eq!(seqs(&page), (41..=500).collect::<Vec<_>>());
    assert_eq!(page.client.timeline(ROOM).gap, None);
}

#[test]
fn a_page_that_reaches_what_is_held_leaves_no_gap() {
    let mut page = opened(60, 130);
    wanted(&mut page);
    assert_eq!(asked(&mut page), [50]);
    answer(&mut page, 50, 100);
    assert_eq!((seqs(&page), page.client.timeline(ROOM).gap), ((51..=130).collect(), None));
}

#[test]
fn before_the_first_message_of_a_room_stands_no_divider_and_the_way_there_is_open() {
    let mut page = opened(0, 70);
    assert_eq!(page.client.timeline(ROOM).opened.unwrap().unread, 70);
    wanted(&mut page);
    assert_eq!(asked(&mut page), [0]);
    answer(&mut page, 0, 50);
    let timeline = page.client.timeline(ROOM);
    assert_eq!((timeline.divider, timeline.older, first(&page).0), (None, Older::Beginning, Some(cid(1))));
    let timeline = opened(1, 30).client.timeline(ROOM);
    assert_eq!(timeline.divider, Some(Seq(1)));
}

#[test]
fn a_failure_can_be_tried_again_and_is_not_by_itself() {
    let mut page = opened(100, 500);
    wanted(&mut page);
    fail(&mut page, 90);
    assert_eq!((asked(&mut page), first(&page)), (vec![90], (None, false)));
    assert_eq!(page.client.timeline(ROOM).older, Older::Failed);
    page.wait(120_000);
    assert_eq!(asked(&mut page), [0; 0]);
    wanted(&mut page);
    assert_eq!((asked(&mut page), first(&page)), (vec![90], (None, true)));
    page.wait(29_999);
    assert!(first(&page).1);
    page.wait(1);
    assert!(!first(&page).1, "given up");
    answer(&mut page, 90, 140);
    assert_eq!(seqs(&page), (451..=500).collect::<Vec<_>>(), "too late");
    page.hand(Input::OlderWanted { room: ROOM });
    assert!(page.has(|output| *output == Output::FetchOlder { room: ROOM, before: Seq(451) }));
}

#[test]
fn a_wrong_page_is_a_failure() {
    let foreign = Epoch("two".to_owned());
    for (of, from, to) in [(&foreign, 91, 140), (&epoch(), 99, 140), (&epoch(), 41, 80)] {
        let mut page = opened(100, 500);
        wanted(&mut page);
        let (part, events) = (Part::After(Seq(90)), crate::sample::page(from..=to));
        page.hand(Input::HistoryLoaded { room: ROOM, part, epoch: of.clone(), page: events });
        assert_eq!((seqs(&page), first(&page)), ((451..=500).collect(), (None, false)), "{of:?} {from} to {to}");
    }
}

#[test]
fn nobody_waits_for_the_page_after_the_room_is_left_or_the_divider_dismissed() {
    let ways: [fn(&mut Page); 3] = [
        |page| {
            page.hand(Input::Open(None));
            page.hand(Input::Open(Some(ROOM)));
        },
        |page| page.hand(Input::DividerDone { room: ROOM }),
        |page| {
            page.frame_after_reconnect(crate::page::welcome(400));
            page.frame(ServerFrame::Room(wire::frame::RoomChange::Added { summary: Box::new(summary(400)) }));
            page.frame(history(350, 400, unread(0, 400, 400)));
        },
    ];
    for way in ways {
        let mut page = opened(100, 500);
        wanted(&mut page);
        way(&mut page);
        let before = page.client.timeline(ROOM);
        answer(&mut page, 90, 140);
        assert_eq!(page.client.timeline(ROOM), before);
    }
}

#[test]
fn an_older_page_that_is_on_its_way_is_not_mixed_up_with_it() {
    let mut page = opened(100, 500);
    page.hand(Input::OlderWanted { room: ROOM });
    page.out.clear();
    wanted(&mut page);
    assert_eq!(asked(&mut page), [90]);
    let part = Part::Before(Seq(451));
    page.hand(Input::HistoryLoaded { room: ROOM, part, epoch: epoch(), page: crate::sample::page(401..=450) });
    assert_eq!((seqs(&page)[0], first(&page)), (451, (None, true)));
    answer(&mut page, 90, 140);
    assert_eq!(seqs(&page), (91..=140).chain(451..=500).collect::<Vec<_>>());
}

/// The open room held up to `held`, was cut off, and holds the last page of `head` now; read up to `read`.
fn cut_off(held: i64, read: i64, head: i64) -> Page {
    let mut page = Page::connected(held);
    page.hand(Input::Open(Some(ROOM)));
    page.hand(Input::SocketClosed { code: 1012 });
    page.hand(Input::TryNow);
    page.connect(head);
    page.frame(ServerFrame::Gap { room: ROOM, head: Seq(head), erased: false });
    page.frame(history(head - 50, head, unread(100, read, head)));
    page.out.clear();
    page
}

#[test]
fn where_reading_ended_before_a_gap_the_gap_is_filled_until_the_first_unread_message_is_held() {
    let mut page = cut_off(100, 100, 9_000);
    assert_eq!(page.client.timeline(ROOM).divider, Some(Seq(100)), "it stands before the gap");
    wanted(&mut page);
    assert_eq!((asked(&mut page), first(&page)), (vec![100], (None, true)));
    assert_eq!(page.client.timeline(ROOM).gap.unwrap().state, GapState::Loading);
    let mut own = crate::sample::page(101..=150);
    own.events.iter_mut().for_each(|event| *event = own_event(event.seq.0));
    page.hand(Input::HistoryLoaded { room: ROOM, part: Part::After(Seq(100)), epoch: epoch(), page: own });
    assert_eq!((asked(&mut page), first(&page)), (vec![150], (None, true)), "own ones are not unread");
    fail(&mut page, 150);
    assert_eq!(first(&page), (None, false));
    wanted(&mut page);
    assert_eq!(asked(&mut page), [150]);
    answer(&mut page, 150, 200);
    assert_eq!(first(&page), (Some(cid(151)), false));
    assert_eq!(seqs(&page), (51..=200).chain(8_951..=9_000).collect::<Vec<_>>());
}

#[test]
fn deep_in_a_gap_the_page_around_it_takes_the_place_of_the_part_before() {
    let mut page = cut_off(100, 5_000, 9_000);
    let unread_before = page.client.room(ROOM).unwrap().unread;
    assert_eq!(page.client.timeline(ROOM).divider, None);
    wanted(&mut page);
    assert_eq!(asked(&mut page), [4_990]);
    answer(&mut page, 4_990, 5_040);
    assert_eq!(seqs(&page), (4_991..=5_040).chain(8_951..=9_000).collect::<Vec<_>>());
    assert_eq!((first(&page), page.client.room(ROOM).unwrap().unread), ((Some(cid(5_001)), false), unread_before));
}
