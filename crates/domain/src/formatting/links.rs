//! Addresses that stand in a text. Rule: `http`, `https` and letterboxes only, and as the whole of what is read as an address.

use linkify::{LinkFinder, LinkKind};
use std::ops::Range;
use wire::is_followable;

/// An address in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Its place.
    pub(super) at: Range<usize>,
    /// Whether it is the address of a letterbox, before which "mailto:" is thought.
    pub(super) is_mail: bool,
}

impl Found {
    /// Whether a place is within it.
    pub(super) fn holds(&self, place: usize) -> bool {
        self.at.contains(&place)
    }
}

/// All of them, in their order.
pub(super) fn find(line: &str) -> Vec<Found> {
    if !line.contains("://") && !line.contains('@') {
        return Vec::new();
    }
    let found = LinkFinder::new()
        .links(line)
        .map(|link| Found { at: link.start()..link.end(), is_mail: *link.kind() == LinkKind::Email });
    found.filter(|found| is_followable(&address(line, found))).collect()
}

/// Where a link from it leads.
pub(super) fn address(line: &str, found: &Found) -> String {
    let text = line.get(found.at.clone()).unwrap_or_default();
    if found.is_mail { "mailto:".to_owned() + text } else { text.to_owned() }
}

/// Whether a text that is to lead to one address says another one.
pub(super) fn is_deceiving(said: &str, address: &str) -> bool {
    let names = |found: &Found| said.get(found.at.clone()).map(place);
    let other = find(said).iter().filter_map(names).any(|named| named != place(address));
    let is_named_only = said.trim_start().get(..4).is_some_and(|start| start.eq_ignore_ascii_case("www."));
    other || (is_named_only && place(said.trim()) != place(address))
}

/// The machine or letterbox that an address names.
fn place(address: &str) -> String {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let rest = rest.strip_prefix("mailto:").unwrap_or(rest);
    let name = rest.split(['/', '?', '#']).next().unwrap_or_default().to_lowercase();
    name.strip_prefix("www.").map(str::to_owned).unwrap_or(name)
}
