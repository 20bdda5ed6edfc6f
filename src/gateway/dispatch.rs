//! From a frame to the domain and back. Rule: a thin door: no permission is decided here (invariant 3), and nothing that a
//! peer can send ends the socket.

use crate::problem::told;
use domain::{Ack, Chat, Draft, Error, Viewer};
use futures::future::{BoxFuture, FutureExt, ready};
use wire::{
    Amendment, Cid, Code, Epoch, Parts, Refusal,
    frame::{ClientFrame, Held, ServerFrame},
    limits::RESUME_ROOMS_MAX,
};

/// "Unknown" (C3) is told as "send the same again" after this.
const UNKNOWN_WAIT_MS: i64 = 1_000;

/// What a frame leads to.
pub(super) enum Step<'a> {
    /// Something to wait for; its answer, if any, is sent in the order of the frames.
    Wait(BoxFuture<'a, Answer>),
    /// Rooms to catch up with.
    Resume(Epoch, Vec<Held>),
}

/// What a frame is answered with.
pub(super) enum Answer {
    /// Nothing: it was carried out.
    Nothing,
    /// This frame.
    Frame(Box<ServerFrame>),
    /// A `pong`, once everything before it has been answered.
    Pong(u64),
}

impl Answer {
    fn of(frame: ServerFrame) -> Self {
        Self::Frame(Box::new(frame))
    }
}

/// The step that a text frame asks for.
pub(super) fn step<'a>(chat: &'a Chat, viewer: &'a Viewer, text: &str) -> Step<'a> {
    // serde_json refuses nesting beyond 128 levels.
    match serde_json::from_str(text) {
        Ok(frame) => frame_step(chat, viewer, frame),
        Err(_) => refused(Code::Malformed),
    }
}

/// The step of a frame that cannot be carried out.
pub(super) fn refused<'a>(code: Code) -> Step<'a> {
    Step::Wait(ready(Answer::of(ServerFrame::Error { refusal: code.into() })).boxed())
}

/// The step that a frame asks for.
pub(super) fn frame_step<'a>(chat: &'a Chat, viewer: &'a Viewer, frame: ClientFrame) -> Step<'a> {
    match frame {
        ClientFrame::ChatMessage { cid, room, message_type: kind, content, reply_to, attachments, location } => {
            let more = Parts::claimed(attachments, location);
            Step::Wait(stored(cid, chat.append(viewer, Draft { cid, room, kind, content, reply_to, more })).boxed())
        }
        ClientFrame::EditMessage { cid, room, target, content } => {
            Step::Wait(stored(cid, chat.amend(viewer, cid, room, target, Amendment::Edit { content })).boxed())
        }
        ClientFrame::DeleteMessage { cid, room, target } => {
            Step::Wait(stored(cid, chat.amend(viewer, cid, room, target, Amendment::Delete)).boxed())
        }
        ClientFrame::Reaction { cid, room, target, emoji, on } => {
            let amendment = if on { Amendment::React { emoji } } else { Amendment::Unreact { emoji } };
            Step::Wait(stored(cid, chat.amend(viewer, cid, room, target, amendment)).boxed())
        }
        ClientFrame::BidDecision { cid, room, target, decision, offer } => {
            Step::Wait(stored(cid, chat.decide_bid(viewer, cid, room, target, (decision, offer))).boxed())
        }
        ClientFrame::Typing { room, is_typing } => Step::Wait(quiet(chat.typing(viewer, room, is_typing)).boxed()),
        ClientFrame::Delivered { room, seq } => Step::Wait(quiet(chat.mark_delivered(viewer, room, seq)).boxed()),
        ClientFrame::MarkAsRead { room, seq } => Step::Wait(quiet(chat.mark_read(viewer, room, seq)).boxed()),
        ClientFrame::Resume { rooms, .. } if rooms.len() > RESUME_ROOMS_MAX => refused(Code::TooLarge),
        ClientFrame::Resume { epoch, rooms } => Step::Resume(epoch, rooms),
        ClientFrame::Profiles { since } => Step::Wait(answered(chat.profiles_since(viewer, since)).boxed()),
        ClientFrame::Ping { n } => Step::Wait(ready(Answer::Pong(n)).boxed()),
        ClientFrame::Unknown => refused(Code::UnknownFrame),
    }
}

/// For frames of what shall be stored.
async fn stored(cid: Cid, work: impl Future<Output = Result<Ack, Error>>) -> Answer {
    Answer::of(match work.await {
        Ok(ack) => ack.into_frame(),
        Err(error) => not_stored(cid, told(error)),
    })
}

/// Only what will never appear is `refused`; everything else is sent again or waits (C3).
fn not_stored(cid: Cid, refusal: Refusal) -> ServerFrame {
    match refusal.code {
        Code::SlowDown | Code::TryAgain | Code::Overloaded => {
            ServerFrame::SlowDown { cid, wait_ms: refusal.wait_ms.unwrap_or(UNKNOWN_WAIT_MS) }
        }
        Code::SignedOut => ServerFrame::Error { refusal },
        _ => ServerFrame::Refused { cid, refusal },
    }
}

/// For frames whose answer is a frame.
async fn answered(work: impl Future<Output = Result<ServerFrame, Error>>) -> Answer {
    Answer::of(work.await.unwrap_or_else(|error| ServerFrame::Error { refusal: told(error) }))
}

/// For frames that are answered only when they fail.
async fn quiet<T>(work: impl Future<Output = Result<T, Error>>) -> Answer {
    match work.await {
        Ok(_) => Answer::Nothing,
        Err(error) => Answer::of(ServerFrame::Error { refusal: told(error) }),
    }
}
