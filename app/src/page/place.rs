//! What is handed over about sending a place. Rule: as for every page, data only, with what was typed.

use wire::{Cid, Refusal, RoomId};

/// The page on which a place is sent.
#[derive(Clone, Debug)]
pub struct PlacePage {
    /// Where to.
    pub room: RoomId,
    /// What the room is called.
    pub title: String,
    /// The id of what this form will send: sending the form twice sends once (C2).
    pub cid: Cid,
    /// As typed.
    pub latitude: String,
    /// As typed.
    pub longitude: String,
    /// As typed; may be empty.
    pub label: String,
    /// Why it was refused.
    pub error: Option<Refusal>,
}
