//! Rows of one element, kept by key. Rule: a node that stays is neither made anew nor moved (unless the order of those that stay
//! has changed), so that focus, selection and the browser's hold on the scroll position stay with it.

use crate::{browser, screen::Key, ui::said::watch};
use leptos::{prelude::*, tachys::view::Mountable};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, Node};

/// A row: one element. In the browser it is there already, on the server it is markup.
#[cfg(not(feature = "ssr"))]
pub type Drawn = Box<dyn Mountable>;
/// A row: one element. In the browser it is there already, on the server it is markup.
#[cfg(feature = "ssr")]
pub type Drawn = AnyView;

/// Draws a row.
#[cfg(not(feature = "ssr"))]
pub fn drawn(view: impl IntoView + 'static) -> Drawn {
    Box::new(view.build())
}

/// Draws a row.
#[cfg(feature = "ssr")]
pub fn drawn(view: impl IntoView + 'static) -> Drawn {
    view.into_any()
}

#[cfg(not(feature = "ssr"))]
fn mountable(drawn: Drawn) -> Box<dyn Mountable> {
    drawn
}

#[cfg(feature = "ssr")]
fn mountable(drawn: Drawn) -> Box<dyn Mountable> {
    Box::new(drawn.build())
}

/// What an element shows: `<ul use:keyed=rows>{rows.markup()}</ul>`.
#[derive(Clone)]
pub struct Rows {
    /// The keys, each once, in their order; followed.
    pub keys: Rc<dyn Fn() -> Vec<Key>>,
    /// Draws the row at an index.
    pub draw: Rc<dyn Fn(usize) -> Drawn>,
}

impl Rows {
    /// On the server: the rows.
    #[cfg(feature = "ssr")]
    pub fn markup(&self) -> Vec<Drawn> {
        (0..(self.keys)().len()).map(|index| (self.draw)(index)).collect()
    }

    /// In the browser [`keyed`] shows them.
    #[cfg(not(feature = "ssr"))]
    pub fn markup(&self) {}
}

/// Shows the rows in an element that has no other children than these.
pub fn keyed(parent: Element, rows: Rows) {
    let list = StoredValue::new_local(List::of(parent));
    let show = move || list.update_value(|list| list.show(&(rows.keys)(), &*rows.draw));
    untrack(&show);
    watch(show);
}

/// The rows of an element.
pub struct List {
    parent: Element,
    owner: Owner,
    rows: Vec<Row>,
}

struct Row {
    key: Key,
    node: Option<Element>,
    view: Box<dyn Mountable>,
    // What is live in the row ends with it.
    _owner: Owner,
}

impl List {
    /// No rows yet. The contexts that they will have are those of this moment. The element may be one that showed others.
    pub fn of(parent: Element) -> Self {
        parent.replace_children_with_node_0();
        Self { parent, owner: Owner::current().unwrap_or_default(), rows: Vec::new() }
    }

    /// The keys shown, in their order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = Key> + ExactSizeIterator {
        self.rows.iter().map(|row| row.key)
    }

    /// The node of the row at an index.
    pub fn node(&self, index: usize) -> Option<&Element> {
        self.rows.get(index)?.node.as_ref()
    }

    /// Shows rows with these keys in this order; `draw` draws the one at an index, where there is none yet.
    pub fn show(&mut self, keys: &[Key], draw: &dyn Fn(usize) -> Drawn) {
        let begin = self.rows.iter().zip(keys).take_while(|(row, key)| row.key == **key).count();
        let (rows, wanted) = (self.rows.split_off(begin), keys.get(begin..).unwrap_or_default());
        let end = rows.iter().rev().zip(wanted.iter().rev()).take_while(|(row, key)| row.key == **key).count();
        let mut old: Vec<Option<Row>> = rows.into_iter().map(Some).collect();
        let tail = old.split_off(old.len() - end);
        let wanted = wanted.get(..wanted.len() - end).unwrap_or_default();

        let is = |row: &Option<Row>, key: &Key| row.as_ref().is_some_and(|row| row.key == *key);
        let places: Vec<_> = wanted.iter().map(|key| old.iter().position(|row| is(row, key))).collect();
        let mut kept: Vec<_> = places.iter().map(|place| place.and_then(|at| old.get_mut(at)?.take())).collect();
        for mut gone in old.into_iter().flatten() {
            gone.view.unmount();
        }

        let mut next = tail.first().and_then(|row| row.as_ref()?.node.clone());
        let stays = longest_in_order(&places);
        let mut shown = Vec::with_capacity(wanted.len());
        for (index, key) in wanted.iter().enumerate().rev() {
            let row = match kept.pop().flatten() {
                Some(row) if stays.contains(&index) => row,
                Some(mut row) => {
                    let active = document().active_element();
                    row.view.mount(&self.parent, next.as_deref());
                    // What moves loses the focus.
                    if let Some(active) =
                        active.filter(|active| row.node.as_ref().is_some_and(|node| node.contains(Some(active))))
                    {
                        _ = active.dyn_ref().map(browser::focus_in_place);
                    }
                    row
                }
                None => self.make(*key, || draw(begin + index), next.as_deref()),
            };
            next.clone_from(&row.node);
            shown.push(Some(row));
        }
        self.rows.extend(shown.into_iter().rev().chain(tail).flatten());
    }

    fn make(&self, key: Key, draw: impl FnOnce() -> Drawn, next: Option<&Node>) -> Row {
        let owner = self.owner.child();
        let mut view = owner.with(|| untrack(|| mountable(draw())));
        view.mount(&self.parent, next);
        Row { key, node: view.elements().into_iter().next(), view, _owner: owner }
    }
}

/// Which of them can stay: the most whose places, where they have one, rise from each to the next.
fn longest_in_order(places: &[Option<usize>]) -> Vec<usize> {
    // For each, how many rise up to it, and the one before it among them.
    let mut runs: Vec<(usize, Option<usize>)> = Vec::with_capacity(places.len());
    for (index, place) in places.iter().enumerate() {
        let earlier = (0..index)
            .rev()
            .filter(|before| place.is_some() && places.get(*before).is_some_and(|p| p.is_some() && p < place));
        let best = earlier.max_by_key(|before| runs.get(*before).map(|run| run.0));
        let run = best.and_then(|best| runs.get(best)).map_or(0, |run| run.0) + usize::from(place.is_some());
        runs.push((run, best));
    }
    let mut staying = Vec::new();
    let mut at = (0..runs.len()).max_by_key(|index| runs.get(*index).map(|run| run.0));
    while let Some(index) = at {
        if places.get(index).is_some_and(Option::is_some) {
            staying.push(index);
        }
        at = runs.get(index).and_then(|run| run.1);
    }
    staying
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(places: &[Option<usize>], moved: usize) {
        let staying = longest_in_order(places);
        let mut kept: Vec<_> = staying.iter().map(|index| places[*index].unwrap()).collect();
        kept.reverse();
        assert!(kept.is_sorted(), "{places:?}: {kept:?}");
        assert_eq!(places.iter().flatten().count() - staying.len(), moved, "{places:?}");
    }

    #[test]
    fn as_few_rows_move_as_can() {
        check(&[], 0);
        check(&[None, None], 0);
        check(&[Some(0), None, Some(3)], 0);
        check(&[Some(4), Some(0), Some(1), None, Some(2), Some(3)], 1);
        check(&[Some(1), Some(2), Some(3), Some(0)], 1);
        check(&[Some(2), Some(1), Some(0)], 2);
        check(&[Some(1), Some(0), None, Some(3), Some(2)], 2);
    }
}
