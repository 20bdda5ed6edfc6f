//! What a message says, with its formatting, as the server draws it. Rule: elements, never markup made of text; `public/bubble.js` draws
//! the same from the same spans.

use leptos::prelude::*;
use wire::{TextSpan, read::Tree};

/// A text and what its message carries.
pub fn text(content: String, more: &Tree) -> AnyView {
    let spans = TextSpan::of(more);
    if spans.is_empty() { content.into_any() } else { all(spans) }
}

fn all(spans: Vec<TextSpan>) -> AnyView {
    spans.into_iter().map(one).collect_view().into_any()
}

/// A block, and code, has a direction of its own.
fn one(span: TextSpan) -> AnyView {
    match span {
        TextSpan::Plain(text) => text.into_any(),
        TextSpan::Bold(inner) => view! { <b>{all(inner)}</b> }.into_any(),
        TextSpan::Italics(inner) => view! { <i>{all(inner)}</i> }.into_any(),
        TextSpan::Struck(inner) => view! { <s>{all(inner)}</s> }.into_any(),
        TextSpan::Link(address, inner) => link(address, inner),
        TextSpan::Code(text) => view! { <code dir="auto">{text}</code> }.into_any(),
        TextSpan::CodeBlock(text) => view! { <pre dir="auto">{text}</pre> }.into_any(),
        TextSpan::Quote(inner) => view! { <blockquote dir="auto">{all(inner)}</blockquote> }.into_any(),
        TextSpan::List(Some(number), rows) => {
            view! { <ol dir="auto" start=number.to_string()>{items(rows)}</ol> }.into_any()
        }
        TextSpan::List(None, rows) => view! { <ul dir="auto">{items(rows)}</ul> }.into_any(),
    }
}

fn items(items: Vec<Vec<TextSpan>>) -> AnyView {
    items.into_iter().map(|item| view! { <li>{all(item)}</li> }).collect_view().into_any()
}

/// Whoever is behind it learns neither where it stood nor how to reach back.
fn link(address: String, inner: Vec<TextSpan>) -> AnyView {
    let said = if inner.is_empty() { address.clone().into_any() } else { all(inner) };
    view! {
        <a href=address target="_blank" rel="noopener noreferrer nofollow ugc" referrerpolicy="no-referrer">
            {said}
        </a>
    }
    .into_any()
}
