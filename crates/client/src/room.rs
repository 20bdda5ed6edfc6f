//! One room as this client knows it: its row, the held part of its log, cursors and unread. Rule: everything that comes
//! from the server (row, page, event, ack, figure) is merged here, in any order and any number of times.

use wire::limits::{FIRST_PAGE_EVENTS, PAGE_EVENTS_MAX};
use wire::{
    CursorState, Event, EventKind, HistoryPage, Level, Person, RoomId, RoomKind, RoomSummary, Seq, Tally, Time, Unread,
    UserId,
};

use crate::cursors::Cursors;
use crate::marks::Marks;
use crate::older::Fetch;
use crate::unread::{self, Counts};
use crate::window::{Joined, Window};

/// Events held of a room that is not open.
const CLOSED_EVENTS_MAX: usize = 200;
/// Events held of the open room: two thousand that were scrolled to, and one page more.
pub(crate) const OPEN_EVENTS_MAX: usize = 2_200;

/// See the module.
#[derive(Clone, Debug)]
pub(crate) struct Room {
    pub me: UserId,
    pub id: RoomId,
    pub kind: RoomKind,
    pub title: String,
    pub peer: Option<Person>,
    pub about: Option<String>,
    pub writable: bool,
    pub archived: bool,
    /// How much of it the user wants to hear.
    pub level: Level,
    pub first: Seq,
    /// The highest position known to exist.
    pub head: Seq,
    pub last: Option<Event>,
    pub active_at: Time,
    pub window: Window,
    pub cursors: Cursors,
    pub marks: Marks,
    pub fetch: Fetch,
    /// What is held from before a gap.
    pub excerpt: Option<Window>,
    /// The request for the first page of the gap.
    pub filling: Fetch,
    /// Up to here a first view told what there is: it is no news to anybody.
    pub quiet: Seq,
    /// The first of the events that came with this input, if any did.
    pub arrived: Seq,
    /// The last event of which the user was notified, if that is not read yet.
    pub notified: Seq,
    told: Unread,
    /// Title, members and whether the room is open are known as of this position.
    row: Seq,
    /// Whether something else than a message came with this input.
    pub changed: bool,
    /// What the row says may have changed unheard: it is asked for, once nothing else is missing.
    pub row_wanted: bool,
    doubted: bool,
    leapt: bool,
}

impl Room {
    /// A room of which nothing is held yet. What its user's devices do not hold is missed and will be asked for, but
    /// not more than a first page of it.
    pub fn new(summary: RoomSummary, me: UserId) -> Self {
        let delivered = summary.cursors.iter().find(|state| state.user == me).map_or(Seq(0), |state| state.delivered);
        let start = delivered.max(start_of_last_page(summary.head, summary.first)).min(summary.head);
        let mut room = Self {
            me,
            id: summary.id,
            kind: summary.kind,
            title: String::new(),
            peer: None,
            about: None,
            writable: summary.writable,
            archived: summary.archived,
            level: summary.level,
            first: summary.first,
            head: summary.head,
            last: None,
            active_at: summary.active_at,
            window: Window::at(start),
            cursors: Cursors::default(),
            marks: Marks::default(),
            fetch: Fetch::default(),
            excerpt: None,
            filling: Fetch::default(),
            quiet: summary.head,
            arrived: Seq(0),
            notified: Seq(0),
            told: summary.unread,
            row: Seq(0),
            changed: false,
            row_wanted: false,
            doubted: false,
            leapt: false,
        };
        room.update(summary);
        room
    }

    /// What is unread here came just now, with the room: the user is told of it, and it is asked for though another device
    /// may hold it.
    pub fn announce(&mut self) {
        let read = self.read();
        if self.unread() > 0 {
            self.quiet = read;
            self.window = Window::at(read.max(start_of_last_page(self.head, self.first)).min(self.head));
        }
    }

    /// Takes a newer row. Whether cursors moved.
    pub fn update(&mut self, summary: RoomSummary) -> bool {
        // One that was read before something that is known here does not say how the room stands now.
        self.row_wanted = summary.head < self.row;
        if !self.row_wanted {
            (self.kind, self.title, self.peer) = (summary.kind, summary.title, summary.peer);
            (self.about, self.writable) = (summary.about, summary.writable);
            (self.archived, self.level) = (summary.archived, summary.level);
        }
        self.first = summary.first;
        self.see_head(summary.head);
        self.active_at = self.active_at.max(summary.active_at);
        if let Some(last) = summary.last.filter(|last| last.room == self.id) {
            self.see_last(&last);
        }
        let is_named = summary.cursors.iter().any(|state| state.user == self.me);
        let moved = self.merge_all(&summary.cursors, summary.head);
        // A row that this browser kept counts from where the user had read to, which the server may not know yet.
        moved | if is_named { self.take_figure(summary.unread) } else { self.tell_unread(summary.unread) }
    }

    /// Takes everybody's cursors, as they were when the log ended at `head`. Whether anything moved.
    pub fn merge_all(&mut self, cursors: &[CursorState], head: Seq) -> bool {
        // What was counted before may be outdated; while it matters it is counted again every second.
        let mut moved = self.cursors.count(Tally::default());
        if head >= self.row {
            self.row = head;
            moved |= self.cursors.keep_only(&|user| cursors.iter().any(|state| state.user == user));
        }
        cursors.iter().fold(moved, |moved, state| self.cursors.merge(state, self.me) | moved)
    }

    /// Takes an event that happened now.
    pub fn take(&mut self, event: Event) -> Joined {
        self.see_head(event.seq);
        let joined = self.window.take(event);
        self.after_joining(&joined);
        joined
    }

    /// Takes a page of the log.
    pub fn join(&mut self, page: HistoryPage) -> Joined {
        self.see_head(page.head);
        if page.after > self.window.position() {
            self.rebase_unread();
        }
        let mut joined = self.window.join(page);
        if let Some(old) = joined.old.take() {
            self.set_aside(*old);
        }
        self.unite();
        self.see_head(self.window.position());
        self.after_joining(&joined);
        joined
    }

    /// Too much is missing: sets aside what is held and starts with the last page. Whether that may help: after a leap that
    /// brought nothing another one will not.
    pub fn leap(&mut self, head: Seq) -> bool {
        self.rebase_unread();
        self.see_head(head);
        let window = Window::at(start_of_last_page(head, self.first));
        let may_help =
            !self.leapt && (window.after(), window.position()) != (self.window.after(), self.window.position());
        let old = std::mem::replace(&mut self.window, window);
        self.set_aside(old);
        if self.excerpt.is_none() {
            self.fetch = Fetch::Idle;
        }
        (self.leapt, self.row_wanted) = (true, true);
        may_help
    }

    fn after_joining(&mut self, joined: &Joined) {
        let Some(newest) = joined.newer.last().copied() else { return };
        let mut newer = joined.newer.iter().rev().filter_map(|seq| self.window.events().get(seq));
        if let Some(last) = newer.find(|event| event.kind.is_shown()).cloned() {
            self.see_last(&last);
        }
        (self.doubted, self.leapt) = (false, false);
        for seq in &joined.newer {
            let Some(event) = self.window.events().get(seq) else { continue };
            // What a first view contains was sent before: the server's cursor says what came of it.
            let own = *seq > self.quiet && event.author.id == self.me;
            // Sending says that the user has read what came before only if that was so (SPEC 6).
            if own
                && self.covers(self.read())
                && unread::counting(&self.window, self.read(), *seq, (self.me, Event::counts_for)) == 0
            {
                self.marks.read_up_to(*seq);
            }
            if event.kind == EventKind::Message || !event.kind.is_shown() || *seq <= self.row {
                continue;
            }
            self.changed = true;
            let about = event.about.as_ref().map_or(event.author.id, |about| about.id);
            match event.kind {
                EventKind::Joined => self.cursors.join(about, *seq, self.me),
                EventKind::Left | EventKind::Removed => _ = self.cursors.keep_only(&|user| user != about),
                EventKind::Renamed => {
                    self.title = event.message.as_ref().map_or_else(String::new, |said| said.content.clone());
                }
                EventKind::Archived | EventKind::Reopened => {
                    self.archived = event.kind == EventKind::Archived;
                    self.writable = !self.archived;
                }
                _ => {}
            }
        }
        self.row = self.row.max(newest);
    }

    fn see_last(&mut self, event: &Event) {
        // A row may have been read before what is folded into the last line here.
        let is_newer = |last: &Event| (last.seq, changed(last)) <= (event.seq, changed(event));
        if event.kind.is_shown() && self.last.as_ref().is_none_or(is_newer) {
            self.active_at = self.active_at.max(event.at);
            self.last = Some(event.clone());
        }
    }

    /// Learns that a position exists.
    pub fn see_head(&mut self, head: Seq) {
        self.head = self.head.max(head);
    }

    /// The server had nothing more after what is held. Whether to doubt that; the second time the head is corrected.
    pub fn doubt_head(&mut self) -> bool {
        self.doubted = !self.doubted;
        if !self.doubted {
            self.head = self.window.position();
            self.window.forget_ahead();
        }
        self.doubted
    }

    /// Whether the server has more than is held.
    pub fn is_behind(&self) -> bool {
        self.window.position() < self.head
    }

    /// Whether there is something to ask about.
    pub fn is_missing_something(&self) -> bool {
        self.is_behind() || self.row_wanted
    }

    /// Whether more exists before what is held.
    pub fn has_older(&self) -> bool {
        self.oldest().after() >= self.first.max(Seq(1))
    }

    /// Whether all positions after this one, as far as the window goes, are held.
    pub fn covers(&self, after: Seq) -> bool {
        self.window.after() <= after
    }

    /// How far the user has read: by the server's word, or here and perhaps not told yet.
    pub fn read(&self) -> Seq {
        self.cursors.mine().read.max(self.marks.read())
    }

    /// The user has read up to here, as far as it is held. Whether that is news.
    pub fn read_up_to(&mut self, seq: Seq) -> bool {
        let seq = seq.min(self.window.position());
        let news = seq > self.read();
        if news {
            self.marks.read_up_to(seq);
        }
        news
    }

    /// Others' messages that are not read.
    pub fn unread(&self) -> i64 {
        self.count(self.told.count, Event::counts_for)
    }

    /// Those of them that mention the user.
    pub fn mentions(&self) -> i64 {
        self.count(self.told.mentions, Event::mentions)
    }

    fn count(&self, told: i64, counts: Counts) -> i64 {
        let figure = Unread { count: told, ..self.told };
        unread::count(&figure, self.read(), &self.window, self.excerpt.as_ref(), (self.me, counts))
    }

    /// What of the unread the user is to be told of, by the room's level.
    pub fn loud(&self) -> i64 {
        match self.level {
            Level::Mentions => self.mentions(),
            Level::None => 0,
            _ => self.unread(),
        }
    }

    /// Takes the server's figure. Whether it is taken.
    pub fn tell_unread(&mut self, told: Unread) -> bool {
        let state = CursorState { user: self.me, delivered: Seq(0), read: told.read, joined: Seq(0) };
        let moved = self.cursors.merge(&state, self.me);
        self.take_figure(told) | moved
    }

    fn take_figure(&mut self, told: Unread) -> bool {
        let better = unread::is_better(&told, &self.told, &self.window);
        let news = better && told != self.told;
        if better {
            self.told = told;
        }
        news
    }

    /// What is known about unread now, as a figure.
    pub fn figure(&self) -> Unread {
        let as_of = self.told.as_of.max(self.window.position());
        Unread { count: self.unread(), read: self.read(), as_of, mentions: self.mentions() }
    }

    /// Events are about to be forgotten: what they say about unread is kept as a figure.
    pub fn rebase_unread(&mut self) {
        self.told = self.figure();
    }

    /// Whether no further page fits into the room's share of memory.
    pub fn is_full(&self) -> bool {
        self.events_held().saturating_add(PAGE_EVENTS_MAX) > OPEN_EVENTS_MAX
    }

    /// Keeps within the room's share of memory, the oldest going first. Whether something was forgotten.
    pub fn trim(&mut self, is_open: bool) -> bool {
        let most = if is_open { OPEN_EVENTS_MAX } else { CLOSED_EVENTS_MAX };
        let over = self.events_held() > most;
        if over {
            self.rebase_unread();
            let newer = self.window.events().len();
            if let Some(excerpt) = &mut self.excerpt {
                excerpt.trim(most.saturating_sub(newer));
            }
            self.excerpt.take_if(|excerpt| excerpt.events().is_empty());
            self.window.trim(most);
            // What is asked for would not be the page before what is held now.
            self.fetch = Fetch::Idle;
        }
        over
    }
}

fn changed(event: &Event) -> Seq {
    event.message.as_ref().map(|message| message.changed).unwrap_or_default()
}

/// The position before the last page of a log that ends at `head`.
fn start_of_last_page(head: Seq, first: Seq) -> Seq {
    let page = i64::try_from(FIRST_PAGE_EVENTS).unwrap_or(i64::MAX);
    Seq(head.0.saturating_sub(page).max(first.0.saturating_sub(1)).max(0))
}
