//! In place of the crate of this name, which `server_fn` always brings along: its classes are exported, and what is exported
//! stays in the page's module, used or not. Rule: there is nothing here but what `server_fn` names.

use futures::{Stream, stream};
use wasm_bindgen::JsValue;

/// A stream of the browser; as a body of a request or an answer, which is never one here.
#[derive(Debug)]
pub struct ReadableStream(web_sys::ReadableStream);

impl ReadableStream {
    /// The browser's.
    pub fn from_raw(raw: web_sys::ReadableStream) -> Self {
        Self(raw)
    }

    /// Panics: the chat sends no streams.
    pub fn from_stream(_: impl Stream<Item = Result<JsValue, JsValue>> + 'static) -> Self {
        panic!("a stream as the body of a request")
    }

    /// The browser's.
    pub fn into_raw(self) -> web_sys::ReadableStream {
        self.0
    }

    /// Panics: the chat asks for no streams.
    pub fn into_stream(self) -> impl Stream<Item = Result<JsValue, JsValue>> {
        stream::poll_fn(|_| panic!("a stream as the body of an answer"))
    }
}
