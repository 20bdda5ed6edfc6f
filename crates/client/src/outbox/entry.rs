//! One message of the outbox and where it stands. Rule: "unknown" is a kind of waiting, never of failure (C3).

use std::collections::VecDeque;

use wire::{Act, Cid, Code, Refusal, Seq, Time};

use crate::catch_up::Way;
use crate::io::{OutboxChange, Output, Waiting};
use crate::view::Tick;

/// Between two tries when the server cannot serve right now and names no time.
const PATIENCE_MS: i64 = 5_000;

/// See the module.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub waiting: Waiting,
    pub state: State,
    /// Changes of it that the browser has not confirmed yet: until then its list may not show them.
    pub unkept: u32,
    /// The refused one that it takes the place of, until the browser keeps it.
    pub replaces: Option<Cid>,
    /// Its requests over HTTP that have no answer yet …
    pub requests: u32,
    /// … and whether there were several at once since the last time there was none.
    pub is_mixed: bool,
}

/// Where it stands. Times are the core's inside time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// The browser is about to keep it.
    Storing,
    /// Waits for its turn, for a connection and for this moment.
    Ready { from_ms: i64 },
    /// Waits because the server asked for it; nothing shortens it.
    Held { from_ms: i64 },
    /// On its way, until the answer or until it is unknown.
    Sent { way: Way, until_ms: i64 },
    /// In the log, but the held part does not reach it yet.
    Stored { seq: Seq, at: Time },
    /// Refused for good.
    Refused,
}

impl Entry {
    /// Not sent yet.
    pub fn new(waiting: Waiting, state: State) -> Self {
        Self { waiting, state, unkept: 0, replaces: None, requests: 0, is_mixed: false }
    }

    /// Asks the browser to keep it as it is now: by `Put`, or by `Update` if another tab may have taken it out meanwhile.
    pub fn keep(&mut self, how: impl FnOnce(Waiting) -> OutboxChange, out: &mut VecDeque<Output>) {
        self.unkept = self.unkept.saturating_add(1);
        out.push_back(Output::Store(how(self.waiting.clone())));
    }

    /// Takes over what another tab wrote of it. Whether it became refused by that.
    pub fn merge(&mut self, kept: Waiting) -> bool {
        self.waiting.tried |= kept.tried;
        let is_news = kept.refusal.is_some() && self.is_unsettled();
        if is_news {
            (self.waiting.refusal, self.state) = (kept.refusal, State::Refused);
        }
        is_news
    }

    /// Whether it has gone, if the browser's list does not show it: settled or taken back in another tab.
    pub fn is_gone(&self) -> bool {
        self.unkept == 0 && self.seq().is_none() && self.state != State::Storing
    }

    /// Whether it still has to be sent or answered.
    pub fn is_unsettled(&self) -> bool {
        !matches!(self.state, State::Stored { .. } | State::Refused)
    }

    /// Whether the user may take it back: it is refused, or the browser does not keep it yet. What waits may have been sent by
    /// a tab that is gone since.
    pub fn is_free(&self) -> bool {
        matches!(self.state, State::Refused | State::Storing)
    }

    /// Whether such a refusal of a change says that nothing is left to be done.
    pub fn is_so(&self, code: Code) -> bool {
        match self.waiting.act {
            Act::Say => false,
            Act::Delete => matches!(code, Code::Unchanged | Code::MessageDeleted),
            _ => code == Code::Unchanged,
        }
    }

    /// How far it has come, while it is not in the log.
    pub fn tick(&self) -> Option<Tick> {
        match self.state {
            State::Storing | State::Ready { .. } | State::Held { .. } => Some(Tick::Waiting),
            State::Sent { .. } => Some(Tick::Sending),
            State::Stored { .. } => None,
            State::Refused => self.waiting.refusal.clone().map_or(Some(Tick::Waiting), |it| Some(Tick::Refused(it))),
        }
    }

    /// Its position, once it has one.
    pub fn seq(&self) -> Option<Seq> {
        if let State::Stored { seq, .. } = self.state { Some(seq) } else { None }
    }

    /// Whether it may be sent now.
    pub fn may_go(&self, now_ms: i64) -> bool {
        matches!(self.state, State::Ready { from_ms } | State::Held { from_ms } if now_ms >= from_ms)
    }

    /// The same again, after `wait_ms`.
    pub fn wait(&mut self, now_ms: i64, wait_ms: i64) {
        self.state = State::Held { from_ms: now_ms.saturating_add(wait_ms) };
    }

    /// When it needs attention.
    pub fn deadline_ms(&self, can_send: bool) -> Option<i64> {
        match self.state {
            State::Sent { until_ms, .. } => Some(until_ms),
            State::Ready { from_ms } | State::Held { from_ms } if can_send => Some(from_ms),
            _ => None,
        }
    }
}

/// How long to wait before sending the same again, if the refusal is one for the moment (C3: signed out, 429 and 5xx
/// mean waiting).
pub(crate) fn patience_ms(refusal: &Refusal) -> Option<i64> {
    match refusal.code {
        Code::SlowDown | Code::TryAgain | Code::Overloaded | Code::SignedOut | Code::TooManySockets => {
            Some(refusal.wait_ms.unwrap_or(PATIENCE_MS))
        }
        _ => None,
    }
}
