//! Writing what a browser sends and keeps, as JSON. Rule: one program writes every object, field by field, whatever they are; what
//! serde derives for each type anew made the browser's module a fiftieth larger. Nobody else uses it: servers write by serde.

use crate::{Cid, Code, Epoch, RoomId, Seq, SessionId, Time, UserId, read::Tree};

/// What can be written.
pub trait Write {
    /// Appends it.
    fn write(&self, out: &mut String);

    /// Whether there is nothing to write: a field of an object is then left out.
    fn is_absent(&self) -> bool {
        false
    }
}

/// The JSON of a value.
pub fn json(value: &dyn Write) -> String {
    let mut out = String::new();
    value.write(&mut out);
    out
}

/// Writes an object of these fields.
pub fn object(out: &mut String, fields: &[(&str, &dyn Write)]) {
    let mut before = '{';
    for (name, value) in fields {
        if !value.is_absent() {
            out.push(before);
            name.write(out);
            out.push(':');
            value.write(out);
            before = ',';
        }
    }
    if before == '{' {
        out.push(before);
    }
    out.push('}');
}

/// Writes a list of these.
pub fn list(out: &mut String, values: &mut dyn Iterator<Item = &dyn Write>) {
    let mut before = '[';
    for value in values {
        out.push(before);
        value.write(out);
        before = ',';
    }
    if before == '[' {
        out.push(before);
    }
    out.push(']');
}

/// Implements [`Write`] for a struct: a field is called as in Rust unless a name follows.
#[macro_export]
macro_rules! writable {
    ($name:ty { $($field:ident $(: $key:literal)?),* $(,)? }) => {
        impl $crate::write::Write for $name {
            fn write(&self, out: &mut String) {
                $crate::write::object(out, &[$(($crate::readable!(@key $field $($key)?), &self.$field)),*]);
            }
        }
    };
}

impl Write for str {
    fn write(&self, out: &mut String) {
        out.push('"');
        for char in self.chars() {
            match char {
                '"' | '\\' => {
                    out.push('\\');
                    out.push(char);
                }
                ..' ' => {
                    let hex = |digit: u32| char::from_digit(digit, 16).unwrap_or_default();
                    out.push_str("\\u00");
                    out.push(hex(u32::from(char) >> 4));
                    out.push(hex(u32::from(char) & 15));
                }
                _ => out.push(char),
            }
        }
        out.push('"');
    }
}

impl Write for &str {
    fn write(&self, out: &mut String) {
        (**self).write(out);
    }
}

impl Write for String {
    fn write(&self, out: &mut String) {
        self.as_str().write(out);
    }
}

impl Write for bool {
    fn write(&self, out: &mut String) {
        out.push_str(if *self { "true" } else { "false" });
    }
}

macro_rules! integers {
    ($($name:ident)*) => {
        $(impl Write for $name {
            fn write(&self, out: &mut String) {
                out.push_str(&self.to_string());
            }
        })*
    };
}

integers!(i64 u64 usize);

macro_rules! numbers {
    ($($name:ident)*) => {
        $(impl Write for $name {
            fn write(&self, out: &mut String) {
                self.0.write(out);
            }
        })*
    };
}

numbers!(UserId RoomId SessionId Seq Epoch);

impl Write for Cid {
    fn write(&self, out: &mut String) {
        self.to_string().write(out);
    }
}

impl Write for Time {
    fn write(&self, out: &mut String) {
        self.to_string().write(out);
    }
}

impl Write for Code {
    fn write(&self, out: &mut String) {
        self.as_str().write(out);
    }
}

impl Write for Tree {
    fn write(&self, out: &mut String) {
        match self {
            Self::Nothing => out.push_str("null"),
            Self::Bool(is) => is.write(out),
            Self::Number(number) => number.write(out),
            Self::Text(text) => text.write(out),
            Self::List(trees) => trees.write(out),
            Self::Map(fields) => {
                let fields: Vec<(&str, &dyn Write)> =
                    fields.iter().map(|(name, tree)| (name.as_str(), tree as &dyn Write)).collect();
                object(out, &fields);
            }
        }
    }

    fn is_absent(&self) -> bool {
        self.is_nothing()
    }
}

impl<T: Write> Write for Option<T> {
    fn write(&self, out: &mut String) {
        match self {
            Some(value) => value.write(out),
            None => out.push_str("null"),
        }
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T: Write> Write for Vec<T> {
    fn write(&self, out: &mut String) {
        list(out, &mut self.iter().map(|value| value as &dyn Write));
    }
}

impl<T: Write> Write for Box<T> {
    fn write(&self, out: &mut String) {
        (**self).write(out);
    }
}

macro_rules! tuples {
    ($($name:ident: $at:tt),*) => {
        impl<$($name: Write),*> Write for ($($name,)*) {
            fn write(&self, out: &mut String) {
                let parts: &[&dyn Write] = &[$(&self.$at),*];
                list(out, &mut parts.iter().copied());
            }
        }
    };
}

tuples!(A: 0, B: 1);
tuples!(A: 0, B: 1, C: 2);
tuples!(A: 0, B: 1, C: 2, D: 3);
tuples!(A: 0, B: 1, C: 2, D: 3, E: 4);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::parse;

    #[test]
    fn what_is_written_is_what_serde_reads() {
        for text in ["", "a\"b\\c/d", "\n\t\u{0}\u{1f}\u{7f}\u{2028}", "é😀上"] {
            assert_eq!(serde_json::from_str::<String>(&json(&text)).unwrap(), text);
        }
        for number in [0, -1, i64::MAX, i64::MIN] {
            assert_eq!(json(&number), number.to_string());
        }
        let trees = [r#"{"a":[1,true,null,"x"],"b":{},"c":[]}"#, "null", r#"[{"a":{"b":[[]]}}]"#];
        for tree in trees {
            assert_eq!(json(&parse(tree).unwrap()), tree);
        }
    }

    #[test]
    fn what_is_absent_is_left_out_of_objects() {
        let mut out = String::new();
        object(
            &mut out,
            &[("a", &None::<i64>), ("b", &Some(1_i64)), ("c", &Tree::Nothing), ("d", &vec![Some(2_i64), None])],
        );
        assert_eq!(out, r#"{"b":1,"d":[2,null]}"#);
    }
}
