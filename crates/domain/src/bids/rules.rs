//! Who may make a bid, and who decides about it (SPEC 4): pure functions of what the transaction found. Rule: a bid is decided
//! once, by its addressee or, to take it back, by its author; in a room about a subject at most one is ever accepted.

use wire::{BidState, Code, Decision, RoomKind, Time, UserId, limits::BID_LIFE_MS_MAX};

/// The room of a bid that is to be made, and whom it is made to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ground {
    pub(crate) room: RoomKind,
    /// Whether a bid has been accepted in it.
    pub(crate) has_accepted: bool,
    /// Whom; none: nobody who is in the room.
    pub(crate) to: Option<UserId>,
}

/// Whether somebody who may write in the room may make a bid there.
pub(crate) fn may_bid(ground: &Ground, author: UserId, expires_at: Option<Time>, now: Time) -> Result<(), Code> {
    if !matches!(ground.room, RoomKind::Direct | RoomKind::Subject) {
        return Err(Code::NoBidsHere);
    }
    let to = ground.to.ok_or(Code::NotAMember)?;
    if to == author {
        return Err(Code::Yourself);
    }
    if ground.room == RoomKind::Subject && ground.has_accepted {
        return Err(Code::BidTaken);
    }
    let is_ahead = |at: Time| now < at && at.0 <= now.0.saturating_add(BID_LIFE_MS_MAX);
    if expires_at.is_none_or(is_ahead) { Ok(()) } else { Err(Code::BadExpiry) }
}

/// A bid as the transaction found it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) room: RoomKind,
    /// Whether another bid has been accepted in the room.
    pub(crate) has_accepted: bool,
    pub(crate) author: UserId,
    /// Whether the author is in the room still.
    pub(crate) is_author_here: bool,
    pub(crate) to: UserId,
    pub(crate) state: BidState,
    pub(crate) expires_at: Option<Time>,
}

/// What becomes of a bid when somebody who may write in the room decides so.
pub(crate) fn decide(decision: Decision, person: UserId, now: Time, bid: &Facts) -> Result<BidState, Code> {
    let (whose, state) = match decision {
        Decision::Accept => (bid.to, BidState::Accepted),
        Decision::Decline => (bid.to, BidState::Declined),
        Decision::Counter => (bid.to, BidState::Countered),
        Decision::Withdraw => (bid.author, BidState::Withdrawn),
        Decision::Unknown => return Err(Code::Malformed),
    };
    if person != whose {
        return Err(Code::NotYourBid);
    }
    match bid.state {
        BidState::Open => {}
        BidState::Expired => return Err(Code::BidExpired),
        _ => return Err(Code::BidSettled),
    }
    if has_expired(bid.expires_at, now) {
        return Err(Code::BidExpired);
    }
    // What is agreed needs two, and in a conversation about something there is one agreement.
    if matches!(decision, Decision::Accept | Decision::Counter) {
        if !bid.is_author_here {
            return Err(Code::NotAMember);
        }
        if bid.room == RoomKind::Subject && bid.has_accepted {
            return Err(Code::BidTaken);
        }
    }
    Ok(state)
}

/// Whether the time to decide is over.
pub(crate) fn has_expired(expires_at: Option<Time>, now: Time) -> bool {
    expires_at.is_some_and(|at| at <= now)
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
