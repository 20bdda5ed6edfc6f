//! Waiting messages in the browser's localStorage, so that a reload or a killed tab loses none (C7). Rule: one list per user;
//! what another account wrote is never read.

use client::{OutboxChange, Waiting};
use leptos::prelude::window;
use serde::Serialize;
use wire::{Cid, Person, Refusal, RoomId, Time, UserId, readable};

/// [`Waiting`] as it lies there.
#[derive(Serialize)]
struct Kept {
    cid: Cid,
    user: UserId,
    room: RoomId,
    content: String,
    at: Time,
    tried: bool,
    refusal: Option<Refusal>,
}

readable!(Kept { cid, user, room, content, at, tried, refusal });

impl From<Waiting> for Kept {
    fn from(waiting: Waiting) -> Self {
        let Waiting { cid, user, room, content, at, tried, refusal } = waiting;
        Self { cid, user, room, content, at, tried, refusal }
    }
}

impl From<Kept> for Waiting {
    fn from(kept: Kept) -> Self {
        let Kept { cid, user, room, content, at, tried, refusal } = kept;
        Self { cid, user, room, content, at, tried, refusal }
    }
}

/// One user's list.
pub struct Outbox {
    key: String,
}

impl Outbox {
    /// The list of this user: the name too, since a new database gives the numbers again.
    pub fn of(user: &Person) -> Self {
        Self { key: "twotick outbox ".to_owned() + &user.id.to_string() + " " + &user.username }
    }

    /// Whether the browser lets pages keep anything.
    pub fn is_usable(&self) -> bool {
        storage().is_some()
    }

    /// Everything that waits, in its order.
    pub fn restore(&self) -> Vec<Waiting> {
        self.read().into_iter().map(Waiting::from).collect()
    }

    /// Carries out a change; whether it is kept now. Other tabs write the same list, so it is read anew each time.
    pub fn store(&self, change: OutboxChange) -> bool {
        let mut list = self.read();
        match change {
            OutboxChange::Put(waiting) => match list.iter_mut().find(|kept| kept.cid == waiting.cid) {
                Some(kept) => *kept = waiting.into(),
                None => list.push(waiting.into()),
            },
            OutboxChange::Remove(cid) => list.retain(|kept| kept.cid != cid),
        }
        self.write(&list).is_some()
    }

    fn read(&self) -> Vec<Kept> {
        let text = storage().and_then(|storage| storage.get_item(&self.key).ok().flatten());
        text.and_then(|text| wire::read::json(&text)).unwrap_or_default()
    }

    fn write(&self, list: &[Kept]) -> Option<()> {
        let storage = storage()?;
        if list.is_empty() {
            return storage.remove_item(&self.key).ok();
        }
        storage.set_item(&self.key, &serde_json::to_string(list).ok()?).ok()
    }
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}
