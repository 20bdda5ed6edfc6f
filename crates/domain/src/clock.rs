//! The one source of time of a [`crate::Chat`]. Rule: it is read at the doors and by the tasks only; decisions and state
//! machines get the time as an argument.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// A handle on time; clones share it.
#[derive(Clone, Debug)]
pub struct Clock {
    start: Instant,
    set_ms: Option<Arc<AtomicI64>>,
}

impl Clock {
    /// The machine's clocks.
    pub fn system() -> Self {
        Self { start: Instant::now(), set_ms: None }
    }

    /// A wall clock that stands where it is set, for making history; windows and waits still pass by themselves.
    pub fn manual(now_ms: i64) -> Self {
        Self { start: Instant::now(), set_ms: Some(Arc::new(AtomicI64::new(now_ms))) }
    }

    /// Sets a manual clock and its clones; without effect on the machine's.
    pub fn set(&self, now_ms: i64) {
        if let Some(set_ms) = &self.set_ms {
            set_ms.store(now_ms, Ordering::Relaxed);
        }
    }

    /// Milliseconds since 1970, for what is stored and shown; may jump. 0 on a clock before that.
    pub(crate) fn now_ms(&self) -> i64 {
        if let Some(set_ms) = &self.set_ms {
            return set_ms.load(Ordering::Relaxed);
        }
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }

    /// Milliseconds since this handle was made, for windows and waits; never jumps.
    pub(crate) fn steady_ms(&self) -> i64 {
        i64::try_from(self.start.elapsed().as_millis()).unwrap_or(i64::MAX)
    }
}
