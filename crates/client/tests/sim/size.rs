//! How large a simulated world is. Rule: the same program runs all sizes.

use crate::random::Random;

/// A browser: whose it is at home, and how many tabs it has.
pub type Home = (i64, usize);

pub struct Size {
    pub browsers: &'static [Home],
    pub steps_min: i64,
    pub steps_max: i64,
}

impl Size {
    pub fn tabs(&self) -> usize {
        self.browsers.iter().map(|(_, tabs)| tabs).sum()
    }

    /// Hundreds of steps in three browsers.
    pub fn long(random: &mut Random) -> Self {
        let browsers: [&[Home]; 2] = [&[(1, 3), (2, 1), (3, 1)], &[(1, 1), (1, 1), (2, 1), (3, 1)]];
        Self { browsers: random.pick(&browsers), steps_min: 1, steps_max: 300 }
    }

    /// A few dozen steps in two browsers.
    pub fn short(random: &mut Random) -> Self {
        let browsers: [&[Home]; 4] = [&[(1, 2), (2, 1)], &[(1, 2), (3, 1)], &[(1, 1), (1, 1)], &[(2, 1), (3, 1)]];
        Self { browsers: random.pick(&browsers), steps_min: 1, steps_max: 60 }
    }

    /// Whether an older database may come back in the middle.
    pub fn may_restore(&self) -> bool {
        self.browsers.iter().all(|(_, tabs)| *tabs == 1)
    }
}
