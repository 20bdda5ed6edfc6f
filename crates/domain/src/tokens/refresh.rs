//! Refresh tokens: what keeps a program signed in. Rule: each is shown once. One that is shown again later is in two hands, and ends the
//! whole family.

use crate::sessions::{TOKEN_BYTES, random_bytes};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};
use wire::{Time, limits::REFRESH_GRACE_MS};

/// A token as a program holds it: the name of its family, which stays, and a secret, which is another one each time. Only who has held a
/// token of the family knows its name, so that nobody else can end it.
pub(crate) struct RefreshToken {
    name: [u8; TOKEN_BYTES],
    secret: [u8; TOKEN_BYTES],
}

/// What the database knows of a family.
pub(crate) struct Family {
    pub(crate) secret_hash: Vec<u8>,
    pub(crate) before_hash: Option<Vec<u8>>,
    pub(crate) salt: Option<Vec<u8>>,
    pub(crate) renewed_at: Time,
}

/// What is done with a token of a family.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is the one: another takes its place.
    Renew,
    /// It was the one a moment ago: its holder gets the same successor again, which this salt makes of it.
    Again(Vec<u8>),
    /// It was shown long ago: somebody has a copy.
    Reused,
}

impl RefreshToken {
    /// The first of a family.
    pub(crate) fn fresh() -> Self {
        Self { name: random_bytes(), secret: random_bytes() }
    }

    /// As it was shown.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 2 * TOKEN_BYTES];
        let length = URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).ok()?;
        let (name, secret) = bytes.split_at(TOKEN_BYTES);
        let is_whole = length == bytes.len();
        is_whole.then(|| Some(Self { name: name.try_into().ok()?, secret: secret.try_into().ok()? }))?
    }

    /// As it is handed out.
    pub(crate) fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode([self.name, self.secret].concat())
    }

    /// Under what the session stands. No cookie hashes to it: half of a token that is used up signs nobody in.
    pub(crate) fn name_hash(&self) -> [u8; 32] {
        Sha256::new().chain_update("family").chain_update(self.name).finalize().into()
    }

    /// What the database keeps of the secret.
    pub(crate) fn secret_hash(&self) -> [u8; 32] {
        Sha256::digest(self.secret).into()
    }

    /// The token after this one. Neither who knows this one, nor who reads the database, makes it alone.
    pub(crate) fn next(&self, salt: &[u8]) -> Self {
        let secret = Sha256::new().chain_update("next").chain_update(self.secret).chain_update(salt).finalize();
        Self { name: self.name, secret: secret.into() }
    }
}

impl Family {
    /// Judges a token that was shown now.
    pub(crate) fn judge(&self, shown: &RefreshToken, now: Time) -> Verdict {
        let shown = shown.secret_hash();
        if shown[..] == self.secret_hash[..] {
            return Verdict::Renew;
        }
        let is_before = self.before_hash.as_deref() == Some(&shown[..]);
        let is_fresh = now.0 - self.renewed_at.0 < REFRESH_GRACE_MS;
        match &self.salt {
            Some(salt) if is_before && is_fresh => Verdict::Again(salt.clone()),
            _ => Verdict::Reused,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_itself_again_after_it_was_handed_out() {
        let token = RefreshToken::fresh();
        let shown = RefreshToken::parse(&token.text()).unwrap();
        assert_eq!((shown.name, shown.secret), (token.name, token.secret));
        for bad in ["", "x", &token.text()[1..], &"A".repeat(87), &"A".repeat(43), &"é".repeat(86)] {
            assert!(RefreshToken::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_token_is_good_once_then_for_a_moment_and_then_ends_the_family() {
        let (first, salt) = (RefreshToken::fresh(), b"salt".to_vec());
        let second = first.next(&salt);
        let hash = |token: &RefreshToken| token.secret_hash().to_vec();
        let family = Family {
            secret_hash: hash(&second),
            before_hash: Some(hash(&first)),
            salt: Some(salt.clone()),
            renewed_at: Time(1_000),
        };
        let check = |token: &RefreshToken, at_ms: i64, expected: Verdict| {
            assert_eq!(family.judge(token, Time(at_ms)), expected, "{at_ms}");
        };
        check(&second, 1_000_000, Verdict::Renew);
        check(&first, 1_000 + REFRESH_GRACE_MS - 1, Verdict::Again(salt.clone()));
        check(&first, 1_000 + REFRESH_GRACE_MS, Verdict::Reused);
        check(&second.next(&salt), 1_000, Verdict::Reused);
        check(&RefreshToken { name: first.name, secret: [0; 32] }, 1_000, Verdict::Reused);
        assert_eq!(hash(&first.next(&salt)), hash(&second), "the same successor for whoever shows it again");
    }
}
