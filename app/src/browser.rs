//! What only a browser knows: the time, its zone, chance, visibility, the address. Rule: called from effects and events only,
//! never while a view is made.

use crate::{clock::Clock, page::Seed, zone::Zone};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::HtmlElement;
use wire::RoomId;

/// Milliseconds since 1970.
pub fn now_ms() -> i64 {
    js_sys::Date::now() as i64
}

/// The viewer's zone.
pub fn clock() -> Clock {
    Clock { now_ms: now_ms(), zone: Zone::Here(offset_minutes) }
}

fn offset_minutes(at_ms: i64) -> i64 {
    -(js_sys::Date::new(&(at_ms as f64).into()).get_timezone_offset() as i64)
}

/// What the server put into the page for the chat, and where the chat stands.
pub fn seed() -> Option<(HtmlElement, Seed)> {
    let place = find("[data-seed]")?;
    let seed = wire::read::json(&place.get_attribute("data-seed")?)?;
    Some((place, seed))
}

/// Eight random bytes.
pub fn chance() -> u64 {
    let mut bytes = [0; 8];
    // Cannot fail for so few bytes; and if it did, the time alone still makes ids that nobody else of this user has.
    let _ = window().crypto().map(|crypto| crypto.get_random_values_with_u8_array(&mut bytes));
    u64::from_le_bytes(bytes) ^ now_ms().unsigned_abs()
}

/// Whether the tab can be seen.
pub fn is_visible() -> bool {
    !document().hidden()
}

/// Whether the window has the focus.
pub fn has_focus() -> bool {
    document().has_focus().unwrap_or(true)
}

/// Whether fingers are what this device is used with: there, Enter is a newline.
pub fn is_touch() -> bool {
    let query = window().match_media("(pointer: coarse)");
    query.ok().flatten().is_some_and(|query| query.matches())
}

/// The room that the address names.
pub fn room_in_address() -> Option<RoomId> {
    window().location().pathname().ok()?.strip_prefix("/r/")?.parse().ok()
}

/// Puts a room, or the inbox, into the address, as a step that "back" undoes.
pub fn push_address(room: Option<RoomId>) {
    let path = room.map_or("/".to_owned(), |room| "/r/".to_owned() + &room.to_string());
    let history = window().history();
    // A browser refuses it only to pages that do it hundreds of times in seconds; the address is then behind, no more.
    let _ = history.map(|history| history.push_state_with_url(&nothing(), "", Some(&path)));
}

fn nothing() -> leptos::wasm_bindgen::JsValue {
    leptos::wasm_bindgen::JsValue::NULL
}

/// Where the socket is.
pub fn socket_address() -> String {
    let location = window().location();
    let protocol = location.protocol().unwrap_or_default();
    let scheme = if protocol == "https:" { "wss://" } else { "ws://" };
    scheme.to_owned() + &location.host().unwrap_or_default() + "/ws"
}

/// Loads the page anew.
pub fn reload() {
    // Refused only where nothing can be loaded at all.
    let _ = window().location().reload();
}

/// Leaves the page, for good.
pub fn leave_for(path: &str) {
    let _ = window().location().replace(path);
}

/// Whether `pagehide` or `pageshow` is about the browser's cache for "back" and "forward".
pub fn is_persisted(event: &web_sys::Event) -> bool {
    event.dyn_ref::<web_sys::PageTransitionEvent>().is_some_and(web_sys::PageTransitionEvent::persisted)
}

/// Hears an event of the document, as long as there is one.
pub fn on_document(name: &str, hear: impl Fn() + 'static) {
    let hear = Closure::<dyn Fn()>::new(hear).into_js_value();
    // Cannot fail: the name is no expression and the listener a function.
    let _ = document().add_event_listener_with_callback(name, hear.unchecked_ref());
}

/// The first element of the page that is like this.
pub fn find(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).ok()??.dyn_into().ok()
}

/// Gives the focus without scrolling.
pub fn focus_in_place(element: &HtmlElement) {
    let options = web_sys::FocusOptions::new();
    options.set_prevent_scroll(true);
    // What cannot have it leaves it where it is.
    let _ = element.focus_with_options(&options);
}

/// Writes who is signed in into a page that came without the server.
pub fn name_viewer(username: &str, display_name: &str) {
    if let Some(element) = find("[data-viewer]") {
        element.set_text_content(Some(display_name));
        let _ = element.set_attribute("data-viewer", username);
    }
}
