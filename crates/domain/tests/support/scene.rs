//! A group and its people. Rule: as little as a case needs to begin.

use super::talk;
use super::world::{self, Place, open};
use domain::{Ack, Change, Chat, Error, NewGroup, Page, Settings, Viewer};
use std::sync::atomic::{AtomicU64, Ordering};
use wire::{Cid, Event, EventKind, RoomId};

/// A cid that nobody has used.
pub fn fresh_cid() -> Cid {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let mut random = [7; 10];
    random[..8].copy_from_slice(&NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    Cid::new(1_795_168_799_123, random)
}

pub fn fast(settings: &mut Settings) {
    settings.passwordless = true;
    settings.sends_per_window_max = 1_000_000;
}

/// A chat on a new database.
pub async fn chat(place: &Place, name: &str) -> Chat {
    open(place, name, fast).await
}

/// Several people, all connected with the first.
pub async fn circle<const N: usize>(chat: &Chat, names: [&str; N]) -> [Viewer; N] {
    let mut viewers = Vec::new();
    for name in names {
        viewers.push(talk::person(chat, name).await);
    }
    for other in &viewers[1..] {
        world::connect(chat, &viewers[0], other).await;
    }
    viewers.try_into().expect("as many as names")
}

pub fn group(title: &str, is_public: bool) -> NewGroup {
    NewGroup { title: title.to_owned(), topic: String::new(), is_public }
}

/// A new group of this owner.
pub async fn found(chat: &Chat, owner: &Viewer, title: &str, is_public: bool) -> RoomId {
    chat.create_group(owner, fresh_cid(), group(title, is_public)).await.expect("a group")
}

/// Changes a room under a new cid.
pub async fn change(chat: &Chat, viewer: &Viewer, room: RoomId, change: Change) -> Result<Option<Ack>, Error> {
    chat.change_room(viewer, fresh_cid(), room, change).await
}

pub fn invite(other: &Viewer) -> Change {
    Change::Invite { username: other.username.clone(), with_history: false, part: String::new() }
}

pub fn remove(other: &Viewer) -> Change {
    Change::Remove { username: other.username.clone() }
}

pub fn ban(other: &Viewer) -> Change {
    Change::Ban { username: other.username.clone() }
}

pub fn mute(other: &Viewer) -> Change {
    Change::Mute { username: other.username.clone() }
}

pub fn role(other: &Viewer, role: wire::Role) -> Change {
    Change::Role { username: other.username.clone(), role }
}

/// What the viewer sees of the room, page by page, as (position, kind, text).
pub async fn story(chat: &Chat, viewer: &Viewer, room: RoomId) -> Vec<(i64, EventKind, String)> {
    let events = seen(chat, viewer, room).await;
    let text = |event: &Event| event.message.as_ref().map(|message| message.content.clone()).unwrap_or_default();
    events.iter().map(|event| (event.seq.0, event.kind, text(event))).collect()
}

/// What the viewer sees of the room.
pub async fn seen(chat: &Chat, viewer: &Viewer, room: RoomId) -> Vec<Event> {
    let mut page = chat.history(viewer, room, Page::After(wire::Seq(0)), 200).await.expect("a page");
    let mut events = std::mem::take(&mut page.events);
    while page.to < page.head {
        page = chat.history(viewer, room, Page::After(page.to), 200).await.expect("a page");
        events.append(&mut page.events);
    }
    events
}
