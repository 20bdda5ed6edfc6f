//! The JSON API under `/api/v1` (SPEC 9). Rule: a handler is a thin door onto the same call of the domain that pages and socket use; who
//! calls is said by `Authorization: Bearer`, never by a cookie, so that no other site can act for anybody.

mod asked;
pub mod cursors;
pub mod docs;
pub mod document;
pub mod events;
pub mod host;
pub mod me;
pub mod members;
pub mod messages;
pub mod people;
pub mod problem;
pub mod rooms;
pub mod search;
pub mod subjects;
pub mod ticket;
pub mod token;
pub mod webhooks;

pub use asked::bearer;

/// Where it is.
pub const PREFIX: &str = "/api/v1/";
