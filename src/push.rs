//! Carries what the domain wants pushed to the push services of browsers. Rule: one that hangs or refuses costs its own people
//! time, and nobody else anything; nothing of what is pushed stands in the log.

mod key;
mod sender;

pub use key::VapidKey;

use crate::state::AppState;
use domain::{Chat, Error};
use futures::future::join_all;
use sender::Sender;
use std::{sync::Arc, time::Duration};
use tokio::{task::JoinSet, time::MissedTickBehavior};

/// How often it is looked who has a browser that another server has added.
const LOOK: Duration = Duration::from_secs(60);
/// How long a server that stops waits for push services.
const END: Duration = Duration::from_secs(2);
/// After a failure of the database at the start.
const PAUSE: Duration = Duration::from_secs(1);

/// Takes the key from the settings or the database, and pushes from now on, until the server stops. Without `push` in the settings,
/// nothing.
///
/// # Errors
/// Those of [`Chat::push_secret`].
pub async fn start(state: &AppState) -> Result<(), Error> {
    if !state.config.push {
        return Ok(());
    }
    let key = match &state.config.push_key {
        Some(key) => key.clone(),
        None => kept(&state.chat).await?,
    };
    state.chat.start_pushing(key.public());
    let contact = state.config.push_contact.clone().or_else(|| {
        let url = state.config.public_url.as_ref().filter(|url| url.is_https())?;
        Some(url.as_str().to_owned())
    });
    let sender = Sender::new(key, contact.as_deref(), state.config.push_anywhere);
    state.tracker.spawn(work(state.clone(), Arc::new(sender)));
    Ok(())
}

async fn kept(chat: &Chat) -> Result<VapidKey, Error> {
    let kept = chat.push_secret(VapidKey::fresh().secret()).await?;
    VapidKey::parse(&kept).map_err(|expected| Error::Internal(format!("the database's push key: {expected}").into()))
}

async fn work(state: AppState, sender: Arc<Sender>) {
    let mut looks = tokio::time::interval(LOOK);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut is_start = true;
    let mut under_way = JoinSet::new();
    loop {
        tokio::select! {
            () = state.shutdown.cancelled() => break,
            _ = looks.tick() => match state.chat.push_look(is_start).await {
                Ok(()) => is_start = false,
                Err(error) => {
                    tracing::warn!(%error, "it could not be read who has a browser to push to; it is tried again");
                    looks.reset_after(PAUSE);
                }
            },
            () = state.chat.push_due() => {
                for errand in state.chat.push_errands().await {
                    under_way.spawn(carry(state.chat.clone(), sender.clone(), errand));
                }
            }
            Some(ended) = under_way.join_next() => {
                if let Err(error) = ended {
                    tracing::error!(%error, "something that was to be pushed was not");
                }
            }
        }
    }
    // What a push service takes until then is kept; the rest is found again at the next start.
    let rest = async { while under_way.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(END, rest).await;
}

async fn carry(chat: Chat, sender: Arc<Sender>, errand: domain::Errand) {
    let deliveries = join_all(errand.parcels.iter().map(|parcel| sender.deliver(parcel))).await;
    chat.push_settle(errand, deliveries).await;
}
