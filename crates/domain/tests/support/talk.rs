//! Two people and their room. Rule: as little as a case needs to begin.

use super::world::{self, Place};
use domain::{Ack, Chat, Draft, Error, NewAccount, Page, Viewer};
use std::sync::atomic::{AtomicU64, Ordering};
use wire::{Cid, Event, RoomId};

/// A cid of a case's own choice.
pub fn cid(number: u8) -> Cid {
    Cid::from_bytes([number; 16])
}

/// A text under that cid.
pub fn draft(cid: Cid, room: RoomId, content: &str) -> Draft {
    Draft::text(cid, room, content.to_owned())
}

/// Sends a text under a new cid.
pub async fn say(chat: &Chat, viewer: Viewer, room: RoomId, content: &str) -> Result<Ack, Error> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let mut random = [0; 10];
    random[..8].copy_from_slice(&number.to_be_bytes());
    chat.append(&viewer, draft(Cid::new(1_795_168_799_123, random), room, content)).await
}

/// A new person without a password; the installation must allow that.
pub async fn person(chat: &Chat, username: impl Into<String>) -> Viewer {
    let account = NewAccount { username: username.into(), display_name: None, password: None };
    chat.register(account).await.expect("a new account").viewer
}

/// Two new connected people and their room.
pub async fn pair(chat: &Chat, one: impl Into<String>, other: impl Into<String>) -> (RoomId, Viewer, Viewer) {
    let (one, other) = (person(chat, one).await, person(chat, other).await);
    world::connect(chat, &one, &other).await;
    let room = chat.direct_room(&one, &other.username).await.expect("a room");
    (room, one, other)
}

/// The URL of a database that was made before.
pub fn url(place: &Place, name: &str) -> String {
    match place {
        Place::Sqlite(folder) => format!("sqlite:{}", folder.path().join(name).with_extension("db").display()),
        Place::Postgres(server) => server.url(name),
    }
}

/// The whole log, read page by page from its end; every page must end where the one after it begins.
pub async fn walk_back(chat: &Chat, viewer: &Viewer, room: RoomId, limit: usize) -> Vec<Event> {
    let mut page = chat.history(viewer, room, Page::Latest, limit).await.expect("a page");
    assert_eq!(page.to, page.head);
    let mut events = page.events;
    while page.after.next() > page.first {
        let older = chat.history(viewer, room, Page::Before(page.after.next()), limit).await.expect("a page");
        assert_eq!(older.to, page.after);
        events.splice(0..0, older.events.iter().cloned());
        page.after = older.after;
    }
    events
}
