//! Modal dialogs. Rule: made when they open and gone when they close, by which the browser gives the focus back to where it was.

use crate::ui::dom::{add, find, set};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, Event, HtmlDialogElement};

/// Opens one that `fill` fills.
pub fn open(class: &str, name: &str, fill: impl FnOnce(&Element) -> Option<()>) -> Option<HtmlDialogElement> {
    // One that is closed may stand there for a moment.
    if let Some(before) = find("dialog") {
        before.remove();
    }
    let element = add(document().body()?.as_ref(), "dialog", "")?;
    for (attribute, value) in [("class", class), ("aria-label", name), ("closedby", "any")] {
        set(&element, attribute, value);
    }
    let close = add(&element, "form", "")?;
    set(&close, "method", "dialog");
    let button = add(&close, "button", "Close")?;
    set(&button, "class", "close");
    fill(&element)?;
    hear(&element, "close", |event| {
        let dialog = event.target().and_then(|dialog| dialog.dyn_into::<Element>().ok());
        dialog.inspect(Element::remove);
    });
    let dialog: HtmlDialogElement = element.dyn_into().ok()?;
    // Refused only to one that is open.
    _ = dialog.show_modal();
    Some(dialog)
}

/// Hears an event of an element, as long as there is one.
pub fn hear(element: &Element, name: &str, hear: impl Fn(Event) + 'static) {
    let hear = Closure::<dyn Fn(Event)>::new(hear).into_js_value();
    // Cannot fail: the name is no expression and the listener a function.
    _ = element.add_event_listener_with_callback(name, hear.unchecked_ref());
}
