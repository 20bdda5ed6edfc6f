//! Carries what the domain tells applications to their servers. Rule: one that hangs or refuses costs its own application time, and nobody
//! else anything; a server that stops lets go of what it cannot finish, and the next start finds it.

mod sender;

pub use sender::Sender;

use crate::state::AppState;
use domain::WebhookTurn;
use std::time::Duration;
use tokio::{task::JoinSet, time::MissedTickBehavior};
use wire::limits::WEBHOOK_LOOK_MS;

/// How long a server that stops waits for what is under way.
const END: Duration = Duration::from_secs(2);
/// After a failure of the database.
const PAUSE: Duration = Duration::from_secs(1);

/// Tells webhooks what happens from now on, and what they have not been told yet, until the server stops.
pub fn start(state: &AppState) {
    state.tracker.spawn(work(state.clone()));
}

async fn work(state: AppState) {
    let mut looks = tokio::time::interval(Duration::from_millis(WEBHOOK_LOOK_MS));
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut is_start = true;
    let mut under_way = JoinSet::new();
    loop {
        tokio::select! {
            () = state.shutdown.cancelled() => break,
            _ = looks.tick() => match state.chat.webhook_look(is_start).await {
                Ok(()) => is_start = false,
                Err(error) => {
                    tracing::warn!(%error, "it could not be read what webhooks are to be told; it is tried again");
                    looks.reset_after(PAUSE);
                }
            },
            () = state.chat.webhook_due() => match state.chat.webhook_turns().await {
                Ok(turns) => for turn in turns {
                    under_way.spawn(tell(state.clone(), turn));
                },
                Err(error) => {
                    tracing::warn!(%error, "it could not be read which webhooks are told of something; all are looked at");
                    looks.reset_after(PAUSE);
                }
            },
            Some(ended) = under_way.join_next() => {
                if let Err(error) = ended {
                    tracing::error!(%error, "a webhook's turn did not end well");
                }
            }
        }
    }
    // What is taken until then is noted; the rest is found again at the next start.
    let rest = async { while under_way.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(END, rest).await;
}

async fn tell(state: AppState, mut turn: WebhookTurn) {
    while let Some(parcel) = state.chat.webhook_next(&mut turn).await {
        if state.shutdown.is_cancelled() {
            state.chat.webhook_rest(&mut turn).await;
            return;
        }
        let answered = state.hooks.deliver(&parcel).await;
        state.chat.webhook_settle(&mut turn, parcel, answered).await;
    }
}
