//! The contract of bids: made, decided about, expired, gone. Rule: every case holds on SQLite and on Postgres alike.

mod answers;
mod expiry;
mod gone;
mod races;
mod refusals;

use crate::support::{ear, on_both, scene, world::Place};
use domain::{Ack, Chat, Error, NewSubject, Viewer};
use wire::{Bid, BidState, Decision, Offer, Parts, RoomId, Seq, Subject};

on_both!(contract);

async fn contract(place: &Place) {
    answers::a_bid_is_accepted_once_and_everybody_reads_so(place).await;
    answers::a_counter_is_a_bid_back_in_the_same_step(place).await;
    answers::whoever_came_later_hears_of_a_decision_and_not_about_what(place).await;
    answers::a_bid_is_found_by_its_kind_and_its_words(place).await;
    refusals::only_the_two_whom_it_concerns_decide(place).await;
    refusals::what_is_no_bid_is_refused_and_changes_nothing(place).await;
    refusals::bids_have_their_rooms(place).await;
    races::of_many_accepted_at_once_one_is(place).await;
    races::of_two_answers_to_one_bid_the_first_counts(place).await;
    expiry::a_bid_expires_without_anybody_here_and_once(place).await;
    gone::a_bid_whose_message_is_deleted_is_withdrawn(place).await;
    gone::a_deleted_account_takes_what_it_offered_along(place).await;
    gone::a_closed_room_takes_no_decision(place).await;
}

/// €120.00 for two coats.
fn offer() -> Offer {
    Offer { amount: 12_000, currency: "EUR".to_owned(), note: "Two coats".to_owned(), expires_at: None }
}

/// Makes a bid under a new cid.
async fn bid(chat: &Chat, from: &Viewer, to: &Viewer, room: RoomId, offer: Offer) -> Result<Ack, Error> {
    chat.bid(from, scene::fresh_cid(), room, &to.username, offer).await
}

/// Decides about one under a new cid.
async fn decide(chat: &Chat, viewer: &Viewer, room: RoomId, target: Seq, decision: Decision) -> Result<Ack, Error> {
    let counter = (decision == Decision::Counter).then(offer);
    chat.decide_bid(viewer, scene::fresh_cid(), room, target, (decision, counter)).await
}

/// A conversation about a job, which the first opens with the others.
async fn job(chat: &Chat, owner: &Viewer, others: &[&Viewer]) -> RoomId {
    let subject = Subject { kind: "job".to_owned(), id: String::new(), thread: String::new(), link: None };
    let participants = others.iter().map(|other| (other.username.clone(), "worker".to_owned())).collect();
    let (title, notice, part) = ("Paint the fence".to_owned(), String::new(), "client".to_owned());
    let new = NewSubject { subject, title, notice, part, participants };
    chat.open_subject(owner, scene::fresh_cid(), new).await.unwrap()
}

/// The bid that a message or a decision carries.
fn carried(event: &wire::Event) -> Option<Bid> {
    Parts::of(&event.message.as_ref()?.more).bid.map(|bid| *bid)
}

/// What has become of the bid at this position, as somebody reads it.
async fn state(chat: &Chat, viewer: &Viewer, room: RoomId, seq: Seq) -> BidState {
    carried(&chat.message(viewer, room, seq).await.unwrap().event).unwrap().state
}

/// The next event of which that is so: what was stored before may still be told to a socket that comes then.
async fn heard(ear: &mut ear::Ear, is_wanted: impl Fn(&wire::Event) -> bool) -> wire::Event {
    loop {
        match ear.next().await.unwrap() {
            wire::frame::ServerFrame::Event(event) if is_wanted(&event) => return event,
            _ => {}
        }
    }
}

/// How many rows a statement counts.
async fn count(url: &str, text: &'static str) -> i64 {
    use sqlx::Connection as _;
    let (count,): (i64,) = if url.starts_with("sqlite:") {
        let mut connection = sqlx::SqliteConnection::connect(url).await.unwrap();
        sqlx::query_as(text).fetch_one(&mut connection).await.unwrap()
    } else {
        let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
        sqlx::query_as(text).fetch_one(&mut connection).await.unwrap()
    };
    count
}
