//! Maps, sets and short lists in the order of their keys, as sorted lists. Rule: the same order everywhere and no hashing, as
//! in a `BTreeMap`; but one small program for all types, where the standard one and `sort` bring the browser's module a program for
//! each (17 KB of its 150). Adding costs a move of what comes after; values are boxed, so that it is a short one.

use std::slice;

/// A map in the order of its keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Map<K, V> {
    entries: Vec<(K, Box<V>)>,
}

impl<K, V> Default for Map<K, V> {
    fn default() -> Self {
        Self { entries: Vec::new() }
    }
}

impl<K: Ord + Copy, V> Map<K, V> {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Removes all.
    pub fn clear(&mut self) {
        self.entries.clear();
    }

    /// Where the key is, or else where it belongs.
    fn place(&self, key: &K) -> Result<usize, usize> {
        self.entries.binary_search_by(|(known, _)| known.cmp(key))
    }

    /// The value of a key.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.place(key).ok().map(|at| &*self.entries[at].1)
    }

    /// The value of a key, to be changed.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.place(key).ok().map(|at| &mut *self.entries[at].1)
    }

    /// Whether the key is there.
    pub fn contains_key(&self, key: &K) -> bool {
        self.place(key).is_ok()
    }

    /// The value of a key, made first if it is not there.
    pub fn get_or_insert_with(&mut self, key: K, make: impl FnOnce() -> V) -> &mut V {
        let at = self.place(&key).unwrap_or_else(|at| {
            self.entries.insert(at, (key, Box::new(make())));
            at
        });
        &mut self.entries[at].1
    }

    /// Adds or replaces; the value that was there.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.place(&key) {
            Ok(at) => Some(std::mem::replace(&mut *self.entries[at].1, value)),
            Err(at) => {
                self.entries.insert(at, (key, Box::new(value)));
                None
            }
        }
    }

    /// Removes a key; its value.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        self.place(key).ok().map(|at| *self.entries.remove(at).1)
    }

    /// The first key.
    pub fn first(&self) -> Option<K> {
        self.entries.first().map(|(key, _)| *key)
    }

    /// Removes the first.
    pub fn pop_first(&mut self) -> Option<(K, V)> {
        (!self.is_empty()).then(|| self.entries.remove(0)).map(|(key, value)| (key, *value))
    }

    /// Removes the first ones, this many at most.
    pub fn drop_first(&mut self, count: usize) {
        self.entries.drain(..count.min(self.entries.len()));
    }

    /// Keeps those for which `keep` says so.
    pub fn retain(&mut self, mut keep: impl FnMut(&K, &mut V) -> bool) {
        self.entries.retain_mut(|(key, value)| keep(key, value));
    }

    /// The keys, in order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &K> + Clone {
        self.entries.iter().map(|(key, _)| key)
    }

    /// The values, in the order of their keys.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> {
        self.entries.iter().map(|(_, value)| &**value)
    }

    /// The values, to be changed.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.entries.iter_mut().map(|(_, value)| &mut **value)
    }

    /// The pairs, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.entries.iter().map(|(key, value)| (key, &**value))
    }

    /// The pairs, their values to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&K, &mut V)> {
        self.entries.iter_mut().map(|(key, value)| (&*key, &mut **value))
    }

    /// The pairs from one key to another, both included.
    pub fn range(&self, from: K, to: K) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        let start = self.place(&from).unwrap_or_else(|at| at);
        let end = self.place(&to).map_or_else(|at| at, |at| at + 1);
        self.entries[start..end.max(start)].iter().map(|(key, value)| (key, &**value))
    }

    /// The pairs, in order, by value.
    pub fn into_pairs(self) -> impl Iterator<Item = (K, V)> {
        self.entries.into_iter().map(|(key, value)| (key, *value))
    }
}

/// The pairs as a map; of equal keys the last.
pub fn map<K: Ord + Copy, V>(pairs: impl Iterator<Item = (K, V)>) -> Map<K, V> {
    let mut map = Map::new();
    for (key, value) in pairs {
        map.insert(key, value);
    }
    map
}

/// A set in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set<T> {
    items: Vec<T>,
}

impl<T> Default for Set<T> {
    fn default() -> Self {
        Self { items: Vec::new() }
    }
}

impl<T: Ord + Copy> Set<T> {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Removes all.
    pub fn clear(&mut self) {
        self.items.clear();
    }

    /// Whether it is there.
    pub fn contains(&self, item: &T) -> bool {
        self.items.binary_search(item).is_ok()
    }

    /// Adds one; whether it is new.
    pub fn insert(&mut self, item: T) -> bool {
        let place = self.items.binary_search(&item);
        if let Err(at) = place {
            self.items.insert(at, item);
        }
        place.is_err()
    }

    /// Adds several.
    pub fn extend(&mut self, items: impl IntoIterator<Item = T>) {
        for item in items {
            self.insert(item);
        }
    }

    /// Removes one; whether it was there.
    pub fn remove(&mut self, item: &T) -> bool {
        let place = self.items.binary_search(item);
        if let Ok(at) = place {
            self.items.remove(at);
        }
        place.is_ok()
    }

    /// Removes the first.
    pub fn pop_first(&mut self) -> Option<T> {
        (!self.is_empty()).then(|| self.items.remove(0))
    }

    /// All, in order.
    pub fn iter(&self) -> slice::Iter<'_, T> {
        self.items.iter()
    }
}

impl<T> IntoIterator for Set<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

/// The items as a set.
pub fn set<T: Ord + Copy>(items: impl IntoIterator<Item = T>) -> Set<T> {
    let mut set = Set::new();
    set.extend(items);
    set
}

/// Sorts a list that is short or nearly in order; equal ones keep theirs.
pub fn sort<T, K: Ord>(list: &mut [T], key: impl Fn(&T) -> K) {
    for sorted in 1..list.len() {
        let mut at = sorted;
        while at > 0 && key(&list[at - 1]) > key(&list[at]) {
            list.swap(at - 1, at);
            at -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};

    #[test]
    fn equal_ones_keep_their_order() {
        let mut list = [(3, 'a'), (1, 'b'), (2, 'c'), (1, 'd'), (3, 'e')];
        sort(&mut list, |(number, _)| *number);
        assert_eq!(list, [(1, 'b'), (1, 'd'), (2, 'c'), (3, 'a'), (3, 'e')]);
    }

    proptest! {
        #[test]
        fn a_map_is_what_the_standard_one_is(steps in prop::collection::vec((0..3, 0..20i64, any::<u8>()), 0..60), from in 0..20i64, to in 0..20i64) {
            let (mut map, mut model) = (Map::new(), BTreeMap::new());
            let (mut set, mut model_set) = (Set::new(), BTreeSet::new());
            for (step, key, value) in steps {
                match step {
                    0 => prop_assert_eq!(map.insert(key, value), model.insert(key, value)),
                    1 => prop_assert_eq!(map.remove(&key), model.remove(&key)),
                    _ => prop_assert_eq!(*map.get_or_insert_with(key, || value), *model.entry(key).or_insert(value)),
                }
                match step {
                    0 => prop_assert_eq!(set.insert(key), model_set.insert(key)),
                    1 => prop_assert_eq!(set.remove(&key), model_set.remove(&key)),
                    _ => prop_assert_eq!(set.contains(&key), model_set.contains(&key)),
                }
            }
            prop_assert!(map.iter().eq(model.iter()) && set.iter().eq(model_set.iter()));
            let expected = if from <= to { model.range(from..=to).collect() } else { Vec::new() };
            prop_assert_eq!(map.range(from, to).collect::<Vec<_>>(), expected);
            prop_assert_eq!(map.pop_first(), model.pop_first());
            prop_assert_eq!(set.pop_first(), model_set.pop_first());
        }
    }
}
