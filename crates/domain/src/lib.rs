//! The domain: accounts, connections, rooms, the log, cursors, presence and fan-out over one store. Rule: no HTTP, no
//! Leptos; a permission is checked here and nowhere else.

mod accounts;
mod admin;
mod aging;
mod apps;
mod bids;
mod blocks;
#[cfg(feature = "bulk")]
pub mod bulk;
mod chat;
mod clock;
mod connections;
mod cursors;
mod deletion;
pub mod emoji;
mod erasing;
mod error;
mod fanout;
mod files;
mod formatting;
mod foyer;
mod log;
mod message;
pub mod money;
mod names;
mod networks;
mod operator;
mod password;
mod presence;
mod profiles;
mod push;
mod rate;
mod receipts;
mod retention;
mod revocation;
mod rooms;
mod search;
mod sessions;
mod settings;
mod store;
mod tokens;
mod typing;
mod uploads;
mod viewer;
mod webhooks;

pub use accounts::{Login, NewAccount};
pub use admin::{AuditOf, Ban};
pub use apps::{
    Host,
    keys::AppKey,
    rooms::{AppMember, AppSubject},
    users::{AppUser, AppUserWish},
};
pub use chat::Chat;
pub use clock::Clock;
pub use error::{Error, StartError};
pub use fanout::{Attachment, CloseReason, Next, Text};
pub use log::{Ack, Draft, catch_up::CatchUp, history::Page};
pub use networks::network_of;
pub use operator::Account;
pub use push::{Delivery, Errand, Parcel, Subscription, host as push_host, is_public_address};
pub use rooms::{
    change::{Change, NewGroup},
    governing::{AppChange, AppParticipant, AppPerson, NewAppSubject},
    subjects::NewSubject,
};
pub use settings::Settings;
pub use tokens::{Ticket, Tokens, keys::TokenKey};
pub use uploads::{NewUpload, Progress, Readable};
pub use viewer::{SignedIn, Viewer};
pub use webhooks::{Answered, WebhookChanges, WebhookParcel, WebhookSecret, WebhookTurn};
