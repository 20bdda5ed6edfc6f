//! Counting over all servers, in their database. Rule: whoever comes while a statement is on its way is counted by the next one together
//! with everybody else, so that what it costs does not grow with how many ask.

use crate::{
    clock::Clock,
    store::{Store, rates, rows::ROWS_MAX},
};
use std::{
    collections::BTreeMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
};
use tokio::sync::oneshot;

/// What is over is forgotten this often.
const SWEEP_MS: i64 = 60 * 60 * 1_000;

/// One to be taken.
#[derive(Debug)]
pub(super) struct Wanted {
    /// What is counted, and of whom.
    pub(super) key: String,
    /// When the window ends that would begin now.
    pub(super) until_ms: i64,
    /// How many it has.
    pub(super) times_max: i64,
}

type Taken = Result<(), i64>;
type Waiting = (Wanted, oneshot::Sender<Taken>);

/// Who waits to be counted.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    waiting: Mutex<Vec<Waiting>>,
    turn: tokio::sync::Mutex<()>,
    swept_ms: AtomicI64,
}

impl Counts {
    /// Takes it, or says how long to wait; nothing when the database does not count.
    pub(super) async fn take(&self, store: &Store, clock: &Clock, wanted: Wanted) -> Option<Taken> {
        let (told, mut answer) = oneshot::channel();
        self.waiting().push((wanted, told));
        loop {
            tokio::select! {
                biased;
                taken = &mut answer => return taken.ok(),
                _turn = self.turn.lock() => {
                    let some = self.next();
                    if !some.is_empty() {
                        // What is lost here is told to nobody, who then count by themselves.
                        let done = self.count(store, clock.now_ms(), some).await;
                        done.unwrap_or_else(|error| tracing::warn!(%error, "nothing is counted"));
                    }
                }
            }
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next(&self) -> Vec<Waiting> {
        let mut waiting = self.waiting();
        let count = waiting.len().min(ROWS_MAX);
        waiting.drain(..count).collect()
    }

    async fn count(&self, store: &Store, now_ms: i64, some: Vec<Waiting>) -> Result<(), crate::Error> {
        let mut by_key: BTreeMap<String, Vec<Waiting>> = BTreeMap::new();
        for one in some {
            by_key.entry(one.0.key.clone()).or_default().push(one);
        }
        let wanted = by_key.iter().map(|(key, those)| (key.as_str(), those[0].0.until_ms, those.len() as i64));
        let wanted: Vec<_> = wanted.collect();
        let mut tx = store.read_once().await?;
        for (key, until_ms, taken) in rates::take(&mut tx, now_ms, &wanted).await? {
            let those = by_key.remove(&key).unwrap_or_default();
            let before = taken - those.len() as i64;
            for (place, (wanted, told)) in (before..).zip(those) {
                let is_free = place < wanted.times_max;
                _ = told.send(if is_free { Ok(()) } else { Err((until_ms - now_ms).max(1)) });
            }
        }
        if now_ms - self.swept_ms.load(Ordering::Relaxed) > SWEEP_MS {
            self.swept_ms.store(now_ms, Ordering::Relaxed);
            rates::sweep(&mut tx, now_ms).await?;
        }
        Ok(())
    }
}
