//! Where day separators and the "New messages" divider stand between messages. Rule: a pure function of the
//! lines; each mark appears once, whatever the clocks said.

use crate::clock::Clock;
use wire::{Seq, Time};

/// What matters of a line.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Its position, once it has one.
    pub seq: Option<Seq>,
    /// Whether the viewer wrote it.
    pub own: bool,
    /// When.
    pub at: Time,
}

/// What stands before a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// The first line of this day, see [`Clock::day`].
    Day(i64),
    /// The first line that was unread when the room was opened.
    New,
}

/// The marks, each with the index of the line that it stands before.
pub fn marks(lines: impl Iterator<Item = Place>, divider: Option<Seq>, clock: Clock) -> Vec<(usize, Mark)> {
    let mut marks = Vec::new();
    let mut last_day = i64::MIN;
    let mut divided = false;
    for (index, line) in lines.enumerate() {
        let day = clock.day(line.at);
        if day > last_day {
            marks.push((index, Mark::Day(day)));
            last_day = day;
        }
        let is_new = divider.is_some_and(|read| line.seq.is_some_and(|seq| seq > read));
        if !divided && is_new && !line.own {
            marks.push((index, Mark::New));
            divided = true;
        }
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR_MS: i64 = 3_600_000;

    fn check(lines: &[(Option<i64>, bool, i64)], divider: Option<i64>, expected: &[(usize, Mark)]) {
        let places = lines.iter().map(|&(seq, own, hour)| Place { seq: seq.map(Seq), own, at: Time(hour * HOUR_MS) });
        assert_eq!(marks(places, divider.map(Seq), Clock::utc(0)), expected);
    }

    #[test]
    fn each_day_is_named_once() {
        let lines = [(Some(1), false, 1), (Some(2), true, 2), (Some(3), true, 25), (None, true, 26)];
        check(&lines, None, &[(0, Mark::Day(0)), (2, Mark::Day(1))]);
    }

    #[test]
    fn a_clock_that_goes_back_does_not_repeat_a_day() {
        let lines = [(Some(1), false, 25), (Some(2), false, 1), (Some(3), false, 26)];
        check(&lines, None, &[(0, Mark::Day(1))]);
    }

    #[test]
    fn the_divider_stands_before_the_first_unread_message_of_somebody_else() {
        let lines = [(Some(4), false, 1), (Some(5), true, 1), (Some(6), false, 1), (Some(7), false, 1)];
        check(&lines, Some(4), &[(0, Mark::Day(0)), (2, Mark::New)]);
        check(&lines, Some(7), &[(0, Mark::Day(0))]);
    }
}
