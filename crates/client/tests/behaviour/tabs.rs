//! Several tabs of one user around one durable outbox (C2, C5, C7, C8). Rule: the list in the browser is the truth, except for
//! what this tab is just writing into it.

use client::{HttpTrouble, Input, Link, OutboxChange, Output, Tick, Waiting};
use wire::frame::{ClientFrame, ServerFrame};
use wire::{Act, Cid, Code, Refusal, Seq, Time, UserId, read::Tree};

use crate::page::{Page, history, resume, seqs, welcome};
use crate::sample::{ROOM, cid, cursor, event, own_event, unread};

fn waiting(number: i64) -> Waiting {
    let content = format!("text {number}");
    Waiting {
        cid: cid(number),
        user: UserId(1),
        room: ROOM,
        content,
        act: Act::Say,
        target: None,
        at: Time(0),
        tried: false,
        refusal: None,
        more: Tree::Nothing,
    }
}

/// Reads the room, keeps durably, and does not send.
fn follower() -> Page {
    let mut page = Page::reading(3);
    page.hand(Input::Durable(true));
    page.hand(Input::Drain(false));
    page.out.clear();
    page
}

fn compose(page: &mut Page, content: &str) -> Cid {
    page.hand(Input::Compose { room: ROOM, content: content.to_owned(), reply_to: None });
    let written = puts(page).into_iter().rfind(|waiting| waiting.content == content);
    written.unwrap().cid
}

fn restore(page: &mut Page, list: &[Waiting]) {
    page.hand(Input::OutboxRestored(list.to_vec()));
}

/// Cids and ticks of the lines that wait.
fn bubbles(page: &Page) -> Vec<(Cid, Tick)> {
    page.lines()
        .into_iter()
        .filter(|line| line.seq.is_none_or(|seq| seq > Seq(3)))
        .map(|line| (line.cid, line.tick.unwrap()))
        .collect()
}

fn cids(page: &Page) -> Vec<Cid> {
    bubbles(page).into_iter().map(|(cid, _)| cid).collect()
}

fn messages(page: &mut Page) -> Vec<Cid> {
    let cid = |frame| if let ClientFrame::ChatMessage { cid, .. } = frame { Some(cid) } else { None };
    page.sent().into_iter().filter_map(cid).collect()
}

fn puts(page: &Page) -> Vec<Waiting> {
    let put = |(_, output): &(i64, Output)| match output {
        Output::Store(OutboxChange::Put(waiting) | OutboxChange::Update(waiting)) => Some(waiting.clone()),
        _ => None,
    };
    page.out.iter().filter_map(put).collect()
}

#[test]
fn the_list_is_the_order_and_what_is_being_kept_just_now_comes_after_it() {
    let mut page = follower();
    let mine = compose(&mut page, "mine");
    restore(&mut page, &[waiting(101), waiting(102)]);
    assert_eq!(cids(&page), [cid(101), cid(102)], "what is not kept yet is in the composer still");
    let kept = Waiting { cid: mine, content: "mine".to_owned(), ..waiting(0) };
    restore(&mut page, &[waiting(102), kept.clone(), waiting(103), waiting(101)]);
    page.hand(Input::Stored { cid: mine });
    assert_eq!(cids(&page), [cid(102), mine, cid(103), cid(101)]);
    restore(&mut page, &[waiting(103), kept]);
    assert_eq!(cids(&page), [cid(103), mine]);
}

#[test]
fn what_another_tab_wrote_tried_or_was_refused_shows_here() {
    let mut page = follower();
    restore(&mut page, &[waiting(101), waiting(102)]);
    let refusal: Refusal = Code::NotConnected.into();
    let refused = Waiting { refusal: Some(refusal.clone()), tried: true, ..waiting(101) };
    restore(&mut page, &[refused, Waiting { tried: true, ..waiting(102) }]);
    assert_eq!(bubbles(&page), [(cid(101), Tick::Refused(refusal)), (cid(102), Tick::Waiting)]);
    page.hand(Input::Drain(true));
    page.hand(Input::SocketClosed { code: 1006 });
    page.hand(Input::Discard { cid: cid(102) });
    page.hand(Input::Discard { cid: cid(101) });
    assert_eq!(cids(&page), [cid(102)], "what was tried may be stored, what was refused is not");
}

#[test]
fn what_is_missing_in_the_list_has_gone_and_the_log_is_asked() {
    let mut page = follower();
    restore(&mut page, &[waiting(101), waiting(102)]);
    page.sent();
    restore(&mut page, &[waiting(102)]);
    assert_eq!((cids(&page), page.sent()), (vec![cid(102)], vec![resume(ROOM, Some(3))]));
    page.frame(history(3, 3, unread(0, 3, 3)));
    page.hand(Input::Drain(true));
    restore(&mut page, &[waiting(102)]);
    assert_eq!(messages(&mut page), [cid(102)]);
}

#[test]
fn a_list_from_before_a_change_of_this_tab_takes_nothing_of_it_away() {
    let mut page = Page::reading(3);
    page.hand(Input::Durable(true));
    restore(&mut page, &[]);
    let mine = compose(&mut page, "mine");
    let before = puts(&page).pop().unwrap();
    page.hand(Input::Stored { cid: mine });
    assert!(puts(&page).pop().unwrap().tried, "it is told that it was tried");
    restore(&mut page, std::slice::from_ref(&before));
    assert_eq!(bubbles(&page), [(mine, Tick::Sending)]);
    page.hand(Input::SocketClosed { code: 1006 });
    page.hand(Input::Discard { cid: mine });
    assert_eq!(cids(&page), [mine], "that it was tried is not forgotten");
    page.hand(Input::Stored { cid: mine });

    page.frame_after_reconnect(ServerFrame::Refused { cid: mine, refusal: Code::NotConnected.into() });
    restore(&mut page, &[before]);
    assert_eq!(bubbles(&page), [(mine, Tick::Refused(Code::NotConnected.into()))]);
}

#[test]
fn what_a_new_life_of_the_database_offers_again_is_not_dropped_before_the_list_shows_it() {
    let mut page = Page::reading(3);
    page.hand(Input::Durable(true));
    let mine = compose(&mut page, "mine");
    page.hand(Input::Stored { cid: mine });
    page.hand(Input::Stored { cid: mine });
    page.frame(ServerFrame::Ack { cid: mine, room: ROOM, seq: Seq(9), at: Time(0) });
    restore(&mut page, &[]);
    assert_eq!(bubbles(&page), [(mine, Tick::Sent)], "it has a position: it is no matter of the list");
    page.out.clear();
    page.frame_after_reconnect(welcome(2));
    restore(&mut page, &[]);
    assert_eq!(cids(&page), [mine], "its place in the list is on the way");
    page.hand(Input::Stored { cid: mine });
    page.hand(Input::Stored { cid: mine });
    restore(&mut page, &[]);
    assert_eq!(cids(&page), [], "and now it was settled elsewhere");
}

#[test]
fn without_a_durable_outbox_a_list_takes_nothing_away() {
    let mut page = Page::reading(3);
    let mine = compose(&mut page, "mine");
    restore(&mut page, &[waiting(101)]);
    assert_eq!(cids(&page), [cid(101), mine]);
}

#[test]
fn what_is_kept_but_not_confirmed_goes_back_to_the_composer_and_what_was_kept_does_not() {
    let mut page = Page::reading(3);
    page.hand(Input::Durable(true));
    let mine = compose(&mut page, "mine");
    page.hand(Input::Stored { cid: mine });
    page.frame(ServerFrame::Refused { cid: mine, refusal: Code::NotConnected.into() });
    page.hand(Input::NotStored { cid: mine });
    page.hand(Input::NotStored { cid: mine });
    assert_eq!(bubbles(&page), [(mine, Tick::Refused(Code::NotConnected.into()))]);
    assert!(!page.has(|output| matches!(output, Output::Returned { .. })));
}

#[test]
fn retrying_exchanges_the_old_one_for_the_new_one_in_one_step() {
    let mut page = Page::reading(3);
    let old = compose(&mut page, "mine");
    page.frame(ServerFrame::Refused { cid: old, refusal: Code::NotConnected.into() });
    page.out.clear();
    page.hand(Input::Retry { cid: old });
    let changes: Vec<OutboxChange> = page
        .out
        .iter()
        .filter_map(|(_, output)| match output {
            Output::Store(change) => Some(change.clone()),
            _ => None,
        })
        .collect();
    let exchanged = |change: &OutboxChange| matches!(change, OutboxChange::Replace { old: gone, .. } if *gone == old);
    assert!(exchanged(&changes[0]), "{changes:?}");
    assert!(changes.iter().all(|change| !matches!(change, OutboxChange::Remove(_))), "{changes:?}");
}

#[test]
fn an_ack_that_another_tab_heard_counts_here_and_is_not_stored_again() {
    let mut page = follower();
    restore(&mut page, &[waiting(101)]);
    page.out.clear();
    let settled = Input::SettledElsewhere { cid: cid(101), room: ROOM, seq: Seq(4), at: Time(7) };
    page.hand(settled.clone());
    assert_eq!(bubbles(&page), [(cid(101), Tick::Sent)]);
    assert_eq!(page.lines().pop().unwrap().at, Time(7));
    assert!(!page.has(|output| matches!(output, Output::Store(_))));
    restore(&mut page, &[]);
    assert_eq!(cids(&page), [cid(101)], "it stays until the log shows it");
    page.wait(1_000);
    assert!(page.sent().contains(&resume(ROOM, Some(3))));
    let at = |seq| wire::Event { cid: cid(101), ..own_event(seq) };
    page.event(at(4));
    assert_eq!((seqs(&page), cids(&page)), (vec![1, 2, 3, 4], vec![cid(101)]));
    page.out.clear();
    page.hand(settled);
    page.hand(Input::SettledElsewhere { cid: cid(102), room: ROOM, seq: Seq(90), at: Time(7) });
    assert!(page.out.is_empty() && !page.client.room(ROOM).unwrap().catching_up, "what is not known is no matter");
}

#[test]
fn what_the_log_shows_is_settled_with_its_position() {
    let mut page = follower();
    restore(&mut page, &[waiting(101)]);
    page.out.clear();
    page.event(wire::Event { cid: cid(101), ..own_event(4) });
    let settled = Output::Store(OutboxChange::Settled { cid: cid(101), room: ROOM, seq: Seq(4), at: Time(4) });
    assert_eq!(page.times(|output| *output == settled).len(), 1);
    restore(&mut page, &[waiting(101)]);
    assert_eq!(page.times(|output| *output == settled).len(), 2, "the list was read before that");
    assert_eq!(page.lines().len(), 4);
}

#[test]
fn only_the_tab_that_drains_sends_and_a_new_one_sends_all_at_once() {
    let mut page = follower();
    restore(&mut page, &[waiting(101), Waiting { room: wire::RoomId(8), ..waiting(102) }]);
    page.wait(5_000);
    assert_eq!(messages(&mut page), []);
    page.hand(Input::Edit { cid: cid(101) });
    assert_eq!(cids(&page), [cid(101)], "the tab that drains may be sending it");
    page.hand(Input::Drain(true));
    assert_eq!(messages(&mut page), [], "the one before may have sent it");
    restore(&mut page, &[waiting(101), Waiting { room: wire::RoomId(8), ..waiting(102) }]);
    assert_eq!(messages(&mut page), [cid(101), cid(102)]);
    page.frame(ServerFrame::Ack { cid: cid(101), room: ROOM, seq: Seq(4), at: Time(0) });

    // What failed a moment ago is tried at once by a new leader.
    let mut page = Page::reading(3);
    page.hand(Input::SocketClosed { code: 1006 });
    let mine = compose(&mut page, "mine");
    page.pass(5_000, true);
    page.hand(Input::SendAnswered { cid: mine, answer: Err(HttpTrouble::Unreachable) });
    page.hand(Input::Drain(false));
    page.out.clear();
    page.hand(Input::Drain(true));
    assert!(page.has(|output| matches!(output, Output::SendOverHttp(_))));
}

#[test]
fn reading_here_is_told_to_the_other_tabs_and_theirs_to_nobody() {
    let here = |page: &Page| {
        let seq = |(_, output): &(i64, Output)| match output {
            Output::ReadHere { room: ROOM, seq } => Some(seq.0),
            _ => None,
        };
        page.out.iter().filter_map(seq).collect::<Vec<_>>()
    };
    let mut page = Page::reading(3);
    (4..=6).for_each(|seq| page.event(event(seq)));
    page.out.clear();
    page.hand(Input::Shown { room: ROOM, seq: Seq(4) });
    page.hand(Input::Shown { room: ROOM, seq: Seq(4) });
    assert_eq!(here(&page), [4]);
    page.wait(1_000);
    page.sent();
    page.hand(Input::ReadElsewhere { room: ROOM, seq: Seq(3) });
    page.hand(Input::ReadElsewhere { room: ROOM, seq: Seq(5) });
    assert_eq!((page.client.room(ROOM).unwrap().read, page.client.room(ROOM).unwrap().unread), (Seq(5), 1));
    page.hand(Input::ReadElsewhere { room: ROOM, seq: Seq(99) });
    assert_eq!(page.client.room(ROOM).unwrap().read, Seq(6), "not beyond what is held");
    assert_eq!(here(&page), [0; 0]);
    for _ in 0..2 {
        page.wait(5_000);
        page.frame(ServerFrame::Unknown);
    }
    assert_eq!(page.sent(), [], "the other tab tells the server");
}

#[test]
fn what_another_tab_read_but_did_not_live_to_tell_is_told() {
    let mut page = Page::reading(3);
    page.event(event(4));
    page.wait(1_000);
    page.hand(Input::ReadElsewhere { room: ROOM, seq: Seq(4) });
    page.sent();
    for _ in 0..3 {
        assert_eq!(page.sent(), []);
        page.wait(5_000);
        page.frame(ServerFrame::Unknown);
    }
    assert_eq!(page.sent(), [ClientFrame::MarkAsRead { room: ROOM, seq: Seq(4) }]);
}

#[test]
fn what_another_tab_read_and_told_is_not_told_again() {
    let mut page = Page::reading(3);
    page.event(event(4));
    page.wait(1_000);
    page.sent();
    page.hand(Input::ReadElsewhere { room: ROOM, seq: Seq(4) });
    page.frame(ServerFrame::Cursors { room: ROOM, cursors: cursor(1, 4, 4), unread: Some(unread(0, 4, 4)) });
    for _ in 0..4 {
        page.wait(5_000);
        page.frame(ServerFrame::Unknown);
    }
    assert!(!page.sent().iter().any(|frame| matches!(frame, ClientFrame::MarkAsRead { .. })));
}

#[test]
fn a_page_in_the_back_forward_cache_lets_go_of_its_socket_and_comes_back_at_once() {
    let mut page = Page::reading(3);
    page.event(event(4));
    page.hand(Input::Keystroke { room: ROOM });
    let mine = compose(&mut page, "mine");
    page.hand(Input::Keystroke { room: ROOM });
    page.hand(Input::Shown { room: ROOM, seq: Seq(4) });
    page.wait(1_300);
    page.hand(Input::Keystroke { room: ROOM });
    page.event(event(5));
    page.hand(Input::Shown { room: ROOM, seq: Seq(5) });
    page.out.clear();
    page.hand(Input::Frozen);
    let close = page.times(|output| *output == Output::CloseSocket);
    assert_eq!(close.len(), 1);
    let sent = page.sent();
    assert!(sent.contains(&ClientFrame::Typing { room: ROOM, is_typing: false }), "{sent:?}");
    assert!(sent.contains(&ClientFrame::MarkAsRead { room: ROOM, seq: Seq(5) }), "{sent:?}");
    assert!(matches!(page.client.link().link, Link::Waiting { .. }));
    page.hand(Input::Online);
    assert_eq!(page.connects().len(), 1);
    page.connect(5);
    assert_eq!(messages(&mut page), [mine]);
}

#[test]
fn being_frozen_is_no_loss() {
    let mut page = Page::connected(3);
    for _ in 0..20 {
        page.hand(Input::Frozen);
        page.hand(Input::Online);
        page.connect(3);
    }
    page.hand(Input::SocketClosed { code: 1006 });
    let Link::Waiting { until_ms } = page.client.link().link else { panic!() };
    assert!(until_ms - crate::page::START_MS - page.now_ms <= 3_000);
    let mut page = Page::connected(3);
    page.hand(Input::SocketClosed { code: 4001 });
    page.hand(Input::Frozen);
    page.hand(Input::Online);
    assert_eq!((page.client.link().link, page.connects().len()), (Link::SignedOut, 0));
}

#[test]
fn another_build_of_the_server_outdates_the_page() {
    let greet = |build: Option<&str>| {
        let ServerFrame::Welcome { session, user, epoch, limits, rooms, presence, .. } = welcome(3) else { panic!() };
        let build = build.map(str::to_owned);
        ServerFrame::Welcome { session, user, epoch, limits, rooms, presence, build }
    };
    for (page_is, server_is, outdated) in [
        (None, Some("b"), false),
        (Some("a"), None, false),
        (Some("a"), Some("a"), false),
        (Some("a"), Some("b"), true),
    ] {
        let mut page = Page::seeded(3);
        page.client.seed_build(page_is.map(str::to_owned));
        page.hand(Input::Start);
        page.hand(Input::SocketOpened);
        page.frame(welcome(3));
        page.out.clear();
        page.frame(greet(server_is));
        assert_eq!(page.client.link().outdated, outdated);
        assert_eq!(page.has(|output| *output == Output::Changed(client::Change::Link)), outdated);
    }
}
