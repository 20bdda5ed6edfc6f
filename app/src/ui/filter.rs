//! Names by a few of their letters. Rule: case and accents do not matter.

use js_sys::{JsString, encode_uri_component};
use leptos::prelude::*;
use wire::Person;

/// Combining marks, which are what is left of accents.
const MARKS: std::ops::RangeInclusive<char> = '\u{300}'..='\u{36f}';

/// A text without case and accents. In the browser only, which knows all letters.
pub fn folded(text: &str) -> String {
    let text: String = JsString::from(text.trim()).normalize("NFD").to_lower_case().into();
    text.chars().filter(|char| !MARKS.contains(char)).collect()
}

/// Whether a room or person is to be seen; followed.
pub fn is_wanted(filter: RwSignal<String>, name: &str, person: Option<&Person>) -> bool {
    let username = person.map_or("", |person| &person.username);
    filter.with(|wanted| wanted.is_empty() || folded(&(name.to_owned() + " " + username)).contains(&folded(wanted)))
}

/// Where somebody else may be found.
pub fn people_page(name: &str) -> String {
    "/people?q=".to_owned() + &String::from(encode_uri_component(name.trim()))
}
