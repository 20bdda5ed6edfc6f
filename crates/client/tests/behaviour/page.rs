//! A page around one client. Rule: time passes only when the test says so, and every tick comes exactly when asked for.

use client::{Client, Input, Output};
use wire::frame::{ClientFrame, Head, Held, Limits, ServerFrame};
use wire::{Epoch, Event, Inbox, RoomId, RoomPage, Seq, SessionId, Unread};

use crate::sample::{ROOM, cursor, page, person, summary, unread};

pub const START_MS: i64 = 1_800_000_000_000;

pub struct Page {
    pub client: Client,
    /// Since the start.
    pub now_ms: i64,
    /// What came out, with its time; taken away by the test.
    pub out: Vec<(i64, Output)>,
}

pub fn epoch() -> Epoch {
    Epoch("one".to_owned())
}

pub fn welcome(head: i64) -> ServerFrame {
    ServerFrame::Welcome {
        session: SessionId(1),
        user: person(1),
        epoch: epoch(),
        limits: Limits::default(),
        rooms: vec![Head { room: ROOM, head: Seq(head), level: wire::Level::All }],
        presence: Vec::new(),
        build: None,
    }
}

/// The answer to `resume` in a direct room.
pub fn history(after: i64, to: i64, unread: Unread) -> ServerFrame {
    let mut page = page(after + 1..=to);
    page.after = Seq(after);
    ServerFrame::MessageHistory { page, complete: true, cursors: vec![cursor(2, 0, 0)], unread }
}

impl Page {
    /// Not started; holds a room with `head` messages, all read.
    pub fn seeded(head: i64) -> Self {
        let mut client = Client::new(person(1), 7, START_MS);
        client.seed_epoch(epoch());
        client.seed_inbox(Inbox { rooms: vec![summary(head)], ..Inbox::default() });
        if head > 0 {
            client.seed_room(RoomPage { summary: summary(head), page: page((head - 49).max(1)..=head) });
        }
        let mut page = Self { client, now_ms: 0, out: Vec::new() };
        page.drain();
        page
    }

    /// Connected and quiet.
    pub fn connected(head: i64) -> Self {
        let mut page = Self::seeded(head);
        page.hand(Input::Start);
        page.connect(head);
        page.frame(history(head, head, unread(0, head, head)));
        page.out.clear();
        page
    }

    /// The same, with the room open in a visible, focused tab.
    pub fn reading(head: i64) -> Self {
        let mut page = Self::connected(head);
        page.hand(Input::Open(Some(ROOM)));
        page.hand(Input::Visible(true));
        page.hand(Input::Focused(true));
        page.out.clear();
        page
    }

    pub fn hand(&mut self, input: Input) {
        self.client.handle(input, START_MS + self.now_ms);
        self.drain();
    }

    pub fn frame(&mut self, frame: ServerFrame) {
        self.hand(Input::SocketFrame(frame));
    }

    pub fn event(&mut self, event: Event) {
        self.frame(ServerFrame::Event(event));
    }

    /// The socket that was asked for opens, and the server greets.
    pub fn connect(&mut self, head: i64) {
        self.hand(Input::SocketOpened);
        self.frame(welcome(head));
    }

    /// The server closes the socket, and on the next one greets with this, or answers with this after its greeting.
    pub fn frame_after_reconnect(&mut self, frame: ServerFrame) {
        self.hand(Input::SocketClosed { code: 1012 });
        self.hand(Input::TryNow);
        self.hand(Input::SocketOpened);
        if !matches!(frame, ServerFrame::Welcome { .. }) {
            self.frame(welcome(3));
        }
        self.frame(frame);
    }

    fn drain(&mut self) {
        while let Some(output) = self.client.poll() {
            self.out.push((self.now_ms, output));
        }
    }

    /// Lets time pass; every socket that is asked for meanwhile fails at once if `fail` says so.
    pub fn pass(&mut self, by_ms: i64, fail: bool) {
        let end_ms = self.now_ms + by_ms;
        while let Some(due_ms) =
            self.client.deadline_ms().map(|due_ms| due_ms - START_MS).filter(|due_ms| *due_ms <= end_ms)
        {
            assert!(due_ms > self.now_ms, "the page spins");
            self.now_ms = due_ms;
            let before = self.connects().len();
            self.hand(Input::Tick);
            if fail && self.connects().len() > before {
                self.hand(Input::SocketClosed { code: 1006 });
            }
        }
        self.now_ms = end_ms;
    }

    pub fn wait(&mut self, by_ms: i64) {
        self.pass(by_ms, false);
    }

    /// When a socket was asked for.
    pub fn connects(&self) -> Vec<i64> {
        self.times(|output| *output == Output::Connect)
    }

    pub fn times(&self, wanted: impl Fn(&Output) -> bool) -> Vec<i64> {
        self.out.iter().filter(|(_, output)| wanted(output)).map(|(at_ms, _)| *at_ms).collect()
    }

    pub fn has(&self, wanted: impl Fn(&Output) -> bool) -> bool {
        !self.times(wanted).is_empty()
    }

    /// The frames that went over the socket since the last look, but for the question who has changed, which comes with each connection.
    pub fn sent(&mut self) -> Vec<ClientFrame> {
        self.all_sent().into_iter().filter(|frame| !matches!(frame, ClientFrame::Profiles { .. })).collect()
    }

    /// All of them.
    pub fn all_sent(&mut self) -> Vec<ClientFrame> {
        let frame = |(_, output)| if let Output::Send(frame) = output { Some(frame) } else { None };
        self.out.drain(..).filter_map(frame).collect()
    }

    pub fn lines(&self) -> Vec<client::Line> {
        self.client.timeline(ROOM).lines
    }
}

pub fn resume(room: RoomId, after: Option<i64>) -> ClientFrame {
    ClientFrame::Resume { epoch: epoch(), rooms: vec![Held { room, after: after.map(Seq) }] }
}

/// The positions of the lines that have one.
pub fn seqs(page: &Page) -> Vec<i64> {
    page.lines().iter().filter_map(|line| line.seq).map(|seq| seq.0).collect()
}
