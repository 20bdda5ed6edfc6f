//! The one task that writes to the log. Rule: it takes everything that waits, stores it in one transaction, answers after
//! the commit and publishes after the answer; nobody can drop it half-way (RELIABILITY F4, F5).

mod moves;
mod rooms;

use super::{
    Ack,
    change::{Changed, Wanted},
    check::Checked,
    decide::{Move, Verdict},
    group::{self, Outcome, Trouble},
    veil,
};
use crate::{
    Error,
    clock::Clock,
    fanout::{hub::Hub, members::MembersCache, untold::Untold},
    foyer::Listing,
    push::Pushes,
    store::Store,
    typing::Typing,
    webhooks::Webhooks,
};
use futures::FutureExt;
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
};
use wire::{Code, Event, EventKind, Message, Person, Unread};

/// Requests of one transaction.
const GROUP_MAX: usize = 128;
/// Requests that may wait; beyond, callers hear "overloaded" at once.
const WAITING_MAX: usize = 2_048;
/// Shortest time between two transactions that move cursors: under load, what moves meanwhile moves once (SPEC 6).
const ADVANCE_INTERVAL_MS: i64 = 50;
/// Requests to move cursors in one transaction.
const ADVANCES_MAX: usize = 1_024;
/// How long a failed group may be tried request by request before the rest is given up.
const ONE_BY_ONE_MS: i64 = 10_000;

/// Somebody wants to store a message.
#[derive(Debug)]
pub(super) struct Append {
    pub(super) author: Person,
    pub(super) draft: Checked,
    answer: oneshot::Sender<Result<Ack, Error>>,
}

/// Somebody wants to move cursors.
#[derive(Debug)]
pub(super) struct Advance {
    pub(super) step: Move,
    /// Whether the answer has to be counted.
    pub(super) is_reading: bool,
    answer: oneshot::Sender<Result<Unread, Error>>,
}

/// Somebody wants to change a room.
#[derive(Debug)]
struct Change {
    wanted: Wanted,
    answer: oneshot::Sender<Result<Changed, Error>>,
}

#[derive(Debug)]
enum Request {
    Append(Box<Append>),
    Advance(Advance),
    Change(Box<Change>),
    Stop,
}

/// What one transaction settles.
#[derive(Debug, Default)]
pub(super) struct Group {
    pub(super) appends: Vec<Append>,
    pub(super) advances: Vec<Advance>,
}

/// The way to the writer task.
#[derive(Debug)]
pub(crate) struct Writer {
    requests: mpsc::Sender<Request>,
    waiting: Mutex<Option<mpsc::Receiver<Request>>>,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// A writer that does not work yet.
    pub(crate) fn new() -> Self {
        let (requests, waiting) = mpsc::channel(WAITING_MAX);
        Self { requests, waiting: Mutex::new(Some(waiting)), task: Mutex::new(None) }
    }

    /// Starts the task. It ends when it is stopped, or when everybody who could ask is gone.
    pub(crate) fn start(&self, desk: Desk) {
        let Some(waiting) = lock(&self.waiting).take() else { return };
        *lock(&self.task) = Some(tokio::spawn(desk.work(waiting)));
    }

    /// Takes no more requests, settles those that wait, and ends.
    pub(crate) async fn stop(&self) {
        let _ = self.requests.send(Request::Stop).await;
        let task = lock(&self.task).take();
        if let Some(Err(error)) = match task {
            Some(task) => Some(task.await),
            None => None,
        } {
            tracing::error!(%error, "the log's writer did not end well");
        }
    }

    /// Whether it takes requests.
    pub(crate) fn is_alive(&self) -> bool {
        !self.requests.is_closed()
    }

    /// How many requests wait.
    pub(crate) fn waiting_count(&self) -> usize {
        self.requests.max_capacity() - self.requests.capacity()
    }

    /// See [`crate::Chat::append`].
    pub(super) async fn append(&self, author: Person, draft: Checked) -> Result<Ack, Error> {
        let (answer, answered) = oneshot::channel();
        self.ask(Request::Append(Box::new(Append { author, draft, answer })))?;
        answered.await.unwrap_or(Err(Error::Unknown))
    }

    /// Changes a room, between the messages that were asked for before and those that are asked for later.
    pub(crate) async fn change(&self, wanted: Wanted) -> Result<Changed, Error> {
        let (answer, answered) = oneshot::channel();
        self.ask(Request::Change(Box::new(Change { wanted, answer })))?;
        answered.await.unwrap_or(Err(Error::Unknown))
    }

    /// Moves cursors; the answer is the member's own unread figure, counted for whoever `is_reading`.
    pub(crate) async fn advance(&self, step: Move, is_reading: bool) -> Result<Unread, Error> {
        let (answer, answered) = oneshot::channel();
        self.ask(Request::Advance(Advance { step, is_reading, answer }))?;
        answered.await.unwrap_or(Err(Error::Unknown))
    }

    fn ask(&self, request: Request) -> Result<(), Error> {
        self.requests.try_send(request).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => Code::Overloaded.into(),
            mpsc::error::TrySendError::Closed(_) => Code::TryAgain.into(),
        })
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the task works with.
pub(crate) struct Desk {
    pub(crate) store: Store,
    pub(crate) hub: Arc<Hub>,
    pub(crate) typing: Arc<Typing>,
    pub(crate) untold: Arc<Untold>,
    pub(crate) listing: Arc<Listing>,
    pub(crate) pushes: Arc<Pushes>,
    pub(crate) webhooks: Arc<Webhooks>,
    pub(crate) clock: Clock,
    pub(crate) direct_anyone: bool,
    pub(crate) members: Arc<MembersCache>,
}

impl Desk {
    async fn work(mut self, mut waiting: mpsc::Receiver<Request>) {
        let mut taken = Vec::with_capacity(GROUP_MAX);
        let mut advances = Vec::new();
        let mut due_at_ms = 0;
        loop {
            let wait_ms = if advances.is_empty() { i64::MAX } else { due_at_ms - self.clock.steady_ms() };
            let is_over = take(&mut waiting, &mut taken, wait_ms).await;
            let mut group = Group::default();
            for request in taken.drain(..) {
                match request {
                    Request::Append(append) => group.appends.push(*append),
                    Request::Advance(advance) => advances.push(advance),
                    Request::Change(change) => {
                        self.settle(std::mem::take(&mut group)).await;
                        self.change(*change).await;
                    }
                    Request::Stop => waiting.close(),
                }
            }
            if is_over || self.clock.steady_ms() >= due_at_ms {
                group.advances = advances.drain(..advances.len().min(ADVANCES_MAX)).collect();
            }
            let has_advanced = !group.advances.is_empty();
            self.settle(group).await;
            if has_advanced && advances.is_empty() {
                due_at_ms = self.clock.steady_ms() + ADVANCE_INTERVAL_MS;
            }
            if is_over && advances.is_empty() {
                return;
            }
        }
    }

    /// Stores, answers, publishes. One request that the database cannot take must not fail the others: a group that fails
    /// before its commit is tried again request by request.
    async fn settle(&mut self, group: Group) {
        match self.store_group(&group).await {
            Ok(outcome) => self.finish(group, outcome),
            Err(Trouble::Statement(error)) if group.len() > 1 => {
                tracing::warn!(%error, requests = group.len(), "a group failed and is tried request by request");
                let until_ms = self.clock.steady_ms() + ONE_BY_ONE_MS;
                for single in group.split() {
                    if self.clock.steady_ms() > until_ms {
                        single.give_up();
                        continue;
                    }
                    match self.store_group(&single).await {
                        Ok(outcome) => self.finish(single, outcome),
                        Err(trouble) => single.fail(trouble),
                    }
                }
            }
            Err(trouble) => group.fail(trouble),
        }
    }

    async fn store_group(&mut self, group: &Group) -> Result<Outcome, Trouble> {
        if group.len() == 0 {
            return Ok(Outcome::default());
        }
        group::store(&self.store, group, &self.members, self.clock.now_ms(), self.direct_anyone).await
    }

    /// After the commit: first whoever waits, then everybody else, each room in the order of its positions.
    fn finish(&mut self, group: Group, outcome: Outcome) {
        let Outcome { at, verdicts, advanced, moved, members, fresh, mut named, quotes, mut attached } = outcome;
        let now_ms = self.clock.steady_ms();
        for room in fresh {
            if let Some(read) = members.get(&room) {
                self.members.keep(room, read.clone(), now_ms);
            }
        }
        let mut events = Vec::with_capacity(group.appends.len());
        for (append, verdict) in group.appends.into_iter().zip(verdicts) {
            let Append { author, draft, answer } = append;
            let ack = |seq, at| Ack { cid: draft.cid, room: draft.room, seq, at };
            // Whoever asked may have gone; what is stored is stored.
            let _ = answer.send(match verdict {
                Verdict::Append(seq) => Ok(ack(seq, at)),
                Verdict::Same(seq, at) => Ok(ack(seq, at)),
                Verdict::Refuse(code) => Err(code.into()),
            });
            if let Verdict::Append(seq) = verdict {
                let (room, cid, kind) = (draft.room, draft.cid, EventKind::Message);
                let quote = draft.reply_to.and_then(|seq| quotes.get(&(room, seq, author.id)).cloned());
                let (kind_of, more) = attached.remove(&(author.id, cid)).unwrap_or((draft.kind, draft.more));
                let reply_to = quote.map(Box::new);
                let message = Some(Message { reply_to, more, ..Message::new(kind_of, draft.content) });
                let mentions = named.remove(&(room, seq)).unwrap_or_default();
                events.push(Event { room, seq, cid, kind, author, at, message, target: None, about: None, mentions });
            }
        }
        for (advance, answer) in group.advances.into_iter().zip(advanced) {
            let _ = advance.answer.send(answer.map_err(Error::from));
        }
        for event in events {
            let Some(members) = members.get(&event.room) else { continue };
            self.pushes.happened(&event, members, now_ms);
            self.webhooks.happened(&event);
            veil::tell(&self.hub, members, event);
        }
        for of_room in moved.chunk_by(|one, next| one.0.room == next.0.room) {
            let members = of_room.first().and_then(|(moved, _)| members.get(&moved.room));
            members.into_iter().for_each(|members| self.tell_moves(members, of_room));
        }
    }
}

/// Takes what waits, once something does or after `wait_ms`. Whether nothing will come any more.
async fn take(waiting: &mut mpsc::Receiver<Request>, taken: &mut Vec<Request>, wait_ms: i64) -> bool {
    let some = waiting.recv_many(taken, GROUP_MAX);
    match u64::try_from(wait_ms).unwrap_or_default() {
        0 => some.now_or_never() == Some(0),
        wait_ms if wait_ms > ADVANCE_INTERVAL_MS.unsigned_abs() => some.await == 0,
        wait_ms => tokio::time::timeout(Duration::from_millis(wait_ms), some).await == Ok(0),
    }
}

impl Group {
    pub(super) fn len(&self) -> usize {
        self.appends.len() + self.advances.len()
    }

    fn split(self) -> impl Iterator<Item = Self> {
        let appends = self.appends.into_iter().map(|append| Self { appends: vec![append], advances: vec![] });
        let advances = self.advances.into_iter().map(|advance| Self { appends: vec![], advances: vec![advance] });
        appends.chain(advances)
    }

    fn fail(self, trouble: Trouble) {
        match trouble {
            Trouble::Begin(error) => tracing::error!(%error, "no transaction could be begun"),
            Trouble::Statement(error) => tracing::error!(%error, "a request could not be stored"),
            // Reported where it happened.
            Trouble::Commit => {}
        }
        self.give_up();
    }

    /// Whether it was stored or not: the same request again finds out (C3).
    fn give_up(self) {
        for append in self.appends {
            let _ = append.answer.send(Err(Error::Unknown));
        }
        for advance in self.advances {
            let _ = advance.answer.send(Err(Error::Unknown));
        }
    }
}
