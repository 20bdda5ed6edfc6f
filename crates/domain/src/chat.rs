//! `Chat`: the whole domain behind one handle. Rule: everything that the doors (pages, server functions, socket, commands)
//! may do is a method of it, and each method checks the viewer's permission itself.

use crate::clock::Clock;
use crate::fanout::Live;
use crate::password::Passwords;
use crate::rate::{counts::Counts, limit::Limits};
use crate::store::{self, Store};
use crate::tokens::keys::Keys;
use crate::uploads::Place;
use crate::{Error, Settings, StartError};
use base64::Engine as _;
use rand::RngCore as _;
use std::sync::Arc;
use wire::Epoch;

/// A running installation; a cheap clone.
#[derive(Clone)]
pub struct Chat {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) settings: Settings,
    pub(crate) store: Store,
    pub(crate) epoch: Epoch,
    pub(crate) clock: Clock,
    pub(crate) passwords: Passwords,
    /// Counts over all servers.
    pub(crate) counts: Counts,
    /// What is counted that no part of the domain has to itself.
    pub(crate) limits: Limits,
    pub(crate) live: Live,
    pub(crate) place: Place,
    /// What access tokens are signed with.
    pub(crate) keys: Keys,
}

impl Chat {
    /// Opens the database, brings it to this version, checks it and starts the background work.
    ///
    /// # Errors
    /// One sentence for the operator.
    pub async fn open(settings: Settings) -> Result<Self, StartError> {
        Self::open_at(settings, Clock::system()).await
    }

    /// The same with a given clock.
    ///
    /// # Errors
    /// As [`Chat::open`].
    pub async fn open_at(settings: Settings, clock: Clock) -> Result<Self, StartError> {
        let store = store::open::open(&settings).await?;
        let epoch = store.write(|tx| Box::pin(async move { store::meta::epoch(tx, &random_name()).await }));
        let epoch = epoch.await.map_err(|error| StartError::Database(error.to_string()))?;
        let (counts, limits) = (Counts::default(), Limits::new(&settings));
        let live = Live::new(&settings);
        let (place, passwords) = (Place::new(settings.files_dir.clone()), Passwords::new());
        let keys = Keys::new(settings.token_keys.clone());
        let inner = Inner { settings, store, epoch, clock, passwords, counts, limits, live, place, keys };
        let chat = Self { inner: Arc::new(inner) };
        chat.start_tasks();
        Ok(chat)
    }

    /// Takes no more appends, stores those that were taken, and gives the database back.
    pub async fn close(&self) {
        self.stop_tasks().await;
        store::open::close(&self.inner.store).await;
    }

    /// The life of the database (C12).
    pub fn epoch(&self) -> &Epoch {
        &self.inner.epoch
    }

    /// Whether requests can be served: the writer takes messages and the database answers.
    ///
    /// # Errors
    /// [`Error::Internal`] with whichever does not.
    pub async fn ready(&self) -> Result<(), Error> {
        if !self.inner.live.writer.is_alive() {
            return Err(Error::Internal("the writer has stopped".into()));
        }
        let mut tx = self.inner.store.read_once().await?;
        store::meta::answer(&mut tx).await
    }
}

/// 128 random bits as 22 characters.
pub(crate) fn random_name() -> String {
    let mut bytes = [0; 16];
    rand::rng().fill_bytes(&mut bytes);
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}
