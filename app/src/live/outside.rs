//! What the window shows outside of the page: its title and icons, and notifications. Rule: as the core counts, in every tab.

use super::Live;
use crate::{tabs, ui::inbox::count};
use client::Client;
use leptos::prelude::*;

impl Live {
    /// Something was heard.
    pub(super) fn count_unread(self) {
        let unread = self.core.with_value(Client::unread_total);
        if self.screen.state.with_untracked(|state| state.unread != unread) {
            self.screen.state.update(|state| state.unread = unread);
        }
    }

    /// Shows the title, and the icons if they do not show so many unread messages yet; how many they show now.
    pub fn show_outside(self, shown: Option<i64>) -> i64 {
        let unread = self.screen.state.with(|state| state.unread);
        document().set_title(&self.title(unread));
        if shown != Some(unread) {
            tabs::badge(i32::try_from(unread).unwrap_or(i32::MAX));
        }
        unread
    }

    /// "(3) Ana · Twotick".
    fn title(self, unread: i64) -> String {
        let room = self.screen.open.get().and_then(|room| self.screen.room(room));
        let name = room.map_or("Twotick".to_owned(), |room| room.title + " · Twotick");
        match count(unread) {
            Some(unread) => "(".to_owned() + &unread + ") " + &name,
            None => name,
        }
    }
}
