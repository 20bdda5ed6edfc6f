//! What a part of the screen says, followed. Rule: one type for each kind of value, whatever it is made of: a signal of its own for
//! each would carry all the ways of reading a signal into the module.

use leptos::{ev::MouseEvent, prelude::Effect};
use std::sync::Arc;

/// Called where it is shown, and again when something that it read has changed.
pub type Said<T> = Arc<dyn Fn() -> T + Send + Sync>;

/// What this says.
pub fn said<T>(part: impl Fn() -> T + Send + Sync + 'static) -> Said<T> {
    Arc::new(part)
}

/// Always the same.
pub fn fixed(text: String) -> Said<String> {
    Arc::new(move || text.clone())
}

/// What a press of a button does. One type for all of them, for the same reason.
pub type Press = Box<dyn FnMut(MouseEvent)>;

/// This does it.
pub fn press(act: impl FnMut(MouseEvent) + 'static) -> Press {
    Box::new(act)
}

/// Does this in the browser, now and whenever something that it read has changed.
pub fn watch(act: impl FnMut() + 'static) {
    fn begin(act: Box<dyn FnMut()>) {
        Effect::new(act);
    }
    begin(Box::new(act));
}
