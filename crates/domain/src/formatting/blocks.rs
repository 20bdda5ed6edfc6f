//! What whole lines make: code between fences, quotes, lists. Rule: a line that does not itself begin like the block is not part of
//! it, and a block that is not complete is text.

use super::{Room, line, say};
use wire::TextSpan;

const FENCE: &str = "```";

/// What may stand behind the first fence and is not part of the code.
const LANGUAGES: [&str; 40] = [
    "asm",
    "bash",
    "c",
    "c++",
    "clojure",
    "console",
    "cpp",
    "cs",
    "csharp",
    "css",
    "diff",
    "go",
    "haskell",
    "html",
    "ini",
    "java",
    "javascript",
    "js",
    "json",
    "jsx",
    "kotlin",
    "lua",
    "markdown",
    "md",
    "perl",
    "php",
    "plain",
    "python",
    "py",
    "ruby",
    "rust",
    "rs",
    "sh",
    "sql",
    "text",
    "toml",
    "ts",
    "txt",
    "xml",
    "yaml",
];

/// Reads lines.
pub(super) fn read(lines: &[&str], room: &mut Room) -> Vec<TextSpan> {
    let mut out = Blocks::default();
    let mut is_fenced = true;
    let mut at = 0;
    while let Some(rest) = lines.get(at..).filter(|rest| !rest.is_empty()) {
        let block = match rest {
            _ if !room.has() => None,
            [first, ..] if is_fenced && first.starts_with(FENCE) => {
                let code = code(rest, room);
                // Where this one is not closed, no later one is.
                is_fenced = code.is_some() || first.matches('`').count() != FENCE.len();
                code
            }
            _ => quote(rest, room).or_else(|| list(rest, room)),
        };
        at += match (block, rest) {
            (Some((span, count)), _) => {
                out.block(span);
                count
            }
            (None, [first, ..]) => {
                out.line(line::read(first, room));
                1
            }
            (None, []) => break,
        };
    }
    out.spans
}

/// Blocks, and between them lines. Empty lines beside a block are its margin.
#[derive(Default)]
struct Blocks {
    spans: Vec<TextSpan>,
    /// Ends of lines that are said when a line follows.
    ends: usize,
    is_after_block: bool,
}

impl Blocks {
    fn line(&mut self, spans: Vec<TextSpan>) {
        let is_empty = spans.iter().all(|span| matches!(span, TextSpan::Plain(text) if text.trim().is_empty()));
        if !is_empty {
            let ends = if self.is_after_block { 0 } else { self.ends };
            say(&mut self.spans, &"\n".repeat(ends));
            self.ends = 0;
            self.is_after_block = false;
        }
        self.ends += 1;
        for span in spans {
            match span {
                TextSpan::Plain(text) if !is_empty => say(&mut self.spans, &text),
                TextSpan::Plain(_) => {}
                span => self.spans.push(span),
            }
        }
    }

    fn block(&mut self, span: TextSpan) {
        self.spans.push(span);
        (self.ends, self.is_after_block) = (0, true);
    }
}

/// Lines from one fence to the next. The first may name a language, the last may end with the fence.
fn code(lines: &[&str], room: &mut Room) -> Option<(TextSpan, usize)> {
    let (first, rest) = lines.split_first()?;
    let first = first.strip_prefix(FENCE).filter(|first| !first.contains('`'))?;
    let last = |line: &&str| line.trim_end().strip_suffix(FENCE).is_some_and(|code| !code.contains('`'));
    let end = rest.iter().position(last)?;
    let name = first.trim().to_ascii_lowercase();
    let is_code = !name.is_empty() && !LANGUAGES.contains(&name.as_str());
    let last = rest.get(end)?.trim_end().strip_suffix(FENCE)?;
    let mut code: Vec<&str> = is_code.then_some(first).into_iter().chain(rest.iter().take(end).copied()).collect();
    code.extend((!last.trim().is_empty()).then_some(last));
    let blank = code.iter().take_while(|line| line.trim().is_empty()).count();
    room.take();
    Some((TextSpan::CodeBlock(code.get(blank..).unwrap_or_default().join("\n")), end + 2))
}

/// Lines that begin with ">" and a space; between them those of ">" alone. Faces such as ">:(" are none.
fn quote(lines: &[&str], room: &mut Room) -> Option<(TextSpan, usize)> {
    let said = |line: &&str| line.strip_prefix("> ").map(str::trim_start).is_some_and(|said| !said.is_empty());
    lines.first().filter(|first| said(first))?;
    let count = lines.iter().take_while(|line| said(line) || matches!(line.trim_end(), ">")).count();
    let inner: Vec<&str> = lines.iter().take(count).map(|line| line.get(2..).unwrap_or_default()).collect();
    Some((TextSpan::Quote(room.within(|room| read(&inner, room))), count))
}

/// How an item begins.
#[derive(Clone, Copy, PartialEq)]
enum Sign {
    Dash,
    Star,
    Number(u32),
}

impl Sign {
    /// Whether an item that begins so follows one that begins like this.
    fn is_followed_by(self, next: Self) -> bool {
        match (self, next) {
            (Self::Number(number), Self::Number(next)) => number.checked_add(1) == Some(next),
            _ => self == next,
        }
    }
}

/// An item's line: how far it is moved in, how it begins, what it says.
fn item(line: &str) -> Option<(usize, Sign, &str)> {
    let text = line.trim_start_matches(' ');
    let indent = line.len() - text.len();
    if let Some(said) = text.strip_prefix("- ").or_else(|| text.strip_prefix("* ")) {
        let sign = if text.starts_with('-') { Sign::Dash } else { Sign::Star };
        return Some((indent, sign, said)).filter(|_| !said.trim().is_empty());
    }
    let (number, said) = text.split_once(". ")?;
    let is_number = (1..=3).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    // Shown, "007." would be "7."; a year is no place in a list.
    let is_shown_so = is_number && (number == "0" || !number.starts_with('0'));
    let number = is_shown_so.then(|| number.parse().ok())??;
    Some((indent, Sign::Number(number), said)).filter(|_| !said.trim().is_empty())
}

/// Two lines or more. One alone looks as it was typed: "1. " may begin a sentence, and "- " a thought.
fn list(lines: &[&str], room: &mut Room) -> Option<(TextSpan, usize)> {
    let [first, second, ..] = lines else { return None };
    let (indent, sign, _) = item(first)?;
    let (next_indent, next, _) = item(second)?;
    let is_list = next_indent > indent + 1 || (next_indent == indent && sign.is_followed_by(next));
    (is_list && has_room_for_items(room)).then(|| items(lines, indent, sign, room))
}

fn has_room_for_items(room: &Room) -> bool {
    room.depth > 1 && room.spans > 1
}

/// Items that are moved in as far, each with those below it that are moved in further.
fn items(lines: &[&str], indent: usize, first: Sign, room: &mut Room) -> (TextSpan, usize) {
    let number = match first {
        Sign::Number(number) => Some(number),
        Sign::Dash | Sign::Star => None,
    };
    let (mut items_read, mut at, mut last) = (Vec::new(), 0, None::<Sign>);
    room.within(|room| {
        while let Some((its_indent, sign, said)) = lines.get(at).and_then(|line| item(line)) {
            let is_next = its_indent == indent && last.is_none_or(|last| last.is_followed_by(sign));
            if is_next && room.has() {
                room.take();
                items_read.push(line::read(said, room));
                (last, at) = (Some(sign), at + 1);
            } else if its_indent > indent + 1 && has_room_for_items(room) {
                let (list, count) = items(lines.get(at..).unwrap_or_default(), its_indent, sign, room);
                if let Some(item) = items_read.last_mut() {
                    Vec::push(item, list);
                }
                at += count;
            } else {
                break;
            }
        }
    });
    (TextSpan::List(number, items_read), at)
}
