//! What is on the screen, as signals: one for each list, one for each row, one for the rest. Rule: filled from the client core
//! only; each of its changes draws as little as it can. Few types of signals: each costs the browser some kilobytes of code.

mod inbox;
mod lines;
mod state;

pub use {lines::Item, state::State};

use crate::{
    arrange::Missing,
    clock::Clock,
    rows::Row,
    ui::said::{Said, said},
};
use client::{Change, Client, Line, RoomView};
use leptos::prelude::*;
use wire::{Cid, Inbox, Person, RoomId, Seq, UserId};

/// One thing in the list of conversations.
#[derive(Clone)]
pub enum Entry {
    /// A room.
    Room(Row<RoomId, RoomView>),
    /// A connected person without a room.
    Person(Person),
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
        let screen = Self {
            entries: RwSignal::new(Vec::new()),
            open: RwSignal::new(open),
            items: RwSignal::new(Vec::new()),
            state: RwSignal::new(State::new(core)),
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
            Change::Line { room, line, before } if is_open(room) => self.put(*line, before),
            Change::Gone { room, cid } if is_open(room) => self.take(cid),
            Change::Ticks(room) if is_open(room) => self.tick(core, room),
            Change::Typing(room) => self.state.update(|state| match core.typing(room) {
                Some(sentence) => _ = state.typing.insert(room, sentence),
                None => _ = state.typing.remove(&room),
            }),
            Change::Presence(Some(user)) => self.state.update(|state| {
                state.presence.insert(user, core.presence(user));
            }),
            Change::Presence(None) => self.show_presence(core),
            // Of a room that is not on screen any more.
            Change::Timeline(_) | Change::Line { .. } | Change::Gone { .. } | Change::Ticks(_) => {}
        }
    }

    /// Another room is on screen, or none.
    pub fn show_open(&self, core: &Client, room: Option<RoomId>) {
        self.parts.update_value(|parts| parts.lines.clear());
        // First the room: what shows the one before need not draw the lines of this one.
        if self.open.get_untracked() != room {
            self.open.set(room);
        }
        match room {
            Some(room) => self.show_timeline(core, room),
            None => self.rearrange(),
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

    /// Whether something is so; followed.
    pub fn is(&self, part: fn(&State) -> bool) -> Said<bool> {
        let state = self.state;
        said(move || state.with(part))
    }

    /// What is to be said; followed.
    pub fn words(&self, part: fn(&State) -> String) -> Said<String> {
        let state = self.state;
        said(move || state.with(part))
    }

    /// Reads times in another way: the viewer's zone, or a new day.
    pub fn set_clock(&self, clock: Clock) {
        self.clock.set(clock);
        self.rearrange();
    }

    /// The open room's line at a position.
    pub fn line_at(&self, seq: Seq) -> Option<Line> {
        let line =
            |row: &Row<Cid, Line>| row.value.with_untracked(|line| (line.seq == Some(seq)).then(|| line.clone()));
        self.parts.with_value(|parts| parts.lines.iter().find_map(line))
    }

    /// Whether the open room shows this.
    pub fn holds(&self, cid: Cid) -> bool {
        self.parts.with_value(|parts| parts.lines.iter().any(|row| row.key == cid))
    }
}
