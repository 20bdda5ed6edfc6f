//! Sending a place (SPEC 4). Rule: it can be typed without a script; the browser is asked where it is only when the user presses for
//! it (`public/location.js`).

use crate::{
    page::PlacePage,
    pages::{account::Complaint, field::Field},
};
use leptos::prelude::*;
use wire::Code;

/// `/r/{room}/location`.
#[component]
pub fn PlaceOf(
    /// What is on it.
    page: PlacePage,
) -> impl IntoView {
    let PlacePage { room, title, cid, latitude, longitude, label, error } = page;
    let of = |code: Code| error.clone().filter(|error| error.code == code);
    let (of_position, of_label) = (of(Code::BadPosition), of(Code::BadLabel));
    let of_none = error.clone().filter(|_| of_position.is_none() && of_label.is_none());
    view! {
        <main class="card people" id="main">
            <p class="aside back-out"><a href=format!("/r/{room}")>"Back to the conversation"</a></p>
            <h1>"Send a place"</h1>
            <p class="hint" dir="auto">{format!("To {title}. Everybody there can open it on a map of their choice.")}</p>
            <Complaint error=of_none/>
            <form method="post" action=format!("/r/{room}/location") class="new-room new-place">
                <input type="hidden" name="cid" value=cid.to_string()/>
                <input type="hidden" name="accuracy"/>
                <div class="pair">
                    <Field name="latitude" label="Latitude" value=latitude placeholder="52.52001" required=true error=of_position/>
                    <Field name="longitude" label="Longitude" value=longitude placeholder="13.40495" required=true error=None/>
                </div>
                <Field name="label" label="Name" value=label placeholder="The pier" hint="What the place is called. May stay empty." error=of_label/>
                <button type="submit" class="primary">"Send this place"</button>
            </form>
        </main>
    }
}
