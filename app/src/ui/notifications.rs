//! What this browser does about new messages while nobody looks. Rule: it says what is so, and explains itself before the
//! browser asks.

use crate::{live::Live, tabs, ui::icon::icon};
use leptos::{ev::MouseEvent, prelude::*};

/// The panel at the foot of the inbox; not there before the browser was looked at.
#[component]
pub fn Notifications() -> impl IntoView {
    let screen = expect_context::<Live>().screen;
    let told = screen.words(|state| state.notifications.clone());
    let title = screen.words(|state| words(&state.notifications).0.to_owned());
    let text = screen.words(|state| words(&state.notifications).1.to_owned());
    let unknown = screen.is(|state| state.notifications.is_empty());
    let (is_not_on, is_not_off) =
        (screen.is(|state| state.notifications != "on"), screen.is(|state| state.notifications != "off"));
    let press = move |event: MouseEvent| tabs::press(&event_target_value(&event));
    view! {
        <details class="notifications" data-notifications=told hidden=unknown>
            <summary>
                {icon("bell")}
                {title}
            </summary>
            <p>{text}</p>
            <p class="choices">
                <button type="button" class="primary" value="on" hidden=is_not_off on:click=press>"Turn on"</button>
                <button type="button" value="test" hidden=is_not_on.clone() on:click=press>"Send a test"</button>
                <button type="button" value="off" hidden=is_not_on on:click=press>"Turn off"</button>
            </p>
        </details>
    }
}

/// Heading and explanation of what `tabs.js` says.
fn words(told: &str) -> (&'static str, &'static str) {
    match told {
        "on" => (
            "Notifications are on",
            "A message that comes while this window is in the background is shown on your screen, and taken away as soon \
             as you have read it, here or on another device.",
        ),
        "off" => (
            "Notifications are off",
            "Turned on, this browser shows a message that comes while this window is in the background, and takes it away \
             as soon as you have read it, here or on another device. It will ask you first whether it may.",
        ),
        "blocked" => (
            "Notifications are blocked",
            "This browser blocks them for this site. To allow them, press the sign beside the address and open the \
             permissions of the site.",
        ),
        "insecure" => (
            "No notifications here",
            "Browsers show them only for sites on https or localhost, and this page came over plain http.",
        ),
        _ => (
            "No notifications here",
            "This browser has none for pages. On an iPhone or iPad, add the site to the home screen and open it there.",
        ),
    }
}
