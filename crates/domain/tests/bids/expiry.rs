//! Bids that nobody decided about in time. Rule: it is told once, whoever is here and however many servers look.

use super::{bid, carried, decide, heard, job, offer, state};
use crate::support::{
    ear,
    scene::{self, circle, fast, seen},
    world::{Place, assert_refused},
};
use domain::{Chat, Clock, Settings};
use wire::{BidState, Code, Decision, EventKind, Offer, Time};

const START_MS: i64 = 1_790_000_000_000;
const HOUR_MS: i64 = 60 * 60 * 1_000;

pub async fn a_bid_expires_without_anybody_here_and_once(place: &Place) {
    let url = place.database("expiry").await;
    let clock = Clock::manual(START_MS);
    let open = async || {
        let mut settings = Settings::new(url.clone());
        fast(&mut settings);
        Chat::open_at(settings, clock.clone()).await.unwrap()
    };
    let (one, two) = (open().await, open().await);
    let [ann, bob] = circle(&one, ["ann", "bob"]).await;
    let room = job(&one, &ann, &[&bob]).await;
    let until = |at_ms: i64| Offer { expires_at: Some(Time(at_ms)), ..offer() };
    let first = bid(&one, &bob, &ann, room, until(START_MS + HOUR_MS)).await.unwrap();
    let second = bid(&one, &bob, &ann, room, until(START_MS + 2 * HOUR_MS)).await.unwrap();
    let lasting = bid(&one, &bob, &ann, room, offer()).await.unwrap();
    let again = bid(&one, &bob, &ann, room, until(START_MS + HOUR_MS + 1)).await.unwrap();
    decide(&one, &bob, room, again.seq, Decision::Withdraw).await.unwrap();
    one.expire_bids().await.unwrap();
    assert_eq!(state(&one, &ann, room, first.seq).await, BidState::Open);

    clock.set(START_MS + HOUR_MS);
    // Nobody has noted it yet: it takes no decision all the same.
    assert_refused(decide(&one, &ann, room, first.seq, Decision::Accept).await, Code::BidExpired);
    let unread = one.room(&ann, room).await.unwrap().unread.count;
    let (here, there) = tokio::join!(one.expire_bids(), two.expire_bids());
    assert!(!here.unwrap() && !there.unwrap());
    two.expire_bids().await.unwrap();
    let events = seen(&two, &ann, room).await;
    let told: Vec<_> = events.iter().filter(|event| event.target == Some(first.seq)).collect();
    let [told] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((told.kind, told.author.id), (EventKind::Decided, bob.user));
    assert_eq!(told.message.as_ref().unwrap().content, "made a bid of €120.00 that has expired");
    assert_eq!(carried(told).unwrap().state, BidState::Expired);
    assert_eq!(one.room(&ann, room).await.unwrap().unread.count, unread, "nobody did anything");
    assert_refused(decide(&one, &bob, room, first.seq, Decision::Withdraw).await, Code::BidExpired);
    for (seq, expected) in
        [(second.seq, BidState::Open), (lasting.seq, BidState::Open), (again.seq, BidState::Withdrawn)]
    {
        assert_eq!(state(&one, &ann, room, seq).await, expected);
    }
    // Whoever sends the same again after its time gets the same ack.
    let cid = scene::fresh_cid();
    let soon = until(START_MS + HOUR_MS + 10);
    let made = one.bid(&bob, cid, room, "ann", soon.clone()).await.unwrap();
    clock.set(START_MS + 3 * HOUR_MS);
    assert_eq!(one.bid(&bob, cid, room, "ann", soon).await.unwrap(), made);

    // The serving process does it by itself.
    two.close().await;
    one.start_expiring();
    let mut ear = ear::Ear::of(&one, &ann).await;
    if state(&one, &ann, room, second.seq).await == BidState::Open {
        heard(&mut ear, |event| event.target == Some(second.seq)).await;
    }
    assert_eq!(state(&one, &ann, room, second.seq).await, BidState::Expired);
    one.close().await;
}
