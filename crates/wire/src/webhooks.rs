//! Webhooks, as applications and operators see them. Rule: what was sent is not in here, nor what signs it; a delivery says where and when,
//! not what.

use crate::{RoomId, Seq, Time, WebhookId, words};
use serde::Serialize;

/// Of what a webhook is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// Messages, and what becomes of them.
    Messages,
    /// Bids, and what is decided about them.
    Bids,
    /// Who comes and goes.
    Members,
    /// Something of another version.
    Unknown,
}

words!(Topic { Messages: "messages", Bids: "bids", Members: "members" });

impl Topic {
    /// Every topic that this version knows.
    pub const EVERY: [Self; 3] = [Self::Messages, Self::Bids, Self::Members];
}

/// How a webhook does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebhookState {
    /// It is told.
    Active,
    /// It did not take the last request, and is sent it again.
    Failing,
    /// It is told nothing until somebody resumes it; then everything from there on.
    Paused,
    /// Something of another version.
    Unknown,
}

words!(WebhookState { Active: "active", Failing: "failing", Paused: "paused" });

/// Why a webhook is paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pause {
    /// Somebody asked for it.
    Asked,
    /// It answered 410: that it is gone.
    Gone,
    /// It did not take something for three days.
    Failing,
    /// Something of another version.
    Unknown,
}

words!(Pause { Asked: "asked", Gone: "gone", Failing: "failing" });

/// Where an application is told of what happens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Webhook {
    /// Its number.
    pub id: WebhookId,
    /// The application's name.
    pub app: String,
    /// The address.
    pub url: String,
    /// Of what it is told.
    pub topics: Vec<Topic>,
    /// When it was made: it is told what happened after that.
    pub made_at: Time,
    /// How it does.
    pub state: WebhookState,
    /// How many requests in a row were not taken.
    pub failures: i64,
    /// When it is sent to again, if it is failing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_at: Option<Time>,
    /// Since when it is paused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paused_at: Option<Time>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paused_why: Option<Pause>,
}

/// What came of one request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Delivery {
    /// What the other side got as `webhook-id`: the same each time the same thing was sent.
    pub event: String,
    /// What it was about: `message_created`, `ping`, …
    #[serde(rename = "type")]
    pub kind: String,
    /// The room; absent for a ping.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub room: Option<RoomId>,
    /// The position in its log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seq: Option<Seq>,
    /// When it was sent.
    pub at: Time,
    /// How long it took, in milliseconds.
    pub took_ms: i64,
    /// The status of the answer; absent when there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<i64>,
    /// Why it was not taken; absent when it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// When it is sent again; absent when it was taken, or is not sent again by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_at: Option<Time>,
}
