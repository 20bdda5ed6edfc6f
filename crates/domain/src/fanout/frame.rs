//! A frame as text, made once for all its receivers. Rule: clones share the bytes.

use bytes::Bytes;
use std::ops::Deref;
use wire::frame::ServerFrame;

/// UTF-8 in shared bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text(Bytes);

impl Text {
    /// The JSON of a frame.
    pub(crate) fn encode(frame: &ServerFrame) -> Self {
        // Frames have string keys and no failing serialisers, the two things JSON can stumble over.
        Self(serde_json::to_vec(frame).expect("every frame is valid JSON").into())
    }

    /// Its length, without reading it: asked once for every receiver.
    pub(crate) fn size_bytes(&self) -> usize {
        self.0.len()
    }

    /// The shared bytes; known to be UTF-8.
    pub fn into_bytes(self) -> Bytes {
        self.0
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        std::str::from_utf8(&self.0).expect("made of a string")
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

/// Bytes that are shared already.
#[cfg(test)]
impl From<Bytes> for Text {
    fn from(bytes: Bytes) -> Self {
        Self(bytes)
    }
}
