//! What is pushed to whom now. Rule: an errand is made of what the database says at this moment, and what has come of it is kept
//! before anything else is done for the same person.

use super::{
    Subscription, endpoint,
    rules::{self, News, Standing, Step, Told},
    schedule::{Key, Outcome},
};
use crate::{
    Chat, Error,
    chat::Inner,
    store::{self, Tx, cursors::UnreadOf, events::Place, push::Device, rooms::Room},
};
use std::collections::BTreeSet;
use tokio::sync::oneshot;
use wire::{
    RoomId, RoomKind, Seq, Time, UserId,
    limits::{PUSH_LIFE_MS, PUSHES_AT_ONCE_MAX, PUSHES_WAITING_MAX},
};

/// Something to be pushed to one browser.
#[derive(Clone, Debug)]
pub struct Parcel {
    /// Where to.
    pub subscription: Subscription,
    /// What: JSON of at most [`wire::limits::PUSH_BYTES_MAX`] bytes, to be encrypted.
    pub text: String,
    /// In place of what has not been delivered yet under the same name.
    pub topic: String,
    /// Somebody waits for it: a device that sleeps is woken.
    pub is_urgent: bool,
    device: i64,
    told: Told,
}

/// What a push service said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// It has it.
    Taken,
    /// There is no such browser any more.
    Gone,
    /// Not this, not ever.
    Refused,
    /// Not now; it may have said after how many milliseconds.
    Later(Option<i64>),
}

/// What is to be pushed together; to be settled by [`Chat::push_settle`].
#[derive(Debug)]
pub struct Errand {
    /// To each browser its own.
    pub parcels: Vec<Parcel>,
    purpose: Purpose,
}

#[derive(Debug)]
enum Purpose {
    /// Something else is to be told once a tab has gone; another browser shows what it has been told.
    Conversation {
        key: Key,
        is_waiting: bool,
        is_shown: bool,
    },
    Trial(oneshot::Sender<Delivery>),
}

/// A test that somebody waits for.
#[derive(Debug)]
pub(super) struct Trial {
    pub(super) device: Device,
    pub(super) answer: oneshot::Sender<Delivery>,
}

impl Chat {
    /// Finds what must have been missed while no server ran, and who has a browser. To be called at the start, and now and then: a
    /// browser may have been added by another server.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub async fn push_look(&self, is_start: bool) -> Result<(), Error> {
        let (inner, pushes) = (&*self.inner, &self.inner.live.pushes);
        let mut tx = inner.store.read_once().await?;
        let people = store::push::people(&mut tx).await?;
        let mut keys = Vec::new();
        if is_start {
            let since = Time(inner.clock.now_ms() - PUSH_LIFE_MS);
            let keys_max = i64::try_from(PUSHES_WAITING_MAX).unwrap_or(i64::MAX);
            keys = store::push::behind(&mut tx, since, keys_max).await?;
            let shown = store::push::shown(&mut tx).await?;
            keys.extend(&shown);
            pushes.pending().shown.extend(shown);
        }
        drop(tx);
        let at_ms = inner.clock.steady_ms() + pushes.delay_ms;
        let mut pending = pushes.pending();
        pending.people.extend(people);
        keys.into_iter().for_each(|key| pending.ask(key, at_ms));
        drop(pending);
        pushes.rung.notify_one();
        Ok(())
    }

    /// What is to be pushed now.
    pub async fn push_errands(&self) -> Vec<Errand> {
        let (inner, pushes) = (&*self.inner, &self.inner.live.pushes);
        let (keys, trials) = {
            let mut pending = pushes.pending();
            let keys = pending.schedule.take(inner.clock.steady_ms(), PUSHES_AT_ONCE_MAX);
            (keys, std::mem::take(&mut pending.trials))
        };
        let mut errands: Vec<Errand> = trials.into_iter().map(trial).collect();
        for key in keys {
            let outcome = match self.errand(key).await {
                Ok(Ok(errand)) => {
                    errands.push(errand);
                    continue;
                }
                Ok(Err(outcome)) => outcome,
                Err(error) => {
                    tracing::warn!(%error, "what is to be pushed could not be read; it is looked at again");
                    Outcome::Failed(None)
                }
            };
            pushes.settle(key, outcome, inner.clock.steady_ms());
        }
        errands
    }

    /// Keeps what push services said, one answer for each parcel.
    pub async fn push_settle(&self, errand: Errand, deliveries: Vec<Delivery>) {
        let (inner, pushes) = (&*self.inner, &self.inner.live.pushes);
        let Errand { parcels, purpose } = errand;
        let failure = deliveries.iter().find_map(|delivery| match delivery {
            Delivery::Later(wait_ms) => Some(Outcome::Failed(*wait_ms)),
            _ => None,
        });
        let answer = deliveries.first().copied().unwrap_or(Delivery::Refused);
        let settled: Vec<(Parcel, Delivery)> = parcels.into_iter().zip(deliveries).collect();
        let (key, is_waiting, others_show) = match purpose {
            Purpose::Conversation { key, is_waiting, is_shown } => (key, is_waiting, is_shown),
            Purpose::Trial(asker) => {
                if let Err(error) = inner.keep(None, settled).await {
                    tracing::warn!(%error, "it was not kept that a browser has gone");
                }
                // Whoever asked may have gone, too.
                let _ = asker.send(answer);
                return;
            }
        };
        let outcome = match inner.keep(Some(key.1), settled).await {
            Ok(is_shown) => {
                pushes.showing(key, is_shown || others_show);
                let done = if is_waiting { pushes.later(inner.clock.steady_ms()) } else { Outcome::Done };
                failure.unwrap_or(done)
            }
            Err(error) => {
                tracing::warn!(%error, "what was pushed could not be kept; it is pushed again, in place of the first time");
                Outcome::Failed(None)
            }
        };
        pushes.settle(key, outcome, inner.clock.steady_ms());
    }

    /// What is to be told to this person's browsers of this conversation; or, when that is nothing, what is next.
    async fn errand(&self, key: Key) -> Result<Result<Errand, Outcome>, Error> {
        let (user, room) = key;
        let mut tx = self.inner.store.read().await?;
        let now = Time(self.inner.clock.now_ms());
        let devices = store::push::devices(&mut tx, key, now).await?;
        if devices.is_empty() {
            return Ok(Err(Outcome::Done));
        }
        let found = store::rooms::of_member_by_id(&mut tx, user, room).await?;
        let standing = match &found {
            Some(found) => self.standing(&mut tx, user, found).await?,
            None => Standing::default(),
        };
        let decided = |device: Device| (rules::decide(&standing, &device.told), device);
        let steps: Vec<(Step, Device)> = devices.into_iter().map(decided).collect();
        let is_waiting = steps.iter().any(|(step, _)| *step == Step::Wait);
        if !steps.iter().any(|(step, _)| matches!(step, Step::Tell(_) | Step::Withdraw)) {
            let pushes = &self.inner.live.pushes;
            return Ok(Err(if is_waiting { pushes.later(self.inner.clock.steady_ms()) } else { Outcome::Done }));
        }
        let is_shown = steps.iter().any(|(step, device)| *step == Step::Nothing && device.told.is_shown);
        let (count, badge) = unread(&mut tx, user, room).await?;
        let words = match (&found, standing.newest) {
            (Some(found), Some(newest)) => told(&mut tx, user, found, newest, (count, badge)).await?,
            _ => None,
        };
        let parcel = |(step, device)| parcel(device, step, room, words.as_deref(), badge);
        let parcels = steps.into_iter().filter_map(parcel).collect();
        Ok(Ok(Errand { parcels, purpose: Purpose::Conversation { key, is_waiting, is_shown } }))
    }

    async fn standing(&self, tx: &mut Tx, user: UserId, room: &Room) -> Result<Standing, Error> {
        let newest = store::push::newest(tx, (user, room.id), room.read, room.level).await?;
        let cursors = store::cursors::of_members(tx, &BTreeSet::from([(room.id, user)])).await?;
        let delivered = cursors.get(&(room.id, user)).map_or(Seq(0), |cursors| cursors.delivered);
        Ok(Standing { newest, delivered, is_here: self.is_online(user) })
    }
}

fn trial(trial: Trial) -> Errand {
    let Trial { device, answer } = trial;
    let parcel = Parcel {
        subscription: device.subscription,
        text: rules::test(),
        topic: "test".to_owned(),
        is_urgent: true,
        device: device.id,
        told: Told::default(),
    };
    Errand { parcels: vec![parcel], purpose: Purpose::Trial(answer) }
}

fn parcel(device: Device, step: Step, room: RoomId, words: Option<&str>, badge: i64) -> Option<Parcel> {
    let (text, told) = match step {
        Step::Nothing | Step::Wait => return None,
        Step::Tell(seq) => (words?.to_owned(), Told { seq, is_shown: true }),
        Step::Withdraw => (rules::gone(room, badge), Told { is_shown: false, ..device.told }),
    };
    let (topic, is_urgent) = (format!("room{room}"), told.is_shown);
    Some(Parcel { subscription: device.subscription, text, topic, is_urgent, device: device.id, told })
}

/// The words about the last of what is new. None when it has gone meanwhile.
async fn told(
    tx: &mut Tx,
    user: UserId,
    room: &Room,
    newest: Seq,
    (count, badge): (i64, i64),
) -> Result<Option<String>, Error> {
    let Some(event) = store::events::by_position(tx, user, &[(room.id, newest)]).await?.pop() else { return Ok(None) };
    let title = room.peer.as_ref().map_or(room.title.as_str(), |peer| peer.display_name.as_str());
    let is_shared = room.kind != RoomKind::Direct;
    Ok(Some(rules::words(&News { room: room.id, title, is_shared, event: &event, count, badge })))
}

/// How much of a room, and of all rooms, is unread for somebody of what they want to hear of.
async fn unread(tx: &mut Tx, user: UserId, room: RoomId) -> Result<(i64, i64), Error> {
    let places = store::events::places(tx, user).await?;
    let members = places.iter().map(|place| (place.room, user)).collect();
    let cursors = store::cursors::of_members(tx, &members).await?;
    let of = |place: &Place| {
        let read = cursors.get(&(place.room, user))?.read;
        Some(UnreadOf { room: place.room, user, read, as_of: place.head })
    };
    let wanted: Vec<UnreadOf> = places.iter().filter_map(of).collect();
    let figures = store::cursors::unread(tx, &wanted).await?;
    let loud = places
        .iter()
        .zip(&figures)
        .map(|(place, figure)| (place.room, rules::loud(place.level, figure.count, figure.mentions)));
    let (mut here, mut all) = (0, 0_i64);
    for (place, count) in loud {
        all = all.saturating_add(count);
        here = if place == room { count } else { here };
    }
    Ok((here, all))
}

impl Inner {
    /// Keeps what was told, and forgets the browsers that are gone. Whether any of these may show something now.
    async fn keep(&self, room: Option<RoomId>, settled: Vec<(Parcel, Delivery)>) -> Result<bool, Error> {
        let write = self.store.write(move |tx| {
            Box::pin(async move {
                let mut is_shown = false;
                for (parcel, delivery) in &settled {
                    match delivery {
                        Delivery::Gone => {
                            tracing::info!(
                                host = endpoint::host(&parcel.subscription.endpoint),
                                "a browser has gone from its push service"
                            );
                            store::push::forget(tx, parcel.device).await?;
                        }
                        Delivery::Taken | Delivery::Refused => {
                            let endpoint = &parcel.subscription.endpoint;
                            let may_end = *delivery == Delivery::Taken && !endpoint::must_show(endpoint);
                            let told = Told { is_shown: parcel.told.is_shown && may_end, ..parcel.told };
                            is_shown |= told.is_shown;
                            if let Some(room) = room {
                                store::push::note(tx, parcel.device, room, &told).await?;
                            }
                        }
                        // What it had before it may still show.
                        Delivery::Later(_) => is_shown = true,
                    }
                }
                Ok(is_shown)
            })
        });
        write.await
    }
}
