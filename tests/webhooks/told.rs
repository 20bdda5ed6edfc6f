//! What an application is told, as it reads it: it verifies each request by itself, as docs/protocol.md says.

use crate::support::{Letter, Receiver};
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, Mac};
use serde_json::Value;
use sha2::Sha256;

impl Receiver {
    /// Everything up to the first that says this and is taken.
    pub async fn until(&mut self, text: &str) -> Vec<Letter> {
        let mut letters = Vec::new();
        loop {
            let letter = self.letter().await;
            let is_last = letter.text() == text && (200..300).contains(&letter.status);
            letters.push(letter);
            if is_last {
                return letters;
            }
        }
    }
}

impl Letter {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn text(&self) -> String {
        self.json()["data"]["event"]["message"]["content"].as_str().unwrap_or_default().to_owned()
    }

    /// Whether it was signed with this secret, just now.
    pub fn is_signed(&self, secret: &str) -> bool {
        let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let (id, timestamp) = (self.header("webhook-id"), self.header("webhook-timestamp"));
        let age_s = twotick::clock::now_ms() / 1_000 - timestamp.parse::<i64>().unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", &self.body] {
            mac.update(part);
        }
        let signature = self.header("webhook-signature").strip_prefix("v1,").unwrap();
        (0..60).contains(&age_s) && mac.verify_slice(&STANDARD.decode(signature).unwrap()).is_ok()
    }
}
