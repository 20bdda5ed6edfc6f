//! The live client as a state machine (SPEC 5 and 6): inputs and the time go in, outputs come out. Rule: no I/O, no
//! clock, no order by hash and no randomness but its seed, so that a browser and a simulation run the same program.
//!
//! Whoever runs it calls [`Client::handle`] with whatever happens, then [`Client::poll`] until it gives nothing more, and
//! arranges an [`Input::Tick`] for [`Client::deadline_ms`].

mod act;
mod backoff;
mod banner;
mod catch_up;
mod clock;
mod cursors;
mod due;
mod heartbeat;
mod io;
mod link;
mod marks;
mod news;
mod older;
pub mod ordered;
mod outbox;
mod polling;
mod presence;
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

pub use io::{Change, HttpTrouble, Input, OutboxChange, Output, Waiting};
pub use view::{Banner, Line, Link, LinkView, Older, PresenceView, RoomView, Tick, Timeline, Transport};

use std::collections::VecDeque;

use ordered::Map;
use wire::frame::Limits;
use wire::{Epoch, Inbox, Person, RoomId, RoomPage, Seq};

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
    limits: Limits,
    rooms: Map<RoomId, room::Room>,
    catch_up: catch_up::CatchUp,
    outbox: outbox::Outbox,
    teller: marks::Teller,
    typing: typing::Typing,
    people: presence::People,
    open: Option<RoomId>,
    visible: bool,
    focused: bool,
    bulk_read: bool,
    divider: Option<Seq>,
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
            limits: Limits::default(),
            rooms: Map::new(),
            catch_up: catch_up::CatchUp::default(),
            teller: marks::Teller::default(),
            typing: typing::Typing::default(),
            people: presence::People::default(),
            open: None,
            visible: false,
            focused: false,
            bulk_read: false,
            divider: None,
            news: news::News::default(),
            out: VecDeque::new(),
        }
    }

    /// The life of the database that the page was rendered from. To be told before the seeds: otherwise a backup
    /// restored between page and socket could go unnoticed.
    pub fn seed_epoch(&mut self, epoch: Epoch) {
        if self.epoch.as_ref().is_some_and(|known| *known != epoch) {
            self.forget_log();
        }
        self.epoch = Some(epoch);
        self.run();
    }

    /// The inbox as the server rendered it.
    pub fn seed_inbox(&mut self, inbox: Inbox) {
        self.people.replace(inbox.presence);
        self.news.everybody();
        inbox.rooms.into_iter().for_each(|summary| self.take_summary(summary));
        self.run();
    }

    /// A room as the server rendered it: with its last page, or one further back, from which the rest is caught up with.
    pub fn seed_room(&mut self, page: RoomPage) {
        let id = page.summary.id;
        self.take_summary(page.summary);
        if let Some(room) = self.rooms.get_mut(&id)
            && room.window.events().is_empty()
            && page.page.to < room.window.after()
        {
            room.window = window::Window::at(page.page.after);
        }
        self.take_page(id, page.page);
        self.run();
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
