//! Every behaviour test in one program. Rule: one file per behaviour; a new file is named here.

#![allow(clippy::unwrap_used, reason = "clippy knows tests by their attribute, not the helpers beside them")]

mod about_message;
mod admin;
mod amendments;
mod api;
mod bids;
mod blocking;
mod commands;
mod deletion;
mod durability;
mod examples;
mod files;
mod formatting;
mod group_receipts;
mod group_rooms;
mod guard;
mod levels;
mod lobby;
mod log_over_socket;
mod offline_shell;
mod outsider;
mod pages;
mod places;
mod profiles;
mod push;
mod receipts;
mod resume;
mod revocation;
mod script_socket;
mod search;
mod shutdown;
mod slow_reader;
mod socket_rules;
mod subject_rooms;
mod support;
mod webhooks;
