//! What messages carry, as the log keeps it: the JSON that travels. Rule: what nobody can read is nothing, never an error.

use wire::read::{Tree, parse};

/// For the column; none when there is nothing.
pub(crate) fn text(more: &Tree) -> Option<String> {
    // Strings and whole numbers are always JSON.
    (!more.is_nothing()).then(|| serde_json::to_string(more).unwrap_or_default())
}

/// From the column.
pub(crate) fn tree(text: Option<String>) -> Tree {
    text.and_then(|text| parse(&text)).unwrap_or_default()
}
