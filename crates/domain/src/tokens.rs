//! Signing in by tokens, for programs (SPEC 8). Rule: a family of tokens is a session like a browser's, so that signing out everywhere, a
//! new password, a ban and a deletion end it without a word about tokens.

pub(crate) mod access;
pub(crate) mod keys;
pub(crate) mod refresh;

use crate::{
    Chat, Error, Login, Viewer,
    revocation::Revoked,
    sessions::{Holder, hash_of, random_bytes},
    store,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use refresh::{RefreshToken, Verdict};
use sha2::{Digest as _, Sha256};
use std::fmt;
use wire::{Code, Time, limits::SOCKET_TICKET_LIFE_MS};

/// What a program is signed in with.
#[derive(Clone)]
pub struct Tokens {
    /// Who.
    pub viewer: Viewer,
    /// Says so with each request, until `access_expires_at`.
    pub access: String,
    /// When another one is needed.
    pub access_expires_at: Time,
    /// Gets it, once.
    pub refresh: String,
}

impl fmt::Debug for Tokens {
    /// Without the tokens: they must not reach a log.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Tokens").field("viewer", &self.viewer).finish()
    }
}

/// What opens one socket.
#[derive(Clone)]
pub struct Ticket {
    /// 43 characters base64url.
    pub ticket: String,
    /// When it is worth nothing any more, used or not.
    pub expires_at: Time,
}

/// What became of a token that was shown.
enum Shown {
    Renewed(RefreshToken, Viewer),
    Reused(Viewer),
}

impl Chat {
    /// Signs a program in: [`Chat::log_in`] with its limits and refusals.
    ///
    /// # Errors
    /// As [`Chat::log_in`].
    pub async fn log_in_program(&self, login: Login) -> Result<Tokens, Error> {
        let signed_in = self.enter(login, Holder::Program).await?;
        self.tokens(signed_in.viewer, signed_in.token).await
    }

    /// The tokens that follow this refresh token. Shown again within [`wire::limits::REFRESH_GRACE_MS`] it has the same successor; shown
    /// later, it is in two hands, and the family ends.
    ///
    /// # Errors
    /// [`Code::SignedOut`].
    pub async fn refresh(&self, token: &str) -> Result<Tokens, Error> {
        let shown = RefreshToken::parse(token).ok_or(Code::SignedOut)?;
        let now = Time(self.inner.clock.now_ms());
        let write = self.inner.store.write(move |tx| {
            Box::pin(async move {
                let name = shown.name_hash();
                let (family, viewer) = store::tokens::family(tx, &name, now.0).await?.ok_or(Code::SignedOut)?;
                let mut verdict = family.judge(&shown, now);
                if verdict == Verdict::Renew {
                    let salt = random_bytes();
                    let next = shown.next(&salt);
                    let hashes = (&shown.secret_hash()[..], &next.secret_hash()[..]);
                    if store::tokens::renew(tx, viewer.session, hashes, &salt, now).await? {
                        return Ok(Shown::Renewed(next, viewer));
                    }
                    // Another server was first, a moment ago.
                    let (family, _) = store::tokens::family(tx, &name, now.0).await?.ok_or(Code::SignedOut)?;
                    verdict = family.judge(&shown, now);
                }
                if let Verdict::Again(salt) = verdict {
                    return Ok(Shown::Renewed(shown.next(&salt), viewer));
                }
                store::sessions::delete(tx, viewer.user, viewer.session).await?;
                store::revocations::insert(tx, viewer.user, Some(viewer.session), Revoked::Logout, now).await?;
                Ok(Shown::Reused(viewer))
            })
        });
        match write.await? {
            Shown::Renewed(next, viewer) => self.tokens(viewer, next.text()).await,
            Shown::Reused(viewer) => {
                tracing::warn!(user = %viewer.user, session = %viewer.session, "a refresh token was used twice; its session has ended");
                self.end_sessions(viewer.user, Revoked::Logout).await;
                Err(Code::SignedOut.into())
            }
        }
    }

    /// Ends the session of a refresh token, whether that is its last one or an earlier one; nothing if there is none.
    pub async fn revoke_tokens(&self, token: &str) -> Result<(), Error> {
        let Some(shown) = RefreshToken::parse(token) else { return Ok(()) };
        let mut tx = self.inner.store.read_once().await?;
        let found = store::tokens::family(&mut tx, &shown.name_hash(), self.inner.clock.now_ms()).await?;
        drop(tx);
        match found {
            Some((_, viewer)) => self.log_out(&viewer).await,
            None => Ok(()),
        }
    }

    /// What opens one socket within [`SOCKET_TICKET_LIFE_MS`], in place of what must not stand in an address.
    pub async fn socket_ticket(&self, viewer: &Viewer) -> Result<Ticket, Error> {
        let (secret, now) = (random_bytes(), Time(self.inner.clock.now_ms()));
        let hash: [u8; 32] = Sha256::digest(secret).into();
        let (session, until) = (viewer.session, viewer.expires_at);
        let expires_at = Time(now.0 + SOCKET_TICKET_LIFE_MS);
        let write = self.inner.store.write(move |tx| {
            Box::pin(async move { store::tokens::insert_ticket(tx, &hash, session, until, (now, expires_at)).await })
        });
        write.await?;
        Ok(Ticket { ticket: URL_SAFE_NO_PAD.encode(secret), expires_at })
    }

    /// Who shows this ticket, for the first and last time.
    pub async fn redeem_ticket(&self, ticket: &str) -> Result<Option<Viewer>, Error> {
        let Some(hash) = hash_of(ticket) else { return Ok(None) };
        let now_ms = self.inner.clock.now_ms();
        let write = self.inner.store.write(move |tx| {
            Box::pin(async move {
                let Some((session, until)) = store::tokens::take_ticket(tx, &hash, now_ms).await? else {
                    return Ok(None);
                };
                let viewer = store::sessions::viewer_of(tx, session, now_ms).await?;
                Ok(viewer.map(|viewer| Viewer { expires_at: viewer.expires_at.min(until), ..viewer }))
            })
        });
        write.await
    }

    pub(crate) async fn tokens(&self, viewer: Viewer, refresh: String) -> Result<Tokens, Error> {
        let (access, access_expires_at) = self.new_access_token(&viewer).await?;
        Ok(Tokens { viewer, access, access_expires_at, refresh })
    }
}
