//! Statements over many rows at once: `with wanted (…) as (values …)`. Rule: their texts come in a few sizes only, so that
//! each is prepared once per connection; the rows that fill up a size are null, and every text leaves them out.

use super::Tx;
use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};
use std::{fmt::Write, sync::Arc};

/// The most rows of one statement; whoever has more sends several.
pub(crate) const ROWS_MAX: usize = 128;

const LOCK: &str = "{for update of rooms}";

/// The sizes: powers of two up to [`ROWS_MAX`].
const SIZES: u32 = ROWS_MAX.trailing_zeros() + 1;

/// One statement in all its sizes, for both databases.
pub(crate) struct Rows {
    sqlite: Vec<Arc<str>>,
    postgres: Vec<Arc<str>>,
}

impl Rows {
    /// `text` contains `{rows}` where the `values` list of so many columns belongs, and may contain
    /// `{for update of rooms}` where Postgres has to lock; SQLite's writer is alone anyway.
    pub(crate) fn new(columns: usize, text: &str) -> Self {
        let sizes = || (0..SIZES).map(|power| 1 << power);
        // SQLite takes `$1` too, but sqlx then looks each one up by name, which is quadratic.
        let sqlite = |rows| text.replace("{rows}", &values(rows, columns, |_| "?".into())).replace(LOCK, "");
        let postgres = |rows| {
            let list = values(rows, columns, |number| format!("${number}"));
            text.replace("{rows}", &list).replace(LOCK, LOCK.trim_matches(['{', '}']))
        };
        Self {
            sqlite: sizes().map(|rows| sqlite(rows).into()).collect(),
            postgres: sizes().map(|rows| postgres(rows).into()).collect(),
        }
    }

    /// The text for one row, for SQLite and for Postgres.
    #[cfg(test)]
    pub(super) fn of_one(&self) -> [String; 2] {
        [self.sqlite[0].to_string(), self.postgres[0].to_string()]
    }

    /// The text for so many rows. What is bound to it must be filled up to [`filled`].
    pub(crate) fn text(&self, tx: &Tx, rows: usize) -> SqlStr {
        let texts = match tx {
            Tx::Sqlite(_) => &self.sqlite,
            Tx::Postgres(_) => &self.postgres,
        };
        let power = usize::try_from(filled(rows).trailing_zeros()).unwrap_or_default();
        AssertSqlSafe(texts[power].clone()).into_sql_str()
    }
}

/// A statement over as many rows as there are, which come as one JSON text: for what few groups of messages need, and those
/// that do as one statement, whatever is in them. The databases read JSON differently, and only here.
pub(crate) struct Listed {
    sqlite: Arc<str>,
    postgres: Arc<str>,
}

impl Listed {
    /// `text` contains `{rows}` where the rows with columns of these types belong; what is bound is a list of lists.
    pub(crate) fn new(types: &[&str], text: &str) -> Self {
        let columns = |column: &dyn Fn((usize, &&str)) -> String| {
            types.iter().enumerate().map(column).collect::<Vec<_>>().join(", ")
        };
        let sqlite = columns(&|(at, _)| format!("value ->> {at}"));
        let postgres = columns(&|(at, of)| format!("(value ->> {at})::{of}"));
        Self {
            sqlite: text.replace("{rows}", &format!("select {sqlite} from json_each(?)")).into(),
            postgres: text
                .replace("{rows}", &format!("select {postgres} from json_array_elements($1::text::json)"))
                .into(),
        }
    }

    /// For SQLite and for Postgres.
    #[cfg(test)]
    pub(super) fn both(&self) -> [String; 2] {
        [self.sqlite.to_string(), self.postgres.to_string()]
    }

    /// The text for this database.
    pub(crate) fn text(&self, tx: &Tx) -> SqlStr {
        let text = match tx {
            Tx::Sqlite(_) => &self.sqlite,
            Tx::Postgres(_) => &self.postgres,
        };
        AssertSqlSafe(text.clone()).into_sql_str()
    }
}

/// The next size that holds so many rows.
///
/// # Panics
/// Beyond [`ROWS_MAX`].
pub(crate) fn filled(rows: usize) -> usize {
    assert!(rows <= ROWS_MAX, "callers send at most {ROWS_MAX} rows at once");
    rows.next_power_of_two()
}

fn values(rows: usize, columns: usize, mark: impl Fn(usize) -> String) -> String {
    let mut list = String::from("values ");
    for row in 0..rows {
        list.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..columns {
            let comma = if column == 0 { "" } else { ", " };
            let _ = write!(list, "{comma}{}", mark(row * columns + column + 1));
        }
        list.push(')');
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_comes_in_powers_of_two() {
        let rows = Rows::new(2, "with wanted(a, b) as ({rows})\nselect a\nfrom wanted\n{for update of rooms}");
        let expected = "with wanted(a, b) as (values ($1, $2), ($3, $4))\nselect a\nfrom wanted\nfor update of rooms";
        assert_eq!(&*rows.postgres[1], expected);
        assert_eq!(&*rows.sqlite[1], "with wanted(a, b) as (values (?, ?), (?, ?))\nselect a\nfrom wanted\n");
        assert_eq!(rows.sqlite.len(), 8);
        assert_eq!([1, 2, 3, 65, 128].map(filled), [1, 2, 4, 128, 128]);
    }
}
