//! Whether people are here. Rule: it is told to those who may see it and to nobody else, by one task, so that the last
//! word is the true one.

pub(crate) mod audience;

use crate::{
    Chat, Error, Viewer,
    chat::Inner,
    fanout::{Text, members::Members},
    store::{self, Tx, events::Place, presence},
};
use std::{
    collections::{BTreeMap, HashSet},
    sync::{Arc, Weak},
    time::Duration,
};
use wire::{
    Presence, Time, UserId,
    frame::ServerFrame,
    limits::{PRESENCE_INTERVAL_MS, PRESENCES_MAX},
};

/// How long the teller sleeps when nobody is about to leave; it is rung when somebody comes or goes.
const IDLE: Duration = Duration::from_secs(60);
/// Shortest time between two tellings.
const INTERVAL: Duration = Duration::from_millis(PRESENCE_INTERVAL_MS);
/// How long it waits after a failure of the database.
const PAUSE: Duration = Duration::from_secs(1);

impl Chat {
    /// Who is here of those whom the viewer may see, and when those with whom the viewer may talk alone were last here. At
    /// most [`PRESENCES_MAX`]: these first, then members of common rooms.
    pub async fn presence(&self, viewer: &Viewer) -> Result<Vec<Presence>, Error> {
        let mut tx = self.inner.store.read_once().await?;
        let places = store::events::places(&mut tx, viewer.user).await?;
        self.presence_in(tx, viewer, &places).await
    }

    /// The same for somebody who is in these rooms. Who is in them is known as long as it does not change, so that what it
    /// costs is memory's to say, not the database's.
    pub(crate) async fn presence_in(
        &self,
        mut tx: Tx,
        viewer: &Viewer,
        places: &[Place],
    ) -> Result<Vec<Presence>, Error> {
        let inner = &*self.inner;
        let peers = presence::peers(&mut tx, viewer.user, inner.settings.direct_anyone).await?;
        drop(tx);
        let mut told: HashSet<UserId> = HashSet::from([viewer.user]);
        let mut rows = Vec::new();
        for (user, last_seen) in peers {
            let online = self.is_online(user);
            told.insert(user);
            if online || last_seen.is_some() {
                rows.push(Presence { user, online, last_seen: last_seen.filter(|_| !online) });
            }
        }
        rows.truncate(PRESENCES_MAX);
        for members in self.members_of(places).await? {
            let apart = |user: &UserId| members.apart.contains(&(viewer.user, *user));
            let others = members.present().filter(|user| !apart(user) && told.insert(*user));
            let room = PRESENCES_MAX - rows.len();
            let here = inner.live.hub.online_of(others, room);
            rows.extend(here.into_iter().map(|user| Presence { user, online: true, last_seen: None }));
        }
        Ok(rows)
    }

    /// Who is in these rooms, direct ones aside: there, it is the connection that counts.
    async fn members_of(&self, places: &[Place]) -> Result<Vec<Arc<Members>>, Error> {
        let inner = &*self.inner;
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        for place in places.iter().filter(|place| !place.is_direct) {
            match inner.live.members.get(place.room, place.members_rev) {
                Some(members) => known.push(members),
                None => unknown.push(place.room),
            }
        }
        if unknown.is_empty() {
            return Ok(known);
        }
        let mut tx = inner.store.read().await?;
        let now_ms = inner.clock.steady_ms();
        let revs = store::members::revs(&mut tx, &unknown).await?;
        for (room, members) in store::append::members(&mut tx, &revs).await? {
            inner.live.members.keep(room, members.clone(), now_ms);
            known.push(members);
        }
        Ok(known)
    }

    /// To be called after a commit that connected two people or parted them: each hears of the other.
    pub(crate) fn share_presence(&self, one: UserId, other: UserId, is_visible: bool) {
        for (user, reader) in [(one, other), (other, one)] {
            let online = is_visible && self.is_online(user);
            self.announce(&[reader], &ServerFrame::Presence(Presence { user, online, last_seen: None }));
        }
    }

    /// Whether any socket of the user lives, or did within the grace.
    pub(crate) fn is_online(&self, user: UserId) -> bool {
        self.inner.live.hub.is_online(user)
    }
}

/// Tells who came and who went, until the chat is gone.
pub(crate) async fn tell(inner: Weak<Inner>) {
    let Some(hub) = inner.upgrade().map(|inner| inner.live.hub.clone()) else { return };
    let mut untold = BTreeMap::new();
    loop {
        let (has_news, wait) = {
            let Some(inner) = inner.upgrade() else { return };
            let now_ms = inner.clock.steady_ms();
            untold.extend(hub.changes(now_ms));
            let has_news = !untold.is_empty();
            if let Err(error) = inner.tell(&mut untold).await {
                tracing::warn!(%error, "presence could not be told; it is tried again");
                (false, PAUSE)
            } else {
                let wait_ms = hub.next_change_at_ms().map(|at_ms| at_ms - inner.clock.steady_ms());
                let wait = |wait_ms| Duration::from_millis(u64::try_from(wait_ms).unwrap_or_default());
                (has_news, wait_ms.map_or(IDLE, wait))
            }
        };
        // Who comes meanwhile is told together (SPEC 6).
        let wait = if has_news {
            tokio::time::sleep(INTERVAL).await;
            wait.saturating_sub(INTERVAL)
        } else {
            wait
        };
        tokio::select! {
            () = hub.roster_changed.notified() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
}

impl Inner {
    /// A few queries for all who came or went, one frame for each who may see several of them, and one transaction for when
    /// they were last here.
    async fn tell(self: &Arc<Self>, untold: &mut BTreeMap<UserId, bool>) -> Result<(), Error> {
        if untold.is_empty() {
            return Ok(());
        }
        let users: Vec<UserId> = untold.keys().copied().collect();
        let gone: Vec<UserId> = untold.iter().filter(|(_, online)| !**online).map(|(user, _)| *user).collect();
        let now = Time(self.clock.now_ms());
        let mut tx = self.store.read_once().await?;
        let sight = store::audience::sight(&mut tx, &users, self.settings.direct_anyone).await?;
        drop(tx);
        let row = |user: &UserId| {
            let online = untold.get(user).copied().unwrap_or_default();
            Presence { user: *user, online, last_seen: (!online).then_some(now) }
        };
        for (seen, readers) in audience::audience(&sight, |reader| self.live.hub.is_here(reader)) {
            let frame = match seen.as_slice() {
                [one] => ServerFrame::Presence(row(one)),
                several => ServerFrame::Presences { people: several.iter().map(row).collect() },
            };
            self.live.hub.tell(readers, &Text::encode(&frame));
        }
        untold.clear();
        self.note_last_seen(gone, now).await
    }

    /// These users were here until then.
    pub(crate) async fn note_last_seen(&self, users: Vec<UserId>, at: Time) -> Result<(), Error> {
        if users.is_empty() {
            return Ok(());
        }
        self.store.write(move |tx| Box::pin(async move { Ok(presence::left(tx, &users, at).await?) })).await
    }
}
