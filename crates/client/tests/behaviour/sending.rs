//! What the user writes, from the composer to the log (C3, C5, C7).

use client::{HttpTrouble, Input, OutboxChange, Output, Tick, Waiting};
use wire::frame::{ClientFrame, ServerFrame};
use wire::{Act, Cid, Code, Refusal, Seq, Time, UserId, read::Tree};

use crate::page::{Page, resume, welcome};
use crate::sample::{ROOM, cid, event};

fn compose(page: &mut Page, content: &str) {
    page.hand(Input::Compose { room: ROOM, content: content.to_owned(), reply_to: None });
}

/// The cids that went over the socket since the last look.
fn cids(page: &mut Page) -> Vec<Cid> {
    let cid = |frame| if let ClientFrame::ChatMessage { cid, .. } = frame { Some(cid) } else { None };
    page.sent().into_iter().filter_map(cid).collect()
}

fn cids_over_http(page: &Page) -> Vec<Cid> {
    let cid = |(_, output): &(i64, Output)| {
        if let Output::SendOverHttp(Waiting { cid, .. }) = output { Some(*cid) } else { None }
    };
    page.out.iter().filter_map(cid).collect()
}

fn ticks(page: &Page) -> Vec<Tick> {
    page.lines().into_iter().filter_map(|line| line.tick).collect()
}

fn ack(cid: Cid, seq: i64) -> ServerFrame {
    ServerFrame::Ack { cid, room: ROOM, seq: Seq(seq), at: Time(5) }
}

fn returned(page: &Page) -> Vec<(String, Option<Code>)> {
    let text = |(_, output): &(i64, Output)| match output {
        Output::Returned { content, refusal, .. } => {
            Some((content.clone(), refusal.as_ref().map(|refusal| refusal.code)))
        }
        _ => None,
    };
    page.out.iter().filter_map(text).collect()
}

#[test]
fn what_a_script_sends_carries_more_than_a_text_and_is_sent_once() {
    let mut page = Page::reading(3);
    let more = wire::read::parse(r#"{"attachments":[{"id":"a"}]}"#).unwrap();
    let send = |page: &mut Page| {
        let (content, reply_to) = (" ".to_owned(), Some(Seq(2)));
        page.hand(Input::Send { cid: cid(9), room: ROOM, content, reply_to, more: more.clone() });
    };
    send(&mut page);
    let line = page.lines().pop().unwrap();
    assert_eq!((line.cid, &line.message.as_ref().unwrap().more), (cid(9), &more), "shown at once");
    let frames = page.sent();
    let is_it = |frame: &ClientFrame| {
        let ClientFrame::ChatMessage { cid: sent, content, reply_to, attachments, .. } = frame else { return false };
        (*sent, content.as_str(), *reply_to) == (cid(9), "", Some(Seq(2)))
            && *attachments == more.clone().take("attachments")
    };
    assert_eq!(frames.iter().filter(|frame| is_it(frame)).count(), 1, "{frames:?}");
    send(&mut page);
    page.frame(ack(cid(9), 4));
    page.frame(ServerFrame::Event(wire::Event { cid: cid(9), ..crate::sample::own_event(4) }));
    send(&mut page);
    assert_eq!(cids(&mut page), []);
    assert_eq!(page.lines().iter().filter(|line| line.cid == cid(9)).count(), 1);
    page.hand(Input::Send { cid: cid(10), room: ROOM, content: "no".to_owned(), reply_to: None, more: more.clone() });
    let refusal = Refusal::from(Code::NotConnected);
    page.frame(ServerFrame::Refused { cid: cid(10), refusal });
    page.hand(Input::Retry { cid: cid(10) });
    assert_eq!(page.lines().pop().unwrap().message.unwrap().more, more, "sent again with all of it");
}

#[test]
fn a_message_is_shown_at_once_and_keeps_its_key_when_it_is_acked() {
    let mut page = Page::reading(3);
    compose(&mut page, "  hello \n");
    let sent = cids(&mut page);
    let line = page.lines().pop().unwrap();
    assert_eq!((vec![line.cid], line.seq, line.tick), (sent.clone(), None, Some(Tick::Sending)));
    assert_eq!(line.message.unwrap().content, "hello");
    page.frame(ack(sent[0], 4));
    let line = page.lines().pop().unwrap();
    assert_eq!((line.cid, line.seq, line.at, line.tick), (sent[0], Some(Seq(4)), Time(5), Some(Tick::Sent)));
    assert!(
        page.has(|output| *output
            == Output::Store(OutboxChange::Settled { cid: sent[0], room: ROOM, seq: Seq(4), at: Time(5) }))
    );
}

#[test]
fn an_ack_that_runs_ahead_waits_for_what_is_missing() {
    for rest_comes in [true, false] {
        let mut page = Page::reading(3);
        compose(&mut page, "hello");
        let sent = cids(&mut page);
        page.frame(ack(sent[0], 6));
        assert_eq!(ticks(&page), [Tick::Sent]);
        assert!(page.client.room(ROOM).unwrap().catching_up);
        if rest_comes {
            page.event(event(4));
            page.event(event(5));
        }
        assert_eq!(page.lines().last().unwrap().seq, Some(Seq(6)), "the bubble stays at the end");
        assert_eq!(page.client.room(ROOM).unwrap().catching_up, !rest_comes);
        page.wait(1_000);
        assert_eq!(page.sent().contains(&resume(ROOM, Some(3))), !rest_comes, "what does not come is asked for");
    }
}

#[test]
fn what_cannot_be_sent_goes_back_to_the_composer() {
    let mut page = Page::reading(3);
    compose(&mut page, " \n ");
    assert_eq!(returned(&page), []);
    let long = "é".repeat(10_001);
    compose(&mut page, &long);
    assert_eq!(returned(&page), [(long.clone(), Some(Code::MessageTooLong))]);
    compose(&mut page, &long[2..]);
    assert_eq!(returned(&page).len(), 1, "10,000 characters are fine");
    page.hand(Input::SocketClosed { code: 1006 });
    page.out.clear();
    (0..999).for_each(|number| compose(&mut page, &format!("text {number}")));
    assert_eq!(returned(&page), []);
    compose(&mut page, "one too many");
    assert_eq!(returned(&page), [("one too many".to_owned(), Some(Code::SlowDown))]);
}

#[test]
fn a_refused_message_is_retried_as_a_new_one_edited_or_discarded() {
    let mut page = Page::reading(3);
    for input in [|cid| Input::Retry { cid }, |cid| Input::Edit { cid }, |cid| Input::Discard { cid }] {
        compose(&mut page, "hello");
        let old = cids(&mut page)[0];
        page.frame(ServerFrame::Refused { cid: old, refusal: Code::NotConnected.into() });
        assert_eq!(ticks(&page), [Tick::Refused(Code::NotConnected.into())]);
        page.out.clear();
        page.hand(input(old));
        assert!(page.lines().iter().all(|line| line.cid != old));
        match input(old) {
            Input::Retry { .. } => {
                let new = cids(&mut page)[0];
                assert_ne!(new, old);
                page.frame(ServerFrame::Refused { cid: new, refusal: Code::NotConnected.into() });
                page.hand(Input::Discard { cid: new });
            }
            Input::Edit { .. } => assert_eq!(returned(&page), [("hello".to_owned(), None)]),
            _ => assert_eq!(returned(&page), []),
        }
    }
}

#[test]
fn what_was_too_long_is_not_sent_again_as_it_is() {
    let mut page = Page::reading(3);
    compose(&mut page, "too long for this server");
    let sent = cids(&mut page)[0];
    page.frame(ServerFrame::Refused { cid: sent, refusal: Code::MessageTooLong.into() });
    page.hand(Input::Retry { cid: sent });
    assert_eq!(cids(&mut page), []);
    assert_eq!(ticks(&page), [Tick::Refused(Code::MessageTooLong.into())]);
    page.hand(Input::Edit { cid: sent });
    assert_eq!(returned(&page), [("too long for this server".to_owned(), None)]);
}

#[test]
fn what_may_be_stored_cannot_be_taken_back() {
    let mut page = Page::reading(3);
    compose(&mut page, "hello");
    let sent = cids(&mut page);
    page.hand(Input::SocketClosed { code: 1006 });
    page.hand(Input::Discard { cid: sent[0] });
    page.hand(Input::Edit { cid: sent[0] });
    assert_eq!(ticks(&page), [Tick::Waiting]);
}

#[test]
fn a_lost_connection_means_waiting_and_the_same_is_sent_on_the_next_one() {
    let mut page = Page::reading(3);
    compose(&mut page, "hello");
    let first = cids(&mut page);
    page.hand(Input::SocketClosed { code: 1006 });
    assert_eq!(ticks(&page), [Tick::Waiting]);
    page.hand(Input::TryNow);
    page.connect(3);
    assert_eq!(cids(&mut page), first);
}

#[test]
fn without_a_socket_the_same_goes_over_http_and_again_until_it_is_answered() {
    let mut page = Page::reading(3);
    compose(&mut page, "hello");
    let first = cids(&mut page);
    page.hand(Input::SocketClosed { code: 1006 });
    page.pass(4_999, true);
    assert_eq!(cids_over_http(&page), []);
    page.pass(1, true);
    assert_eq!(cids_over_http(&page), first);
    page.hand(Input::SendAnswered { cid: first[0], answer: Err(HttpTrouble::Unreachable) });
    page.pass(8_000, true);
    assert_eq!(cids_over_http(&page), [first[0], first[0]]);
    page.hand(Input::SendAnswered { cid: first[0], answer: Ok(ack(first[0], 4)) });
    assert_eq!(ticks(&page), [Tick::Sent]);
    assert!(page.client.room(ROOM).unwrap().catching_up, "the log itself is asked what it holds there");
    page.hand(Input::PollAnswered(vec![welcome(4)]));
    page.out.clear();
    page.pass(30_000, true);
    assert_eq!(cids_over_http(&page), []);
}

#[test]
fn patience_is_kept_and_nothing_overtakes() {
    let mut page = Page::reading(3);
    compose(&mut page, "one");
    compose(&mut page, "two");
    let first = cids(&mut page);
    page.frame(ServerFrame::SlowDown { cid: first[0], wait_ms: 4_000 });
    page.wait(3_999);
    assert_eq!(cids(&mut page), []);
    page.wait(1);
    assert_eq!(cids(&mut page), first);
    page.frame(ServerFrame::Refused { cid: first[0], refusal: Refusal::slow_down(2_000) });
    page.wait(2_000);
    assert_eq!(cids(&mut page), first);
    page.frame(ack(first[0], 4));
    assert_ne!(cids(&mut page), first);
}

#[test]
fn sending_ends_typing_and_a_pause_does_too() {
    let typing = |is_typing| ClientFrame::Typing { room: ROOM, is_typing };
    let mut page = Page::reading(3);
    page.hand(Input::Keystroke { room: ROOM });
    compose(&mut page, "hello");
    assert_eq!(page.sent()[..2], [typing(true), typing(false)]);
    page.hand(Input::Keystroke { room: ROOM });
    page.wait(2_000);
    assert_eq!(page.sent(), [typing(true), typing(false)]);
}

/// The cid of what was last added to the durable outbox.
fn put(page: &Page) -> Cid {
    let put = |(_, output): &(i64, Output)| match output {
        Output::Store(OutboxChange::Put(waiting)) => Some(waiting.cid),
        _ => None,
    };
    page.out.iter().rev().find_map(put).unwrap()
}

#[test]
fn with_a_durable_outbox_a_message_goes_only_when_it_is_kept() {
    let mut page = Page::reading(3);
    page.hand(Input::Durable(true));
    page.hand(Input::OutboxRestored(Vec::new()));
    compose(&mut page, "kept");
    let cid = put(&page);
    assert_eq!(cids(&mut page), []);
    assert!(page.lines().iter().all(|line| line.seq.is_some()), "nothing is shown that a reload would lose");
    page.hand(Input::Stored { cid });
    assert_eq!(cids(&mut page), [cid]);
    assert_eq!(page.lines().pop().unwrap().cid, cid);
    compose(&mut page, "not kept");
    let cid = put(&page);
    page.hand(Input::NotStored { cid });
    assert_eq!(returned(&page), [("not kept".to_owned(), None)]);
    assert_eq!(page.lines().iter().filter(|line| line.cid == cid).count(), 0);
}

#[test]
fn what_the_browser_kept_is_sent_by_its_own_user_only() {
    let mut page = Page::reading(3);
    let kept = |number: i64, user: i64| {
        let content = format!("text {number}");
        Waiting {
            cid: cid(number),
            user: UserId(user),
            room: ROOM,
            content,
            act: Act::Say,
            target: None,
            at: Time(0),
            tried: true,
            refusal: None,
            more: Tree::Nothing,
        }
    };
    page.hand(Input::OutboxRestored(vec![kept(101, 2), kept(102, 1), kept(2, 1)]));
    assert_eq!(cids(&mut page), [cid(102)], "one is another's, one is in the log already");
    assert_eq!(ticks(&page), [Tick::Sending]);
}

#[test]
fn two_pages_never_make_the_same_cid() {
    let mut made = std::collections::BTreeSet::new();
    for seed in 0..50 {
        let mut client = client::Client::new(crate::sample::person(1), seed, 0);
        for _ in 0..50 {
            client.handle(Input::Compose { room: ROOM, content: "x".to_owned(), reply_to: None }, 0);
        }
        made.extend(client.timeline(ROOM).lines.into_iter().map(|line| line.cid));
    }
    assert_eq!(made.len(), 2_500);
}
