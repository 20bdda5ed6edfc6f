//! The nouns, frames, limits and refusals that browser and server share. Rule: data only, no I/O, no clock.

mod id;
mod message;
mod model;
mod parts;
mod person;
mod room;
mod time;

pub mod admin;
pub mod apps;
pub mod frame;
pub mod limits;
pub mod read;
pub mod refusal;
#[cfg(feature = "schema")]
pub mod schema;
pub mod search;
pub mod webhooks;
pub mod write;

pub use id::{AppId, Cid, Epoch, KeyId, RoomId, Seq, SessionId, UserId, WebhookId};
pub use message::{Act, Amendment, Message, MessageDetails, MessageType, Quote, Reaction};
pub use model::{
    CursorState, EVERYBODY_ELSE, Event, EventKind, HistoryPage, Inbox, Presence, RoomKind, RoomPage, RoomSummary, Span,
    Tally, Unread,
};
pub use parts::{Attachment, Bid, BidState, Decision, Location, MICRO, Offer, Parts, TextSpan, is_followable};
pub use person::{Person, PersonRow, Relation};
pub use refusal::{Code, Refusal};
pub use room::{
    Beside, Foyer, Level, ListedRoom, Lobby, Member, PublicRoom, Receipt, Receipts, Role, RoomDetails, Subject,
};
pub use time::Time;
