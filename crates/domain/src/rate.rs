//! Sliding windows: at most so many times in so long (SPEC 10). Rule: who is refused is told how long to wait, and after
//! that wait it is not refused again.

pub(crate) mod counts;
pub(crate) mod limit;

use crate::aging::Aging;
use std::{
    collections::VecDeque,
    hash::Hash,
    sync::{Mutex, PoisonError},
};

/// Keys that one limiter remembers; beyond, the ones unused for longest are forgotten first.
const KEYS_MAX: usize = 100_000;

/// Counts per key, for as long as the window.
#[derive(Debug)]
pub(crate) struct Rate<K> {
    times_max: usize,
    window_ms: i64,
    taken: Mutex<Aging<K, VecDeque<i64>>>,
}

impl<K: Eq + Hash> Rate<K> {
    /// At most `times_max` in any `window_ms`, for each key by itself.
    pub(crate) fn new(times_max: u32, window_ms: i64) -> Self {
        let times_max = usize::try_from(times_max).unwrap_or(usize::MAX).max(1);
        Self { times_max, window_ms, taken: Mutex::new(Aging::new(window_ms, KEYS_MAX)) }
    }

    /// Takes one, or says after how many milliseconds there is one to take. `now_ms` is a steady clock's.
    pub(crate) fn take(&self, key: K, now_ms: i64) -> Result<(), i64> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let times = taken.touch(key, now_ms, VecDeque::new);
        while times.front().is_some_and(|first| now_ms - first >= self.window_ms) {
            times.pop_front();
        }
        match times.front() {
            Some(first) if times.len() >= self.times_max => Err((first + self.window_ms - now_ms).max(1)),
            _ => {
                times.push_back(now_ms);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_twenty_first_waits_until_the_first_is_ten_seconds_old() {
        let rate = Rate::new(20, 10_000);
        for time_ms in 0..20 {
            assert_eq!(rate.take("a", time_ms), Ok(()));
        }
        assert_eq!(rate.take("a", 500), Err(9_500));
        assert_eq!(rate.take("b", 500), Ok(()));
        assert_eq!(rate.take("a", 10_000), Ok(()));
        assert_eq!(rate.take("a", 10_000), Err(1));
    }

    proptest! {
        #[test]
        fn no_window_ever_holds_more_and_the_wait_told_is_enough(
            steps in prop::collection::vec((0..3_u8, 0..700_i64), 1..300),
        ) {
            let rate = Rate::new(5, 1_000);
            let mut now_ms = 0;
            let mut granted: Vec<(u8, i64)> = Vec::new();
            for (key, wait_ms) in steps {
                now_ms += wait_ms;
                if let Err(wait_ms) = rate.take(key, now_ms) {
                    now_ms += wait_ms;
                    prop_assert_eq!(rate.take(key, now_ms), Ok(()));
                }
                granted.push((key, now_ms));
                let recent = granted.iter().filter(|(other, at_ms)| *other == key && now_ms - at_ms < 1_000);
                prop_assert!(recent.count() <= 5);
            }
        }
    }
}
