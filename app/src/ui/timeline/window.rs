//! Which rows of a conversation are drawn. Rule: those around what is in view, never more than [`ROWS_MAX`]; a pure function.

use std::ops::Range;

/// More rows than this are not drawn.
pub const ROWS_MAX: usize = 200;
/// When the window moves, then by this much or more.
const STEP: usize = 60;
/// With fewer rows than this beyond what is in view, it moves.
const NEAR: usize = 40;
/// At the end, this many rows count as being in view.
const SCREEN: usize = 30;

/// What is in view at the end of a list of this length.
pub fn end(length: usize) -> Range<usize> {
    length.saturating_sub(SCREEN)..length
}

/// The window, moved if it has to, to hold what is `seen` of a list of this length.
pub fn around(drawn: Range<usize>, seen: Range<usize>, length: usize) -> Range<usize> {
    let (mut from, mut to) = (drawn.start.min(length), drawn.end.min(length));
    if seen.start < from + NEAR {
        from = from.min(seen.start.saturating_sub(NEAR + STEP));
    }
    if seen.end + NEAR > to {
        to = to.max(seen.end + NEAR + STEP).min(length);
    }
    if to - from > ROWS_MAX {
        let has_risen = from < drawn.start;
        let has_sunk = to > drawn.end;
        // The other side gives way. If it just became too many, the far side does, and by more than a row: not with every message.
        let kept = if has_risen || has_sunk { ROWS_MAX } else { ROWS_MAX - STEP };
        if has_risen || (!has_sunk && seen.start.saturating_sub(from) < to.saturating_sub(seen.end)) {
            to = (from + kept).max(seen.end + NEAR).min(to);
        } else {
            from = (to - kept).min(seen.start.saturating_sub(NEAR)).max(from);
        }
    }
    from..to
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(drawn: Range<usize>, seen: Range<usize>, length: usize, expected: Range<usize>) {
        let window = around(drawn, seen, length);
        assert_eq!(window, expected);
        assert!(window.len() <= ROWS_MAX, "{window:?}");
    }

    #[test]
    fn a_short_list_is_drawn_whole() {
        check(0..0, 0..0, 0, 0..0);
        check(0..3, 0..3, 3, 0..3);
        check(80..80, end(80), 80, 0..80);
    }

    #[test]
    fn a_long_one_is_drawn_from_its_end() {
        check(2_000..2_000, end(2_000), 2_000, 1_870..2_000);
    }

    #[test]
    fn it_moves_only_when_what_is_seen_comes_near_its_edge() {
        check(1_000..1_150, 1_060..1_080, 2_000, 1_000..1_150);
        check(1_000..1_150, 1_030..1_050, 2_000, 930..1_130);
        check(1_000..1_150, 1_100..1_120, 2_000, 1_020..1_220);
    }

    #[test]
    fn messages_that_come_at_the_end_are_drawn_until_there_are_too_many() {
        check(1_850..2_001, 1_980..2_001, 2_001, 1_850..2_001);
        check(1_800..2_001, 1_980..2_001, 2_001, 1_861..2_001);
        check(1_900..4_000, 1_950..1_970, 4_000, 1_900..2_040);
    }
}
