//! Away: what is pushed to browsers when no tab of somebody is open (SPEC 7). Rule: it follows from log and cursors, at the moment
//! when it is said: what was read, deleted or is not theirs any more by then is not told, and what was told is taken back.
//!
//! Nothing is written with a message for it. The log's writer names the conversations in which something happened; they are looked
//! at a little later, and after a start all in which something is unread. What a browser has been told is kept after its push
//! service has taken it: a kill in between tells it again, in place of the first time.

mod endpoint;
mod errand;
pub(crate) mod rules;
pub(crate) mod schedule;

pub(crate) use endpoint::is_public_name;
pub use endpoint::{host, is_public_address};
pub use errand::{Delivery, Errand, Parcel};

use crate::{Chat, Error, Settings, Viewer, fanout::members::Members, rate::limit::Limit, store, store::push::Device};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use schedule::{Key, Outcome, Schedule};
use std::{
    collections::HashSet,
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
};
use tokio::sync::{Notify, oneshot};
use wire::{
    Code, Event, EventKind, RoomId, Time, UserId,
    limits::{PUSH_TEST_WINDOW_MS, PUSH_TESTS_MAX, PUSHES_AT_ONCE_MAX, PUSHES_WAITING_MAX},
};

/// Bytes of a browser's public key: a point of P-256, not compressed.
const P256DH_BYTES: usize = 65;
/// Bytes of the secret that goes with it.
const AUTH_BYTES: usize = 16;

/// How a browser can be reached by its push service, in the words of RFC 8291.
#[derive(Clone, PartialEq, Eq)]
pub struct Subscription {
    /// The browser's address there. Whoever knows it can ring: it is a secret.
    pub endpoint: String,
    /// The browser's public key.
    pub p256dh: Vec<u8>,
    /// The secret that goes with it.
    pub auth: Vec<u8>,
}

impl Subscription {
    /// As browsers say it: key and secret in base64url.
    ///
    /// # Errors
    /// [`Code::Malformed`].
    pub fn parse(endpoint: String, p256dh: &str, auth: &str) -> Result<Self, Error> {
        let decode = |text: &str| URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).map_err(|_| Code::Malformed);
        let (p256dh, auth) = (decode(p256dh)?, decode(auth)?);
        let is_key = p256dh.len() == P256DH_BYTES && p256dh.first() == Some(&4);
        if !is_key || auth.len() != AUTH_BYTES {
            return Err(Code::Malformed.into());
        }
        Ok(Self { endpoint, p256dh, auth })
    }
}

impl std::fmt::Debug for Subscription {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_tuple("Subscription").field(&host(&self.endpoint)).finish()
    }
}

/// Whose conversations are to be looked at, and when. In memory only: it can be found again.
#[derive(Debug)]
pub(crate) struct Pushes {
    delay_ms: i64,
    /// The key by which push services know the installation; none: nothing is pushed here.
    public_key: OnceLock<String>,
    pending: Mutex<Pending>,
    rung: Notify,
    tests: Limit,
}

#[derive(Debug)]
struct Pending {
    /// Everybody who has a browser to which messages are pushed.
    people: HashSet<UserId>,
    /// Of what their browsers may show something.
    shown: HashSet<Key>,
    schedule: Schedule,
    trials: Vec<errand::Trial>,
}

impl Pushes {
    /// Nobody has a browser yet.
    pub(crate) fn new(settings: &Settings) -> Self {
        let pending = Pending {
            people: HashSet::new(),
            shown: HashSet::new(),
            schedule: Schedule::new(PUSHES_WAITING_MAX),
            trials: Vec::new(),
        };
        Self {
            delay_ms: settings.push_delay_ms.max(1),
            public_key: OnceLock::new(),
            pending: Mutex::new(pending),
            rung: Notify::new(),
            tests: Limit::new("push test", PUSH_TESTS_MAX, PUSH_TEST_WINDOW_MS),
        }
    }

    /// After the commit of an event, with those who may see it.
    pub(crate) fn happened(&self, event: &Event, members: &Members, now_ms: i64) {
        let is_said = matches!(event.kind, EventKind::Message | EventKind::Decided);
        let mut pending = self.pending();
        if pending.people.is_empty() {
            return;
        }
        let concerns = |user: &UserId| {
            let key = (*user, event.room);
            let is_concerned = if is_said { pending.people.contains(user) } else { pending.shown.contains(&key) };
            *user != event.author.id && is_concerned
        };
        let users: Vec<UserId> = members.present().filter(concerns).collect();
        let at_ms = if is_said { now_ms + self.delay_ms } else { now_ms };
        users.into_iter().for_each(|user| pending.ask((user, event.room), at_ms));
        drop(pending);
        self.rung.notify_one();
    }

    /// Something else has changed for somebody: they have read, want to hear something else, or are not there any more.
    pub(crate) fn changed(&self, user: UserId, room: RoomId, now_ms: i64) {
        let mut pending = self.pending();
        if pending.shown.contains(&(user, room)) {
            pending.ask((user, room), now_ms);
            drop(pending);
            self.rung.notify_one();
        }
    }

    /// A browser may show something of it, or none does.
    fn showing(&self, key: Key, is_shown: bool) {
        let mut pending = self.pending();
        if is_shown {
            pending.shown.insert(key)
        } else {
            pending.shown.remove(&key)
        };
    }

    /// To be looked at again in a while.
    fn later(&self, now_ms: i64) -> Outcome {
        Outcome::Later(now_ms + self.delay_ms)
    }

    /// A test for this browser; what its push service says.
    fn try_on(&self, device: Device) -> Result<oneshot::Receiver<Delivery>, Code> {
        let (answer, answered) = oneshot::channel();
        let mut pending = self.pending();
        if pending.trials.len() >= PUSHES_AT_ONCE_MAX {
            return Err(Code::Overloaded);
        }
        pending.trials.push(errand::Trial { device, answer });
        drop(pending);
        self.rung.notify_one();
        Ok(answered)
    }

    fn settle(&self, key: Key, outcome: Outcome, now_ms: i64) {
        let is_given_up = self.pending().schedule.settle(key, outcome, now_ms);
        if is_given_up {
            tracing::warn!(
                user = key.0.0,
                room = key.1.0,
                "a push service has not taken something for half an hour; it is given up"
            );
        }
        self.rung.notify_one();
    }

    fn pending(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pending {
    fn ask(&mut self, key: Key, at_ms: i64) {
        if !self.schedule.ask(key, at_ms) {
            tracing::warn!("too much waits to be pushed; the next message of a conversation asks again");
        }
    }
}

impl Chat {
    /// The key by which push services know this installation, made of `fresh` if it has none: the same for every server on this
    /// database, and after every start.
    ///
    /// # Errors
    /// [`Error::Internal`], [`Error::Unknown`].
    pub async fn push_secret(&self, fresh: String) -> Result<String, Error> {
        self.inner.store.write(move |tx| Box::pin(async move { store::meta::push_key(tx, &fresh).await })).await
    }

    /// From now on messages are pushed by whoever calls [`Chat::push_errands`]; browsers get this key.
    pub fn start_pushing(&self, public_key: String) {
        let _ = self.inner.live.pushes.public_key.set(public_key);
    }

    /// The key that a browser needs; none: this server pushes nothing. And whether messages are pushed to the viewer's browser.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub async fn push_state(&self, viewer: &Viewer) -> Result<(Option<String>, bool), Error> {
        let Some(key) = self.inner.live.pushes.public_key.get() else { return Ok((None, false)) };
        let mut tx = self.inner.store.read_once().await?;
        let device = store::push::of_session(&mut tx, viewer.session).await?;
        Ok((Some(key.clone()), device.is_some()))
    }

    /// Pushes messages to the viewer's browser from now on, until the session ends.
    ///
    /// # Errors
    /// [`Code::BadPushAddress`], [`Code::SignedOut`].
    pub async fn push_to(&self, viewer: &Viewer, subscription: Subscription) -> Result<(), Error> {
        let pushes = &self.inner.live.pushes;
        endpoint::check(&subscription.endpoint, self.inner.settings.push_anywhere)?;
        let (owner, at) = ((viewer.user, viewer.session), Time(self.inner.clock.now_ms()));
        let write = self.inner.store.write(move |tx| {
            Box::pin(async move {
                if !store::push::is_open(tx, owner).await? {
                    return Err(Code::SignedOut.into());
                }
                store::push::put(tx, owner, &subscription, at).await
            })
        });
        write.await?;
        pushes.pending().people.insert(viewer.user);
        Ok(())
    }

    /// Pushes nothing more to the viewer's browser.
    ///
    /// # Errors
    /// [`Error::Internal`], [`Error::Unknown`].
    pub async fn push_no_more(&self, viewer: &Viewer) -> Result<(), Error> {
        let session = viewer.session;
        self.inner.store.write(move |tx| Box::pin(async move { Ok(store::push::remove(tx, session).await?) })).await
    }

    /// Pushes a test to the viewer's browser, and waits for what its push service says.
    ///
    /// # Errors
    /// [`Code::SlowDown`]; [`Code::NotPushed`] also when messages are not pushed to this browser.
    pub async fn push_test(&self, viewer: &Viewer) -> Result<(), Error> {
        let (inner, pushes) = (&*self.inner, &self.inner.live.pushes);
        self.take_or_refuse(&pushes.tests, viewer.user).await?;
        let mut tx = inner.store.read_once().await?;
        let device = store::push::of_session(&mut tx, viewer.session).await?;
        drop(tx);
        let device = device.filter(|_| pushes.public_key.get().is_some()).ok_or(Code::NotPushed)?;
        match pushes.try_on(device)?.await {
            Ok(Delivery::Taken) => Ok(()),
            _ => Err(Code::NotPushed.into()),
        }
    }

    /// Resolves when [`Chat::push_errands`] may have something. Cancelling it loses nothing.
    pub async fn push_due(&self) {
        let (inner, pushes) = (&self.inner, &self.inner.live.pushes);
        loop {
            let rung = pushes.rung.notified();
            let (next_ms, is_trial) = {
                let pending = pushes.pending();
                (pending.schedule.next_at_ms(PUSHES_AT_ONCE_MAX), !pending.trials.is_empty())
            };
            let wait_ms = next_ms.map(|at_ms| at_ms - inner.clock.steady_ms());
            match wait_ms.map(|wait_ms| u64::try_from(wait_ms).unwrap_or_default()) {
                _ if is_trial => return,
                Some(0) => return,
                Some(wait_ms) => {
                    let _ = tokio::time::timeout(std::time::Duration::from_millis(wait_ms), rung).await;
                }
                None => rung.await,
            }
        }
    }
}
