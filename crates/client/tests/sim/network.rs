//! Sockets and requests between tabs and server. Rule: a socket keeps its order and may end at any moment; a request
//! may get lost on either way, be carried twice, and overtake others.

use std::collections::BTreeSet;

use client::{HttpTrouble, Input};
use wire::frame::{ClientFrame, ServerFrame};
use wire::{RoomId, Seq};

use crate::world::{World, user_of};

pub struct Socket {
    pub tab: usize,
    /// When the last frame arrives in each direction: frames do not overtake each other.
    up_ms: i64,
    down_ms: i64,
    is_open: bool,
    pub is_frozen: bool,
}

pub enum Happening {
    Open { socket: u64 },
    Fail { tab: usize, life: u32 },
    Up { socket: u64, frame: ClientFrame },
    Down { socket: u64, frame: Option<ServerFrame> },
    Request { tab: usize, life: u32, request: Request },
    Answer { tab: usize, life: u32, answer: Box<Input> },
}

#[derive(Clone)]
pub enum Request {
    Poll(Vec<ClientFrame>),
    Send(ClientFrame, wire::Cid),
    Older(RoomId, Seq),
}

impl World {
    pub fn connect(&mut self, tab: usize) {
        assert!(self.tabs[tab].socket.is_none(), "two sockets");
        let at_ms = self.now_ms + self.delay_ms();
        if self.tabs[tab].socket_blocked {
            let life = self.tabs[tab].life;
            return self.later(at_ms, Happening::Fail { tab, life });
        }
        self.number += 1;
        let id = self.number;
        self.tabs[tab].socket = Some(id);
        let socket = Socket { tab, up_ms: at_ms, down_ms: at_ms, is_open: false, is_frozen: false };
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
        self.later(at_ms, Happening::Up { socket: id, frame });
    }

    pub fn down(&mut self, id: u64, frame: Option<ServerFrame>) {
        let delay_ms = self.delay_ms();
        if let Some(socket) = self.sockets.get_mut(&id).filter(|socket| socket.is_open) {
            socket.down_ms = socket.down_ms.max(self.now_ms + delay_ms);
            let at_ms = socket.down_ms;
            self.later(at_ms, Happening::Down { socket: id, frame });
        }
    }

    pub fn request(&mut self, tab: usize, request: Request) {
        let (at_ms, life) = (self.now_ms + self.delay_ms(), self.tabs[tab].life);
        if self.random(12) == 0 {
            self.meet("carried a request twice");
            let again_ms = at_ms + self.delay_ms();
            self.later(again_ms, Happening::Request { tab, life: u32::MAX, request: request.clone() });
        }
        self.later(at_ms, Happening::Request { tab, life, request });
    }

    pub fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Open { socket: id } => {
                if let Some(socket) = self.sockets.get_mut(&id) {
                    socket.is_open = true;
                    let tab = socket.tab;
                    self.hand(tab, Input::SocketOpened);
                    let welcome = self.server.welcome(user_of(tab));
                    self.down(id, Some(welcome));
                }
            }
            Happening::Fail { tab, life } if self.tabs[tab].life == life => {
                self.hand(tab, Input::SocketClosed { code: 1006 })
            }
            Happening::Up { socket: id, frame } => {
                if let Some(socket) = self.sockets.get(&id).filter(|socket| !socket.is_frozen) {
                    let answers = self.serve(socket.tab, frame, Some(id));
                    answers.into_iter().for_each(|frame| self.down(id, Some(frame)));
                }
            }
            Happening::Down { socket: id, frame } => {
                if let Some(socket) = self.sockets.get(&id).filter(|socket| !socket.is_frozen) {
                    self.hand(socket.tab, frame.map_or(Input::SocketGarbage, Input::SocketFrame));
                }
            }
            Happening::Request { tab, life, request } => self.serve_request(tab, life, request),
            Happening::Answer { tab, life, answer } if self.tabs[tab].life == life => self.hand(tab, *answer),
            Happening::Fail { .. } | Happening::Answer { .. } => {}
        }
    }

    /// The server's part. The sender's own answers come before what everybody hears, as the real one sends them.
    fn serve(&mut self, tab: usize, frame: ClientFrame, answer_on: Option<u64>) -> Vec<ServerFrame> {
        let (mut answers, published) = self.server.answer(user_of(tab), frame);
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
        for (user, frame) in published {
            let of_user: BTreeSet<u64> =
                self.sockets.iter().filter(|(_, socket)| user_of(socket.tab) == user).map(|(id, _)| *id).collect();
            for id in of_user {
                let tab = self.sockets[&id].tab;
                if matches!(frame, ServerFrame::Event(_)) && self.tabs[tab].holes > 0 {
                    self.tabs[tab].holes -= 1;
                    self.meet("hole");
                } else {
                    self.down(id, Some(frame.clone()));
                }
            }
        }
        answers
    }

    fn serve_request(&mut self, tab: usize, life: u32, request: Request) {
        let fate = if self.tabs[tab].http_blocked { 0 } else { self.random(10) };
        let lost = |request: &Request| match request {
            Request::Poll(_) => Input::PollFailed(HttpTrouble::Unreachable),
            Request::Send(_, cid) => Input::SendAnswered { cid: *cid, answer: Err(HttpTrouble::Unreachable) },
            Request::Older(room, _) => Input::HistoryFailed { room: *room, trouble: HttpTrouble::Unreachable },
        };
        let trouble = lost(&request);
        if fate == 0 {
            return self.answer(tab, life, trouble);
        }
        let user = user_of(tab);
        let answer = match request {
            Request::Poll(frames) => {
                self.meet("poll");
                let mut answers = vec![self.server.welcome(user)];
                for frame in frames {
                    answers.extend(self.serve(tab, frame, None));
                }
                Input::PollAnswered(answers)
            }
            Request::Send(frame, cid) => {
                self.meet("sent over http");
                let content =
                    if let ClientFrame::ChatMessage { content, .. } = &frame { content.clone() } else { String::new() };
                let answer = self.serve(tab, frame, None).pop().ok_or(HttpTrouble::Unreachable);
                let is_copy = life == u32::MAX;
                if is_copy && matches!(answer, Ok(ServerFrame::Ack { .. })) && self.server.refused.contains(&content) {
                    self.server.taken_late.push(content);
                }
                Input::SendAnswered { cid, answer }
            }
            Request::Older(room, before) => {
                Input::HistoryLoaded { room, epoch: self.server.epoch(), page: self.server.history(user, room, before) }
            }
        };
        if fate == 1 {
            self.meet("answer lost");
        }
        self.answer(tab, life, if fate == 1 { trouble } else { answer });
    }

    fn answer(&mut self, tab: usize, life: u32, answer: Input) {
        let at_ms = self.now_ms + self.delay_ms();
        self.later(at_ms, Happening::Answer { tab, life, answer: Box::new(answer) });
    }
}
