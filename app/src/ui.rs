//! The parts of the chat. Rule: a part reads signals and tells [`crate::live::Live`] what the user did; nothing else.

pub mod announcer;
pub mod avatar;
pub mod bubble;
pub mod composer;
pub mod conversation;
pub mod icon;
pub mod inbox;
pub mod keys;
pub mod link_line;
pub mod list;
pub mod notifications;
pub mod presence;
pub mod refused_bar;
pub mod said;
#[cfg(feature = "ssr")]
pub mod text;
pub mod timeline;
