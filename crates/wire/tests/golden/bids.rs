//! Bids and what becomes of them, and places. Rule: a decision carries the bid as it is then, in the place of what it was.

use super::*;
use wire::{Bid, BidState, Decision, Offer};

fn offer() -> Offer {
    let (currency, note, at) = ("EUR".into(), "Two coats".into(), Time(1_795_428_000_000));
    Offer { amount: 12_000, currency, note, expires_at: Some(at) }
}

fn bid() -> Bid {
    let Offer { amount, currency, note, expires_at } = offer();
    Bid {
        from: person(ANA, "ana", "Ana"),
        to: person(BEN, "ben", "Ben"),
        amount,
        currency,
        decimals: 2,
        note,
        expires_at,
        state: BidState::Open,
        decided_at: None,
        counters: None,
    }
}

fn carrying(kind: MessageType, text: &str, bid: &Bid) -> Option<Message> {
    let more = read::parse(&format!("{{\"bid\":{}}}", serde_json::to_string(bid).unwrap())).unwrap();
    Some(Message { more, ..Message::new(kind, text.into()) })
}

#[test]
fn a_bid_matches_its_goldens() {
    let message = carrying(MessageType::Bid, "Bid of €120.00: Two coats", &bid());
    let made = Event { message, mentions: vec![BEN], ..event() };
    check("server", &[ServerFrame::Event(made.clone())], |_| "event_bid");
    let accepted = Bid { state: BidState::Accepted, decided_at: Some(event().at), ..bid() };
    let decided = Event {
        kind: EventKind::Decided,
        seq: Seq(43),
        author: person(BEN, "ben", "Ben"),
        message: carrying(MessageType::System, "accepted the bid of €120.00", &accepted),
        target: Some(Seq(42)),
        about: Some(Box::new(person(ANA, "ana", "Ana"))),
        ..event()
    };
    check("server", &[ServerFrame::Event(decided.clone())], |_| "event_decided");
    let mut message = made.message.unwrap();
    assert!(message.amend(&decided) && !message.amend(&decided));
    assert_eq!(Parts::of(&message.more).bid.as_deref(), Some(&accepted));
    assert_eq!(message.content, "Bid of €120.00: Two coats");
    assert!(decided.counts_for(ANA) && !decided.counts_for(BEN));
    assert!(!Event { about: None, ..decided }.counts_for(ANA), "what nobody did counts for nobody");
}

#[test]
fn a_place_matches_its_goldens() {
    let place = Location { latitude: 52_520_008, longitude: 13_404_954, label: "The pier".into(), accuracy: Some(12) };
    let location = read::parse(&serde_json::to_string(&place).unwrap()).unwrap();
    let mut more = Tree::Nothing;
    more.put("location", location.clone());
    let message = Message { more, ..Message::new(MessageType::Location, place.words()) };
    assert_eq!(Parts::of(&message.more).location, Some(place));
    let event = Event { message: Some(message), ..event() };
    check("server", &[ServerFrame::Event(event)], |_| "event_location");
    let (cid, room, message_type, reply_to) = (cid(), RoomId(7), MessageType::Text, None);
    let (content, attachments) = (String::new(), Tree::Nothing);
    let frame = ClientFrame::ChatMessage { cid, room, message_type, content, reply_to, attachments, location };
    check("client", &[frame], |_| "chat_message_location");
}

#[test]
fn a_decision_matches_its_goldens() {
    let (cid, room, target) = (cid(), RoomId(7), Seq(42));
    let accept = ClientFrame::BidDecision { cid, room, target, decision: Decision::Accept, offer: None };
    check("client", &[accept], |_| "bid_decision");
    let offer = Some(Offer { amount: 10_000, note: String::new(), expires_at: None, ..offer() });
    let counter = ClientFrame::BidDecision { cid, room, target, decision: Decision::Counter, offer };
    check("client", &[counter], |_| "bid_decision_counter");
    let later = r#"{"type":"bid_decision","cid":"019a9f3c-5d00-7abc-8def-0123456789ab","room":7,"target":42,"decision":"ponder"}"#;
    let ClientFrame::BidDecision { decision, .. } = serde_json::from_str(later).unwrap() else { panic!() };
    assert_eq!(decision, Decision::Unknown);
}
