//! What can be shown without the server: the inbox and the ends of the last rooms. Rule: the leading tab writes them, a
//! moment after they changed.

use super::Live;
use crate::keep::{KeptPage, Store};
use client::{Change, Client, Link, ordered::Set};
use leptos::prelude::*;
use std::time::Duration;
use wire::{Epoch, Inbox, RoomId, RoomPage, write::json};

/// From a change to writing it.
const PAUSE_MS: u64 = 1_000;
/// Rooms of the inbox.
const ROOMS_MAX: usize = 200;
/// Rooms with their conversation.
const PAGES_MAX: usize = 50;
/// Events of a conversation.
const EVENTS_MAX: usize = 100;
/// What the inbox is called among the pages.
const INBOX: &str = "inbox";

/// What changed since it was written.
#[derive(Default)]
pub(super) struct Unkept {
    rooms: Set<RoomId>,
    pub(super) drafts: Set<RoomId>,
    is_awaited: bool,
}

impl Live {
    /// Something on the screen changed; what can be seen of it later is written soon.
    pub(super) fn note_change(self, change: &Change) {
        let room = match change {
            Change::Room(room) | Change::Timeline(room) | Change::Ticks(room) => *room,
            Change::Line { room, .. } | Change::Gone { room, .. } => *room,
            Change::Link | Change::Rooms | Change::Typing(_) | Change::Presence(_) => return,
        };
        let is_first = self.ports.try_update_value(|ports| {
            ports.unkept.rooms.insert(room);
            !std::mem::replace(&mut ports.unkept.is_awaited, true)
        });
        if is_first == Some(true) {
            set_timeout(move || self.keep_pages(), Duration::from_millis(PAUSE_MS));
        }
    }

    /// Writes what changed.
    pub(super) fn keep_pages(self) {
        self.ports.update_value(|ports| ports.unkept.is_awaited = false);
        let may = self.screen.state.with_untracked(|state| {
            let is_out = matches!(state.link.link, Link::SignedOut | Link::Refused);
            state.leads && state.kept && !is_out
        });
        if !may || self.ports.with_value(|ports| ports.is_over) {
            return;
        }
        let rooms = self.ports.try_update_value(|ports| std::mem::take(&mut ports.unkept.rooms)).unwrap_or_default();
        if rooms.is_empty() {
            return;
        }
        let pairs = self.core.with_value(|core| {
            let mut inbox = Inbox { people: self.screen.people(), ..core.inbox() };
            inbox.rooms.truncate(ROOMS_MAX);
            // A room that is gone is gone from here, too.
            let is_kept = |room: &RoomId| {
                let mut kept = inbox.rooms.iter().take(PAGES_MAX);
                kept.any(|summary| summary.id == *room) || core.room(*room).is_none()
            };
            let pages: Vec<_> =
                rooms.iter().filter(|room| is_kept(room)).map(|room| (room.to_string(), page(core, *room))).collect();
            [(INBOX.to_owned(), json(&inbox))].into_iter().chain(pages).collect()
        });
        self.keep().write(Store::Pages, pairs);
    }

    /// What was shown before is held again, as far as it is of this life of the database; the rest is asked for.
    pub(super) fn restore_pages(self, kept: Vec<(String, String)>) {
        let epoch = self.core.with_value(|core| core.epoch().cloned());
        let known = self.core.with_value(|core| client::ordered::set(core.rooms().into_iter().map(|room| room.id)));
        let mut gone = Vec::new();
        if let Some(inbox) = inbox_of(&kept) {
            self.core.update_value(|core| core.seed_profiles(inbox.at));
        }
        for (name, text) in kept {
            let Ok(room) = name.parse::<RoomId>() else { continue };
            match wire::read::json::<KeptPage>(&text).filter(|kept| Some(&kept.epoch) == epoch.as_ref()) {
                Some(KeptPage { page, read, .. }) if known.contains(&room) => self.core.update_value(|core| {
                    core.seed_room(page);
                    core.seed_read(room, read);
                }),
                _ => gone.push((name, String::new())),
            }
        }
        if !gone.is_empty() {
            self.keep().write(Store::Pages, gone);
        }
    }
}

/// A room among what was kept.
pub fn page_of(kept: &[(String, String)], room: RoomId, epoch: &Epoch) -> Option<RoomPage> {
    let (_, text) = kept.iter().find(|(name, _)| name.parse() == Ok(room))?;
    wire::read::json::<KeptPage>(text).filter(|kept| kept.epoch == *epoch).map(|kept| kept.page)
}

/// The inbox among what was kept.
pub fn inbox_of(kept: &[(String, String)]) -> Option<Inbox> {
    let (_, text) = kept.iter().find(|(name, _)| name == INBOX)?;
    wire::read::json(text)
}

fn page(core: &Client, room: RoomId) -> String {
    let epoch = core.epoch().cloned().unwrap_or_default();
    let kept = |page| json(&KeptPage { epoch, page, read: core.read_position(room) });
    core.page(room, EVENTS_MAX).map(kept).unwrap_or_default()
}
