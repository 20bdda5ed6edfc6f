//! Pages of the log. Rule: a page is contiguous: every position it covers is in it or named as hidden, and it is bounded
//! by events and by bytes (C6, C11).

use crate::{
    Chat, Error, Viewer,
    fanout::members::Interval,
    store::{
        Tx,
        events::{self, View},
    },
};
use std::io;
use wire::{
    Code, Event, HistoryPage, RoomId, Seq, Span,
    limits::{PAGE_BYTES_MAX, PAGE_EVENTS_MAX},
};

/// Events that are read at once as long as nothing is known of their size.
const FIRST_READ_EVENTS: usize = 64;

/// Which part of a room's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// The last events.
    Latest,
    /// The last events before this position.
    Before(Seq),
    /// The first events after this position.
    After(Seq),
    /// The events around this position.
    Around(Seq),
}

impl Chat {
    /// A part of the log, at most `limit` events ([`PAGE_EVENTS_MAX`]) and [`PAGE_BYTES_MAX`] bytes of JSON.
    ///
    /// # Errors
    /// `not_found` for strangers; `seq_beyond_head` for [`Page::After`] a position that does not exist.
    pub async fn history(&self, viewer: &Viewer, room: RoomId, page: Page, limit: usize) -> Result<HistoryPage, Error> {
        // Not one transaction: what lies below the head that was read first never changes.
        let mut tx = self.inner.store.read_once().await?;
        let view = events::view(&mut tx, room, viewer.user).await?.ok_or(Code::NotFound)?;
        if matches!(page, Page::After(seq) if seq > view.head) {
            return Err(Code::SeqBeyondHead.into());
        }
        Ok(read(&mut tx, room, &view, page, limit).await?)
    }
}

/// Reads a page for somebody who sees `view`.
pub(crate) async fn read(
    tx: &mut Tx,
    room: RoomId,
    view: &View,
    page: Page,
    limit: usize,
) -> sqlx::Result<HistoryPage> {
    let limit = limit.clamp(1, PAGE_EVENTS_MAX);
    let head = view.head;
    let (after, to, events) = match page {
        Page::Latest => before(tx, room, view, head, limit, PAGE_BYTES_MAX).await?,
        Page::Before(seq) => before(tx, room, view, Seq(seq.0.clamp(1, head.0 + 1) - 1), limit, PAGE_BYTES_MAX).await?,
        Page::After(seq) => after(tx, room, view, Seq(seq.0.clamp(0, head.0)), limit, PAGE_BYTES_MAX).await?,
        Page::Around(seq) => {
            let middle = Seq(seq.0.clamp(0, head.0));
            let half = (limit / 2 + 1, PAGE_BYTES_MAX / 2);
            let (start, _, mut events) = before(tx, room, view, middle, half.0.min(limit), half.1).await?;
            let rest = limit.saturating_sub(events.len());
            let (_, to, later) = after(tx, room, view, middle, rest, half.1).await?;
            events.extend(later);
            (start, to, events)
        }
    };
    let hidden = view.hidden(after, to);
    Ok(HistoryPage { room, after, to, events, hidden, first: view.first(), head })
}

type Part = (Seq, Seq, Vec<Event>);

/// The last visible events up to `to`.
async fn before(tx: &mut Tx, room: RoomId, view: &View, to: Seq, limit: usize, bytes_max: usize) -> sqlx::Result<Part> {
    let mut budget = Budget { events: limit, bytes: bytes_max, read: 0, read_bytes: 0 };
    let mut events: Vec<Event> = Vec::new();
    for span in view.visible(Seq(1), to).into_iter().rev() {
        let mut end = span.to;
        while end >= span.from && budget.is_open() {
            let read = events::between(tx, room, view, (span.from, end), budget.next_read(), true).await?;
            let Some(first) = read.first() else { break };
            end = Seq(first.seq.0 - 1);
            events.extend(read.into_iter().rev().take_while(|event| budget.take(event)));
        }
    }
    events.reverse();
    let after = events.first().map_or(to.min(Seq(view.first().0 - 1)), |event| Seq(event.seq.0 - 1));
    Ok((after, to, events))
}

/// The first visible events after `after`.
async fn after(
    tx: &mut Tx,
    room: RoomId,
    view: &View,
    after: Seq,
    limit: usize,
    bytes_max: usize,
) -> sqlx::Result<Part> {
    let mut budget = Budget { events: limit, bytes: bytes_max, read: 0, read_bytes: 0 };
    let mut events: Vec<Event> = Vec::new();
    for span in view.visible(after.next(), view.head) {
        let mut start = span.from;
        while start <= span.to && budget.is_open() {
            let read = events::between(tx, room, view, (start, span.to), budget.next_read(), false).await?;
            let Some(last) = read.last() else { break };
            start = last.seq.next();
            events.extend(read.into_iter().take_while(|event| budget.take(event)));
        }
    }
    let last = events.last().map_or(after, |event| event.seq);
    let to = if view.visible(last.next(), view.head).is_empty() { view.head } else { last };
    Ok((after, to, events))
}

impl View {
    /// The first position that the person may see.
    pub(crate) fn first(&self) -> Seq {
        self.intervals.first().map_or(Seq(1), |interval| interval.from)
    }

    /// Whether the person may see this position, and it exists.
    pub(crate) fn holds(&self, seq: Seq) -> bool {
        seq <= self.head && !self.visible(seq, seq).is_empty()
    }

    /// What the person may see of the positions `from` to `to`.
    fn visible(&self, from: Seq, to: Seq) -> Vec<Span> {
        let within =
            |interval: &Interval| Span { from: interval.from.max(from), to: interval.to.unwrap_or(to).min(to) };
        self.intervals.iter().map(within).filter(|span| span.from <= span.to).collect()
    }

    /// What the person may not see of the positions after `after`, up to `to`.
    fn hidden(&self, after: Seq, to: Seq) -> Vec<Span> {
        let mut hidden = Vec::new();
        let mut next = after.next();
        for span in self.visible(next, to) {
            if next < span.from {
                hidden.push(Span { from: next, to: Seq(span.from.0 - 1) });
            }
            next = span.to.next();
        }
        if next <= to {
            hidden.push(Span { from: next, to });
        }
        hidden
    }
}

/// What a page may still take.
struct Budget {
    events: usize,
    bytes: usize,
    read: usize,
    read_bytes: usize,
}

impl Budget {
    fn is_open(&self) -> bool {
        self.events > 0 && self.bytes > 0
    }

    /// Takes the event if there is room for it; the first event always is taken, whatever its size.
    fn take(&mut self, event: &Event) -> bool {
        let size_bytes = json_bytes(event);
        if self.events == 0 || (self.read > 0 && size_bytes > self.bytes) {
            self.bytes = 0;
            return false;
        }
        self.events -= 1;
        self.bytes = self.bytes.saturating_sub(size_bytes);
        self.read += 1;
        self.read_bytes += size_bytes;
        true
    }

    /// How many events to read so that neither many large ones are read in vain nor many small ones one by one.
    fn next_read(&self) -> usize {
        let fitting = match self.read_bytes.checked_div(self.read) {
            Some(average_bytes) => self.bytes / average_bytes.max(1) + 1,
            None => FIRST_READ_EVENTS,
        };
        fitting.min(self.events)
    }
}

fn json_bytes(event: &Event) -> usize {
    struct Count(usize);
    impl io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut count = Count(0);
    // Counting cannot fail, and events are valid JSON.
    let _ = serde_json::to_writer(&mut count, event);
    count.0 + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use wire::{Cid, EventKind, Message, MessageType, Person, Time, UserId};

    fn view(head: i64, intervals: &[(i64, Option<i64>)]) -> View {
        let interval =
            |(from, to): &(i64, Option<i64>)| Interval { user: UserId(1), from: Seq(*from), to: to.map(Seq) };
        View { head: Seq(head), intervals: intervals.iter().map(interval).collect() }
    }

    fn spans(spans: Vec<Span>) -> Vec<(i64, i64)> {
        spans.into_iter().map(|span| (span.from.0, span.to.0)).collect()
    }

    #[test]
    fn what_is_not_visible_is_named_as_hidden() {
        let view = view(20, &[(3, Some(5)), (9, Some(9)), (15, None)]);
        assert_eq!(spans(view.hidden(Seq(0), Seq(20))), [(1, 2), (6, 8), (10, 14)]);
        assert_eq!(spans(view.hidden(Seq(3), Seq(7))), [(6, 7)]);
        assert_eq!(spans(view.visible(Seq(4), Seq(16))), [(4, 5), (9, 9), (15, 16)]);
        assert!(view.hidden(Seq(14), Seq(20)).is_empty());
        assert!(view.hidden(Seq(20), Seq(20)).is_empty());
    }

    fn event(content: usize) -> Event {
        Event {
            room: RoomId(1),
            seq: Seq(1),
            cid: Cid::from_bytes([1; 16]),
            kind: EventKind::Message,
            author: Person { id: UserId(1), username: "ann".into(), display_name: "Ann".into(), ..Person::default() },
            at: Time(0),
            message: Some(Message::new(MessageType::Text, "x".repeat(content))),
            target: None,
            about: None,
            mentions: Vec::new(),
        }
    }

    #[test]
    fn a_page_is_bounded_by_bytes_but_never_empty_for_it() {
        let mut budget = Budget { events: 200, bytes: 1_000, read: 0, read_bytes: 0 };
        assert!(budget.take(&event(5_000)));
        assert!(!budget.is_open());
        let mut budget = Budget { events: 200, bytes: 1_000, read: 0, read_bytes: 0 };
        assert!(budget.take(&event(300)));
        assert!(!budget.take(&event(800)));
        assert!(!budget.is_open());
    }

    proptest! {
        #[test]
        fn hidden_and_visible_make_up_the_page(
            steps in prop::collection::vec((1..5_i64, 0..5_i64), 1..6),
            after in 0..20_i64,
            length in 0..30_i64,
        ) {
            let mut from = 0;
            let mut intervals = Vec::new();
            for (gap, more) in steps {
                from += gap;
                intervals.push((from, Some(from + more)));
                from += more + 1;
            }
            let view = view(100, &intervals);
            let (after, to) = (Seq(after), Seq(after + length));
            let mut all = view.hidden(after, to);
            all.extend(view.visible(after.next(), to));
            all.sort_by_key(|span| span.from);
            let covered: Vec<i64> = all.iter().flat_map(|span| span.from.0..=span.to.0).collect();
            prop_assert_eq!(covered, (after.0 + 1..=to.0).collect::<Vec<_>>());
        }
    }
}
