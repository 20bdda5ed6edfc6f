//! How server functions answer: JSON, read in the browser by [`wire::read`]. Rule: the same on the wire as Leptos' own JSON;
//! only that the module does not carry a second reader.

use leptos::server_fn::{Bytes, ContentType, Decodes, Encodes, Format, FormatType, codec::Post};
use serde::Serialize;
use std::str;
use wire::read::{self, Read};

/// The protocol of answers.
pub type Reply = Post<ReplyEncoding>;

/// JSON.
pub struct ReplyEncoding;

impl ContentType for ReplyEncoding {
    const CONTENT_TYPE: &'static str = "application/json";
}

impl FormatType for ReplyEncoding {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: Serialize> Encodes<T> for ReplyEncoding {
    type Error = serde_json::Error;

    fn encode(output: &T) -> Result<Bytes, Self::Error> {
        serde_json::to_vec(output).map(Bytes::from)
    }
}

impl<T: Read> Decodes<T> for ReplyEncoding {
    type Error = &'static str;

    fn decode(bytes: Bytes) -> Result<T, Self::Error> {
        str::from_utf8(&bytes).ok().and_then(read::json).ok_or("not what was expected")
    }
}
