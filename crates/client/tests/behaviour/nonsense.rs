//! A server that answers anything (C11, bad input). Rule: no panic, and what the user wrote is still there.

use client::{HttpTrouble, Input, Output};
use proptest::prelude::*;
use wire::frame::{Head, Limits, RoomChange, ServerFrame};
use wire::{
    Cid, Code, CursorState, Epoch, Event, HistoryPage, Presence, RoomId, RoomSummary, Seq, SessionId, Span, Time,
};
use wire::{Unread, UserId};

use crate::page::Page;
use crate::sample::{cid, event, person, summary};

fn number() -> impl Strategy<Value = i64> {
    let edges = prop::sample::select(vec![i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX - 1, i64::MAX]);
    prop_oneof![1 => edges, 4 => 1..12_i64]
}

fn seq() -> impl Strategy<Value = Seq> {
    number().prop_map(Seq)
}

fn room() -> impl Strategy<Value = RoomId> {
    (6..9_i64).prop_map(RoomId)
}

fn any_event() -> impl Strategy<Value = Event> {
    (room(), seq(), 1..4_i64, number(), 0..12_i64).prop_map(|(room, seq, author, at, key)| Event {
        room,
        seq,
        cid: cid(key),
        author: person(author),
        at: Time(at),
        ..event(0)
    })
}

fn cursor() -> impl Strategy<Value = CursorState> {
    (1..4_i64, seq(), seq()).prop_map(|(user, delivered, read)| CursorState { user: UserId(user), delivered, read })
}

fn unread() -> impl Strategy<Value = Unread> {
    (number(), seq(), seq()).prop_map(|(count, read, as_of)| Unread { count, read, as_of })
}

fn history() -> impl Strategy<Value = HistoryPage> {
    let hidden = prop::collection::vec((seq(), seq()).prop_map(|(from, to)| Span { from, to }), 0..3);
    let events = prop::collection::vec(any_event(), 0..6);
    (room(), seq(), seq(), events, hidden, seq(), seq()).prop_map(|(room, after, to, events, hidden, first, head)| {
        let events = events.into_iter().map(|event| Event { room, ..event }).collect();
        HistoryPage { room, after, to, events, hidden, first, head }
    })
}

fn row() -> impl Strategy<Value = RoomSummary> {
    let cursors = prop::collection::vec(cursor(), 0..3);
    (room(), seq(), seq(), prop::option::of(any_event()), unread(), cursors).prop_map(
        |(id, first, head, last, unread, cursors)| RoomSummary { id, first, head, last, unread, cursors, ..summary(0) },
    )
}

fn greeting() -> impl Strategy<Value = ServerFrame> {
    let heads = prop::collection::vec((room(), seq()).prop_map(|(room, head)| Head { room, head }), 0..4);
    (heads, 0..3_u8, number(), 0..100_usize).prop_map(|(rooms, epoch, typing_interval_ms, resume_rooms_max)| {
        ServerFrame::Welcome {
            session: SessionId(1),
            user: person(1),
            epoch: Epoch(epoch.to_string()),
            limits: Limits { typing_interval_ms, resume_rooms_max, ..Limits::default() },
            rooms,
            presence: vec![Presence { user: UserId(2), online: true, last_seen: None }],
        }
    })
}

/// Cids of the frames come from the same few as those of the page, so that acks and refusals hit.
fn frame() -> impl Strategy<Value = ServerFrame> {
    let cid = || (0..12_i64).prop_map(cid);
    let codes = prop::sample::select(Code::ALL);
    prop_oneof![
        greeting(),
        (cid(), room(), seq()).prop_map(|(cid, room, seq)| ServerFrame::Ack { cid, room, seq, at: Time(0) }),
        (cid(), codes).prop_map(|(cid, code)| ServerFrame::Refused { cid, refusal: code.into() }),
        (cid(), number()).prop_map(|(cid, wait_ms)| ServerFrame::SlowDown { cid, wait_ms }),
        any_event().prop_map(ServerFrame::Event),
        (history(), any::<bool>(), prop::collection::vec(cursor(), 0..3), unread()).prop_map(
            |(page, complete, cursors, unread)| ServerFrame::MessageHistory { page, complete, cursors, unread }
        ),
        (room(), seq()).prop_map(|(room, head)| ServerFrame::Gap { room, head }),
        (room(), cursor(), prop::option::of(unread())).prop_map(|(room, cursors, unread)| ServerFrame::Cursors {
            room,
            cursors,
            unread
        }),
        (room(), 1..4_i64, any::<bool>()).prop_map(|(room, user, is_typing)| ServerFrame::Typing {
            room,
            user: UserId(user),
            is_typing
        }),
        row().prop_map(|row| ServerFrame::Room(RoomChange::Added { summary: Box::new(row) })),
        room().prop_map(|room| ServerFrame::Room(RoomChange::Removed { room })),
        Just(ServerFrame::Unknown),
    ]
}

fn input() -> impl Strategy<Value = Input> {
    let answer = prop_oneof![frame().prop_map(Ok), Just(Err(HttpTrouble::Unreachable))];
    prop_oneof![
        12 => frame().prop_map(Input::SocketFrame),
        1 => Just(Input::SocketGarbage),
        1 => any::<u16>().prop_map(|code| Input::SocketClosed { code }),
        2 => Just(Input::TryNow),
        1 => any::<bool>().prop_map(Input::Visible),
        1 => any::<bool>().prop_map(Input::Focused),
        2 => prop::option::of(room()).prop_map(Input::Open),
        1 => (room(), seq()).prop_map(|(room, seq)| Input::Shown { room, seq }),
        2 => room().prop_map(|room| Input::Compose { room, content: "text".to_owned() }),
        1 => room().prop_map(|room| Input::Keystroke { room }),
        1 => room().prop_map(|room| Input::OlderWanted { room }),
        1 => (room(), history()).prop_map(|(room, page)| Input::HistoryLoaded { room, epoch: crate::page::epoch(), page }),
        1 => prop::collection::vec(frame(), 0..4).prop_map(Input::PollAnswered),
        1 => (0..12_i64, answer).prop_map(|(key, answer)| Input::SendAnswered { cid: cid(key), answer }),
    ]
}

proptest! {
    #[test]
    fn any_frames_at_any_time_never_panic_and_never_take_what_was_written(
        steps in prop::collection::vec((input(), 0..20_000_i64), 1..60)
    ) {
        let mut page = Page::seeded(3);
        page.hand(Input::Start);
        for (input, wait_ms) in steps {
            page.hand(input);
            page.wait(wait_ms);
        }
        let stored = page.times(|output| matches!(output, Output::Store(client::OutboxChange::Remove(_)))).len();
        let written: std::collections::BTreeSet<Cid> = page.out.iter().filter_map(|(_, output)| match output {
            Output::Store(client::OutboxChange::Put(waiting)) => Some(waiting.cid),
            _ => None,
        }).collect();
        // The frames' cids are not the page's own, so nothing it wrote can have been settled.
        prop_assert_eq!(stored, 0);
        let shown: usize = (6..9).map(|room| page.client.timeline(RoomId(room)).lines.iter().filter(|line| written.contains(&line.cid)).count()).sum();
        prop_assert_eq!(shown, written.len());
    }
}
