//! The decisions about bids, case by case.

use super::*;
use Decision::{Accept, Counter, Decline, Withdraw};

const ANN: UserId = UserId(1);
const BOB: UserId = UserId(2);
const CAL: UserId = UserId(3);
const NOW: Time = Time(1_000_000);

/// Ann's bid to Bob, about a subject.
fn bid() -> Facts {
    Facts {
        room: RoomKind::Subject,
        has_accepted: false,
        author: ANN,
        is_author_here: true,
        to: BOB,
        state: BidState::Open,
        expires_at: None,
    }
}

#[track_caller]
fn check_all(person: UserId, bid: &Facts, expected: [Result<BidState, Code>; 4]) {
    assert_eq!([Accept, Decline, Counter, Withdraw].map(|step| decide(step, person, NOW, bid)), expected);
}

#[test]
fn the_addressee_answers_and_the_author_takes_back() {
    let nobody_s = Err(Code::NotYourBid);
    let answers = [Ok(BidState::Accepted), Ok(BidState::Declined), Ok(BidState::Countered), nobody_s];
    check_all(BOB, &bid(), answers);
    check_all(BOB, &Facts { room: RoomKind::Direct, ..bid() }, answers);
    check_all(ANN, &bid(), [nobody_s, nobody_s, nobody_s, Ok(BidState::Withdrawn)]);
    check_all(CAL, &bid(), [nobody_s; 4]);
    assert_eq!(decide(Decision::Unknown, BOB, NOW, &bid()), Err(Code::Malformed));
}

#[test]
fn a_bid_that_is_settled_stays_as_it_is() {
    for state in [BidState::Accepted, BidState::Declined, BidState::Withdrawn, BidState::Countered, BidState::Unknown] {
        let settled = Err(Code::BidSettled);
        check_all(BOB, &Facts { state, ..bid() }, [settled, settled, settled, Err(Code::NotYourBid)]);
        assert_eq!(decide(Withdraw, ANN, NOW, &Facts { state, ..bid() }), settled);
    }
}

#[test]
fn an_expired_bid_takes_no_decision_even_before_anybody_has_noted_it() {
    let expired = Err(Code::BidExpired);
    let late = [
        Facts { state: BidState::Expired, ..bid() },
        Facts { expires_at: Some(NOW), ..bid() },
        Facts { expires_at: Some(Time(NOW.0 - 1)), ..bid() },
    ];
    for bid in late {
        check_all(BOB, &bid, [expired, expired, expired, Err(Code::NotYourBid)]);
        assert_eq!(decide(Withdraw, ANN, NOW, &bid), expired);
    }
    assert!(decide(Accept, BOB, NOW, &Facts { expires_at: Some(Time(NOW.0 + 1)), ..bid() }).is_ok());
}

#[test]
fn about_a_subject_one_bid_is_accepted_and_between_two_people_any_number() {
    let taken = Err(Code::BidTaken);
    let full = Facts { has_accepted: true, ..bid() };
    check_all(BOB, &full, [taken, Ok(BidState::Declined), taken, Err(Code::NotYourBid)]);
    assert_eq!(decide(Withdraw, ANN, NOW, &full), Ok(BidState::Withdrawn));
    let between_two = Facts { room: RoomKind::Direct, ..full };
    assert_eq!(decide(Accept, BOB, NOW, &between_two), Ok(BidState::Accepted));
}

#[test]
fn whoever_has_left_agrees_to_nothing_any_more() {
    let gone = Err(Code::NotAMember);
    let left = Facts { is_author_here: false, ..bid() };
    check_all(BOB, &left, [gone, Ok(BidState::Declined), gone, Err(Code::NotYourBid)]);
}

#[test]
fn a_bid_is_made_to_one_other_member_between_two_people_or_about_a_subject() {
    let check = |change: &dyn Fn(&mut Ground), expected: Result<(), Code>| {
        let mut ground = Ground { room: RoomKind::Subject, has_accepted: false, to: Some(BOB) };
        change(&mut ground);
        assert_eq!(may_bid(&ground, ANN, None, NOW), expected, "{ground:?}");
    };
    check(&|_| {}, Ok(()));
    check(&|ground| ground.room = RoomKind::Direct, Ok(()));
    check(&|ground| ground.room = RoomKind::Group, Err(Code::NoBidsHere));
    check(&|ground| ground.to = None, Err(Code::NotAMember));
    check(&|ground| ground.to = Some(ANN), Err(Code::Yourself));
    check(&|ground| ground.has_accepted = true, Err(Code::BidTaken));
    check(&|ground| (ground.room, ground.has_accepted) = (RoomKind::Direct, true), Ok(()));
}

#[test]
fn a_bid_expires_in_the_future_and_within_a_year() {
    let ground = Ground { room: RoomKind::Direct, has_accepted: false, to: Some(BOB) };
    let check = |at: i64, expected| assert_eq!(may_bid(&ground, ANN, Some(Time(at)), NOW), expected, "{at}");
    check(NOW.0 + 1, Ok(()));
    check(NOW.0 + BID_LIFE_MS_MAX, Ok(()));
    for at in [NOW.0, NOW.0 - 1, 0, i64::MIN, NOW.0 + BID_LIFE_MS_MAX + 1, i64::MAX] {
        check(at, Err(Code::BadExpiry));
    }
}
