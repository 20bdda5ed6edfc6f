//! How often somebody may send (SPEC 10). Rule: the limit counts messages, not attempts: sending the same one again is
//! never refused by it (C3).

use crate::{aging::Aging, rate::Rate};
use std::sync::{Mutex, PoisonError};
use wire::{Cid, UserId, limits::SEND_WINDOW_MS};

/// How long an admitted cid is remembered after it was last seen.
const REMEMBERED_MS: i64 = 10 * 60_000;
/// Admitted cids that are remembered.
const REMEMBERED_MAX: usize = 200_000;

/// What was admitted of late. A cid that was forgotten, or admitted before a restart, is looked up in the log when the
/// limit is reached, which is for the caller to do.
#[derive(Debug)]
pub(crate) struct Sends {
    rate: Rate<UserId>,
    admitted: Mutex<Aging<(UserId, Cid), ()>>,
}

impl Sends {
    /// At most `messages_max` in a window.
    pub(crate) fn new(messages_max: u32) -> Self {
        Self {
            rate: Rate::new(messages_max, SEND_WINDOW_MS),
            admitted: Mutex::new(Aging::new(REMEMBERED_MS, REMEMBERED_MAX)),
        }
    }

    /// Admits a message, or says after how many milliseconds to send it again. `now_ms` is a steady clock's.
    pub(crate) fn admit(&self, author: UserId, cid: Cid, now_ms: i64) -> Result<(), i64> {
        let mut admitted = self.admitted.lock().unwrap_or_else(PoisonError::into_inner);
        if admitted.get(&(author, cid)).is_none() {
            self.rate.take(author, now_ms)?;
            admitted.insert((author, cid), (), now_ms);
        }
        Ok(())
    }

    /// It was refused for good: sending it again counts again.
    pub(crate) fn forget(&self, author: UserId, cid: Cid) {
        self.admitted.lock().unwrap_or_else(PoisonError::into_inner).remove(&(author, cid));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sending_the_same_again_does_not_count() {
        let sends = Sends::new(2);
        let (ann, cid) = (UserId(1), |number| Cid::from_bytes([number; 16]));
        assert_eq!(sends.admit(ann, cid(1), 0), Ok(()));
        assert_eq!(sends.admit(ann, cid(2), 10), Ok(()));
        assert_eq!(sends.admit(ann, cid(3), 20), Err(9_980));
        assert_eq!(sends.admit(ann, cid(1), 20), Ok(()));
        assert_eq!(sends.admit(UserId(2), cid(3), 20), Ok(()));
        sends.forget(ann, cid(1));
        assert_eq!(sends.admit(ann, cid(1), 30), Err(9_970));
        assert_eq!(sends.admit(ann, cid(3), 10_000), Ok(()));
    }
}
