//! Too much missed: what was held, a gap, and what is held since (C6). Rule: never joined silently, never lost.

use client::{Change, Gap, GapState, HttpTrouble, Input, Older, Output, Part};
use wire::frame::{ClientFrame, ServerFrame};
use wire::{Epoch, Seq, Time};

use crate::page::{Page, epoch, history, seqs};
use crate::sample::{ROOM, cid, event, own_event, unread};

/// The open room holds `held` messages, then `head - held` were missed and the last page is there.
fn gapped(held: i64, head: i64) -> Page {
    let mut page = Page::connected(held);
    page.hand(Input::Open(Some(ROOM)));
    cut_off(&mut page, head);
    page
}

/// The connection is lost until the room has so many messages that nobody brings them one by one.
fn cut_off(page: &mut Page, head: i64) {
    page.hand(Input::SocketClosed { code: 1012 });
    page.hand(Input::TryNow);
    page.connect(head);
    page.frame(ServerFrame::Gap { room: ROOM, head: Seq(head), erased: false });
    page.frame(history(head - 50, head, unread(100, 3, head)));
    page.out.clear();
}

fn gap(page: &Page) -> Option<Gap> {
    page.client.timeline(ROOM).gap
}

fn state(page: &Page) -> Option<GapState> {
    gap(page).map(|gap| gap.state)
}

fn fetched(page: &Page) -> Vec<i64> {
    let after = |(_, output): &(i64, Output)| match output {
        Output::FetchNewer { room: ROOM, after } => Some(after.0),
        _ => None,
    };
    page.out.iter().filter_map(after).collect()
}

fn seen(page: &mut Page) {
    page.hand(Input::GapSeen { room: ROOM });
}

fn answer(page: &mut Page, after: i64, to: i64) {
    let part = Part::After(Seq(after));
    page.hand(Input::HistoryLoaded { room: ROOM, part, epoch: epoch(), page: crate::sample::page(after + 1..=to) });
}

#[test]
fn what_was_held_stays_and_the_gap_is_filled_from_its_old_side_until_both_meet() {
    let mut page = gapped(3, 9_000);
    assert_eq!(seqs(&page), (1..=3).chain(8_951..=9_000).collect::<Vec<_>>());
    assert_eq!(gap(&page), Some(Gap { before: Some(cid(8_951)), state: GapState::More }));
    assert!(!page.client.timeline(ROOM).catching_up);
    page.event(event(9_001));
    assert_eq!((seqs(&page).last(), state(&page)), (Some(&9_001), Some(GapState::More)), "live events join meanwhile");

    let mut page = gapped(3, 453);
    for after in [3, 203] {
        seen(&mut page);
        assert_eq!((fetched(&page), state(&page)), (vec![after], Some(GapState::Loading)));
        page.out.clear();
        answer(&mut page, after, after + 200);
        assert!(page.has(|output| *output == Output::Changed(Change::Timeline(ROOM))));
    }
    assert_eq!((gap(&page), seqs(&page)), (None, (1..=453).collect::<Vec<_>>()));
    assert_eq!(page.client.room(ROOM).unwrap().unread, 450, "all of it is held now, and counted");
    page.hand(Input::GapSeen { room: ROOM });
    assert_eq!(fetched(&page), [0; 0], "there is nothing more to ask");
}

#[test]
fn one_page_of_a_gap_is_asked_for_at_a_time_and_again_only_when_it_is_seen_again() {
    let mut page = gapped(3, 9_000);
    seen(&mut page);
    seen(&mut page);
    assert_eq!(fetched(&page), [3]);
    page.hand(Input::HistoryFailed { room: ROOM, part: Part::After(Seq(3)), trouble: HttpTrouble::Unreachable });
    assert_eq!(state(&page), Some(GapState::Failed));
    page.wait(120_000);
    assert_eq!(fetched(&page), [3]);
    seen(&mut page);
    page.wait(29_999);
    assert_eq!(state(&page), Some(GapState::Loading));
    page.wait(1);
    assert_eq!(state(&page), Some(GapState::Failed), "given up");
    seen(&mut page);
    assert_eq!(fetched(&page), [3, 3, 3]);
}

#[test]
fn an_answer_that_nobody_waits_for_or_that_brings_nothing_on_does_no_harm() {
    let mut page = gapped(3, 9_000);
    let before = seqs(&page);
    answer(&mut page, 3, 203);
    seen(&mut page);
    answer(&mut page, 203, 403);
    let other = Part::Before(Seq(3));
    page.hand(Input::HistoryLoaded { room: ROOM, part: other, epoch: epoch(), page: crate::sample::page(1..=2) });
    assert_eq!((seqs(&page), state(&page)), (before.clone(), Some(GapState::Loading)));
    let (part, foreign) = (Part::After(Seq(3)), Epoch("two".to_owned()));
    page.hand(Input::HistoryLoaded { room: ROOM, part, epoch: foreign, page: crate::sample::page(4..=203) });
    assert_eq!((seqs(&page), state(&page)), (before.clone(), Some(GapState::Failed)), "another life of the database");
    seen(&mut page);
    page.hand(Input::HistoryLoaded { room: ROOM, part, epoch: epoch(), page: crate::sample::page(400..=500) });
    assert_eq!((seqs(&page), state(&page)), (before.clone(), Some(GapState::Failed)), "it lies beyond");
    seen(&mut page);
    let mut elsewhere = crate::sample::page(4..=203);
    elsewhere.room = wire::RoomId(8);
    elsewhere.events.iter_mut().for_each(|event| event.room = wire::RoomId(8));
    page.hand(Input::HistoryLoaded { room: ROOM, part, epoch: epoch(), page: elsewhere });
    assert_eq!((seqs(&page), state(&page)), (before, Some(GapState::Failed)), "it is of another room");
}

#[test]
fn a_room_that_opens_at_a_message_holds_what_is_around_it_before_a_gap() {
    let opened = |head: i64, around| {
        let mut page = Page::seeded(head);
        page.hand(Input::Open(Some(ROOM)));
        page.client.seed_around(crate::sample::page(around));
        page
    };
    let mut page = opened(9_000, 76..=125);
    assert_eq!(seqs(&page), (76..=125).chain(8_951..=9_000).collect::<Vec<_>>());
    assert_eq!(gap(&page), Some(Gap { before: Some(cid(8_951)), state: GapState::More }));
    assert!(!page.client.timeline(ROOM).catching_up, "the end is held");
    page.hand(Input::Start);
    page.connect(9_000);
    page.frame(history(9_000, 9_000, unread(0, 9_000, 9_000)));
    seen(&mut page);
    page.hand(Input::OlderWanted { room: ROOM });
    assert_eq!(fetched(&page), [125]);
    assert!(page.has(|output| *output == Output::FetchOlder { room: ROOM, before: Seq(76) }));

    let page = opened(60, 1..=45);
    assert_eq!((gap(&page), seqs(&page)), (None, (1..=60).collect::<Vec<_>>()), "the two are one");
}

#[test]
fn older_pages_are_those_before_the_gap() {
    let mut page = gapped(100, 9_000);
    assert_eq!((seqs(&page)[0], page.client.timeline(ROOM).older), (51, Older::More));
    page.hand(Input::OlderWanted { room: ROOM });
    seen(&mut page);
    assert!(page.has(|output| *output == Output::FetchOlder { room: ROOM, before: Seq(51) }));
    let part = Part::Before(Seq(51));
    page.hand(Input::HistoryLoaded { room: ROOM, part, epoch: epoch(), page: crate::sample::page(1..=50) });
    assert_eq!((seqs(&page)[0], page.client.timeline(ROOM).older), (1, Older::Beginning));
    assert_eq!(state(&page), Some(GapState::Loading), "the two requests are not mixed up");
    answer(&mut page, 100, 300);
    assert_eq!(seqs(&page), (1..=300).chain(8_951..=9_000).collect::<Vec<_>>());
}

#[test]
fn a_request_that_is_overtaken_by_leaving_the_room_is_not_waited_for() {
    let mut page = gapped(100, 9_000);
    page.hand(Input::OlderWanted { room: ROOM });
    seen(&mut page);
    page.hand(Input::Open(None));
    page.hand(Input::Open(Some(ROOM)));
    assert_eq!(page.client.timeline(ROOM).older, Older::More);
    let part = Part::Before(Seq(51));
    page.hand(Input::HistoryLoaded { room: ROOM, part, epoch: epoch(), page: crate::sample::page(1..=50) });
    answer(&mut page, 100, 300);
    assert_eq!(seqs(&page), (8_951..=9_000).collect::<Vec<_>>());
}

#[test]
fn until_something_is_held_after_the_gap_only_catching_up_is_said() {
    let mut page = Page::connected(500);
    page.hand(Input::Open(Some(ROOM)));
    (501..=700).for_each(|seq| page.event(event(seq)));
    page.event(event(9_000));
    page.frame(ServerFrame::Gap { room: ROOM, head: Seq(9_000), erased: false });
    let timeline = page.client.timeline(ROOM);
    assert_eq!((timeline.gap, timeline.catching_up), (None, true));
    assert_eq!(seqs(&page), (521..=700).collect::<Vec<_>>(), "of the part before, the end is enough");
    page.hand(Input::Compose { room: ROOM, content: "hello".to_owned(), reply_to: None });
    page.out.clear();
    page.frame(history(8_950, 8_952, unread(100, 3, 9_000)));
    assert_eq!(gap(&page), Some(Gap { before: Some(cid(8_951)), state: GapState::More }));
    assert!(page.has(|output| *output == Output::Changed(Change::Timeline(ROOM))));
}

#[test]
fn what_was_read_before_the_gap_stays_read_when_that_part_is_forgotten() {
    let mut page = Page::connected(3);
    page.hand(Input::Open(Some(ROOM)));
    (4..=10).for_each(|seq| page.event(event(seq)));
    page.event(event(9_000));
    page.frame(ServerFrame::Gap { room: ROOM, head: Seq(9_000), erased: false });
    page.frame(history(8_950, 9_000, unread(60, 3, 9_000)));
    page.hand(Input::ReadElsewhere { room: ROOM, seq: Seq(8) });
    assert_eq!(page.client.room(ROOM).unwrap().unread, 55);
    page.hand(Input::Open(None));
    assert_eq!(page.client.room(ROOM).unwrap().unread, 55);
}

#[test]
fn a_first_view_beyond_what_the_open_room_holds_opens_a_gap_too() {
    for (open, expected) in [(Some(ROOM), (1..=3).chain(100..=110).collect::<Vec<_>>()), (None, (100..=110).collect())]
    {
        let mut page = Page::connected(3);
        page.hand(Input::Open(open));
        let (summary, part) = (crate::sample::summary(110), crate::sample::page(100..=110));
        page.client.seed_room(wire::RoomPage { summary, page: part });
        assert_eq!((seqs(&page), gap(&page).is_some()), (expected, open.is_some()));
    }
}

#[test]
fn a_second_gap_keeps_the_oldest_part_where_the_user_was() {
    let mut page = gapped(3, 9_000);
    cut_off(&mut page, 20_000);
    assert_eq!(seqs(&page), (1..=3).chain(19_951..=20_000).collect::<Vec<_>>());
}

#[test]
fn the_older_part_goes_when_the_room_is_left_and_a_room_that_is_not_open_has_none() {
    let mut page = gapped(3, 9_000);
    let unread_before = page.client.room(ROOM).unwrap().unread;
    page.hand(Input::Open(None));
    assert_eq!((seqs(&page)[0], gap(&page)), (8_951, None));
    assert_eq!(page.client.room(ROOM).unwrap().unread, unread_before);
    cut_off(&mut page, 20_000);
    assert_eq!((seqs(&page)[0], gap(&page)), (19_951, None));
}

#[test]
fn a_gap_stays_within_the_rooms_memory_and_says_so() {
    let mut page = gapped(3, 9_000);
    let mut after = 3;
    while state(&page) == Some(GapState::More) {
        seen(&mut page);
        answer(&mut page, after, after + 200);
        after += 200;
    }
    assert_eq!(state(&page), Some(GapState::Full));
    let held = seqs(&page);
    assert!((1_800..=2_200).contains(&held.len()) && held[0] == 1, "{}", held.len());
    page.out.clear();
    seen(&mut page);
    assert_eq!(fetched(&page), [0; 0]);
    for seq in 9_001..=12_000 {
        page.event(event(seq));
        page.out.clear();
        assert!(seq % 100 > 0 || page.lines().len() <= 2_200);
    }
    assert_eq!((gap(&page), page.client.timeline(ROOM).older), (None, Older::Full), "the oldest went first");
}

#[test]
fn what_was_unread_is_divided_off_where_reading_ended() {
    let mut page = gapped(3, 9_000);
    assert_eq!(page.client.timeline(ROOM).divider, Some(Seq(3)));
    page.hand(Input::Compose { room: ROOM, content: "hello".to_owned(), reply_to: None });
    page.frame(history(9_000, 9_000, unread(100, 3, 9_000)));
    assert_eq!(page.client.timeline(ROOM).divider, None, "only once for each gap");

    let after_gap = |prepare: fn(&mut Page), meanwhile: fn(&mut Page), unread| {
        let mut page = Page::connected(3);
        prepare(&mut page);
        page.hand(Input::Open(Some(ROOM)));
        page.hand(Input::SocketClosed { code: 1012 });
        page.hand(Input::TryNow);
        page.connect(9_000);
        page.frame(ServerFrame::Gap { room: ROOM, head: Seq(9_000), erased: false });
        meanwhile(&mut page);
        page.frame(history(8_950, 9_000, unread));
        page.client.timeline(ROOM).divider
    };
    let nothing = |_: &mut Page| {};
    assert_eq!(after_gap(nothing, nothing, unread(0, 9_000, 9_000)), None, "all of it was read elsewhere");
    let write = |page: &mut Page| page.hand(Input::Compose { room: ROOM, content: "hello".to_owned(), reply_to: None });
    assert_eq!(after_gap(nothing, write, unread(100, 3, 9_000)), None, "who writes has done with it");
    let unread_one = |page: &mut Page| page.event(event(4));
    assert_eq!(after_gap(unread_one, nothing, unread(100, 4, 9_000)), Some(Seq(3)), "there is one");
}

#[test]
fn focusing_reads_up_to_the_head_and_reading_before_the_gap_does_not() {
    let mut page = gapped(20, 9_000);
    page.frame(ServerFrame::MessageHistory {
        page: crate::sample::page(9_001..=9_001),
        complete: true,
        cursors: Vec::new(),
        unread: unread(50, 20, 9_001),
    });
    seen(&mut page);
    answer(&mut page, 20, 30);
    page.hand(Input::Visible(true));
    page.hand(Input::Shown { room: ROOM, seq: Seq(25) });
    assert_eq!(page.client.room(ROOM).unwrap().read, Seq(20), "not focused");
    page.hand(Input::Focused(true));
    assert_eq!((page.client.room(ROOM).unwrap().read, page.client.room(ROOM).unwrap().unread), (Seq(9_001), 0));
    page.wait(1_000);
    assert!(page.sent().contains(&ClientFrame::MarkAsRead { room: ROOM, seq: Seq(9_001) }));
}

#[test]
fn an_own_message_that_lies_in_the_gap_is_shown_once_wherever_it_is() {
    let mut page = Page::connected(3);
    page.hand(Input::Open(Some(ROOM)));
    page.hand(Input::Compose { room: ROOM, content: "mine".to_owned(), reply_to: None });
    let written = page.lines().pop().unwrap().cid;
    cut_off(&mut page, 9_000);
    assert_eq!(page.lines().pop().unwrap().cid, written, "not acked: it waits at the end");
    seen(&mut page);
    let mut filled = crate::sample::page(4..=203);
    filled.events[0] = wire::Event { cid: written, ..own_event(4) };
    page.hand(Input::HistoryLoaded { room: ROOM, part: Part::After(Seq(3)), epoch: epoch(), page: filled });
    assert_eq!(page.lines().iter().filter(|line| line.cid == written).count(), 1);
    let settled = client::OutboxChange::Settled { cid: written, room: ROOM, seq: Seq(4), at: Time(4) };
    assert!(page.has(|output| *output == Output::Store(settled.clone())));
}

#[test]
fn while_catching_up_the_sentence_stands_before_the_first_line_that_waits() {
    let mut page = Page::reading(3);
    let place = |page: &Page| {
        let timeline = page.client.timeline(ROOM);
        assert_eq!(timeline.missing_before, page.client.missing_before(ROOM));
        (timeline.catching_up, timeline.missing_before)
    };
    page.hand(Input::Compose { room: ROOM, content: "mine".to_owned(), reply_to: None });
    assert_eq!(place(&page), (false, None));
    page.event(event(6));
    let written = page.lines().pop().unwrap().cid;
    assert_eq!(place(&page), (true, Some(written)));
    page.frame(ServerFrame::Ack { cid: written, room: ROOM, seq: Seq(5), at: Time(5) });
    assert_eq!(place(&page), (true, Some(written)), "beyond the held log it waits as well");
    page.event(event(4));
    assert_eq!((place(&page), seqs(&page)), ((false, None), vec![1, 2, 3, 4, 5, 6]));
}
