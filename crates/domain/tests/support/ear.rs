//! Listening to what a socket is told. Rule: frames are read one by one, and an unexpected one fails the case.

use domain::{Attachment, Chat, CloseReason, Next, Viewer};
use std::{collections::VecDeque, time::Duration};
use tokio::time::timeout;
use wire::{CursorState, Presence, Seq, Unread, UserId, frame::ServerFrame};

/// Longer than anything should take.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// A socket that is read frame by frame.
pub struct Ear {
    pub attachment: Attachment,
    heard: VecDeque<ServerFrame>,
}

impl Ear {
    pub async fn of(chat: &Chat, viewer: &Viewer) -> Self {
        Self { attachment: chat.attach(viewer).await.unwrap(), heard: VecDeque::new() }
    }

    pub async fn next(&mut self) -> Result<ServerFrame, CloseReason> {
        loop {
            if let Some(frame) = self.heard.pop_front() {
                return Ok(frame);
            }
            match timeout(PATIENCE, self.attachment.next()).await.expect("a frame in time") {
                Next::Frames(frames) => {
                    assert!(!frames.is_empty());
                    self.heard.extend(frames.iter().map(|frame| serde_json::from_str(frame).unwrap()));
                }
                Next::Close(reason) => return Err(reason),
            }
        }
    }

    /// The next frame that `pick` takes; presence, and what stands beside conversations, come when they come and are passed
    /// over.
    pub async fn wait<T>(&mut self, pick: impl Fn(&ServerFrame) -> Option<T>) -> T {
        loop {
            match self.next().await.unwrap() {
                frame if pick(&frame).is_some() => return pick(&frame).unwrap(),
                ServerFrame::Presence(_)
                | ServerFrame::Presences { .. }
                | ServerFrame::Lobby(_)
                | ServerFrame::People { .. } => {}
                other => panic!("unexpected: {other:?}"),
            }
        }
    }

    pub async fn event(&mut self) -> i64 {
        self.wait(|frame| if let ServerFrame::Event(event) = frame { Some(event.seq.0) } else { None }).await
    }

    /// Passes over everything up to the event at this position: a change is answered before it is told, so that a socket
    /// that comes after the answer may still hear of it.
    pub async fn skip_to(&mut self, seq: Seq) {
        while !matches!(self.next().await.unwrap(), ServerFrame::Event(event) if event.seq == seq) {}
    }

    pub async fn cursors(&mut self) -> (CursorState, Option<Unread>) {
        let pick = |frame: &ServerFrame| match frame {
            ServerFrame::Cursors { cursors, unread, .. } => Some((*cursors, *unread)),
            _ => None,
        };
        self.wait(pick).await
    }

    pub async fn typing(&mut self) -> (UserId, bool) {
        let pick = |frame: &ServerFrame| match frame {
            ServerFrame::Typing { user, is_typing, .. } => Some((*user, *is_typing)),
            _ => None,
        };
        self.wait(pick).await
    }

    pub async fn presence(&mut self) -> Presence {
        self.wait(|frame| if let ServerFrame::Presence(presence) = frame { Some(*presence) } else { None }).await
    }

    pub async fn closed(&mut self) -> CloseReason {
        loop {
            if let Err(reason) = self.next().await {
                return reason;
            }
        }
    }

    /// Nothing but presence waits: a frame pushed now is the next.
    pub async fn is_silent(&mut self) {
        self.attachment.push(&ServerFrame::Pong { n: 77, at: wire::Time(0) });
        self.wait(|frame| matches!(frame, ServerFrame::Pong { n: 77, .. }).then_some(())).await;
    }
}
