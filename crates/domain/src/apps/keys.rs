//! What a key looks like. Rule: it begins so that a scanner for secrets recognises it, and the rest is 256 random bits, so that a plain
//! hash of it is enough.

use crate::sessions::{TOKEN_BYTES, random_bytes};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};
use std::fmt;
use wire::KeyId;

/// How each begins.
const PREFIX: &str = "tt_";

/// A key that was just made.
#[derive(Clone)]
pub struct AppKey {
    /// Its number.
    pub id: KeyId,
    /// The key, which nobody can read again.
    pub text: String,
}

impl fmt::Debug for AppKey {
    /// Without the key: it must not reach a log.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("AppKey").field("id", &self.id).finish()
    }
}

/// A new key, and what the database keeps of it.
pub(super) fn fresh() -> (String, [u8; 32]) {
    let text = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(random_bytes()));
    let hash = Sha256::digest(&text).into();
    (text, hash)
}

/// What the database keeps of a key; none for what cannot be one.
pub(super) fn hash_of(key: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; TOKEN_BYTES];
    let length = URL_SAFE_NO_PAD.decode_slice(key.strip_prefix(PREFIX)?, &mut bytes).ok()?;
    (length == TOKEN_BYTES).then(|| Sha256::digest(key).into())
}

/// Which key it is, for the audit log: `jobs, key 7 “live”`.
pub(super) fn which(app: &str, key: KeyId, label: &str) -> String {
    match label {
        "" => format!("{app}, key {key}"),
        label => format!("{app}, key {key} “{label}”"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_recognised_and_only_the_whole_of_it() {
        let (key, hash) = fresh();
        assert_eq!((key.len(), hash_of(&key)), (46, Some(hash)));
        assert_ne!(fresh().0, key);
        for bad in ["", "tt_", &key[3..], &key[..45], &format!("{key}A"), &key.to_uppercase(), &"é".repeat(9_000)] {
            assert_eq!(hash_of(bad), None, "{bad:?}");
        }
        assert!(!format!("{:?}", AppKey { id: KeyId(7), text: key.clone() }).contains(&key));
    }
}
