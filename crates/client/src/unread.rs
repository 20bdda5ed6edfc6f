//! The unread figure (SPEC 6, C8). Rule: derived from the held log and the read cursor wherever these reach, from the
//! server's last figure where they do not; never counted up and down.

use wire::limits::UNREAD_COUNT_MAX;
use wire::{Event, Seq, Unread, UserId};

use crate::window::Window;

/// Which events count for a user.
pub(crate) type Counts = fn(&Event, UserId) -> bool;

/// Others' messages after `read`. `told` is the last figure that the server counted (or that was derived just before
/// events were forgotten); beyond 99 the number says only "more". `excerpt` is what is held from before a gap.
pub(crate) fn count(
    told: &Unread,
    read: Seq,
    window: &Window,
    excerpt: Option<&Window>,
    counts: (UserId, Counts),
) -> i64 {
    if window.after() <= read && window.position() >= told.as_of {
        return counting(window, read, Seq(i64::MAX), counts);
    }
    let since = counting(window, told.as_of.max(read), Seq(i64::MAX), counts);
    let before = if read >= told.as_of {
        0
    } else if told.count > UNREAD_COUNT_MAX {
        told.count
    } else {
        let held = |window: &Window| counting(window, told.read, read, counts);
        told.count.saturating_sub(held(window)).saturating_sub(excerpt.map_or(0, held)).max(0)
    };
    before.saturating_add(since)
}

/// Those held after `after` up to `to`.
pub(crate) fn counting(window: &Window, after: Seq, to: Seq, (me, counts): (UserId, Counts)) -> i64 {
    if after >= to {
        return 0;
    }
    let counted = window.events().range(after.next(), to).filter(|(_, event)| counts(event, me)).count();
    i64::try_from(counted).unwrap_or(i64::MAX)
}

/// Whether a figure that came now is newer than the one known, or can be completed from what is held.
pub(crate) fn is_better(new: &Unread, told: &Unread, window: &Window) -> bool {
    new.read >= told.read && (new.as_of >= told.as_of || new.as_of >= window.after())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{event, own_event, unread};

    const ME: UserId = UserId(1);

    fn window(after: i64, events: &[i64], own: &[i64]) -> Window {
        let mut window = Window::at(Seq(after));
        for seq in after + 1..=after + (events.len() + own.len()) as i64 {
            window.take(if own.contains(&seq) { own_event(seq) } else { event(seq) });
        }
        window
    }

    fn check(told: Unread, read: i64, window: &Window, expected: i64) {
        assert_eq!(count(&told, Seq(read), window, None, (ME, Event::counts_for)), expected);
    }

    #[test]
    fn own_events_do_not_count() {
        check(unread(0, 0, 0), 0, &window(0, &[1, 3], &[2]), 2);
    }

    #[test]
    fn what_came_after_the_servers_figure_is_added() {
        check(unread(7, 3, 20), 3, &window(20, &[21, 22], &[]), 9);
    }

    #[test]
    fn what_is_still_to_come_is_known_from_the_figure() {
        check(unread(5, 15, 20), 15, &window(15, &[16, 17], &[]), 5);
        check(unread(5, 15, 20), 17, &window(15, &[16, 17], &[]), 3);
    }

    #[test]
    fn reading_beyond_the_figure_leaves_what_came_later() {
        check(unread(7, 3, 20), 21, &window(20, &[21, 22], &[]), 1);
        check(unread(100, 3, 20), 10, &window(20, &[21], &[]), 101);
    }

    #[test]
    fn what_is_read_before_a_gap_is_known_to_be_read() {
        let (newer, older) = (window(40, &[41, 42], &[]), window(10, &[11, 12, 14], &[13]));
        for (read, expected) in [(10, 32), (12, 30), (14, 29), (42, 0)] {
            let counted = count(&unread(32, 10, 42), Seq(read), &newer, Some(&older), (ME, Event::counts_for));
            assert_eq!(counted, expected, "read up to {read}");
        }
    }

    #[test]
    fn an_older_figure_is_taken_only_if_the_rest_is_held() {
        let held = window(20, &[21, 22], &[]);
        assert!(is_better(&unread(0, 3, 21), &unread(0, 3, 22), &held));
        assert!(!is_better(&unread(0, 3, 19), &unread(0, 3, 22), &held));
        assert!(!is_better(&unread(0, 2, 30), &unread(0, 3, 22), &held));
    }
}
