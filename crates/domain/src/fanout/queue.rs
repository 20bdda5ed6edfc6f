//! What waits for one socket. Rule: it holds at most [`SOCKET_QUEUE_BYTES_MAX`] bytes; a socket that lets it fill up is
//! ended with 4008 and loses nothing, because it comes back and resumes (C11).

use super::frame::Text;
use std::{
    mem,
    sync::{Mutex, MutexGuard, PoisonError},
};
use tokio::sync::Notify;
use wire::{Refusal, frame::close, limits::SOCKET_QUEUE_BYTES_MAX};

/// What a waiting frame costs beside its text: its place in the queue.
const FRAME_OVERHEAD_BYTES: usize = 32;

/// Why a socket ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CloseReason {
    /// The WebSocket close code ([`close`]).
    pub code: u16,
    /// To be told in an `error` frame before the close, if there is something to tell.
    pub refusal: Option<Refusal>,
}

/// What the gateway does next for a socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Everything that waits, in order, to be written with one flush. Never empty.
    Frames(Vec<Text>),
    /// Write the close frame and end. From then on the answer stays the same.
    Close(CloseReason),
}

/// The queue between whoever has something to say and the gateway of one socket.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    readable: Notify,
    drained: Notify,
}

impl Queue {
    /// Queues a frame; over the limit, ends the socket instead. Never waits.
    pub(super) fn push(&self, frame: Text) {
        if self.waiting().push(frame) {
            self.readable.notify_one();
        }
    }

    /// Ends the socket after what already waits.
    pub(super) fn end(&self, reason: CloseReason) {
        self.waiting().end(reason);
        self.readable.notify_one();
    }

    /// Ends the socket at once: what waits is not written any more (C9).
    pub(super) fn cut(&self, reason: CloseReason) {
        self.waiting().cut(reason);
        self.readable.notify_one();
        self.drained.notify_waiters();
    }

    /// Everything that waits, once something does.
    pub(super) async fn next(&self) -> Next {
        loop {
            let next = self.waiting().take();
            if let Some(next) = next {
                self.drained.notify_waiters();
                return next;
            }
            self.readable.notified().await;
        }
    }

    /// Resolves once nothing but the close is left to read. Not to be waited for together with [`Self::next`].
    pub(super) async fn is_over(&self) {
        while !self.waiting().is_over() {
            self.readable.notified().await;
        }
    }

    /// Resolves when less than half of the queue is taken, or the socket ends.
    pub(super) async fn has_room(&self) {
        loop {
            let drained = self.drained.notified();
            if self.waiting().has_room() {
                return;
            }
            drained.await;
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The queue's state, without waiting.
#[derive(Debug, Default)]
struct Waiting {
    frames: Vec<Text>,
    size_bytes: usize,
    ending: Option<Box<CloseReason>>,
}

impl Waiting {
    /// Whether the reader is to be woken: it is only for the first frame after it has taken everything.
    fn push(&mut self, frame: Text) -> bool {
        if self.ending.is_some() {
            return false;
        }
        let size_bytes = self.size_bytes + frame.size_bytes() + FRAME_OVERHEAD_BYTES;
        if size_bytes > SOCKET_QUEUE_BYTES_MAX {
            self.cut(CloseReason { code: close::TOO_SLOW, refusal: None });
            return true;
        }
        self.size_bytes = size_bytes;
        self.frames.push(frame);
        self.frames.len() == 1
    }

    fn end(&mut self, reason: CloseReason) {
        if self.ending.is_none() {
            self.ending = Some(Box::new(reason));
        }
    }

    fn cut(&mut self, reason: CloseReason) {
        self.frames = Vec::new();
        self.size_bytes = 0;
        self.ending = Some(Box::new(reason));
    }

    fn take(&mut self) -> Option<Next> {
        if self.frames.is_empty() {
            return self.ending.as_deref().cloned().map(Next::Close);
        }
        self.size_bytes = 0;
        Some(Next::Frames(mem::take(&mut self.frames)))
    }

    fn is_over(&self) -> bool {
        self.ending.is_some() && self.frames.is_empty()
    }

    fn has_room(&self) -> bool {
        self.size_bytes < SOCKET_QUEUE_BYTES_MAX / 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use proptest::prelude::*;

    fn text(size_bytes: usize) -> Text {
        Text::from("x".repeat(size_bytes))
    }

    const REVOKED: CloseReason = CloseReason { code: close::SIGNED_OUT, refusal: None };
    const AWAY: CloseReason = CloseReason { code: close::GOING_AWAY, refusal: None };

    #[test]
    fn everything_that_waits_is_taken_at_once_and_wakes_the_reader_once() {
        let mut waiting = Waiting::default();
        assert!(waiting.push(text(1)));
        assert!(!waiting.push(text(2)));
        assert_eq!(waiting.take(), Some(Next::Frames(vec![text(1), text(2)])));
        assert_eq!(waiting.take(), None);
        assert!(waiting.push(text(3)));
    }

    #[test]
    fn a_slow_socket_is_ended_and_its_queue_freed() {
        let mut waiting = Waiting::default();
        while waiting.ending.is_none() {
            assert!(waiting.size_bytes <= SOCKET_QUEUE_BYTES_MAX);
            waiting.push(text(10_000));
        }
        assert_eq!((waiting.frames.capacity(), waiting.size_bytes), (0, 0));
        assert!(!waiting.push(text(1)));
        for _ in 0..2 {
            assert_eq!(waiting.take(), Some(Next::Close(CloseReason { code: close::TOO_SLOW, refusal: None })));
        }
    }

    #[test]
    fn a_revoked_socket_gets_nothing_more_even_while_it_was_ending() {
        let mut waiting = Waiting::default();
        waiting.push(text(1));
        waiting.end(AWAY);
        waiting.cut(REVOKED);
        assert_eq!(waiting.take(), Some(Next::Close(REVOKED)));
    }

    #[test]
    fn an_ending_socket_gets_what_waits_and_then_the_close() {
        let mut waiting = Waiting::default();
        waiting.push(text(1));
        waiting.end(AWAY);
        assert!(!waiting.push(text(2)));
        assert_eq!(waiting.take(), Some(Next::Frames(vec![text(1)])));
        assert_eq!(waiting.take(), Some(Next::Close(AWAY)));
    }

    #[tokio::test]
    async fn room_comes_back_when_the_reader_takes_what_waits() {
        let queue = Queue::default();
        queue.push(text(SOCKET_QUEUE_BYTES_MAX - FRAME_OVERHEAD_BYTES));
        tokio::join!(queue.has_room(), async {
            tokio::task::yield_now().await;
            assert!(matches!(queue.next().await, Next::Frames(frames) if frames.len() == 1));
        });
    }

    /// Which text it is: whose bytes are where. Comparing what is in them would take most of the test's time.
    fn places(texts: &[Text]) -> Vec<*const u8> {
        texts.iter().map(|text| text.clone().into_bytes().as_ptr()).collect()
    }

    proptest! {
        #[test]
        fn a_reader_gets_every_frame_in_order_or_is_told_to_come_back(
            steps in prop::collection::vec(prop::option::weighted(0.8, 1..200_000_usize), 1..100),
        ) {
            let bytes = Bytes::from(vec![b'x'; 200_100]);
            let mut waiting = Waiting::default();
            let (mut pushed, mut read) = (Vec::new(), Vec::new());
            let mut is_ended = false;
            for (number, step) in steps.into_iter().enumerate() {
                match step {
                    Some(size_bytes) => {
                        let text = Text::from(bytes.slice(number..number + size_bytes));
                        waiting.push(text.clone());
                        pushed.push(text);
                    }
                    None => match waiting.take() {
                        Some(Next::Frames(frames)) => read.extend(frames),
                        Some(Next::Close(_)) => is_ended = true,
                        None => prop_assert_eq!(places(&read), places(&pushed)),
                    },
                }
                prop_assert!(waiting.size_bytes <= SOCKET_QUEUE_BYTES_MAX);
                prop_assert!(is_ended || places(&pushed).starts_with(&places(&read)));
            }
        }
    }
}
