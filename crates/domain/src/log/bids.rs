//! The transactions of the log's writer about bids: one is made, decided about, or its time is over. Rule: the room is held first, so
//! that of two decisions at once the second finds what the first has done; the event and what it does to the bid are stored together.

use super::{
    change::{Changed, News, Settled, Wanted, ack, everybody, same},
    decide::{ContentHash, Finding, Wish},
    erasure::fresh_cid,
};
use crate::{
    bids::{Checked, Settling, outcome, rules},
    fanout::members::{Members, MembersCache},
    money,
    rooms::change::digest,
    store::{Tx, amend, append, bids, groups, mentions},
};
use std::sync::Arc;
use wire::{
    Bid, BidState, Cid, Code, Decision, Event, EventKind, Message, MessageType, Person, RoomId, RoomKind, Seq, Time,
    UserId,
};

/// Somebody makes a bid, to the member with that key.
pub(super) async fn make(
    tx: &mut Tx,
    wanted: &Wanted,
    (room, to, offer): (RoomId, Option<&str>, &Checked),
    cache: &MembersCache,
    at: Time,
    direct_anyone: bool,
) -> Settled {
    let author = wanted.author.id;
    let Some(held) = groups::hold(tx, room).await? else { return Ok(Err(Code::NotFound)) };
    let hash = offer.hash(&["bid", to.unwrap_or_default()]);
    let wish = Wish { author, cid: wanted.cid, room, hash };
    match append::judge(tx, &[wish], direct_anyone).await?.pop() {
        Some(Finding::Known(known)) => return Ok(same(wanted.cid, known, room, hash)),
        Some(Finding::Forbidden(code)) => return Ok(Err(code)),
        Some(Finding::Clear) | None => {}
    }
    let seat = match (to, held.kind()) {
        (Some(key), _) => groups::seat_by_key(tx, room, key).await?,
        (None, RoomKind::Direct) => match bids::peer(tx, room, author).await? {
            Some(peer) => groups::seat(tx, room, peer).await?,
            None => None,
        },
        (None, _) => None,
    };
    let seat = seat.filter(|seat| seat.standing.role.is_some() && !seat.is_banned);
    let has_accepted = bids::has_accepted(tx, room).await?;
    let ground = rules::Ground { room: held.kind(), has_accepted, to: seat.as_ref().map(|seat| seat.person.id) };
    if let Err(code) = rules::may_bid(&ground, author, offer.expires_at, at) {
        return Ok(Err(code));
    }
    let Some(seat) = seat else { return Ok(Err(Code::NotAMember)) };
    let members = members(tx, room, held.members_rev, cache).await?;
    let ink = Ink { wanted, room, kind: held.kind(), at, members: &members };
    let event = ink.bid(tx, held.head().next(), (seat.person, seat.standing.is_muted), offer, (None, hash)).await?;
    Ok(Ok(told(room, vec![event], members)))
}

/// Somebody decides about a bid.
pub(super) async fn settle(
    tx: &mut Tx,
    wanted: &Wanted,
    (room, settling): (RoomId, &Settling),
    cache: &MembersCache,
    at: Time,
    direct_anyone: bool,
) -> Settled {
    let (person, place) = (wanted.author.id, (room, settling.target));
    let Some(held) = groups::hold(tx, room).await? else { return Ok(Err(Code::NotFound)) };
    let hash = settling.hash();
    let wish = Wish { author: person, cid: wanted.cid, room, hash };
    match append::judge(tx, &[wish], direct_anyone).await?.pop() {
        Some(Finding::Known(known)) => return Ok(same(wanted.cid, known, room, hash)),
        Some(Finding::Forbidden(code)) => return Ok(Err(code)),
        Some(Finding::Clear) | None => {}
    }
    let Some((_, target)) = amend::target(tx, room, person, settling.target).await? else {
        return Ok(Err(Code::NotFound));
    };
    let is_gone = target.as_ref().is_some_and(|target| target.content.is_none());
    let Some(bid) = bids::find(tx, place).await?.filter(|_| target.is_some()) else {
        return Ok(Err(Code::NoSuchMessage));
    };
    if is_gone {
        return Ok(Err(Code::MessageDeleted));
    }
    let facts = bids::facts(tx, (room, held.kind()), &bid).await?;
    let state = match rules::decide(settling.decision, person, at, &facts) {
        Ok(state) => state,
        Err(code) => return Ok(Err(code)),
    };
    if let Some(counter) = &settling.counter {
        let ground = rules::Ground { room: held.kind(), has_accepted: facts.has_accepted, to: Some(bid.from.id) };
        if let Err(code) = rules::may_bid(&ground, person, counter.expires_at, at) {
            return Ok(Err(code));
        }
    }
    let members = members(tx, room, held.members_rev, cache).await?;
    let ink = Ink { wanted, room, kind: held.kind(), at, members: &members };
    let other = if settling.decision == Decision::Withdraw { &bid.to } else { &bid.from };
    let (seq, other) = (held.head().next(), other.clone());
    let Some(counter) = &settling.counter else {
        let event = ink.outcome(tx, (settling.target, seq), (wanted.cid, hash), (bid, state), Some(other)).await?;
        return Ok(Ok(told(room, vec![event], members)));
    };
    // The bid that takes its place is what the request's id stands for, and what others hear of.
    let cid = fresh_cid(at);
    let of_decision = (cid, digest(&["countered"]));
    let decided = ink.outcome(tx, (settling.target, seq), of_decision, (bid, state), None).await?;
    let made = ink.bid(tx, seq.next(), (other, false), counter, (Some(settling.target), hash)).await?;
    Ok(Ok(told(room, vec![decided, made], members)))
}

/// The time of a bid is over: to be told once, whoever looks.
pub(super) async fn expire(
    tx: &mut Tx,
    wanted: &Wanted,
    (room, seq): (RoomId, Seq),
    cache: &MembersCache,
    at: Time,
) -> Settled {
    let nothing = Changed { room, ack: None, news: None };
    let Some(held) = groups::hold(tx, room).await? else { return Ok(Ok(nothing)) };
    let bid = bids::find(tx, (room, seq)).await?;
    let is_due = |bid: &Bid| bid.state == BidState::Open && rules::has_expired(bid.expires_at, at);
    let Some(bid) = bid.filter(|bid| is_due(bid) && !held.is_deleted) else { return Ok(Ok(nothing)) };
    let members = members(tx, room, held.members_rev, cache).await?;
    let ink = Ink { wanted, room, kind: held.kind(), at, members: &members };
    let of_event = (wanted.cid, digest(&["expired"]));
    let event = ink.outcome(tx, (seq, held.head().next()), of_event, (bid, BidState::Expired), None).await?;
    Ok(Ok(Changed { ack: None, ..told(room, vec![event], members) }))
}

async fn members(tx: &mut Tx, room: RoomId, rev: i64, cache: &MembersCache) -> sqlx::Result<Arc<Members>> {
    match cache.get(room, rev) {
        Some(known) => Ok(known),
        None => everybody(tx, room, rev).await,
    }
}

/// What is acked is the last event.
fn told(room: RoomId, events: Vec<Event>, members: Arc<Members>) -> Changed {
    let ack = events.last().map(|event| ack(event.cid, room, event.seq, event.at));
    let (entered, gone, rows) = (Vec::new(), Vec::new(), Vec::new());
    let news = News { events, members, entered, gone, rows, listed: None, recount: None };
    Changed { room, ack, news: Some(news) }
}

/// What is allowed is written with it.
struct Ink<'a> {
    wanted: &'a Wanted,
    room: RoomId,
    kind: RoomKind,
    at: Time,
    members: &'a Members,
}

impl Ink<'_> {
    /// A bid, which calls whom it is made to.
    async fn bid(
        &self,
        tx: &mut Tx,
        seq: Seq,
        (to, is_muted): (Person, bool),
        offer: &Checked,
        (counters, hash): (Option<Seq>, ContentHash),
    ) -> sqlx::Result<Event> {
        let Self { wanted, room, kind, members, .. } = *self;
        let (author, receiver) = (wanted.author.id, to.id);
        let bid = Bid {
            from: wanted.author.clone(),
            to,
            amount: offer.amount,
            currency: offer.currency.to_owned(),
            decimals: money::decimals(offer.currency).into(),
            note: offer.note.clone(),
            expires_at: offer.expires_at,
            state: BidState::Open,
            decided_at: None,
            counters,
        };
        let mut event = self.event((seq, wanted.cid), EventKind::Message, (MessageType::Bid, offer.words()), &bid);
        groups::insert_event(tx, &event, hash).await?;
        bids::insert(tx, (room, seq), kind == RoomKind::Subject, &bid).await?;
        if !is_muted && !members.apart.contains(&(author, receiver)) {
            mentions::insert(tx, &[(room, seq, receiver)]).await?;
            event.mentions = vec![receiver];
        }
        Ok(event)
    }

    /// What has become of a bid, and whom that concerns.
    async fn outcome(
        &self,
        tx: &mut Tx,
        (target, seq): (Seq, Seq),
        (cid, hash): (Cid, ContentHash),
        (bid, state): (Bid, BidState),
        about: Option<Person>,
    ) -> sqlx::Result<Event> {
        let words = outcome(state, bid.amount, &bid.currency);
        let bid = Bid { state, decided_at: Some(self.at), ..bid };
        let event = self.event((seq, cid), EventKind::Decided, (MessageType::System, words), &bid);
        let event = Event { target: Some(target), about: about.map(Box::new), ..event };
        groups::insert_event(tx, &event, hash).await?;
        bids::settle(tx, (self.room, target), state, seq, self.at).await?;
        Ok(event)
    }

    fn event(&self, (seq, cid): (Seq, Cid), kind: EventKind, (of, words): (MessageType, String), bid: &Bid) -> Event {
        let message = Message { more: bids::carried(bid), ..Message::new(of, words) };
        Event {
            room: self.room,
            seq,
            cid,
            kind,
            author: self.wanted.author.clone(),
            at: self.at,
            message: Some(message),
            target: None,
            about: None,
            mentions: Vec::<UserId>::new(),
        }
    }
}
