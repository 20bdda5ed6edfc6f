//! How often somebody may send (SPEC 10). Rule: the limit counts messages, not attempts: sending the same one again is
//! never refused by it (C3).

use crate::{aging::Aging, rate::limit::Limit};
use std::sync::{Mutex, MutexGuard, PoisonError};
use wire::{Cid, UserId, limits::SEND_WINDOW_MS};

/// How long an admitted cid is remembered after it was last seen.
const REMEMBERED_MS: i64 = 10 * 60_000;
/// Admitted cids that are remembered.
const REMEMBERED_MAX: usize = 200_000;

/// What was admitted of late. A cid that was forgotten, or admitted before a restart, is looked up in the log when the
/// limit is reached, which is for the caller to do.
#[derive(Debug)]
pub(crate) struct Sends {
    /// How many of one user.
    pub(crate) limit: Limit,
    admitted: Mutex<Aging<(UserId, Cid), ()>>,
}

impl Sends {
    /// At most `messages_max` in a window.
    pub(crate) fn new(messages_max: u32) -> Self {
        Self {
            limit: Limit::new("send", messages_max, SEND_WINDOW_MS),
            admitted: Mutex::new(Aging::new(REMEMBERED_MS, REMEMBERED_MAX)),
        }
    }

    /// Whether a message has been counted.
    pub(crate) fn is_admitted(&self, author: UserId, cid: Cid) -> bool {
        self.admitted().get(&(author, cid)).is_some()
    }

    /// It has been counted. `now_ms` is a steady clock's.
    pub(crate) fn remember(&self, author: UserId, cid: Cid, now_ms: i64) {
        self.admitted().insert((author, cid), (), now_ms);
    }

    /// It was refused for good: sending it again counts again.
    pub(crate) fn forget(&self, author: UserId, cid: Cid) {
        self.admitted().remove(&(author, cid));
    }

    fn admitted(&self) -> MutexGuard<'_, Aging<(UserId, Cid), ()>> {
        self.admitted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
