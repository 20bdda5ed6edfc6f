//! One WebSocket's bytes. Rule: reading and writing go on side by side, everything that waits leaves with as few writes
//! as possible, and no buffer grows beyond [`WRITE_BUFFER_BYTES_MAX`] for a peer that does not read.

use super::Pace;
use bytes::Bytes;
use futures::{SinkExt, StreamExt};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use std::{
    collections::VecDeque,
    future::{Future, poll_fn},
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::{Sleep, sleep, timeout},
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Error, Message, Utf8Bytes,
        error::ProtocolError,
        protocol::{
            CloseFrame, Role, WebSocketConfig,
            frame::{
                Frame,
                coding::{CloseCode, Data, OpCode},
            },
        },
    },
};
use wire::{
    Code, Refusal,
    frame::{ServerFrame, close},
    limits::FRAME_BYTES_MAX,
};

/// Allocated at once for every socket; larger frames grow it for as long as the socket lives.
const READ_BUFFER_BYTES: usize = 4 * 1024;
/// Frames are gathered up to this before the kernel is called; a flush ends every batch.
const WRITE_BUFFER_BYTES: usize = 16 * 1024;
/// tungstenite copies each frame into a buffer that it never gives back. Pieces keep a page of history (256 KiB) from
/// staying allocated for the life of the socket.
const PIECE_BYTES_MAX: usize = 16 * 1024;
/// A full buffer, one more piece, and room for pongs.
const WRITE_BUFFER_BYTES_MAX: usize = 64 * 1024;
/// Slots for waiting frames that an idle socket keeps.
const QUEUE_SLOTS_KEPT: usize = 16;
/// After a frame that was refused unread, this much of what follows is thrown away so that the peer can read why: closing
/// with unread bytes would reset the connection.
const DISCARD_BYTES_MAX: usize = 16 * 1024 * 1024;

/// A WebSocket with what waits to be written to it.
pub(super) struct Socket {
    stream: WebSocketStream<TokioIo<Upgraded>>,
    waiting: VecDeque<Bytes>,
    /// A part of the first waiting message has left as fragments.
    is_begun: bool,
    unflushed: bool,
    /// Runs while the peer takes nothing.
    stuck: Option<Pin<Box<Sleep>>>,
    /// The peer said something that was refused before it was read to its end.
    unread: bool,
    pace: Pace,
}

/// What a turn brought.
pub(super) enum Turn {
    /// The peer said something.
    Heard(Message),
    /// Everything that waited has been handed to the kernel.
    Written,
    /// The peer is gone.
    Gone,
    /// It cannot go on; these are the last words.
    Failed(Farewell),
}

/// The last words to a peer.
pub(super) struct Farewell {
    code: u16,
    reason: &'static str,
    error: Option<Refusal>,
}

impl Farewell {
    /// A close code with its reason in a word.
    pub(super) fn new(code: u16, reason: &'static str) -> Self {
        Self { code, reason, error: None }
    }

    /// The word.
    pub(super) fn reason(&self) -> &'static str {
        self.reason
    }

    /// An `error` frame, then a close code with the same word.
    pub(super) fn refused(code: u16, refusal: Refusal) -> Self {
        Self { code, reason: refusal.code.as_str(), error: Some(refusal) }
    }
}

impl Socket {
    pub(super) async fn open(upgraded: Upgraded, pace: Pace) -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER_BYTES)
            .write_buffer_size(WRITE_BUFFER_BYTES)
            .max_write_buffer_size(WRITE_BUFFER_BYTES_MAX)
            .max_message_size(Some(FRAME_BYTES_MAX))
            .max_frame_size(Some(FRAME_BYTES_MAX));
        let stream = WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, Some(config)).await;
        Self { stream, waiting: VecDeque::new(), is_begun: false, unflushed: false, stuck: None, unread: false, pace }
    }

    /// Queues text frames; [`Self::turn`] writes them.
    pub(super) fn queue(&mut self, frames: impl IntoIterator<Item = Bytes>) {
        self.waiting.extend(frames);
    }

    /// Queues a WebSocket ping, which a live peer answers by itself.
    pub(super) fn ping(&mut self) {
        // A full buffer means that the peer takes nothing; `stuck` is then running already.
        let _ = self.stream.start_send_unpin(Message::Ping(Bytes::new()));
        self.unflushed = true;
    }

    /// Whether everything queued has been handed to the kernel.
    pub(super) fn is_idle(&self) -> bool {
        self.waiting.is_empty() && !self.unflushed
    }

    /// Writes what waits and, if `reading`, reads one message. May be dropped and called again at any time.
    pub(super) async fn turn(&mut self, reading: bool) -> Turn {
        poll_fn(|context| self.poll_turn(context, reading)).await
    }

    /// Writes what waits; false when the peer does not take it.
    pub(super) async fn flush(&mut self) -> bool {
        while !self.is_idle() {
            if !matches!(self.turn(false).await, Turn::Written) {
                return false;
            }
        }
        true
    }

    /// Answers the peer's close frame.
    pub(super) async fn finish(&mut self) {
        let limit = Duration::from_millis(self.pace.drain_ms);
        let _ = timeout(limit, self.hear_out()).await;
    }

    /// Drops what waits, says goodbye, and gives the peer a moment to answer.
    pub(super) async fn close(&mut self, farewell: Farewell) {
        let limit = Duration::from_millis(self.pace.drain_ms);
        let said = timeout(limit, self.say(farewell)).await;
        if matches!(said, Ok(Ok(()))) {
            self.finish().await;
        }
    }

    fn poll_turn(&mut self, context: &mut Context<'_>, reading: bool) -> Poll<Turn> {
        let was_idle = self.is_idle();
        let written = match self.poll_write(context) {
            Poll::Ready(Err(turn)) => return Poll::Ready(turn),
            Poll::Ready(Ok(())) => !was_idle,
            Poll::Pending => false,
        };
        if reading && let Poll::Ready(heard) = self.stream.poll_next_unpin(context) {
            return Poll::Ready(match heard {
                Some(Ok(message)) => Turn::Heard(message),
                Some(Err(error)) => self.failed(&error),
                None => Turn::Gone,
            });
        }
        if written { Poll::Ready(Turn::Written) } else { Poll::Pending }
    }

    fn poll_write(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Turn>> {
        while !self.is_idle() {
            match self.poll_piece(context) {
                Poll::Ready(Ok(())) => self.stuck = None,
                Poll::Ready(Err(_)) => return Poll::Ready(Err(Turn::Gone)),
                Poll::Pending => return self.poll_stuck(context),
            }
        }
        Poll::Ready(Ok(()))
    }

    fn poll_piece(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        if self.waiting.is_empty() {
            ready!(self.stream.poll_flush_unpin(context))?;
            self.unflushed = false;
            return Poll::Ready(Ok(()));
        }
        ready!(self.stream.poll_ready_unpin(context))?;
        if let Some(piece) = self.next_piece() {
            self.unflushed = true;
            self.stream.start_send_unpin(Message::Frame(piece))?;
        }
        Poll::Ready(Ok(()))
    }

    fn next_piece(&mut self) -> Option<Frame> {
        let first = self.waiting.front_mut()?;
        let kind = if self.is_begun { Data::Continue } else { Data::Text };
        self.is_begun = first.len() > PIECE_BYTES_MAX;
        let piece = if self.is_begun { first.split_to(PIECE_BYTES_MAX) } else { self.waiting.pop_front()? };
        if self.waiting.is_empty() && self.waiting.capacity() > QUEUE_SLOTS_KEPT {
            self.waiting = VecDeque::new();
        }
        Some(Frame::message(piece, OpCode::Data(kind), !self.is_begun))
    }

    fn poll_stuck(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Turn>> {
        let limit = Duration::from_millis(self.pace.write_ms);
        let stuck = self.stuck.get_or_insert_with(|| Box::pin(sleep(limit)));
        stuck.as_mut().poll(context).map(|()| Err(Turn::Failed(Farewell::new(close::TOO_SLOW, "too_slow"))))
    }

    /// What to say to a peer that broke the protocol (RFC 6455, 7.4.1), if it is still there.
    fn failed(&mut self, error: &Error) -> Turn {
        let (code, refusal) = match error {
            Error::Capacity(_) => (CloseCode::Size, Code::TooLarge),
            Error::Utf8(_) => (CloseCode::Invalid, Code::Malformed),
            Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => return Turn::Gone,
            Error::Protocol(_) => (CloseCode::Protocol, Code::Malformed),
            _ => return Turn::Gone,
        };
        self.unread = true;
        Turn::Failed(Farewell::refused(code.into(), refusal.into()))
    }

    async fn say(&mut self, farewell: Farewell) -> Result<(), Error> {
        // Between the fragments of a message only control frames may stand.
        if let Some(refusal) = farewell.error.filter(|_| !self.is_begun) {
            let text = encode(&ServerFrame::Error { refusal });
            self.stream.feed(Message::Frame(Frame::message(text, OpCode::Data(Data::Text), true))).await?;
        }
        let reason = Utf8Bytes::from_static(farewell.reason);
        self.stream.send(Message::Close(Some(CloseFrame { code: farewell.code.into(), reason }))).await
    }

    /// Until the peer has closed.
    async fn hear_out(&mut self) {
        if !self.unread {
            while let Some(Ok(_)) = self.stream.next().await {}
            return;
        }
        let raw = self.stream.get_mut();
        if raw.shutdown().await.is_err() {
            return;
        }
        let mut thrown_away = vec![0; READ_BUFFER_BYTES];
        let mut left = DISCARD_BYTES_MAX;
        while let Ok(bytes @ 1..) = raw.read(&mut thrown_away).await {
            left = left.saturating_sub(bytes);
            if left == 0 {
                return;
            }
        }
    }
}

/// A frame as its text, for the few that do not go through the fan-out.
pub(super) fn encode(frame: &ServerFrame) -> Bytes {
    serde_json::to_vec(frame).expect("frames have string keys and no failing serializer").into()
}
