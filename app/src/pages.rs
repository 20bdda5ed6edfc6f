//! The pages without the island. Rule: plain documents and forms, nothing of them is hydrated.

mod account;
mod people;
mod problem;

pub use account::{Login, Register};
pub use people::People;
pub use problem::{NotFound, Problem};
