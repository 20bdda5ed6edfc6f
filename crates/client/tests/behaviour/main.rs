//! The client told and watched step by step, with a clock that the test moves. Rule: one test, one sentence of the
//! specification.

#![allow(clippy::unwrap_used)]

mod catching_up;
mod connection;
mod nonsense;
mod page;
mod reading;
#[path = "../../src/sample.rs"]
mod sample;
mod sending;
