//! A text with its formatting: a tree of spans. Rule: it says nothing that the text does not say, and no address is in it but those
//! that a browser may open.

use crate::read::{Read, Tree};

/// A part of a text. On the wire a string, or a list that begins with the name of the element that shows it:
/// `["b","bold"]`, `["a","https://example.org/"]`, `["ol",1,["li","first"],["li","second"]]`. An end of a line is one in a string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextSpan {
    /// As it was typed.
    Plain(String),
    /// `["b", …]`
    Bold(Vec<TextSpan>),
    /// `["i", …]`
    Italics(Vec<TextSpan>),
    /// `["s", …]`
    Struck(Vec<TextSpan>),
    /// `["a", address, …]`; without anything more the address is what it says.
    Link(String, Vec<TextSpan>),
    /// `["code", text]`
    Code(String),
    /// `["pre", text]`
    CodeBlock(String),
    /// `["blockquote", …]`
    Quote(Vec<TextSpan>),
    /// `["ul", item, …]`, or, with the number of the first, `["ol", number, item, …]`; an item is `["li", …]`.
    List(Option<u32>, Vec<Vec<TextSpan>>),
}

impl TextSpan {
    /// Those of a message, of its [`crate::Message::more`]; none where the text is shown as it was typed, or a later version knows
    /// more of them than this one.
    pub fn of(more: &Tree) -> Vec<Self> {
        let spans = more.fields().find(|(name, _)| name == "spans").map(|(_, spans)| spans.clone());
        spans.and_then(Vec::read).unwrap_or_default()
    }

    /// The spans of a text as they travel; nothing where there are none.
    pub fn tree(spans: &[Self]) -> Tree {
        if spans.is_empty() { Tree::Nothing } else { Tree::List(spans.iter().map(Self::branch).collect()) }
    }

    fn branch(&self) -> Tree {
        let word = |word: &str| Tree::Text(word.to_owned());
        let many = |name, spans: &[Self]| {
            let mut list = vec![word(name)];
            list.extend(spans.iter().map(Self::branch));
            list
        };
        Tree::List(match self {
            Self::Plain(text) => return word(text),
            Self::Bold(spans) => many("b", spans),
            Self::Italics(spans) => many("i", spans),
            Self::Struck(spans) => many("s", spans),
            Self::Code(text) => vec![word("code"), word(text)],
            Self::CodeBlock(text) => vec![word("pre"), word(text)],
            Self::Quote(spans) => many("blockquote", spans),
            Self::Link(address, spans) => {
                let mut list = many("a", spans);
                list.insert(1, word(address));
                list
            }
            Self::List(number, items) => {
                let items = items.iter().map(|item| Tree::List(many("li", item)));
                match number {
                    Some(number) => [word("ol"), Tree::Number(i64::from(*number))].into_iter().chain(items).collect(),
                    None => std::iter::once(word("ul")).chain(items).collect(),
                }
            }
        })
    }

    /// What they say, without the formatting.
    pub fn said(spans: &[Self]) -> String {
        let mut said = String::new();
        spans.iter().for_each(|span| span.say(&mut said));
        said
    }

    fn say(&self, said: &mut String) {
        match self {
            Self::Plain(text) | Self::Code(text) | Self::CodeBlock(text) => said.push_str(text),
            Self::Link(address, spans) if spans.is_empty() => said.push_str(address),
            Self::Bold(spans)
            | Self::Italics(spans)
            | Self::Struck(spans)
            | Self::Link(_, spans)
            | Self::Quote(spans) => {
                spans.iter().for_each(|span| span.say(said));
            }
            Self::List(_, items) => items.iter().flatten().for_each(|span| span.say(said)),
        }
    }
}

impl Read for TextSpan {
    fn read(tree: Tree) -> Option<Self> {
        let list = match tree {
            Tree::Text(text) => return Some(Self::Plain(text)),
            Tree::List(list) => list,
            _ => return None,
        };
        let mut list = list.into_iter();
        let name = list.next()?.text()?;
        let mut text = || list.next()?.text();
        Some(match name.as_str() {
            "code" => Self::Code(text()?),
            "pre" => Self::CodeBlock(text()?),
            "a" => Self::Link(text().filter(|address| is_followable(address))?, many(list)?),
            "ol" => Self::List(Some(i64::read(list.next()?)?.try_into().ok()?), items(list)?),
            "ul" => Self::List(None, items(list)?),
            "b" => Self::Bold(many(list)?),
            "i" => Self::Italics(many(list)?),
            "s" => Self::Struck(many(list)?),
            "blockquote" => Self::Quote(many(list)?),
            _ => return None,
        })
    }
}

fn many(trees: impl Iterator<Item = Tree>) -> Option<Vec<TextSpan>> {
    trees.map(TextSpan::read).collect()
}

fn items(trees: impl Iterator<Item = Tree>) -> Option<Vec<Vec<TextSpan>>> {
    let item = |tree| match tree {
        Tree::List(list) if list.first() == Some(&Tree::Text("li".to_owned())) => many(list.into_iter().skip(1)),
        _ => None,
    };
    trees.map(item).collect()
}

/// Whether a link may lead there: `http`, `https` or `mailto`, and no sign in it that is not seen or turns what is seen around.
pub fn is_followable(address: &str) -> bool {
    let rest = |scheme: &str| {
        let (start, rest) = address.split_at_checked(scheme.len())?;
        start.eq_ignore_ascii_case(scheme).then_some(rest)
    };
    let is_place =
        |rest: &str| rest.starts_with(|first: char| first.is_alphanumeric() || matches!(first, '[' | '_' | '-'));
    let rest = rest("https://").or_else(|| rest("http://")).or_else(|| rest("mailto:"));
    rest.is_some_and(is_place) && !address.contains(is_odd)
}

/// What is in no address that a person means.
fn is_odd(char: char) -> bool {
    let is_unseen = matches!(
        char,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
    );
    is_unseen || char.is_whitespace() || char.is_control() || matches!(char, '"' | '<' | '>' | '\\' | '`')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::{json, parse};

    #[test]
    fn a_tree_travels_both_ways() {
        let plain = |text: &str| TextSpan::Plain(text.into());
        let spans = vec![
            plain("see\n"),
            TextSpan::Bold(vec![plain("this "), TextSpan::Italics(vec![TextSpan::Struck(vec![plain("or that")])])]),
            TextSpan::Link("https://example.org/".into(), Vec::new()),
            TextSpan::Link("mailto:ana@example.org".into(), vec![plain("Ana")]),
            TextSpan::Code("a".into()),
            TextSpan::CodeBlock("b\n  c".into()),
            TextSpan::Quote(vec![TextSpan::List(None, vec![vec![plain("x")], vec![]])]),
            TextSpan::List(Some(7), vec![vec![plain("seven")], vec![plain("eight")]]),
        ];
        let text = serde_json::to_string(&TextSpan::tree(&spans)).unwrap();
        let expected = concat!(
            r#"["see\n",["b","this ",["i",["s","or that"]]],["a","https://example.org/"],"#,
            r#"["a","mailto:ana@example.org","Ana"],["code","a"],["pre","b\n  c"],"#,
            r#"["blockquote",["ul",["li","x"],["li"]]],["ol",7,["li","seven"],["li","eight"]]]"#
        );
        assert_eq!(text, expected);
        assert_eq!(json::<Vec<TextSpan>>(&text), Some(spans.clone()));
        assert_eq!(TextSpan::said(&spans), "see\nthis or thathttps://example.org/Anaab\n  cxseveneight",);
        assert_eq!(TextSpan::tree(&[]), Tree::Nothing);
    }

    #[test]
    fn what_is_no_tree_of_spans_is_none() {
        for text in [
            "1",
            "[]",
            "[[\"script\",\"x\"]]",
            "[[\"a\"]]",
            "[[\"a\",\"javascript:alert(1)\",\"x\"]]",
            "[[\"ol\",\"1\"]]",
            "[[\"ol\",-1]]",
            "[[\"ul\",\"x\"]]",
            "[[\"li\",\"x\"]]",
            "[[\"code\"]]",
            "[[1,\"x\"]]",
            "[{\"b\":\"x\"}]",
        ] {
            let read = parse(text).and_then(Vec::<TextSpan>::read);
            assert!(read.is_none_or(|spans| spans.is_empty()), "{text}");
        }
    }

    #[test]
    fn links_lead_to_pages_and_letterboxes() {
        for address in [
            "https://example.org",
            "HTTP://x.y/?a=b#c",
            "mailto:ana@example.org",
            "https://[::1]/",
            "https://сайт.рф/я",
        ] {
            assert!(is_followable(address), "{address}");
        }
        for address in [
            "",
            "https://",
            "https:///x",
            "http:x",
            "//example.org",
            "/r/1",
            "javascript:alert(1)",
            "JaVaScRiPt://x.y/%0aalert(1)",
            " https://example.org",
            "https://exam ple.org",
            "https://example.org/\u{202e}gpj.exe",
            "https://exam\u{200b}ple.org",
            "https://example.org/\"onclick=\"x",
            "https://example.org\\@evil.example",
            "data:text/html,x",
            "ftp://example.org",
            "vbscript:x",
            "blob:https://example.org/x",
            "mailto:",
            "mailto:?bcc=x",
            "ж",
        ] {
            assert!(!is_followable(address), "{address}");
        }
    }
}
