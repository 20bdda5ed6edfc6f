//! A text as it was typed, as a tree of spans. Rule: only what was clearly meant is formatting; whatever else somebody types in a
//! chat looks as it was typed, and no sign of it is lost.
//!
//! Blocks are those of chats, not of documents: each is whole lines, and a line says by itself whether it belongs to one
//! ([`blocks`]). Within a line it is Markdown ([`line`]).

mod blocks;
mod line;
mod links;

#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod tests;

use wire::{
    TextSpan,
    limits::{TEXT_DEPTH_MAX, TEXT_SPANS_MAX},
    read::Tree,
};

/// The spans of a text, as they travel; nothing where all of it is shown as it was typed.
pub(crate) fn tree(text: &str) -> Tree {
    TextSpan::tree(&spans(text))
}

/// The spans of a text; none where all of it is shown as it was typed.
fn spans(text: &str) -> Vec<TextSpan> {
    let lines: Vec<&str> = text.split('\n').collect();
    let mut room = Room { spans: TEXT_SPANS_MAX, depth: TEXT_DEPTH_MAX };
    let spans = blocks::read(&lines, &mut room);
    if spans.iter().all(|span| matches!(span, TextSpan::Plain(_))) { Vec::new() } else { spans }
}

/// How much more formatting there may be.
struct Room {
    spans: usize,
    depth: usize,
}

impl Room {
    /// Whether there may be one span more here.
    fn has(&self) -> bool {
        self.spans > 0 && self.depth > 0
    }

    /// Takes the room of one span.
    fn take(&mut self) {
        self.spans = self.spans.saturating_sub(1);
    }

    /// Takes the room of one span, and does what is done within it.
    fn within<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        self.take();
        self.depth -= 1;
        let inner = read(self);
        self.depth += 1;
        inner
    }
}

/// Puts text at an end.
fn say(spans: &mut Vec<TextSpan>, text: &str) {
    match spans.last_mut() {
        _ if text.is_empty() => {}
        Some(TextSpan::Plain(last)) => last.push_str(text),
        _ => spans.push(TextSpan::Plain(text.to_owned())),
    }
}
