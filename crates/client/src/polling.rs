//! What stands in for the socket while it is down (SPEC 5). Rule: it begins after five seconds without a socket and
//! heals by itself: a poll that succeeds while the link has failed tries the socket again.

/// No poll and no send over HTTP before the socket has been down for this long.
pub(crate) const GRACE_MS: i64 = 5_000;
/// From one poll to the next.
pub(crate) const EVERY_MS: i64 = 8_000;
/// A poll without any answer is given up after this long.
const ANSWER_MS: i64 = 30_000;
/// Shortest time between two attempts to heal a failed link.
const HEAL_MS: i64 = 30_000;

/// See the module.
#[derive(Clone, Debug, Default)]
pub(crate) struct Polling {
    /// Since when the socket is down; none while it is up, or while nothing may be tried.
    down_since_ms: Option<i64>,
    due_ms: i64,
    asked_ms: Option<i64>,
    /// Whether the last poll was answered.
    pub works: bool,
    healed_ms: Option<i64>,
}

impl Polling {
    /// The socket is down; the first time counts.
    pub fn down(&mut self, now_ms: i64) {
        if self.down_since_ms.is_none() {
            self.down_since_ms = Some(now_ms);
            self.due_ms = now_ms.saturating_add(GRACE_MS);
        }
    }

    /// The socket is up, or nothing may be tried. An answer that is still to come does not count any more.
    pub fn stop(&mut self) {
        self.down_since_ms = None;
        self.failed();
    }

    /// Whether messages travel over HTTP now.
    pub fn carries(&self, now_ms: i64) -> bool {
        self.down_since_ms.is_some_and(|since_ms| now_ms >= since_ms.saturating_add(GRACE_MS))
    }

    /// Whether to poll now; if so it counts as asked.
    pub fn ask(&mut self, now_ms: i64) -> bool {
        let due = self.carries(now_ms) && self.asked_ms.is_none() && now_ms >= self.due_ms;
        if due {
            self.asked_ms = Some(now_ms);
            self.due_ms = now_ms.saturating_add(EVERY_MS);
        }
        due
    }

    /// Whether an answer is awaited.
    pub fn is_asked(&self) -> bool {
        self.asked_ms.is_some()
    }

    /// Whether the open poll was given up just now.
    pub fn give_up(&mut self, now_ms: i64) -> bool {
        let late = self.asked_ms.is_some_and(|asked_ms| now_ms >= asked_ms.saturating_add(ANSWER_MS));
        if late {
            self.failed();
        }
        late
    }

    /// The answer came; `more`: ask again at once.
    pub fn answered(&mut self, more: bool, now_ms: i64) {
        self.asked_ms = None;
        self.works = self.down_since_ms.is_some();
        if more {
            self.due_ms = now_ms;
        }
    }

    /// No answer came.
    pub fn failed(&mut self) {
        self.asked_ms = None;
        self.works = false;
    }

    /// Whether a failed link may be tried again now; if so it counts as tried.
    pub fn heal(&mut self, now_ms: i64) -> bool {
        let allowed = self.healed_ms.is_none_or(|healed_ms| now_ms >= healed_ms.saturating_add(HEAL_MS));
        if allowed {
            self.healed_ms = Some(now_ms);
        }
        allowed
    }

    /// When to look again.
    pub fn deadline_ms(&self) -> Option<i64> {
        if let Some(asked_ms) = self.asked_ms {
            return Some(asked_ms.saturating_add(ANSWER_MS));
        }
        let since_ms = self.down_since_ms?;
        Some(self.due_ms.max(since_ms.saturating_add(GRACE_MS)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polls_begin_after_five_seconds_and_come_every_eight() {
        let mut polling = Polling::default();
        polling.down(1_000);
        polling.down(3_000);
        assert!(!polling.ask(5_999));
        assert!(polling.ask(6_000));
        assert!(!polling.ask(20_000), "one at a time");
        polling.answered(false, 7_000);
        assert!(!polling.ask(13_999));
        assert!(polling.ask(14_000));
        polling.answered(true, 14_100);
        assert!(polling.ask(14_100), "there is more");
    }

    #[test]
    fn a_poll_without_an_answer_is_given_up() {
        let mut polling = Polling::default();
        polling.down(0);
        assert!(polling.ask(5_000));
        assert!(!polling.give_up(34_999));
        assert!(polling.give_up(35_000));
        assert!(polling.ask(35_000));
    }

    #[test]
    fn a_failed_link_is_healed_every_thirty_seconds_at_most() {
        let mut polling = Polling::default();
        assert!(polling.heal(0));
        assert!(!polling.heal(29_999));
        assert!(polling.heal(30_000));
    }
}
