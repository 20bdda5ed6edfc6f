//! Drawings in lines. Rule: decoration only; the words stand beside them.

use leptos::prelude::*;

/// A drawing from one path in a box of 24 by 24.
#[component]
pub fn Icon(
    /// The path.
    path: Signal<String>,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d=path></path>
        </svg>
    }
}

/// An arrow to the left.
pub const BACK: &str = "M15 5l-7 7 7 7";
/// A paper plane.
pub const SEND: &str = "M4 12l-1-8 19 8-19 8 1-8h8";
/// A clock.
pub const CLOCK: &str = "M12 4a8 8 0 1 0 .01 0M12 7v5l3 2";
/// One tick.
pub const TICK: &str = "M6 13l4 4 8-10";
/// Two ticks.
pub const TICKS: &str = "M1 13l4 4 8-10M11 16l1 1 8-10";
/// An exclamation mark.
pub const ALERT: &str = "M12 4a8 8 0 1 0 .01 0M12 8v5M12 15.5v.5";
