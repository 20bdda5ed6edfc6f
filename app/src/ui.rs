//! The parts of the chat. Rule: a part reads signals and tells [`crate::live::Live`] what the user did; nothing else.

pub mod announcer;
pub mod avatar;
pub mod bubble;
pub mod composer;
pub mod conversation;
pub mod dialog;
pub mod dom;
pub mod filter;
pub mod icon;
pub mod inbox;
pub mod keys;
pub mod link_line;
pub mod list;
pub mod moment;
pub mod notifications;
pub mod presence;
pub mod shortcuts;
pub mod switcher;
pub mod timeline;
