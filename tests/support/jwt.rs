//! Access tokens of a test's own making. Rule: whoever knows the server's key makes what the server makes, and can change one thing.

use super::{Program, TestApp};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

/// 32 bytes, as an operator would set them.
pub const KEY: &str = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA";

/// The same as bytes.
pub fn key() -> Vec<u8> {
    BASE64.decode(KEY).unwrap()
}

/// A server whose key is known.
pub async fn known() -> TestApp {
    TestApp::start_with(|config| config.token_keys = vec![domain::TokenKey::parse(KEY).unwrap()]).await
}

/// A token that says this, signed with this key.
pub fn forged(header: &Value, claims: &Value, key: &[u8]) -> String {
    let part = |value: &Value| BASE64.encode(value.to_string());
    let text = format!("{}.{}", part(header), part(claims));
    let signature = Hmac::<Sha256>::new_from_slice(key).unwrap().chain_update(&text).finalize().into_bytes();
    format!("{text}.{}", BASE64.encode(signature))
}

/// What a token says: its header and its claims.
pub fn parts(token: &str) -> (Value, Value) {
    let part = |at: usize| serde_json::from_slice(&BASE64.decode(token.split('.').nth(at).unwrap()).unwrap()).unwrap();
    (part(0), part(1))
}

impl Program {
    /// The same at a [`known`] server, by a token that ends so many seconds after this one was made.
    pub fn lasting(&self, seconds: i64) -> Self {
        let (header, mut claims) = parts(self.access.as_deref().unwrap());
        claims["exp"] = json!(claims["iat"].as_i64().unwrap() + seconds);
        self.with_access(&forged(&header, &claims, &key()))
    }
}
