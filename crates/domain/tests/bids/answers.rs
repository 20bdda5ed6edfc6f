//! Bids that are answered. Rule: what the events amount to is what is read afterwards.

use super::{bid, carried, decide, heard, job, offer, state};
use crate::support::{
    ear::Ear,
    scene::{change, chat, circle, fresh_cid, invite, seen},
    talk,
    world::{Place, assert_refused},
};
use domain::Page;
use wire::search::Search;
use wire::{BidState, Code, Decision, EventKind, MessageType, Offer, Seq, Time};

pub async fn a_bid_is_accepted_once_and_everybody_reads_so(place: &Place) {
    let chat = chat(place, "accepted").await;
    let (room, ann, bob) = talk::pair(&chat, "ann", "bob").await;
    let mut bob_hears = Ear::of(&chat, &bob).await;
    let made = bid(&chat, &ann, &bob, room, offer()).await.unwrap();
    let heard = heard(&mut bob_hears, |event| event.seq == made.seq).await;
    let message = heard.message.clone().unwrap();
    assert_eq!((message.kind, message.content.as_str()), (MessageType::Bid, "Bid of €120.00: Two coats"));
    let told = carried(&heard).unwrap();
    assert_eq!((told.from.id, told.to.id, told.amount, told.decimals), (ann.user, bob.user, 12_000, 2));
    assert_eq!((told.state, told.decided_at, told.counters), (BidState::Open, None, None));
    let unread = chat.room(&bob, room).await.unwrap().unread;
    assert_eq!((unread.count, unread.mentions), (1, 1), "whom it is made to is called");
    let before = chat.history(&bob, room, Page::Latest, 50).await.unwrap().events.pop().unwrap();
    assert_eq!(before, heard, "what is told is what is read");
    assert_eq!(
        chat.message(&bob, room, made.seq).await.unwrap().decisions,
        [Decision::Accept, Decision::Decline, Decision::Counter]
    );
    assert_eq!(chat.message(&ann, room, made.seq).await.unwrap().decisions, [Decision::Withdraw]);

    let cid = fresh_cid();
    let accept = || chat.decide_bid(&bob, cid, room, made.seq, (Decision::Accept, None));
    let done = accept().await.unwrap();
    assert_eq!(accept().await.unwrap(), done, "the same again has the same ack");
    let other = chat.decide_bid(&bob, cid, room, made.seq, (Decision::Decline, None)).await;
    assert_refused(other, Code::CidConflict);
    for (viewer, decision) in
        [(&bob, Decision::Decline), (&bob, Decision::Accept), (&bob, Decision::Counter), (&ann, Decision::Withdraw)]
    {
        assert_refused(decide(&chat, viewer, room, made.seq, decision).await, Code::BidSettled);
    }
    let decided = super::heard(&mut bob_hears, |event| event.seq == done.seq).await;
    assert_eq!((decided.kind, decided.seq, decided.target), (EventKind::Decided, done.seq, Some(made.seq)));
    assert_eq!(decided.about.as_ref().map(|about| about.id), Some(ann.user));
    assert_eq!(decided.message.as_ref().unwrap().content, "accepted the bid of €120.00");
    let unread = chat.room(&ann, room).await.unwrap().unread.count;
    assert_eq!(unread, 1, "who made it hears of it as of a message");
    let events = seen(&chat, &ann, room).await;
    assert_eq!(events.last(), Some(&decided));
    let mut folded = before.message.unwrap();
    assert!(folded.amend(&decided) && !folded.amend(&decided));
    assert_eq!(Some(folded), events[0].message, "folded by whoever held it, or read anew");
    let now = carried(&events[0]).unwrap();
    assert_eq!((now.state, now.decided_at), (BidState::Accepted, Some(done.at)));
    assert_eq!(chat.message(&bob, room, made.seq).await.unwrap().decisions, []);
    chat.close().await;
}

pub async fn a_counter_is_a_bid_back_in_the_same_step(place: &Place) {
    let chat = chat(place, "countered").await;
    let [ann, bob] = circle(&chat, ["ann", "bob"]).await;
    let room = job(&chat, &ann, &[&bob]).await;
    let first = bid(&chat, &bob, &ann, room, offer()).await.unwrap();
    let cid = fresh_cid();
    let less = Offer { amount: 10_000, note: String::new(), ..offer() };
    let counter = |offer: Offer| chat.decide_bid(&ann, cid, room, first.seq, (Decision::Counter, Some(offer)));
    let second = counter(less.clone()).await.unwrap();
    assert_eq!(second.seq, Seq(first.seq.0 + 2), "the ack is that of the new bid");
    assert_eq!(counter(less.clone()).await.unwrap(), second);
    assert_refused(counter(Offer { amount: 9_000, ..less }).await, Code::CidConflict);
    let events = seen(&chat, &bob, room).await;
    let [.., was, decided, made] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!(carried(was).unwrap().state, BidState::Countered);
    assert_eq!(
        (decided.kind, decided.message.as_ref().unwrap().content.as_str()),
        (EventKind::Decided, "countered the bid of €120.00")
    );
    let back = carried(made).unwrap();
    assert_eq!((back.from.id, back.to.id, back.counters, back.amount), (ann.user, bob.user, Some(first.seq), 10_000));
    assert_eq!(chat.room(&bob, room).await.unwrap().unread.count, 2, "the notice and one for the counter");
    assert_refused(decide(&chat, &ann, room, second.seq, Decision::Accept).await, Code::NotYourBid);
    let late = Offer { expires_at: Some(Time(1)), ..offer() };
    let refused = chat.decide_bid(&bob, fresh_cid(), room, second.seq, (Decision::Counter, Some(late))).await;
    assert_refused(refused, Code::BadExpiry);
    assert_eq!(state(&chat, &bob, room, second.seq).await, BidState::Open, "nothing is left of what was refused");
    decide(&chat, &bob, room, second.seq, Decision::Accept).await.unwrap();
    assert_eq!(state(&chat, &ann, room, second.seq).await, BidState::Accepted);
    chat.close().await;
}

pub async fn whoever_came_later_hears_of_a_decision_and_not_about_what(place: &Place) {
    let chat = chat(place, "later").await;
    let [ann, bob, cal] = circle(&chat, ["ann", "bob", "cal"]).await;
    let room = job(&chat, &ann, &[&bob]).await;
    let made = bid(&chat, &bob, &ann, room, offer()).await.unwrap();
    change(&chat, &ann, room, invite(&cal)).await.unwrap();
    let mut cal_hears = Ear::of(&chat, &cal).await;
    let done = decide(&chat, &ann, room, made.seq, Decision::Accept).await.unwrap();
    let heard = heard(&mut cal_hears, |event| event.seq == done.seq).await;
    let said = heard.message.clone().unwrap();
    assert_eq!((said.content.as_str(), said.more.is_nothing(), said.deleted), ("", true, false));
    assert_eq!(seen(&chat, &cal, room).await.last(), Some(&heard), "and reads the same later");
    assert_eq!(chat.room(&cal, room).await.unwrap().unread.count, 1);
    assert!(heard.counts_for(cal.user), "the figure of the client is that of the server");
    assert_refused(decide(&chat, &cal, room, made.seq, Decision::Withdraw).await, Code::NoSuchMessage);
    chat.close().await;
}

pub async fn a_bid_is_found_by_its_kind_and_its_words(place: &Place) {
    let chat = chat(place, "found").await;
    let (room, ann, bob) = talk::pair(&chat, "ann", "bob").await;
    talk::say(&chat, ann.clone(), room, "Two coats?").await.unwrap();
    let made = bid(&chat, &ann, &bob, room, offer()).await.unwrap();
    while chat.index_part().await.unwrap() {}
    for (words, kind) in [("", "bid"), ("120.00", ""), ("coats", "bid"), ("€120", "bid")] {
        let search = Search { words: words.to_owned(), kind: kind.to_owned(), ..Search::default() };
        let hits: Vec<Seq> = chat.search(&bob, &search).await.unwrap().hits.iter().map(|hit| hit.seq).collect();
        assert_eq!(hits, [made.seq], "{words} {kind}");
    }
    chat.close().await;
}
