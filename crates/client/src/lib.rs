//! The live client as a state machine (SPEC 5 and 6): inputs and the time go in, outputs come out. Rule: no I/O, no
//! clock, no order by hash and no randomness but its seed, so that a browser and a simulation run the same program.
//!
//! Whoever runs it calls [`Client::handle`] with whatever happens, then [`Client::poll`] until it gives nothing more, and
//! arranges an [`Input::Tick`] for [`Client::deadline_ms`].

mod act;
mod amend;
mod backoff;
mod banner;
mod catch_up;
mod clock;
mod cursors;
mod due;
mod erased;
mod gap;
mod heartbeat;
mod io;
mod keep;
mod link;
mod marks;
mod news;
mod note;
mod notify;
mod older;
mod opened;
pub mod ordered;
mod outbox;
mod polling;
mod presence;
mod profiles;
mod random;
mod receive;
mod room;
#[cfg(test)]
mod sample;
mod screen;
mod typing;
mod unread;
mod view;
mod window;

pub use io::{Change, HttpTrouble, Input, OutboxChange, Output, Part, Waiting};
pub use view::{
    Banner, Changing, Gap, GapState, Line, Link, LinkView, Older, Opened, PresenceView, RoomView, Tick, Timeline,
    Transport,
};

use std::collections::VecDeque;

use ordered::{Map, Set};
use wire::frame::Limits;
use wire::{Epoch, Person, RoomId, Time};

/// One tab's client.
#[derive(Clone, Debug)]
pub struct Client {
    me: Person,
    clock: clock::Clock,
    random: random::Random,
    link: link::Link,
    attempt: u64,
    heartbeat: heartbeat::Heartbeat,
    polling: polling::Polling,
    polls: usize,
    story: banner::Story,
    epoch: Option<Epoch>,
    build: Option<String>,
    outdated: bool,
    limits: Limits,
    rooms: Map<RoomId, room::Room>,
    /// Rooms that were held in another life of the database: they are no news when they come again.
    forgotten: Set<RoomId>,
    catch_up: catch_up::CatchUp,
    outbox: outbox::Outbox,
    teller: marks::Teller,
    typing: typing::Typing,
    people: presence::People,
    /// Whoever showed themselves otherwise since the first view.
    profiles: Vec<Person>,
    /// Everybody else is shown as of then.
    profiles_at: Time,
    /// Whether it is to be asked who has changed since then.
    profiles_wanted: bool,
    open: Option<RoomId>,
    visible: bool,
    focused: bool,
    bulk_read: bool,
    opened: Option<opened::Frozen>,
    /// After a gap: whether the divider is still to be placed, as soon as it is known what is unread.
    divider_due: bool,
    garbage: backoff::Garbage,
    news: news::News,
    out: VecDeque<Output>,
}

impl Client {
    /// A client of this user, not connected before [`Input::Start`]. The seed must differ between tabs and reloads
    /// (the page takes it from `crypto.getRandomValues`): cids are made of it.
    pub fn new(me: Person, seed: u64, now_ms: i64) -> Self {
        Self {
            outbox: outbox::Outbox::new(me.id),
            me,
            clock: clock::Clock::new(now_ms),
            random: random::Random::new(seed),
            link: link::Link::default(),
            attempt: 0,
            heartbeat: heartbeat::Heartbeat::default(),
            polling: polling::Polling::default(),
            polls: 0,
            story: banner::Story::default(),
            epoch: None,
            build: None,
            outdated: false,
            limits: Limits::default(),
            rooms: Map::new(),
            forgotten: Set::new(),
            catch_up: catch_up::CatchUp::default(),
            teller: marks::Teller::default(),
            typing: typing::Typing::default(),
            people: presence::People::default(),
            profiles: Vec::new(),
            profiles_at: Time::default(),
            profiles_wanted: false,
            open: None,
            visible: false,
            focused: false,
            bulk_read: false,
            opened: None,
            divider_due: false,
            garbage: backoff::Garbage::default(),
            news: news::News::default(),
            out: VecDeque::new(),
        }
    }

    /// Something happened at this time (milliseconds since 1970).
    pub fn handle(&mut self, input: Input, now_ms: i64) {
        self.clock.read(now_ms);
        self.act(input);
        self.run();
    }

    /// The next thing to be done outside, in order; `None` until the next input.
    pub fn poll(&mut self) -> Option<Output> {
        self.out.pop_front()
    }

    /// When to hand over [`Input::Tick`], by the clock of the inputs.
    pub fn deadline_ms(&self) -> Option<i64> {
        self.next_due_ms().map(|due_ms| self.clock.outside_ms(due_ms))
    }
}
