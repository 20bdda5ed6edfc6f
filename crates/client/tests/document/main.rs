//! docs/client.md, walked. Rule: every row of its first tables is performed by a client, and every state and event that a
//! walk knows stands in a row.

#![allow(clippy::unwrap_used, reason = "clippy knows tests by their attribute, not the helpers beside them")]

mod divider;
mod gap;
mod link;
mod outbox;
mod page;
#[path = "../../src/sample.rs"]
#[allow(dead_code, reason = "shared with tests that need more of it")]
mod sample;
mod schedule;
mod table;
mod transport;
