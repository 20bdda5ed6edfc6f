//! The pages without the chat. Rule: plain documents and forms, without a module.

mod account;
mod people;
mod problem;

pub use account::{Login, Register};
pub use people::People;
pub use problem::{NotFound, Problem};
