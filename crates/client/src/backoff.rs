//! How long to wait before the next attempt to connect (SPEC 5). Rule: five waits that double, then no more.

use crate::random::Random;

/// The first wait.
const FIRST_MS: u32 = 3_000;
/// Waits in a row without a stable connection; the failure after the last one makes the link "failed".
const WAITS_MAX: u32 = 5;

/// The wait after `losses` earlier ones without a stable connection: `3000 · 2^losses` ms, shortened by up to a quarter
/// so that a restart of the server does not bring everyone back in the same moment. `None` when all five are used up.
pub(crate) fn wait_ms(losses: u32, random: &mut Random) -> Option<i64> {
    if losses >= WAITS_MAX {
        return None;
    }
    let full_ms = FIRST_MS.checked_shl(losses)?;
    Some(i64::from(full_ms.saturating_sub(random.up_to(full_ms / 4))))
}

/// From garbage on the socket to asking what was lost with it …
const GARBAGE_MS: i64 = 5_000;
/// … at most, when it goes on; and as much quiet makes it the first again.
const GARBAGE_MAX_MS: i64 = 60_000;

/// When to ask what was lost with garbage. Rule: later and later, so that a server that says nothing else is not flooded.
#[derive(Clone, Debug, Default)]
pub(crate) struct Garbage {
    due_ms: i64,
    wait_ms: i64,
}

impl Garbage {
    /// Some came now.
    pub fn due_ms(&mut self, now_ms: i64) -> i64 {
        if now_ms >= self.due_ms {
            let quiet = now_ms >= self.due_ms.saturating_add(GARBAGE_MAX_MS);
            let next_ms = self.wait_ms.saturating_mul(2).clamp(GARBAGE_MS, GARBAGE_MAX_MS);
            self.wait_ms = if quiet { GARBAGE_MS } else { next_ms };
            self.due_ms = now_ms.saturating_add(self.wait_ms);
        }
        self.due_ms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_waits_double_five_times_and_are_shortened_by_a_quarter_at_most() {
        let mut random = Random::new(1);
        for (losses, full_ms) in [3_000, 6_000, 12_000, 24_000, 48_000].into_iter().enumerate() {
            for _ in 0..200 {
                let waited = wait_ms(losses as u32, &mut random).unwrap();
                assert!((full_ms * 3 / 4..=full_ms).contains(&waited), "{waited} after {losses}");
            }
        }
        let spread = |seed| wait_ms(0, &mut Random::new(seed));
        assert!((1..100).any(|seed| spread(seed) != spread(0)), "not everyone at once");
        assert_eq!(wait_ms(5, &mut random), None);
        assert_eq!(wait_ms(u32::MAX, &mut random), None);
    }
}
