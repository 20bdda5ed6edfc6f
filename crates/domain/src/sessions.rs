//! Sessions: from a token to a viewer, and the end of a session. Rule: a token is looked up anew each time it is shown, and
//! an ended session is gone from the database before anybody is told that it ended (C9).

use crate::revocation::Revoked;
use crate::store::{self, Tx};
use crate::tokens::refresh::RefreshToken;
use crate::{Chat, Error, SignedIn, Viewer};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::RngCore as _;
use sha2::{Digest as _, Sha256};
use wire::{Person, Time};

pub(crate) const TOKEN_BYTES: usize = 32;
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

impl Chat {
    /// Who shows this token; `None` when there is no such session, it has expired, or the account is banned.
    pub async fn viewer(&self, token: &str) -> Result<Option<Viewer>, Error> {
        let Some(token_hash) = hash_of(token) else { return Ok(None) };
        let mut tx = self.inner.store.read_once().await?;
        store::sessions::viewer(&mut tx, &token_hash, self.inner.clock.now_ms()).await
    }

    /// Ends the viewer's session and closes its sockets.
    pub async fn log_out(&self, viewer: &Viewer) -> Result<(), Error> {
        let (user, session, now_ms) = (viewer.user, viewer.session, self.inner.clock.now_ms());
        let write = self.inner.store.write(move |tx| {
            Box::pin(async move {
                if store::sessions::delete(tx, user, session).await? {
                    store::revocations::insert(tx, user, Some(session), Revoked::Logout, Time(now_ms)).await?;
                }
                Ok(())
            })
        });
        write.await?;
        self.end_sessions(user, Revoked::Logout).await;
        Ok(())
    }

    /// Ends all sessions of the viewer's account, this one included, and closes their sockets.
    pub async fn log_out_everywhere(&self, viewer: &Viewer) -> Result<(), Error> {
        let (user, now_ms) = (viewer.user, self.inner.clock.now_ms());
        let write = self.inner.store.write(move |tx| {
            Box::pin(async move {
                store::sessions::delete_all(tx, user).await?;
                Ok(store::revocations::insert(tx, user, None, Revoked::Logout, Time(now_ms)).await?)
            })
        });
        write.await?;
        self.end_sessions(user, Revoked::Logout).await;
        Ok(())
    }

    /// Begins a session inside the caller's transaction.
    pub(crate) async fn begin_session(
        tx: &mut Tx,
        person: Person,
        is_operator: bool,
        secret: &Secret,
    ) -> Result<SignedIn, Error> {
        let Secret { token, hash, refresh_hash, created_at, expires_at, network } = secret;
        let session =
            store::sessions::insert(tx, person.id, hash, (created_at.0, expires_at.0), network.as_deref()).await?;
        if let Some(refresh_hash) = refresh_hash {
            store::tokens::insert(tx, session, refresh_hash, *created_at).await?;
        }
        let Person { id: user, username, display_name, avatar, .. } = person;
        let viewer = Viewer { user, username, display_name, avatar, session, expires_at: *expires_at, is_operator };
        Ok(SignedIn { viewer, token: token.clone(), expires_at: *expires_at })
    }

    /// The secret of a session that begins now, from there.
    pub(crate) fn new_secret(&self, network: Option<String>, holder: Holder) -> Secret {
        let (token, hash, refresh_hash) = match holder {
            Holder::Browser => {
                let bytes = random_bytes();
                (URL_SAFE_NO_PAD.encode(bytes), Sha256::digest(bytes).into(), None)
            }
            Holder::Program => {
                let token = RefreshToken::fresh();
                (token.text(), token.name_hash(), Some(token.secret_hash()))
            }
        };
        let created_at = Time(self.inner.clock.now_ms());
        let expires_at = Time(created_at.0.saturating_add(self.inner.settings.session_days.saturating_mul(DAY_MS)));
        Secret { token, hash, refresh_hash, created_at, expires_at, network }
    }
}

/// Who holds a session, and so by which secret it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holder {
    /// A browser, by one token in a cookie.
    Browser,
    /// A program, by a family of tokens.
    Program,
}

/// A new session's token, with what the database keeps of it.
pub(crate) struct Secret {
    token: String,
    hash: [u8; 32],
    refresh_hash: Option<[u8; 32]>,
    created_at: Time,
    expires_at: Time,
    network: Option<String>,
}

impl Secret {
    /// Where the session begins.
    pub(crate) fn network(&self) -> Option<&str> {
        self.network.as_deref()
    }
}

/// What nobody guesses.
pub(crate) fn random_bytes() -> [u8; TOKEN_BYTES] {
    let mut bytes = [0; TOKEN_BYTES];
    rand::rng().fill_bytes(&mut bytes);
    bytes
}

/// What the database keeps of a token; `None` for what cannot be one.
pub(crate) fn hash_of(token: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; TOKEN_BYTES];
    let length = URL_SAFE_NO_PAD.decode_slice(token, &mut bytes).ok()?;
    (length == TOKEN_BYTES).then(|| Sha256::digest(bytes).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_forty_three_characters_of_base64url_can_be_a_token() {
        assert!(hash_of(&"A".repeat(43)).is_some());
        for bad in ["", "A", &"A".repeat(42), &"A".repeat(44), &"A".repeat(4_000), &"é".repeat(43)] {
            assert!(hash_of(bad).is_none(), "{bad:?}");
        }
    }
}
