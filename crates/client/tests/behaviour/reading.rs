//! Delivered, read, unread and ticks (SPEC 6).

use client::{Change, Input, Output, Tick};
use wire::frame::{ClientFrame, ServerFrame};
use wire::{Seq, Time};

use crate::page::Page;
use crate::sample::{ROOM, cursor, event, own_event, unread};

fn read(seq: i64) -> ClientFrame {
    ClientFrame::MarkAsRead { room: ROOM, seq: Seq(seq) }
}

fn delivered(seq: i64) -> ClientFrame {
    ClientFrame::Delivered { room: ROOM, seq: Seq(seq) }
}

fn unread_now(page: &Page) -> i64 {
    page.client.room(ROOM).unwrap().unread
}

#[test]
fn a_room_is_read_only_in_a_visible_and_focused_tab() {
    for (visible, focused) in [(false, false), (true, false), (false, true)] {
        let mut page = Page::connected(3);
        page.event(event(4));
        page.hand(Input::Open(Some(ROOM)));
        page.hand(Input::Visible(visible));
        page.hand(Input::Focused(focused));
        page.hand(Input::Shown { room: ROOM, seq: Seq(4) });
        page.wait(10_000);
        assert!(!page.sent().contains(&read(4)));
        assert_eq!(unread_now(&page), 1);
    }
}

#[test]
fn opening_and_focusing_read_up_to_the_head_shown_then() {
    let mut page = Page::connected(3);
    page.hand(Input::Visible(true));
    page.hand(Input::Focused(true));
    page.event(event(4));
    assert_eq!(unread_now(&page), 1);
    page.wait(1_000);
    page.sent();
    page.hand(Input::Open(Some(ROOM)));
    assert_eq!(page.sent(), [read(4)]);
    assert_eq!((unread_now(&page), page.client.unread_total()), (0, 0));
    page.hand(Input::Focused(false));
    page.event(event(5));
    page.wait(1_000);
    assert!(!page.sent().contains(&read(5)));
    page.hand(Input::Focused(true));
    assert_eq!(page.sent(), [read(5)]);
}

#[test]
fn later_events_are_read_when_they_are_on_screen() {
    let mut page = Page::reading(3);
    page.event(event(4));
    page.event(event(5));
    assert_eq!((page.sent(), unread_now(&page)), (vec![delivered(4)], 2));
    page.hand(Input::Shown { room: ROOM, seq: Seq(4) });
    assert_eq!(unread_now(&page), 1);
    page.hand(Input::Shown { room: ROOM, seq: Seq(99) });
    page.wait(250);
    assert_eq!((page.sent(), unread_now(&page)), (vec![read(5)], 0));
}

#[test]
fn sending_reads_what_is_before_only_if_that_was_read() {
    for (other_first, expected) in [(false, 5), (true, 3)] {
        let mut page = Page::connected(3);
        if other_first {
            page.event(event(4));
            page.event(own_event(5));
        } else {
            page.event(own_event(4));
            page.event(own_event(5));
        }
        assert_eq!(page.client.room(ROOM).unwrap().read, Seq(expected));
        assert_eq!(unread_now(&page), i64::from(other_first));
    }
}

#[test]
fn another_session_of_the_user_reads_for_this_one_too() {
    let mut page = Page::connected(3);
    page.event(event(4));
    page.event(event(5));
    let cursors = cursor(1, 5, 4);
    page.frame(ServerFrame::Cursors { room: ROOM, cursors, unread: Some(unread(1, 4, 5)) });
    assert_eq!(unread_now(&page), 1);
}

#[test]
fn ticks_follow_the_slowest_of_the_others() {
    let mut page = Page::reading(3);
    page.event(own_event(4));
    let tick = |page: &Page| page.lines().last().unwrap().tick.clone();
    assert_eq!(tick(&page), Some(Tick::Sent));
    for (cursors, expected) in [(cursor(2, 4, 0), Tick::Delivered), (cursor(2, 4, 4), Tick::Read)] {
        page.frame(ServerFrame::Cursors { room: ROOM, cursors, unread: None });
        assert_eq!(tick(&page), Some(expected));
        let told = page.times(|output| matches!(output, Output::Changed(Change::Ticks(_))));
        assert_eq!(told.len(), 1);
        page.out.clear();
    }
}

#[test]
fn the_divider_stands_where_reading_ended_until_the_user_sends() {
    let mut page = Page::connected(3);
    page.hand(Input::Visible(true));
    page.hand(Input::Focused(true));
    page.event(event(4));
    page.hand(Input::Open(Some(ROOM)));
    assert_eq!(page.client.timeline(ROOM).divider, Some(Seq(3)));
    page.event(event(5));
    page.hand(Input::Shown { room: ROOM, seq: Seq(5) });
    assert_eq!(page.client.timeline(ROOM).divider, Some(Seq(3)));
    page.hand(Input::Compose { room: ROOM, content: "hello".to_owned(), reply_to: None });
    assert_eq!(page.client.timeline(ROOM).divider, None);
}

#[test]
fn a_read_cursor_that_was_not_confirmed_is_told_on_the_next_connection() {
    let mut page = Page::reading(3);
    page.event(event(4));
    page.wait(1_000);
    page.hand(Input::Shown { room: ROOM, seq: Seq(4) });
    assert!(page.sent().contains(&read(4)));
    page.hand(Input::SocketClosed { code: 1006 });
    page.hand(Input::TryNow);
    page.connect(4);
    page.wait(250);
    assert!(page.sent().contains(&read(4)));
    page.frame(ServerFrame::Cursors { room: ROOM, cursors: cursor(1, 4, 4), unread: Some(unread(0, 4, 4)) });
    page.hand(Input::SocketClosed { code: 1006 });
    page.hand(Input::TryNow);
    page.connect(4);
    page.wait(250);
    assert!(!page.sent().contains(&read(4)));
}

#[test]
fn rows_are_sorted_by_what_happened_last() {
    let mut page = Page::connected(3);
    let other = wire::RoomId(8);
    let summary = wire::RoomSummary { id: other, active_at: Time(9), ..crate::sample::summary(0) };
    page.frame(ServerFrame::Room(wire::frame::RoomChange::Added { summary: Box::new(summary) }));
    let order = |page: &Page| page.client.rooms().into_iter().map(|row| row.id).collect::<Vec<_>>();
    assert_eq!(order(&page), [other, ROOM]);
    page.out.clear();
    page.event(wire::Event { at: Time(10), ..event(4) });
    assert_eq!(order(&page), [ROOM, other]);
    assert!(page.has(|output| *output == Output::Changed(Change::Rooms)));
}
