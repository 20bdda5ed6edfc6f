//! What is on the screen, as signals: one for each list, one for each row, one for the rest. Rule: filled from the client core
//! only; each of its changes draws as little as it can. Few types of signals: each costs the browser some kilobytes of code.

mod inbox;

use crate::{
    arrange::{self, Mark, Missing, Place},
    browser,
    clock::Clock,
    rows::{Row, merged},
};
use client::{
    Change, Client, GapState, Line, LinkView, Older, PresenceView, RoomView, Tick,
    ordered::{self, Map},
};
use leptos::prelude::*;
use std::time::Duration;
use wire::{Cid, Inbox, Person, RoomId, Seq, UserId};

/// One thing in the list of conversations.
#[derive(Clone)]
pub enum Entry {
    /// A room.
    Room(Row<RoomId, RoomView>),
    /// A connected person without a room.
    Person(Person),
}

/// One thing in a conversation.
#[derive(Clone)]
pub enum Item {
    /// What there is before the first message.
    Beginning,
    /// A day begins.
    Day(i64),
    /// "New messages".
    New,
    /// Messages are missing within the conversation.
    Gap,
    /// Messages are missing at the end of what is held.
    CatchingUp,
    /// A message.
    Line(Row<Cid, Line>),
}

/// What a thing is known by while it moves.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Key {
    /// A room.
    Room(RoomId),
    /// A person.
    Person(UserId),
    /// A day.
    Day(i64),
    /// There is one.
    Beginning,
    /// There is one.
    New,
    /// There is one.
    Gap,
    /// There is one.
    CatchingUp,
    /// A message.
    Line(Cid),
}

impl Entry {
    /// See [`Key`].
    pub fn key(&self) -> Key {
        match self {
            Self::Room(row) => Key::Room(row.key),
            Self::Person(person) => Key::Person(person.id),
        }
    }
}

impl Item {
    /// See [`Key`].
    pub fn key(&self) -> Key {
        match self {
            Self::Beginning => Key::Beginning,
            Self::Day(day) => Key::Day(*day),
            Self::New => Key::New,
            Self::Gap => Key::Gap,
            Self::CatchingUp => Key::CatchingUp,
            Self::Line(row) => Key::Line(row.key),
        }
    }
}

/// Everything that is there once.
#[derive(Clone)]
pub struct State {
    /// The connection.
    pub link: LinkView,
    /// What there is before the conversation's first line.
    pub older: Older,
    /// What is done about messages that are missing within it.
    pub gap: GapState,
    /// The rooms in which somebody types.
    pub typing: ordered::Set<RoomId>,
    /// Who is here.
    pub presence: Map<UserId, PresenceView>,
    /// Something that the server or the browser said.
    pub notice: String,
    /// What the screen reader said last.
    pub said: String,
    /// Whether this tab is the one that sends.
    pub leads: bool,
    /// Whether what the browser kept is here.
    pub kept: bool,
    /// Whether the browser would ask about notifications.
    pub asks: bool,
    /// Whether the page is here without anybody's conversations.
    pub nobody: bool,
}

/// What the signals are made of.
#[derive(Default)]
struct Parts {
    rooms: Vec<Row<RoomId, RoomView>>,
    /// The pointer moved over them: until then they keep their order. 0: it did not.
    held_until_ms: i64,
    /// Another order is due.
    is_late: bool,
    people: Vec<Person>,
    lines: Vec<Row<Cid, Line>>,
    divider: Option<Seq>,
    missing: Missing,
    arranged_ms: i64,
    early: u32,
    is_awaited: bool,
}

/// From one drawing of the conversation to the next.
const FRAME_MS: i64 = 16;
/// More lines than this, each within a frame of the one before, are a burst.
const BURST_LINES: u32 = 8;

/// The signals.
#[derive(Clone, Copy)]
pub struct Screen {
    /// The inbox: rooms, the last active first, then people.
    pub entries: RwSignal<Vec<Entry>>,
    /// The room on screen.
    pub open: RwSignal<Option<RoomId>>,
    /// The open room's conversation.
    pub items: RwSignal<Vec<Item>>,
    /// The rest.
    pub state: RwSignal<State>,
    /// How times are read.
    pub clock: RwSignal<Clock>,
    parts: StoredValue<Parts>,
}

impl Screen {
    /// The first view: the same on both sides.
    pub fn new(core: &Client, inbox: Inbox, open: Option<RoomId>, clock: Clock) -> Self {
        let state = State {
            link: core.link(),
            older: Older::default(),
            gap: GapState::More,
            typing: ordered::Set::new(),
            presence: Map::new(),
            notice: String::new(),
            said: String::new(),
            leads: false,
            kept: false,
            asks: false,
            nobody: false,
        };
        let screen = Self {
            entries: RwSignal::new(Vec::new()),
            open: RwSignal::new(open),
            items: RwSignal::new(Vec::new()),
            state: RwSignal::new(state),
            clock: RwSignal::new(clock),
            parts: StoredValue::new(Parts { people: inbox.people, ..Parts::default() }),
        };
        screen.show_rooms(core);
        screen.show_open(core, open);
        screen
    }

    /// Draws a change.
    pub fn apply(&self, core: &Client, change: Change) {
        let open = self.open.get_untracked();
        let is_open = |room| Some(room) == open;
        match change {
            Change::Link => self.state.update(|state| state.link = core.link()),
            Change::Rooms => self.show_rooms(core),
            Change::Room(room) => {
                self.show_room(core, room);
                if is_open(room) {
                    self.show_missing(core, room);
                }
            }
            Change::Timeline(room) if is_open(room) => self.show_timeline(core, room),
            Change::Line { room, line, before } if is_open(room) => self.put(line, before),
            Change::Gone { room, cid } if is_open(room) => {
                self.parts.update_value(|parts| parts.lines.retain(|row| row.key != cid));
                self.rearrange_soon();
            }
            Change::Ticks { room, delivered, read } if is_open(room) => self.tick(delivered, read),
            Change::Typing(room) => self.state.update(|state| {
                if core.typing(room).is_empty() {
                    state.typing.remove(&room);
                } else {
                    state.typing.insert(room);
                }
            }),
            Change::Presence(Some(user)) => self.state.update(|state| {
                state.presence.insert(user, core.presence(user));
            }),
            Change::Presence(None) => self.show_presence(core),
            // Of a room that is not on screen any more.
            Change::Timeline(_) | Change::Line { .. } | Change::Gone { .. } | Change::Ticks { .. } => {}
        }
    }

    /// Another room is on screen, or none.
    pub fn show_open(&self, core: &Client, room: Option<RoomId>) {
        self.parts.update_value(|parts| parts.lines.clear());
        match room {
            Some(room) => self.show_timeline(core, room),
            None => self.rearrange(),
        }
        if self.open.get_untracked() != room {
            self.open.set(room);
        }
    }

    /// A room's row, followed.
    pub fn room(&self, room: RoomId) -> Option<RoomView> {
        let is_it = |entry: &Entry| match entry {
            Entry::Room(row) if row.key == room => Some(row.value.get()),
            _ => None,
        };
        self.entries.with(|entries| entries.iter().find_map(is_it))
    }

    /// Reads times in another way: the viewer's zone, or a new day.
    pub fn set_clock(&self, clock: Clock) {
        self.clock.set(clock);
        self.rearrange();
    }

    fn show_timeline(&self, core: &Client, room: RoomId) {
        let timeline = core.timeline(room);
        let values = timeline.lines.into_iter().map(|line| (line.cid, line));
        self.parts.update_value(|parts| {
            parts.lines = merged(&parts.lines, values);
            parts.divider = timeline.divider;
            parts.missing.gap = timeline.gap.map(|gap| gap.before);
            parts.missing.end = timeline.catching_up.then_some(timeline.missing_before);
        });
        self.state.update(|state| {
            state.older = timeline.older;
            state.gap = timeline.gap.map_or(GapState::More, |gap| gap.state);
        });
        self.rearrange();
    }

    fn show_missing(&self, core: &Client, room: RoomId) {
        let end = core.room(room).filter(|view| view.catching_up).map(|_| core.missing_before(room));
        let is_news = self.parts.try_update_value(|parts| std::mem::replace(&mut parts.missing.end, end) != end);
        if is_news == Some(true) {
            self.rearrange();
        }
    }

    /// Whether the open room shows this.
    pub fn holds(&self, cid: Cid) -> bool {
        self.parts.with_value(|parts| parts.lines.iter().any(|row| row.key == cid))
    }

    fn put(&self, line: Line, before: Option<Cid>) {
        let is_own = line.tick.is_some();
        self.parts.update_value(|Parts { lines, .. }| {
            let row = match lines.iter().rposition(|row| row.key == line.cid) {
                Some(at) => {
                    let row = lines.remove(at);
                    row.show(line);
                    row
                }
                None => Row::new(line.cid, line),
            };
            let place = before.and_then(|before| lines.iter().rposition(|row| row.key == before));
            lines.insert(place.unwrap_or(lines.len()), row);
        });
        // What the user does is seen at once.
        if is_own { self.rearrange() } else { self.rearrange_soon() }
    }

    /// At once, but a burst of messages is drawn together, once in a frame: each time costs as much as there are rows.
    fn rearrange_soon(self) {
        let now_ms = browser::now_ms();
        let (waits, is_awaited) = self
            .parts
            .try_update_value(|parts| {
                let is_early = (0..FRAME_MS).contains(&(now_ms - parts.arranged_ms));
                parts.early = if is_early { parts.early.saturating_add(1) } else { 0 };
                let waits = parts.early > BURST_LINES;
                (waits, std::mem::replace(&mut parts.is_awaited, waits))
            })
            .unwrap_or_default();
        if !waits {
            self.rearrange();
        } else if !is_awaited {
            set_timeout(move || self.rearrange(), Duration::from_millis(FRAME_MS.unsigned_abs()));
        }
    }

    fn tick(&self, delivered: Seq, read: Seq) {
        self.parts.with_value(|parts| {
            for row in &parts.lines {
                let next = row.value.with_untracked(|line| next_tick(line, delivered, read));
                if let Some(tick) = next {
                    row.value.update(|line| line.tick = Some(tick));
                }
            }
        });
    }

    fn rearrange(&self) {
        let clock = self.clock.get_untracked();
        if cfg!(feature = "csr") {
            let now_ms = browser::now_ms();
            self.parts.update_value(|parts| (parts.arranged_ms, parts.is_awaited) = (now_ms, false));
        }
        let mut items = vec![Item::Beginning];
        self.parts.with_value(|Parts { lines, divider, missing, .. }| {
            let place = |line: &Line| Place { cid: line.cid, seq: line.seq, own: line.tick.is_some(), at: line.at };
            let places = lines.iter().map(|row| row.value.with_untracked(place));
            let mut marks = arrange::marks(places, *divider, *missing, clock).into_iter().peekable();
            for index in 0..=lines.len() {
                while let Some((_, mark)) = marks.next_if(|(before, _)| *before == index) {
                    items.push(match mark {
                        Mark::Day(day) => Item::Day(day),
                        Mark::New => Item::New,
                        Mark::Gap => Item::Gap,
                        Mark::CatchingUp => Item::CatchingUp,
                    });
                }
                items.extend(lines.get(index).cloned().map(Item::Line));
            }
        });
        let same = |shown: &Vec<Item>| shown.iter().map(Item::key).eq(items.iter().map(Item::key));
        if !self.items.with_untracked(same) {
            self.items.set(items);
        }
    }
}

/// What the cursors make of an own line's tick, if that is something else.
fn next_tick(line: &Line, delivered: Seq, read: Seq) -> Option<Tick> {
    let seq = line.seq?;
    match line.tick.as_ref()? {
        Tick::Sent | Tick::Delivered if seq <= read => Some(Tick::Read),
        Tick::Sent if seq <= delivered => Some(Tick::Delivered),
        _ => None,
    }
}
