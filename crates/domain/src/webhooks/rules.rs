//! What an answer means for a webhook. Rule: pure functions of (state, answer, now, chance); whatever is not taken is sent again, later
//! and later, until it is taken or the webhook is paused; nothing is ever passed over.

use wire::{
    limits::{WEBHOOK_FAILING_MS_MAX, WEBHOOK_RETRY_MS_MAX},
    webhooks::Pause,
};

/// What the other side said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The status; none: it said nothing.
    pub status: Option<u16>,
    /// For how many milliseconds it wants to be left alone.
    pub wait_ms: Option<i64>,
    /// Why there was no answer.
    pub error: Option<String>,
    /// How long it took.
    pub took_ms: i64,
}

impl Answered {
    /// Whether it has what was sent.
    pub fn is_taken(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }

    /// In words, when it has not.
    pub(crate) fn why(&self) -> Option<String> {
        match (&self.error, self.status) {
            _ if self.is_taken() => None,
            (Some(error), _) => Some(error.clone()),
            (None, Some(status @ 300..400)) => Some(format!("answered {status}, and no redirect is followed")),
            (None, Some(status)) => Some(format!("answered {status}")),
            (None, None) => Some("did not answer".to_owned()),
        }
    }
}

/// Failures in a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Failing {
    pub(crate) times: i64,
    pub(crate) since_ms: Option<i64>,
    /// Nothing is sent before then.
    pub(crate) until_ms: i64,
}

/// What is so after something was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Failed {
    /// Of the webhook, whatever it was.
    pub(crate) webhook: Failing,
    /// Of the room, whose next this is.
    pub(crate) room: Failing,
    pub(crate) pause: Option<Pause>,
}

/// `first_ms` is the first wait; `chance` is from 0 to 1.
pub(crate) fn failed(
    (webhook, room): (Failing, Failing),
    answered: &Answered,
    now_ms: i64,
    first_ms: i64,
    chance: f64,
) -> Failed {
    let for_ms = |failing: Failing| now_ms - failing.since_ms.unwrap_or(now_ms);
    let pause = match answered.status {
        Some(410) => Some(Pause::Gone),
        _ if for_ms(webhook).max(for_ms(room)) >= WEBHOOK_FAILING_MS_MAX => Some(Pause::Failing),
        _ => None,
    };
    let next = |failing: Failing| {
        let wait_ms = wait_ms(failing.times, first_ms, chance);
        let wait_ms = wait_ms.max(answered.wait_ms.unwrap_or_default()).min(WEBHOOK_RETRY_MS_MAX);
        let since_ms = Some(failing.since_ms.unwrap_or(now_ms));
        Failing { times: failing.times.saturating_add(1), since_ms, until_ms: now_ms.saturating_add(wait_ms) }
    };
    Failed { webhook: next(webhook), room: next(room), pause }
}

/// After so many failures before this one.
fn wait_ms(times: i64, first_ms: i64, chance: f64) -> i64 {
    let doubled = u32::try_from(times).ok().and_then(|times| 1_i64.checked_shl(times.min(40))).unwrap_or(i64::MAX);
    let wait_ms = first_ms.saturating_mul(doubled).clamp(1, WEBHOOK_RETRY_MS_MAX);
    let spread_ms = wait_ms / 4;
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "an hour in milliseconds is exact")]
    let shift_ms = (spread_ms as f64 * (chance.clamp(0.0, 1.0) * 2.0 - 1.0)) as i64;
    (wait_ms + shift_ms).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(status: u16) -> Answered {
        Answered { status: Some(status), wait_ms: None, error: None, took_ms: 3 }
    }

    fn after(times: i64, answered: &Answered, chance: f64) -> i64 {
        let failing = Failing { times, since_ms: Some(0), until_ms: 0 };
        failed((failing, failing), answered, 0, 5_000, chance).webhook.until_ms
    }

    #[test]
    fn whatever_is_no_success_is_sent_again() {
        for taken in [200, 201, 202, 204, 299] {
            assert!(status(taken).is_taken() && status(taken).why().is_none());
        }
        for not in [100, 301, 302, 307, 400, 401, 404, 410, 429, 500, 503] {
            assert!(!status(not).is_taken() && status(not).why().is_some(), "{not}");
        }
        let silent = Answered { status: None, wait_ms: None, error: None, took_ms: 10_000 };
        assert_eq!(silent.why().as_deref(), Some("did not answer"));
    }

    #[test]
    fn waits_double_and_end_at_an_hour_and_differ_by_a_quarter() {
        let waits: Vec<i64> = (0..12).map(|times| after(times, &status(500), 0.5) / 1_000).collect();
        assert_eq!(waits, [5, 10, 20, 40, 80, 160, 320, 640, 1_280, 2_560, 3_600, 3_600]);
        assert_eq!([after(0, &status(500), 0.0), after(0, &status(500), 1.0)], [3_750, 6_250]);
        assert_eq!(after(i64::MAX, &status(500), 1.0), WEBHOOK_RETRY_MS_MAX);
    }

    #[test]
    fn the_other_side_may_ask_for_longer_up_to_an_hour_and_not_for_less() {
        let asks = |wait_ms| Answered { wait_ms: Some(wait_ms), ..status(429) };
        assert_eq!(after(0, &asks(60_000), 0.5), 60_000);
        assert_eq!(after(2, &asks(1_000), 0.5), 20_000);
        assert_eq!(after(0, &asks(i64::MAX), 0.5), WEBHOOK_RETRY_MS_MAX);
        assert_eq!(after(0, &asks(-5), 0.5), 5_000);
    }

    #[test]
    fn gone_pauses_at_once_and_three_days_of_failing_do() {
        let none = Failing::default();
        let pause = |room, status: &Answered, now_ms| failed((none, room), status, now_ms, 5_000, 0.5).pause;
        assert_eq!(pause(none, &status(410), 7), Some(Pause::Gone));
        assert_eq!(pause(none, &status(500), 7), None);
        let since = |since_ms| Failing { times: 9, since_ms: Some(since_ms), until_ms: 0 };
        assert_eq!(pause(since(7), &status(500), 6 + WEBHOOK_FAILING_MS_MAX), None);
        assert_eq!(pause(since(7), &status(500), 7 + WEBHOOK_FAILING_MS_MAX), Some(Pause::Failing));
        let of_another_room = failed((since(7), none), &status(500), 7 + WEBHOOK_FAILING_MS_MAX, 5_000, 0.5);
        assert_eq!(of_another_room.pause, Some(Pause::Failing));
        assert_eq!(failed((none, none), &status(500), 7, 5_000, 0.5).room.since_ms, Some(7));
    }
}
