//! Joins, kicks and sends at the same moment. Rule: whatever comes first, the log is dense, and nobody sees a position outside
//! their intervals.

use crate::support::{
    scene::{self, change, chat, found, remove},
    talk::{person, say},
    world::Place,
};
use domain::{Attachment, Change, Chat, Next, Viewer};
use futures::future::join_all;
use std::collections::BTreeSet;
use wire::frame::{RoomChange, ServerFrame};
use wire::{Event, EventKind, RoomId};

const ROOMS: usize = 20;

/// One room with an owner who removes and a guest who comes back.
struct Ring {
    room: RoomId,
    owner: Viewer,
    guest: Viewer,
    ear: Attachment,
}

pub async fn joins_kicks_and_sends(place: &Place, races_count: usize) {
    let chat = chat(place, "races").await;
    let mut rings = Vec::new();
    for number in 0..ROOMS {
        let (owner, guest) =
            (person(&chat, format!("owner{number}")).await, person(&chat, format!("guest{number}")).await);
        let room = found(&chat, &owner, &format!("Room {number}"), true).await;
        let ear = chat.attach(&guest).await.unwrap();
        rings.push(Ring { room, owner, guest, ear });
    }
    join_all(rings.iter().map(|ring| race(&chat, ring, races_count / ROOMS))).await;
    for ring in rings {
        check(&chat, ring).await;
    }
    chat.close().await;
}

async fn race(chat: &Chat, ring: &Ring, rounds: usize) {
    let Ring { room, owner, guest, .. } = ring;
    for round in 0..rounds {
        let send = |viewer: &Viewer| say(chat, viewer.clone(), *room, "hello");
        let join = change(chat, guest, *room, Change::Join);
        let kick = change(chat, owner, *room, remove(guest));
        // Who is asked first changes from round to round, so that every order comes up.
        let (joined, removed, sent, owners) = if round % 2 == 0 {
            tokio::join!(join, kick, send(guest), send(owner))
        } else {
            let (kick, guests, owners, join) = tokio::join!(kick, send(guest), send(owner), join);
            (join, kick, guests, owners)
        };
        joined.expect("a public room lets everybody in");
        owners.expect("the owner may always write");
        for result in [removed.map(|_| ()), sent.map(|_| ())] {
            assert!(result.is_ok() || result.is_err_and(|error| !error.is_passing()));
        }
    }
}

/// The log as the owner sees it says when the guest was in; the guest's socket may have heard that and nothing else.
async fn check(chat: &Chat, ring: Ring) {
    let Ring { room, owner, guest, ear } = ring;
    let events = scene::seen(chat, &owner, room).await;
    let seqs: Vec<i64> = events.iter().map(|event| event.seq.0).collect();
    assert_eq!(seqs, (1..=i64::try_from(events.len()).unwrap()).collect::<Vec<_>>());
    let mut is_in = false;
    let mut visible = BTreeSet::new();
    for event in &events {
        match (event.kind, is_in) {
            (EventKind::Joined, false) => is_in = true,
            (EventKind::Removed, true) => {
                visible.insert(event.seq.0);
                is_in = false;
            }
            (EventKind::Joined | EventKind::Removed, _) => panic!("{event:?} changes nothing"),
            (EventKind::Message, _) => assert!(is_in || event.author.id == owner.user, "{event:?} from outside"),
            _ => {}
        }
        if is_in {
            visible.insert(event.seq.0);
        }
    }
    assert_eq!(heard(&ear, room).await, visible);
    assert_eq!(chat.room(&guest, room).await.is_ok(), is_in);
    assert_eq!(chat.room_details(&owner, room, 0).await.unwrap().count, if is_in { 2 } else { 1 });
}

/// The positions that the socket heard, each once, in order, and each while it knew of the room.
pub async fn heard(ear: &Attachment, room: RoomId) -> BTreeSet<i64> {
    ear.push(&ServerFrame::Pong { n: 77, at: wire::Time(0) });
    let (mut heard, mut knows, mut last) = (BTreeSet::new(), false, 0);
    loop {
        let Next::Frames(frames) = ear.next().await else { panic!("the socket was closed") };
        for frame in frames.iter().map(|text| serde_json::from_str::<ServerFrame>(text).unwrap()) {
            match frame {
                ServerFrame::Event(Event { seq, .. }) => {
                    assert!(knows && seq.0 > last, "{seq} after {last}");
                    last = seq.0;
                    heard.insert(seq.0);
                }
                ServerFrame::Room(RoomChange::Added { summary }) if summary.id == room => knows = true,
                ServerFrame::Room(RoomChange::Removed { room: gone }) if gone == room => knows = false,
                ServerFrame::Pong { n: 77, .. } => return heard,
                _ => {}
            }
        }
    }
}
