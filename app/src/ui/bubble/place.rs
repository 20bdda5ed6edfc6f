//! The card of a place. Rule: nothing on it is loaded from anywhere; as `public/location.js` draws it, a test compares the two.

use leptos::prelude::*;
use wire::Location;

/// As it is read everywhere.
pub fn card(place: &Location) -> impl IntoView + use<> {
    let label = (!place.label.is_empty()).then(|| view! { <p class="place-name" dir="auto">{place.label.clone()}</p> });
    let accuracy = place.accuracy.map(|metres| {
        view! { <p class="bid-hint">{format!("Within {}", length(metres))}</p> }
    });
    let at = [Location::plain(place.latitude), Location::plain(place.longitude)];
    let link = |(map, name): (&'static str, &'static str)| {
        let href = address(map, &at);
        let target = (map != "geo").then_some("_blank");
        view! { <a href=href data-map=map rel="noopener noreferrer" referrerpolicy="no-referrer" target=target>{name}</a> }
    };
    view! {
        <div class="place">
            <div class="place-map" aria-hidden="true"></div>
            {label}
            <p class="place-at">{place.degrees()}</p>
            {accuracy}
            <p class="place-maps">{MAPS.map(link).collect_view()}</p>
        </div>
    }
}

/// The maps that a reader can choose among, and what they are called.
const MAPS: [(&str, &str); 4] =
    [("osm", "OpenStreetMap"), ("google", "Google Maps"), ("apple", "Apple Maps"), ("geo", "App on this device")];

fn address(map: &str, [latitude, longitude]: &[String; 2]) -> String {
    match map {
        "osm" => {
            format!("https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}#map=16/{latitude}/{longitude}")
        }
        "google" => format!("https://www.google.com/maps/search/?api=1&query={latitude},{longitude}"),
        "apple" => format!("https://maps.apple.com/?ll={latitude},{longitude}&q={latitude},{longitude}"),
        _ => format!("geo:{latitude},{longitude}"),
    }
}

/// "12 m", "3 km".
fn length(metres: i64) -> String {
    if metres < 1_000 { format!("{metres} m") } else { format!("{} km", (metres + 500) / 1_000) }
}
