//! Bids (SPEC 4): offers of money from one member to another, in direct rooms and in those about a subject. Rule: a bid is a message,
//! and each decision about it an event, stored by the log's writer in one transaction with what it changes.

pub(crate) mod rules;

use crate::{
    Ack, Chat, Error, Viewer,
    chat::Inner,
    log::{
        change::{Wanted, What},
        decide::ContentHash,
    },
    money, names,
    rooms::change::digest,
    store,
};
use std::{
    sync::{Arc, Weak},
    time::Duration,
};
use wire::limits::{BID_EXPIRY_MS, BID_NOTE_CHARS_MAX, BIDS_EXPIRED_MAX};
use wire::{BidState, Cid, Code, Decision, Offer, RoomId, Seq, Time};

/// A bid that passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Checked {
    pub(crate) amount: i64,
    pub(crate) currency: &'static str,
    pub(crate) note: String,
    pub(crate) expires_at: Option<Time>,
}

/// What becomes of a bid, and the bid that takes its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Settling {
    pub(crate) target: Seq,
    pub(crate) decision: Decision,
    /// Of a counter.
    pub(crate) counter: Option<Checked>,
}

impl Chat {
    /// Makes a bid to a member of the room, once per (author, cid) as [`Chat::append`] stores a message. In a direct room `to` may
    /// be empty: it is made to the other one.
    ///
    /// # Errors
    /// Those of [`Chat::append`], and `bad_amount`, `bad_currency`, `note_too_long`, `bad_expiry`, `no_bids_here`, `not_a_member`,
    /// `yourself`, `bid_taken`.
    pub async fn bid(&self, viewer: &Viewer, cid: Cid, room: RoomId, to: &str, offer: Offer) -> Result<Ack, Error> {
        let to = Some(names::key(to.trim().trim_start_matches('@'))).filter(|key| !key.is_empty());
        let offer = check(offer)?;
        self.store_bid(viewer, cid, What::Bid(room, to, offer)).await
    }

    /// Decides about a bid, once per (author, cid). A counter is a bid back to the author of the first, and the ack is that bid's.
    ///
    /// # Errors
    /// Those of [`Chat::bid`], and `no_such_message`, `message_deleted`, `not_your_bid`, `bid_settled`, `bid_expired`.
    pub async fn decide_bid(
        &self,
        viewer: &Viewer,
        cid: Cid,
        room: RoomId,
        target: Seq,
        (decision, offer): (Decision, Option<Offer>),
    ) -> Result<Ack, Error> {
        let counter = match (decision, offer) {
            (Decision::Counter, Some(offer)) => Some(check(offer)?),
            (Decision::Counter, None) => return Err(Code::BadAmount.into()),
            (Decision::Unknown, _) => return Err(Code::Malformed.into()),
            _ => None,
        };
        self.store_bid(viewer, cid, What::Decide(room, Settling { target, decision, counter })).await
    }

    async fn store_bid(&self, viewer: &Viewer, cid: Cid, what: What) -> Result<Ack, Error> {
        self.admit(viewer, cid).await?;
        let result =
            self.inner.live.writer.change(Wanted { author: self.inner.live.profiles.author(viewer), cid, what }).await;
        if result.as_ref().is_err_and(|error| !error.is_passing()) {
            self.inner.live.sends.forget(viewer.user, cid);
        }
        // Whatever is stored here is an event.
        result?.ack.ok_or(Error::Unknown)
    }

    /// Goes on, until it is closed, with telling of bids that nobody decided about in time. For the process that serves.
    pub fn start_expiring(&self) {
        self.watch(tokio::spawn(work(Arc::downgrade(&self.inner))));
    }

    /// Ends the bids whose time is over now, a few at once. Whether there may be more.
    ///
    /// # Errors
    /// [`Error::Internal`], [`Error::Unknown`]: the next time goes on.
    pub async fn expire_bids(&self) -> Result<bool, Error> {
        let now = Time(self.inner.clock.now_ms());
        let mut tx = self.inner.store.read_once().await?;
        let due = store::bids::due(&mut tx, now, BIDS_EXPIRED_MAX).await?;
        drop(tx);
        let has_more = i64::try_from(due.len()).is_ok_and(|count| count == BIDS_EXPIRED_MAX);
        for (room, seq, author) in due {
            self.change_by(author, What::Expire(room, seq)).await?;
        }
        Ok(has_more)
    }
}

/// Until the chat is gone.
async fn work(inner: Weak<Inner>) {
    loop {
        let Some(inner) = inner.upgrade() else { return };
        let done = Chat { inner }.expire_bids().await;
        if let Err(error) = &done {
            tracing::warn!(%error, "bids that have expired were not told of; they come again");
        }
        if !matches!(done, Ok(true)) {
            tokio::time::sleep(Duration::from_millis(BID_EXPIRY_MS)).await;
        }
    }
}

/// Judges what was offered. Whether it expires in time is for the transaction to say, so that a retry gets its ack.
fn check(offer: Offer) -> Result<Checked, Code> {
    let Offer { amount, currency, note, expires_at } = offer;
    let (currency, _) = money::currency(&currency)?;
    let (amount, note) = (money::check(amount)?, note.trim());
    if note.len() > BID_NOTE_CHARS_MAX && note.chars().count() > BID_NOTE_CHARS_MAX {
        return Err(Code::NoteTooLong);
    }
    // Postgres cannot keep it in a text.
    if note.contains('\0') {
        return Err(Code::Malformed);
    }
    Ok(Checked { amount, currency, note: note.to_owned(), expires_at })
}

impl Checked {
    /// What the message says: for lists, quotes, notifications and whoever cannot draw a card.
    pub(crate) fn words(&self) -> String {
        let words = format!("Bid of {}", money::words(self.amount, self.currency));
        if self.note.is_empty() { words } else { format!("{words}: {}", self.note) }
    }

    /// Tells a retry from another use of the same cid.
    pub(crate) fn hash(&self, of: &[&str]) -> ContentHash {
        let (amount, expiry) = (self.amount.to_string(), self.expires_at.map(|at| at.0.to_string()));
        let terms = [self.currency, &amount, expiry.as_deref().unwrap_or_default(), &self.note];
        digest(&[of, &terms].concat())
    }
}

impl Settling {
    /// Tells a retry from another use of the same cid.
    pub(crate) fn hash(&self) -> ContentHash {
        let target = self.target.to_string();
        let of = ["decide", self.decision.as_str(), &target];
        self.counter.as_ref().map_or_else(|| digest(&of), |counter| counter.hash(&of))
    }
}

/// What the author of the event did, or what happened to the author's bid: it follows the name.
pub(crate) fn outcome(state: BidState, amount: i64, currency: &str) -> String {
    let money = money::words(amount, currency);
    match state {
        BidState::Accepted => format!("accepted the bid of {money}"),
        BidState::Declined => format!("declined the bid of {money}"),
        BidState::Withdrawn => format!("withdrew the bid of {money}"),
        BidState::Countered => format!("countered the bid of {money}"),
        _ => format!("made a bid of {money} that has expired"),
    }
}
