//! The key by which push services know this installation (VAPID, RFC 8292). Rule: a browser takes messages from one key only, so it
//! stays the same for as long as there are browsers; its secret half is shown to nobody.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::{
    SecretKey,
    ecdsa::{Signature, SigningKey, signature::Signer},
    elliptic_curve::{rand_core::OsRng, sec1::ToEncodedPoint},
};
use serde_json::json;
use std::{fmt, time::Duration};

/// How long a signature holds; push services take at most a day.
const LIFE: Duration = Duration::from_secs(12 * 3_600);

/// A pair of P-256 keys.
#[derive(Clone, PartialEq, Eq)]
pub struct VapidKey(SecretKey);

impl VapidKey {
    /// A new one.
    pub fn fresh() -> Self {
        Self(SecretKey::random(&mut OsRng))
    }

    /// From the 32 bytes of its secret half in base64url, as other tools write it.
    ///
    /// # Errors
    /// What is expected.
    pub fn parse(text: &str) -> Result<Self, String> {
        let bytes = URL_SAFE_NO_PAD.decode(text.trim_end_matches('='));
        let key = bytes.ok().and_then(|bytes| SecretKey::from_slice(&bytes).ok());
        key.map(Self).ok_or_else(|| "32 bytes of a P-256 key in base64url are expected".to_owned())
    }

    /// The secret half, as [`Self::parse`] takes it.
    pub fn secret(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0.to_bytes())
    }

    /// The public half, as browsers take it.
    pub fn public(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0.public_key().to_encoded_point(false))
    }

    /// What says to the push service at `origin` who is calling.
    pub fn authorization(&self, origin: &str, contact: &str, now_ms: i64) -> String {
        let life_s = i64::try_from(LIFE.as_secs()).unwrap_or(i64::MAX);
        let claims = json!({ "aud": origin, "exp": now_ms / 1_000 + life_s, "sub": contact });
        let part = |json: String| URL_SAFE_NO_PAD.encode(json);
        let said =
            format!("{}.{}", part(json!({ "typ": "JWT", "alg": "ES256" }).to_string()), part(claims.to_string()));
        let signature: Signature = SigningKey::from(&self.0).sign(said.as_bytes());
        format!("vapid t={said}.{}, k={}", URL_SAFE_NO_PAD.encode(signature.to_bytes()), self.public())
    }
}

impl fmt::Debug for VapidKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_tuple("VapidKey").field(&self.public()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_the_same_after_it_was_written_down() {
        let key = VapidKey::fresh();
        assert_eq!(VapidKey::parse(&key.secret()), Ok(key.clone()));
        assert_eq!((key.secret().len(), key.public().len()), (43, 87));
        assert_ne!(key, VapidKey::fresh());
        assert!(!format!("{key:?}").contains(&key.secret()));
    }

    #[test]
    fn what_is_no_key_is_none() {
        for bad in ["", "AAAA", &"A".repeat(43), &"_".repeat(43), "ä", "not base64 at all, of the right length, no"] {
            assert!(VapidKey::parse(bad).is_err(), "{bad}");
        }
    }
}
