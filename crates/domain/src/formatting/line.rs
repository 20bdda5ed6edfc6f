//! Formatting within a line, as `pulldown-cmark` reads it. Rule: text goes into the tree as it stands in the line, never as the reader
//! of Markdown gives it back: entities and backslashes stay what they are, and what is no formatting here keeps its signs.

use super::{
    Room,
    links::{self, Found},
    say,
};
use pulldown_cmark::{Event, LinkType, Options, Parser, Tag};
use std::ops::Range;
use wire::{TextSpan, is_followable};

/// Makes the line a heading, in which nothing but formatting within lines is read. It is not shown.
const HEADING: &str = "# ";

/// Reads a line.
pub(super) fn read(line: &str, room: &mut Room) -> Vec<TextSpan> {
    let may_be = |byte: u8| matches!(byte, b'*' | b'_' | b'~' | b'`' | b'[' | b':' | b'@');
    if !room.has() || !line.bytes().any(may_be) {
        let mut spans = Vec::new();
        say(&mut spans, line);
        return spans;
    }
    let source = HEADING.to_owned() + line;
    let found = links::find(line);
    let mut reader = Reader {
        line,
        found: &found,
        room,
        at: 0,
        start: 0,
        open: Vec::new(),
        inside: 0,
        is_in_link: false,
        out: Vec::new(),
    };
    for (event, range) in Parser::new_ext(&source, Options::ENABLE_STRIKETHROUGH).into_offset_iter() {
        let place = |at: usize| at.saturating_sub(HEADING.len()).min(line.len());
        let range = place(range.start)..place(range.end);
        match event {
            Event::Start(Tag::Heading { .. }) => {}
            // What is no more of this line for the reader of Markdown is text.
            Event::End(pulldown_cmark::TagEnd::Heading(_)) => break,
            Event::Start(tag) => reader.begin(&tag, range),
            Event::End(_) => reader.end(range),
            Event::Code(code) => reader.code(&code, range),
            _ => reader.pass(range.end),
        }
    }
    reader.finish()
}

/// What has begun and not ended.
enum Open {
    /// No formatting here: its signs are text.
    Signs,
    /// With so many signs at its end.
    Bold(usize),
    Italics(usize),
    Struck(usize),
    /// Leads there.
    Link(String),
}

struct Reader<'a> {
    line: &'a str,
    found: &'a [Found],
    room: &'a mut Room,
    /// Up to here everything is in the tree, or text from `start` on.
    at: usize,
    start: usize,
    /// What has begun, and what stood before it in what it stands in.
    open: Vec<(Open, Vec<TextSpan>)>,
    /// How many of them are formatting.
    inside: usize,
    is_in_link: bool,
    out: Vec<TextSpan>,
}

impl Reader<'_> {
    /// Everything up to here is text.
    fn pass(&mut self, to: usize) {
        self.at = self.at.max(to);
    }

    /// The text up to here goes into the tree; these many signs after it do not.
    fn settle(&mut self, to: usize, signs: usize) {
        let to = to.max(self.start);
        self.write(self.start..to);
        self.at = to + signs;
        self.start = self.at;
    }

    /// Puts text into the tree, and the links in it.
    fn write(&mut self, range: Range<usize>) {
        let mut at = range.start;
        let first = self.found.partition_point(|found| found.at.start < range.start);
        for found in self.found.iter().skip(first).take_while(|found| found.at.start < range.end) {
            if self.is_in_link || found.at.end > range.end || !self.has_room() {
                continue;
            }
            self.room.take();
            say(&mut self.out, self.line.get(at..found.at.start).unwrap_or_default());
            let text = self.line.get(found.at.clone()).unwrap_or_default();
            let said = if found.is_mail { vec![TextSpan::Plain(text.to_owned())] } else { Vec::new() };
            self.out.push(TextSpan::Link(links::address(self.line, found), said));
            at = found.at.end;
        }
        say(&mut self.out, self.line.get(at..range.end).unwrap_or_default());
    }

    /// Whether there may be one span more here.
    fn has_room(&self) -> bool {
        self.room.spans > 0 && self.inside < self.room.depth
    }

    fn begin(&mut self, tag: &Tag<'_>, range: Range<usize>) {
        let text = self.line.get(range.clone()).unwrap_or_default();
        let (open, signs) = match tag {
            _ if !self.has_room() => (Open::Signs, 0),
            Tag::Strong if text.starts_with("**") && self.is_apart(&range, 2) => (Open::Bold(2), 2),
            Tag::Emphasis if !text.starts_with("__") && self.is_apart(&range, 1) => (Open::Italics(1), 1),
            Tag::Strikethrough if text.starts_with("~~") && self.is_apart(&range, 2) => (Open::Struck(2), 2),
            Tag::Link { link_type: LinkType::Inline, dest_url, .. } if self.may_lead(dest_url, text) => {
                (Open::Link(dest_url.to_string()), 1)
            }
            Tag::Image { link_type: LinkType::Inline, dest_url, .. } if self.may_lead(dest_url, text) => {
                (Open::Link(dest_url.to_string()), 2)
            }
            _ => (Open::Signs, 0),
        };
        if matches!(open, Open::Signs) {
            return self.open.push((open, Vec::new()));
        }
        self.settle(range.start, signs);
        self.room.take();
        self.inside += 1;
        self.is_in_link |= matches!(open, Open::Link(_));
        let before = std::mem::take(&mut self.out);
        self.open.push((open, before));
    }

    fn end(&mut self, range: Range<usize>) {
        let Some((open, before)) = self.open.pop() else { return };
        match open {
            Open::Signs => return self.pass(range.end),
            Open::Bold(signs) | Open::Italics(signs) | Open::Struck(signs) => {
                self.settle(range.end.saturating_sub(signs), signs);
            }
            Open::Link(_) => {
                self.settle(self.at, 0);
                (self.at, self.start) = (range.end, range.end);
                self.is_in_link = false;
            }
        }
        self.inside -= 1;
        let inner = std::mem::replace(&mut self.out, before);
        self.out.push(match open {
            Open::Link(address) => return self.link(address, inner, range),
            Open::Bold(_) => TextSpan::Bold(inner),
            Open::Italics(_) => TextSpan::Italics(inner),
            Open::Signs | Open::Struck(_) => TextSpan::Struck(inner),
        });
    }

    /// A link that says nothing, or where else it leads, is shown as it was typed.
    fn link(&mut self, address: String, inner: Vec<TextSpan>, range: Range<usize>) {
        let said = TextSpan::said(&inner);
        if !said.contains(char::is_alphanumeric) || links::is_deceiving(&said, &address) {
            return self.write(range);
        }
        self.out.push(TextSpan::Link(address, inner));
    }

    fn code(&mut self, code: &str, range: Range<usize>) {
        let is_inside_word = self.before(range.start).is_some_and(is_letter);
        if !self.has_room() || is_inside_word {
            return self.pass(range.end);
        }
        self.room.take();
        self.settle(range.start, range.len());
        self.out.push(TextSpan::Code(code.to_owned()));
    }

    /// Whether signs stand around words, not inside one or inside an address.
    fn is_apart(&self, range: &Range<usize>, signs: usize) -> bool {
        let after = self.line.get(range.end..).and_then(|rest| rest.chars().next());
        let is_in_word = self.before(range.start).is_some_and(is_letter) || after.is_some_and(is_letter);
        let is_in_address = |place: usize| {
            let next = self.found.partition_point(|found| found.at.end <= place);
            self.found.get(next).is_some_and(|found| found.holds(place))
        };
        !is_in_word && !is_in_address(range.start) && !is_in_address(range.end.saturating_sub(signs))
    }

    fn before(&self, place: usize) -> Option<char> {
        self.line.get(..place).and_then(|before| before.chars().next_back())
    }

    fn may_lead(&self, address: &str, text: &str) -> bool {
        is_followable(address) && !self.is_in_link && !text.starts_with("[]") && !text.starts_with("![]")
    }

    fn finish(mut self) -> Vec<TextSpan> {
        // Whatever the reader of Markdown left open is none.
        self.settle(self.line.len(), 0);
        while let Some((_, mut before)) = self.open.pop() {
            before.append(&mut self.out);
            self.out = before;
        }
        self.out
    }
}

/// Scripts without spaces between words have no letters that a sign would stand inside.
fn is_letter(char: char) -> bool {
    char.is_alphanumeric() && char < '\u{2e80}'
}
