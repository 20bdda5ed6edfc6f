//! Ended sessions take their sockets with them. Rule: a socket outlives its session by at most two seconds on any server,
//! and not at all on the one that ended it (C9).

use crate::{
    Chat,
    chat::Inner,
    fanout::CloseReason,
    store::{members, revocations},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Weak},
    time::Duration,
};
use tokio::time::MissedTickBehavior;
use wire::{Code, SessionId, Time, UserId, frame::close};

/// How often the rows are read.
const POLL: Duration = Duration::from_millis(500);
/// How far back: a row is seen many times, so that neither a slow commit nor another machine's clock hides it.
const WINDOW_MS: i64 = 60_000;
/// Every so many polls all sessions of all sockets are looked up, whatever the rows say: this also finds the expired.
const POLLS_PER_SWEEP: u32 = 60;
/// Every so many polls the old rows are deleted …
const POLLS_PER_PRUNE: u32 = 7_200;
/// … that are older than this.
const KEPT_MS: i64 = 24 * 3_600_000;

/// Why sessions ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Revoked {
    /// The person signed out.
    Logout,
    /// The password was set anew.
    Reset,
    /// The account was banned.
    Banned,
    /// The ban was lifted: nothing ended, but the others wait for the person again.
    Unbanned,
}

impl Revoked {
    /// Its name in the database.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Logout => "logout",
            Self::Reset => "reset",
            Self::Banned => "banned",
            Self::Unbanned => "unbanned",
        }
    }

    /// From its name; one of a newer version is taken for a logout.
    pub(crate) fn of(name: &str) -> Self {
        match name {
            "banned" => Self::Banned,
            "reset" => Self::Reset,
            "unbanned" => Self::Unbanned,
            _ => Self::Logout,
        }
    }

    fn close_reason(self) -> CloseReason {
        let (code, refusal) = match self {
            Self::Logout | Self::Reset | Self::Unbanned => (close::SIGNED_OUT, Code::SignedOut),
            Self::Banned => (close::FORBIDDEN, Code::Banned),
        };
        CloseReason { code, refusal: Some(refusal.into()) }
    }
}

impl Chat {
    /// To be called after the commit that ended sessions of the user: closes their sockets here, at once. The other
    /// servers find the row.
    pub(crate) async fn end_sessions(&self, user: UserId, reason: Revoked) {
        let inner = &*self.inner;
        if let Err(error) = inner.close_ended(Some(&BTreeMap::from([(user, reason)]))).await {
            tracing::warn!(%error, "ended sessions could not be told from others; all sockets of the user come back");
            // Not "signed out": those whose session holds may come back at once, and the others are refused then.
            let reason = CloseReason { code: close::GOING_AWAY, refusal: None };
            inner.live.hub.cut(&BTreeSet::from([user]), |_, _| Some(reason.clone()));
        }
    }
}

impl Inner {
    /// Closes the sockets of these users, or of all, whose session is gone.
    async fn close_ended(&self, reasons: Option<&BTreeMap<UserId, Revoked>>) -> Result<(), crate::Error> {
        let users: Option<BTreeSet<UserId>> = reasons.map(|reasons| reasons.keys().copied().collect());
        let sessions = self.live.hub.sessions(users.as_ref());
        if sessions.is_empty() {
            return Ok(());
        }
        let ids: Vec<SessionId> =
            sessions.iter().map(|(_, session)| *session).collect::<BTreeSet<_>>().into_iter().collect();
        let mut tx = self.store.read_once().await?;
        let holding = revocations::holding(&mut tx, &ids, Time(self.clock.now_ms())).await?;
        drop(tx);
        let ended: BTreeSet<(UserId, SessionId)> =
            sessions.into_iter().filter(|(_, session)| !holding.contains(session)).collect();
        let users: BTreeSet<UserId> = ended.iter().map(|(user, _)| *user).collect();
        self.live.hub.cut(&users, |user, session| {
            let reason = reasons.and_then(|reasons| reasons.get(&user)).copied().unwrap_or(Revoked::Logout);
            ended.contains(&(user, session)).then(|| reason.close_reason())
        });
        Ok(())
    }

    /// `heard`: the rows that were acted on already where once is enough.
    async fn poll(&self, polls: u32, heard: &mut BTreeSet<i64>) -> Result<(), crate::Error> {
        let now_ms = self.clock.now_ms();
        if polls.is_multiple_of(POLLS_PER_PRUNE) {
            let before = Time(now_ms - KEPT_MS);
            let prune = self.store.write(move |tx| Box::pin(async move { Ok(revocations::prune(tx, before).await?) }));
            prune.await?;
        }
        if self.live.hub.sockets_count() == 0 {
            return Ok(());
        }
        let mut tx = self.store.read_once().await?;
        let mut reasons = BTreeMap::new();
        let rows = revocations::since(&mut tx, Time(now_ms - WINDOW_MS)).await?;
        heard.retain(|known| rows.iter().any(|(row, _, _)| row == known));
        for (row, user, reason) in rows {
            // Nobody waits for the banned (SPEC 6): that changes the ticks of all who share a room with them.
            if matches!(reason, Revoked::Banned | Revoked::Unbanned) && !heard.contains(&row) {
                let rooms = members::groups_of(&mut tx, user).await?;
                rooms.into_iter().for_each(|room| self.live.untold.renew(room));
                heard.insert(row);
            }
            // A ban says more than the logout before or after it.
            let told = reasons.entry(user).or_insert(reason);
            if *told != Revoked::Banned {
                *told = reason;
            }
        }
        drop(tx);
        if !reasons.is_empty() {
            self.close_ended(Some(&reasons)).await?;
        }
        if polls.is_multiple_of(POLLS_PER_SWEEP) {
            self.close_ended(None).await?;
        }
        Ok(())
    }
}

/// Polls until the chat is gone.
pub(crate) async fn watch(inner: Weak<Inner>) {
    let mut ticks = tokio::time::interval(POLL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut polls, mut heard) = (0_u32, BTreeSet::new());
    loop {
        ticks.tick().await;
        let Some(inner): Option<Arc<Inner>> = inner.upgrade() else { return };
        polls = polls.wrapping_add(1);
        if let Err(error) = inner.poll(polls, &mut heard).await {
            tracing::warn!(%error, "the revocations could not be read; the next poll reads them");
        }
    }
}
