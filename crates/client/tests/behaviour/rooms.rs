//! What happens to a room while it is known here. Rule: title, members and whether it is closed follow the log, whatever
//! comes late.

use client::{Input, Tick};
use wire::frame::{RoomChange, ServerFrame};
use wire::{CursorState, Event, EventKind, Message, MessageType, RoomKind, RoomSummary, Seq, Tally};

use crate::page::{Page, history, resume};
use crate::sample::{ROOM, cursor, event, own_event, person, summary, unread};

fn change(seq: i64, kind: EventKind, about: Option<i64>, text: Option<&str>) -> Event {
    let message = text.map(|text| Message::new(MessageType::System, text.to_owned()));
    Event { kind, message, about: about.map(person).map(Box::new), ..event(seq) }
}

fn row(page: &Page) -> (String, bool) {
    let row = page.client.room(ROOM).unwrap();
    (row.title, row.writable)
}

fn cursors(user: i64, delivered: i64, read: i64) -> ServerFrame {
    ServerFrame::Cursors { room: ROOM, cursors: cursor(user, delivered, read), unread: None }
}

fn tick(page: &Page, seq: i64) -> Option<Tick> {
    page.lines().into_iter().find(|line| line.seq == Some(Seq(seq))).and_then(|line| line.tick)
}

#[test]
fn the_row_follows_what_happens_to_the_room() {
    let mut page = Page::reading(3);
    page.event(change(4, EventKind::Renamed, None, Some("Tea room")));
    assert_eq!(row(&page), ("Tea room".to_owned(), true));
    page.event(change(5, EventKind::Archived, None, None));
    assert_eq!(row(&page), ("Tea room".to_owned(), false));
    page.event(change(6, EventKind::Reopened, None, None));
    assert_eq!(row(&page), ("Tea room".to_owned(), true));
    assert_eq!(page.client.room(ROOM).unwrap().unread, 0, "nobody has to read that");
}

#[test]
fn a_late_row_does_not_undo_what_happened_since() {
    let mut page = Page::reading(3);
    page.event(change(4, EventKind::Renamed, None, Some("Tea room")));
    let late = ServerFrame::Room(RoomChange::Added { summary: Box::new(summary(3)) });
    page.frame(late);
    assert_eq!(row(&page).0, "Tea room");
    let newer = RoomSummary { title: "Coffee".to_owned(), ..summary(4) };
    page.frame(ServerFrame::Room(RoomChange::Added { summary: Box::new(newer) }));
    assert_eq!(row(&page).0, "Coffee");
}

#[test]
fn ticks_wait_for_who_came_and_not_for_who_has_gone() {
    let mut page = Page::reading(3);
    page.event(change(4, EventKind::Joined, Some(3), None));
    page.event(own_event(5));
    page.frame(cursors(2, 5, 5));
    assert_eq!(tick(&page, 5), Some(Tick::Sent), "user 3 holds nothing after 4");
    page.frame(cursors(3, 5, 4));
    assert_eq!(tick(&page, 5), Some(Tick::Delivered));
    page.event(change(6, EventKind::Removed, Some(3), None));
    assert_eq!(tick(&page, 5), Some(Tick::Read));
    page.event(own_event(7));
    page.frame(cursors(2, 7, 7));
    assert_eq!(tick(&page, 7), Some(Tick::Read));
}

#[test]
fn who_left_while_the_socket_was_down_is_not_waited_for() {
    let mut page = Page::reading(3);
    page.event(change(4, EventKind::Joined, Some(3), None));
    page.event(own_event(5));
    page.frame(cursors(2, 5, 5));
    let row = RoomSummary { cursors: vec![cursor(1, 5, 5), cursor(2, 5, 5)], ..summary(6) };
    page.frame(ServerFrame::Room(RoomChange::Added { summary: Box::new(row) }));
    assert_eq!(tick(&page, 5), Some(Tick::Read));
}

/// A room of more than its members can be told of: the user's own cursors and the least of all others'.
fn large(head: i64, delivered: i64, read: i64) -> RoomSummary {
    let cursors = vec![cursor(0, delivered, read), cursor(1, head, head)];
    RoomSummary { kind: RoomKind::Group, peer: None, cursors, ..summary(head) }
}

fn added(summary: RoomSummary) -> ServerFrame {
    ServerFrame::Room(RoomChange::Added { summary: Box::new(summary) })
}

fn least(delivered: i64, read: i64, tally: Option<Tally>) -> ServerFrame {
    ServerFrame::Receipts { room: ROOM, cursors: vec![cursor(0, delivered, read)], tally }
}

fn counted(page: &Page, seq: i64) -> Option<(i64, i64, i64)> {
    let line = page.lines().into_iter().find(|line| line.seq == Some(Seq(seq)))?;
    line.tally.map(|tally| (tally.of, tally.delivered, tally.read))
}

#[test]
fn in_a_large_room_ticks_follow_the_least_of_all() {
    let mut page = Page::reading(3);
    page.frame(added(large(3, 3, 3)));
    page.event(own_event(4));
    assert_eq!(tick(&page, 4), Some(Tick::Sent));
    let tally = Tally { seq: Seq(4), of: 99, delivered: 99, read: 12 };
    page.frame(least(4, 3, Some(tally)));
    assert_eq!((tick(&page, 4), counted(&page, 4)), (Some(Tick::Delivered), Some((99, 99, 12))));
    page.event(change(5, EventKind::Joined, Some(3), None));
    page.frame(least(5, 5, None));
    assert_eq!(tick(&page, 4), Some(Tick::Read));
    page.event(own_event(6));
    page.frame(least(5, 4, None));
    assert_eq!(
        (tick(&page, 4), tick(&page, 6)),
        (Some(Tick::Read), Some(Tick::Sent)),
        "a late word takes nothing back"
    );
    assert_eq!(counted(&page, 6), None, "nobody has counted");
    page.event(own_event(7));
    page.frame(least(7, 7, None));
    assert_eq!(tick(&page, 7), Some(Tick::Read), "who joined is among all");
}

#[test]
fn a_room_that_grows_or_shrinks_past_the_limit_goes_on_ticking() {
    let mut page = Page::reading(3);
    let small = |head, cursors| RoomSummary { kind: RoomKind::Group, peer: None, cursors, ..summary(head) };
    page.frame(added(small(3, vec![cursor(1, 3, 3), cursor(2, 3, 3), cursor(3, 3, 3)])));
    page.event(own_event(4));
    let moved = vec![cursor(2, 4, 4), cursor(3, 4, 3)];
    page.frame(ServerFrame::Receipts { room: ROOM, cursors: moved, tally: None });
    assert_eq!((tick(&page, 4), counted(&page, 4)), (Some(Tick::Delivered), Some((2, 2, 1))));
    page.frame(least(4, 4, None));
    assert_eq!(tick(&page, 4), Some(Tick::Read), "user 3 is not waited for twice");
    page.event(own_event(5));
    page.frame(least(5, 4, None));
    page.frame(added(small(5, vec![cursor(1, 5, 5), cursor(2, 5, 5), cursor(3, 5, 4)])));
    assert_eq!((tick(&page, 5), counted(&page, 5)), (Some(Tick::Delivered), Some((2, 2, 1))));
    page.frame(cursors(3, 5, 5));
    assert_eq!(tick(&page, 5), Some(Tick::Read));
}

#[test]
fn what_was_written_before_anybody_came_is_not_said_to_be_read() {
    let mut page = Page::reading(1);
    let newcomer = CursorState { joined: Seq(3), ..cursor(2, 3, 3) };
    let row = RoomSummary { kind: RoomKind::Group, peer: None, cursors: vec![cursor(1, 1, 1), newcomer], ..summary(1) };
    page.frame(added(row));
    page.event(own_event(2));
    page.event(change(3, EventKind::Joined, Some(2), None));
    page.event(own_event(4));
    assert_eq!((tick(&page, 2), counted(&page, 2)), (Some(Tick::Sent), Some((0, 0, 0))));
    page.frame(cursors(2, 4, 4));
    assert_eq!((tick(&page, 2), tick(&page, 4)), (Some(Tick::Sent), Some(Tick::Read)));
    assert_eq!(counted(&page, 4), Some((1, 1, 1)));
}

#[test]
fn after_a_gap_the_row_is_asked_for_once_nothing_else_is_missing() {
    let mut page = Page::reading(3);
    page.frame_after_reconnect(ServerFrame::Gap { room: ROOM, head: Seq(9_000), erased: false });
    let sent = page.sent();
    assert!(sent.contains(&resume(ROOM, Some(8_950))) && !sent.contains(&resume(ROOM, None)), "first what was said");
    page.frame(history(8_950, 9_000, unread(0, 9_000, 9_000)));
    assert!(page.sent().contains(&resume(ROOM, None)), "then how the room stands");
    assert_eq!(row(&page), ("User 2".to_owned(), true));
    let now = RoomSummary { title: "Tea room".to_owned(), writable: false, archived: true, ..summary(9_000) };
    page.frame(added(now));
    assert_eq!(row(&page), ("Tea room".to_owned(), false));
    assert!(page.client.room(ROOM).unwrap().archived);
    page.hand(Input::Tick);
    page.wait(60_000);
    let asked = page.sent().into_iter().filter(|frame| *frame == resume(ROOM, None)).count();
    assert_eq!(asked, 0, "asked once");
}

#[test]
fn a_row_that_was_read_too_early_is_asked_for_again() {
    let mut page = Page::reading(3);
    page.event(event(4));
    let muted = RoomSummary { writable: false, ..summary(3) };
    page.frame(added(muted));
    assert!(row(&page).1, "it may have changed since");
    page.sent();
    page.wait(1_000);
    assert!(page.sent().contains(&resume(ROOM, None)));
    page.frame(added(RoomSummary { writable: false, ..summary(4) }));
    assert!(!row(&page).1);
}
