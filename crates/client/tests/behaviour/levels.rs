//! How much of a room the user wants to hear (SPEC 7). Rule: it decides what is told; what is unread, and where the user had read
//! to, is the same whatever it is.

use client::{Change, Input, Output, RoomView};
use wire::frame::{RoomChange, ServerFrame};
use wire::{Event, Level, RoomSummary, Seq, Unread, UserId};

use crate::page::{Page, history, welcome};
use crate::sample::{ROOM, cursor, event, own_event, summary, unread};

/// Calls the user, and somebody else.
fn mention(seq: i64) -> Event {
    Event { mentions: vec![UserId(1), UserId(3)], ..event(seq) }
}

fn row(page: &Page) -> RoomView {
    page.client.room(ROOM).unwrap()
}

fn set(page: &mut Page, level: Level, head: i64) {
    let (cursors, unread) = (vec![cursor(1, head, 3), cursor(2, 0, 0)], unread(head - 3, 3, head));
    let summary = RoomSummary { level, cursors, unread, ..summary(head) };
    page.frame(ServerFrame::Room(RoomChange::Added { summary: Box::new(summary) }));
}

/// Connected and looked at by nobody, with three messages that are read.
fn away(level: Level) -> Page {
    let mut page = Page::connected(3);
    set(&mut page, level, 3);
    page.out.clear();
    page
}

/// Positions of notifications; none: taken away.
fn notices(page: &mut Page) -> Vec<Option<i64>> {
    let notice = |(_, output)| match output {
        Output::Notify { seq, .. } => Some(Some(seq.0)),
        Output::Unnotify { .. } => Some(None),
        _ => None,
    };
    page.out.drain(..).filter_map(notice).collect()
}

#[test]
fn a_level_decides_what_is_told_and_not_what_is_unread() {
    for (level, total, told) in [
        (Level::All, 3, vec![Some(4), Some(5), Some(7)]),
        (Level::Mentions, 1, vec![Some(5)]),
        (Level::None, 0, vec![]),
        (Level::Unknown, 3, vec![Some(4), Some(5), Some(7)]),
    ] {
        let mut page = away(level);
        page.event(event(4));
        page.event(mention(5));
        page.event(Event { mentions: vec![UserId(3)], ..own_event(6) });
        page.event(event(7));
        let RoomView { unread, mentions, level: shown, .. } = row(&page);
        assert_eq!((unread, mentions, shown), (3, 1, level));
        assert_eq!(page.client.unread_total(), total, "{level:?}");
        assert_eq!(notices(&mut page), told, "{level:?}");
        page.hand(Input::Open(Some(ROOM)));
        let timeline = page.client.timeline(ROOM);
        assert_eq!((timeline.divider, timeline.opened.map(|opened| opened.unread)), (Some(Seq(3)), Some(3)));
        let called: Vec<bool> = timeline.lines.iter().rev().take(4).map(|line| line.mentions_me).collect();
        assert_eq!(called, [false, false, true, false]);
    }
}

#[test]
fn a_level_is_learned_from_a_row_and_after_an_absence_from_the_welcome() {
    let mut page = away(Level::All);
    page.event(event(4));
    page.out.clear();
    set(&mut page, Level::None, 4);
    assert!(page.has(|output| *output == Output::Changed(Change::Room(ROOM))));
    assert_eq!(page.client.unread_total(), 0);
    set(&mut page, Level::All, 3);
    assert_eq!(row(&page).level, Level::None, "an older row says nothing new");
    let ServerFrame::Welcome { session, user, epoch, limits, mut rooms, presence, build } = welcome(4) else {
        panic!()
    };
    rooms[0].level = Level::Mentions;
    page.frame_after_reconnect(ServerFrame::Welcome { session, user, epoch, limits, rooms, presence, build });
    assert_eq!(row(&page).level, Level::Mentions);
}

#[test]
fn what_was_said_of_a_room_goes_when_nothing_is_to_be_heard_of_it_any_more() {
    let mut page = away(Level::All);
    page.event(event(4));
    assert_eq!(notices(&mut page), [Some(4)]);
    set(&mut page, Level::None, 4);
    assert_eq!(notices(&mut page), [None]);
    set(&mut page, Level::All, 4);
    assert_eq!(notices(&mut page), [], "nothing of it came just now");
}

#[test]
fn mentions_are_the_servers_figure_and_what_came_since_without_what_is_read() {
    let mut page = Page::connected(3);
    page.hand(Input::SocketClosed { code: 1012 });
    page.hand(Input::TryNow);
    page.connect(15);
    let mut answer = history(3, 15, Unread { mentions: 4, ..unread(12, 3, 15) });
    if let ServerFrame::MessageHistory { page, .. } = &mut answer {
        // Only the end of what is missing has come: of the four, two lie in it.
        (page.after, page.to) = (Seq(3), Seq(6));
        page.events = vec![event(4), mention(5), mention(6)];
    }
    page.frame(answer);
    assert_eq!((row(&page).unread, row(&page).mentions), (12, 4));
    page.hand(Input::ReadElsewhere { room: ROOM, seq: Seq(5) });
    assert_eq!((row(&page).unread, row(&page).mentions), (10, 3));
    page.frame(history(6, 15, Unread { mentions: 3, ..unread(10, 5, 15) }));
    assert_eq!((row(&page).unread, row(&page).mentions), (10, 1), "what is held is believed");
    page.event(mention(16));
    assert_eq!((row(&page).unread, row(&page).mentions), (11, 2));
    page.frame(ServerFrame::Cursors { room: ROOM, cursors: cursor(1, 16, 16), unread: Some(unread(0, 16, 16)) });
    assert_eq!((row(&page).unread, row(&page).mentions), (0, 0));
}

#[test]
fn a_row_that_was_kept_says_how_much_its_user_wants_to_hear_and_who_called() {
    let mut page = away(Level::Mentions);
    page.event(mention(4));
    let kept = page.client.inbox();
    let mut client = client::Client::new(crate::sample::person(1), 1, 0);
    client.seed_inbox(kept);
    let row = client.room(ROOM).unwrap();
    assert_eq!((row.unread, row.mentions, row.level, client.unread_total()), (1, 1, Level::Mentions, 1));
}
