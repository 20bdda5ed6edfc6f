//! A script whose frames come with holes. Rule: it is told every message once and in order, or it is sent away.

use super::*;
use serde_json::Value;
use wire::{Message, MessageType, Time, Unread};

const ROOM: RoomId = RoomId(7);

fn event(seq: i64) -> Event {
    let author =
        Person { id: UserId(1), username: "ana".to_owned(), display_name: "Ana".to_owned(), ..Person::default() };
    Event {
        room: ROOM,
        seq: Seq(seq),
        cid: Cid::new(seq, [0; 10]),
        kind: EventKind::Message,
        author,
        at: Time(seq),
        message: Some(Message::new(MessageType::Text, format!("number {seq}"))),
        target: None,
        about: None,
        mentions: Vec::new(),
    }
}

fn history(after: i64, to: i64, head: i64) -> ServerFrame {
    let events = (after + 1..=to).map(event).collect();
    let (after, to, head) = (Seq(after), Seq(to), Seq(head));
    let page = HistoryPage { room: ROOM, after, to, events, hidden: Vec::new(), first: Seq(1), head };
    ServerFrame::MessageHistory { page, complete: to == head, cursors: Vec::new(), unread: Unread::default() }
}

/// What the script is told of a frame, and after which position it asks for more.
fn tell(script: &mut Script, frame: &ServerFrame) -> (Vec<i64>, Option<i64>) {
    let told = script.tell(&serde_json::to_string(frame).unwrap());
    let id = |frame: &Bytes| serde_json::from_slice::<Value>(frame).unwrap()["id"].as_i64().unwrap();
    let missing = told.missing.map(|held| held.after.expect("a position").0);
    assert!(told.end.is_none());
    (told.frames.iter().map(id).collect(), missing)
}

#[test]
fn what_is_missing_is_asked_for_once_and_told_in_order() {
    let mut script = Script::new(ROOM, UserId(2));
    let mut check = |frame: ServerFrame, ids: &[i64], missing: Option<i64>| {
        assert_eq!(tell(&mut script, &frame), (ids.to_vec(), missing), "{frame:?}");
    };
    check(ServerFrame::Event(event(1)), &[1], None);
    check(ServerFrame::Event(event(1)), &[], None);
    check(ServerFrame::Event(event(4)), &[], Some(1));
    check(ServerFrame::Event(event(5)), &[], None);
    // It was read before the fifth was stored: what came meanwhile is not lost.
    check(history(1, 4, 4), &[2, 3, 4], Some(4));
    check(history(4, 5, 5), &[5], None);
    check(ServerFrame::Event(event(6)), &[6], None);
    check(ServerFrame::Event(event(9)), &[], Some(6));
    check(history(6, 8, 9), &[7, 8], Some(8));
    check(history(8, 9, 9), &[9], None);
}

#[test]
fn with_too_much_missing_it_is_sent_away() {
    let mut script = Script::new(ROOM, UserId(2));
    let gap = ServerFrame::Gap { room: ROOM, head: Seq(9_000), erased: false };
    assert!(script.tell(&serde_json::to_string(&gap).unwrap()).end.is_some());
    let gap = ServerFrame::Gap { room: RoomId(8), head: Seq(9_000), erased: false };
    assert!(script.tell(&serde_json::to_string(&gap).unwrap()).end.is_none());
}
