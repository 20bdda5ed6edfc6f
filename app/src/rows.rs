//! Keyed rows: each has a signal of its own, so that a change draws one row and keeps its node. Rule: a key is never twice in
//! a list.

use client::ordered;
use leptos::prelude::*;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// One row of a list.
pub struct Row<K, T: 'static> {
    /// What it is known by.
    pub key: K,
    /// What it shows.
    pub value: ArcRwSignal<T>,
    /// Whether that has changed since somebody asked.
    is_news: Arc<AtomicBool>,
}

impl<K: Copy + PartialEq, T: PartialEq + Send + Sync + 'static> Row<K, T> {
    /// A new row.
    pub fn new(key: K, value: T) -> Self {
        Self { key, value: ArcRwSignal::new(value), is_news: Arc::default() }
    }

    /// Shows another value; nothing is drawn when it is the same.
    pub fn show(&self, value: T) {
        if self.value.with_untracked(|shown| *shown != value) {
            self.is_news.store(true, Ordering::Relaxed);
            self.value.set(value);
        }
    }

    /// Whether it shows another value than when this was asked last, or than it began with.
    pub fn take_news(&self) -> bool {
        self.is_news.swap(false, Ordering::Relaxed)
    }
}

/// The same row: both handles show and draw one value.
impl<K: Copy, T> Clone for Row<K, T> {
    fn clone(&self) -> Self {
        Self { key: self.key, value: self.value.clone(), is_news: self.is_news.clone() }
    }
}

/// The rows for these values, in their order; rows that were there stay, and show what is new.
pub fn merged<K, T>(rows: &[Row<K, T>], values: impl IntoIterator<Item = (K, T)>) -> Vec<Row<K, T>>
where
    K: Copy + Ord,
    T: PartialEq + Send + Sync + 'static,
{
    let known = ordered::map(rows.iter().map(|row| (row.key, row)));
    let row_for = |(key, value): (K, T)| match known.get(&key).copied() {
        Some(row) => {
            row.show(value);
            row.clone()
        }
        None => Row::new(key, value),
    };
    values.into_iter().map(row_for).collect()
}
