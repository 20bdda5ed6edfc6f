//! What a tab gives to the browser for the next one. Rule: a client seeded with it shows the same.

use client::{Client, Input, Older};
use proptest::prelude::*;
use wire::frame::{ClientFrame, ServerFrame};
use wire::{Cid, Event, HistoryPage, Inbox, RoomId, RoomPage, RoomSummary, Seq, Span};

use crate::page::{Page, START_MS, epoch, history, seqs};
use crate::sample::{ROOM, cursor, event, own_event, page, person, summary, unread};

const ROOMS: [RoomId; 2] = [ROOM, RoomId(8)];

/// A page around a client that knows only what the browser kept of this one, `events_max` of each room.
fn reopened(kept: &Client, events_max: usize) -> Page {
    let mut page = Page { client: Client::new(person(1), 8, START_MS), now_ms: 0, out: Vec::new() };
    page.client.seed_epoch(epoch());
    page.client.seed_inbox(kept.inbox());
    ROOMS.iter().filter_map(|room| kept.page(*room, events_max)).for_each(|kept| page.client.seed_room(kept));
    ROOMS.iter().for_each(|room| page.client.seed_read(*room, kept.read_position(*room)));
    page.hand(Input::Tick);
    page.out.clear();
    page
}

#[derive(Clone, Debug)]
enum Step {
    Event { room: usize, own: bool, skip: i64 },
    Hidden { to: i64 },
    Shown { seq: i64 },
    Cursors { user: i64, seq: i64, own_unread: i64 },
    Gap,
    Look(bool),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => (0..2_usize, any::<bool>(), prop::bool::weighted(0.1)).prop_map(|(room, own, skip)| Step::Event { room, own, skip: skip.into() }),
        1 => (1..4_i64).prop_map(|to| Step::Hidden { to }),
        3 => (0..60_i64).prop_map(|seq| Step::Shown { seq }),
        2 => (1..3_i64, 0..60_i64, 0..3_i64).prop_map(|(user, seq, own_unread)| Step::Cursors { user, seq, own_unread }),
        1 => Just(Step::Gap),
        2 => any::<bool>().prop_map(Step::Look),
    ]
}

fn take(page: &mut Page, step: &Step, number: i64) {
    let position = |page: &Page, room| page.client.page(room, 1).map_or(Seq(0), |kept| kept.page.to).0;
    match *step {
        Step::Event { room, own, skip } => {
            let (room, seq) = (ROOMS[room], position(page, ROOMS[room]) + 1 + skip);
            let one = if own { own_event(seq) } else { event(seq) };
            page.event(Event { room, cid: crate::sample::cid(1_000 * room.0 + seq), ..one });
        }
        Step::Hidden { to } => {
            let after = position(page, ROOM);
            let to = after + to;
            let hidden = vec![Span { from: Seq(after + 1), to: Seq(to) }];
            let part = HistoryPage {
                after: Seq(after),
                to: Seq(to),
                head: Seq(to),
                hidden,
                events: Vec::new(),
                ..crate::sample::page(1..=1)
            };
            let read = page.client.read_position(ROOM).0;
            let unread = unread(page.client.room(ROOM).unwrap().unread, read, to);
            page.frame(ServerFrame::MessageHistory { page: part, complete: true, cursors: Vec::new(), unread });
        }
        Step::Shown { seq } => page.hand(Input::Shown { room: ROOM, seq: Seq(seq) }),
        Step::Cursors { user, seq, own_unread } => {
            let seq = seq.min(position(page, ROOM));
            let unread = (user == 1).then(|| unread(own_unread, seq, position(page, ROOM)));
            page.frame(ServerFrame::Cursors { room: ROOM, cursors: cursor(user, seq, seq), unread });
        }
        Step::Gap => {
            let head = position(page, ROOM) + 200;
            page.frame(ServerFrame::Event(event(head)));
            page.frame(ServerFrame::Gap { room: ROOM, head: Seq(head), erased: false });
            page.frame(history(head - 50, head, unread(100, page.client.read_position(ROOM).0, head)));
        }
        Step::Look(focused) => page.hand(Input::Focused(focused)),
    }
    page.wait(number % 3 * 100);
}

fn tail(page: &Page, room: RoomId, most: usize) -> Vec<client::Line> {
    let lines = page.client.timeline(room).lines;
    lines[lines.len().saturating_sub(most)..].to_vec()
}

proptest! {
    #[test]
    fn what_is_kept_shows_the_same_again(steps in prop::collection::vec(step(), 0..60), events_max in 1..80_usize) {
        let mut page = Page::connected(3);
        page.client.seed_room(RoomPage {
            summary: RoomSummary { id: ROOMS[1], ..summary(0) },
            page: HistoryPage { room: ROOMS[1], after: Seq(0), to: Seq(0), events: Vec::new(), ..crate::sample::page(1..=1) },
        });
        page.hand(Input::Open(Some(ROOM)));
        page.hand(Input::Visible(true));
        for (number, step) in (0..).zip(&steps) {
            take(&mut page, step, number);
        }
        let again = reopened(&page.client, events_max);
        prop_assert_eq!(again.client.rooms(), page.client.rooms());
        prop_assert_eq!(again.client.unread_total(), page.client.unread_total());
        for room in ROOMS {
            let kept = page.client.page(room, events_max).map_or(0, |kept| kept.page.events.len());
            prop_assert_eq!(again.client.timeline(room).lines.len(), kept);
            prop_assert_eq!(tail(&again, room, kept), tail(&page, room, kept));
            prop_assert_eq!(again.client.read_position(room), page.client.read_position(room));
        }
        // And the same once more: nothing is lost by being kept twice.
        let third = reopened(&again.client, events_max);
        prop_assert_eq!(third.client.rooms(), page.client.rooms());
    }
}

#[test]
fn what_was_read_and_not_told_is_told_by_the_next_tab() {
    let mut page = Page::reading(3);
    page.event(event(4));
    page.event(event(5));
    page.hand(Input::SocketClosed { code: 1006 });
    page.hand(Input::Shown { room: ROOM, seq: Seq(4) });
    let mut again = reopened(&page.client, 50);
    assert_eq!(again.client.room(ROOM).unwrap().unread, 1);
    again.hand(Input::Start);
    again.connect(5);
    assert!(again.sent().contains(&ClientFrame::MarkAsRead { room: ROOM, seq: Seq(4) }));
}

#[test]
fn what_was_read_is_known_also_of_a_room_of_which_only_the_row_is_kept() {
    let row = RoomSummary { cursors: vec![cursor(1, 60, 40)], unread: unread(30, 70, 100), ..summary(100) };
    let mut page = Page { client: Client::new(person(1), 8, START_MS), now_ms: 0, out: Vec::new() };
    page.client.seed_epoch(epoch());
    page.client.seed_inbox(wire::Inbox { rooms: vec![row], ..wire::Inbox::default() });
    page.client.seed_read(ROOM, Seq(70));
    assert_eq!((page.client.read_position(ROOM), page.client.room(ROOM).unwrap().unread), (Seq(70), 30));
    page.client.seed_read(ROOM, Seq(1_000));
    assert_eq!(page.client.read_position(ROOM), Seq(100), "not beyond what there is");
    // On a connection it is told at once.
    let mut page = Page::connected(3);
    page.event(event(4));
    page.wait(1_000);
    page.sent();
    page.client.seed_read(ROOM, Seq(4));
    page.hand(Input::Tick);
    assert_eq!(page.sent(), [ClientFrame::MarkAsRead { room: ROOM, seq: Seq(4) }]);
}

#[test]
fn an_own_message_of_before_reads_nothing_again() {
    let mut page = Page::connected(3);
    page.event(event(4));
    page.event(own_event(5));
    page.frame(ServerFrame::Cursors { room: ROOM, cursors: cursor(1, 4, 4), unread: Some(unread(0, 4, 5)) });
    assert_eq!(page.client.read_position(ROOM), Seq(4));
    assert_eq!(reopened(&page.client, 1).client.read_position(ROOM), Seq(4));
}

#[test]
fn what_is_kept_is_caught_up_with_from_its_end() {
    let page = Page::connected(60);
    let mut again = reopened(&page.client, 20);
    assert_eq!(seqs(&again), (41..=60).collect::<Vec<_>>());
    again.hand(Input::Start);
    again.connect(62);
    assert_eq!(again.sent(), [crate::page::resume(ROOM, Some(60))]);
    again.frame(history(60, 62, unread(2, 60, 62)));
    assert_eq!((seqs(&again).len(), again.client.room(ROOM).unwrap().unread), (22, 2));
}

#[test]
fn a_room_of_which_nothing_is_held_is_kept_as_a_row_only() {
    let page = Page::seeded(0);
    assert_eq!(page.client.page(ROOM, 50), None);
    assert_eq!(page.client.page(RoomId(99), 50), None);
    assert_eq!(reopened(&page.client, 50).client.rooms(), page.client.rooms());
}

#[test]
fn a_kept_page_behind_the_servers_one_changes_nothing_unless_it_reaches_it() {
    let row = |head, title: &str| RoomSummary { title: title.to_owned(), writable: false, ..summary(head) };
    for (kept, expected) in [(1..=20, 51..=100), (20..=50, 20..=100), (20..=70, 20..=100), (90..=100, 51..=100)] {
        let mut live = Page::seeded(100);
        let before = live.client.rooms();
        let head = *kept.end();
        live.client.seed_room(RoomPage { summary: row(head, "before"), page: page(kept) });
        assert_eq!(seqs(&live), expected.collect::<Vec<_>>());
        assert_eq!(live.client.rooms(), before, "an older row, or one of the same age, changes nothing");
    }
}

#[test]
fn a_kept_page_of_a_room_of_which_only_the_row_is_here_is_caught_up_with() {
    let mut live = Page { client: Client::new(person(1), 8, START_MS), now_ms: 0, out: Vec::new() };
    live.client.seed_epoch(epoch());
    live.client.seed_inbox(wire::Inbox { rooms: vec![summary(100)], ..wire::Inbox::default() });
    live.client.seed_room(RoomPage { summary: summary(40), page: page(21..=40) });
    assert_eq!((seqs(&live), live.client.room(ROOM).unwrap().catching_up), ((21..=40).collect::<Vec<_>>(), true));
    live.hand(Input::Start);
    live.connect(100);
    assert_eq!(live.sent(), [crate::page::resume(ROOM, Some(40))]);
    // While the server is being asked from another position, it is left alone.
    let mut live = Page { client: Client::new(person(1), 8, START_MS), now_ms: 0, out: Vec::new() };
    live.client.seed_epoch(epoch());
    live.client.seed_inbox(wire::Inbox { rooms: vec![summary(100)], ..wire::Inbox::default() });
    live.hand(Input::Start);
    live.connect(102);
    live.client.seed_room(RoomPage { summary: summary(40), page: page(21..=40) });
    live.frame(history(100, 102, unread(2, 100, 102)));
    assert_eq!(seqs(&live), [101, 102]);
}

#[test]
fn a_kept_room_that_the_server_does_not_name_any_more_does_not_come_back() {
    let kept = |page: &mut Page| {
        let summary = RoomSummary { id: ROOMS[1], ..summary(3) };
        page.client.seed_room(RoomPage { summary, page: HistoryPage { room: ROOMS[1], ..crate::sample::page(1..=3) } });
        page.hand(Input::Tick);
    };
    let mut live = Page::seeded(3);
    kept(&mut live);
    assert!(live.client.room(ROOMS[1]).is_some());
    live.hand(Input::Start);
    live.connect(3);
    assert_eq!(live.client.room(ROOMS[1]), None);
    kept(&mut live);
    assert_eq!(live.client.room(ROOMS[1]), None);
}

#[test]
fn cids_are_kept_with_the_lines() {
    let page = Page::connected(10);
    let cids = |page: &Page| page.lines().into_iter().map(|line| line.cid).collect::<Vec<Cid>>();
    assert_eq!(cids(&reopened(&page.client, 50)), cids(&page));
}

#[test]
fn of_a_room_that_is_not_kept_no_beginning_is_claimed() {
    let mut client = Client::new(person(1), 8, START_MS);
    assert_eq!(client.timeline(ROOM).older, Older::Unknown, "nothing is known of it at all");
    // Others have it all on their devices, this one holds nothing.
    let row = RoomSummary { cursors: vec![cursor(1, 0, 0)], ..summary(3) };
    client.seed_inbox(Inbox { rooms: vec![row], ..Inbox::default() });
    assert_eq!(client.timeline(ROOM).older, Older::Unknown, "its row is known, none of its lines");
    client.seed_room(RoomPage { summary: summary(3), page: page(1..=3) });
    assert_eq!(client.timeline(ROOM).older, Older::Beginning);
}
