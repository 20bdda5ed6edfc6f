//! The pages without the chat. Rule: plain documents and forms, without a module.

mod account;
mod address;
mod admin;
mod beside;
mod bid;
mod details;
mod emoji;
mod field;
mod level;
mod lobby;
mod message;
mod peer;
mod people;
mod place;
mod problem;
mod receipts;
mod search;
mod send;
mod settings;
mod subject;

pub use account::{Login, Register};
pub use address::escaped;
pub use admin::Admin;
pub use beside::Lobby;
pub use bid::BidOf;
pub use details::Details;
pub use emoji::EmojiOf;
pub use lobby::LobbyOf;
pub use message::MessageOf;
pub use peer::Peer;
pub use people::People;
pub use place::PlaceOf;
pub use problem::{NotFound, Problem};
pub use receipts::ReceiptsOf;
pub use search::SearchOf;
#[cfg(feature = "ssr")]
pub use search::midnight;
pub use settings::SettingsOf;
pub use subject::SubjectOf;
