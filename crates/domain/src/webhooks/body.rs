//! What is told of an event. Rule: it is the event as the socket and the API tell it, whole, with what the application itself calls the
//! things and people in it; docs/protocol.md shows exactly what is written here.

use serde::Serialize;
use wire::{BidState, Event, EventKind, MessageType, Parts, Subject, Time, UserId, webhooks::Topic};

/// Whether events of this kind are of any topic.
pub(super) fn is_of_a_topic(kind: EventKind) -> bool {
    !topics(kind, MessageType::Text).is_empty()
}

/// The topics that an event is of: whoever is told of one of them is told of it.
pub(super) fn topics(kind: EventKind, message: MessageType) -> &'static [Topic] {
    match (kind, message) {
        (EventKind::Message, MessageType::Bid) | (EventKind::Decided, _) => &[Topic::Bids],
        (EventKind::Message | EventKind::Edited, _) => &[Topic::Messages],
        // What was told of is gone: nobody is to keep it unknowingly.
        (EventKind::Deleted | EventKind::Erased, _) => &[Topic::Messages, Topic::Bids],
        (EventKind::Joined | EventKind::Left | EventKind::Removed, _) => &[Topic::Members],
        _ => &[],
    }
}

/// What it is called.
pub(super) fn type_of(event: &Event) -> &'static str {
    let message = event.message.as_ref();
    match event.kind {
        EventKind::Message if message.is_some_and(|said| said.kind == MessageType::Bid) => "bid_made",
        EventKind::Message => "message_created",
        EventKind::Edited => "message_edited",
        EventKind::Deleted => "message_deleted",
        EventKind::Erased => "content_erased",
        EventKind::Joined => "member_joined",
        EventKind::Left => "member_left",
        EventKind::Removed => "member_removed",
        EventKind::Decided => match message.and_then(|said| Parts::of(&said.more).bid).map(|bid| bid.state) {
            Some(BidState::Accepted) => "bid_accepted",
            Some(BidState::Declined) => "bid_declined",
            Some(BidState::Withdrawn) => "bid_withdrawn",
            Some(BidState::Countered) => "bid_countered",
            Some(BidState::Expired) => "bid_expired",
            // The bid is gone with its message.
            _ => "bid_decided",
        },
        _ => "unknown",
    }
}

/// The id of what is told: the same each time, on every server, and another one for what a restored database has in the same place.
pub(super) fn id_of(event: &Event) -> String {
    format!("evt_{}_{}_{}", event.room, event.seq, event.cid.0.simple())
}

/// Whom an event names.
pub(super) fn people(event: &Event) -> Vec<UserId> {
    let message = event.message.as_ref();
    let bid = message.and_then(|said| Parts::of(&said.more).bid);
    let quoted = message.and_then(|said| said.reply_to.as_ref()?.author.as_ref());
    let named = [Some(&event.author), event.about.as_deref(), quoted];
    let named = named.into_iter().flatten().map(|person| person.id);
    let bidders = bid.iter().flat_map(|bid| [bid.from.id, bid.to.id]);
    let mut people: Vec<UserId> = named.chain(bidders).chain(event.mentions.iter().copied()).collect();
    people.sort_unstable();
    people.dedup();
    people
}

#[derive(Serialize)]
struct Told<'a, T> {
    r#type: &'a str,
    timestamp: Time,
    data: T,
}

#[derive(Serialize)]
struct Data<'a> {
    subject: &'a Subject,
    event: &'a Event,
    people: Vec<Known<'a>>,
}

#[derive(Serialize)]
struct Known<'a> {
    id: UserId,
    external_id: &'a str,
}

#[derive(Serialize)]
struct Nothing {}

/// The body of a request about an event.
pub(super) fn body(event: &Event, subject: &Subject, external_ids: &[(UserId, String)]) -> String {
    let people = external_ids.iter().map(|(id, external_id)| Known { id: *id, external_id }).collect();
    let data = Data { subject, event, people };
    // Strings, whole numbers and lists of them are always JSON.
    serde_json::to_string(&Told { r#type: type_of(event), timestamp: event.at, data }).unwrap_or_default()
}

/// The body of a ping.
pub(super) fn ping(at: Time) -> String {
    serde_json::to_string(&Told { r#type: "ping", timestamp: at, data: Nothing {} }).unwrap_or_default()
}

#[cfg(test)]
#[path = "body_tests.rs"]
mod tests;
