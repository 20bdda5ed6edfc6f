//! The part of one room's log that is held. Rule: contiguous, always: whatever comes is joined on, dropped or kept aside,
//! and what a page claims is taken up to its first hole only.

use wire::{Event, HistoryPage, Seq, Span};

use crate::ordered::{self, Map};

/// Events kept aside because something before them is missing.
const AHEAD_MAX: usize = 200;

/// Everything after `after` up to `position` that this member may see.
#[derive(Clone, Debug, Default)]
pub(crate) struct Window {
    after: Seq,
    position: Seq,
    events: Map<Seq, Event>,
    ahead: Map<Seq, Event>,
}

/// What an event or a page brought.
#[derive(Clone, Debug, Default)]
pub(crate) struct Joined {
    /// Events at the new end, in order.
    pub newer: Vec<Seq>,
    /// Events at the old end, in order.
    pub older: Vec<Seq>,
    /// Whether what was held before is gone, because the page lies beyond a hole.
    pub replaced: bool,
    /// That is what it was.
    pub old: Option<Box<Window>>,
}

impl Joined {
    #[cfg(test)]
    fn is_nothing(&self) -> bool {
        self.newer.is_empty() && self.older.is_empty() && !self.replaced
    }
}

impl Window {
    /// An empty one at a position.
    pub fn at(position: Seq) -> Self {
        Self { after: position, position, ..Self::default() }
    }

    /// The position before the first one held.
    pub fn after(&self) -> Seq {
        self.after
    }

    /// The last position up to which nothing is missing.
    pub fn position(&self) -> Seq {
        self.position
    }

    /// The events, in order.
    pub fn events(&self) -> &Map<Seq, Event> {
        &self.events
    }

    /// One of them, to be changed in place.
    pub fn event_mut(&mut self, seq: Seq) -> Option<&mut Event> {
        self.events.get_mut(&seq)
    }

    /// The same, to be changed in place.
    pub fn events_mut(&mut self) -> impl Iterator<Item = &mut Event> {
        self.events.values_mut()
    }

    /// Takes an event that happened just now: the next one is joined on, an older one dropped, a later one kept aside.
    pub fn take(&mut self, event: Event) -> Joined {
        let mut joined = Joined::default();
        if event.seq == self.position.next() {
            self.push(event, &mut joined);
            self.drain_ahead(&mut joined);
        } else if event.seq > self.position && (self.ahead.len() < AHEAD_MAX || self.ahead.contains_key(&event.seq)) {
            self.ahead.insert(event.seq, event);
        }
        joined
    }

    /// Takes a page: what continues or precedes the window is joined on; a page beyond a hole replaces it.
    pub fn join(&mut self, page: HistoryPage) -> Joined {
        let (after, events, to) = contiguous(page);
        let mut joined = Joined::default();
        if to <= after || after.0 < 0 {
            return joined;
        }
        if after > self.position {
            let ahead = std::mem::take(&mut self.ahead);
            joined.old = Some(Box::new(std::mem::replace(self, Self { ahead, ..Self::at(after) })));
            joined.replaced = true;
        } else if to < self.after {
            return joined;
        }
        for event in events {
            if event.seq > self.position {
                self.push(event, &mut joined);
            } else if event.seq <= self.after {
                joined.older.push(event.seq);
                self.events.insert(event.seq, event);
            }
        }
        self.after = self.after.min(after);
        self.position = self.position.max(to);
        self.drain_ahead(&mut joined);
        joined
    }

    /// Takes an older one that reaches up to this one, or into it.
    pub fn precede(&mut self, older: Self) {
        for (seq, event) in older.events.into_pairs() {
            if seq <= self.after {
                self.events.insert(seq, event);
            }
        }
        self.after = self.after.min(older.after);
    }

    /// The end of it as a page, at most so many events: what comes before it, the events, and the positions without one.
    pub fn tail(&self, events_max: usize) -> (Seq, Vec<Event>, Vec<Span>) {
        let mut skip = self.events.len().saturating_sub(events_max);
        let (mut after, mut held) = (self.after, self.after);
        let (mut events, mut hidden) = (Vec::new(), Vec::new());
        for (seq, event) in self.events.iter() {
            if skip > 0 {
                skip = skip.saturating_sub(1);
                after = *seq;
            } else {
                hide(held, *seq, &mut hidden);
                events.push(event.clone());
            }
            held = *seq;
        }
        hide(held, self.position.next(), &mut hidden);
        (after, events, hidden)
    }

    /// What waits beyond a hole is not believed any more.
    pub fn forget_ahead(&mut self) {
        self.ahead.clear();
    }

    fn push(&mut self, event: Event, joined: &mut Joined) {
        self.position = event.seq;
        joined.newer.push(event.seq);
        self.events.insert(event.seq, event);
    }

    fn drain_ahead(&mut self, joined: &mut Joined) {
        while self.ahead.first().is_some_and(|first| first <= self.position.next())
            && let Some((_, event)) = self.ahead.pop_first()
        {
            if event.seq > self.position {
                self.push(event, joined);
            }
        }
    }

    /// Forgets the oldest events beyond `most`, and a tenth more, so that it does not happen with every event.
    pub fn trim(&mut self, most: usize) {
        if self.events.len() <= most {
            return;
        }
        while self.events.len() > most.saturating_sub(most / 10)
            && let Some((seq, _)) = self.events.pop_first()
        {
            self.after = seq;
        }
    }
}

/// Between two positions that are held next to each other, nothing may be seen.
fn hide(after: Seq, before: Seq, hidden: &mut Vec<Span>) {
    if after.next() < before {
        hidden.push(Span { from: after.next(), to: Seq(before.0.saturating_sub(1)) });
    }
}

/// The page's contiguous beginning: what it begins after, its events in order, and the last position it covers.
fn contiguous(page: HistoryPage) -> (Seq, Vec<Event>, Seq) {
    let (after, to) = (page.after, page.to);
    let mut sorted = ordered::map(page.events.into_iter().filter(|e| e.room == page.room).map(|e| (e.seq, e)));
    let mut hidden = page.hidden;
    ordered::sort(&mut hidden, |span| span.from);
    let (mut events, mut hidden, mut position) =
        (Vec::with_capacity(sorted.len()), hidden.into_iter().peekable(), after);
    while position < to {
        let next = position.next();
        if let Some(event) = sorted.remove(&next) {
            events.push(event);
            position = next;
            continue;
        }
        while hidden.next_if(|span| span.to < next).is_some() {}
        match hidden.next_if(|span| span.from <= next) {
            Some(span) => position = span.to.min(to),
            None => break,
        }
    }
    (after, events, position)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{event, page};
    use wire::{RoomId, Span};

    fn seqs(window: &Window) -> Vec<i64> {
        window.events().keys().map(|seq| seq.0).collect()
    }

    fn holding(seqs: std::ops::RangeInclusive<i64>) -> Window {
        let mut window = Window::at(Seq(seqs.start() - 1));
        window.join(page(seqs));
        window
    }

    #[test]
    fn the_next_event_is_joined_on_and_an_older_one_dropped() {
        let mut window = holding(1..=3);
        assert_eq!(window.take(event(4)).newer, [Seq(4)]);
        assert!(window.take(event(4)).is_nothing());
        assert!(window.take(event(1)).is_nothing());
        assert_eq!((seqs(&window), window.position()), (vec![1, 2, 3, 4], Seq(4)));
    }

    #[test]
    fn an_event_beyond_a_hole_waits_until_the_hole_is_filled() {
        let mut window = holding(1..=3);
        assert!(window.take(event(6)).is_nothing());
        assert_eq!(window.position(), Seq(3));
        assert_eq!(window.join(page(4..=5)).newer, [Seq(4), Seq(5), Seq(6)]);
        assert_eq!(window.position(), Seq(6));
    }

    #[test]
    fn what_waits_beyond_a_hole_is_bounded() {
        let mut window = holding(1..=3);
        for seq in 0..10_000 {
            window.take(event(i64::MAX - seq));
        }
        assert_eq!(window.ahead.len(), AHEAD_MAX);
    }

    #[test]
    fn a_page_that_overlaps_is_joined_on_both_sides() {
        let mut window = holding(10..=20);
        let joined = window.join(page(5..=25));
        assert_eq!((joined.older.len(), joined.newer.len(), joined.replaced), (5, 5, false));
        assert_eq!(seqs(&window), (5..=25).collect::<Vec<_>>());
        assert_eq!((window.after(), window.position()), (Seq(4), Seq(25)));
    }

    #[test]
    fn a_page_beyond_a_hole_replaces_and_one_before_a_hole_is_ignored() {
        let mut window = holding(10..=20);
        assert!(window.join(page(1..=5)).is_nothing());
        let joined = window.join(page(30..=31));
        assert!(joined.replaced);
        assert_eq!((seqs(&window), window.after()), (vec![30, 31], Seq(29)));
    }

    #[test]
    fn a_page_is_believed_up_to_its_first_hole() {
        let mut window = holding(1..=3);
        let mut holed = page(4..=9);
        holed.events.retain(|event| event.seq != Seq(6));
        assert_eq!(window.join(holed).newer, [Seq(4), Seq(5)]);
        assert_eq!(window.position(), Seq(5));
    }

    #[test]
    fn hidden_positions_are_no_hole() {
        let mut window = holding(1..=3);
        let mut partly = page(4..=9);
        partly.events.retain(|event| !(5..=7).contains(&event.seq.0));
        partly.hidden = vec![Span { from: Seq(5), to: Seq(7) }];
        assert_eq!(window.join(partly).newer, [Seq(4), Seq(8), Seq(9)]);
        let mut all_hidden = page(10..=20);
        all_hidden.events.clear();
        all_hidden.hidden = vec![Span { from: Seq(1), to: Seq(20) }];
        assert!(window.join(all_hidden).is_nothing());
        assert_eq!(window.position(), Seq(20));
    }

    #[test]
    fn nonsense_changes_nothing_and_does_not_panic() {
        let mut window = holding(1..=3);
        let span = |from, to| Span { from: Seq(from), to: Seq(to) };
        for (after, to, hidden) in [
            (i64::MIN, i64::MAX, vec![]),
            (i64::MAX, i64::MIN, vec![span(1, 0)]),
            (3, i64::MAX, vec![span(i64::MAX, i64::MIN), span(9, 12)]),
            (-5, -1, vec![span(-9, 90)]),
        ] {
            let mut nonsense = page(2..=3);
            (nonsense.after, nonsense.to, nonsense.hidden) = (Seq(after), Seq(to), hidden);
            assert!(window.join(nonsense).is_nothing());
        }
        let mut elsewhere = page(4..=5);
        elsewhere.events.iter_mut().for_each(|event| event.room = RoomId(99));
        assert!(window.join(elsewhere).is_nothing());
        assert_eq!(seqs(&window), [1, 2, 3]);
    }

    #[test]
    fn an_older_part_precedes_up_to_the_end_of_this_one() {
        for older_to in [9, 15, 25] {
            let (mut window, older) = (holding(10..=20), holding(1..=older_to));
            window.precede(older);
            assert_eq!(seqs(&window), (1..=20).collect::<Vec<_>>(), "up to {older_to}");
            assert_eq!((window.after(), window.position()), (Seq(0), Seq(20)));
        }
    }

    #[test]
    fn a_tail_is_a_page_that_makes_the_same_window() {
        let mut window = Window::at(Seq(2));
        let mut holed = page(3..=14);
        holed.events.retain(|event| ![4, 5, 9, 13, 14].contains(&event.seq.0));
        holed.hidden = [(4, 5), (9, 9), (13, 14)].map(|(from, to)| Span { from: Seq(from), to: Seq(to) }).to_vec();
        window.join(holed);
        for (most, expected) in [(99, vec![3, 6, 7, 8, 10, 11, 12]), (4, vec![8, 10, 11, 12]), (0, vec![])] {
            let (after, events, hidden) = window.tail(most);
            let mut again = Window::at(after);
            again.join(HistoryPage { after, to: Seq(14), events, hidden, ..page(1..=1) });
            assert_eq!((seqs(&again), again.position()), (expected, Seq(14)), "{most}");
        }
    }

    #[test]
    fn trimming_forgets_the_old_end() {
        let mut window = holding(1..=200);
        window.trim(200);
        assert_eq!(window.events().len(), 200);
        window.take(event(201));
        window.trim(200);
        assert_eq!((window.events().len(), window.after(), window.position()), (180, Seq(21), Seq(201)));
    }
}
