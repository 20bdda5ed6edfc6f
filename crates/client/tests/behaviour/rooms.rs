//! What happens to a room while it is known here. Rule: title, members and whether it is closed follow the log, whatever
//! comes late.

use client::Tick;
use wire::frame::{RoomChange, ServerFrame};
use wire::{Event, EventKind, Message, MessageType, RoomSummary, Seq};

use crate::page::Page;
use crate::sample::{ROOM, cursor, event, own_event, person, summary};

fn change(seq: i64, kind: EventKind, about: Option<i64>, text: Option<&str>) -> Event {
    let message = text.map(|text| Message { kind: MessageType::System, content: text.to_owned() });
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
