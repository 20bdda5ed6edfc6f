//! Pages, the chat and server functions: everything that people see (SPEC 5, 6, 9, 11). Rule: Leptos stays in here,
//! and what is decided about messages is decided in `client` (browser) and `domain` (server).
//!
//! What the server calls (feature `ssr`):
//! - [`start`] once per process; then
//! - [`render`]`(Page, Shell) -> String`: a complete HTML document. [`Page::status`] is its HTTP status. The only inline
//!   script carries [`Shell::nonce`]; there is no inline style. Only inbox, room and offline shell load the WASM module.
//! - [`call`]`(Chat, Option<Viewer>, Arc<Site>, Request) -> Response` for `POST /api/fn/…`, whose paths [`server_functions`] lists.
//!   Arguments and answers are JSON; a refusal is the status of its code and a `wire::Refusal`.
//!
//! A page is drawn from the same client core on both sides, so that what the browser puts in its place is what the server
//! sent: times in the viewer's zone, the link "connecting", presence as the core knows it. Effects then start what is live.

#![recursion_limit = "256"]

mod api;
mod arrange;
mod browser;
mod chat;
mod clock;
mod keep;
mod live;
mod mount;
mod page;
#[cfg(feature = "ssr")]
mod pages;
mod reply;
mod rows;
mod screen;
#[cfg(feature = "ssr")]
mod server;
#[cfg(feature = "ssr")]
mod shell;
mod socket;
#[cfg(feature = "ssr")]
mod sprite;
mod tabs;
mod trouble;
mod ui;
mod zone;

pub use api::Pushed;
pub use mount::mount;
pub use page::{
    AdminList, AdminPage, BidForm, BidPage, DetailsPage, Draft, EmojiGroup, LobbyPage, LoginForm, Meant, MessagePage,
    Narrowed, NewKey, NewRoomForm, Page, PeerPage, PeoplePage, PlacePage, ReceiptsPage, RegisterForm, SearchForm,
    SearchPage, SettingsPage, Shell, Site, SubjectForm, SubjectPage, Tried, Typed,
};
#[cfg(feature = "ssr")]
pub use pages::{escaped, midnight};
#[cfg(feature = "ssr")]
pub use server::{call, server_functions, start};
#[cfg(feature = "ssr")]
pub use shell::render;
pub use trouble::Trouble;
pub use zone::Zone;
