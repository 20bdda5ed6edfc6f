//! What access tokens are signed with. Rule: one key signs, and the one before it is still accepted, so that changing it signs nobody
//! out.

use super::access::Signer;
use crate::{
    Chat, Error,
    sessions::random_bytes,
    store::{meta, tokens},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};
use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};
use wire::{
    Time,
    limits::{TOKEN_KEY_LIFE_MS, TOKEN_KEYS_READ_MS},
};

/// A key of the operator's own.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenKey([u8; 32]);

impl TokenKey {
    /// Of 32 bytes in base64url.
    ///
    /// # Errors
    /// What is expected.
    pub fn parse(text: &str) -> Result<Self, String> {
        let bytes = URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok().and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or_else(|| "32 bytes in base64url are expected for each key".to_owned())
    }
}

impl fmt::Debug for TokenKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("TokenKey(…)")
    }
}

/// A key that can be used.
#[derive(Clone)]
pub(crate) struct Key {
    /// Its name in the tokens that it signs.
    pub(crate) kid: String,
    pub(crate) signer: Signer,
    made_at: Time,
}

impl Key {
    fn new(secret: &[u8], made_at: Time) -> Self {
        let kid = URL_SAFE_NO_PAD.encode(&Sha256::new().chain_update("kid").chain_update(secret).finalize()[..9]);
        Self { kid, signer: Signer::new(secret), made_at }
    }
}

/// The keys, as far as this server has read them.
pub(crate) struct Keys {
    fixed: Vec<Arc<Key>>,
    read: Mutex<Read>,
}

#[derive(Clone, Default)]
struct Read {
    /// The one that signs first.
    keys: Vec<Arc<Key>>,
    /// By a steady clock.
    at_ms: Option<i64>,
}

impl Keys {
    pub(crate) fn new(fixed: Vec<TokenKey>) -> Self {
        let fixed = fixed.iter().map(|key| Arc::new(Key::new(&key.0, Time(0)))).collect();
        Self { fixed, read: Mutex::default() }
    }

    fn known(&self) -> Read {
        self.read.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn learn(&self, rows: &[(Vec<u8>, i64)], at_ms: i64) -> Vec<Arc<Key>> {
        let keys: Vec<_> =
            rows.iter().map(|(secret, made_at_ms)| Arc::new(Key::new(secret, Time(*made_at_ms)))).collect();
        *self.read.lock().unwrap_or_else(PoisonError::into_inner) = Read { keys: keys.clone(), at_ms: Some(at_ms) };
        keys
    }
}

impl Chat {
    /// Signs with another key from now on; what was signed before holds as long as it would have. Nothing where the operator has keys of
    /// their own.
    pub async fn rotate_token_keys(&self) -> Result<(), Error> {
        self.make_key(0).await.map(drop)
    }

    /// The key that signs.
    pub(crate) async fn signing_key(&self) -> Result<Arc<Key>, Error> {
        let keys = &self.inner.keys;
        if let Some(key) = keys.fixed.first() {
            return Ok(key.clone());
        }
        let is_young = |key: &Arc<Key>| self.inner.clock.now_ms() - key.made_at.0 < TOKEN_KEY_LIFE_MS;
        match keys.known().keys.first().filter(|key| is_young(key)) {
            Some(key) => Ok(key.clone()),
            None => self.make_key(TOKEN_KEY_LIFE_MS).await,
        }
    }

    /// The key of this name. One that this server does not know may be another server's new one: then the database is asked, once a
    /// second at most, whatever names strangers invent.
    pub(crate) async fn accepted_key(&self, kid: &str) -> Result<Option<Arc<Key>>, Error> {
        let keys = &self.inner.keys;
        let find = |keys: &[Arc<Key>]| keys.iter().find(|key| key.kid == kid).cloned();
        if !keys.fixed.is_empty() {
            return Ok(find(&keys.fixed));
        }
        let (known, now_ms) = (keys.known(), self.inner.clock.steady_ms());
        let is_recent = known.at_ms.is_some_and(|at_ms| now_ms - at_ms < TOKEN_KEYS_READ_MS);
        match find(&known.keys) {
            None if !is_recent => {
                let mut tx = self.inner.store.read_once().await?;
                let rows = tokens::keys(&mut tx).await?;
                Ok(find(&keys.learn(&rows, now_ms)))
            }
            found => Ok(found),
        }
    }

    /// Makes a key, unless there is one of at most this age: however many servers ask at once make one.
    async fn make_key(&self, age_ms_max: i64) -> Result<Arc<Key>, Error> {
        if let Some(key) = self.inner.keys.fixed.first() {
            return Ok(key.clone());
        }
        let now = Time(self.inner.clock.now_ms());
        let write = self.inner.store.write(move |tx| {
            Box::pin(async move {
                meta::lock(tx).await?;
                let rows = tokens::keys(tx).await?;
                if rows.first().is_some_and(|(_, made_at_ms)| now.0 - made_at_ms < age_ms_max) {
                    return Ok(rows);
                }
                tokens::insert_key(tx, &random_bytes(), now).await?;
                tokens::keys(tx).await
            })
        });
        let keys = self.inner.keys.learn(&write.await?, self.inner.clock.steady_ms());
        keys.first().cloned().ok_or_else(|| Error::Internal("no key was stored".into()))
    }
}
