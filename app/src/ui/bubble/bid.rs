//! The card of a bid. Rule: as `public/bids.js` draws it, which adds the buttons; a test compares the two.

use crate::clock::Clock;
use domain::money;
use leptos::prelude::*;
use wire::{Bid, BidState, Time};

/// As it is read everywhere.
pub fn card(bid: &Bid, clock: Clock) -> impl IntoView + use<> {
    let (state, name) = (bid.state.as_str(), named(bid.state));
    let to = bid.to.display_name.clone();
    let counter = bid.counters.map(|_| view! { <span class="bid-hint">"In place of an earlier bid"</span> });
    let note = (!bid.note.is_empty()).then(|| view! { <p class="bid-note" dir="auto">{bid.note.clone()}</p> });
    let when = match (bid.state, bid.decided_at, bid.expires_at) {
        (BidState::Open, _, Some(at)) => Some(("Expires ", at)),
        (BidState::Open, ..) | (_, None, _) => None,
        (_, Some(at), _) => Some(("", at)),
    };
    let when = when.map(|(before, at)| {
        view! { <span class="bid-hint"><time datetime=at.to_string()>{before.to_owned() + &self::when(clock, at)}</time></span> }
    });
    view! {
        <div class="bid" data-state=state>
            <p class="bid-head"><span dir="auto">{format!("Bid to {to}")}</span><b>{name}</b></p>
            <p class="bid-amount">{money::words(bid.amount, &bid.currency)}</p>
            {note}
            {counter}
            {when}
        </div>
    }
}

/// What has become of it, in a word.
fn named(state: BidState) -> &'static str {
    match state {
        BidState::Open => "Open",
        BidState::Accepted => "Accepted",
        BidState::Declined => "Declined",
        BidState::Withdrawn => "Withdrawn",
        BidState::Countered => "Countered",
        BidState::Expired => "Expired",
        BidState::Unknown => "Settled",
    }
}

/// "today at 09:05", "30 November 2026 at 09:05"; also of what is to come.
fn when(clock: Clock, at: Time) -> String {
    let day = clock.day(at);
    let name = if day > clock.day(Time(clock.now_ms)) { clock.day_name(day) } else { clock.day_within(at) };
    name + " at " + &clock.hour_minute(at)
}
