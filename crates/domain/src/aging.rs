//! A map that forgets. Rule: an entry lives at least `life_ms` after it was last written, and there are never more than
//! `entries_max` of them; forgetting costs no scan.

use std::{borrow::Borrow, collections::HashMap, hash::Hash, mem};

/// Two generations: what is written goes to the young one; the old one is dropped whole when the young one has come of
/// age or is half full.
#[derive(Debug)]
pub(crate) struct Aging<K, V> {
    young: HashMap<K, V>,
    old: HashMap<K, V>,
    turned_at_ms: i64,
    life_ms: i64,
    entries_max: usize,
}

impl<K: Eq + Hash, V> Aging<K, V> {
    /// An empty map.
    pub(crate) fn new(life_ms: i64, entries_max: usize) -> Self {
        Self { young: HashMap::new(), old: HashMap::new(), turned_at_ms: 0, life_ms, entries_max }
    }

    /// The value, if it is still known.
    pub(crate) fn get<Q: Eq + Hash + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.young.get(key).or_else(|| self.old.get(key))
    }

    /// Takes the value out.
    pub(crate) fn remove<Q: Eq + Hash + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.young.remove(key).or_else(|| self.old.remove(key))
    }

    /// Writes a value; its life starts anew.
    pub(crate) fn insert(&mut self, key: K, value: V, now_ms: i64) {
        self.turn(now_ms);
        self.old.remove(&key);
        self.young.insert(key, value);
    }

    /// The value to be changed, made if it is not known; its life starts anew.
    pub(crate) fn touch(&mut self, key: K, now_ms: i64, make: impl FnOnce() -> V) -> &mut V {
        self.turn(now_ms);
        let kept = self.old.remove(&key);
        self.young.entry(key).or_insert_with(|| kept.unwrap_or_else(make))
    }

    fn turn(&mut self, now_ms: i64) {
        let is_full = self.young.len() >= (self.entries_max / 2).max(1);
        if is_full || now_ms - self.turned_at_ms >= self.life_ms {
            self.old = mem::take(&mut self.young);
            self.turned_at_ms = now_ms;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_lives_its_life_and_is_then_forgotten() {
        let mut map = Aging::new(100, 1_000);
        map.insert("a", 1, 50);
        map.insert("b", 2, 149);
        assert_eq!(map.get("a"), Some(&1));
        map.insert("c", 3, 300);
        map.insert("d", 4, 500);
        assert_eq!((map.get("a"), map.get("b"), map.get("d")), (None, None, Some(&4)));
    }

    #[test]
    fn touching_keeps_the_value_and_its_life() {
        let mut map = Aging::new(100, 1_000);
        *map.touch("a", 0, || 0) += 1;
        *map.touch("a", 120, || 0) += 1;
        *map.touch("a", 230, || 0) += 1;
        assert_eq!(map.get("a"), Some(&3));
    }

    #[test]
    fn the_number_of_entries_is_bounded() {
        let mut map = Aging::new(i64::MAX, 10);
        for key in 0..1_000 {
            map.insert(key, (), 0);
            assert!(map.young.len() + map.old.len() <= 10);
        }
        assert!(map.get(&999).is_some() && map.get(&995).is_some());
    }
}
