//! The sockets of this process, by user. Rule: telling somebody something is one push per socket, without a wait, a task
//! or an encoding per receiver.

use super::{
    frame::Text,
    queue::{CloseReason, Queue},
    roster::Roster,
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{
        Arc, RwLock, RwLockReadGuard, RwLockWriteGuard,
        atomic::{AtomicUsize, Ordering},
    },
};
use tokio::sync::Notify;
use wire::{Code, SessionId, UserId};

/// One socket.
#[derive(Debug)]
pub(super) struct Socket {
    pub(super) user: UserId,
    pub(super) session: SessionId,
    pub(super) queue: Queue,
}

/// All sockets, and who is online because of them.
#[derive(Debug)]
pub(crate) struct Hub {
    room: RwLock<Sockets>,
    count: AtomicUsize,
    /// Rung when the roster may have something to tell, or sooner than it was expected to.
    pub(crate) roster_changed: Notify,
}

#[derive(Debug)]
struct Sockets {
    by_user: HashMap<UserId, Vec<Arc<Socket>>>,
    roster: Roster,
    /// Set once the server goes away: whoever comes later is told the same.
    ending: Option<CloseReason>,
}

impl Hub {
    /// Without sockets.
    pub(crate) fn new(grace_ms: i64) -> Self {
        let sockets = Sockets { by_user: HashMap::new(), roster: Roster::new(grace_ms), ending: None };
        Self { room: RwLock::new(sockets), count: AtomicUsize::new(0), roster_changed: Notify::new() }
    }

    /// Takes a socket in, unless the user has enough.
    pub(super) fn join(&self, user: UserId, session: SessionId, sockets_max: usize) -> Result<Arc<Socket>, Code> {
        let mut sockets = self.write();
        let of_user = sockets.by_user.entry(user).or_default();
        if of_user.len() >= sockets_max {
            return Err(Code::TooManySockets);
        }
        let socket = Arc::new(Socket { user, session, queue: Queue::default() });
        of_user.push(socket.clone());
        sockets.roster.came(user);
        if let Some(reason) = &sockets.ending {
            socket.queue.cut(reason.clone());
        }
        self.count.fetch_add(1, Ordering::Relaxed);
        drop(sockets);
        self.roster_changed.notify_one();
        Ok(socket)
    }

    /// Lets a socket go. Whether it was the user's last.
    pub(super) fn leave(&self, socket: &Arc<Socket>, now_ms: i64) -> bool {
        let mut sockets = self.write();
        let Some(of_user) = sockets.by_user.get_mut(&socket.user) else { return false };
        let before = of_user.len();
        of_user.retain(|other| !Arc::ptr_eq(other, socket));
        if of_user.len() == before {
            return false;
        }
        let is_last = of_user.is_empty();
        if is_last {
            sockets.by_user.remove(&socket.user);
        }
        sockets.roster.went(socket.user, now_ms);
        self.count.fetch_sub(1, Ordering::Relaxed);
        drop(sockets);
        self.roster_changed.notify_one();
        is_last
    }

    /// Queues a frame for every socket of these users.
    pub(crate) fn tell(&self, users: impl IntoIterator<Item = UserId>, frame: &Text) {
        let sockets = self.read();
        for user in users {
            for socket in sockets.by_user.get(&user).into_iter().flatten() {
                socket.queue.push(frame.clone());
            }
        }
    }

    /// Queues a frame for every socket.
    pub(crate) fn tell_all(&self, frame: &Text) {
        let sockets = self.read();
        for socket in sockets.by_user.values().flatten() {
            socket.queue.push(frame.clone());
        }
    }

    /// Cuts every socket that `reason` names a reason for: nothing that waits for it is written any more (C9).
    pub(crate) fn cut(&self, users: &BTreeSet<UserId>, reason: impl Fn(UserId, SessionId) -> Option<CloseReason>) {
        let sockets = self.read();
        for user in users {
            for socket in sockets.by_user.get(user).into_iter().flatten() {
                if let Some(reason) = reason(socket.user, socket.session) {
                    socket.queue.cut(reason);
                }
            }
        }
    }

    /// Ends every socket after what waits for it, and every one that still comes.
    pub(crate) fn end_all(&self, reason: &CloseReason) {
        let mut sockets = self.write();
        sockets.ending = Some(reason.clone());
        for socket in sockets.by_user.values().flatten() {
            socket.queue.end(reason.clone());
        }
    }

    /// The sessions behind the sockets of these users, or of all.
    pub(crate) fn sessions(&self, users: Option<&BTreeSet<UserId>>) -> BTreeSet<(UserId, SessionId)> {
        let sockets = self.read();
        let pair = |socket: &Arc<Socket>| (socket.user, socket.session);
        match users {
            Some(users) => users.iter().filter_map(|user| sockets.by_user.get(user)).flatten().map(pair).collect(),
            None => sockets.by_user.values().flatten().map(pair).collect(),
        }
    }

    /// Whether others see the user online.
    pub(crate) fn is_online(&self, user: UserId) -> bool {
        self.read().roster.is_online(user)
    }

    /// Those of these users whom others see online, at most so many.
    pub(crate) fn online_of(&self, users: impl IntoIterator<Item = UserId>, users_max: usize) -> Vec<UserId> {
        let sockets = self.read();
        users.into_iter().filter(|user| sockets.roster.is_online(*user)).take(users_max).collect()
    }

    /// See [`Roster::online`].
    pub(crate) fn online(&self) -> Vec<UserId> {
        self.read().roster.online()
    }

    /// Whether the user has a socket.
    pub(crate) fn is_here(&self, user: UserId) -> bool {
        self.read().by_user.contains_key(&user)
    }

    /// How many of these users have a socket, counted up to `enough`.
    pub(crate) fn here_count(&self, users: impl IntoIterator<Item = UserId>, enough: usize) -> usize {
        let sockets = self.read();
        users.into_iter().filter(|user| sockets.by_user.contains_key(user)).take(enough).count()
    }

    /// All sockets.
    pub(crate) fn sockets_count(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    /// See [`Roster::changes`].
    pub(crate) fn changes(&self, now_ms: i64) -> BTreeMap<UserId, bool> {
        self.write().roster.changes(now_ms)
    }

    /// See [`Roster::next_at_ms`].
    pub(crate) fn next_change_at_ms(&self) -> Option<i64> {
        self.read().roster.next_at_ms()
    }

    fn read(&self) -> RwLockReadGuard<'_, Sockets> {
        self.room.read().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn write(&self) -> RwLockWriteGuard<'_, Sockets> {
        self.room.write().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
