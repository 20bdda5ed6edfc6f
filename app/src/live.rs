//! The live handle: carries what happens into the client core, and what the core wants done out of it. Rule: it decides
//! nothing; what to send, when to retry and what is shown come from the core.

pub mod asked;
mod begin;
mod http;
mod outside;
mod pages;
mod writing;

pub use asked::Written;
pub use pages::{inbox_of, page_of};

use crate::{
    browser,
    clock::Clock,
    keep::Keep,
    page::{Draft, Seed},
    screen::Screen,
    socket::Socket,
    tabs::{self, Word},
    ui::{announcer, keys, link_line},
};
use client::{Change, Client, Input, Link, Output, ordered::Map};
use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};
use std::{mem::discriminant, time::Duration};
use wire::{RoomId, Time};

/// Cheap to copy into every handler.
#[derive(Clone, Copy)]
pub struct Live {
    /// What is shown.
    pub screen: Screen,
    /// What is written and not sent, by room; told when it changes from outside of the composer.
    pub drafts: RwSignal<Map<RoomId, String>>,
    /// What the page without JavaScript had in its composer.
    pub draft: StoredValue<Option<Draft>>,
    core: StoredValue<Client>,
    ports: StoredValue<Ports, LocalStorage>,
}

/// What exists once in a tab.
struct Ports {
    keep: Keep,
    socket: Option<Socket>,
    timer: Option<(i64, TimeoutHandle)>,
    /// Texts on their way from the composer into the outbox.
    leaving: Vec<writing::Leaving>,
    /// Counts what this tab changed in the outbox.
    writes: u32,
    unkept: pages::Unkept,
    /// The account has left this browser: nothing more is written.
    is_over: bool,
}

impl Live {
    /// The first view, on both sides; nothing runs before [`Live::start`].
    pub fn new(seed: Seed, clock: Clock) -> Self {
        let Seed { me, epoch, inbox, room, draft, around, at, notice, now_ms, build } = seed;
        let chance = if cfg!(feature = "csr") { browser::chance() } else { 0 };
        let open = room.as_ref().map(|page| page.summary.id);
        let mut core = Client::new(me.clone(), chance, now_ms);
        core.seed_epoch(epoch);
        core.seed_build(build);
        core.seed_inbox(inbox.clone());
        if let Some(page) = room {
            core.seed_room(page);
            core.handle(Input::Open(open), now_ms);
        }
        around.into_iter().for_each(|page| core.seed_around(page));
        let screen = Screen::new(&core, inbox, open, clock);
        screen.state.update(|state| (state.at, state.notice) = (at, notice));
        Self {
            screen,
            drafts: RwSignal::new(Map::new()),
            draft: StoredValue::new(draft),
            ports: StoredValue::new_local(Ports {
                keep: Keep::of(&me),
                socket: None,
                timer: None,
                leaving: Vec::new(),
                writes: 0,
                unkept: pages::Unkept::default(),
                is_over: false,
            }),
            core: StoredValue::new(core),
        }
    }

    /// Tells the core what happened, and does what it wants done.
    pub fn hear(self, input: Input) {
        let now_ms = browser::now_ms();
        self.core.update_value(|core| core.handle(input, now_ms));
        while let Some(output) = self.core.try_update_value(Client::poll).flatten() {
            self.carry(output);
        }
        self.count_unread();
        self.set_timer(now_ms);
        let clock = self.screen.clock.get_untracked();
        if clock.day(Time(now_ms)) != clock.day(Time(clock.now_ms)) {
            self.screen.set_clock(Clock { now_ms, ..clock });
        }
    }

    /// Opens a room, or the inbox alone, as a link does.
    pub fn go(self, room: Option<RoomId>) {
        if self.screen.open.get_untracked() != room {
            browser::push_address(room);
            self.show(room);
        }
    }

    fn show(self, room: Option<RoomId>) {
        keys::arrive(self.screen.open.get_untracked(), room);
        self.say(String::new());
        self.core.update_value(|core| core.handle(Input::Open(room), browser::now_ms()));
        self.core.with_value(|core| self.screen.show_open(core, room));
        self.hear(Input::Tick);
    }

    /// The pointer moves over the list of conversations: rows keep their places for a moment.
    pub fn hold(self) {
        if self.screen.hold(browser::now_ms()) {
            self.release_later();
        }
    }

    fn release_later(self) {
        match self.screen.held_ms(browser::now_ms()) {
            0 => self.release(),
            left_ms => set_timeout(move || self.release_later(), Duration::from_millis(left_ms)),
        }
    }

    /// The pointer rests, or has left.
    pub fn release(self) {
        self.core.with_value(|core| self.screen.release(core));
    }

    /// The most characters that the server takes in a message.
    pub fn body_chars_max(self) -> usize {
        self.core.with_value(Client::body_chars_max)
    }

    fn say(self, sentence: String) {
        self.screen.state.update(|state| state.notice = sentence);
    }

    fn keep(self) -> Keep {
        self.ports.with_value(|ports| ports.keep.clone())
    }

    fn carry(self, output: Output) {
        match output {
            Output::Connect => self.ports.update_value(|ports| ports.socket = Some(Socket::open(self))),
            Output::CloseSocket => self.ports.update_value(|ports| ports.socket = None),
            Output::Send(frame) => self.ports.with_value(|ports| {
                if let Some(socket) = &ports.socket {
                    socket.send(frame);
                }
            }),
            Output::Poll { frames } => self.poll(frames),
            Output::SendOverHttp(waiting) => self.send(waiting),
            Output::FetchOlder { room, before } => self.fetch(room, client::Part::Before(before)),
            Output::FetchNewer { room, after } => self.fetch(room, client::Part::After(after)),
            Output::Store(change) => self.store(change),
            Output::Returned { room, content, refusal, taken_out } => {
                self.take_back(room, content, taken_out);
                if let Some(refusal) = refusal {
                    self.say(refusal.message);
                }
            }
            Output::ReadHere { room, seq } => tabs::tell(&Word::Read(room, seq)),
            Output::Notify { room, title, text, count, .. } => {
                let text = if count > 1 { count.to_string() + " new messages" } else { text };
                tabs::notify(room, &title, &text);
            }
            Output::Unnotify { room } => tabs::withdraw(room),
            Output::Changed(change) => self.change(change),
            Output::Notice(refusal) => self.say(refusal.message),
            // The connection line says it, with the way to sign in.
            Output::SignedOut => {}
        }
    }

    fn change(self, change: Change) {
        self.note_change(&change);
        if let Change::Line { line, .. } = &change
            && line.tick.is_none()
            && !self.screen.holds(line.cid)
        {
            announcer::announce_message(&line.author.display_name);
        }
        let is_link = change == Change::Link;
        let banner = || self.screen.state.with_untracked(|state| state.link.banner);
        let before = banner();
        self.core.with_value(|core| self.screen.apply(core, change));
        if let Some(banner) = banner()
            && before.as_ref().map(discriminant) != Some(discriminant(&banner))
        {
            announcer::announce(&link_line::sentence(banner));
        }
        if is_link && self.core.with_value(|core| matches!(core.link().link, Link::SignedOut | Link::Refused)) {
            self.keep().hide();
        }
    }

    fn set_timer(self, now_ms: i64) {
        let deadline_ms = self.core.with_value(Client::deadline_ms);
        self.ports.update_value(|ports| {
            if ports.timer.as_ref().map(|(at_ms, _)| *at_ms) == deadline_ms {
                return;
            }
            if let Some((_, handle)) = ports.timer.take() {
                handle.clear();
            }
            let Some(at_ms) = deadline_ms else { return };
            // Browsers count timers in 31 bits; and a clock that was set is noticed within a minute.
            let wait_ms = at_ms.saturating_sub(now_ms).clamp(0, 60_000).unsigned_abs();
            let ring = move || {
                self.ports.update_value(|ports| ports.timer = None);
                self.hear(Input::Tick);
            };
            // Without a timer the next event or frame moves the core on.
            ports.timer =
                set_timeout_with_handle(ring, Duration::from_millis(wait_ms)).ok().map(|handle| (at_ms, handle));
        });
    }
}
