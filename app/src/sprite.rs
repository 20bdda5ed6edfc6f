//! The drawings of every page. Rule: one path each, in lines of 2 in a box of 24 by 24, 3 from the edge or less only where a point
//! needs it; [`crate::ui::icon::Icon`] shows them by name.

use leptos::prelude::*;

/// Name and path. Circles are two arcs, points are lines of no length with round ends.
const DRAWINGS: [(&str, &str); 21] = [
    ("back", "M20 12H4.5M11 5l-7 7 7 7"),
    ("send", "M4 4.5 21 12 4 19.5 6.5 12zM6.5 12H13"),
    ("clock", "M20.5 12a8.5 8.5 0 1 1-17 0 8.5 8.5 0 0 1 17 0zM12 7v5l3.5 2"),
    ("tick", "m5 12.5 4.5 4.5L19 7"),
    ("ticks", "m1.5 12.5 4.5 4.5L15 7M11.5 16l1 1 9.5-10"),
    ("alert", "M20.5 12a8.5 8.5 0 1 1-17 0 8.5 8.5 0 0 1 17 0zM12 7.5v5.2M12 16.3v.01"),
    ("down", "m5.5 9 6.5 6.5L18.5 9"),
    ("up", "M5.5 15 12 8.5l6.5 6.5"),
    ("close", "m6 6 12 12M18 6 6 18"),
    ("search", "M17.5 11a6.5 6.5 0 1 1-13 0 6.5 6.5 0 0 1 13 0zM16 16l4.5 4.5"),
    ("bell", "M12 3.2V4.5M6.5 10.5a5.5 5.5 0 0 1 11 0V15l2 2.5h-15l2-2.5zM10 20.7a2.2 2.2 0 0 0 4 0"),
    (
        "keyboard",
        "M5 6h14a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2zM7 10v.01M10.3 10v.01M13.7 10v.01M17 10v.01M8 14h8",
    ),
    (
        "people",
        "M12.5 8a3.5 3.5 0 1 1-7 0 3.5 3.5 0 0 1 7 0zM2.5 19.5a6.5 6.5 0 0 1 13 0M15.5 4.9a3.5 3.5 0 0 1 0 6.2M17.8 13.8a6.5 6.5 0 0 1 3.7 5.7",
    ),
    ("clip", "M20 11.5 11.8 19.7a5 5 0 0 1-7-7l8.5-8.5a3.3 3.3 0 0 1 4.7 4.7l-8.2 8.2a1.6 1.6 0 0 1-2.3-2.3l7.5-7.5"),
    ("file", "M13.5 3.5H7a2 2 0 0 0-2 2v13a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V9zM13.5 3.5V9H19"),
    (
        "pin",
        "M18.5 10.5c0 5-6.5 10.5-6.5 10.5s-6.5-5.5-6.5-10.5a6.5 6.5 0 0 1 13 0zM14.5 10.5a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0z",
    ),
    (
        "coin",
        "M20.5 12a8.5 8.5 0 1 1-17 0 8.5 8.5 0 0 1 17 0zM14.5 9.5a3 3 0 0 0-5.5 1.6v2a3 3 0 0 0 5.5 1.6M7.5 11h4.5M7.5 13.2h4.5",
    ),
    ("leave", "M13.5 4.5h-7a2 2 0 0 0-2 2v11a2 2 0 0 0 2 2h7M10 12h10.5M16.5 8l4 4-4 4"),
    ("reply", "M9.5 6 4 11.5 9.5 17M4 11.5h9.5a6 6 0 0 1 6 6V19"),
    ("more", "M5.5 12v.01M12 12v.01M18.5 12v.01"),
    ("smile", "M20.5 12a8.5 8.5 0 1 1-17 0 8.5 8.5 0 0 1 17 0zM8 14a4.5 4.5 0 0 0 8 0M9 9.5v.01M15 9.5v.01"),
];

/// Stands once in a document, before everything that shows a part of it.
#[component]
pub fn Sprite() -> impl IntoView {
    let symbols = DRAWINGS.map(|(name, path)| {
        view! {
            <symbol id=format!("i-{name}") viewBox="0 0 24 24">
                <path d=path></path>
            </symbol>
        }
    });
    view! {
        <svg class="hidden" width="0" height="0" aria-hidden="true">
            {symbols.into_iter().collect_view()}
        </svg>
    }
}
