//! What stands between messages (day separators, "New messages", the places of missing ones), and which messages stand together.
//! Rule: a pure function of the lines; each mark appears once, whatever the clocks said.

use crate::clock::Clock;
use wire::{Cid, Seq, Time, UserId};

/// Messages of one author that follow each other within this time stand together.
const GROUP_MS: i64 = 5 * 60 * 1_000;

/// What matters of a line.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Its key.
    pub cid: Cid,
    /// Its position, once it has one.
    pub seq: Option<Seq>,
    /// Who wrote it.
    pub author: UserId,
    /// Whether that is the viewer.
    pub own: bool,
    /// Whether it is a message, and not a change of the room.
    pub is_message: bool,
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
    /// Messages are missing before this line, and held on both sides.
    Gap,
    /// Messages are missing between what is held and what waits.
    CatchingUp,
}

/// Before which lines messages are missing; the inner none is the end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Missing {
    /// Within what is held.
    pub gap: Option<Option<Cid>>,
    /// After what is held.
    pub end: Option<Option<Cid>>,
}

/// The marks, each with the index of the line that it stands before.
pub fn marks(
    lines: impl Iterator<Item = Place>,
    divider: Option<Seq>,
    missing: Missing,
    clock: Clock,
) -> Vec<(usize, Mark)> {
    let mut marks = Vec::new();
    let holes = [(missing.gap, Mark::Gap), (missing.end, Mark::CatchingUp)];
    let mut count = 0;
    let mut last_day = i64::MIN;
    let mut divided = false;
    for (index, line) in lines.enumerate() {
        count = index + 1;
        let is_new = divider.is_some_and(|read| line.seq.is_some_and(|seq| seq > read));
        // What is missing is new, too.
        if !divided && is_new && missing.gap == Some(Some(line.cid)) {
            marks.push((index, Mark::New));
            divided = true;
        }
        marks
            .extend(holes.iter().filter(|(before, _)| *before == Some(Some(line.cid))).map(|(_, mark)| (index, *mark)));
        let day = clock.day(line.at);
        if day > last_day {
            marks.push((index, Mark::Day(day)));
            last_day = day;
        }
        if !divided && is_new && !line.own && line.is_message {
            marks.push((index, Mark::New));
            divided = true;
        }
    }
    marks.extend(holes.iter().filter(|(before, _)| *before == Some(None)).map(|(_, mark)| (count, *mark)));
    marks
}

/// Whether a line stands together with the one before it, if nothing stands between them.
pub fn continues(before: &Place, line: &Place) -> bool {
    // Between the clocks of two machines, it may be later than what follows it.
    let are_messages = before.is_message && line.is_message;
    are_messages && line.author == before.author && (line.at.as_ms() - before.at.as_ms()).abs() < GROUP_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR_MS: i64 = 3_600_000;

    fn cid(index: usize) -> Cid {
        Cid::new(index as i64, [0; 10])
    }

    fn check(lines: &[(Option<i64>, bool, i64)], divider: Option<i64>, expected: &[(usize, Mark)]) {
        check_missing(lines, divider, Missing::default(), expected);
    }

    fn check_missing(
        lines: &[(Option<i64>, bool, i64)],
        divider: Option<i64>,
        missing: Missing,
        expected: &[(usize, Mark)],
    ) {
        let place = |(index, &(seq, own, hour)): (usize, &(Option<i64>, bool, i64))| Place {
            cid: cid(index),
            seq: seq.map(Seq),
            author: UserId(i64::from(own)),
            own,
            is_message: true,
            at: Time(hour * HOUR_MS),
        };
        let places = lines.iter().enumerate().map(place);
        assert_eq!(marks(places, divider.map(Seq), missing, Clock::utc(0)), expected);
    }

    #[test]
    fn missing_messages_have_their_place_in_the_middle_and_at_the_end() {
        let lines = [(Some(1), false, 1), (Some(900), false, 25), (None, true, 25)];
        let missing = Missing { gap: Some(Some(cid(1))), end: Some(Some(cid(2))) };
        let expected = [(0, Mark::Day(0)), (1, Mark::New), (1, Mark::Gap), (1, Mark::Day(1)), (2, Mark::CatchingUp)];
        check_missing(&lines, Some(1), missing, &expected);
        let missing = Missing { gap: None, end: Some(None) };
        check_missing(&lines[..1], None, missing, &[(0, Mark::Day(0)), (1, Mark::CatchingUp)]);
        check_missing(&[], None, missing, &[(0, Mark::CatchingUp)]);
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

    fn check_together(before: (i64, i64), line: (i64, i64), expected: bool) {
        let place = |(author, second): (i64, i64)| Place {
            cid: cid(0),
            seq: None,
            author: UserId(author),
            is_message: true,
            own: false,
            at: Time(second * 1_000),
        };
        assert_eq!(continues(&place(before), &place(line)), expected, "{before:?} {line:?}");
    }

    #[test]
    fn the_divider_stands_before_a_message_and_before_no_change_of_the_room() {
        let place = |seq, is_message| Place {
            cid: cid(seq as usize),
            seq: Some(Seq(seq)),
            author: UserId(2),
            own: false,
            is_message,
            at: Time(0),
        };
        let lines = [place(3, true), place(4, false), place(5, true)];
        let marks = marks(lines.into_iter(), Some(Seq(3)), Missing::default(), Clock::utc(0));
        assert_eq!(marks, [(0, Mark::Day(0)), (2, Mark::New)]);
    }

    #[test]
    fn a_change_of_the_room_stands_alone() {
        let author = UserId(1);
        let place = |is_message| Place { cid: cid(1), seq: None, author, own: false, is_message, at: Time(0) };
        assert!(continues(&place(true), &place(true)) && !continues(&place(false), &place(false)));
        assert!(!continues(&place(true), &place(false)) && !continues(&place(false), &place(true)));
    }

    #[test]
    fn messages_of_one_author_within_five_minutes_stand_together() {
        check_together((1, 0), (1, 299), true);
        check_together((1, 0), (1, 300), false);
        check_together((1, 0), (2, 1), false);
        check_together((1, 290), (1, 0), true);
        check_together((1, 300), (1, 0), false);
    }
}
