//! The JSON API. Rule: each endpoint is tried as a client would, and each refusal is a problem with a stable code.

mod bad_input;
mod document;
mod guarding;
mod host;
mod messages;
mod people;
mod rooms;
mod sockets;
mod tokens;
