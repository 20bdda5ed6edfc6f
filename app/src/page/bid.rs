//! What is handed over about bids. Rule: as for every page, data only, with what was typed.

use wire::{Bid, Cid, Person, Refusal, RoomId, Seq};

/// The page on which a bid is made.
#[derive(Clone, Debug)]
pub struct BidPage {
    /// Where.
    pub room: RoomId,
    /// What the room is called.
    pub title: String,
    /// What stands in its form.
    pub form: BidForm,
    /// To whom it can be made; one alone need not be chosen.
    pub people: Vec<Person>,
    /// What it can be made in: three letters, and the name.
    pub currencies: Vec<(&'static str, String)>,
    /// The bid that it takes the place of, in a counter.
    pub countered: Option<Bid>,
    /// Why it was refused.
    pub error: Option<Refusal>,
}

/// The form of a bid; all as typed.
#[derive(Clone, Debug)]
pub struct BidForm {
    /// The id of what this form will make: sending the form twice makes one bid (C2).
    pub cid: Cid,
    /// A username.
    pub to: String,
    /// With decimals.
    pub amount: String,
    /// Three letters.
    pub currency: String,
    /// May be empty.
    pub note: String,
    /// After how many hours it expires; empty: never.
    pub hours: String,
    /// The bid that it counters.
    pub counters: Option<Seq>,
}
