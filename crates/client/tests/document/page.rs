//! A page around one client. Rule: time passes only when the walk says so, and every tick comes exactly when asked for.

use client::{Client, Input, Output};
use wire::frame::{ClientFrame, Head, Limits, ServerFrame};
use wire::{Epoch, Inbox, RoomPage, Seq, SessionId};

use crate::sample::{ROOM, cursor, page, person, summary, unread};

pub const START_MS: i64 = 1_800_000_000_000;

#[derive(Clone)]
pub struct Page {
    pub client: Client,
    /// Since the start.
    pub now_ms: i64,
    /// What came out since it was last taken away.
    pub out: Vec<Output>,
}

pub fn welcome_of(user: i64, epoch: &str, head: i64) -> ServerFrame {
    ServerFrame::Welcome {
        session: SessionId(1),
        user: person(user),
        epoch: Epoch(epoch.to_owned()),
        limits: Limits::default(),
        rooms: vec![Head { room: ROOM, head: Seq(head), level: wire::Level::All }],
        presence: Vec::new(),
        build: None,
    }
}

pub fn welcome(head: i64) -> ServerFrame {
    welcome_of(1, "one", head)
}

/// The answer to `resume` in a direct room.
pub fn history(after: i64, to: i64) -> ServerFrame {
    let mut page = page(after + 1..=to);
    page.after = Seq(after);
    ServerFrame::MessageHistory { page, complete: true, cursors: vec![cursor(2, 0, 0)], unread: unread(0, to, to) }
}

impl Page {
    /// Not started; holds a room with `head` messages, all read.
    pub fn seeded(head: i64, seed: u64) -> Self {
        let mut client = Client::new(person(1), seed, START_MS);
        client.seed_epoch(Epoch("one".to_owned()));
        client.seed_inbox(Inbox { rooms: vec![summary(head)], ..Inbox::default() });
        client.seed_room(RoomPage { summary: summary(head), page: page((head - 49).max(1)..=head) });
        Self { client, now_ms: 0, out: Vec::new() }
    }

    pub fn started(seed: u64) -> Self {
        let mut page = Self::seeded(3, seed);
        page.hand(Input::Start);
        page
    }

    /// Connected and quiet.
    pub fn connected(seed: u64) -> Self {
        let mut page = Self::started(seed);
        page.greet(welcome(3));
        page
    }

    /// The socket that was asked for opens, and the server greets and has nothing new.
    pub fn greet(&mut self, welcome: ServerFrame) {
        self.hand(Input::SocketOpened);
        self.frame(welcome);
        self.frame(history(3, 3));
        self.out.clear();
    }

    pub fn hand(&mut self, input: Input) {
        self.client.handle(input, START_MS + self.now_ms);
        while let Some(output) = self.client.poll() {
            self.out.push(output);
        }
    }

    pub fn frame(&mut self, frame: ServerFrame) {
        self.hand(Input::SocketFrame(frame));
    }

    pub fn lose(&mut self, code: u16) {
        self.hand(Input::SocketClosed { code });
    }

    /// When the client wants to be woken, since the start.
    pub fn due_ms(&self) -> Option<i64> {
        self.client.deadline_ms().map(|due_ms| due_ms - START_MS)
    }

    /// Lets time pass.
    pub fn wait(&mut self, by_ms: i64) {
        let end_ms = self.now_ms + by_ms;
        while let Some(due_ms) = self.due_ms().filter(|due_ms| *due_ms <= end_ms) {
            assert!(due_ms > self.now_ms, "the page spins");
            self.now_ms = due_ms;
            self.hand(Input::Tick);
        }
        self.now_ms = end_ms;
    }

    /// Lets time pass until the client asks for a socket; how long that took.
    pub fn wait_for_connect(&mut self) -> i64 {
        let since_ms = self.now_ms;
        self.out.clear();
        while !self.has(|output| *output == Output::Connect) {
            self.now_ms = self.due_ms().expect("the link waits for something");
            self.hand(Input::Tick);
        }
        self.now_ms - since_ms
    }

    pub fn has(&self, wanted: impl Fn(&Output) -> bool) -> bool {
        self.out.iter().any(wanted)
    }

    /// What a copy of the page does, told that it is so and so.
    pub fn would(&self, what: impl FnOnce(&mut Self)) -> Self {
        let mut copy = self.clone();
        copy.out.clear();
        what(&mut copy);
        copy
    }

    pub fn sends(&self, wanted: impl Fn(&ClientFrame) -> bool) -> bool {
        self.has(|output| matches!(output, Output::Send(frame) if wanted(frame)))
    }
}
