//! What can be found of a message: its text, and the names of its files. Rule: the index, the search and what is shown of a hit take the
//! same words.

use crate::store::parts;
use std::borrow::Cow;
use wire::{Parts, read::Tree};

/// Of a message as it is stored.
pub(super) fn of_stored<'a>(content: &'a str, stored: Option<&str>) -> Cow<'a, str> {
    match stored {
        None => content.into(),
        Some(stored) => text(content, &parts::tree(Some(stored.to_owned()))),
    }
}

/// Of a message that carries this.
pub(super) fn text<'a>(content: &'a str, more: &Tree) -> Cow<'a, str> {
    let names: Vec<String> = Parts::of(more).attachments.into_iter().map(|file| file.name).collect();
    if names.is_empty() {
        return content.into();
    }
    format!("{content} {}", names.join(" ")).trim_start().to_owned().into()
}
