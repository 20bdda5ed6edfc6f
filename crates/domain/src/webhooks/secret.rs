//! What signs requests, after the Standard Webhooks specification. Rule: it is shown when it is made, and never again; whoever has it
//! can tell that a request came from here, is what was sent, and when.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, Mac as _};
use rand::RngCore as _;
use sha2::Sha256;
use std::fmt;

/// What secrets begin with.
const PREFIX: &str = "whsec_";
/// Bytes of a new one; the specification wants 24 to 64.
const BYTES: usize = 32;

/// A secret that two sides share.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookSecret(String);

impl WebhookSecret {
    /// A new one.
    pub(crate) fn fresh() -> Self {
        let mut bytes = [0; BYTES];
        rand::rng().fill_bytes(&mut bytes);
        Self(format!("{PREFIX}{}", STANDARD.encode(bytes)))
    }

    /// As it was kept.
    pub(crate) fn kept(text: String) -> Self {
        Self(text)
    }

    /// As it is kept and shown: `whsec_` and base64.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The header `webhook-signature` of a request.
    pub fn sign(&self, id: &str, timestamp_s: i64, body: &str) -> String {
        let key = STANDARD.decode(self.0.trim_start_matches(PREFIX)).unwrap_or_default();
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("an HMAC takes a key of any length");
        mac.update(format!("{id}.{timestamp_s}.").as_bytes());
        mac.update(body.as_bytes());
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("WebhookSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification.
    #[test]
    fn the_specifications_example_is_signed_as_it_says() {
        let secret = WebhookSecret::kept("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned());
        let signed = secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_secret_is_new_each_time_and_in_no_log() {
        let secret = WebhookSecret::fresh();
        assert_ne!(secret, WebhookSecret::fresh());
        assert_eq!(secret.as_str().len(), 6 + 44);
        assert!(!format!("{secret:?}").contains(&secret.as_str()[6..]));
    }
}
