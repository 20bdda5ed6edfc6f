//! The contract of the domain in one program: what holds on SQLite holds on Postgres. Rule: one file per subject; a new file is named here.

#![allow(clippy::unwrap_used, reason = "clippy knows tests by their attribute, not the helpers beside them")]

mod apps;
mod bids;
mod erasing;
mod fanout;
mod files;
mod limits;
mod log;
mod messages;
mod profiles;
mod push;
mod rooms;
mod search;
mod store;
mod support;
mod webhooks;
