//! Link, transport and the connection line (SPEC 5).

use client::{Banner, HttpTrouble, Input, Link, Output, PresenceView, Transport};
use wire::frame::{ClientFrame, ServerFrame};
use wire::{Presence, UserId};

use crate::page::{Page, START_MS, history, welcome};
use crate::sample::{ROOM, event, person, unread};

fn is_poll(output: &Output) -> bool {
    matches!(output, Output::Poll { .. })
}

#[test]
fn the_schedule_of_reconnecting_is_kept_and_ends_in_standard_messaging() {
    let mut page = Page::connected(3);
    for _ in 0..6 {
        page.wait(10_000);
        page.frame(ServerFrame::Unknown);
    }
    page.hand(Input::SocketClosed { code: 1006 });
    page.out.clear();
    let mut lost_ms = page.now_ms;
    page.pass(200_000, true);
    let connects = page.connects();
    assert_eq!(connects.len(), 5);
    for (at_ms, full_ms) in connects.iter().zip([3_000, 6_000, 12_000, 24_000, 48_000]) {
        assert!((full_ms * 3 / 4..=full_ms).contains(&(at_ms - lost_ms)), "{} after {lost_ms}", at_ms - lost_ms);
        lost_ms = *at_ms;
    }
    let view = page.client.link();
    assert_eq!((view.link, view.transport), (Link::Failed, Transport::None));
    assert_eq!(view.banner, Some(Banner::Standard { reached: false, waiting: 0 }));
}

#[test]
fn polls_begin_after_five_seconds_without_a_socket_and_come_every_eight() {
    let mut page = Page::connected(3);
    page.hand(Input::SocketClosed { code: 1006 });
    for _ in 0..4 {
        page.pass(8_000, true);
        if page.has(is_poll) {
            page.hand(Input::PollAnswered(vec![welcome(3), history(3, 3, unread(0, 3, 3))]));
        }
    }
    assert_eq!(page.times(is_poll), [5_000, 13_000, 21_000, 29_000]);
    assert_eq!(page.client.link().transport, Transport::Polling);
}

#[test]
fn a_poll_that_succeeds_heals_a_failed_link_at_most_every_thirty_seconds() {
    let mut page = Page::seeded(3);
    page.hand(Input::Start);
    page.hand(Input::SocketClosed { code: 1006 });
    page.pass(120_000, true);
    assert_eq!(page.client.link().link, Link::Failed);
    page.hand(Input::PollFailed(HttpTrouble::Unreachable));
    page.out.clear();
    for _ in 0..15 {
        page.pass(8_000, true);
        page.hand(Input::PollAnswered(vec![welcome(3)]));
        if page.client.link().link == Link::Connecting {
            page.hand(Input::SocketClosed { code: 1006 });
            assert_eq!(page.client.link().banner, Some(Banner::Standard { reached: true, waiting: 0 }));
        }
    }
    let healed = page.connects();
    assert!((3..=4).contains(&healed.len()) && healed.windows(2).all(|pair| pair[1] - pair[0] >= 30_000), "{healed:?}");
}

#[test]
fn online_the_visible_tab_and_the_button_try_at_once() {
    for input in [Input::Online, Input::Visible(true), Input::TryNow] {
        let mut page = Page::connected(3);
        page.hand(Input::SocketClosed { code: 1006 });
        page.out.clear();
        page.hand(input);
        assert_eq!(page.connects(), [0]);
    }
}

#[test]
fn nothing_is_said_in_the_first_five_seconds_and_then_what_was_caught_up() {
    let mut page = Page::connected(3);
    page.hand(Input::SocketClosed { code: 1006 });
    page.pass(4_999, true);
    assert_eq!(page.client.link().banner, None);
    page.pass(1, true);
    assert_eq!(page.client.link().banner, Some(Banner::Reconnecting { waiting: 0 }));
    page.hand(Input::TryNow);
    page.connect(15);
    page.frame(history(3, 15, unread(12, 3, 15)));
    assert_eq!(page.client.link().banner, Some(Banner::BackOnline { caught_up: 12, waiting: 0 }));
    page.wait(4_000);
    assert_eq!(page.client.link().banner, None);
}

#[test]
fn after_4001_nothing_is_tried_and_what_waits_is_sent_after_signing_in_again() {
    let mut page = Page::connected(3);
    page.hand(Input::SocketClosed { code: 4001 });
    page.hand(Input::Compose { room: ROOM, content: "kept".to_owned(), reply_to: None });
    for input in [Input::Online, Input::Visible(true), Input::Tick] {
        page.hand(input);
        page.wait(3_600_000);
    }
    assert_eq!(page.times(|output| *output == Output::SignedOut), [0]);
    assert!(page.connects().is_empty() && !page.has(is_poll));
    assert_eq!(page.client.link().banner, Some(Banner::SignedOut { waiting: 1 }));
    page.hand(Input::Start);
    page.connect(3);
    assert!(page.sent().iter().any(|frame| matches!(frame, ClientFrame::ChatMessage { .. })));
}

#[test]
fn the_end_of_the_session_is_also_heard_over_http() {
    let mut page = Page::seeded(3);
    page.hand(Input::Start);
    page.hand(Input::SocketClosed { code: 1006 });
    page.pass(5_000, true);
    page.hand(Input::PollFailed(HttpTrouble::SignedOut));
    assert!(page.has(|output| *output == Output::SignedOut));
    page.out.clear();
    page.wait(600_000);
    assert!(page.connects().is_empty() && !page.has(is_poll));
}

#[test]
fn after_4003_nothing_is_tried() {
    let mut page = Page::connected(3);
    page.hand(Input::SocketClosed { code: 4003 });
    page.wait(3_600_000);
    page.hand(Input::Online);
    assert!(page.connects().is_empty() && !page.has(is_poll));
    assert_eq!(page.client.link().banner, Some(Banner::Refused));
}

#[test]
fn another_accounts_welcome_ends_it_before_anything_is_sent() {
    let mut page = Page::seeded(3);
    page.hand(Input::Compose { room: ROOM, content: "mine".to_owned(), reply_to: None });
    page.hand(Input::Start);
    page.hand(Input::SocketOpened);
    let ServerFrame::Welcome { session, epoch, limits, rooms, presence, build, .. } = welcome(3) else { panic!() };
    page.frame(ServerFrame::Welcome { session, epoch, limits, rooms, presence, build, user: person(2) });
    assert!(page.has(|output| *output == Output::CloseSocket) && page.has(|output| *output == Output::SignedOut));
    assert_eq!(page.sent(), []);
}

#[test]
fn a_socket_that_says_nothing_is_asked_and_then_given_up() {
    let mut page = Page::connected(3);
    page.wait(30_000);
    assert_eq!(page.times(|output| matches!(output, Output::Send(ClientFrame::Ping { .. }))), [20_000]);
    assert_eq!(page.times(|output| *output == Output::CloseSocket), [30_000]);
    assert!(matches!(page.client.link().link, Link::Waiting { until_ms } if until_ms > START_MS + 30_000));
}

#[test]
fn waking_up_asks_the_socket_at_once() {
    for input in [Input::Visible(true), Input::Online] {
        let mut page = Page::connected(3);
        page.wait(1_000);
        page.hand(input);
        assert!(matches!(page.sent()[..], [ClientFrame::Ping { .. }]));
    }
}

#[test]
fn presence_is_unknown_when_nothing_is_heard() {
    let mut page = Page::connected(3);
    page.frame(ServerFrame::Presence(Presence { user: UserId(2), online: true, last_seen: None }));
    page.hand(Input::SocketClosed { code: 1006 });
    page.pass(4_999, true);
    assert_eq!(page.client.presence(UserId(2)), PresenceView::Online);
    page.pass(1, true);
    assert_eq!(page.client.presence(UserId(2)), PresenceView::Unknown);
    page.hand(Input::TryNow);
    page.connect(3);
    assert_eq!(page.client.presence(UserId(2)), PresenceView::Offline { last_seen: None });
}

#[test]
fn who_types_is_known_of_every_room() {
    let mut page = Page::connected(3);
    let change = Output::Changed(client::Change::Typing(ROOM));
    for open in [None, Some(wire::RoomId(8)), Some(ROOM)] {
        page.hand(Input::Open(open));
        for (is_typing, expected) in [(true, Some("Ana is typing…")), (false, None)] {
            page.out.clear();
            let name = is_typing.then(|| "Ana".to_owned());
            page.frame(ServerFrame::Typing { room: ROOM, user: UserId(2), name, is_typing });
            assert!(page.has(|output| *output == change), "{open:?}");
            assert_eq!(page.client.typing(ROOM).as_deref(), expected);
        }
    }
}

#[test]
fn who_wrote_does_not_type_any_more() {
    let mut page = Page::connected(3);
    let typing = |is_typing| ServerFrame::Typing { room: ROOM, user: UserId(2), name: None, is_typing };
    page.frame(typing(true));
    assert_eq!(page.client.typing(ROOM).as_deref(), Some("Somebody is typing…"), "an older server names nobody");
    page.event(event(4));
    assert_eq!(page.client.typing(ROOM), None);
    page.frame(typing(true));
    page.wait(5_000);
    assert_eq!(page.client.typing(ROOM), None);
}
