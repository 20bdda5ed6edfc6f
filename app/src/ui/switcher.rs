//! The quick switcher: a few letters of a name, Enter, and one is there. Rule: the focus stays in its field; the chosen one of
//! the list is named by `aria-activedescendant`.

use crate::{
    live::Live,
    screen::Entry,
    ui::{
        dialog,
        dom::{add, find, is_within, set, target},
        filter::{folded, people_page},
    },
};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDialogElement, HtmlInputElement};

/// Longer lists are not read; a letter more makes them short.
const OPTIONS_MAX: usize = 50;
const CHOSEN: &str = ".switcher [aria-selected=true]";

/// Opens it.
pub fn open(live: Live) {
    if find("dialog[open]").is_some() {
        return;
    }
    _ = dialog::open("switcher", "Go to", |dialog| {
        let field = add(dialog, "input", "")?;
        for (name, value) in [
            ("role", "combobox"),
            ("aria-label", "Conversation or person"),
            ("placeholder", "Go to a conversation or person"),
            ("aria-expanded", "true"),
            ("aria-controls", "options"),
            ("aria-autocomplete", "list"),
            ("autocomplete", "off"),
            ("autofocus", ""),
            ("dir", "auto"),
        ] {
            set(&field, name, value);
        }
        let list = add(dialog, "ul", "")?;
        set(&list, "role", "listbox");
        set(&list, "id", "options");
        set(&list, "aria-label", "Conversations and people");
        let none = add(dialog, "p", "")?;
        set(&none, "class", "hint");
        fill(live, &field, &list);
        dialog::hear(&field, "input", move |event| {
            if let (Some(field), Some(list)) = (target(&event), find("#options")) {
                fill(live, &field, &list);
            }
        });
        dialog::hear(&list, "click", move |event| {
            let option = target(&event).and_then(|element| element.closest("[role=option]").ok()?);
            if let Some(option) = option {
                go(live, &option);
            }
        });
        Some(())
    });
}

/// What there is for the letters in the field: rooms with something unread, other rooms, people.
fn fill(live: Live, field: &Element, list: &Element) {
    let written = field.dyn_ref::<HtmlInputElement>().map(HtmlInputElement::value).unwrap_or_default();
    let wanted = folded(&written);
    list.set_text_content(None);
    live.screen.entries.with_untracked(|entries| {
        for turn in 0..3 {
            for entry in entries {
                let (name, path, unread, its_turn) = option_of(entry);
                if its_turn == turn
                    && list.child_element_count() < OPTIONS_MAX as u32
                    && folded(&name).contains(&wanted)
                {
                    _ = add_option(list, &name, &path, &unread);
                }
            }
        }
    });
    let is_empty = list.child_element_count() == 0;
    if let Some(none) = list.next_element_sibling() {
        none.set_text_content(None);
        if is_empty && let Some(link) = add(&none, "a", "Nobody of that name here. Find people") {
            set(&link, "href", &people_page(&written));
        }
    }
    set(field, "aria-expanded", if is_empty { "false" } else { "true" });
    choose(field, list.first_element_child());
}

/// Name, address, unread messages, and when its turn is.
fn option_of(entry: &Entry) -> (String, String, String, u8) {
    match entry {
        Entry::Room(row) => row.value.with_untracked(|view| {
            let unread = super::inbox::count(view.unread);
            let turn = u8::from(unread.is_none());
            (view.title.clone(), "/r/".to_owned() + &view.id.to_string(), unread.unwrap_or_default(), turn)
        }),
        Entry::Person(person) => (person.display_name.clone(), "/dm/".to_owned() + &person.username, String::new(), 2),
    }
}

fn add_option(list: &Element, name: &str, path: &str, unread: &str) -> Option<()> {
    let option = add(list, "li", "")?;
    set(&option, "role", "option");
    set(&option, "id", &("option".to_owned() + path));
    set(&option, "data-path", path);
    // The picture is the row's own.
    if let Some(row) = find(&(".row[href='".to_owned() + path + "'] .portrait")) {
        _ = row.clone_node_with_deep(true).and_then(|portrait| option.append_child(&portrait));
    }
    let title = add(&option, "span", name)?;
    set(&title, "dir", "auto");
    if !unread.is_empty() {
        let badge = add(&option, "span", unread)?;
        set(&badge, "class", "badge");
        set(&badge, "data-unread", unread);
        set(&badge, "aria-label", &(unread.to_owned() + " unread"));
        set(&badge, "role", "img");
    }
    Some(())
}

fn choose(field: &Element, option: Option<Element>) {
    if let Some(before) = find(CHOSEN) {
        set(&before, "aria-selected", "false");
    }
    let id = option.as_ref().map(Element::id).unwrap_or_default();
    set(field, "aria-activedescendant", &id);
    if let Some(option) = option {
        set(&option, "aria-selected", "true");
        if let Some(options) = option.parent_element() {
            show_within(&options, &option);
        }
    }
}

fn show_within(options: &Element, option: &Element) {
    let (outer, inner) = (options.get_bounding_client_rect(), option.get_bounding_client_rect());
    let beyond = (inner.bottom() - outer.bottom()).max(0.0) + (inner.top() - outer.top()).min(0.0);
    options.set_scroll_top(options.scroll_top() + beyond as i32);
}

fn go(live: Live, option: &Element) {
    let path = option.get_attribute("data-path").unwrap_or_default();
    if let Some(dialog) = find(".switcher").and_then(|dialog| dialog.dyn_into::<HtmlDialogElement>().ok()) {
        dialog.close();
    }
    match path.strip_prefix("/r/").and_then(|room| room.parse().ok()) {
        Some(room) => live.go(Some(room)),
        // Refused only for an address that is none.
        None => _ = window().location().set_href(&path),
    }
}

/// A key in a dialog; whether it is used up.
pub fn press(live: Live, field: &Element, name: &str) -> bool {
    if !is_within(field, ".switcher input") {
        return false;
    }
    let (Some(options), chosen) = (find("#options"), find(CHOSEN)) else { return false };
    let (first, last) = (options.first_element_child(), options.last_element_child());
    match name {
        "ArrowDown" => choose(field, chosen.and_then(|option| option.next_element_sibling()).or(first)),
        "ArrowUp" => choose(field, chosen.and_then(|option| option.previous_element_sibling()).or(last)),
        "Enter" => match chosen {
            Some(option) => go(live, &option),
            None => return find(".switcher .hint a").map(|link| link.click()).is_some(),
        },
        _ => return false,
    }
    true
}
