//! The invariants of docs/architecture.md, on the text of the tree. Rule: an invariant that is not checked here or by the crate graph is a wish.

#![allow(clippy::unwrap_used, reason = "clippy knows tests by their attribute, not the helpers beside them")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

const FILE_LINES_MAX: usize = 400;
const FUNCTION_LINES_MAX: usize = 70;
const ROOTS: [&str; 8] = ["crates", "examples", "app", "frontend", "src", "tests", "bench", "style"];

struct File {
    /// Relative to the repository.
    path: String,
    text: String,
}

impl File {
    fn is_test(&self) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        self.path.split('/').any(|part| part == "tests" || part == "benches")
            || name.trim_end_matches(".rs").ends_with("tests")
    }

    /// The lines, numbered, up to the tests at the end, without comments.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let is_test = self.is_test();
        let lines = self.text.lines().take_while(move |line| is_test || !line.starts_with("#[cfg(test)]"));
        let numbered = lines.zip(1..).map(|(line, number)| (number, without_comment(line)));
        numbered.filter(|(_, line)| !line.trim().is_empty())
    }
}

fn without_comment(line: &str) -> &str {
    match line.find("//") {
        Some(place) if !line[..place].ends_with(':') => &line[..place],
        _ => line,
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(extension: &str) -> Vec<File> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = ROOTS.iter().map(|name| root().join(name)).collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() && !name.starts_with("target") && name != "node_modules" {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                let relative = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
                found.push(File { path: relative, text: fs::read_to_string(&path).unwrap() });
            }
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    // This one names everything that is forbidden.
    found.retain(|file| file.path != "tests/tidy.rs");
    found
}

/// Fails with every place where a line of code is not as it should be.
fn assert_no_line(rule: &str, concerns: impl Fn(&File) -> bool, is_bad: impl Fn(&str) -> bool) {
    let mut places = Vec::new();
    for file in files("rs").iter().filter(|file| concerns(file)) {
        let bad = file.code().filter(|(_, line)| is_bad(line));
        places.extend(bad.map(|(number, line)| format!("{}:{number}: {}", file.path, line.trim())));
    }
    assert!(places.is_empty(), "{rule}:\n{}", places.join("\n"));
}

fn contains_any(line: &str, words: &[&str]) -> bool {
    words.iter().any(|word| line.contains(word))
}

#[test]
fn every_file_says_what_it_is_and_keeps_its_length() {
    let mut bad = Vec::new();
    for file in files("rs") {
        let lines = file.text.lines().count();
        if !file.text.starts_with("//! ") {
            bad.push(format!("{} does not begin with `//!`", file.path));
        }
        if lines > FILE_LINES_MAX {
            bad.push(format!("{} has {lines} lines", file.path));
        }
        if file.path.ends_with("/mod.rs") {
            bad.push(format!("{}: `name.rs` stands beside `name/`", file.path));
        }
    }
    assert!(bad.is_empty(), "{}", bad.join("\n"));
}

#[test]
fn no_function_is_longer_than_a_screen() {
    let mut bad = Vec::new();
    for file in files("rs") {
        let lines: Vec<&str> = file.text.lines().collect();
        for (start, line) in lines.iter().enumerate().filter(|(_, line)| begins_function(line)) {
            let indent = &line[..line.len() - line.trim_start().len()];
            // Formatted code closes a body with a brace under the first letter.
            let end = lines[start..].iter().position(|line| *line == format!("{indent}}}"));
            let length = end.map_or(1, |end| end + 1);
            let is_closed_before = line.trim_end().ends_with('}') || line.trim_end().ends_with(';');
            if length > FUNCTION_LINES_MAX && !is_closed_before {
                bad.push(format!("{}:{}: {length} lines", file.path, start + 1));
            }
        }
    }
    assert!(bad.is_empty(), "{}", bad.join("\n"));
}

fn begins_function(line: &str) -> bool {
    let mut words = line
        .trim_start()
        .split(' ')
        .skip_while(|word| word.starts_with("pub") || ["async", "const", "in"].contains(word));
    words.next() == Some("fn")
}

#[test]
fn sql_stands_in_the_store_only_and_in_lower_case() {
    let is_sql = |line: &str| {
        let line = line.to_ascii_lowercase();
        let both = |one, other| line.contains(one) && line.contains(other);
        contains_any(&line, &["insert into ", "delete from ", "create table "])
            || both("select ", " from ")
            || both("update ", " set ")
    };
    let is_outside = |file: &File| !file.path.starts_with("crates/domain/src/store") && !file.is_test();
    assert_no_line("SQL outside crates/domain/src/store", is_outside, is_sql);
    let shouted = ["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "WHERE ", "FROM ", "RETURNING "];
    assert_no_line("SQL in upper case", |file| file.path.contains("/store"), |line| contains_any(line, &shouted));
    assert_no_line(
        "sqlx outside the domain",
        |file| !file.path.starts_with("crates/domain"),
        |line| line.contains("sqlx::"),
    );
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |database: &str| -> BTreeSet<String> {
        let folder = fs::read_dir(root().join("migrations").join(database)).unwrap();
        folder.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
    };
    assert!(!names("sqlite").is_empty());
    assert_eq!(names("sqlite"), names("postgres"));
}

#[test]
fn foreign_input_never_panics() {
    let words = [".unwrap()", "todo!(", "unimplemented!(", "dbg!(", "unreachable!("];
    assert_no_line("a panic outside tests", |file| !file.is_test(), |line| contains_any(line, &words));
}

#[test]
fn tests_are_never_skipped_and_never_sleep() {
    assert_no_line("a test that does not run", |_| true, |line| line.trim().starts_with("#[ignore"));
    let is_waiting = |line: &str| contains_any(line, &["sleep(", "sleep_until("]);
    assert_no_line("a sleep as synchronisation", |file| file.path.starts_with("tests/"), is_waiting);
}

#[test]
fn nothing_is_left_to_do_in_comments() {
    let words = ["TODO", "FIXME", "XXX"];
    let mut bad = Vec::new();
    for file in files("rs").iter().chain(&files("scss")).chain(&files("css")) {
        let lines = file.text.lines().zip(1..).filter(|(line, _)| contains_any(line, &words));
        bad.extend(lines.map(|(line, number)| format!("{}:{number}: {line}", file.path)));
    }
    assert!(bad.is_empty(), "{}", bad.join("\n"));
}

#[test]
fn colours_and_lengths_stand_in_the_tokens_only() {
    let sheets = files("scss");
    assert!(sheets.iter().any(|sheet| sheet.path == "style/_tokens.scss"));
    let mut bad = Vec::new();
    for sheet in sheets.iter().filter(|sheet| sheet.path != "style/_tokens.scss") {
        let lines = sheet.text.lines().map(without_comment).zip(1..).filter(|(line, _)| is_raw(line));
        bad.extend(lines.map(|(line, number)| format!("{}:{number}: {line}", sheet.path)));
    }
    assert!(bad.is_empty(), "{}", bad.join("\n"));
    for raw in ["color: #fff;", "color: #ffffff;", "fill: rgb(0 0 0 / 15%);", "border: 1px solid;", "color: white;"] {
        assert!(is_raw(raw), "{raw}");
    }
    for named in ["#main {", "data-color=\"#{$number}\"", "color: var(--text);", "width: 2rem;", "--px: 0"] {
        assert!(!is_raw(named), "{named}");
    }
}

/// Whether a line of style has a colour or a length in px in it.
fn is_raw(line: &str) -> bool {
    let is_hex = |text: &str| {
        let digits = text.chars().take_while(char::is_ascii_hexdigit).count();
        digits >= 3 && !text.chars().nth(digits).is_some_and(|next| next.is_alphanumeric() || next == '-')
    };
    let is_length = |text: &str| text.ends_with(|last: char| last.is_ascii_digit());
    line.split('#').skip(1).any(is_hex)
        || line.match_indices("px").any(|(place, _)| is_length(&line[..place]))
        || contains_any(line, &["rgb(", "rgba(", "hsl(", "hsla(", "hwb(", "oklch(", ": white", ": black"])
}

#[test]
fn wire_and_client_do_no_io_and_read_no_clock() {
    let is_pure = |file: &File| {
        (file.path.starts_with("crates/wire/src") || file.path.starts_with("crates/client/src")) && !file.is_test()
    };
    let words = [
        "std::fs",
        "std::net",
        "std::env",
        "std::process",
        "std::thread",
        "std::io::",
        "Instant::now",
        "SystemTime",
        "tokio",
        "println!",
        "eprintln!",
        "HashMap",
        "HashSet",
        "js_sys",
        "web_sys",
        "rand::",
        "getrandom",
        "Uuid::new_v",
    ];
    assert_no_line("I/O, a clock, chance or an unordered map", is_pure, |line| contains_any(line, &words));
}

#[test]
fn text_is_a_tree_and_never_html() {
    let words = ["inner_html", "innerHTML", "set_inner_html", "insert_adjacent_html", "document.write"];
    assert_no_line("HTML from text", |_| true, |line| contains_any(line, &words));
}

#[test]
fn http_types_stay_out_of_the_domain_and_leptos_in_the_app() {
    let http = ["axum::", "hyper::", "http::", "tower::", "reqwest::", "tungstenite"];
    let is_inside = |file: &File| file.path.starts_with("crates/");
    assert_no_line("HTTP in a crate below the server", is_inside, |line| contains_any(line, &http));
    let is_server = |file: &File| !file.path.starts_with("app/") && !file.path.starts_with("frontend/");
    assert_no_line("Leptos outside app and frontend", is_server, |line| {
        contains_any(line, &["leptos::", "leptos_axum::", "server_fn::"])
    });
}

/// What each crate may stand on, beside crates from elsewhere.
const OWN: [(&str, &[&str]); 8] = [
    ("crates/wire", &[]),
    ("crates/client", &["wire"]),
    ("crates/domain", &["wire"]),
    ("crates/streams", &[]),
    ("app", &["client", "domain", "wire"]),
    ("frontend", &["app"]),
    (".", &["app", "domain", "wire"]),
    ("bench", &["domain", "wire"]),
];
/// The only ones that wire and client may stand on; `schemars` where the server describes its API, never in the browser.
const PURE: [&str; 6] = ["wire", "serde", "serde_json", "uuid", "humantime", "schemars"];

#[test]
fn dependencies_run_in_one_direction() {
    let ours = ["wire", "client", "domain", "app", "frontend", "twotick", "bench"];
    for (folder, allowed) in OWN {
        let names = dependencies(&root().join(folder));
        let above: Vec<_> = names.iter().filter(|name| ours.contains(&name.as_str())).collect();
        assert!(above.iter().all(|name| allowed.contains(&name.as_str())), "{folder} stands on {above:?}");
        let is_pure = ["crates/wire", "crates/client"].contains(&folder);
        assert!(!is_pure || names.iter().all(|name| PURE.contains(&name.as_str())), "{folder} stands on {names:?}");
    }
}

fn dependencies(folder: &Path) -> Vec<String> {
    let manifest: toml::Table = fs::read_to_string(folder.join("Cargo.toml")).unwrap().parse().unwrap();
    let table = manifest.get("dependencies").and_then(toml::Value::as_table);
    table.into_iter().flatten().map(|(name, _)| name.clone()).collect()
}

#[test]
fn every_workspace_member_has_its_place_in_the_order() {
    let manifest: toml::Table = fs::read_to_string(root().join("Cargo.toml")).unwrap().parse().unwrap();
    let members = manifest["workspace"]["members"].as_array().unwrap();
    let members: BTreeSet<_> = members.iter().filter_map(toml::Value::as_str).collect();
    assert_eq!(members, OWN.iter().map(|(folder, _)| *folder).collect());
}

#[test]
fn every_picture_of_a_screen_is_shown_in_the_documentation_in_all_its_forms() {
    let entries = fs::read_dir(root().join("docs/screens")).unwrap();
    let there: BTreeSet<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let text = fs::read_to_string(root().join("docs/screens.md")).unwrap();
    let ends = |part: &str| part.find(".png").map(|end| part[..end].to_owned() + ".png");
    let shown: BTreeSet<_> = text.split("screens/").skip(1).filter_map(ends).collect();
    assert_eq!(there, shown);
    let forms = ["phone-light", "phone-dark", "desk-light", "desk-dark"];
    let name = |file: &str| forms.iter().find_map(|form| Some(file.strip_suffix(&format!("-{form}.png"))?.to_owned()));
    let names: BTreeSet<_> = there.iter().map(|file| name(file).unwrap()).collect();
    assert_eq!(there.len(), names.len() * forms.len(), "each on a phone and a desk, light and dark");
}
