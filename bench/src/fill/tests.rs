//! What the generator makes, looked at through the domain. Rule: it is a database as the log's writer leaves it.
#![allow(clippy::unwrap_used, reason = "all of this is a test")]

use super::{BUSY, HALL, Size, fill, username};
use domain::{Chat, Login, Page, Settings, Viewer};
use std::{
    collections::BTreeSet,
    net::{IpAddr, Ipv4Addr},
};
use wire::{Event, EventKind, RoomId, Seq, UserId, limits::PAGE_EVENTS_MAX};

const SIZE: Size = Size { people: 120, rooms: 60, events: 6_000, seed: 7 };

async fn made(folder: &tempfile::TempDir, name: &str) -> (Chat, super::Filled) {
    let mut settings = Settings::new(format!("sqlite:{}", folder.path().join(name).display()));
    settings.passwordless = true;
    let filled = fill(&settings.database_url, SIZE).await.unwrap();
    (Chat::open(settings).await.unwrap(), filled)
}

async fn viewer(chat: &Chat, user: UserId) -> Viewer {
    let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
    chat.log_in(Login { username: username(user), password: None, address }).await.unwrap().viewer
}

/// The log as the viewer sees it.
async fn log(chat: &Chat, viewer: &Viewer, room: RoomId) -> Vec<Event> {
    let mut events = Vec::new();
    let mut after = Seq(0);
    loop {
        let page = chat.history(viewer, room, Page::After(after), PAGE_EVENTS_MAX).await.unwrap();
        events.extend(page.events);
        after = page.to;
        if page.to >= page.head {
            return events;
        }
    }
}

#[tokio::test]
async fn logs_are_dense_and_only_who_is_there_speaks() {
    let folder = tempfile::tempdir().unwrap();
    let (chat, filled) = made(&folder, "one.db").await;
    let busy = viewer(&chat, BUSY).await;
    let inbox = chat.inbox(&busy).await.unwrap();
    assert_eq!(inbox.rooms.len(), SIZE.rooms);
    let (mut events_count, mut moves_count, mut unread) = (0, 0, BTreeSet::new());
    for room in &inbox.rooms {
        let events = log(&chat, &busy, room.id).await;
        let seqs: Vec<i64> = events.iter().map(|event| event.seq.0).collect();
        assert_eq!(seqs, (1..=room.head.0).collect::<Vec<_>>());
        assert!(events.is_sorted_by_key(|event| event.at));
        let mut absent = BTreeSet::new();
        for event in &events {
            match event.kind {
                EventKind::Left => assert!(absent.insert(event.author.id), "{event:?}"),
                EventKind::Joined => assert!(absent.remove(&event.author.id), "{event:?}"),
                _ => assert!(!absent.contains(&event.author.id), "{event:?} from outside"),
            }
            moves_count += usize::from(matches!(event.kind, EventKind::Left | EventKind::Joined));
        }
        if room.peer.is_none() {
            let details = chat.room_details(&busy, room.id, 0).await.unwrap();
            assert!(details.members.iter().all(|member| !absent.contains(&member.person.id)));
        }
        events_count += events.len();
        unread.insert(room.unread.count.min(1));
    }
    assert_eq!(events_count, SIZE.events);
    assert!(moves_count > 0, "nobody left");
    assert_eq!(unread, BTreeSet::from([0, 1]), "some rooms are read, some are not");
    for user in filled.hall_people {
        let member = viewer(&chat, user).await;
        assert_eq!(chat.room(&member, HALL).await.unwrap().head, filled.hall_head);
    }
}

#[tokio::test]
async fn the_same_seed_makes_the_same_rows_and_a_database_in_use_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (one, _) = made(&folder, "one.db").await;
    let (other, _) = made(&folder, "other.db").await;
    let (mine, theirs) = (viewer(&one, BUSY).await, viewer(&other, BUSY).await);
    for room in [1, 5, 30, 60].map(RoomId) {
        let events = log(&one, &mine, room).await;
        assert!(!events.is_empty());
        assert_eq!(events, log(&other, &theirs, room).await);
    }
    one.close().await;
    let url = format!("sqlite:{}", folder.path().join("one.db").display());
    let refused = fill(&url, SIZE).await.unwrap_err().to_string();
    assert!(refused.contains("accounts"), "{refused}");
}
