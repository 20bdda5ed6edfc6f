//! The nouns, frames, limits and refusals that browser and server share. Rule: data only, no I/O, no clock.

mod id;
mod message;
mod model;
mod parts;
mod room;
mod time;

pub mod admin;
pub mod frame;
pub mod limits;
pub mod read;
pub mod refusal;
pub mod search;
pub mod write;

pub use id::{Cid, Epoch, RoomId, Seq, SessionId, UserId};
pub use message::{Act, Amendment, Message, MessageDetails, MessageType, Quote, Reaction};
pub use model::{
    CursorState, EVERYBODY_ELSE, Event, EventKind, HistoryPage, Inbox, Person, PersonRow, Presence, Relation, RoomKind,
    RoomPage, RoomSummary, Span, Tally, Unread,
};
pub use parts::{Attachment, Bid, BidState, Decision, Location, MICRO, Offer, Parts, TextSpan, is_followable};
pub use refusal::{Code, Refusal};
pub use room::{
    Beside, Foyer, Level, ListedRoom, Lobby, Member, PublicRoom, Receipt, Receipts, Role, RoomDetails, Subject,
};
pub use time::Time;
