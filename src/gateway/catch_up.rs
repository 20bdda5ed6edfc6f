//! Answers to `resume`, one room after the other. Rule: each named room gets exactly one answer, in the order asked, and
//! never faster than the peer reads (C6, C11).

use domain::{Attachment, Chat, Error, Viewer};
use futures::future::BoxFuture;
use std::{collections::VecDeque, time::Duration, vec};
use wire::{
    Epoch,
    frame::{Held, ServerFrame},
};

/// What a socket may have asked for and not got yet; beyond, its frames stay unread.
const QUESTIONS_MAX: usize = 32;
/// A database that cannot be read is asked again after this.
const RETRY: Duration = Duration::from_secs(1);

/// What waits for its answer.
enum Question {
    /// The rest of a `resume`.
    Rooms(Epoch, vec::IntoIter<Held>),
    /// A `ping` that came after it.
    Ping(u64),
}

/// The answer under way, and what waits behind it.
pub(super) struct CatchUps<'a> {
    chat: &'a Chat,
    viewer: &'a Viewer,
    attachment: &'a Attachment,
    waiting: VecDeque<Question>,
    current: Option<BoxFuture<'a, ServerFrame>>,
}

/// What comes next.
pub(super) enum Answer {
    /// A room's answer.
    Room(Box<ServerFrame>),
    /// Everything that was asked for before this ping has been answered.
    Ping(u64),
}

impl<'a> CatchUps<'a> {
    pub(super) fn new(chat: &'a Chat, viewer: &'a Viewer, attachment: &'a Attachment) -> Self {
        Self { chat, viewer, attachment, waiting: VecDeque::new(), current: None }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.current.is_none()
    }

    pub(super) fn is_full(&self) -> bool {
        self.waiting.len() >= QUESTIONS_MAX
    }

    pub(super) fn resume(&mut self, epoch: Epoch, rooms: Vec<Held>) {
        self.waiting.push_back(Question::Rooms(epoch, rooms.into_iter()));
    }

    pub(super) fn ping(&mut self, n: u64) {
        self.waiting.push_back(Question::Ping(n));
    }

    /// The next answer; never resolves while nothing was asked. May be dropped and called again at any time.
    pub(super) async fn next(&mut self) -> Answer {
        loop {
            if let Some(current) = &mut self.current {
                let frame = current.await;
                self.current = None;
                return Answer::Room(Box::new(frame));
            }
            match self.waiting.front_mut() {
                None => return std::future::pending().await,
                Some(Question::Ping(n)) => {
                    let n = *n;
                    self.waiting.pop_front();
                    return Answer::Ping(n);
                }
                Some(Question::Rooms(epoch, rooms)) => match rooms.next() {
                    Some(held) => {
                        let answer = answer(self.chat, self.viewer, self.attachment, held, epoch.clone());
                        self.current = Some(Box::pin(answer));
                    }
                    None => drop(self.waiting.pop_front()),
                },
            }
        }
    }
}

async fn answer(chat: &Chat, viewer: &Viewer, attachment: &Attachment, held: Held, epoch: Epoch) -> ServerFrame {
    loop {
        attachment.has_room().await;
        match chat.catch_up(viewer, &held, &epoch).await {
            Ok(answer) => return answer.into_frame(),
            Err(Error::Refused(refusal)) => return ServerFrame::Error { refusal },
            Err(error) => {
                tracing::error!(%error, room = %held.room, "catching up failed; trying again");
                tokio::time::sleep(RETRY).await;
            }
        }
    }
}
