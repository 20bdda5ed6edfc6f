//! How the nouns look in JSON (feature `schema`). Rule: what is derived follows from the types; only what writes itself by hand is
//! described by hand, and is held to the goldens; scripts/api holds real answers to all of it.

use crate::{Attachment, Bid, Cid, Code, Location, Message, MessageType, Quote, Reaction, Seq, Time, read::Tree};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use std::borrow::Cow;

/// A string that is one of these words.
pub fn word(words: &[&str]) -> Schema {
    json_schema!({ "type": "string", "enum": words })
}

impl JsonSchema for Code {
    fn schema_name() -> Cow<'static, str> {
        "Code".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let words: Vec<_> = Self::ALL.iter().map(|code| code.as_str()).collect();
        word(&words)
    }
}

impl JsonSchema for Time {
    fn schema_name() -> Cow<'static, str> {
        "Time".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time", "description": "RFC 3339, UTC, with milliseconds" })
    }
}

impl JsonSchema for Cid {
    fn schema_name() -> Cow<'static, str> {
        "Cid".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "uuid" })
    }
}

impl JsonSchema for Tree {
    fn schema_name() -> Cow<'static, str> {
        "Tree".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!(true)
    }
}

/// What a message says now.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Message")]
struct Written {
    /// Its type.
    #[serde(rename = "type")]
    kind: MessageType,
    /// The text; empty when it is deleted.
    content: String,
    /// What it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_to: Option<Quote>,
    /// Whether its author has changed the text; absent when not.
    #[serde(skip_serializing_if = "Option::is_none")]
    is_edited: Option<bool>,
    /// When its author last did.
    #[serde(skip_serializing_if = "Option::is_none")]
    edited_at: Option<Time>,
    /// Whether the content is gone for good; absent when not.
    #[serde(skip_serializing_if = "Option::is_none")]
    deleted: Option<bool>,
    /// Who reacted with what.
    #[serde(skip_serializing_if = "Option::is_none")]
    reactions: Option<Vec<Reaction>>,
    /// The last event that is folded in; absent while nothing has changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<Seq>,
    /// The text with its formatting, a tree; absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    spans: Option<Vec<Tree>>,
    /// Files and images.
    #[serde(skip_serializing_if = "Option::is_none")]
    attachments: Option<Vec<Attachment>>,
    /// Of one with files, what stands for it in a line if it has no text.
    #[serde(skip_serializing_if = "Option::is_none")]
    gist: Option<String>,
    /// A place.
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<Location>,
    /// An offer.
    #[serde(skip_serializing_if = "Option::is_none")]
    bid: Option<Bid>,
}

impl JsonSchema for Message {
    fn schema_name() -> Cow<'static, str> {
        Written::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Written::json_schema(generator)
    }
}
