//! One signed-in socket from `welcome` to its close. Rule: one task, one loop; frames are carried out side by side but
//! answered in their order, at most [`STEPS_MAX`] at a time, beyond which the peer's frames stay unread.

use super::{
    Pace, Room,
    catch_up::{self, CatchUps},
    dispatch::{Answer, Step, frame_step, refused, step},
    flood::Flood,
    script::Script,
    socket::{Farewell, Socket, Turn, encode},
};
use crate::{clock::now_ms, problem::told, state::AppState};
use domain::{Attachment, Chat, CloseReason, Next, Text, Viewer};
use futures::{StreamExt, future::BoxFuture, stream::FuturesOrdered};
use std::{
    pin::pin,
    time::{Duration, Instant},
};
use tokio::time::{sleep_until, timeout};
use tokio_tungstenite::tungstenite::Message;
use wire::{
    Code, Time,
    frame::{ServerFrame, close},
};

/// Frames of one socket that are being carried out.
const STEPS_MAX: usize = 32;

/// Serves a socket until one side closes it. What runs for a moment only is boxed: a socket is idle for most of its life,
/// and its task is as large as the largest thing that it ever does.
pub(super) async fn run(state: &AppState, viewer: &Viewer, attachment: Attachment, room: Room, socket: &mut Socket) {
    // Attached before the heads are read: what happens in between waits in the attachment (C6).
    let begun = match &room {
        Room::All => Box::pin(welcome(state, viewer, &attachment, socket)).await.map(|()| None),
        Room::Script(room) => Box::pin(Script::open(&state.chat, viewer, room)).await.map(|(script, frames)| {
            socket.queue(frames);
            Some(Box::new(script))
        }),
    };
    let script = match begun {
        Ok(script) => script,
        Err(farewell) => return Box::pin(socket.close(farewell)).await,
    };
    let end = talk(state, viewer, &attachment, script, socket).await;
    tracing::debug!(user = %viewer.user, session = %viewer.session, end = end.as_str(), "a socket ended");
    drop(attachment);
    match end {
        End::Gone => {}
        End::Goodbye => Box::pin(socket.finish()).await,
        End::Failed(farewell) => Box::pin(socket.close(farewell)).await,
        End::Close(reason) => Box::pin(socket.close(farewell(reason))).await,
    }
}

/// What the page's socket is told first.
async fn welcome(
    state: &AppState,
    viewer: &Viewer,
    attachment: &Attachment,
    socket: &mut Socket,
) -> Result<(), Farewell> {
    let welcome = state.chat.welcome(viewer).await.map_err(|error| Farewell::refused(close::RESTART, told(error)))?;
    socket.queue([encode(&welcome.of_build(state.site.build()))]);
    // Not worth a socket: it is told again when it changes.
    if let Err(error) = state.chat.greet(viewer, attachment).await {
        told(error);
    }
    Ok(())
}

async fn talk(
    state: &AppState,
    viewer: &Viewer,
    attachment: &Attachment,
    script: Option<Box<Script>>,
    socket: &mut Socket,
) -> End {
    let (chat, pace, now) = (&state.chat, state.config.pace, Instant::now());
    let mut session = Session {
        chat,
        viewer,
        attachment,
        script,
        steps: FuturesOrdered::new(),
        catch_ups: CatchUps::new(chat, viewer, attachment),
        flood: Flood::new(now),
        heard: now,
        until: now + life(viewer.expires_at),
        pace,
    };
    let end = session.turn_by_turn(socket).await;
    if let End::Close(CloseReason { code: close::GOING_AWAY | close::RESTART, .. }) = end {
        Box::pin(session.drain(socket)).await;
    }
    end
}

/// How a socket ends.
enum End {
    /// The peer is gone, or has been silent for too long.
    Gone,
    /// The peer said goodbye.
    Goodbye,
    /// The peer broke a rule.
    Failed(Farewell),
    /// The domain closes it.
    Close(CloseReason),
}

impl End {
    /// For the log.
    fn as_str(&self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::Goodbye => "goodbye",
            Self::Failed(farewell) => farewell.reason(),
            Self::Close(reason) => reason.refusal.as_ref().map_or("closed", |refusal| refusal.code.as_str()),
        }
    }
}

struct Session<'a> {
    chat: &'a Chat,
    viewer: &'a Viewer,
    attachment: &'a Attachment,
    /// For a script: its dialect.
    script: Option<Box<Script>>,
    steps: FuturesOrdered<BoxFuture<'a, Answer>>,
    catch_ups: CatchUps<'a>,
    flood: Flood,
    heard: Instant,
    /// When what opened the socket ends, and the socket with it.
    until: Instant,
    pace: Pace,
}

impl Session<'_> {
    async fn turn_by_turn(&mut self, socket: &mut Socket) -> End {
        let mut alarm = pin!(sleep_until(self.alarm(self.pace.ping_ms)));
        loop {
            let is_reading = self.steps.len() < STEPS_MAX && !self.catch_ups.is_full();
            tokio::select! {
                biased;
                () = self.attachment.closing(), if !socket.is_idle() => match self.attachment.next().await {
                    Next::Close(reason) => return End::Close(reason),
                    Next::Frames(frames) => if let Some(end) = self.say(socket, frames) {
                        return end;
                    },
                },
                // Answers first: an ack then leaves with the event of the same commit, in one write.
                Some(answer) = self.steps.next() => self.answer(answer),
                answer = self.catch_ups.next() => self.caught_up(answer),
                next = self.attachment.next(), if socket.is_idle() => match next {
                    Next::Close(reason) => return End::Close(reason),
                    Next::Frames(frames) => if let Some(end) = self.say(socket, frames) {
                        return end;
                    },
                },
                turn = socket.turn(is_reading) => {
                    if let Some(end) = self.turned(turn) {
                        return end;
                    }
                }
                () = &mut alarm => {
                    if Instant::now() >= self.until {
                        return End::Close(CloseReason { code: close::SIGNED_OUT, refusal: Some(Code::SignedOut.into()) });
                    }
                    match self.silence(is_reading) {
                        silent_ms if silent_ms >= self.pace.idle_ms => return End::Gone,
                        silent_ms if silent_ms >= self.pace.ping_ms => {
                            socket.ping();
                            alarm.as_mut().reset(self.alarm(self.pace.idle_ms));
                        }
                        _ => alarm.as_mut().reset(self.alarm(self.pace.ping_ms)),
                    }
                }
            }
        }
    }

    fn say(&mut self, socket: &mut Socket, frames: Vec<Text>) -> Option<End> {
        let Some(script) = &mut self.script else {
            socket.queue(frames.into_iter().map(Text::into_bytes));
            return None;
        };
        for frame in frames {
            let told = script.tell(&frame);
            socket.queue(told.frames);
            if let Some(held) = told.missing {
                self.catch_ups.resume(self.chat.epoch().clone(), vec![held]);
            }
            if let Some(farewell) = told.end {
                return Some(End::Failed(farewell));
            }
        }
        None
    }

    fn turned(&mut self, turn: Turn) -> Option<End> {
        match turn {
            Turn::Written => None,
            Turn::Gone => Some(End::Gone),
            Turn::Failed(farewell) => Some(End::Failed(farewell)),
            Turn::Heard(message) => self.hear(message),
        }
    }

    fn hear(&mut self, message: Message) -> Option<End> {
        self.heard = Instant::now();
        if !self.flood.take(self.heard) {
            return Some(End::Failed(Farewell::refused(close::ABUSE, Code::SlowDown.into())));
        }
        let step = match message {
            Message::Text(text) => match &mut self.script {
                None => step(self.chat, self.viewer, &text),
                Some(script) => match script.hear(&text) {
                    Ok(frame) => frame_step(self.chat, self.viewer, frame),
                    Err(code) => refused(code),
                },
            },
            Message::Binary(_) => refused(Code::Malformed),
            Message::Close(_) => return Some(End::Goodbye),
            Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => return None,
        };
        match step {
            Step::Wait(work) => self.steps.push_back(work),
            Step::Resume(epoch, rooms) => self.catch_ups.resume(epoch, rooms),
        }
        None
    }

    fn answer(&mut self, answer: Answer) {
        match answer {
            Answer::Nothing => {}
            Answer::Frame(frame) => self.attachment.push(&frame),
            Answer::Pong(n) if self.catch_ups.is_empty() => self.attachment.push(&pong(n)),
            Answer::Pong(n) => self.catch_ups.ping(n),
        }
    }

    fn caught_up(&mut self, answer: catch_up::Answer) {
        match answer {
            catch_up::Answer::Room(frame) => self.attachment.push(&frame),
            catch_up::Answer::Ping(n) => self.attachment.push(&pong(n)),
        }
    }

    /// Milliseconds without a sign of life; none are counted while the server itself does not read.
    fn silence(&mut self, is_reading: bool) -> u64 {
        if !is_reading {
            self.heard = Instant::now();
        }
        u64::try_from(self.heard.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn alarm(&self, after_ms: u64) -> tokio::time::Instant {
        (self.heard + Duration::from_millis(after_ms)).min(self.until).into()
    }

    /// Sends the acks of what is being stored, and everything that waits, before the server goes away.
    async fn drain(&mut self, socket: &mut Socket) {
        let limit = Duration::from_millis(self.pace.drain_ms);
        let _ = timeout(limit, async {
            while let Some(answer) = self.steps.next().await {
                if let Answer::Frame(frame) = answer {
                    socket.queue([encode(&frame)]);
                }
            }
            socket.flush().await
        })
        .await;
    }
}

fn farewell(reason: CloseReason) -> Farewell {
    match reason.refusal {
        Some(refusal) => Farewell::refused(reason.code, refusal),
        None if reason.code == close::TOO_SLOW => Farewell::new(reason.code, "too_slow"),
        None => Farewell::new(reason.code, "going_away"),
    }
}

/// How long until then.
fn life(until: Time) -> Duration {
    Duration::from_millis(u64::try_from(until.0.saturating_sub(now_ms())).unwrap_or_default())
}

fn pong(n: u64) -> ServerFrame {
    ServerFrame::Pong { n, at: Time(now_ms()) }
}
