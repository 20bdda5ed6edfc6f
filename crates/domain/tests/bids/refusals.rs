//! Who may not, and what may not be. Rule: a refusal has its code and changes nothing.

use super::{bid, decide, job, offer, state};
use crate::support::{
    scene::{change, chat, circle, found, fresh_cid, mute, remove},
    talk::{self, person},
    world::{Place, assert_refused},
};
use domain::Change;
use wire::limits::{BID_AMOUNT_MAX, BID_LIFE_MS_MAX};
use wire::{Amendment, BidState, Code, Decision, Offer, Seq, Time};

const ALL: [Decision; 4] = [Decision::Accept, Decision::Decline, Decision::Counter, Decision::Withdraw];

pub async fn only_the_two_whom_it_concerns_decide(place: &Place) {
    let chat = chat(place, "concerned").await;
    let [ann, bob, cal, dan] = circle(&chat, ["ann", "bob", "cal", "dan"]).await;
    let eve = person(&chat, "eve").await;
    let room = job(&chat, &ann, &[&bob, &cal, &dan]).await;
    let made = bid(&chat, &bob, &cal, room, offer()).await.unwrap();
    change(&chat, &ann, room, remove(&dan)).await.unwrap();
    let head = chat.room(&ann, room).await.unwrap().head;
    for decision in ALL {
        // The owner of the room is nobody in this.
        assert_refused(decide(&chat, &ann, room, made.seq, decision).await, Code::NotYourBid);
        assert_refused(decide(&chat, &dan, room, made.seq, decision).await, Code::NotFound);
        assert_refused(decide(&chat, &eve, room, made.seq, decision).await, Code::NotFound);
        assert_refused(decide(&chat, &cal, room, Seq(1), decision).await, Code::NoSuchMessage);
        assert_refused(decide(&chat, &cal, room, Seq(99), decision).await, Code::NoSuchMessage);
    }
    for decision in [Decision::Accept, Decision::Decline, Decision::Counter] {
        assert_refused(decide(&chat, &bob, room, made.seq, decision).await, Code::NotYourBid);
    }
    assert_refused(decide(&chat, &cal, room, made.seq, Decision::Withdraw).await, Code::NotYourBid);
    assert_refused(decide(&chat, &cal, room, made.seq, Decision::Unknown).await, Code::Malformed);
    let edit = Amendment::Edit { content: "Bid of €1.00".to_owned() };
    assert_refused(chat.amend(&bob, fresh_cid(), room, made.seq, edit).await, Code::NotEditable);
    assert_eq!(chat.room(&ann, room).await.unwrap().head, head);
    change(&chat, &ann, room, mute(&cal)).await.unwrap();
    for decision in ALL {
        assert_refused(decide(&chat, &cal, room, made.seq, decision).await, Code::Muted);
    }
    change(&chat, &ann, room, Change::Unmute { username: "cal".to_owned() }).await.unwrap();
    change(&chat, &ann, room, remove(&bob)).await.unwrap();
    assert_refused(decide(&chat, &cal, room, made.seq, Decision::Accept).await, Code::NotAMember);
    decide(&chat, &cal, room, made.seq, Decision::Decline).await.unwrap();
    assert_eq!(state(&chat, &ann, room, made.seq).await, BidState::Declined);
    chat.close().await;
}

pub async fn what_is_no_bid_is_refused_and_changes_nothing(place: &Place) {
    let chat = chat(place, "nonsense").await;
    let [ann, bob] = circle(&chat, ["ann", "bob"]).await;
    let eve = person(&chat, "eve").await;
    let room = job(&chat, &ann, &[&bob]).await;
    let head = chat.room(&ann, room).await.unwrap().head;
    let check = async |change: &dyn Fn(&mut Offer), code: Code| {
        let mut offer = offer();
        change(&mut offer);
        assert_refused(bid(&chat, &bob, &ann, room, offer.clone()).await, code);
    };
    for amount in [-1, 0, BID_AMOUNT_MAX + 1, 1_000_000_000_000_000, i64::MAX, i64::MIN] {
        check(&|offer| offer.amount = amount, Code::BadAmount).await;
    }
    for currency in ["X".repeat(4).as_str(), "", "EURO", "XTS", "€", "\0"] {
        check(&|offer| offer.currency = currency.to_owned(), Code::BadCurrency).await;
    }
    check(&|offer| offer.note = "é".repeat(501), Code::NoteTooLong).await;
    check(&|offer| offer.note = "x".repeat(5_000), Code::NoteTooLong).await;
    check(&|offer| offer.note = "nul \0 inside".to_owned(), Code::Malformed).await;
    let far = i64::try_from(std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_millis()).unwrap();
    for at in [0, -1, far - 60_000, far + BID_LIFE_MS_MAX + 60_000, i64::MAX, i64::MIN] {
        check(&|offer| offer.expires_at = Some(Time(at)), Code::BadExpiry).await;
    }
    for (to, code) in
        [("eve", Code::NotAMember), ("nobody", Code::NotAMember), ("", Code::NotAMember), ("Bob", Code::Yourself)]
    {
        assert_refused(chat.bid(&bob, fresh_cid(), room, to, offer()).await, code);
    }
    assert_refused(bid(&chat, &eve, &ann, room, offer()).await, Code::NotFound);
    let claimed = domain::Draft { kind: wire::MessageType::Bid, ..talk::draft(fresh_cid(), room, "Bid of €1.00") };
    assert_refused(chat.append(&bob, claimed).await, Code::UnknownType);
    change(&chat, &ann, room, mute(&bob)).await.unwrap();
    assert_refused(bid(&chat, &bob, &ann, room, offer()).await, Code::Muted);
    assert_eq!(chat.room(&ann, room).await.unwrap().head, head);
    let most = Offer { amount: BID_AMOUNT_MAX, note: "é".repeat(500), ..offer() };
    bid(&chat, &ann, &bob, room, most).await.unwrap();
    chat.close().await;
}

pub async fn bids_have_their_rooms(place: &Place) {
    let chat = chat(place, "places").await;
    let [ann, bob] = circle(&chat, ["ann", "bob"]).await;
    let group = found(&chat, &ann, "Tea", true).await;
    change(&chat, &bob, group, Change::Join).await.unwrap();
    assert_refused(bid(&chat, &bob, &ann, group, offer()).await, Code::NoBidsHere);
    let direct = chat.direct_room(&ann, "bob").await.unwrap();
    let cid = fresh_cid();
    let made = chat.bid(&ann, cid, direct, "", offer()).await.unwrap();
    assert_eq!(chat.bid(&ann, cid, direct, "", offer()).await.unwrap(), made, "to the other one, once");
    assert_refused(chat.bid(&ann, cid, direct, "bob", offer()).await, Code::CidConflict);
    // Between two people any number is accepted.
    for _ in 0..2 {
        let made = bid(&chat, &ann, &bob, direct, offer()).await.unwrap();
        decide(&chat, &bob, direct, made.seq, Decision::Accept).await.unwrap();
    }
    chat.remove_connection(&ann, "bob").await.unwrap();
    assert_refused(decide(&chat, &bob, direct, made.seq, Decision::Accept).await, Code::NotConnected);
    assert_refused(bid(&chat, &ann, &bob, direct, offer()).await, Code::NotConnected);
    chat.close().await;
}
