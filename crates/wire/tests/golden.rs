//! Every frame and refusal against its golden. Rule: what has been on the wire once is read for ever, and
//! docs/protocol.md shows exactly these lines.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "golden/bids.rs"]
mod bids;
#[path = "golden/files.rs"]
mod files;
#[path = "golden/messages.rs"]
mod messages;

use serde::{Serialize, de::DeserializeOwned};
use std::{collections::BTreeSet, fmt::Debug, fs, path::Path};
use wire::frame::{ClientFrame, Head, Held, Limits, RoomChange, ServerFrame};
use wire::{read::Tree, *};

const ANA: UserId = UserId(1);
const BEN: UserId = UserId(2);

fn cid() -> Cid {
    "019a9f3c-5d00-7abc-8def-0123456789ab".parse().unwrap()
}

fn person(id: UserId, username: &str, display_name: &str) -> Person {
    Person { id, username: username.into(), display_name: display_name.into(), ..Person::default() }
}

fn event() -> Event {
    Event {
        room: RoomId(7),
        seq: Seq(42),
        cid: cid(),
        kind: EventKind::Message,
        author: person(ANA, "ana", "Ana"),
        at: Time(1_795_168_799_123),
        message: Some(Message::new(MessageType::Text, "Good morning!".into())),
        target: None,
        about: None,
        mentions: Vec::new(),
    }
}

fn cursors(user: UserId, delivered: i64, read: i64) -> CursorState {
    CursorState { user, delivered: Seq(delivered), read: Seq(read), joined: Seq(0) }
}

fn unread() -> Unread {
    Unread { count: 1, read: Seq(41), as_of: Seq(42), mentions: 0 }
}

fn summary() -> RoomSummary {
    RoomSummary {
        id: RoomId(7),
        kind: RoomKind::Direct,
        title: "Ana".into(),
        peer: Some(person(ANA, "ana", "Ana")),
        about: None,
        writable: true,
        archived: false,
        level: Level::All,
        first: Seq(1),
        head: Seq(42),
        last: Some(event()),
        unread: unread(),
        cursors: vec![cursors(ANA, 42, 42), cursors(BEN, 42, 41)],
        active_at: Time(1_795_168_799_123),
    }
}

fn client_frames() -> Vec<ClientFrame> {
    use ClientFrame::*;
    let epoch = Epoch("b4c1".into());
    let rooms = vec![Held { room: RoomId(7), after: Some(Seq(40)) }, Held { room: RoomId(8), after: None }];
    vec![
        ClientFrame::say(cid(), RoomId(7), "Good morning!".into()),
        ClientFrame::amend(cid(), RoomId(7), Seq(42), Amendment::Edit { content: "Good morning, Ben!".into() }),
        ClientFrame::amend(cid(), RoomId(7), Seq(42), Amendment::Delete),
        ClientFrame::amend(cid(), RoomId(7), Seq(42), Amendment::React { emoji: "👍".into() }),
        Typing { room: RoomId(7), is_typing: true },
        Delivered { room: RoomId(7), seq: Seq(42) },
        MarkAsRead { room: RoomId(7), seq: Seq(42) },
        Resume { epoch, rooms },
        Profiles { since: Time(1_795_168_799_123) },
        Ping { n: 3 },
    ]
}

fn client_name(frame: &ClientFrame) -> &'static str {
    match frame {
        ClientFrame::ChatMessage { .. } => "chat_message",
        ClientFrame::EditMessage { .. } => "edit_message",
        ClientFrame::DeleteMessage { .. } => "delete_message",
        ClientFrame::Reaction { .. } => "reaction",
        ClientFrame::BidDecision { .. } => "bid_decision",
        ClientFrame::Typing { .. } => "typing",
        ClientFrame::Delivered { .. } => "delivered",
        ClientFrame::MarkAsRead { .. } => "mark_as_read",
        ClientFrame::Resume { .. } => "resume",
        ClientFrame::Profiles { .. } => "profiles",
        ClientFrame::Ping { .. } => "ping",
        ClientFrame::Unknown => "unknown",
    }
}

fn server_frames() -> Vec<ServerFrame> {
    use ServerFrame::*;
    let at = Time(1_795_168_799_123);
    let page = HistoryPage {
        room: RoomId(7),
        after: Seq(40),
        to: Seq(42),
        events: vec![event()],
        hidden: vec![Span { from: Seq(41), to: Seq(41) }],
        first: Seq(1),
        head: Seq(42),
    };
    vec![
        Welcome {
            session: SessionId(5),
            user: person(BEN, "ben", "Ben"),
            epoch: Epoch("b4c1".into()),
            limits: Limits::default(),
            rooms: vec![Head { room: RoomId(7), head: Seq(42), level: Level::All }],
            presence: vec![wire::Presence { user: ANA, online: true, last_seen: None }],
            build: Some("9f86d081884c".into()),
        },
        Ack { cid: cid(), room: RoomId(7), seq: Seq(42), at },
        Refused { cid: cid(), refusal: Code::EmptyMessage.into() },
        SlowDown { cid: cid(), wait_ms: 1_500 },
        Event(event()),
        MessageHistory {
            page,
            complete: true,
            cursors: vec![cursors(ANA, 42, 42), cursors(BEN, 42, 41)],
            unread: unread(),
        },
        Gap { room: RoomId(7), head: Seq(9_000), erased: false },
        Cursors { room: RoomId(7), cursors: cursors(BEN, 42, 41), unread: Some(unread()) },
        Receipts { room: RoomId(7), cursors: vec![cursors(ANA, 42, 42), cursors(BEN, 42, 41)], tally: None },
        Typing { room: RoomId(7), user: ANA, name: Some("Ana".into()), is_typing: true },
        Presence(wire::Presence { user: ANA, online: false, last_seen: Some(at) }),
        Presences {
            people: vec![
                wire::Presence { user: ANA, online: true, last_seen: None },
                wire::Presence { user: BEN, online: false, last_seen: Some(at) },
            ],
        },
        Profiles {
            people: vec![Person {
                avatar: Some("01997b1c-4d2f-7a10-8f3e-0a1b2c3d4e5f".parse().unwrap()),
                status: "At the sea".into(),
                ..person(ANA, "ana", "Ana Novak")
            }],
            at: Some(at),
        },
        Room(RoomChange::Added { summary: Box::new(summary()) }),
        Lobby(Foyer {
            rev: "9f86d0818840".into(),
            rooms: vec![ListedRoom { id: RoomId(9), title: "Garden".into(), topic: "Beans".into(), members: 3 }],
        }),
        People { requests: 1, row: Some(PersonRow { person: person(ANA, "ana", "Ana"), relation: Relation::Asking }) },
        Warning { refusal: Code::Overloaded.into() },
        Error { refusal: Code::Malformed.into() },
        Pong { n: 3, at },
    ]
}

fn server_name(frame: &ServerFrame) -> &'static str {
    match frame {
        ServerFrame::Welcome { .. } => "welcome",
        ServerFrame::Ack { .. } => "ack",
        ServerFrame::Refused { .. } => "refused",
        ServerFrame::SlowDown { .. } => "slow_down",
        ServerFrame::Event(_) => "event",
        ServerFrame::MessageHistory { .. } => "message_history",
        ServerFrame::Gap { .. } => "gap",
        ServerFrame::Cursors { .. } => "cursors",
        ServerFrame::Receipts { .. } => "receipts",
        ServerFrame::Typing { .. } => "typing",
        ServerFrame::Presence(_) => "presence",
        ServerFrame::Presences { .. } => "presences",
        ServerFrame::Room(_) => "room",
        ServerFrame::Lobby(_) => "lobby",
        ServerFrame::People { .. } => "people",
        ServerFrame::Profiles { .. } => "profiles",
        ServerFrame::Warning { .. } => "warning",
        ServerFrame::Error { .. } => "error",
        ServerFrame::Pong { .. } => "pong",
        ServerFrame::Unknown => "unknown",
    }
}

/// The golden is compared with what is written now, read back, and looked for in docs/protocol.md.
fn check<F: Serialize + DeserializeOwned + PartialEq + Debug>(side: &str, frames: &[F], name: fn(&F) -> &'static str) {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let protocol = fs::read_to_string(here.join("../../docs/protocol.md")).unwrap();
    let path = |frame| here.join(format!("tests/golden/{side}_{}.json", name(frame)));
    if std::env::var_os("GOLDEN_UPDATE").is_some() {
        for frame in frames {
            fs::write(path(frame), format!("{}\n", serde_json::to_string(frame).unwrap())).unwrap();
        }
    }
    for frame in frames {
        let path = path(frame);
        let written = serde_json::to_string(frame).unwrap();
        let golden = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(written, golden.trim_end(), "{side} {} changed", name(frame));
        assert_eq!(&serde_json::from_str::<F>(&golden).unwrap(), frame, "{side} {} is read back", name(frame));
        assert!(protocol.contains(golden.trim_end()), "docs/protocol.md lacks this example:\n{golden}");
    }
    let shown: BTreeSet<_> = frames.iter().map(name).collect();
    assert_eq!(shown.len(), frames.len(), "one golden for each frame");
}

#[test]
fn every_client_frame_matches_its_golden() {
    check("client", &client_frames(), client_name);
    assert_eq!(client_frames().len(), 10, "a new frame needs a golden: see client_name");
}

#[test]
fn every_server_frame_matches_its_golden() {
    check("server", &server_frames(), server_name);
    assert_eq!(server_frames().len(), 19, "a new frame needs a golden: see server_name");
}

#[test]
fn a_change_of_a_room_matches_its_golden() {
    let joined = Event {
        kind: EventKind::Joined,
        message: None,
        about: Some(Box::new(person(UserId(3), "cal", "Cal"))),
        ..event()
    };
    check("server", &[ServerFrame::Event(joined)], |_| "event_joined");
    let renamed = Event {
        kind: EventKind::Renamed,
        message: Some(Message::new(MessageType::System, "Tea room".into())),
        ..event()
    };
    check("server", &[ServerFrame::Event(renamed)], |_| "event_renamed");
    let row = RoomSummary {
        kind: RoomKind::Group,
        title: "Tea room".into(),
        peer: None,
        writable: false,
        archived: true,
        last: None,
        ..summary()
    };
    check("server", &[ServerFrame::Room(RoomChange::Added { summary: Box::new(row) })], |_| "room_archived");
    let row = RoomSummary {
        kind: RoomKind::Subject,
        title: "Paint the fence".into(),
        peer: None,
        about: Some("job 42".into()),
        last: None,
        ..summary()
    };
    check("server", &[ServerFrame::Room(RoomChange::Added { summary: Box::new(row) })], |_| "room_subject");
}

#[test]
fn what_is_told_of_a_large_room_matches_its_golden() {
    let everybody_else = cursors(EVERYBODY_ELSE, 40, 38);
    let tally = Some(Tally { seq: Seq(42), of: 999, delivered: 812, read: 377 });
    let least = ServerFrame::Receipts { room: RoomId(7), cursors: vec![everybody_else], tally };
    check("server", &[least], |_| "receipts_large");
    let newcomer = CursorState { joined: Seq(40), ..cursors(ANA, 42, 42) };
    let row = RoomSummary {
        kind: RoomKind::Group,
        title: "Market square".into(),
        peer: None,
        last: None,
        cursors: vec![everybody_else, newcomer],
        ..summary()
    };
    check("server", &[ServerFrame::Room(RoomChange::Added { summary: Box::new(row) })], |_| "room_large");
}

#[test]
fn what_an_older_server_says_of_typing_is_read() {
    let typing: ServerFrame = serde_json::from_str(r#"{"type":"typing","room":7,"user":1,"is_typing":true}"#).unwrap();
    assert_eq!(typing, ServerFrame::Typing { room: RoomId(7), user: ANA, name: None, is_typing: true });
}

#[test]
fn content_that_is_gone_matches_its_golden() {
    let gone = Event { message: Some(Message::erased(MessageType::Text)), ..event() };
    assert!(!gone.counts_for(BEN), "what is deleted is not unread");
    check("server", &[ServerFrame::Event(gone)], |_| "event_deleted");
    let about = Some(Box::new(person(ANA, "~deleted-1", "Deleted account")));
    let author = person(ANA, "~deleted-1", "Deleted account");
    let of_one = Event { kind: EventKind::Erased, message: None, author, about, ..event() };
    check("server", &[ServerFrame::Event(of_one)], |_| "event_erased");
    let old = Event { kind: EventKind::Erased, message: None, target: Some(Seq(30)), ..event() };
    check("server", &[ServerFrame::Event(old)], |_| "event_erased_old");
}

#[test]
fn levels_and_mentions_match_their_goldens() {
    let message = Some(Message::new(MessageType::Text, "@ben, good morning!".into()));
    let mention = Event { message, mentions: vec![BEN], ..event() };
    check("server", &[ServerFrame::Event(mention.clone())], |_| "event_mention");
    let unread = Unread { mentions: 1, ..unread() };
    let row = RoomSummary { level: Level::Mentions, last: Some(mention.clone()), unread, ..summary() };
    check("server", &[ServerFrame::Room(RoomChange::Added { summary: Box::new(row) })], |_| "room_level");
    let mut frames = server_frames();
    if let ServerFrame::Welcome { rooms, .. } = &mut frames[0] {
        rooms[0].level = Level::None;
    }
    check("server", &frames[..1], |_| "welcome_level");
    assert!(mention.mentions(BEN) && !mention.mentions(ANA));
    assert!(!Event { mentions: vec![ANA], ..mention }.mentions(ANA), "nobody calls themselves");
}

#[test]
fn every_event_but_a_message_is_read_and_counts_for_nobody() {
    let kinds = [
        "created",
        "joined",
        "left",
        "removed",
        "role",
        "renamed",
        "topic",
        "archived",
        "reopened",
        "edited",
        "deleted",
        "reacted",
        "unreacted",
        "erased",
        "teleported",
    ];
    for kind in kinds {
        let text =
            serde_json::to_string(&event()).unwrap().replace("\"kind\":\"message\"", &format!("\"kind\":\"{kind}\""));
        let read: Event = serde_json::from_str(&text).unwrap();
        assert_eq!(read.kind == EventKind::Unknown, kind == "teleported", "{kind}");
        assert!(!read.counts_for(BEN), "{kind}");
    }
    assert!(event().counts_for(BEN) && !event().counts_for(ANA));
}

#[test]
fn a_welcome_that_names_no_build_is_read_and_told_without_one() {
    let mut frames = server_frames();
    let welcome = frames.swap_remove(0).of_build(None);
    let json = serde_json::to_string(&welcome).unwrap();
    assert!(!json.contains("build"), "{json}");
    assert_eq!(serde_json::from_str::<ServerFrame>(&json).unwrap(), welcome);
}

#[test]
fn every_refusal_stands_in_the_protocol_with_its_status() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let protocol = fs::read_to_string(here.join("../../docs/protocol.md")).unwrap();
    for code in Code::ALL {
        let row = format!("| `{code}` | {} | {} |", code.status(), code.sentence());
        assert!(protocol.contains(&row), "docs/protocol.md lacks this row:\n{row}");
        let json = serde_json::to_string(code).unwrap();
        assert_eq!(json, format!("\"{code}\""));
        assert_eq!(serde_json::from_str::<Code>(&json).unwrap(), *code);
    }
}

#[test]
fn what_a_newer_peer_sends_is_read_as_unknown() {
    fn read<T: DeserializeOwned + PartialEq + Debug>(json: &str, expected: T) {
        assert_eq!(serde_json::from_str::<T>(json).unwrap(), expected, "{json}");
    }
    read(r#"{"type":"summon","x":[1,{"y":2}]}"#, ClientFrame::Unknown);
    read(r#"{"type":"summoned"}"#, ServerFrame::Unknown);
    read(r#"{"type":"ping","n":1,"new_field":true}"#, ClientFrame::Ping { n: 1 });
    read(r#""hologram""#, MessageType::Unknown);
    read(r#""teleported""#, EventKind::Unknown);
    read(r#""planet""#, RoomKind::Unknown);
    read(r#""whispers""#, Level::Unknown);
    read(r#""too_purple""#, Code::Unknown);
    read(r#"{"type":"room","change":"painted","color":"red"}"#, ServerFrame::Room(RoomChange::Unknown));
}

#[test]
fn the_longest_message_fits_into_a_frame() {
    let content = "\u{1}".repeat(limits::BODY_CHARS_MAX);
    let (room, message_type, reply_to) = (RoomId(i64::MAX), MessageType::Text, Some(Seq(i64::MAX)));
    let (cid, attachments, location) = (cid(), Tree::Nothing, Tree::Nothing);
    let said = content.clone();
    let frame = ClientFrame::ChatMessage { cid, room, message_type, content: said, reply_to, attachments, location };
    assert!(serde_json::to_string(&frame).unwrap().len() <= limits::FRAME_BYTES_MAX);
    let frame = ClientFrame::amend(cid, room, Seq(i64::MAX), Amendment::Edit { content });
    assert!(serde_json::to_string(&frame).unwrap().len() <= limits::FRAME_BYTES_MAX);
}
