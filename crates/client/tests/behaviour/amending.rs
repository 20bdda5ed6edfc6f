//! Editing, deleting, answering and reacting: folded into what is held, never twice, and shown before the server knows.

use client::{Changing, Input, Line, OutboxChange, Output, Tick, Waiting};
use wire::frame::{ClientFrame, ServerFrame};
use wire::{
    Act, Cid, Code, Event, EventKind, Message, MessageType, Quote, Reaction, RoomPage, Seq, Time, UserId, read::Tree,
};

use crate::page::{Page, epoch, history, resume};
use crate::sample::{self, ROOM, event, own_event, person, summary, unread};

const THUMB: &str = "👍";

/// User 2 does something to a message.
fn amending(seq: i64, kind: EventKind, target: i64, text: &str) -> Event {
    let said = Message::new(MessageType::Text, text.to_owned());
    let message = (kind != EventKind::Deleted).then_some(said);
    Event { kind, target: Some(Seq(target)), message, ..event(seq) }
}

fn amend(page: &mut Page, target: i64, act: Act, content: &str) {
    page.hand(Input::Amend { room: ROOM, target: Seq(target), act, content: content.to_owned() });
}

fn line(page: &Page, seq: i64) -> Line {
    page.lines().into_iter().find(|line| line.seq == Some(Seq(seq))).unwrap()
}

fn said(page: &Page, seq: i64) -> Message {
    line(page, seq).message.unwrap()
}

fn changing(page: &Page, seq: i64) -> Option<(Act, Tick)> {
    line(page, seq).changing.map(|it| (it.act, it.tick))
}

/// The cid under which the last change went over the socket.
fn sent(page: &mut Page) -> Vec<Cid> {
    let cid = |frame| match frame {
        ClientFrame::EditMessage { cid, .. }
        | ClientFrame::DeleteMessage { cid, .. }
        | ClientFrame::Reaction { cid, .. }
        | ClientFrame::ChatMessage { cid, .. } => Some(cid),
        _ => None,
    };
    page.sent().into_iter().filter_map(cid).collect()
}

fn ack(cid: Cid, seq: i64) -> ServerFrame {
    ServerFrame::Ack { cid, room: ROOM, seq: Seq(seq), at: Time(50) }
}

fn refuse(page: &mut Page, cid: Cid, code: Code) {
    page.frame(ServerFrame::Refused { cid, refusal: code.into() });
}

/// Three messages, the second one's own.
fn page() -> Page {
    let mut page = Page::reading(1);
    page.event(own_event(2));
    page.event(event(3));
    page.out.clear();
    page
}

fn seqs(page: &Page) -> Vec<i64> {
    crate::page::seqs(page)
}

#[test]
fn what_others_do_is_folded_in_and_is_no_line() {
    let mut page = page();
    page.event(amending(4, EventKind::Edited, 1, "better"));
    page.event(amending(5, EventKind::Reacted, 2, THUMB));
    page.event(amending(6, EventKind::Deleted, 3, ""));
    assert_eq!(seqs(&page), [1, 2, 3]);
    let edited = said(&page, 1);
    assert_eq!((edited.content.as_str(), edited.edited_at, edited.changed), ("better", Some(Time(4)), Seq(4)));
    assert_eq!(said(&page, 2).reactions, [Reaction { emoji: THUMB.to_owned(), by: vec![UserId(2)] }]);
    assert!(said(&page, 3).deleted);
    let row = page.client.room(ROOM).unwrap();
    assert_eq!((row.last.unwrap().message.unwrap().deleted, row.active_at), (true, Time(3)));
    assert_eq!(page.client.room(ROOM).unwrap().unread, 0);
    page.event(amending(7, EventKind::Unreacted, 2, THUMB));
    assert_eq!(said(&page, 2).reactions, []);
}

#[test]
fn what_is_decided_about_a_bid_is_a_line_and_takes_the_place_of_what_the_bid_was() {
    let bid = |state: &str| wire::read::parse(&format!(r#"{{"bid":{{"state":"{state}"}}}}"#)).unwrap();
    let decided = |seq: i64, target: i64, about: Option<i64>| {
        let mut decided = amending(seq, EventKind::Decided, target, "accepted the bid of €120.00");
        decided.message.as_mut().unwrap().more = bid("accepted");
        Event { about: about.map(|id| Box::new(person(id))), ..decided }
    };
    let mut page = page();
    let mut made = own_event(4);
    let message = made.message.as_mut().unwrap();
    (message.kind, message.more) = (MessageType::Bid, bid("open"));
    page.event(made);
    page.event(decided(5, 4, Some(1)));
    assert_eq!(seqs(&page), [1, 2, 3, 4, 5]);
    assert_eq!((said(&page, 4).more, said(&page, 4).changed), (bid("accepted"), Seq(5)));
    assert!(said(&page, 5).content.ends_with(" accepted the bid of €120.00"), "{}", said(&page, 5).content);
    page.event(amending(6, EventKind::Deleted, 4, ""));
    assert!(said(&page, 4).deleted && said(&page, 4).more.is_nothing());
    assert!(said(&page, 5).content.ends_with(" decided about a bid"), "no word is left of what was offered");
}

#[test]
fn what_was_folded_into_a_page_is_not_folded_in_again() {
    let mut page = Page::seeded(0);
    let mut folded = sample::page(1..=3);
    let mut first = event(1);
    let message = first.message.as_mut().unwrap();
    (message.content, message.edited_at, message.changed) = ("second edit".to_owned(), Some(Time(3)), Seq(3));
    folded.events =
        vec![first, amending(2, EventKind::Edited, 1, "first edit"), amending(3, EventKind::Edited, 1, "second edit")];
    page.client.seed_room(RoomPage { summary: summary(3), page: folded });
    assert_eq!(said(&page, 1).content, "second edit");
    page.hand(Input::Start);
    page.connect(3);
    page.frame(history(3, 3, unread(0, 3, 3)));
    page.event(amending(3, EventKind::Edited, 1, "second edit"));
    assert_eq!((said(&page, 1).content.as_str(), said(&page, 1).edited_at), ("second edit", Some(Time(3))));
    assert_eq!(seqs(&page), [1]);
}

#[test]
fn an_older_page_that_was_on_its_way_learns_what_came_meanwhile() {
    let mut page = Page::reading(100);
    page.hand(Input::OlderWanted { room: ROOM });
    page.event(amending(101, EventKind::Deleted, 40, ""));
    page.event(amending(102, EventKind::Edited, 41, "edited"));
    let answer = wire::HistoryPage { head: Seq(100), ..sample::page(1..=50) };
    let part = client::Part::Before(Seq(51));
    page.hand(Input::HistoryLoaded { room: ROOM, part, epoch: epoch(), page: answer });
    assert!(said(&page, 40).deleted && said(&page, 41).content == "edited");
}

#[test]
fn quotes_follow_what_they_quote() {
    let quote = |seq, content: &str| Quote {
        seq: Seq(seq),
        author: Some(person(2)),
        content: content.to_owned(),
        deleted: false,
        changed: Seq(0),
    };
    let mut page = page();
    let mut answer = event(4);
    answer.message.as_mut().unwrap().reply_to = Some(Box::new(quote(1, "message 1")));
    page.event(answer);
    let shown = |page: &Page| said(page, 4).reply_to.map(|quote| (quote.content.clone(), quote.deleted)).unwrap();
    page.event(amending(5, EventKind::Edited, 1, "better"));
    assert_eq!(shown(&page), ("better".to_owned(), false));
    page.event(amending(6, EventKind::Deleted, 1, ""));
    assert_eq!(shown(&page), (String::new(), true));
    let erasing = Event { kind: EventKind::Erased, message: None, target: Some(Seq(3)), ..event(7) };
    page.event(erasing);
    assert_eq!(shown(&page), (String::new(), true));
}

#[test]
fn whom_an_edit_names_they_are_mentioned() {
    let mut page = Page::connected(1);
    page.event(event(2));
    assert_eq!(page.client.room(ROOM).unwrap().mentions, 0);
    page.event(Event { mentions: vec![UserId(1)], ..amending(3, EventKind::Edited, 2, "@user1 look") });
    let row = page.client.room(ROOM).unwrap();
    assert_eq!((row.unread, row.mentions), (1, 1));
    page.event(amending(4, EventKind::Edited, 2, "nobody"));
    assert_eq!(page.client.room(ROOM).unwrap().mentions, 0);
}

#[test]
fn a_deleted_message_is_not_unread_and_one_that_is_not_held_is_asked_about() {
    let mut page = Page::connected(1);
    page.event(event(2));
    page.event(event(3));
    page.event(amending(4, EventKind::Deleted, 2, ""));
    assert_eq!(page.client.room(ROOM).unwrap().unread, 1);
    // Of a hundred unread ones the last fifty are held.
    let mut page = Page::seeded(0);
    let row =
        wire::RoomSummary { unread: unread(99, 1, 100), cursors: vec![sample::cursor(1, 100, 1)], ..summary(100) };
    page.client.seed_room(RoomPage { summary: row.clone(), page: sample::page(51..=100) });
    page.hand(Input::Start);
    page.connect(100);
    page.frame(history(100, 100, unread(99, 1, 100)));
    page.out.clear();
    page.event(amending(101, EventKind::Deleted, 20, ""));
    page.wait(1_000);
    assert!(page.sent().contains(&resume(ROOM, None)), "only the server knows how many are left");
    let row = wire::RoomSummary { head: Seq(101), unread: unread(98, 1, 101), ..row };
    page.frame(ServerFrame::Room(wire::frame::RoomChange::Added { summary: Box::new(row) }));
    assert_eq!(page.client.room(ROOM).unwrap().unread, 98);
}

#[test]
fn what_the_user_does_is_shown_at_once_and_marked_until_it_is_in_the_log() {
    for act in [Act::Edit, Act::Delete, Act::React] {
        let mut page = page();
        let content = if act == Act::React { THUMB } else { "better" };
        amend(&mut page, 2, act, content);
        let shown = said(&page, 2);
        let is_shown = |shown: &Message| match act {
            Act::Edit => shown.content == "better" && shown.edited_at.is_some(),
            Act::Delete => shown.deleted,
            _ => shown.reactions == [Reaction { emoji: THUMB.to_owned(), by: vec![UserId(1)] }],
        };
        assert!(is_shown(&shown) && shown.changed == Seq(0), "{act:?}");
        assert_eq!(changing(&page, 2), Some((act, Tick::Sending)));
        let cids = sent(&mut page);
        page.frame(ack(cids[0], 4));
        assert!(is_shown(&said(&page, 2)) && said(&page, 2).changed == Seq(4), "{act:?}");
        assert_eq!(changing(&page, 2), None);
        assert_eq!(seqs(&page), [1, 2, 3]);
        let settled = OutboxChange::Settled { cid: cids[0], room: ROOM, seq: Seq(4), at: Time(50) };
        assert!(page.has(|output| *output == Output::Store(settled.clone())));
    }
}

#[test]
fn an_answer_quotes_what_is_held_and_keeps_its_quote_when_it_is_acked() {
    let mut page = page();
    page.hand(Input::Compose { room: ROOM, content: "yes".to_owned(), reply_to: Some(Seq(3)) });
    let quote = |page: &Page| page.lines().pop().unwrap().message.unwrap().reply_to.unwrap();
    assert_eq!((quote(&page).content.as_str(), quote(&page).author), ("message 3", Some(person(2))));
    page.event(amending(4, EventKind::Edited, 3, "better"));
    assert_eq!(quote(&page).content, "better", "while it waits");
    let cids = sent(&mut page);
    page.frame(ack(cids[0], 5));
    assert_eq!((quote(&page).content.as_str(), quote(&page).changed), ("better", Seq(4)));
    assert_eq!(seqs(&page), [1, 2, 3, 5]);
}

#[test]
fn an_answer_to_something_that_is_not_held_is_read_from_the_log() {
    let mut page = Page::reading(3);
    page.hand(Input::Compose { room: ROOM, content: "yes".to_owned(), reply_to: Some(Seq(300)) });
    let cids = sent(&mut page);
    page.frame(ack(cids[0], 4));
    assert!(page.client.room(ROOM).unwrap().catching_up, "its quote is the server's to tell");
}

#[test]
fn changes_and_messages_of_a_room_go_one_by_one_in_order_and_keep_their_cids() {
    let mut page = page();
    page.hand(Input::SocketClosed { code: 1006 });
    amend(&mut page, 2, Act::Edit, "better");
    page.hand(Input::Compose { room: ROOM, content: "hello".to_owned(), reply_to: None });
    amend(&mut page, 2, Act::Delete, "");
    assert!(said(&page, 2).deleted, "both are shown");
    let cid = |output: &Output| if let Output::Store(OutboxChange::Put(new)) = output { Some(new.cid) } else { None };
    let written: Vec<Cid> = page.out.iter().filter_map(|(_, output)| cid(output)).collect();
    page.hand(Input::TryNow);
    page.connect(3);
    for (seq, cid) in [4, 5, 6].into_iter().zip(&written) {
        assert_eq!(sent(&mut page), [*cid]);
        page.frame(ack(*cid, seq));
    }
}

#[test]
fn over_http_the_same_change_goes_with_the_same_cid() {
    let mut page = page();
    amend(&mut page, 1, Act::React, THUMB);
    let cids = sent(&mut page);
    page.hand(Input::SocketClosed { code: 1006 });
    page.pass(6_000, true);
    let over_http = page.out.iter().find_map(|(_, output)| match output {
        Output::SendOverHttp(Waiting { cid, act, target, content, .. }) => Some((*cid, *act, *target, content.clone())),
        _ => None,
    });
    assert_eq!(over_http, Some((cids[0], Act::React, Some(Seq(1)), THUMB.to_owned())));
}

#[test]
fn a_reaction_that_is_taken_back_before_it_was_tried_never_happened() {
    let mut page = page();
    page.hand(Input::SocketClosed { code: 1006 });
    amend(&mut page, 1, Act::React, THUMB);
    amend(&mut page, 1, Act::React, THUMB);
    assert_eq!(page.times(|output| matches!(output, Output::Store(OutboxChange::Put(_)))).len(), 1, "pressed twice");
    amend(&mut page, 1, Act::Unreact, THUMB);
    assert!(page.has(|output| matches!(output, Output::Store(OutboxChange::Remove(_)))));
    assert_eq!((said(&page, 1).reactions, changing(&page, 1)), (vec![], None));
    page.hand(Input::TryNow);
    page.connect(3);
    assert_eq!(sent(&mut page), []);
    // One that was tried may be stored: what takes it back follows it.
    amend(&mut page, 1, Act::React, THUMB);
    amend(&mut page, 1, Act::Unreact, THUMB);
    let first = sent(&mut page);
    page.frame(ack(first[0], 4));
    assert_eq!((sent(&mut page).len(), said(&page, 1).reactions), (1, vec![]));
}

#[test]
fn what_is_refused_is_not_shown_and_says_so_until_it_is_tried_again_or_discarded() {
    let mut page = page();
    amend(&mut page, 2, Act::Edit, "better");
    let first = sent(&mut page)[0];
    refuse(&mut page, first, Code::RoomClosed);
    assert_eq!(said(&page, 2).content, "message 2");
    assert_eq!(changing(&page, 2), Some((Act::Edit, Tick::Refused(Code::RoomClosed.into()))));
    page.out.clear();
    page.hand(Input::Retry { cid: first });
    let second = sent(&mut page)[0];
    assert_ne!(second, first);
    assert_eq!(said(&page, 2).content, "better");
    refuse(&mut page, second, Code::RoomClosed);
    page.hand(Input::Discard { cid: second });
    assert_eq!((changing(&page, 2), said(&page, 2).content.as_str()), (None, "message 2"));
    // The text of an edit is not lost with it.
    amend(&mut page, 2, Act::Edit, "much better");
    let third = sent(&mut page)[0];
    refuse(&mut page, third, Code::MessageDeleted);
    page.hand(Input::Edit { cid: third });
    assert!(page.has(|output| matches!(output, Output::Returned { content, .. } if content == "much better")));
}

#[test]
fn what_is_so_already_settles_silently() {
    for (act, code) in
        [(Act::React, Code::Unchanged), (Act::Delete, Code::MessageDeleted), (Act::Delete, Code::Unchanged)]
    {
        let mut page = page();
        amend(&mut page, 2, act, THUMB);
        let cid = sent(&mut page)[0];
        refuse(&mut page, cid, code);
        assert_eq!(changing(&page, 2), None);
        assert!(page.has(|output| *output == Output::Store(OutboxChange::Remove(cid))), "{act:?}");
    }
}

#[test]
fn nothing_is_asked_that_changes_nothing() {
    let mut page = page();
    amend(&mut page, 2, Act::Edit, " message 2 ");
    amend(&mut page, 2, Act::Edit, " \n");
    amend(&mut page, 2, Act::Unreact, THUMB);
    amend(&mut page, 77, Act::React, THUMB);
    page.event(amending(4, EventKind::Deleted, 1, ""));
    amend(&mut page, 1, Act::React, THUMB);
    assert!(!page.has(|output| matches!(output, Output::Store(_))));
}

#[test]
fn a_new_life_of_the_database_gives_up_changes_whose_positions_may_be_others() {
    let mut page = page();
    page.hand(Input::SocketClosed { code: 1006 });
    amend(&mut page, 2, Act::Delete, "");
    page.out.clear();
    page.hand(Input::TryNow);
    page.hand(Input::SocketOpened);
    let ServerFrame::Welcome { session, user, limits, rooms, presence, build, .. } = crate::page::welcome(3) else {
        panic!()
    };
    page.frame(ServerFrame::Welcome {
        session,
        user,
        epoch: wire::Epoch("two".to_owned()),
        limits,
        rooms,
        presence,
        build,
    });
    assert!(page.has(|output| matches!(output, Output::Store(OutboxChange::Remove(_)))));
    assert_eq!(sent(&mut page), []);
}

#[test]
fn a_change_that_another_tab_wrote_is_shown_here() {
    let mut page = page();
    let waiting = Waiting {
        cid: sample::cid(900),
        user: UserId(1),
        room: ROOM,
        content: "better".to_owned(),
        act: Act::Edit,
        target: Some(Seq(2)),
        at: Time(9),
        tried: false,
        refusal: None,
        more: Tree::Nothing,
    };
    page.hand(Input::Drain(false));
    page.hand(Input::OutboxRestored(vec![waiting]));
    assert_eq!((said(&page, 2).content.as_str(), said(&page, 2).edited_at), ("better", Some(Time(9))));
    assert_eq!(
        line(&page, 2).changing,
        Some(Box::new(Changing { cid: sample::cid(900), act: Act::Edit, tick: Tick::Waiting }))
    );
    page.hand(Input::OutboxRestored(Vec::new()));
    assert_eq!((said(&page, 2).content.as_str(), changing(&page, 2)), ("message 2", None));
    let kind = MessageType::Text;
    assert_eq!(said(&page, 2), Message::new(kind, "message 2".to_owned()));
}
