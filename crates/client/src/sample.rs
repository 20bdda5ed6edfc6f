//! Little logs for the tests of the files. Rule: user 1 is "me", events are user 2's unless said otherwise.

use std::ops::RangeInclusive;

use wire::{
    Cid, CursorState, Event, EventKind, HistoryPage, Level, Message, MessageType, Person, RoomId, RoomKind,
    RoomSummary, Seq, Time, Unread, UserId,
};

pub(crate) const ROOM: RoomId = RoomId(7);

pub(crate) fn person(id: i64) -> Person {
    Person { id: UserId(id), username: format!("user{id}"), display_name: format!("User {id}"), ..Person::default() }
}

pub(crate) fn cid(number: i64) -> Cid {
    let [a, b, c, d, e, f, g, h] = number.to_be_bytes();
    Cid::new(0, [a, b, c, d, e, f, g, h, 0, 0])
}

pub(crate) fn event(seq: i64) -> Event {
    Event {
        room: ROOM,
        seq: Seq(seq),
        cid: cid(seq),
        kind: EventKind::Message,
        author: person(2),
        at: Time(seq),
        message: Some(Message::new(MessageType::Text, format!("message {seq}"))),
        target: None,
        about: None,
        mentions: Vec::new(),
    }
}

pub(crate) fn own_event(seq: i64) -> Event {
    Event { author: person(1), ..event(seq) }
}

pub(crate) fn page(seqs: RangeInclusive<i64>) -> HistoryPage {
    HistoryPage {
        room: ROOM,
        after: Seq(seqs.start().saturating_sub(1)),
        to: Seq(*seqs.end()),
        events: seqs.clone().map(event).collect(),
        hidden: Vec::new(),
        first: Seq(1),
        head: Seq(*seqs.end()),
    }
}

pub(crate) fn cursor(user: i64, delivered: i64, read: i64) -> CursorState {
    CursorState { user: UserId(user), delivered: Seq(delivered), read: Seq(read), joined: Seq(0) }
}

pub(crate) fn unread(count: i64, read: i64, as_of: i64) -> Unread {
    Unread { count, read: Seq(read), as_of: Seq(as_of), mentions: 0 }
}

/// A direct room of users 1 and 2 with `head` messages of user 2, of which user 1 holds and has read everything.
pub(crate) fn summary(head: i64) -> RoomSummary {
    RoomSummary {
        id: ROOM,
        kind: RoomKind::Direct,
        title: "User 2".to_owned(),
        peer: Some(person(2)),
        about: None,
        writable: true,
        archived: false,
        level: Level::All,
        first: Seq(1),
        head: Seq(head),
        last: (head > 0).then(|| event(head)),
        unread: unread(0, head, head),
        cursors: vec![cursor(1, head, head), cursor(2, 0, 0)],
        active_at: Time(head),
    }
}
