//! A bid (SPEC 4): an offer of money from its author to one member. Rule: it stands at the place of its message and is decided
//! once; amounts are whole numbers of the currency's smallest unit.

use crate::{Person, Seq, Time, readable, words};
use serde::{Deserialize, Serialize};

/// A bid as it stands now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Bid {
    /// Who made it.
    pub from: Person,
    /// To whom: the only one who can accept, decline or counter it.
    pub to: Person,
    /// In the smallest unit of the currency, above 0, at most [`crate::limits::BID_AMOUNT_MAX`].
    pub amount: i64,
    /// By ISO 4217: "EUR".
    pub currency: String,
    /// How many decimals the currency has.
    pub decimals: u64,
    /// What there is to say about it, at most [`crate::limits::BID_NOTE_CHARS_MAX`] characters; absent when there is nothing.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// From when on it cannot be accepted; absent when it does not expire.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Time>,
    /// What has become of it.
    pub state: BidState,
    /// Since when; absent while it is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<Time>,
    /// The bid of the same room that it counters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counters: Option<Seq>,
}

readable!(Bid { from, to, amount, currency, decimals, expires_at, state, decided_at, counters, [note] });

/// What has become of a bid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BidState {
    /// It waits for an answer.
    #[default]
    Open,
    /// Whom it was made to agreed.
    Accepted,
    /// Whom it was made to did not.
    Declined,
    /// Who made it took it back.
    Withdrawn,
    /// Whom it was made to made another one instead.
    Countered,
    /// Nobody decided in time.
    Expired,
    /// What a later version knows.
    Unknown,
}

words!(BidState {
    Open: "open",
    Accepted: "accepted",
    Declined: "declined",
    Withdrawn: "withdrawn",
    Countered: "countered",
    Expired: "expired"
});

/// What can be done about a bid that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Whom it was made to agrees.
    Accept,
    /// Whom it was made to does not.
    Decline,
    /// Whom it was made to makes another one instead.
    Counter,
    /// Who made it takes it back.
    Withdraw,
    /// What a later version can do.
    Unknown,
}

words!(Decision { Accept: "accept", Decline: "decline", Counter: "counter", Withdraw: "withdraw" });

/// The terms of a bid that is to be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Offer {
    /// In the smallest unit of the currency.
    pub amount: i64,
    /// By ISO 4217.
    pub currency: String,
    /// May be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// From when on it cannot be accepted any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Time>,
}
