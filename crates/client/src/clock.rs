//! The machine's clock may be set back or forth. Rule: inside, time never goes back, so no timer waits an hour too long.

/// Translates between the outside clock and one that only moves forward.
#[derive(Clone, Debug)]
pub(crate) struct Clock {
    outside_ms: i64,
    inside_ms: i64,
}

impl Clock {
    /// Both clocks begin here.
    pub fn new(now_ms: i64) -> Self {
        Self { outside_ms: now_ms, inside_ms: now_ms }
    }

    /// The inside time for this outside time; a step back outside is no step inside.
    pub fn read(&mut self, now_ms: i64) -> i64 {
        let step_ms = now_ms.saturating_sub(self.outside_ms).max(0);
        self.outside_ms = now_ms;
        self.inside_ms = self.inside_ms.saturating_add(step_ms);
        self.inside_ms
    }

    /// Now, inside.
    pub fn now_ms(&self) -> i64 {
        self.inside_ms
    }

    /// Now, outside: what cids and optimistic bubbles carry.
    pub fn outside_now_ms(&self) -> i64 {
        self.outside_ms
    }

    /// When this inside time will be outside.
    pub fn outside_ms(&self, inside_ms: i64) -> i64 {
        self.outside_ms.saturating_add(inside_ms.saturating_sub(self.inside_ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_set_back_delays_no_timer() {
        let mut clock = Clock::new(10_000);
        let due = clock.read(10_500) + 1_000;
        assert_eq!(clock.read(5_000), 10_500);
        assert_eq!(clock.outside_ms(due), 6_000);
        assert_eq!(clock.read(6_000), due);
    }
}
