//! What a part of the screen says, followed. Rule: one type for each kind of value, whatever it is made of: a signal of its own for
//! each would carry all the ways of reading a signal into the module.

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
