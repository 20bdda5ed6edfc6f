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
