//! The page of a search, and its form. Rule: as typed, whatever came of it.

use wire::search::Found;
use wire::{Refusal, RoomId};

/// What was said in the viewer's rooms.
#[derive(Clone, Debug)]
pub struct SearchPage {
    /// What is looked for.
    pub form: SearchForm,
    /// The rooms that can be chosen.
    pub rooms: Vec<(RoomId, String)>,
    /// What was found; none: nothing was looked for.
    pub found: Option<Found>,
    /// Why it was refused.
    pub error: Option<Refusal>,
}

/// What is looked for; all as typed, and empty where it does not matter.
#[derive(Clone, Debug, Default)]
pub struct SearchForm {
    /// Words.
    pub q: String,
    /// A room's number.
    pub room: String,
    /// A username.
    pub person: String,
    /// The first day.
    pub from: String,
    /// The last day.
    pub to: String,
    /// A type of message.
    pub kind: String,
    /// What to go on from.
    pub before: Option<i64>,
}
