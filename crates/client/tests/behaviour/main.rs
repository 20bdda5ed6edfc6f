//! The client told and watched step by step, with a clock that the test moves. Rule: one test, one sentence of the
//! specification.

#![allow(clippy::unwrap_used)]

mod amending;
mod catching_up;
mod connection;
mod formatting;
mod gap;
mod keeping;
mod levels;
mod nonsense;
mod notifying;
mod page;
mod profiles;
mod reading;
mod rooms;
#[path = "../../src/sample.rs"]
mod sample;
mod sending;
mod tabs;
mod unread;
