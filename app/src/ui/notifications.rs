//! The panel about notifications at the foot of the inbox. Rule: what stands in it is `public/tabs.js`'s, which knows the browser, and
//! `public/notifications.js`'s, which explains it.

use leptos::prelude::*;

/// Empty, and not there before the browser was looked at.
#[component]
pub fn Notifications() -> impl IntoView {
    view! {
        <details class="notifications" hidden>
            <summary>
                <svg class="icon" aria-hidden="true">
                    <use href="#i-bell"></use>
                </svg>
                <span></span>
            </summary>
        </details>
    }
}
