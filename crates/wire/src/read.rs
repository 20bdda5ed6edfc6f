//! Reading what a server sends: any JSON becomes a [`Tree`] first, and each type picks its fields from it. Rule: one reader
//! for all types; what serde derives for each of them anew makes the browser's module a fifth larger.

mod parse;

pub use parse::parse;

use crate::{Cid, Code, Epoch, RoomId, Seq, SessionId, Time, UserId};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
};
use std::fmt;

/// Any JSON value; numbers that are not whole count as nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Tree {
    /// `null`.
    #[default]
    Nothing,
    /// `true`, `false`.
    Bool(bool),
    /// A whole number.
    Number(i64),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Tree>),
    /// An object, in its order.
    Map(Vec<(String, Tree)>),
}

impl Tree {
    /// Takes a field out of an object; an absent one is nothing.
    pub fn take(&mut self, name: &str) -> Tree {
        let Self::Map(fields) = self else { return Self::Nothing };
        let field = fields.iter_mut().find(|(key, _)| key == name);
        field.map(|(_, tree)| std::mem::take(tree)).unwrap_or_default()
    }

    /// Takes a field out of an object and reads it.
    pub fn read<T: Read>(&mut self, name: &str) -> Option<T> {
        T::read(self.take(name))
    }

    /// Takes these fields out of an object, as an object of their own; nothing if none of them is there.
    pub fn take_all(&mut self, names: &[&str]) -> Tree {
        let mut fields = Vec::new();
        for name in names {
            match self.take(name) {
                Self::Nothing => {}
                tree => fields.push(((*name).to_owned(), tree)),
            }
        }
        if fields.is_empty() { Self::Nothing } else { Self::Map(fields) }
    }

    /// Puts each field of another object in the place of the one of that name.
    pub fn put_all(&mut self, other: &Tree) {
        other.fields().for_each(|(name, tree)| self.put(name, tree.clone()));
    }

    /// Puts a field into an object, in the place of the one of that name.
    pub fn put(&mut self, name: &str, tree: Tree) {
        if let Self::Nothing = self {
            *self = Self::Map(Vec::new());
        }
        let Self::Map(fields) = self else { return };
        match fields.iter_mut().find(|(key, _)| key == name) {
            Some((_, there)) => *there = tree,
            None => fields.push((name.to_owned(), tree)),
        }
    }

    /// A field of an object, if it is there.
    pub fn get(&self, name: &str) -> Option<&Tree> {
        self.fields().find(|(key, _)| key == name).map(|(_, tree)| tree)
    }

    /// The fields of an object that are there.
    pub fn fields(&self) -> impl Iterator<Item = &(String, Tree)> {
        let fields = if let Self::Map(fields) = self { fields.as_slice() } else { &[] };
        fields.iter().filter(|(_, tree)| *tree != Self::Nothing)
    }

    /// Takes a field away from an object; one without fields is nothing.
    pub fn drop(&mut self, name: &str) {
        self.take(name);
        if self.fields().next().is_none() {
            *self = Self::Nothing;
        }
    }

    /// Whether there is nothing.
    pub fn is_nothing(&self) -> bool {
        *self == Self::Nothing
    }

    /// The text of a string.
    pub fn text(self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// What can be read from a tree.
pub trait Read: Sized {
    /// The value, or none if the tree is not one.
    fn read(tree: Tree) -> Option<Self>;
}

/// Reads JSON.
pub fn json<T: Read>(text: &str) -> Option<T> {
    T::read(parse(text)?)
}

/// Implements [`Read`] and `Deserialize` for a struct: a field is called as in Rust unless a name follows; one in brackets
/// may be absent and is then the default.
#[macro_export]
macro_rules! readable {
    ($name:ident { $($field:ident $(: $key:literal)?),* $(,)? $([$($spare:ident),*])? }) => {
        impl $crate::read::Read for $name {
            fn read(mut tree: $crate::read::Tree) -> Option<Self> {
                Some(Self {
                    $($field: tree.read($crate::readable!(@key $field $($key)?))?,)*
                    $($($spare: tree.read::<Option<_>>(stringify!($spare))?.unwrap_or_default(),)*)?
                })
            }
        }
        $crate::readable!(@serde $name);
    };
    (@key $field:ident $key:literal) => { $key };
    (@key $field:ident) => { stringify!($field) };
    (@serde $name:ident) => {
        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::read::from(deserializer)
            }
        }
    };
}

/// Gives an enum its words on the wire: everything else is its `Unknown`. One table for writing and reading, and for the
/// database; what serde derives has one for each.
#[macro_export]
macro_rules! words {
    ($name:ident { $($variant:ident: $word:literal),* $(,)? }) => {
        impl $name {
            const ALL: &[Self] = &[$(Self::$variant,)* Self::Unknown];
            const WORDS: &[&str] = &[$($word,)* "unknown"];

            /// The word on the wire, in the log and in the database.
            pub fn as_str(self) -> &'static str {
                Self::WORDS[self as usize]
            }

            /// What this word means.
            pub fn of(word: &str) -> Self {
                Self::ALL[$crate::read::place(Self::WORDS, word)]
            }
        }

        // The variants stand in the order of their words.
        const _: () = {
            let mut place = 0;
            while place < $name::ALL.len() {
                assert!($name::ALL[place] as usize == place);
                place += 1;
            }
        };

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl $crate::write::Write for $name {
            fn write(&self, out: &mut String) {
                self.as_str().write(out);
            }
        }

        impl $crate::read::Read for $name {
            fn read(tree: $crate::read::Tree) -> Option<Self> {
                tree.text().map(|word| Self::of(&word))
            }
        }

        $crate::readable!(@serde $name);

        #[cfg(feature = "schema")]
        impl ::schemars::JsonSchema for $name {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                $crate::schema::word(Self::WORDS)
            }
        }
    };
}

/// Where a word stands among these; the last one means any other. One search for all enums.
pub fn place(words: &[&str], word: &str) -> usize {
    words.iter().position(|known| *known == word).unwrap_or(words.len().saturating_sub(1))
}

/// For `Deserialize`.
pub fn from<'de, T: Read, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let tree = deserializer.deserialize_any(TreeVisitor)?;
    T::read(tree).ok_or_else(|| D::Error::custom("not what was expected"))
}

macro_rules! numbers {
    ($($name:ident)*) => {
        $(impl Read for $name {
            fn read(tree: Tree) -> Option<Self> {
                i64::read(tree).map(Self)
            }
        })*
    };
}

numbers!(UserId RoomId SessionId Seq);

impl Read for Tree {
    fn read(tree: Tree) -> Option<Self> {
        Some(tree)
    }
}

impl Read for () {
    fn read(tree: Tree) -> Option<Self> {
        matches!(tree, Tree::Nothing).then_some(())
    }
}

impl Read for i64 {
    fn read(tree: Tree) -> Option<Self> {
        match tree {
            Tree::Number(number) => Some(number),
            _ => None,
        }
    }
}

impl Read for u64 {
    fn read(tree: Tree) -> Option<Self> {
        i64::read(tree)?.try_into().ok()
    }
}

impl Read for usize {
    fn read(tree: Tree) -> Option<Self> {
        i64::read(tree)?.try_into().ok()
    }
}

impl Read for bool {
    fn read(tree: Tree) -> Option<Self> {
        match tree {
            Tree::Bool(is) => Some(is),
            _ => None,
        }
    }
}

impl Read for String {
    fn read(tree: Tree) -> Option<Self> {
        tree.text()
    }
}

impl Read for Epoch {
    fn read(tree: Tree) -> Option<Self> {
        tree.text().map(Self)
    }
}

impl Read for Cid {
    fn read(tree: Tree) -> Option<Self> {
        tree.text()?.parse().ok()
    }
}

impl Read for Time {
    fn read(tree: Tree) -> Option<Self> {
        tree.text()?.parse().ok()
    }
}

impl Read for Code {
    fn read(tree: Tree) -> Option<Self> {
        tree.text().map(|word| Self::of(&word))
    }
}

impl<T: Read> Read for Option<T> {
    fn read(tree: Tree) -> Option<Self> {
        match tree {
            Tree::Nothing => Some(None),
            tree => T::read(tree).map(Some),
        }
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(tree: Tree) -> Option<Self> {
        match tree {
            Tree::List(trees) => trees.into_iter().map(T::read).collect(),
            _ => None,
        }
    }
}

impl<T: Read> Read for Box<T> {
    fn read(tree: Tree) -> Option<Self> {
        T::read(tree).map(Self::new)
    }
}

struct TreeVisitor;

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor)
    }
}

impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Nothing => serializer.serialize_unit(),
            Self::Bool(is) => serializer.serialize_bool(*is),
            Self::Number(number) => serializer.serialize_i64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(trees) => serializer.collect_seq(trees),
            Self::Map(_) => serializer.collect_map(self.fields().map(|(name, tree)| (name, tree))),
        }
    }
}

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Tree;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Tree, E> {
        Ok(Tree::Nothing)
    }

    fn visit_bool<E: Error>(self, is: bool) -> Result<Tree, E> {
        Ok(Tree::Bool(is))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Tree, E> {
        Ok(Tree::Number(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Tree, E> {
        Ok(i64::try_from(number).map_or(Tree::Nothing, Tree::Number))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Tree, E> {
        Ok(Tree::Nothing)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Tree, E> {
        Ok(Tree::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Tree, A::Error> {
        let mut trees = Vec::new();
        while let Some(tree) = list.next_element()? {
            trees.push(tree);
        }
        Ok(Tree::List(trees))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tree, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(Tree::Map(fields))
    }
}
