//! The inbox half of the screen: rooms, people, who is here. Rule: under a pointer that moves, rows change in place and keep
//! their order.

use super::{Entry, Screen};
use crate::rows::{Row, merged};
use client::{Client, RoomView, ordered::Map};
use leptos::prelude::*;
use wire::{Person, RoomId, UserId};

/// From the pointer's last move to the order that is due.
const HOLD_MS: i64 = 1_000;

impl Screen {
    pub(super) fn show_rooms(&self, core: &Client) {
        self.parts.update_value(|parts| {
            let mut views = core.rooms();
            if parts.held_until_ms > 0 {
                let wanted: Vec<RoomId> = views.iter().map(|view| view.id).collect();
                views = in_order(views, &parts.rooms);
                parts.is_late |= !views.iter().map(|view| view.id).eq(wanted);
            }
            parts.rooms = merged(&parts.rooms, views.into_iter().map(|view| (view.id, view)));
            let rooms = &parts.rooms;
            parts.people.retain(|person| rooms.iter().all(|row| peer_of(row) != Some(person.id)));
            let entries = rooms.iter().cloned().map(Entry::Room);
            self.entries.set(entries.chain(parts.people.iter().cloned().map(Entry::Person)).collect());
        });
        self.show_presence(core);
    }

    /// The pointer moved over the list; whether that begins a hold.
    pub fn hold(&self, now_ms: i64) -> bool {
        let until_ms = now_ms.saturating_add(HOLD_MS);
        self.parts.try_update_value(|parts| std::mem::replace(&mut parts.held_until_ms, until_ms)) == Some(0)
    }

    /// For how long the rows still keep their order.
    pub fn held_ms(&self, now_ms: i64) -> u64 {
        let until_ms = self.parts.with_value(|parts| parts.held_until_ms);
        until_ms.saturating_sub(now_ms).clamp(0, HOLD_MS).unsigned_abs()
    }

    /// The rows may move again.
    pub fn release(&self, core: &Client) {
        self.parts.update_value(|parts| parts.held_until_ms = 0);
        if self.parts.try_update_value(|parts| std::mem::take(&mut parts.is_late)) == Some(true) {
            self.show_rooms(core);
        }
    }

    pub(super) fn show_room(&self, core: &Client, room: RoomId) {
        let Some(view) = core.room(room) else { return };
        self.parts.with_value(|parts| {
            if let Some(row) = parts.rooms.iter().find(|row| row.key == room) {
                row.show(view);
            }
        });
    }

    pub(super) fn show_presence(&self, core: &Client) {
        let mut presence = Map::new();
        self.parts.with_value(|parts| {
            let people = parts.people.iter().map(|person| person.id);
            for user in parts.rooms.iter().filter_map(peer_of).chain(people) {
                presence.insert(user, core.presence(user));
            }
        });
        self.state.update(|state| state.presence = presence);
    }

    /// Connected people without a room.
    pub fn people(&self) -> Vec<Person> {
        self.parts.with_value(|parts| parts.people.clone())
    }
}

/// The rooms in the order of these rows; those that are in none of them come last.
fn in_order(mut views: Vec<RoomView>, rows: &[Row<RoomId, RoomView>]) -> Vec<RoomView> {
    let mut ordered = Vec::with_capacity(views.len());
    for row in rows {
        if let Some(at) = views.iter().position(|view| view.id == row.key) {
            ordered.push(views.remove(at));
        }
    }
    ordered.append(&mut views);
    ordered
}

fn peer_of(row: &Row<RoomId, RoomView>) -> Option<UserId> {
    row.value.with_untracked(|view| view.peer.as_ref().map(|peer| peer.id))
}
