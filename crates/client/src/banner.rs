//! The connection line (SPEC 5). Rule: it never cries wolf: nothing in the first five seconds of trouble, and "back
//! online" only after something was said.

use crate::link::State;
use crate::view::Banner;

/// Trouble shorter than this is not told.
const QUIET_MS: i64 = 5_000;
/// "Back online" stays for this long.
const BACK_MS: i64 = 4_000;

/// What there is to say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Story {
    since_ms: Option<i64>,
    given_up: bool,
    back: Option<Back>,
}

#[derive(Clone, Copy, Debug)]
struct Back {
    until_ms: i64,
    caught_up: usize,
}

impl Story {
    /// There is no connection; the first time counts.
    pub fn trouble(&mut self, state: State, now_ms: i64) {
        self.since_ms.get_or_insert(now_ms);
        self.given_up |= state == State::Failed;
    }

    /// The connection is there.
    pub fn welcomed(&mut self, now_ms: i64) {
        if self.since_ms.take().is_some_and(|since_ms| now_ms >= since_ms.saturating_add(QUIET_MS)) {
            self.back = Some(Back { until_ms: now_ms.saturating_add(BACK_MS), caught_up: 0 });
        }
        self.given_up = false;
    }

    /// Others' messages came by catching up.
    pub fn caught_up(&mut self, messages: usize, now_ms: i64) {
        if let Some(back) = self.back.as_mut().filter(|back| messages > 0 && now_ms < back.until_ms) {
            back.caught_up = back.caught_up.saturating_add(messages);
            back.until_ms = now_ms.saturating_add(BACK_MS);
        }
    }

    /// What to say now. `polls`: polling works.
    pub fn view(&self, state: State, polls: bool, waiting: usize, now_ms: i64) -> Option<Banner> {
        match state {
            State::SignedOut => return Some(Banner::SignedOut { waiting }),
            State::Refused => return Some(Banner::Refused),
            _ => {}
        }
        if let Some(since_ms) = self.since_ms {
            let told = now_ms >= since_ms.saturating_add(QUIET_MS);
            return told.then_some(match (self.given_up, polls) {
                (true, _) => Banner::Standard { reached: polls, waiting },
                (false, true) => Banner::Limited { waiting },
                (false, false) => Banner::Reconnecting { waiting },
            });
        }
        let back = self.back.filter(|back| now_ms < back.until_ms)?;
        Some(Banner::BackOnline { caught_up: back.caught_up, waiting })
    }

    /// When the line changes by itself.
    pub fn deadline_ms(&self, now_ms: i64) -> Option<i64> {
        let told = self.since_ms.map(|since_ms| since_ms.saturating_add(QUIET_MS));
        let over = self.back.map(|back| back.until_ms);
        told.into_iter().chain(over).filter(|at_ms| *at_ms > now_ms).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOWN: State = State::Waiting { until_ms: 0, held: false };
    const UP: State = State::Connected { since_ms: 0 };

    #[test]
    fn short_trouble_is_not_told_at_all() {
        let mut story = Story::default();
        story.trouble(DOWN, 0);
        assert_eq!(story.view(DOWN, false, 1, 4_999), None);
        story.welcomed(4_999);
        assert_eq!(story.view(UP, false, 1, 5_000), None);
    }

    #[test]
    fn long_trouble_is_told_and_so_is_its_end_for_four_seconds() {
        let mut story = Story::default();
        story.trouble(DOWN, 0);
        assert_eq!(story.view(DOWN, false, 3, 5_000), Some(Banner::Reconnecting { waiting: 3 }));
        story.trouble(State::Failed, 90_000);
        story.trouble(State::Connecting { until_ms: 0 }, 95_000);
        let healing = story.view(State::Connecting { until_ms: 0 }, false, 0, 95_000);
        assert_eq!(
            healing,
            Some(Banner::Standard { reached: false, waiting: 0 }),
            "an attempt to heal does not flicker"
        );
        story.welcomed(100_000);
        story.caught_up(12, 100_500);
        assert_eq!(story.view(UP, false, 1, 104_000), Some(Banner::BackOnline { caught_up: 12, waiting: 1 }));
        assert_eq!(story.deadline_ms(104_000), Some(104_500));
        assert_eq!(story.view(UP, false, 1, 104_500), None);
    }

    #[test]
    fn signed_out_and_refused_are_told_at_once() {
        let story = Story::default();
        assert_eq!(story.view(State::SignedOut, false, 2, 0), Some(Banner::SignedOut { waiting: 2 }));
        assert_eq!(story.view(State::Refused, false, 2, 0), Some(Banner::Refused));
    }

    #[test]
    fn what_travels_by_polling_is_not_said_to_wait() {
        let mut story = Story::default();
        story.trouble(DOWN, 0);
        assert_eq!(story.view(DOWN, true, 0, 5_000), Some(Banner::Limited { waiting: 0 }));
        story.trouble(State::Failed, 90_000);
        assert_eq!(story.view(State::Failed, true, 1, 90_000), Some(Banner::Standard { reached: true, waiting: 1 }));
        assert_eq!(story.view(State::Failed, false, 1, 95_000), Some(Banner::Standard { reached: false, waiting: 1 }));
    }
}
