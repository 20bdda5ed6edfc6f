//! How many frames one socket may send. Rule: every frame counts, pings and pongs included (RELIABILITY W15).

use std::time::Instant;
use wire::limits::SOCKET_FRAMES_PER_SECOND_MAX;

/// The average is taken over this time, so that a burst of ten seconds' worth passes.
const WINDOW_SECONDS: f64 = 10.0;

/// A bucket of frames that fills by itself.
pub(super) struct Flood {
    left: f64,
    at: Instant,
}

impl Flood {
    pub(super) fn new(now: Instant) -> Self {
        Self { left: capacity(), at: now }
    }

    /// Counts one frame; false when it is one too many.
    pub(super) fn take(&mut self, now: Instant) -> bool {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.left = (self.left + passed * per_second()).min(capacity()) - 1.0;
        self.at = now;
        self.left >= 0.0
    }
}

fn per_second() -> f64 {
    f64::from(SOCKET_FRAMES_PER_SECOND_MAX)
}

fn capacity() -> f64 {
    per_second() * WINDOW_SECONDS
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn ten_seconds_worth_may_come_at_once_and_no_more() {
        let start = Instant::now();
        let mut flood = Flood::new(start);
        let taken = (0..1_000).take_while(|_| flood.take(start)).count();
        assert_eq!(taken, 10 * SOCKET_FRAMES_PER_SECOND_MAX as usize);
    }

    #[test]
    fn the_allowed_rate_passes_for_ever() {
        let start = Instant::now();
        let mut flood = Flood::new(start);
        let step = Duration::from_secs(1) / SOCKET_FRAMES_PER_SECOND_MAX;
        assert!((0..10_000).all(|n| flood.take(start + step * n)));
    }
}
