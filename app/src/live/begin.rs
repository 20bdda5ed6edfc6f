//! Going live, going to sleep, waking up. Rule: the socket does not wait for what the browser kept, nor the other way round;
//! whatever comes first, the core puts together.

use super::Live;
use crate::{
    browser,
    keep::{Owner, Store},
    mount::NOBODY,
    tabs::{self, Acked, Word},
    ui::keys,
};
use client::Input;
use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;

/// From a list that could not be read to the next try.
const READ_AGAIN: Duration = Duration::from_secs(2);

impl Live {
    /// Goes live. In the browser only, once.
    pub fn start(self) {
        keys::start();
        let me = self.core.with_value(|core| core.me().clone());
        if me.id == NOBODY {
            self.screen.state.update(|state| state.nobody = true);
            let _ = window_event_listener_untyped("online", |_| browser::reload());
            return;
        }
        tabs::offer();
        let epoch = self.core.with_value(|core| core.epoch().cloned()).unwrap_or_default();
        let keep = self.keep();
        spawn_local(async move {
            let kept = keep.read(Store::Pages).await;
            keep.sign_in(&Owner { me, epoch });
            self.restore_pages(kept);
            self.hear(Input::Tick);
            self.restore().await;
        });
        self.run();
        let asked = browser::room_in_address();
        if asked != self.screen.open.get_untracked() {
            self.show(asked);
        }
    }

    /// What waits, and what was written and not sent.
    async fn restore(self) {
        let drafts = self.keep().read(Store::Drafts).await;
        self.restore_drafts(drafts);
        self.read_outbox().await;
        self.screen.state.update(|state| state.kept = true);
        // A tab that was killed may not have come to say so.
        tabs::tell(&Word::Outbox);
    }

    fn run(self) {
        self.hear(Input::Durable(true));
        self.hear(Input::Drain(false));
        self.hear(Input::Visible(browser::is_visible()));
        self.hear(Input::Focused(browser::has_focus()));
        self.take_part();
        self.hear(Input::Start);
        let _ = window_event_listener_untyped("act", move |event| self.do_asked(&event));
        let on = |name: &str, input: fn() -> Input| {
            // The page ends with the tab: nothing to remove.
            let _ = window_event_listener_untyped(name, move |_| self.hear(input()));
        };
        on("online", || Input::Online);
        on("offline", || Input::Offline);
        on("blur", || Input::Focused(false));
        let _ = window_event_listener_untyped("focus", move |_| self.look(Input::Focused(true)));
        let look = move |_| self.look(Input::Visible(browser::is_visible()));
        let _ = window_event_listener_untyped("visibilitychange", look);
        let _ = window_event_listener_untyped("popstate", move |_| {
            let room = browser::room_in_address();
            // A step within the page is none to another room.
            if room != self.screen.open.get_untracked() {
                self.show(room);
            }
        });
        let _ = window_event_listener_untyped("pagehide", move |event| self.sleep(browser::is_persisted(&event)));
        let wake = move |event| {
            if browser::is_persisted(&event) {
                self.wake();
            }
        };
        let _ = window_event_listener_untyped("pageshow", wake);
        // A tab in the background whose program is stopped, without leaving the page.
        browser::on_document("freeze", move || self.sleep(true));
        browser::on_document("resume", move || self.wake());
    }

    fn take_part(self) {
        tabs::join(self.keep().account(), move |word| self.hear_word(word));
        self.lead_if_looked_at();
    }

    /// The tab that was looked at last leads.
    fn lead_if_looked_at(self) {
        if browser::is_visible() && browser::has_focus() {
            tabs::lead();
        }
    }

    /// Sends what waits from now on: as soon as what the one before left is read.
    async fn lead(self) {
        self.hear(Input::Drain(true));
        self.keep_pages();
        let is_read = self.read_outbox().await;
        if !is_read && self.screen.state.with_untracked(|state| state.leads) {
            set_timeout(move || spawn_local(self.lead()), READ_AGAIN);
        }
    }

    fn look(self, input: Input) {
        self.lead_if_looked_at();
        self.hear(input);
        if !browser::is_visible() {
            self.keep_drafts();
            self.keep_pages();
        }
    }

    fn sleep(self, wakes_again: bool) {
        self.keep_drafts();
        self.keep_pages();
        self.hear(Input::Leaving);
        if wakes_again {
            self.hear(Input::Frozen);
        }
        tabs::leave();
    }

    fn wake(self) {
        self.take_part();
        self.hear(Input::Visible(browser::is_visible()));
        self.hear(Input::Focused(browser::has_focus()));
        self.hear(Input::Online);
        self.read_outbox_soon();
    }

    fn hear_word(self, word: Word) {
        match word {
            Word::Lead => {
                self.screen.state.update(|state| state.leads = true);
                spawn_local(self.lead());
            }
            Word::Follow => {
                self.screen.state.update(|state| state.leads = false);
                self.hear(Input::Drain(false));
            }
            Word::Outbox => self.read_outbox_soon(),
            Word::Acked(Acked { cid, room, seq, at, epoch }) => {
                // In another life of the database it may be in no log.
                if self.core.with_value(|core| core.epoch() == Some(&epoch)) {
                    self.hear(Input::SettledElsewhere { cid, room, seq, at });
                }
            }
            Word::Read(room, seq) => self.hear(Input::ReadElsewhere { room, seq }),
            Word::Open(room) => self.go(Some(room)),
            Word::Bye => {
                self.ports.update_value(|ports| ports.is_over = true);
                browser::leave_for("/login");
            }
        }
    }

    fn read_outbox_soon(self) {
        spawn_local(async move { _ = self.read_outbox().await });
    }

    /// Whether it could be read.
    async fn read_outbox(self) -> bool {
        loop {
            let writes = self.ports.with_value(|ports| ports.writes);
            let Ok(waiting) = self.keep().outbox().await else { return false };
            // What this tab changed meanwhile is not in the list.
            if self.ports.with_value(|ports| ports.writes) == writes {
                self.hear(Input::OutboxRestored(waiting));
                return true;
            }
        }
    }
}
