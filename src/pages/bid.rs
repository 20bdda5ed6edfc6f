//! `/r/{room}/bids/new`: a bid, or one in the place of another. Rule: a form that is sent twice makes one bid, so that its expiry counts
//! from when the form was made.

use super::{
    room::{RoomPath, room_of},
    visit::{Answer, Asked, Fields, Member, fresh_cid, next_cid, see_other},
};
use crate::problem;
use app::{BidForm, BidPage, Page};
use domain::money;
use serde::Deserialize;
use wire::{
    Bid, BidState, Cid, Code, Decision, Offer, Parts, Person, Refusal, RoomId, RoomKind, RoomSummary, Seq, Time,
};

const HOUR_MS: i64 = 60 * 60 * 1_000;
/// What is bid in where nothing else is known.
const USUAL: &str = "EUR";

/// `?counter=`: the bid that it takes the place of.
#[derive(Default, Deserialize)]
pub struct Known {
    counter: Option<i64>,
}

/// The form.
#[derive(Deserialize)]
pub struct Sent {
    cid: Option<Cid>,
    #[serde(default)]
    to: String,
    #[serde(default)]
    amount: String,
    #[serde(default)]
    currency: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    hours: String,
    counter: Option<i64>,
}

/// `GET /r/{room}/bids/new`.
pub async fn open(member: Member, room: RoomPath, Asked(known): Asked<Known>) -> Answer {
    let (to, amount, note, hours) = (String::new(), String::new(), String::new(), String::new());
    let (currency, counters) = (String::new(), known.counter.map(Seq));
    show(&member, room_of(room), BidForm { cid: fresh_cid(), to, amount, currency, note, hours, counters }, None).await
}

/// `POST /r/{room}/bids/new`.
pub async fn make(member: Member, room: RoomPath, Fields(sent): Fields<Sent>) -> Answer {
    let room = room_of(room);
    let Sent { cid, to, amount, currency, note, hours, counter } = sent;
    let cid = cid.unwrap_or_else(fresh_cid);
    // Browsers end lines in forms with CR LF.
    let note = note.replace("\r\n", "\n");
    let form = BidForm { cid, to, amount, currency, note, hours, counters: counter.map(Seq) };
    let done = match offer(&form) {
        Ok(offer) => match form.counters {
            None => member.chat().bid(&member.viewer, cid, room, &form.to, offer).await,
            Some(target) => {
                let counter = (Decision::Counter, Some(offer));
                member.chat().decide_bid(&member.viewer, cid, room, target, counter).await
            }
        },
        Err(code) => Err(code.into()),
    };
    match done {
        Ok(_) => Ok(see_other(&format!("/r/{room}"))),
        Err(error) => {
            let refusal = problem::told(error);
            let cid = next_cid(&refusal, cid);
            show(&member, room, BidForm { cid, ..form }, Some(refusal)).await
        }
    }
}

/// What was typed.
fn offer(form: &BidForm) -> Result<Offer, Code> {
    let BidForm { cid, amount, currency, note, hours, .. } = form;
    let expires_at = match hours.trim() {
        "" => None,
        hours => {
            let hours: i64 = hours.parse().map_err(|_| Code::BadExpiry)?;
            Some(Time(cid.made_ms().saturating_add(hours.saturating_mul(HOUR_MS))))
        }
    };
    let amount = money::parse(amount, currency)?;
    Ok(Offer { amount, currency: currency.clone(), note: note.clone(), expires_at })
}

async fn show(member: &Member, room: RoomId, form: BidForm, error: Option<Refusal>) -> Answer {
    let summary = member.chat().room(&member.viewer, room).await.map_err(|error| member.problem(error))?;
    if let Some(code) = barred(&summary) {
        return Err(member.refused(code.into()));
    }
    let countered = match form.counters {
        Some(seq) => Some(countered(member, (room, seq)).await?),
        None => None,
    };
    let people = people(member, &summary).await?;
    // The currency of the one that it counters, else the usual one.
    let currency = match (&countered, form.currency.as_str()) {
        (Some(bid), "") => bid.currency.clone(),
        (None, "") => USUAL.to_owned(),
        (_, typed) => typed.to_owned(),
    };
    let (title, currencies) = (summary.title, money::currencies().collect());
    let form = BidForm { currency, ..form };
    member.page_counted(Page::Bid(Box::new(BidPage { room, title, form, people, currencies, countered, error }))).await
}

/// Why nobody can make a bid here, or the viewer cannot.
fn barred(room: &RoomSummary) -> Option<Code> {
    match room.kind {
        RoomKind::Direct | RoomKind::Subject if room.writable => None,
        RoomKind::Direct | RoomKind::Subject if room.archived => Some(Code::RoomClosed),
        RoomKind::Direct => Some(Code::NotConnected),
        RoomKind::Subject => Some(Code::Muted),
        _ => Some(Code::NoBidsHere),
    }
}

/// The bid that is to be countered, if the viewer may do that still.
async fn countered(member: &Member, (room, seq): (RoomId, Seq)) -> Result<Bid, axum::response::Response> {
    let details = member.chat().message(&member.viewer, room, seq).await.map_err(|error| member.problem(error))?;
    let bid = details.event.message.as_ref().and_then(|said| Parts::of(&said.more).bid);
    let Some(bid) = bid else { return Err(member.refused(Code::NoSuchMessage.into())) };
    if details.decisions.contains(&Decision::Counter) {
        return Ok(*bid);
    }
    let code = match bid.state {
        _ if bid.to.id != member.viewer.user => Code::NotYourBid,
        BidState::Open | BidState::Expired => Code::BidExpired,
        _ => Code::BidSettled,
    };
    Err(member.refused(code.into()))
}

/// To whom a bid can be made.
async fn people(member: &Member, room: &RoomSummary) -> Result<Vec<Person>, axum::response::Response> {
    if let Some(peer) = &room.peer {
        return Ok(vec![peer.clone()]);
    }
    let details =
        member.chat().room_details(&member.viewer, room.id, 0).await.map_err(|error| member.problem(error))?;
    let others = details.members.into_iter().map(|one| one.person);
    Ok(others.filter(|person| person.id != member.viewer.user).collect())
}
