//! What is drawn of a conversation, and where it is scrolled to. Rule: what is read stays where it is, to the pixel, whatever
//! comes, goes or changes its height around it; only who is at the end follows the end.

use super::window;
use crate::{
    live::Live,
    screen::{Item, Key},
    ui::{
        bubble::dress,
        list::{Drawn, List},
    },
};
use client::{GapState, Input, Older, Tick};
use leptos::prelude::*;
use std::ops::Range;
use web_sys::Element;
use wire::RoomId;

/// Within this distance of the end, the view is at the end.
const STICK_PX: i32 = 100;
/// This far from the beginning, the page before it is asked for.
const FETCH_PX: f64 = 600.0;
/// A row that is jumped to has this much above it.
const ABOVE_PX: f64 = 64.0;

/// Where to be when the rows have been drawn.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Aim {
    /// Where it is; if that is the end, at the end.
    Here,
    /// At the end.
    End,
    /// At a row.
    Row(Key),
}

/// The rows that are drawn.
pub struct View {
    live: Live,
    room: RoomId,
    lines: Element,
    list: List,
    drawn: Range<usize>,
    length: usize,
    last: Option<Key>,
    has_seen_new: bool,
}

impl View {
    /// Nothing is drawn yet.
    pub fn of(live: Live, room: RoomId, lines: Element) -> Self {
        let list = List::of(lines.clone());
        Self { live, room, lines, list, drawn: 0..0, length: 0, last: None, has_seen_new: false }
    }

    /// Draws what there is now.
    pub fn show(&mut self, aim: Aim, draw: &dyn Fn(&Item) -> Drawn) {
        let screen = self.live.screen;
        if screen.open.get_untracked() == Some(self.room) {
            screen.items.with_untracked(|items| self.show_items(items, aim, draw));
        }
    }

    fn show_items(&mut self, items: &[Item], aim: Aim, draw: &dyn Fn(&Item) -> Drawn) {
        let is_first = self.length == 0;
        let last = items.last().map(Item::key);
        let has_sent = self.last != last && items.last().is_some_and(is_being_sent);
        self.last = last;
        let aim = if aim == Aim::Here && (is_first || has_sent || self.is_at_end()) { Aim::End } else { aim };
        // What is in view stays there; if the first row of it goes, then the next one.
        let seen = if is_first { 0..0 } else { self.seen() };
        let tops: Vec<(Key, f64)> = match aim {
            Aim::Here => {
                let place = |at| Some((self.list.keys().nth(at)?, top(self.list.node(at)?)));
                // What stands above the first message stays above it, whatever comes in between.
                seen.clone().filter_map(place).filter(|(key, _)| matches!(key, Key::Line(_))).collect()
            }
            Aim::End | Aim::Row(_) => Vec::new(),
        };
        self.follow(items, aim, seen);
        self.hold_still();
        let shown = items.get(self.drawn.clone()).unwrap_or_default();
        let keys: Vec<Key> = shown.iter().map(Item::key).collect();
        self.list.show(&keys, &|index| shown.get(index).map_or_else(|| crate::ui::list::drawn(()), draw));
        for (index, item) in shown.iter().enumerate() {
            let Some(node) = self.list.node(index) else { continue };
            let _ = node.toggle_attribute_with_force("data-grouped", item.is_grouped());
            // Before anything is measured.
            if let Item::Line(row, _) = item
                && row.take_news()
            {
                row.value.with_untracked(|line| dress(self.live, node, line));
            }
        }
        let Some(scroller) = self.scroller() else { return };
        match aim {
            Aim::End => scroller.set_scroll_top(0),
            Aim::Row(key) => self.scroll_by(&scroller, self.top_of(key).map(|at| at - top(&scroller) - ABOVE_PX)),
            Aim::Here => {
                let moved = tops.into_iter().find_map(|(key, before)| Some(self.top_of(key)? - before));
                self.scroll_by(&scroller, moved);
            }
        }
    }

    /// Until the next frame is on the screen the browser does not hold on to a row: the program does.
    fn hold_still(&self) {
        let Some(scroller) = self.scroller() else { return };
        let _ = scroller.set_attribute("data-moving", "");
        request_animation_frame(move || request_animation_frame(move || _ = scroller.remove_attribute("data-moving")));
    }

    /// The rows that will be drawn.
    fn follow(&mut self, items: &[Item], aim: Aim, seen: Range<usize>) {
        let place = |key: Key| items.iter().position(|item| item.key() == key);
        let length = items.len();
        let was_whole = self.drawn.end == self.length;
        let keys = || self.list.keys();
        self.drawn = match aim {
            Aim::End => {
                let from = keys().find_map(place).unwrap_or(length);
                // Those that are drawn already stay, as far as it goes; after a jump none of them may be near.
                let drawn = if was_whole { from..length } else { length..length };
                window::around(drawn, window::end(length), length)
            }
            Aim::Row(key) => {
                let at = place(key).unwrap_or(length);
                window::around(at..at, at..at + 1, length)
            }
            Aim::Here => {
                let from = keys().find_map(place).unwrap_or(length);
                let to = if was_whole { length } else { keys().rev().find_map(place).map_or(length, |at| at + 1) };
                let now = |at: usize| keys().skip(at).find_map(place);
                let (first, last) = (now(seen.start), now(seen.end.saturating_sub(1)));
                let seen = first.unwrap_or(from)..last.unwrap_or(to.saturating_sub(1)) + 1;
                window::around(from..to, seen, length)
            }
        };
        self.length = length;
    }

    /// Looks where the reader is; whether rows must be drawn for that.
    pub fn look_around(&mut self) -> bool {
        let Some(scroller) = self.scroller() else { return false };
        let (live, room, screen) = (self.live, self.room, self.live.screen);
        if screen.open.get_untracked() != Some(room) {
            return false;
        }
        let (seen, is_at_end) = (self.seen(), self.is_at_end());
        let seen = self.drawn.start + seen.start..self.drawn.start + seen.end;
        if !is_at_end && window::around(self.drawn.clone(), seen.clone(), self.length) != self.drawn {
            return true;
        }
        let (above, below) = (top(&scroller) - FETCH_PX, scroller.get_bounding_client_rect().bottom() + FETCH_PX);
        let is_near = |key: Key| {
            let row = self.node_of(key).map(|row| row.get_bounding_client_rect());
            row.is_some_and(|row| row.bottom() > above && row.top() < below)
        };
        let (older, gap) = screen.state.with_untracked(|state| (state.older, state.gap));
        if older == Older::More && is_near(Key::Beginning) {
            live.hear(Input::OlderWanted { room });
        }
        if gap == GapState::More && is_near(Key::Gap) {
            live.hear(Input::GapSeen { room });
        }
        self.tell(seen, is_at_end);
        false
    }

    /// Tells what is in view.
    fn tell(&mut self, seen: Range<usize>, is_at_end: bool) {
        let screen = self.live.screen;
        let (read, day, new) = screen.items.with_untracked(|items| {
            let shown = if is_at_end { items } else { items.get(..seen.end.saturating_sub(1)).unwrap_or_default() };
            let read = shown.iter().rev().find_map(Item::seq);
            let is_day = |item: &Item| matches!(item, Item::Day(_));
            let has_day = items.iter().skip(seen.start).take(2).any(is_day);
            let day = items
                .iter()
                .take(seen.start)
                .rev()
                .find_map(|item| if let Item::Day(day) = item { Some(*day) } else { None });
            (read, day.filter(|_| !has_day && !is_at_end), items.iter().position(|item| item.key() == Key::New))
        });
        self.has_seen_new |= new.is_some_and(|new| seen.contains(&new));
        let is_below = !self.has_seen_new && new.is_none_or(|new| new < seen.start);
        let is_away = !is_at_end;
        if screen.state.with_untracked(|state| (state.is_away, state.is_below, state.day) != (is_away, is_below, day)) {
            screen.state.update(|state| (state.is_away, state.is_below, state.day) = (is_away, is_below, day));
        }
        if let Some(seq) = read {
            self.live.hear(Input::Shown { room: self.room, seq });
        }
    }

    /// Whether new messages are followed.
    fn is_at_end(&self) -> bool {
        // Laid out in reverse: 0 is the end, and what is above it is negative.
        self.drawn.end == self.length && self.scroller().is_none_or(|scroller| -scroller.scroll_top() <= STICK_PX)
    }

    /// The rows in view, of those that are drawn.
    fn seen(&self) -> Range<usize> {
        let Some(scroller) = self.scroller() else { return 0..0 };
        let view = scroller.get_bounding_client_rect();
        let edge = |is_before: &dyn Fn(&Element) -> bool| {
            let (mut low, mut high) = (0, self.list.keys().len());
            while low < high {
                let middle = low.midpoint(high);
                if self.list.node(middle).is_some_and(is_before) { low = middle + 1 } else { high = middle }
            }
            low
        };
        let first = edge(&|node| node.get_bounding_client_rect().bottom() <= view.top());
        first..edge(&|node| node.get_bounding_client_rect().top() < view.bottom()).max(first)
    }

    fn scroller(&self) -> Option<Element> {
        self.lines.parent_element()
    }

    fn node_of(&self, key: Key) -> Option<&Element> {
        self.list.node(self.list.keys().position(|shown| shown == key)?)
    }

    fn top_of(&self, key: Key) -> Option<f64> {
        self.node_of(key).map(top)
    }

    /// By nothing less than half a pixel: the browser may have held on to the same row.
    fn scroll_by(&self, scroller: &Element, moved: Option<f64>) {
        if let Some(moved) = moved.filter(|moved| moved.abs() > 0.5) {
            scroller.scroll_by_with_x_and_y(0.0, moved);
        }
    }
}

/// Whether it is a message that the user has just written.
fn is_being_sent(item: &Item) -> bool {
    let Item::Line(row, _) = item else { return false };
    row.value.with_untracked(|line| matches!(line.tick, Some(Tick::Waiting | Tick::Sending)))
}

fn top(element: &Element) -> f64 {
    element.get_bounding_client_rect().top()
}
