//! A browser that is subscribed at a push service. Rule: it believes nothing: it opens what comes with the browser's own keys,
//! and holds the signature against the key that the browser was given.

use crate::support::{Letter, Member, Receiver};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::{
    SecretKey,
    ecdsa::{Signature, VerifyingKey, signature::Verifier},
    elliptic_curve::{rand_core::OsRng, sec1::ToEncodedPoint},
};
use serde_json::{Value, json};

/// A new browser of this person, subscribed at this service.
pub async fn browser(service: &Receiver, member: &Member, to: &str) -> Browser {
    let key = SecretKey::random(&mut OsRng);
    let state = member.browser.call("/api/fn/push_state", &json!({})).await;
    let state: Value = serde_json::from_str(&state.body).unwrap();
    let server_key = URL_SAFE_NO_PAD.decode(state["key"].as_str().unwrap()).unwrap();
    let browser = Browser { service: service.origin(), endpoint: service.url(to), key, auth: [7; 16], server_key };
    let answer = member.browser.call("/api/fn/push_on", &browser.subscription()).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    browser
}

/// What a browser keeps of its subscription.
pub struct Browser {
    service: String,
    endpoint: String,
    key: SecretKey,
    auth: [u8; 16],
    server_key: Vec<u8>,
}

impl Browser {
    /// As it tells the server.
    pub fn subscription(&self) -> Value {
        let point = self.key.public_key().to_encoded_point(false);
        json!({
            "push_address": self.endpoint,
            "p256dh": URL_SAFE_NO_PAD.encode(point),
            "auth": URL_SAFE_NO_PAD.encode(self.auth),
        })
    }

    /// Opens a letter, after everything about it was found right.
    pub fn open(&self, letter: &Letter) -> Value {
        let header = |name: &str| letter.header(name);
        assert_eq!((header("content-encoding"), header("ttl")), ("aes128gcm", "86400"));
        assert!(letter.body.len() <= 4_096, "{}", letter.body.len());
        assert!(!header("topic").is_empty() && header("topic").len() <= 32, "{}", header("topic"));
        self.judge(header("authorization"));
        let auth = web_push_native::Auth::from(self.auth);
        let opened = web_push_native::decrypt(letter.body.to_vec(), &self.key, &auth).expect("it is for this browser");
        serde_json::from_slice(&opened).unwrap()
    }

    /// RFC 8292: who calls, whom, until when, and that it is the one whose key the browser was given.
    fn judge(&self, authorization: &str) {
        let (token, key) = authorization.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
        assert_eq!(URL_SAFE_NO_PAD.decode(key).unwrap(), self.server_key);
        let (said, signature) = token.rsplit_once('.').unwrap();
        let signature = Signature::from_slice(&URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
        VerifyingKey::from_sec1_bytes(&self.server_key).unwrap().verify(said.as_bytes(), &signature).unwrap();
        let part = |text: &str| -> Value { serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap() };
        let (head, claims) = said.split_once('.').unwrap();
        assert_eq!(part(head), json!({ "typ": "JWT", "alg": "ES256" }));
        let claims = part(claims);
        assert_eq!(
            (claims["aud"].as_str(), claims["sub"].as_str()),
            (Some(self.service.as_str()), Some("mailto:operator@example.org"))
        );
        let left_s = claims["exp"].as_i64().unwrap() - twotick::clock::now_ms() / 1_000;
        assert!((3_600..=86_400).contains(&left_s), "{left_s}");
    }
}
