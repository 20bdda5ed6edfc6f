//! Desktop notifications (SPEC 7). Rule: one tab speaks, of what came just now, while nobody looks.

use client::{Input, Output};
use wire::frame::{RoomChange, ServerFrame};
use wire::{Event, Message, RoomId, RoomPage, RoomSummary, Seq};

use crate::page::{Page, history, welcome};
use crate::sample::{ROOM, cursor, event, own_event, summary, unread};

/// Room, position and count of each notification; no count means that it was taken away.
fn notices(page: &mut Page) -> Vec<(i64, i64, Option<usize>)> {
    let notice = |(_, output)| match output {
        Output::Notify { room, seq, count, .. } => Some((room.0, seq.0, Some(count))),
        Output::Unnotify { room } => Some((room.0, 0, None)),
        _ => None,
    };
    page.out.drain(..).filter_map(notice).collect()
}

/// Not looked at.
fn away() -> Page {
    let mut page = Page::reading(3);
    page.hand(Input::Focused(false));
    page
}

#[test]
fn a_message_of_somebody_else_is_told_while_nobody_looks_and_withdrawn_when_it_is_read() {
    let mut page = away();
    page.event(event(4));
    let told = page.out.iter().find(|(_, output)| matches!(output, Output::Notify { .. })).unwrap().1.clone();
    let (title, text) = ("User 2".to_owned(), "message 4".to_owned());
    assert_eq!(told, Output::Notify { room: ROOM, seq: Seq(4), title, text, count: 1 });
    page.out.clear();
    page.event(event(5));
    page.event(own_event(6));
    assert_eq!(notices(&mut page), [(7, 5, Some(1))], "own ones are not");
    page.hand(Input::Shown { room: ROOM, seq: Seq(5) });
    assert_eq!(notices(&mut page), [], "shown to nobody");
    page.hand(Input::Focused(true));
    assert_eq!(notices(&mut page), [(7, 0, None)]);
    page.event(event(7));
    page.hand(Input::Visible(false));
    assert_eq!(notices(&mut page), [], "looked at when it came");
    page.event(event(8));
    assert_eq!(notices(&mut page), [(7, 8, Some(1))]);
}

#[test]
fn only_the_tab_that_drains_speaks() {
    let mut page = away();
    page.hand(Input::Drain(false));
    page.event(event(4));
    page.hand(Input::Drain(true));
    assert_eq!(notices(&mut page), []);
    page.event(event(5));
    assert_eq!(notices(&mut page), [(7, 5, Some(1))]);
}

#[test]
fn what_is_read_on_another_device_or_in_another_tab_is_withdrawn() {
    for input in [
        Input::SocketFrame(ServerFrame::Cursors {
            room: ROOM,
            cursors: cursor(1, 5, 5),
            unread: Some(unread(0, 5, 5)),
        }),
        Input::ReadElsewhere { room: ROOM, seq: Seq(5) },
        Input::SocketFrame(ServerFrame::Room(RoomChange::Removed { room: ROOM })),
    ] {
        let mut page = away();
        page.event(event(4));
        page.event(event(5));
        page.out.clear();
        page.hand(Input::ReadElsewhere { room: ROOM, seq: Seq(4) });
        assert_eq!(notices(&mut page), [], "the last one is not read");
        page.hand(input);
        assert_eq!(notices(&mut page), [(7, 0, None)]);
        page.hand(Input::Tick);
        assert_eq!(notices(&mut page), []);
    }
}

#[test]
fn what_was_missed_is_told_at_once_with_its_number_and_not_again() {
    let mut page = away();
    page.hand(Input::SocketClosed { code: 1012 });
    page.hand(Input::TryNow);
    page.connect(15);
    page.out.clear();
    page.frame(history(3, 15, unread(12, 3, 15)));
    assert_eq!(notices(&mut page), [(7, 15, Some(12))]);
    page.frame(history(3, 15, unread(12, 3, 15)));
    page.event(event(15));
    assert_eq!(notices(&mut page), []);
}

#[test]
fn what_comes_in_several_answers_of_one_poll_is_told_as_one() {
    let mut page = away();
    page.hand(Input::SocketClosed { code: 1006 });
    page.pass(5_000, true);
    page.out.clear();
    let answers = vec![welcome(15), history(3, 10, unread(12, 3, 15)), history(10, 15, unread(12, 3, 15))];
    page.hand(Input::PollAnswered(answers));
    assert_eq!(notices(&mut page), [(7, 15, Some(12))]);
}

#[test]
fn what_was_read_elsewhere_meanwhile_is_not_told() {
    let mut page = away();
    page.hand(Input::SocketClosed { code: 1012 });
    page.hand(Input::TryNow);
    page.connect(15);
    page.out.clear();
    page.frame(history(3, 15, unread(0, 15, 15)));
    assert_eq!(notices(&mut page), []);
}

/// A room of which the user has read nothing.
fn unread_row(head: i64) -> RoomSummary {
    RoomSummary { unread: unread(head, 0, head), cursors: vec![cursor(1, 0, 0)], ..summary(head) }
}

/// The answer about the events up to this one, in this room.
fn history_of(room: RoomId, to: i64) -> ServerFrame {
    let ServerFrame::MessageHistory { mut page, complete, cursors, unread } = history(0, to, unread(to, 0, to)) else {
        panic!()
    };
    page.room = room;
    page.events.iter_mut().for_each(|event| event.room = room);
    ServerFrame::MessageHistory { page, complete, cursors, unread }
}

#[test]
fn the_first_message_of_a_new_contact_is_told_though_another_device_holds_it() {
    for delivered in [0, 2] {
        let mut page = away();
        let row = RoomSummary { id: RoomId(8), cursors: vec![cursor(1, delivered, 0)], ..unread_row(2) };
        page.event(Event { room: RoomId(8), ..event(1) });
        page.frame(ServerFrame::Room(RoomChange::Added { summary: Box::new(row) }));
        page.frame(history_of(RoomId(8), 2));
        assert_eq!(notices(&mut page), [(8, 2, Some(2))], "delivered {delivered}");
    }
}

#[test]
fn a_room_that_comes_again_with_a_new_life_of_the_database_is_no_news() {
    let mut page = away();
    let ServerFrame::Welcome { session, user, limits, rooms, presence, build, .. } = welcome(2) else { panic!() };
    let epoch = wire::Epoch("two".to_owned());
    page.frame_after_reconnect(ServerFrame::Welcome { session, user, epoch, limits, rooms, presence, build });
    page.frame(ServerFrame::Room(RoomChange::Added { summary: Box::new(unread_row(2)) }));
    page.frame(history_of(ROOM, 2));
    assert_eq!((page.client.room(ROOM).unwrap().unread, notices(&mut page)), (2, vec![]));
}

#[test]
fn neither_a_page_nor_a_new_room_without_messages_nor_paging_is_told() {
    let mut page = Page::seeded(0);
    page.client.seed_room(RoomPage { summary: unread_row(60), page: crate::sample::page(51..=60) });
    page.hand(Input::Open(Some(ROOM)));
    page.hand(Input::Start);
    page.connect(60);
    page.hand(Input::OlderWanted { room: ROOM });
    page.hand(Input::HistoryLoaded {
        room: ROOM,
        part: client::Part::Before(Seq(51)),
        epoch: crate::page::epoch(),
        page: crate::sample::page(1..=50),
    });
    assert_eq!(page.lines().len(), 60);
    let row = RoomSummary { id: RoomId(8), ..unread_row(0) };
    page.frame(ServerFrame::Room(RoomChange::Added { summary: Box::new(row) }));
    assert_eq!(notices(&mut page), []);
    page.event(Event { room: RoomId(8), ..event(1) });
    assert_eq!(notices(&mut page), [(8, 1, Some(1))]);
}

#[test]
fn of_a_long_text_the_beginning_is_told() {
    let mut page = away();
    let message = Message::new(wire::MessageType::Text, "é".repeat(5_000));
    page.event(Event { message: Some(message), ..event(4) });
    let text =
        |(_, output): &(i64, Output)| if let Output::Notify { text, .. } = output { Some(text.clone()) } else { None };
    assert_eq!(page.out.iter().find_map(text), Some("é".repeat(200)));
}
