//! Bids whose message, author or room goes. Rule: an open one is withdrawn with its message, nothing of what it offered is left, and
//! what was agreed to stays agreed to.

use super::{bid, count, decide, job, offer, state};
use crate::support::{
    scene::{change, circle, fast, fresh_cid, seen},
    world::{Place, assert_refused},
};
use domain::{Change, Chat, Settings};
use wire::{Amendment, BidState, Code, Decision};

/// Rows in which something is left of what bids offered.
const LEFT: &str = "select (select count(*) from bids where amount > 0 or note <> '')
    + (select count(*) from events where content like '%120.00%')";
const OPEN: &str = "select count(*) from bids where state = 'open'";

async fn open(url: &str) -> Chat {
    let mut settings = Settings::new(url.to_owned());
    fast(&mut settings);
    Chat::open(settings).await.unwrap()
}

pub async fn a_bid_whose_message_is_deleted_is_withdrawn(place: &Place) {
    let url = place.database("deleted_bids").await;
    let chat = open(&url).await;
    let [ann, bob] = circle(&chat, ["ann", "bob"]).await;
    let room = job(&chat, &ann, &[&bob]).await;
    let delete = async |seq| chat.amend(&bob, fresh_cid(), room, seq, Amendment::Delete).await.unwrap();
    let made = bid(&chat, &bob, &ann, room, offer()).await.unwrap();
    assert_eq!(count(&url, OPEN).await, 1);
    delete(made.seq).await;
    assert_eq!((count(&url, OPEN).await, count(&url, LEFT).await), (0, 0));
    assert_refused(decide(&chat, &ann, room, made.seq, Decision::Accept).await, Code::MessageDeleted);
    let page = chat.message(&ann, room, made.seq).await.unwrap();
    assert!(page.decisions.is_empty() && page.event.message.unwrap().more.is_nothing());

    let agreed = bid(&chat, &bob, &ann, room, offer()).await.unwrap();
    let other = bid(&chat, &bob, &ann, room, offer()).await.unwrap();
    let done = decide(&chat, &ann, room, agreed.seq, Decision::Accept).await.unwrap();
    delete(agreed.seq).await;
    assert_eq!(count(&url, LEFT).await, 2, "of the other one, and its message");
    let events = seen(&chat, &bob, room).await;
    let told = events.iter().find(|event| event.seq == done.seq).unwrap();
    assert!(told.message.as_ref().unwrap().deleted, "no word is left of what was agreed to");
    assert!(!told.counts_for(bob.user));
    assert_eq!(chat.room(&bob, room).await.unwrap().unread.count, 1, "the notice alone");
    let late = decide(&chat, &ann, room, other.seq, Decision::Accept).await;
    assert_refused(late, Code::BidTaken);
    chat.close().await;
}

pub async fn a_deleted_account_takes_what_it_offered_along(place: &Place) {
    let url = place.database("bidder_gone").await;
    let chat = open(&url).await;
    let [ann, bob, cal] = circle(&chat, ["ann", "bob", "cal"]).await;
    let room = job(&chat, &ann, &[&bob, &cal]).await;
    bid(&chat, &bob, &ann, room, offer()).await.unwrap();
    let declined = bid(&chat, &bob, &ann, room, offer()).await.unwrap();
    decide(&chat, &ann, room, declined.seq, Decision::Decline).await.unwrap();
    let hers = bid(&chat, &cal, &bob, room, offer()).await.unwrap();
    chat.delete_account("bob").await.unwrap();
    while chat.erase_part().await.unwrap() {}
    assert_eq!(count(&url, OPEN).await, 1, "what others offered stays");
    assert_eq!(count(&url, LEFT).await, 2);
    let page = chat.message(&cal, room, hers.seq).await.unwrap();
    assert_eq!(page.decisions, [Decision::Withdraw]);
    let named = super::carried(&page.event).unwrap().to;
    assert_eq!(named.display_name, "Deleted account", "and names nobody who is gone");
    decide(&chat, &cal, room, hers.seq, Decision::Withdraw).await.unwrap();
    chat.close().await;
}

pub async fn a_closed_room_takes_no_decision(place: &Place) {
    let url = place.database("closed_bids").await;
    let chat = open(&url).await;
    let [ann, bob] = circle(&chat, ["ann", "bob"]).await;
    let room = job(&chat, &ann, &[&bob]).await;
    let made = bid(&chat, &bob, &ann, room, offer()).await.unwrap();
    change(&chat, &ann, room, Change::Archive { notice: String::new() }).await.unwrap();
    assert_refused(decide(&chat, &ann, room, made.seq, Decision::Accept).await, Code::RoomClosed);
    assert_refused(decide(&chat, &bob, room, made.seq, Decision::Withdraw).await, Code::RoomClosed);
    assert_refused(bid(&chat, &bob, &ann, room, offer()).await, Code::RoomClosed);
    assert!(chat.message(&ann, room, made.seq).await.unwrap().decisions.is_empty());
    change(&chat, &ann, room, Change::Reopen).await.unwrap();
    decide(&chat, &ann, room, made.seq, Decision::Accept).await.unwrap();
    assert_eq!(state(&chat, &bob, room, made.seq).await, BidState::Accepted);
    chat.close().await;
}
