//! Decisions at the same moment. Rule: whoever comes second finds what the first has done, also on another server.

use super::{bid, carried, decide, job, offer};
use crate::support::{
    scene::{chat, circle, fast, seen},
    talk,
    world::{self, Place},
};
use domain::{Chat, Settings};
use futures::future::join_all;
use wire::{BidState, Code, Decision, EventKind};

const ROUNDS: usize = 25;
const BIDS: usize = 6;

pub async fn of_many_accepted_at_once_one_is(place: &Place) {
    let one = chat(place, "races").await;
    let mut settings = Settings::new(talk::url(place, "races"));
    fast(&mut settings);
    let two = Chat::open(settings).await.unwrap();
    let [ann, bob] = circle(&one, ["ann", "bob"]).await;
    for round in 0..ROUNDS {
        let room = job(&one, &ann, &[&bob]).await;
        let mut seqs = Vec::new();
        for _ in 0..BIDS {
            seqs.push(bid(&one, &bob, &ann, room, offer()).await.unwrap().seq);
        }
        // Each bid twice, over both servers, in an order that changes from round to round.
        let accepts = (0..2 * BIDS).map(|number| {
            let chat = if (number + round) % 2 == 0 { &one } else { &two };
            decide(chat, &ann, room, seqs[(number * 5 + round) % BIDS], Decision::Accept)
        });
        let results = join_all(accepts).await;
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "round {round}: {results:?}");
        let codes = results.iter().filter_map(|result| result.as_ref().err()).map(domain::Error::code);
        assert!(
            codes.clone().all(|code| matches!(code, Code::BidTaken | Code::BidSettled)),
            "{:?}",
            codes.collect::<Vec<_>>()
        );
        let events = seen(&one, &bob, room).await;
        let accepted = |event: &&wire::Event| {
            event.kind == EventKind::Message && carried(event).is_some_and(|bid| bid.state == BidState::Accepted)
        };
        assert_eq!(events.iter().filter(accepted).count(), 1);
        assert_eq!(events.iter().filter(|event| event.kind == EventKind::Decided).count(), 1);
        world::assert_refused(bid(&two, &bob, &ann, room, offer()).await, Code::BidTaken);
    }
    two.close().await;
    one.close().await;
}

pub async fn of_two_answers_to_one_bid_the_first_counts(place: &Place) {
    let chat = chat(place, "answers").await;
    let (room, ann, bob) = talk::pair(&chat, "ann", "bob").await;
    let mut states = std::collections::BTreeSet::new();
    for round in 0..ROUNDS {
        let made = bid(&chat, &ann, &bob, room, offer()).await.unwrap();
        let answers = [
            (&bob, Decision::Accept),
            (&bob, Decision::Decline),
            (&ann, Decision::Withdraw),
            (&bob, Decision::Counter),
        ];
        let order = (0..4).map(|number| answers[(number + round) % 4]);
        let results = join_all(order.map(|(who, what)| decide(&chat, who, room, made.seq, what))).await;
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
        let events = seen(&chat, &ann, room).await;
        let about = events.iter().filter(|event| event.target == Some(made.seq));
        assert_eq!(about.count(), 1);
        let at = events.iter().find(|event| event.seq == made.seq).and_then(carried).unwrap();
        states.insert(at.state.as_str());
    }
    assert_eq!(states.len(), 4, "every order comes up: {states:?}");
    chat.close().await;
}
