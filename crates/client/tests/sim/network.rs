//! Sockets and requests between tabs and server. Rule: a socket keeps its order and may end at any moment; a request
//! may get lost on either way, be carried twice, and overtake others.

use client::{HttpTrouble, Input, Part, Waiting};
use wire::frame::{ClientFrame, ServerFrame, close};
use wire::{Cid, RoomId, UserId};

use crate::browser::Word;
use crate::server::Published;
use crate::tab::State;
use crate::world::World;

pub struct Socket {
    pub tab: usize,
    /// Whose the browser's session was as it opened.
    pub user: Option<UserId>,
    /// When the last frame arrives in each direction: frames do not overtake each other.
    up_ms: i64,
    down_ms: i64,
    is_open: bool,
    pub is_silent: bool,
    pub since_ms: i64,
}

/// What is to come. All of it is large only behind a box: the queue moves it about.
pub enum Happening {
    Open { socket: u64 },
    Fail { tab: usize, dial: u64 },
    Up { socket: u64, frame: Box<ClientFrame> },
    Down { socket: u64, frame: Option<Box<ServerFrame>> },
    Close { socket: u64, code: u16 },
    Request { tab: usize, life: u32, request: Box<Request> },
    Answer { tab: usize, life: u32, answer: Box<Input> },
    Operation { browser: usize, id: u64 },
    Told { tab: usize, life: u32, input: Box<Input> },
    Outbox { tab: usize, life: u32, changes: u32, outbox: Vec<Waiting> },
    Word { tab: usize, life: u32, word: Word },
    Lead { tab: usize, life: u32, leads: bool },
    Succeed { browser: usize, user: UserId },
}

/// A request, for a page of `user` in a browser where `session` is signed in.
#[derive(Clone)]
pub struct Request {
    pub user: UserId,
    pub session: Option<UserId>,
    pub what: Asked,
}

#[derive(Clone)]
pub enum Asked {
    Poll(Vec<ClientFrame>),
    Send(ClientFrame, Cid),
    History(RoomId, Part),
}

impl World {
    pub fn connect(&mut self, tab: usize) {
        assert!(self.tabs[tab].socket.is_none(), "two sockets");
        let at_ms = self.now_ms + self.delay_ms();
        self.number += 1;
        let id = self.number;
        self.tabs[tab].dial = id;
        if self.browser_of(tab).socket_blocked {
            return self.later(at_ms, Happening::Fail { tab, dial: id });
        }
        self.tabs[tab].socket = Some(id);
        let socket =
            Socket { tab, user: None, up_ms: at_ms, down_ms: at_ms, is_open: false, is_silent: false, since_ms: at_ms };
        self.sockets.insert(id, socket);
        self.later(at_ms, Happening::Open { socket: id });
    }

    pub fn up(&mut self, tab: usize, frame: ClientFrame) {
        self.tabs[tab].watch_sent(&frame);
        let delay_ms = self.delay_ms();
        let id = self.tabs[tab].socket.expect("a frame is sent on a socket that exists");
        let socket = self.sockets.get_mut(&id).expect("a tab's socket is known");
        socket.up_ms = socket.up_ms.max(self.now_ms + delay_ms);
        let at_ms = socket.up_ms;
        self.later(at_ms, Happening::Up { socket: id, frame: Box::new(frame) });
    }

    pub fn down(&mut self, id: u64, frame: Option<ServerFrame>) {
        let delay_ms = self.delay_ms();
        if let Some(socket) = self.sockets.get_mut(&id).filter(|socket| socket.is_open) {
            socket.down_ms = socket.down_ms.max(self.now_ms + delay_ms);
            let at_ms = socket.down_ms;
            self.later(at_ms, Happening::Down { socket: id, frame: frame.map(Box::new) });
        }
    }

    pub fn request(&mut self, tab: usize, what: Asked) {
        let (at_ms, life) = (self.now_ms + self.delay_ms(), self.tabs[tab].life);
        let request = Box::new(Request { user: self.tabs[tab].user, session: self.browser_of(tab).session, what });
        if self.random.once_in(12) {
            self.meet("carried a request twice");
            let again_ms = at_ms + self.delay_ms();
            self.later(again_ms, Happening::Request { tab, life: u32::MAX, request: request.clone() });
        }
        self.later(at_ms, Happening::Request { tab, life, request });
    }

    pub fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Open { socket } => self.greet(socket),
            Happening::Fail { tab, dial } if self.tabs[tab].dial == dial => {
                self.hand(tab, Input::SocketClosed { code: 1006 })
            }
            Happening::Up { socket: id, frame } => {
                let socket = self.sockets.get(&id).filter(|socket| !socket.is_silent);
                if let Some((tab, user)) = socket.and_then(|socket| Some((socket.tab, socket.user?))) {
                    assert_eq!(user, self.tabs[tab].user, "one account sends what is another's");
                    let answers = self.serve(user, *frame, Some(id));
                    answers.into_iter().for_each(|frame| self.down(id, Some(frame)));
                }
            }
            Happening::Down { socket: id, frame } => {
                if let Some(socket) = self.sockets.get(&id).filter(|socket| !socket.is_silent) {
                    self.hand(socket.tab, frame.map_or(Input::SocketGarbage, |frame| Input::SocketFrame(*frame)));
                }
            }
            Happening::Close { socket: id, code } => {
                if let Some(tab) = self.sockets.get(&id).map(|socket| socket.tab) {
                    self.cut(tab, code);
                }
            }
            Happening::Request { tab, life, request } => self.serve_request(tab, life, *request),
            Happening::Answer { tab, life, answer } if self.tabs[tab].life == life => self.hand(tab, *answer),
            Happening::Operation { browser, id } => self.complete(browser, id),
            Happening::Told { tab, life, input } if self.tabs[tab].life == life => match self.tabs[tab].state {
                State::Frozen => self.tabs[tab].unheard.push(*input),
                _ => self.hand(tab, *input),
            },
            Happening::Outbox { tab, life, changes, outbox } if self.tabs[tab].life == life => {
                self.restore_outbox(tab, changes, outbox);
            }
            Happening::Word { tab, life, word } if self.tabs[tab].life == life => self.hear(tab, word),
            Happening::Lead { tab, life, leads } if self.tabs[tab].life == life => self.lead(tab, leads),
            Happening::Succeed { browser, user } => self.succeed(browser, user),
            Happening::Fail { .. }
            | Happening::Answer { .. }
            | Happening::Told { .. }
            | Happening::Outbox { .. }
            | Happening::Word { .. }
            | Happening::Lead { .. } => {}
        }
    }

    fn greet(&mut self, id: u64) {
        let Some(tab) = self.sockets.get(&id).map(|socket| socket.tab) else { return };
        let session = self.browser_of(tab).session;
        if let Some(socket) = self.sockets.get_mut(&id) {
            (socket.is_open, socket.user) = (true, session);
        }
        self.hand(tab, Input::SocketOpened);
        match session {
            Some(user) => {
                let welcome = self.server.welcome(user);
                self.down(id, Some(welcome));
            }
            None => {
                self.meet("not signed in");
                let at_ms = self.now_ms + self.delay_ms();
                self.later(at_ms, Happening::Close { socket: id, code: close::SIGNED_OUT });
            }
        }
    }

    /// The server's part. The sender's own answers come before what everybody hears, as the real one sends them.
    fn serve(&mut self, user: UserId, frame: ClientFrame, answer_on: Option<u64>) -> Vec<ServerFrame> {
        let (mut answers, published) = self.server.answer(user, frame);
        for frame in &answers {
            match frame {
                ServerFrame::Gap { .. } => self.meet("gap"),
                ServerFrame::MessageHistory { complete: false, .. } => self.meet("incomplete"),
                ServerFrame::Refused { .. } => self.meet("refused"),
                ServerFrame::SlowDown { .. } => self.meet("slow down"),
                _ => {}
            }
        }
        if let Some(id) = answer_on {
            answers.drain(..).for_each(|frame| self.down(id, Some(frame)));
        }
        self.publish(published);
        answers
    }

    pub fn publish(&mut self, published: Published) {
        for (user, frame) in published {
            let of_user = self.sockets.iter().filter(|(_, socket)| socket.user == Some(user));
            let of_user: Vec<(u64, usize)> = of_user.map(|(id, socket)| (*id, socket.tab)).collect();
            for (id, tab) in of_user {
                if matches!(frame, ServerFrame::Event(_)) && self.tabs[tab].holes > 0 {
                    self.tabs[tab].holes -= 1;
                    self.meet("hole");
                } else {
                    self.down(id, Some(frame.clone()));
                }
            }
        }
    }

    fn serve_request(&mut self, tab: usize, life: u32, request: Request) {
        let fate = if self.browser_of(tab).http_blocked { 0 } else { self.random.below(10) };
        let Request { user, session, what } = request;
        if fate == 0 {
            return self.answer(tab, life, trouble(&what, HttpTrouble::Unreachable));
        }
        let refusal = trouble(&what, HttpTrouble::SignedOut);
        let lost = (fate == 1).then(|| trouble(&what, HttpTrouble::Unreachable));
        let answer = match (what, session) {
            (_, None) => refusal,
            // Cursors are not moved for somebody else either.
            (Asked::Poll(_), Some(session)) if session != user => {
                Input::PollAnswered(vec![self.server.welcome(session)])
            }
            (_, Some(session)) if session != user => refusal,
            (what, _) => self.serve_asked(user, what),
        };
        if fate == 1 {
            self.meet("answer lost");
        }
        self.answer(tab, life, lost.unwrap_or(answer));
    }

    fn serve_asked(&mut self, user: UserId, what: Asked) -> Input {
        match what {
            Asked::Poll(frames) => {
                self.meet("poll");
                let mut answers = vec![self.server.welcome(user)];
                for frame in frames {
                    answers.extend(self.serve(user, frame, None));
                }
                Input::PollAnswered(answers)
            }
            Asked::Send(frame, cid) => {
                self.meet("sent over http");
                let answer = self.serve(user, frame, None).pop().ok_or(HttpTrouble::Unreachable);
                Input::SendAnswered { cid, answer }
            }
            Asked::History(room, part) => {
                self.meet(if matches!(part, Part::Before(_)) { "older page" } else { "newer page" });
                let page = self.server.history(user, room, part);
                Input::HistoryLoaded { room, part, epoch: self.server.epoch(), page }
            }
        }
    }

    fn answer(&mut self, tab: usize, life: u32, answer: Input) {
        let at_ms = self.now_ms + self.delay_ms();
        self.later(at_ms, Happening::Answer { tab, life, answer: Box::new(answer) });
    }
}

fn trouble(what: &Asked, trouble: HttpTrouble) -> Input {
    match what {
        Asked::Poll(_) => Input::PollFailed(trouble),
        Asked::Send(_, cid) => Input::SendAnswered { cid: *cid, answer: Err(trouble) },
        Asked::History(room, part) => Input::HistoryFailed { room: *room, part: *part, trouble },
    }
}
