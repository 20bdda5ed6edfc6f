//! One webhook's turn: what it is told, one thing after the other, until nothing is left, something is not taken, or others are to have
//! theirs. Rule: each thing is read at the moment when it leaves, by whoever has the lease; what was taken is noted soon after, so that
//! what is sent twice is sent under the same id.

use super::{
    WebhookSecret,
    agenda::New,
    body, rules,
    rules::{Answered, Failed, Failing},
};
use crate::{
    Chat, Error,
    chat::{Inner, random_name},
    push, store,
};
use rand::Rng as _;
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
};
use wire::{
    AppId, RoomId, Seq, Subject, Time, WebhookId,
    limits::{
        WEBHOOK_ANSWER_MS, WEBHOOK_DELIVERIES_KEPT, WEBHOOK_ERROR_CHARS_MAX, WEBHOOK_LEASE_MS, WEBHOOK_ROOMS_FOUND_MAX,
        WEBHOOK_SCAN_MAX, WEBHOOK_TURN_MS, WEBHOOK_UNNOTED_MAX, WEBHOOK_UNNOTED_MS,
    },
    webhooks::{Delivery, Topic},
};

/// How long it is waited for another server's turn to end, or for a database that does not answer.
const PAUSE_MS: i64 = 1_000;
/// Failures in a row after which it was the other side's fault, not that of what was sent: when it is back, everything is tried again.
const DOWN_FAILURES: i64 = 3;

/// How a webhook stands in a room.
#[derive(Clone, Debug)]
pub(crate) struct Stood {
    pub(crate) app: AppId,
    pub(crate) url: String,
    pub(crate) secret: String,
    pub(crate) topics: String,
    pub(crate) webhook: Failing,
    pub(crate) room: Failing,
    pub(crate) leased_until: Time,
    pub(crate) subject: Subject,
    pub(crate) sent: Seq,
}

/// One request to a webhook.
#[derive(Clone, Debug)]
pub struct Parcel {
    /// Where to.
    pub url: String,
    /// What it is called, each time that it is sent.
    pub id: String,
    /// JSON.
    pub body: String,
    pub(super) secret: WebhookSecret,
    pub(super) webhook: WebhookId,
    pub(super) kind: &'static str,
    pub(super) at: Time,
    pub(super) place: Option<(RoomId, Seq)>,
    pub(super) failing: (Failing, Failing),
}

impl Parcel {
    /// The header `webhook-signature` for a request that leaves at this second.
    pub fn signature(&self, timestamp_s: i64) -> String {
        self.secret.sign(&self.id, timestamp_s, &self.body)
    }

    /// What has come of it.
    pub(super) fn delivery(&self, answered: &Answered) -> Delivery {
        let why = answered.why().map(|why| why.chars().take(WEBHOOK_ERROR_CHARS_MAX).collect());
        Delivery {
            event: self.id.clone(),
            kind: self.kind.to_owned(),
            room: self.place.map(|(room, _)| room),
            seq: self.place.map(|(_, seq)| seq),
            at: self.at,
            took_ms: answered.took_ms,
            status: answered.status.map(i64::from),
            error: why,
            next_at: None,
        }
    }
}

/// A webhook that is being told. Dropping it gives the next one its turn.
pub struct Turn {
    inner: Arc<Inner>,
    webhook: WebhookId,
    lease: String,
    has_lease: bool,
    rooms: VecDeque<RoomId>,
    /// All of the application's rooms are to be looked at first, …
    anywhere: bool,
    /// … and there are more than were found.
    is_more: bool,
    /// Rooms of which something was not taken before: others come first.
    last: BTreeSet<RoomId>,
    /// Rooms that have to wait, and until when (steady).
    later: Vec<(RoomId, i64)>,
    /// What was taken, or is nothing that is told, and is not noted yet.
    sent: BTreeMap<RoomId, Seq>,
    unnoted: Vec<Delivery>,
    noted_ms: i64,
    until_ms: i64,
    is_over: bool,
    /// When what is left comes again (steady), and whether everything waits for that.
    next_ms: i64,
    is_held: bool,
}

impl Chat {
    pub(super) fn webhook_turn(&self, webhook: WebhookId, new: New) -> Turn {
        let now_ms = self.inner.clock.steady_ms();
        Turn {
            inner: self.inner.clone(),
            webhook,
            lease: random_name(),
            has_lease: false,
            rooms: new.rooms.into_iter().collect(),
            anywhere: new.anywhere,
            is_more: false,
            last: BTreeSet::new(),
            later: Vec::new(),
            sent: BTreeMap::new(),
            unnoted: Vec::new(),
            noted_ms: now_ms,
            until_ms: now_ms + WEBHOOK_TURN_MS,
            is_over: false,
            next_ms: now_ms,
            is_held: false,
        }
    }

    /// What the webhook is told next; what came of it is for [`Chat::webhook_settle`], before the next is asked for. None: the turn is
    /// over.
    pub async fn webhook_next(&self, turn: &mut Turn) -> Option<Parcel> {
        match turn.next().await {
            Ok(Some(parcel)) => return Some(parcel),
            Ok(None) => {}
            Err(error) => turn.fail(&error),
        }
        self.webhook_rest(turn).await;
        None
    }

    /// Ends a turn before its time: what is left comes again.
    pub async fn webhook_rest(&self, turn: &mut Turn) {
        if turn.has_lease
            && let Err(error) = turn.note(Time(0), None).await
        {
            turn.fail(&error);
        }
    }

    /// Keeps what came of it.
    pub async fn webhook_settle(&self, turn: &mut Turn, parcel: Parcel, answered: Answered) {
        if let Err(error) = turn.settle(&parcel, &answered).await {
            turn.fail(&error);
        }
    }
}

impl Turn {
    async fn next(&mut self) -> Result<Option<Parcel>, Error> {
        if !self.has_lease && !self.is_over {
            self.begin().await?;
        }
        while !self.is_over && self.inner.clock.steady_ms() < self.until_ms {
            let Some(room) = self.rooms.front().copied() else { break };
            let found = self.look(room).await?;
            if found.is_some() {
                return Ok(found);
            }
            self.rooms.pop_front();
        }
        Ok(None)
    }

    /// Takes the lease, if it is to be had.
    async fn begin(&mut self) -> Result<(), Error> {
        let inner = self.inner.clone();
        let (webhook, lease, now) = (self.webhook, self.lease.clone(), Time(inner.clock.now_ms()));
        let until = Time(now.0 + WEBHOOK_LEASE_MS);
        let write = inner.store.write(move |tx| {
            Box::pin(async move { Ok(store::deliveries::lease(tx, webhook, &lease, (now, until)).await?) })
        });
        self.has_lease = write.await?;
        let mut tx = inner.store.read_once().await?;
        if !self.has_lease {
            let busy = store::deliveries::busy_until(&mut tx, webhook).await?;
            self.is_over = true;
            match busy {
                // Paused, or gone: whoever resumes it looks at everything.
                None => self.forget(),
                Some((next, _)) if next > now => self.hold(next),
                Some((_, leased)) => {
                    self.next_ms = inner.clock.steady_ms() + (leased.0 - now.0).clamp(1, PAUSE_MS);
                }
            }
        } else if self.anywhere {
            let found = store::webhooks::behind(&mut tx, webhook, now).await?;
            self.is_more = i64::try_from(found.len()).is_ok_and(|found| found >= WEBHOOK_ROOMS_FOUND_MAX);
            self.anywhere = false;
            let known: BTreeSet<RoomId> = self.rooms.iter().copied().collect();
            self.rooms.extend(found.into_iter().filter(|room| !known.contains(room)));
        }
        Ok(())
    }

    /// What the webhook is told next of this room; none: nothing, or not now.
    async fn look(&mut self, room: RoomId) -> Result<Option<Parcel>, Error> {
        let inner = self.inner.clone();
        loop {
            let mut tx = inner.store.read().await?;
            let stood = store::deliveries::stood(&mut tx, self.webhook, room, &self.lease).await?;
            let Some(stood) = stood else { return Ok(None) };
            let now = Time(inner.clock.now_ms());
            if stood.room.until_ms > now.0 {
                self.later.push((room, inner.clock.steady_ms() + stood.room.until_ms - now.0));
                return Ok(None);
            }
            if stood.room.times > 0 && self.last.insert(room) {
                self.rooms.push_back(room);
                return Ok(None);
            }
            let sent = self.sent.get(&room).copied().unwrap_or_default().max(stood.sent);
            let lines = store::deliveries::scan(&mut tx, room, sent).await?;
            let topics: Vec<Topic> = stood.topics.split(' ').map(Topic::of).collect();
            let is_told = |kind, message| body::topics(kind, message).iter().any(|topic| topics.contains(topic));
            let told = lines.iter().find(|(_, kind, message, _)| is_told(*kind, *message));
            let Some((seq, _, _, author)) = told.copied() else {
                let Some((last, ..)) = lines.last() else { return Ok(None) };
                self.sent.insert(room, *last);
                match i64::try_from(lines.len()) {
                    Ok(count) if count >= WEBHOOK_SCAN_MAX => continue,
                    _ => return Ok(None),
                }
            };
            // A quote is read as its author may see it.
            let event = store::events::by_position(&mut tx, author, &[(room, seq)]).await?.pop();
            let Some(event) = event else { return Err(Error::Internal("an event is missing in a log".into())) };
            let external_ids = store::deliveries::external_ids(&mut tx, stood.app, &body::people(&event)).await?;
            drop(tx);
            let left_ms = stood.leased_until.0 - now.0;
            if left_ms < i64::try_from(WEBHOOK_ANSWER_MS).unwrap_or(i64::MAX) + PAUSE_MS {
                self.note(Time(now.0 + WEBHOOK_LEASE_MS), None).await?;
                if self.is_over {
                    return Ok(None);
                }
                continue;
            }
            return Ok(Some(Parcel {
                url: stood.url,
                id: body::id_of(&event),
                body: body::body(&event, &stood.subject, &external_ids),
                secret: WebhookSecret::kept(stood.secret),
                webhook: self.webhook,
                kind: body::type_of(&event),
                at: now,
                place: Some((room, seq)),
                failing: (stood.webhook, stood.room),
            }));
        }
    }

    async fn settle(&mut self, parcel: &Parcel, answered: &Answered) -> Result<(), Error> {
        let Some((room, seq)) = parcel.place else { return Ok(()) };
        let (inner, mut delivery) = (self.inner.clone(), parcel.delivery(answered));
        let now = Time(inner.clock.now_ms());
        let until = Time(now.0 + WEBHOOK_LEASE_MS);
        if answered.is_taken() {
            self.sent.insert(room, seq);
            self.unnoted.push(delivery);
            let (was_failing, steady_ms) = (parcel.failing.0.times, inner.clock.steady_ms());
            let is_due = self.unnoted.len() >= WEBHOOK_UNNOTED_MAX || steady_ms - self.noted_ms >= WEBHOOK_UNNOTED_MS;
            if was_failing > 0 {
                self.is_more |= was_failing >= DOWN_FAILURES;
                return self.note(until, Some(Came::Back { was_down: was_failing >= DOWN_FAILURES })).await;
            }
            return if is_due { self.note(until, None).await } else { Ok(()) };
        }
        let chance = rand::rng().random::<f64>();
        let failed = rules::failed(parcel.failing, answered, now.0, inner.live.webhooks.retry_ms, chance);
        let (host, why) = (push::host(&parcel.url), answered.why());
        tracing::info!(
            webhook = self.webhook.0,
            host,
            why,
            paused = failed.pause.is_some(),
            "a webhook did not take something"
        );
        delivery.next_at = failed.pause.is_none().then_some(Time(failed.room.until_ms.max(failed.webhook.until_ms)));
        self.unnoted.push(delivery);
        self.is_over = true;
        match failed.pause {
            Some(_) => self.forget(),
            None => self.hold(Time(failed.webhook.until_ms)),
        }
        self.has_lease = false;
        self.note(Time(0), Some(Came::Failed(room, failed))).await
    }

    /// Notes what is not noted yet, and has the turn until then. Whoever has lost it notes nothing: another server sends the same again.
    async fn note(&mut self, until: Time, came: Option<Came>) -> Result<(), Error> {
        let (webhook, lease, now) = (self.webhook, self.lease.clone(), Time(self.inner.clock.now_ms()));
        let (sent, unnoted) = (std::mem::take(&mut self.sent), std::mem::take(&mut self.unnoted));
        self.noted_ms = self.inner.clock.steady_ms();
        let write = self.inner.store.write(move |tx| {
            Box::pin(async move {
                let failing = match &came {
                    Some(Came::Failed(_, failed)) => Some(failed.webhook),
                    Some(Came::Back { .. }) => Some(Failing::default()),
                    None => None,
                };
                if !store::deliveries::renew(tx, (webhook, &lease), until, failing).await? {
                    return Ok(false);
                }
                for (room, seq) in &sent {
                    store::deliveries::advance(tx, webhook, *room, *seq).await?;
                }
                match &came {
                    Some(Came::Failed(room, failed)) => {
                        store::deliveries::fail(tx, webhook, *room, failed, now).await?
                    }
                    Some(Came::Back { was_down: true }) => store::deliveries::try_again(tx, webhook).await?,
                    _ => {}
                }
                for delivery in &unnoted {
                    store::deliveries::note(tx, webhook, delivery).await?;
                }
                if !unnoted.is_empty() {
                    store::deliveries::forget(tx, webhook, WEBHOOK_DELIVERIES_KEPT).await?;
                }
                Ok(true)
            })
        });
        self.is_over |= !write.await?;
        Ok(())
    }

    /// Nothing is left of it.
    fn forget(&mut self) {
        self.rooms.clear();
        self.later.clear();
        (self.anywhere, self.is_more) = (false, false);
    }

    /// Everything waits until then.
    fn hold(&mut self, next: Time) {
        let clock = &self.inner.clock;
        self.next_ms = clock.steady_ms() + (next.0 - clock.now_ms()).max(1);
        self.is_held = true;
    }

    fn fail(&mut self, error: &Error) {
        tracing::warn!(webhook = self.webhook.0, %error, "a webhook could not be told; it is tried again");
        (self.is_over, self.is_more) = (true, true);
        self.next_ms = self.inner.clock.steady_ms() + PAUSE_MS;
    }
}

/// What has changed for a webhook, beside how far it has been told.
#[derive(Clone, Copy, Debug)]
enum Came {
    /// The next of a room was not taken.
    Failed(RoomId, Failed),
    /// Something was taken after some that was not.
    Back { was_down: bool },
}

impl Drop for Turn {
    fn drop(&mut self) {
        let left = New { rooms: self.rooms.drain(..).collect(), anywhere: self.anywhere || self.is_more };
        let webhooks = &self.inner.live.webhooks;
        let mut pending = webhooks.pending();
        pending.agenda.settle(self.webhook, left, self.next_ms, self.is_held);
        for (room, at_ms) in self.later.drain(..) {
            pending.agenda.ask(self.webhook, New::room(room), at_ms);
        }
        drop(pending);
        webhooks.rung.notify_one();
    }
}
