//! The live handle: carries what happens into the client core, and what the core wants done out of it. Rule: it decides
//! nothing; what to send, when to retry and what is shown come from the core.

use crate::{
    api, browser,
    clock::Clock,
    page::{Draft, Seed},
    screen::Screen,
    socket::Socket,
    storage::Outbox,
    trouble::Trouble,
};
use client::{Client, HttpTrouble, Input, Older, Output, ordered::Map};
use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*, task::spawn_local};
use std::time::Duration;
use wire::{
    Cid, Code, RoomId, Seq, Time,
    frame::{ClientFrame, ServerFrame},
};

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
    outbox: Outbox,
    socket: Option<Socket>,
    timer: Option<(i64, TimeoutHandle)>,
}

impl Live {
    /// The first view, on both sides; nothing runs before [`Live::start`].
    pub fn new(seed: Seed) -> Self {
        let Seed { me, epoch, inbox, room, draft, now_ms } = seed;
        let chance = if cfg!(feature = "hydrate") { browser::chance() } else { 0 };
        let open = room.as_ref().map(|page| page.summary.id);
        let mut core = Client::new(me.clone(), chance, now_ms);
        core.seed_epoch(epoch);
        core.seed_inbox(inbox.clone());
        if let Some(page) = room {
            core.seed_room(page);
            core.handle(Input::Open(open), now_ms);
        }
        Self {
            screen: Screen::new(&core, inbox, open, now_ms),
            drafts: RwSignal::new(Map::new()),
            draft: StoredValue::new(draft),
            ports: StoredValue::new_local(Ports { outbox: Outbox::of(&me), socket: None, timer: None }),
            core: StoredValue::new(core),
        }
    }

    /// Goes live. In the browser only, once.
    pub fn start(self) {
        self.screen.set_clock(browser::clock());
        let (usable, waiting) = self.ports.with_value(|ports| (ports.outbox.is_usable(), ports.outbox.restore()));
        self.hear(Input::Durable(usable));
        self.hear(Input::OutboxRestored(waiting));
        self.hear(Input::Visible(browser::is_visible()));
        self.hear(Input::Focused(browser::has_focus()));
        self.hear(Input::Start);
        let on = |name: &str, input: fn() -> Input| {
            // The page ends with the tab: nothing to remove.
            let _ = window_event_listener_untyped(name, move |_| self.hear(input()));
        };
        on("online", || Input::Online);
        on("offline", || Input::Offline);
        on("pageshow", || Input::Online);
        on("pagehide", || Input::Leaving);
        on("focus", || Input::Focused(true));
        on("blur", || Input::Focused(false));
        on("visibilitychange", || Input::Visible(browser::is_visible()));
        let _ = window_event_listener_untyped("popstate", move |_| self.show(browser::room_in_address()));
    }

    /// Tells the core what happened, and does what it wants done.
    pub fn hear(self, input: Input) {
        let now_ms = browser::now_ms();
        self.core.update_value(|core| core.handle(input, now_ms));
        while let Some(output) = self.core.try_update_value(Client::poll).flatten() {
            self.carry(output);
        }
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
        self.core.update_value(|core| core.handle(Input::Open(room), browser::now_ms()));
        self.core.with_value(|core| self.screen.show_open(core, room));
        self.hear(Input::Tick);
    }

    /// What was changed last is on the screen.
    pub fn drawn(self) {
        if self.screen.state.with_untracked(|state| state.paging && state.older != Older::Loading) {
            self.screen.state.update(|state| state.paging = false);
        }
    }

    fn say(self, sentence: String) {
        self.screen.state.update(|state| state.notice = sentence);
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
            Output::SendOverHttp { cid, room, message_type, content } => self.send(cid, room, message_type, content),
            Output::FetchOlder { room, before } => self.fetch_older(room, before),
            Output::Store(change) => self.store(change),
            Output::Returned { room, content, refusal } => {
                self.drafts.update(|drafts| {
                    let draft = drafts.get_or_insert_with(room, String::new);
                    let gap = if draft.is_empty() { "" } else { "\n" };
                    *draft = content + gap + draft;
                });
                if let Some(refusal) = refusal {
                    self.say(refusal.message);
                }
            }
            Output::Changed(change) => self.core.with_value(|core| self.screen.apply(core, change)),
            Output::Notice(refusal) => self.say(refusal.message),
            // The connection line says it, with the way to sign in.
            Output::SignedOut => {}
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

    fn store(self, change: client::OutboxChange) {
        let cid = match &change {
            client::OutboxChange::Put(waiting) => Some(waiting.cid),
            client::OutboxChange::Remove(_) => None,
        };
        let kept = self.ports.with_value(|ports| ports.outbox.store(change));
        if let Some(cid) = cid {
            self.hear(if kept { Input::Stored { cid } } else { Input::NotStored { cid } });
        }
    }

    fn poll(self, frames: Vec<ClientFrame>) {
        spawn_local(async move {
            self.hear(match api::poll(frames).await {
                Ok(answers) => Input::PollAnswered(answers),
                Err(trouble) => Input::PollFailed(http_trouble(&trouble)),
            });
        });
    }

    fn send(self, cid: Cid, room: RoomId, message_type: wire::MessageType, content: String) {
        spawn_local(async move {
            let answer = match api::send(cid, room, message_type, content).await {
                Ok(frame) => Ok(frame),
                Err(trouble) => refused(cid, trouble),
            };
            self.hear(Input::SendAnswered { cid, answer });
        });
    }

    fn fetch_older(self, room: RoomId, before: Seq) {
        spawn_local(async move {
            self.hear(match api::history(room, Some(before), None).await {
                Ok(api::Leaf { epoch, page }) => Input::HistoryLoaded { room, epoch, page },
                Err(trouble) => Input::HistoryFailed { room, trouble: http_trouble(&trouble) },
            });
        });
    }
}

fn http_trouble(trouble: &Trouble) -> HttpTrouble {
    match trouble.0.code {
        Code::SignedOut => HttpTrouble::SignedOut,
        Code::Banned => HttpTrouble::Forbidden,
        _ => HttpTrouble::Unreachable,
    }
}

/// Only what is about the message itself refuses it (C3); everything else waits.
fn refused(cid: Cid, trouble: Trouble) -> Result<ServerFrame, HttpTrouble> {
    match trouble.0.code {
        Code::SlowDown => Ok(ServerFrame::SlowDown { cid, wait_ms: trouble.0.wait_ms.unwrap_or(1_000) }),
        Code::EmptyMessage
        | Code::MessageTooLong
        | Code::UnknownType
        | Code::TooLarge
        | Code::NotFound
        | Code::NotAllowed
        | Code::NotConnected
        | Code::CidConflict => Ok(ServerFrame::Refused { cid, refusal: trouble.0 }),
        _ => Err(http_trouble(&trouble)),
    }
}
