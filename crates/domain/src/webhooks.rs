//! Webhooks: what happens in an application's conversations, told to a server of its own (SPEC 8). Rule: the log is the queue: what is
//! told is what stands after a cursor, in the order of positions, as it is at the moment when it leaves; so a message costs nothing for
//! it, a kill at any moment loses nothing, and what was deleted in time is never told.

mod address;
mod agenda;
mod body;
mod doors;
pub(crate) mod rules;
mod secret;
pub(crate) mod turn;

pub use doors::WebhookChanges;
pub use rules::Answered;
pub use secret::WebhookSecret;
pub use turn::{Parcel as WebhookParcel, Turn as WebhookTurn};

use crate::{Chat, Error, Settings, rate::Rate, store, store::Store};
use agenda::{Agenda, New};
use std::{
    collections::BTreeSet,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::sync::Notify;
use wire::{
    AppId, Event, RoomId, Time, WebhookId,
    limits::{WEBHOOK_ROOMS_RUNG_MAX, WEBHOOK_TEST_WINDOW_MS, WEBHOOK_TESTS_MAX, WEBHOOKS_AT_ONCE_MAX},
};

/// A webhook to be made.
#[derive(Clone, Debug)]
pub(crate) struct NewWebhook {
    pub(crate) app: AppId,
    pub(crate) url: String,
    pub(crate) secret: WebhookSecret,
    /// Their words, with spaces between.
    pub(crate) topics: String,
}

/// Where something may have to be told. In memory only: it can be found again.
#[derive(Debug)]
pub(crate) struct Webhooks {
    retry_ms: i64,
    /// Whether there is a webhook at all, as far as this server knows.
    is_watched: AtomicBool,
    pending: Mutex<Pending>,
    rung: Notify,
    tests: Rate<AppId>,
}

#[derive(Debug, Default)]
struct Pending {
    /// Where something happened; it is not known yet whether a webhook is told of it.
    rooms: BTreeSet<RoomId>,
    /// There were too many of them.
    is_look_due: bool,
    agenda: Agenda,
}

impl Webhooks {
    /// Nothing is told yet.
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            retry_ms: settings.webhook_retry_ms.max(1),
            is_watched: AtomicBool::new(false),
            pending: Mutex::default(),
            rung: Notify::new(),
            tests: Rate::new(WEBHOOK_TESTS_MAX, WEBHOOK_TEST_WINDOW_MS),
        }
    }

    /// After the commit of an event.
    pub(crate) fn happened(&self, event: &Event) {
        if !self.is_watched.load(Ordering::Relaxed) || !body::is_of_a_topic(event.kind) {
            return;
        }
        let mut pending = self.pending();
        pending.rooms.insert(event.room);
        if pending.rooms.len() > WEBHOOK_ROOMS_RUNG_MAX {
            pending.rooms.clear();
            pending.is_look_due = true;
        }
        drop(pending);
        self.rung.notify_one();
    }

    /// There is a webhook that is told, or is told again.
    fn watch(&self, webhook: WebhookId, now_ms: i64) {
        self.is_watched.store(true, Ordering::Relaxed);
        self.pending().agenda.release(webhook, now_ms);
        self.rung.notify_one();
    }

    fn pending(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Chat {
    /// Finds what no server knows to be new: what happened while none ran, or where one was killed. To be called at the start, and now
    /// and then.
    ///
    /// # Errors
    /// [`Error::Internal`], [`Error::Unknown`].
    pub async fn webhook_look(&self, is_start: bool) -> Result<(), Error> {
        let (inner, webhooks) = (&*self.inner, &self.inner.live.webhooks);
        // Beside a database that is a file no other server works; a turn that was begun was cut off with its server.
        if is_start && matches!(inner.store, Store::Sqlite { .. }) {
            inner.store.write(|tx| Box::pin(async move { Ok(store::deliveries::free_all(tx).await?) })).await?;
        }
        let mut tx = inner.store.read_once().await?;
        let told = store::webhooks::told(&mut tx).await?;
        webhooks.is_watched.fetch_or(!told.is_empty(), Ordering::Relaxed);
        for webhook in told {
            let rooms = store::webhooks::behind(&mut tx, webhook, Time(inner.clock.now_ms())).await?;
            if !rooms.is_empty() {
                let new = New { rooms: rooms.into_iter().collect(), anywhere: false };
                webhooks.pending().agenda.ask(webhook, new, inner.clock.steady_ms());
            }
        }
        webhooks.rung.notify_one();
        Ok(())
    }

    /// Resolves when [`Chat::webhook_turns`] may have something. Cancelling it loses nothing.
    pub async fn webhook_due(&self) {
        let (inner, webhooks) = (&self.inner, &self.inner.live.webhooks);
        loop {
            let rung = webhooks.rung.notified();
            let (next_ms, is_rung) = {
                let pending = webhooks.pending();
                let is_rung = !pending.rooms.is_empty() || pending.is_look_due;
                (pending.agenda.next_at_ms(WEBHOOKS_AT_ONCE_MAX), is_rung)
            };
            let wait_ms = next_ms.map(|at_ms| at_ms - inner.clock.steady_ms());
            match wait_ms.map(|wait_ms| u64::try_from(wait_ms).unwrap_or_default()) {
                _ if is_rung => return,
                Some(0) => return,
                Some(wait_ms) => {
                    let _ = tokio::time::timeout(std::time::Duration::from_millis(wait_ms), rung).await;
                }
                None => rung.await,
            }
        }
    }

    /// The webhooks that are to be told something now, each to be told by [`Chat::webhook_next`] until that has nothing more.
    ///
    /// # Errors
    /// [`Error::Internal`]: where something happened is found again by [`Chat::webhook_look`].
    pub async fn webhook_turns(&self) -> Result<Vec<WebhookTurn>, Error> {
        let (inner, webhooks) = (&*self.inner, &self.inner.live.webhooks);
        let (rooms, is_look_due) = {
            let mut pending = webhooks.pending();
            (std::mem::take(&mut pending.rooms), std::mem::take(&mut pending.is_look_due))
        };
        if is_look_due {
            self.webhook_look(false).await?;
        }
        if !rooms.is_empty() {
            let rooms: Vec<RoomId> = rooms.into_iter().collect();
            let mut tx = inner.store.read_once().await?;
            let found = store::webhooks::of_rooms(&mut tx, &rooms).await?;
            let now_ms = inner.clock.steady_ms();
            let mut pending = webhooks.pending();
            for (webhook, room) in found {
                pending.agenda.ask(webhook, New::room(room), now_ms);
            }
        }
        let taken = webhooks.pending().agenda.take(inner.clock.steady_ms(), WEBHOOKS_AT_ONCE_MAX);
        Ok(taken.into_iter().map(|(webhook, new)| self.webhook_turn(webhook, new)).collect())
    }
}
