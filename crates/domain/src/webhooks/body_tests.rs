//! Goldens of what is told. Rule: docs/protocol.md shows exactly these lines.

use super::{body, id_of, ping, topics, type_of};
use wire::{
    Bid, BidState, Event, EventKind, Message, MessageType, Person, RoomId, Seq, Subject, Time, UserId, read::parse,
    webhooks::Topic,
};

fn person(id: i64, username: &str, display_name: &str) -> Person {
    Person { id: UserId(id), username: username.into(), display_name: display_name.into(), ..Person::default() }
}

fn event(kind: EventKind, message: Option<Message>) -> Event {
    Event {
        room: RoomId(7),
        seq: Seq(42),
        cid: "019a9f3c-5d00-7abc-8def-0123456789ab".parse().unwrap(),
        kind,
        author: person(1, "ana", "Ana"),
        at: Time(1_795_168_799_123),
        message,
        target: None,
        about: None,
        mentions: Vec::new(),
    }
}

fn check(event: &Event, id: &str, golden: &str) {
    let link = Some("https://jobs.example.org/42".to_owned());
    let subject = Subject { kind: "job".into(), id: "42".into(), thread: "ben".into(), link };
    let external_ids = [(UserId(1), "u-17".to_owned())];
    assert_eq!(body(event, &subject, &external_ids), golden);
    assert_eq!(id_of(event), id);
    assert_documented(golden);
}

fn assert_documented(golden: &str) {
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let protocol = std::fs::read_to_string(here.join("../../docs/protocol.md")).unwrap();
    assert!(protocol.contains(golden), "docs/protocol.md lacks this example:\n{golden}");
}

#[test]
fn what_is_told_is_what_is_documented() {
    let said = Message::new(MessageType::Text, "Good morning!".into());
    check(
        &event(EventKind::Message, Some(said)),
        "evt_7_42_019a9f3c5d007abc8def0123456789ab",
        r#"{"type":"message_created","timestamp":"2026-11-20T09:59:59.123Z","data":{"subject":{"kind":"job","id":"42","thread":"ben","link":"https://jobs.example.org/42"},"event":{"room":7,"seq":42,"cid":"019a9f3c-5d00-7abc-8def-0123456789ab","kind":"message","author":{"id":1,"username":"ana","display_name":"Ana"},"at":"2026-11-20T09:59:59.123Z","message":{"type":"text","content":"Good morning!"}},"people":[{"id":1,"external_id":"u-17"}]}}"#,
    );
    let ping = ping(Time(1_795_168_799_123));
    assert_eq!(ping, r#"{"type":"ping","timestamp":"2026-11-20T09:59:59.123Z","data":{}}"#);
    assert_documented(&ping);
}

#[test]
fn every_type_is_documented_and_of_a_topic() {
    let bid = |state| {
        let bid = Bid {
            from: person(1, "ana", "Ana"),
            to: person(2, "ben", "Ben"),
            amount: 1,
            currency: "EUR".into(),
            decimals: 2,
            note: String::new(),
            expires_at: None,
            state,
            decided_at: None,
            counters: None,
        };
        let more = parse(&format!(r#"{{"bid":{}}}"#, serde_json::to_string(&bid).unwrap())).unwrap();
        Message { more, ..Message::new(MessageType::System, "decided".into()) }
    };
    let made = Message { kind: MessageType::Bid, ..bid(BidState::Open) };
    let text = Message::new(MessageType::Text, "x".into());
    let of = |kind, message: Option<Message>, expected: &str, topic: Topic| {
        let message_type = message.as_ref().map_or(MessageType::Unknown, |said| said.kind);
        assert_eq!(type_of(&event(kind, message)), expected);
        assert!(topics(kind, message_type).contains(&topic), "{expected}");
        assert_documented(&format!("| `{expected}` |"));
    };
    of(EventKind::Message, Some(text.clone()), "message_created", Topic::Messages);
    of(EventKind::Edited, Some(text), "message_edited", Topic::Messages);
    of(EventKind::Deleted, None, "message_deleted", Topic::Messages);
    of(EventKind::Deleted, None, "message_deleted", Topic::Bids);
    of(EventKind::Erased, None, "content_erased", Topic::Messages);
    of(EventKind::Message, Some(made), "bid_made", Topic::Bids);
    for (state, expected) in [
        (BidState::Accepted, "bid_accepted"),
        (BidState::Declined, "bid_declined"),
        (BidState::Withdrawn, "bid_withdrawn"),
        (BidState::Countered, "bid_countered"),
        (BidState::Expired, "bid_expired"),
    ] {
        of(EventKind::Decided, Some(bid(state)), expected, Topic::Bids);
    }
    of(EventKind::Decided, Some(Message::erased(MessageType::System)), "bid_decided", Topic::Bids);
    of(EventKind::Joined, None, "member_joined", Topic::Members);
    of(EventKind::Left, None, "member_left", Topic::Members);
    of(EventKind::Removed, None, "member_removed", Topic::Members);
    for kind in [EventKind::Created, EventKind::Renamed, EventKind::Reacted, EventKind::Archived, EventKind::Unknown] {
        assert!(topics(kind, MessageType::Text).is_empty());
    }
}
