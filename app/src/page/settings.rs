//! What the page about oneself shows.

use wire::{Person, Refusal};

/// `/settings`.
#[derive(Clone, Debug)]
pub struct SettingsPage {
    /// The viewer as others see them now.
    pub me: Person,
    /// The name as typed.
    pub display_name: String,
    /// The status as typed.
    pub status: String,
    /// Whether something was saved just now.
    pub is_saved: bool,
    /// Why something was refused.
    pub error: Option<Refusal>,
}
