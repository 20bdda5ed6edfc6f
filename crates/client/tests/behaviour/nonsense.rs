//! A server that answers anything (C11, bad input). Rule: no panic, and what the user wrote is still there.

use client::{HttpTrouble, Input, OutboxChange, Output, Part, Waiting};
use proptest::prelude::*;
use wire::frame::{ClientFrame, Head, Held, Limits, RoomChange, ServerFrame};
use wire::{
    Act, Cid, Code, CursorState, Epoch, Event, EventKind, HistoryPage, Presence, RoomId, RoomSummary, Seq, SessionId,
    Span, Time,
};
use wire::{Tally, Unread, UserId, read::Tree};

use crate::page::Page;
use crate::sample::{self, ROOM, cid, event, person, summary};

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
    let kind = prop::sample::select(vec![
        EventKind::Message,
        EventKind::Joined,
        EventKind::Left,
        EventKind::Removed,
        EventKind::Renamed,
        EventKind::Archived,
        EventKind::Reopened,
        EventKind::Unknown,
    ]);
    let about = prop::option::of((1..4_i64).prop_map(person).prop_map(Box::new));
    (room(), seq(), 1..4_i64, number(), 0..12_i64, kind, about).prop_map(|(room, seq, author, at, key, kind, about)| {
        Event { room, seq, cid: cid(key), kind, author: person(author), at: Time(at), about, ..event(0) }
    })
}

fn cursor() -> impl Strategy<Value = CursorState> {
    (0..4_i64, seq(), seq()).prop_map(|(user, delivered, read)| CursorState {
        user: UserId(user),
        delivered,
        read,
        joined: Seq(0),
    })
}

fn unread() -> impl Strategy<Value = Unread> {
    (number(), seq(), seq()).prop_map(|(count, read, as_of)| Unread {
        count,
        read,
        as_of,
        mentions: count.saturating_sub(read.0),
    })
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
    let heads = prop::collection::vec(
        (room(), seq()).prop_map(|(room, head)| Head { room, head, level: wire::Level::All }),
        0..4,
    );
    (heads, 0..3_u8, number(), 0..100_usize).prop_map(|(rooms, epoch, typing_interval_ms, resume_rooms_max)| {
        ServerFrame::Welcome {
            session: SessionId(1),
            user: person(1),
            epoch: Epoch(epoch.to_string()),
            limits: Limits { typing_interval_ms, resume_rooms_max, ..Limits::default() },
            rooms,
            presence: vec![Presence { user: UserId(2), online: true, last_seen: None }],
            build: None,
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
        (room(), seq()).prop_map(|(room, head)| ServerFrame::Gap { room, head, erased: false }),
        (room(), cursor(), prop::option::of(unread())).prop_map(|(room, cursors, unread)| ServerFrame::Cursors {
            room,
            cursors,
            unread
        }),
        (room(), 1..4_i64, any::<bool>()).prop_map(|(room, user, is_typing)| ServerFrame::Typing {
            room,
            user: UserId(user),
            name: Some(format!("User {user}")),
            is_typing
        }),
        (room(), prop::collection::vec(cursor(), 0..3), prop::option::of(seq())).prop_map(|(room, cursors, seq)| {
            let tally = seq.map(|seq| Tally { seq, of: 2, delivered: 1, read: 0 });
            ServerFrame::Receipts { room, cursors, tally }
        }),
        row().prop_map(|row| ServerFrame::Room(RoomChange::Added { summary: Box::new(row) })),
        room().prop_map(|room| ServerFrame::Room(RoomChange::Removed { room })),
        Just(ServerFrame::Unknown),
    ]
}

fn part() -> impl Strategy<Value = Part> {
    (any::<bool>(), seq()).prop_map(|(newer, seq)| if newer { Part::After(seq) } else { Part::Before(seq) })
}

/// What another tab wrote into the outbox; its cids are in no frame.
fn list(kept: Vec<(RoomId, i64)>) -> Input {
    let waiting = |(room, key)| Waiting {
        cid: cid(key),
        user: UserId(1),
        room,
        content: "kept".to_owned(),
        act: [Act::Say, Act::Edit, Act::Delete, Act::React][key.unsigned_abs() as usize % 4],
        target: (key % 3 > 0).then_some(Seq(key % 5)),
        at: Time(0),
        tried: false,
        refusal: None,
        more: Tree::Nothing,
    };
    Input::OutboxRestored(kept.into_iter().map(waiting).collect())
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
        2 => room().prop_map(|room| Input::Compose { room, content: "text".to_owned(), reply_to: None }),
        2 => (room(), seq(), 0..4_usize).prop_map(|(room, target, act)| Input::Amend {
            room,
            target,
            act: [Act::Edit, Act::Delete, Act::React, Act::Unreact][act],
            content: "👍".to_owned(),
        }),
        1 => room().prop_map(|room| Input::Keystroke { room }),
        1 => room().prop_map(|room| Input::OlderWanted { room }),
        1 => room().prop_map(|room| Input::GapSeen { room }),
        1 => room().prop_map(|room| Input::UnreadWanted { room }),
        1 => room().prop_map(|room| Input::DividerDone { room }),
        1 => (room(), part(), history()).prop_map(|(room, part, page)| Input::HistoryLoaded { room, part, epoch: crate::page::epoch(), page }),
        1 => (room(), part()).prop_map(|(room, part)| Input::HistoryFailed { room, part, trouble: HttpTrouble::Unreachable }),
        1 => (0..12_i64, room(), seq()).prop_map(|(key, room, seq)| Input::SettledElsewhere { cid: cid(key), room, seq, at: Time(0) }),
        1 => (room(), seq()).prop_map(|(room, seq)| Input::ReadElsewhere { room, seq }),
        1 => any::<bool>().prop_map(Input::Drain),
        1 => Just(Input::Frozen),
        1 => prop::collection::vec((room(), 100..104_i64), 0..4).prop_map(list),
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
        let written: std::collections::BTreeSet<Cid> = page.out.iter().filter_map(|(_, output)| match output {
            Output::Store(OutboxChange::Put(waiting)) if waiting.act == Act::Say => Some(waiting.cid),
            _ => None,
        }).collect();
        let is_end = |change: &OutboxChange| match change {
            OutboxChange::Remove(cid) | OutboxChange::Settled { cid, .. } => written.contains(cid),
            _ => false,
        };
        let stored = page.times(|output| matches!(output, Output::Store(change) if is_end(change))).len();
        // The frames' cids are not the page's own, so nothing it wrote can have been settled.
        prop_assert_eq!(stored, 0);
        let shown: usize = (6..9).map(|room| page.client.timeline(RoomId(room)).lines.iter().filter(|line| written.contains(&line.cid)).count()).sum();
        prop_assert_eq!(shown, written.len());
    }
}

/// The questions of the first minute, in which the server gives every one this answer.
fn questions(mut answer: impl FnMut(Held) -> ServerFrame) -> usize {
    let mut page = Page::reading(3);
    page.event(event(9));
    let mut asked = 0;
    for _ in 0..600 {
        let frames: Vec<ClientFrame> = page.sent();
        let resumes = frames.into_iter().filter_map(|frame| match frame {
            ClientFrame::Resume { rooms, .. } => Some(rooms),
            _ => None,
        });
        for held in resumes.flatten().collect::<Vec<Held>>() {
            asked += 1;
            page.frame(answer(held));
        }
        page.wait(100);
    }
    asked
}

#[test]
fn a_server_that_answers_nonsense_is_not_flooded_with_questions() {
    let mut head = 9;
    let mut next = || {
        head += 100;
        head
    };
    let gap = |head: i64| ServerFrame::Gap { room: ROOM, head: Seq(head), erased: false };
    let history = |after: i64, to: i64| crate::page::history(after, to, sample::unread(0, 3, 3));
    let row = |head: i64| ServerFrame::Room(RoomChange::Added { summary: Box::new(summary(head)) });
    let asked = [
        ("gaps further and further on", questions(|_| gap(next()))),
        ("pages that bring nothing", questions(|held| history(held.after.unwrap().0, held.after.unwrap().0))),
        ("pages beyond", questions(|held| history(held.after.unwrap().0 + 5, held.after.unwrap().0 + 6))),
        ("pages before", questions(|_| history(0, 1))),
        ("rows", questions(|_| row(head + 1))),
        ("warnings", questions(|_| ServerFrame::Unknown)),
    ];
    for (what, asked) in asked {
        assert!((1..=62).contains(&asked), "{asked} questions after {what}");
    }
}

#[test]
fn garbage_again_and_again_is_followed_by_fewer_and_fewer_questions_but_always_by_one() {
    let mut page = Page::connected(3);
    let garbage = |page: &mut Page, times: usize, every_ms: i64| {
        let mut asked = Vec::new();
        for _ in 0..times {
            page.hand(Input::SocketGarbage);
            page.wait(every_ms);
            if page.sent().contains(&crate::page::resume(ROOM, Some(3))) {
                asked.push(page.now_ms / 1_000);
                page.frame(crate::page::history(3, 3, sample::unread(0, 3, 3)));
            }
        }
        asked
    };
    assert_eq!(garbage(&mut page, 20, 3_000), [6, 18, 39]);
    assert_eq!(garbage(&mut page, 1, 25_000), [85], "what came last is followed by a question too");
    for _ in 0..12 {
        page.wait(10_000);
        page.frame(ServerFrame::Unknown);
    }
    page.sent();
    assert_eq!(garbage(&mut page, 1, 5_000), [210], "after a quiet minute as soon as the first time");
}

#[test]
fn an_older_or_a_newer_server_is_understood_as_far_as_it_goes() {
    let mut page = Page::seeded(3);
    page.hand(Input::Start);
    page.hand(Input::SocketOpened);
    let author = r#""author":{"id":2,"username":"user2","display_name":"User 2","badge":"gold"}"#;
    let event = |seq: i64, rest: &str| {
        let cid = cid(seq);
        format!(
            r#"{{"type":"event","room":7,"seq":{seq},"cid":"{cid}",{author},"at":"2026-01-01T00:00:00.000Z",{rest}}}"#
        )
    };
    for text in [
        r#"{"type":"welcome","session":1,"user":{"id":1,"username":"user1","display_name":"User 1"},"epoch":"one","limits":{"body_chars_max":10000,"frame_bytes_max":65536,"resume_rooms_max":50,"typing_interval_ms":1000,"of_tomorrow":1},"rooms":[{"room":7,"head":3}],"presence":[],"features":["x"]}"#.to_owned(),
        r#"{"type":"of_tomorrow","n":1}"#.to_owned(),
        event(4, r#""kind":"poll_opened","poll":{"options":[1,2]}"#),
        event(5, r#""kind":"message","message":{"type":"hologram","content":"seen from all sides","depth":3}"#),
        event(6, r#""kind":"message","message":{"type":"text","content":"plain"}"#),
    ] {
        let frame: ServerFrame = serde_json::from_str(&text).unwrap();
        page.frame(frame);
    }
    assert_eq!(page.client.link().link, client::Link::Connected);
    assert!(!page.client.link().outdated, "an older server names no build");
    let kinds: Vec<_> = page.lines().into_iter().skip(3).map(|line| line.kind).collect();
    assert_eq!(kinds, [wire::EventKind::Unknown, wire::EventKind::Message, wire::EventKind::Message]);
    assert_eq!(page.client.room(ROOM).unwrap().unread, 2);
}

#[test]
fn a_thousand_events_in_one_answer_fill_a_gap_within_the_rooms_memory() {
    let mut page = Page::connected(3);
    page.hand(Input::Open(Some(ROOM)));
    page.event(event(5_000));
    page.frame(ServerFrame::Gap { room: ROOM, head: Seq(5_000), erased: false });
    page.frame(crate::page::history(4_950, 5_000, sample::unread(100, 3, 5_000)));
    for after in [3, 1_003, 2_003] {
        page.hand(Input::GapSeen { room: ROOM });
        let part = Part::After(Seq(after));
        let answer = sample::page(after + 1..=after + 1_000);
        page.hand(Input::HistoryLoaded { room: ROOM, part, epoch: crate::page::epoch(), page: answer });
        assert!(page.lines().len() <= 2_200);
        let seqs = crate::page::seqs(&page);
        assert!(seqs.is_sorted() && seqs.last() == Some(&5_000));
    }
}
