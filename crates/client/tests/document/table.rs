//! The tables of docs/client.md. Rule: a table is known by the heading of its first column or its section; cells with several
//! names mean each of them.

use std::collections::BTreeSet;
use std::fmt::Debug;

fn document() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/client.md");
    std::fs::read_to_string(path).expect("docs/client.md is there")
}

fn cells(line: &str) -> Vec<String> {
    let inner = line.trim().trim_start_matches('|').trim_end_matches('|');
    inner.split('|').map(|cell| cell.trim().to_owned()).collect()
}

/// The rows of the table with these headings in this section.
pub fn rows(section: &str, headings: &[&str]) -> Vec<Vec<String>> {
    let document = document();
    let body = document.split("\n## ").find(|part| part.starts_with(&format!("{section}\n")));
    let lines = body.unwrap_or_else(|| panic!("there is no section {section:?}")).lines();
    let mut lines = lines.skip_while(|line| !line.starts_with('|') || cells(line) != headings);
    assert!(lines.next().is_some() && lines.next().is_some(), "{section:?} has no table {headings:?}");
    let rows: Vec<Vec<String>> = lines.take_while(|line| line.starts_with('|')).map(cells).collect();
    assert!(!rows.is_empty() && rows.iter().all(|row| row.len() == headings.len()), "{section:?}: a row is not whole");
    rows
}

/// A row `| from | what happens | to |` for each pair of a state and an event that it names.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step {
    pub from: String,
    pub what: String,
    pub to: String,
}

pub fn steps(section: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    for row in rows(section, &["from", "what happens", "to"]) {
        let [from, what, to] = &row[..] else { unreachable!("three columns") };
        for from in from.split(", ") {
            for what in what.split("; ") {
                steps.push(Step { from: from.to_owned(), what: what.to_owned(), to: to.clone() });
            }
        }
    }
    let pairs: BTreeSet<(&str, &str)> = steps.iter().map(|step| (&*step.from, &*step.what)).collect();
    assert_eq!(pairs.len(), steps.len(), "{section}: a state and an event stand together twice");
    steps
}

/// A state or an event, by its name in the document.
pub trait Named: Copy + PartialEq + Debug + 'static {
    const ALL: &'static [(&'static str, Self)];

    fn of(name: &str) -> Self {
        let found = Self::ALL.iter().find(|(known, _)| *known == name);
        found.unwrap_or_else(|| panic!("no walk knows {name:?}")).1
    }

    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, one)| *one == self).expect("all have names").0
    }
}

/// Nothing that the walks know is missing in the table.
pub fn assert_all_named<S: Named, E: Named>(steps: &[Step]) {
    let states: BTreeSet<&str> = steps.iter().flat_map(|step| [&*step.from, &*step.to]).collect();
    let events: BTreeSet<&str> = steps.iter().map(|step| &*step.what).collect();
    for (name, _) in S::ALL {
        assert!(states.contains(name), "the state {name:?} is in no row");
    }
    for (name, _) in E::ALL {
        assert!(events.contains(name), "what happens as {name:?} is in no row");
    }
}
