//! Who hears that somebody shows themselves otherwise. Rule: what is told of somebody never goes back to what was before, whichever server
//! changed it and in whatever order that was heard; who was not here asks since when, and misses nothing.

use crate::{
    Chat, Error, Viewer,
    aging::Aging,
    chat::Inner,
    fanout::Text,
    rate::limit::Limit,
    store::profiles::{self, Profile},
};
use std::{
    sync::{Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};
use tokio::time::MissedTickBehavior;
use wire::{
    Person, Time, UserId,
    frame::ServerFrame,
    limits::{PROFILE_CHANGES_MAX, PROFILE_WINDOW_MS},
};

/// How often it is looked for what other servers have changed.
const POLL: Duration = Duration::from_millis(500);
/// How far back: a change is seen many times, so that neither a slow commit nor another machine's clock hides it.
const WINDOW_MS: i64 = 60_000;
/// For how long it is remembered what was told of somebody: longer than sockets live.
const KNOWN_MS: i64 = 400 * 24 * 60 * 60 * 1_000;
/// Of how many people.
const KNOWN_MAX: usize = 100_000;

/// What is kept in memory of profiles.
#[derive(Debug)]
pub(crate) struct Profiles {
    pub(super) changes: Limit,
    known: Mutex<Aging<UserId, Profile>>,
}

impl Profiles {
    /// Nobody has changed anything.
    pub(crate) fn new() -> Self {
        Self {
            changes: Limit::new("profile", PROFILE_CHANGES_MAX, PROFILE_WINDOW_MS),
            known: Mutex::new(Aging::new(KNOWN_MS, KNOWN_MAX)),
        }
    }

    /// The viewer as the author of something, also over a socket that is older than their name.
    pub(crate) fn author(&self, viewer: &Viewer) -> Person {
        let known = self.lock();
        let newer = known.get(&viewer.user).map(|profile| profile.person.clone());
        Person { status: String::new(), ..newer.unwrap_or_else(|| viewer.person()) }
    }

    fn is_told(&self, profile: &Profile) -> bool {
        self.lock().get(&profile.person.id).is_some_and(|known| known.changed_at >= profile.changed_at)
    }

    /// Tells it, unless something later was told.
    fn tell(&self, profile: Profile, now_ms: i64, tell: impl FnOnce()) {
        let mut known = self.lock();
        if known.get(&profile.person.id).is_none_or(|known| known.changed_at < profile.changed_at) {
            known.insert(profile.person.id, profile, now_ms);
            tell();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Aging<UserId, Profile>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Chat {
    /// Everybody whom the viewer reads somewhere and who shows themselves otherwise since then, as a frame.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub async fn profiles_since(&self, viewer: &Viewer, since: Time) -> Result<ServerFrame, Error> {
        let at = Some(Time(self.inner.clock.now_ms()));
        let since = Time(since.0.saturating_sub(WINDOW_MS));
        let mut tx = self.inner.store.read_once().await?;
        let changed = profiles::changed_for(&mut tx, viewer.user, since).await?;
        Ok(ServerFrame::Profiles { people: changed.into_iter().map(|profile| profile.person).collect(), at })
    }

    /// To be called after a commit that changed somebody's profile. What cannot be told now is told by the next look.
    pub(crate) async fn tell_profile(&self, user: UserId) {
        let told = async {
            let mut tx = self.inner.store.read_once().await?;
            let found = profiles::find(&mut tx, user).await?;
            drop(tx);
            self.inner.tell_profiles(found.into_iter().collect()).await
        };
        if let Err(error) = told.await {
            tracing::warn!(%error, "a change of a profile was not told; it is tried again");
        }
    }
}

impl Inner {
    async fn tell_profiles(&self, changed: Vec<Profile>) -> Result<(), Error> {
        for profile in changed {
            if self.live.profiles.is_told(&profile) {
                continue;
            }
            let user = profile.person.id;
            let mut tx = self.store.read_once().await?;
            let [mut readers, apart] = profiles::readers(&mut tx, user).await?;
            drop(tx);
            readers.push(user);
            readers.retain(|reader| self.live.hub.is_here(*reader));
            readers.sort_unstable();
            readers.dedup();
            let (apart, near): (Vec<_>, Vec<_>) = readers.into_iter().partition(|reader| apart.contains(reader));
            let (open, shut) = (encoded(profile.person.clone()), without_status(&profile.person));
            self.live.profiles.tell(profile, self.clock.steady_ms(), || {
                self.live.hub.tell(near, &open);
                self.live.hub.tell(apart, &shut);
            });
        }
        Ok(())
    }

    async fn look_for_profiles(&self) -> Result<(), Error> {
        if self.live.hub.sockets_count() == 0 {
            return Ok(());
        }
        let since = Time(self.clock.now_ms().saturating_sub(WINDOW_MS));
        let mut tx = self.store.read_once().await?;
        let changed = profiles::changed(&mut tx, since).await?;
        drop(tx);
        self.tell_profiles(changed).await
    }
}

fn encoded(person: Person) -> Text {
    Text::encode(&ServerFrame::Profiles { people: vec![person], at: None })
}

/// Where one has blocked the other, neither hears what the other does.
fn without_status(person: &Person) -> Text {
    encoded(Person { status: String::new(), ..person.clone() })
}

/// Looks for what other servers have changed, until the chat is gone.
pub(crate) async fn watch(inner: Weak<Inner>) {
    let mut ticks = tokio::time::interval(POLL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let Some(inner) = inner.upgrade() else { return };
        if let Err(error) = inner.look_for_profiles().await {
            tracing::warn!(%error, "changes of profiles could not be read; the next look reads them");
        }
    }
}
