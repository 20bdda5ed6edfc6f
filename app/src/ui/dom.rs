//! The page's elements, for what is not drawn by a view. Rule: small functions without type parameters, since each use of such
//! a function would be carried by the module once more.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, FocusOptions, HtmlElement};

/// The first element of the page that is like this.
pub fn find(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).ok()??.dyn_into().ok()
}

/// All of them, in their order.
pub fn all(selector: &str) -> Vec<HtmlElement> {
    let Ok(nodes) = document().query_selector_all(selector) else { return Vec::new() };
    (0..nodes.length()).filter_map(|at| nodes.item(at)?.dyn_into().ok()).collect()
}

/// Gives the focus to an element; whether it took it: one that is not seen does not.
pub fn take(element: Option<HtmlElement>) -> bool {
    let Some(element) = element else { return false };
    _ = element.focus();
    document().active_element().as_ref() == Some(&element)
}

/// Gives the focus back to an element, which is not scrolled into view.
pub fn take_quietly(element: &Element) {
    let options = FocusOptions::new();
    options.set_prevent_scroll(true);
    _ = element.dyn_ref::<HtmlElement>().map(|element| element.focus_with_options(&options));
}

/// Whether an element, or one around it, is like this.
pub fn is_within(element: &Element, selector: &str) -> bool {
    matches!(element.closest(selector), Ok(Some(_)))
}

/// What an event is about.
pub fn target(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

/// Sets an attribute.
pub fn set(element: &Element, name: &str, value: &str) {
    // Refused for names that are none.
    _ = element.set_attribute(name, value);
}

/// A new last element in another.
pub fn add(parent: &Element, tag: &str, text: &str) -> Option<Element> {
    let element = document().create_element(tag).ok()?;
    element.set_text_content(Some(text));
    parent.append_child(&element).ok()?;
    Some(element)
}
