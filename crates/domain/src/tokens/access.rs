//! Access tokens: JWTs that say for a few minutes which session calls (RFC 9068). Rule: one algorithm, and nothing in a token chooses
//! another; the session is looked up besides, each time, so that a ban holds at once.

use crate::{Chat, Error, Viewer, store};
use hmac::{Hmac, Mac as _};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation,
    crypto::{CryptoProvider, JwkUtils, JwtSigner, JwtVerifier},
    errors::{ErrorKind, Result as JwtResult},
};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::sync::Once;
use wire::{SessionId, Time, UserId, limits::ACCESS_TOKEN_BYTES_MAX};

const ALGORITHM: Algorithm = Algorithm::HS256;
/// The type of token that this is, so that no other is taken for one.
const TYPE: &str = "at+jwt";
/// What they are for.
const AUDIENCE: &str = "twotick:api";
/// How far the clocks of two servers may be apart.
const SKEW_S: i64 = 60;

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    /// The account.
    sub: String,
    /// The session.
    sid: i64,
    iat: i64,
    exp: i64,
}

impl Chat {
    /// Who shows this access token: nobody when it is not ours, has expired, or its session has ended. The viewer's `expires_at` is then
    /// that of the token: a socket that it opens does not outlive it.
    ///
    /// # Errors
    /// [`Error::Internal`] when the database does not answer.
    pub async fn bearer(&self, token: &str) -> Result<Option<Viewer>, Error> {
        if token.len() > ACCESS_TOKEN_BYTES_MAX {
            return Ok(None);
        }
        let Some(kid) = jsonwebtoken::decode_header(token).ok().filter(is_ours).and_then(|header| header.kid) else {
            return Ok(None);
        };
        let Some(key) = self.accepted_key(&kid).await? else { return Ok(None) };
        let now = Time(self.inner.clock.now_ms());
        let Some((user, session, until)) = key.signer.read(token, &self.issuer(), now) else { return Ok(None) };
        let mut tx = self.inner.store.read_once().await?;
        let viewer = store::sessions::viewer_of(&mut tx, session, now.0).await?;
        let viewer = viewer.filter(|viewer| viewer.user == user);
        Ok(viewer.map(|viewer| Viewer { expires_at: viewer.expires_at.min(until), ..viewer }))
    }

    /// A token for this session, and when it ends.
    pub(super) async fn new_access_token(&self, viewer: &Viewer) -> Result<(String, Time), Error> {
        let key = self.signing_key().await?;
        let iat = self.inner.clock.now_ms().div_euclid(1_000);
        let exp = iat.saturating_add(self.inner.settings.access_token_minutes.saturating_mul(60));
        let (iss, aud, sub) = (self.issuer(), AUDIENCE.to_owned(), viewer.user.to_string());
        let claims = Claims { iss, aud, sub, sid: viewer.session.0, iat, exp };
        let header = Header { typ: Some(TYPE.to_owned()), kid: Some(key.kid.clone()), ..Header::new(ALGORITHM) };
        let token = jsonwebtoken::encode(&header, &claims, &key.signer.signs);
        Ok((token.map_err(|error| Error::Internal(Box::new(error)))?, Time(exp.saturating_mul(1_000))))
    }

    /// This life of this installation: tokens of another one, or of before a restore, are not ours.
    fn issuer(&self) -> String {
        format!("twotick:{}", self.epoch().0)
    }
}

fn is_ours(header: &Header) -> bool {
    header.alg == ALGORITHM && header.typ.as_deref() == Some(TYPE)
}

/// A key as the crate takes it.
#[derive(Clone)]
pub(crate) struct Signer {
    signs: EncodingKey,
    reads: DecodingKey,
}

impl Signer {
    pub(crate) fn new(secret: &[u8]) -> Self {
        static INSTALL: Once = Once::new();
        INSTALL.call_once(|| {
            // Fails only when one is there already, which nobody else installs.
            let _ = PROVIDER.install_default();
        });
        Self { signs: EncodingKey::from_secret(secret), reads: DecodingKey::from_secret(secret) }
    }

    /// Whose session it is, and until when the token holds.
    fn read(&self, token: &str, issuer: &str, now: Time) -> Option<(UserId, SessionId, Time)> {
        let mut rules = Validation::new(ALGORITHM);
        rules.set_issuer(&[issuer]);
        rules.set_audience(&[AUDIENCE]);
        rules.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
        // By our own clock, below.
        rules.validate_exp = false;
        let claims = jsonwebtoken::decode::<Claims>(token, &self.reads, &rules).ok()?.claims;
        let now_s = now.0.div_euclid(1_000);
        let holds = claims.exp > now_s && claims.iat <= now_s.saturating_add(SKEW_S);
        let user = claims.sub.parse().ok().filter(|_| holds)?;
        Some((user, SessionId(claims.sid), Time(claims.exp.saturating_mul(1_000))))
    }
}

/// The one algorithm there is. The crate's own providers bring RSA and three curves along, which nothing here uses.
static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: |algorithm, key| match algorithm {
        Algorithm::HS256 => Ok(Box::new(Hs256::new(key.try_get_hmac_secret()?)?)),
        _ => Err(ErrorKind::InvalidAlgorithm.into()),
    },
    verifier_factory: |algorithm, key| match algorithm {
        Algorithm::HS256 => Ok(Box::new(Hs256::new(key.try_get_hmac_secret()?)?)),
        _ => Err(ErrorKind::InvalidAlgorithm.into()),
    },
    jwk_utils: JwkUtils::new_unimplemented(),
};

struct Hs256(Hmac<Sha256>);

impl Hs256 {
    fn new(secret: &[u8]) -> JwtResult<Self> {
        Ok(Self(Hmac::new_from_slice(secret).map_err(|_| ErrorKind::InvalidKeyFormat)?))
    }
}

impl signature::Signer<Vec<u8>> for Hs256 {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        Ok(self.0.clone().chain_update(message).finalize().into_bytes().to_vec())
    }
}

impl signature::Verifier<Vec<u8>> for Hs256 {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        self.0.clone().chain_update(message).verify_slice(signature).map_err(signature::Error::from_source)
    }
}

impl JwtSigner for Hs256 {
    fn algorithm(&self) -> Algorithm {
        ALGORITHM
    }
}

impl JwtVerifier for Hs256 {
    fn algorithm(&self) -> Algorithm {
        ALGORITHM
    }
}
