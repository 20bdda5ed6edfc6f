//! The keyboard: one listener of the page, and one register of shortcuts from which the sheet is made. Rule: whatever was
//! done, the focus is somewhere.

use crate::{
    browser,
    live::Live,
    screen::{Entry, Item},
    ui::{
        bubble,
        composer::is_composing,
        dom::{self, all, find, take},
        shortcuts, switcher, timeline,
    },
};
use client::Input;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement, KeyboardEvent};
use wire::{Cid, RoomId};

/// Something that keys do.
pub struct Shortcut {
    /// The keys, and others for the same, as [`name`] says them.
    pub keys: &'static str,
    /// What they do.
    pub does: &'static str,
    /// How; none: it is done where it happens.
    act: Option<fn(Live)>,
}

const fn does(keys: &'static str, does: &'static str, act: fn(Live)) -> Shortcut {
    Shortcut { keys, does, act: Some(act) }
}

const fn told(keys: &'static str, does: &'static str) -> Shortcut {
    Shortcut { keys, does, act: None }
}

/// All that there are.
pub const SHORTCUTS: [Shortcut; 15] = [
    does("Ctrl+k", "Go to a conversation or person", switcher::open),
    does("Alt+ArrowUp", "Previous conversation", |live| step(live, -1, false)),
    does("Alt+ArrowDown", "Next conversation", |live| step(live, 1, false)),
    does("Alt+Shift+ArrowUp", "Previous unread conversation", |live| step(live, -1, true)),
    does("Alt+Shift+ArrowDown", "Next unread conversation", |live| step(live, 1, true)),
    does("F6 Ctrl+F6", "Next part of the page", |_| cycle(1)),
    does("Shift+F6 Ctrl+Shift+F6", "Previous part of the page", |_| cycle(-1)),
    told("ArrowUp ArrowDown Home End", "From one to the next, in messages and conversations"),
    does("Shift+PageUp", "First unread message", timeline::to_unread),
    told("Escape", "Close; back to the composer; to the newest message"),
    told("Enter", "Send; a new line where a finger types"),
    told("Ctrl+Enter", "Send, everywhere"),
    told("Shift+Enter", "New line"),
    told("a", "Any letter goes into the composer"),
    does("? Ctrl+/", "These shortcuts", |_| shortcuts::open()),
];

/// Lists with one stop for Tab each, by their rows.
const LISTS: [&str; 2] = ["li:not([hidden])>.row", "article[data-cid]"];
/// The parts of the page, and where the focus goes in each.
const PARTS: [(&str, &str); 4] = [
    (".inbox", ".row[tabindex='0']"),
    (".timeline", "article[tabindex='0']"),
    (".composer", "textarea"),
    (".top", ".top a"),
];
const FIELDS: &str = "input,textarea,select";

/// Listens from now on.
pub fn start(live: Live) {
    // The page ends with the tab: nothing to remove.
    let _ = window_event_listener_untyped("keydown", move |event| {
        if let Some(event) = event.dyn_ref() {
            press(live, event);
        }
    });
    let _ = window_event_listener_untyped("focusin", move |event| {
        if let Some(element) = dom::target(&event) {
            stop_at(live, &element);
        }
    });
    Effect::new(move || {
        live.screen.entries.track();
        live.screen.items.track();
        live.screen.open.track();
        live.filter.track();
        request_animation_frame(settle);
    });
}

fn press(live: Live, event: &KeyboardEvent) {
    let Some(target) = dom::target(event) else { return };
    if event.default_prevented() || is_composing(event) {
        return;
    }
    let name = name(event);
    let is_done = if dom::is_within(&target, "dialog[open]") {
        switcher::press(live, &target, &name)
    } else if dom::is_within(&target, FIELDS) {
        let is_text = name == "?" || (name == "Shift+PageUp" && find("textarea:placeholder-shown").is_none());
        !is_text && (run(live, &name) || in_field(live, &target, &name) || dismiss(live, &name))
    } else {
        run(live, &name) || in_list(&target, &name) || dismiss(live, &name) || elsewhere(&target, &name)
    };
    if is_done {
        event.prevent_default();
    }
}

/// "Ctrl+Alt+Shift+ArrowUp"; "Ctrl" is ⌘ on an Apple machine. Letters are those of a Latin keyboard, signs come without "Shift".
fn name(event: &KeyboardEvent) -> String {
    let (mut name, mut key) = (String::new(), event.key());
    if if browser::is_apple() { event.meta_key() } else { event.ctrl_key() } {
        name += "Ctrl+";
        if let Some(letter) = event.code().strip_prefix("Key").filter(|_| !key.is_ascii()) {
            key = letter.to_owned();
        }
        key.make_ascii_lowercase();
    }
    if event.alt_key() {
        name += "Alt+";
    }
    if event.shift_key() && key.len() > 1 {
        name += "Shift+";
    }
    name + &key
}

fn run(live: Live, name: &str) -> bool {
    let is_it = |shortcut: &&Shortcut| shortcut.keys.split(' ').any(|keys| keys == name);
    let act = SHORTCUTS.iter().find(is_it).and_then(|shortcut| shortcut.act);
    act.map(|act| act(live)).is_some()
}

/// The field on top of the list.
fn in_field(live: Live, field: &Element, name: &str) -> bool {
    if !dom::is_within(field, "[type=search]") {
        return false;
    }
    match name {
        "Escape" if live.filter.with_untracked(String::is_empty) => take(find(".composer textarea")),
        "Escape" => {
            clear(live, field);
            true
        }
        "ArrowDown" => take(all(LISTS[0]).into_iter().next()),
        "Enter" => {
            let (rows, people) = (all(LISTS[0]), find(".inbox .hint a"));
            if let Some(first) = rows.into_iter().next().or(people) {
                first.click();
                clear(live, field);
            }
            true
        }
        _ => false,
    }
}

fn clear(live: Live, field: &Element) {
    live.filter.set(String::new());
    _ = field.dyn_ref::<HtmlInputElement>().map(|field| field.set_value(""));
}

fn in_list(target: &Element, name: &str) -> bool {
    let Some(row) = LISTS.iter().find(|row| dom::is_within(target, row)) else { return false };
    let rows = all(row);
    let at = rows.iter().position(|row| row.contains(Some(target))).unwrap_or_default();
    let to = match name {
        "ArrowUp" => at.saturating_sub(1),
        "ArrowDown" => at + 1,
        "Home" => 0,
        "End" => rows.len() - 1,
        "Escape" => return take(find(".composer textarea")),
        _ => return false,
    };
    take(rows.into_iter().nth(to));
    true
}

/// Nothing is new any more, and the end is in view; whether that was not so.
fn dismiss(live: Live, name: &str) -> bool {
    let is_away = live.screen.state.with_untracked(|state| state.is_away || state.opened.is_some());
    let Some(room) = live.screen.open.get_untracked().filter(|_| is_away && name == "Escape") else { return false };
    live.hear(Input::DividerDone { room });
    timeline::to_latest(live);
    true
}

/// What is typed goes into the composer: it takes the focus before the browser puts the letter somewhere.
fn elsewhere(target: &Element, name: &str) -> bool {
    let is_letter = name.chars().count() == 1 && name != " ";
    if is_letter && !dom::is_within(target, "[contenteditable]") {
        take(find(".composer textarea"));
    }
    false
}

/// Another room, above or below the open one in the list; from the end on to the beginning.
fn step(live: Live, by: isize, only_unread: bool) {
    let room = |entry: &Entry| match entry {
        Entry::Room(row) => Some((row.key, row.value.with_untracked(|view| view.unread > 0))),
        Entry::Person(_) => None,
    };
    let rooms: Vec<(RoomId, bool)> = live.screen.entries.with_untracked(|all| all.iter().filter_map(room).collect());
    let open = live.screen.open.get_untracked();
    let count = rooms.len() as isize;
    let at = rooms.iter().position(|(room, _)| Some(*room) == open).map(|at| at as isize);
    let from = at.unwrap_or(if by > 0 { -1 } else { count });
    let around = (1..=count).filter_map(|steps| rooms.get((from + by * steps).rem_euclid(count) as usize));
    if let Some((room, _)) = around.into_iter().find(|(_, is_unread)| *is_unread || !only_unread) {
        live.go(Some(*room));
    }
}

/// The next part of the page that is there.
fn cycle(by: isize) {
    settle();
    let active = document().active_element();
    let is_here = |part: &str| active.as_ref().is_some_and(|active| dom::is_within(active, part));
    let count = PARTS.len() as isize;
    let at = PARTS.iter().position(|(part, _)| is_here(part)).map(|at| at as isize);
    let from = at.unwrap_or(if by > 0 { -1 } else { 0 });
    let mut goals = (1..=count).filter_map(|steps| PARTS.get((from + by * steps).rem_euclid(count) as usize));
    goals.any(|(_, goal)| take(find(goal)));
}

/// The focus has come to an element: its list's stop is there now.
fn stop_at(live: Live, element: &Element) {
    let Some(row) = LISTS.iter().find(|row| element.matches(row).unwrap_or_default()) else { return };
    for other in all(&(row.to_string() + "[tabindex='0']")) {
        other.set_tab_index(-1);
    }
    dom::set(element, "tabindex", "0");
    if let Some(cid) = element.get_attribute("data-cid").and_then(|cid| cid.parse().ok()) {
        dom::set(element, "aria-label", &label(live, cid));
    }
}

/// Each list has one stop: where the focus is, else at the open room or the first, and at the newest message.
fn settle() {
    let active = document().active_element();
    for list in LISTS {
        let rows = all(list);
        let is_active = |row: &&HtmlElement| row.contains(active.as_deref());
        let is_current = |row: &&HtmlElement| row.has_attribute("aria-current");
        let at_rest = if list == LISTS[0] { rows.iter().find(is_current).or(rows.first()) } else { rows.last() };
        let stop = rows.iter().find(is_active).or(at_rest);
        for row in &rows {
            let index = if Some(row) == stop { "0" } else { "-1" };
            if row.get_attribute("tabindex").as_deref() != Some(index) {
                dom::set(row, "tabindex", index);
            }
        }
    }
}

/// "Bea, 09:05: see you then. Read".
fn label(live: Live, cid: Cid) -> String {
    let line = live.screen.items.with_untracked(|items| {
        items.iter().find_map(|item| match item {
            Item::Line(row, _) if row.key == cid => Some(row.value.get_untracked()),
            _ => None,
        })
    });
    line.map(|line| {
        let (author, tick) = match &line.tick {
            Some(_) => ("You".to_owned(), ". ".to_owned() + bubble::look(line.tick.as_ref()).1),
            None => (line.author.display_name.clone(), String::new()),
        };
        let time = live.screen.clock.get_untracked().hour_minute(line.at);
        author + ", " + &time + ": " + &bubble::text(&line) + &tick
    })
    .unwrap_or_default()
}

/// Another room is on the screen, or the list alone: the focus goes along.
pub fn arrive(left: Option<RoomId>, room: Option<RoomId>) {
    let list = find(".inbox");
    if let (None, Some(list)) = (left, &list) {
        dom::set(list, "data-top", &list.scroll_top().to_string());
    }
    request_animation_frame(move || {
        if find("dialog[open]").is_some() {
            return;
        }
        let row = left.map(|room| ".row[data-room='".to_owned() + &room.to_string() + "']").unwrap_or_default();
        let goals = match room {
            Some(_) if browser::is_touch() => [".room-head h1", ".composer textarea"],
            Some(_) => [".composer textarea", ".room-head h1"],
            None => [row.as_str(), ".row[tabindex='0']"],
        };
        _ = goals.iter().any(|goal| take(find(goal)));
        // A list that was not seen may have forgotten how far it was scrolled.
        if let (None, Some(list)) = (room, list)
            && list.scroll_top() == 0
        {
            list.set_scroll_top(list.get_attribute("data-top").and_then(|top| top.parse().ok()).unwrap_or_default());
        }
    });
}
