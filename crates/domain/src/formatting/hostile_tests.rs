//! Texts that were made to be hard to read. Rule: nothing that somebody typed to be read is lost, whatever the signs around it, and
//! reading it takes no longer than its length.

use super::*;
use proptest::prelude::*;
use std::time::{Duration, Instant};

#[test]
fn there_is_so_much_formatting_and_no_more() {
    let deep = format!("{}x{}", "**a _b ".repeat(20), " b_ a**".repeat(20));
    let spans = spans(&deep);
    assert_eq!(depth(&spans), TEXT_DEPTH_MAX);
    assert_eq!(TextSpan::said(&spans).matches('x').count(), 1);
    for deep in ["> ".repeat(200) + "x", (0..100).map(|level| " ".repeat(level * 2) + "- x\n").collect()] {
        assert!(depth(&super::spans(&deep)) <= TEXT_DEPTH_MAX, "{deep}");
    }
    for many in
        ["*a* ".repeat(2_500), "- a\n".repeat(2_500), "https://a.example ".repeat(550), "> a\nb\n".repeat(1_600)]
    {
        let spans = super::spans(&many);
        assert!((TEXT_SPANS_MAX / 2..=TEXT_SPANS_MAX).contains(&count(&spans)), "{}", count(&spans));
        let letters = |text: &str| text.chars().filter(|char| char.is_alphanumeric()).count();
        assert_eq!(letters(&TextSpan::said(&spans)), letters(&many));
    }
}

fn inner(span: &TextSpan) -> Vec<&TextSpan> {
    match span {
        TextSpan::Plain(_) | TextSpan::Code(_) | TextSpan::CodeBlock(_) => Vec::new(),
        TextSpan::Bold(inner) | TextSpan::Italics(inner) | TextSpan::Struck(inner) => inner.iter().collect(),
        TextSpan::Link(_, inner) | TextSpan::Quote(inner) => inner.iter().collect(),
        TextSpan::List(_, items) => items.iter().flatten().collect(),
    }
}

fn depth(spans: &[TextSpan]) -> usize {
    let of = |span: &TextSpan| match span {
        TextSpan::Plain(_) => 0,
        span => 1 + inner(span).into_iter().map(|span| depth(std::slice::from_ref(span))).max().unwrap_or_default(),
    };
    spans.iter().map(of).max().unwrap_or_default()
}

/// Without plain text; with items.
fn count(spans: &[TextSpan]) -> usize {
    let of = |span: &TextSpan| match span {
        TextSpan::Plain(_) => 0,
        TextSpan::List(_, items) => 1 + items.len() + items.iter().map(|item| count(item)).sum::<usize>(),
        span => 1 + inner(span).into_iter().map(|span| count(std::slice::from_ref(span))).sum::<usize>(),
    };
    spans.iter().map(of).sum()
}

#[test]
fn ten_thousand_hostile_characters_are_read_in_a_moment() {
    let parts = [
        "[",
        "*",
        "**",
        "_",
        "~~",
        "`",
        ">",
        "> ",
        ">\n",
        "- ",
        "- a\n",
        " - a\n",
        "1. a\n",
        "```\n",
        "```a\n",
        "```a\n```\n",
        "[a](",
        "![",
        "](",
        "<",
        "<a",
        "<!--",
        "&",
        "&#",
        "\\",
        "http://",
        "https://a.",
        "a://",
        "a@",
        "@",
        "@a.b",
        "*a _b ",
        "a**b*",
        "[a](b) ",
        "*[",
        "`*",
        "https://a.b/(",
        "\u{202e}",
        "é*",
        "**a\n",
        "<?",
        "<![CDATA[",
        "[[a](https://b.c)",
        "a@b.c",
        "_a",
        "a_",
        "*_~~",
        "www.",
        "~",
        "||",
        "\n",
    ];
    for part in parts {
        let text: String = part.chars().cycle().take(10_000).collect();
        let begun = Instant::now();
        let spans = spans(&text);
        let took = begun.elapsed();
        // Unoptimised, on a machine that does other things: what takes time without bound takes seconds.
        assert!(took < Duration::from_secs(1), "{part:?} takes {took:?}");
        assert!(count(&spans) <= TEXT_SPANS_MAX && depth(&spans) <= TEXT_DEPTH_MAX, "{part:?}");
        let opened = part.to_owned() + &"x".repeat(10);
        assert!(depth(&super::spans(&opened)) <= TEXT_DEPTH_MAX);
    }
}

/// What the signs of formatting, and letters among them, make together.
fn hostile() -> impl Strategy<Value = String> {
    let parts = [
        "*",
        "**",
        "_",
        "__",
        "~~",
        "~",
        "`",
        "```",
        "\n",
        "\n\n",
        " ",
        "  ",
        "> ",
        ">",
        "- ",
        "* ",
        "1. ",
        "2. ",
        "[",
        "]",
        "](",
        ")",
        "!",
        "<",
        ">",
        "https://a.b/c",
        "https://a.b",
        "@ana",
        "a@b.cd",
        "\\",
        "&amp;",
        "&#42;",
        "#",
        "# ",
        "|",
        "x",
        "y",
        "Word",
        "word ",
        "上海",
        "مرحبا",
        "👍",
        "é",
        "\u{202e}",
        "\u{200b}",
        "\r",
        "\r\n",
        "\t",
        "<b>",
        "<!--",
        "-->",
        "\"",
        "'",
        ":",
        "javascript:",
        "=",
        "---",
    ];
    prop::collection::vec(prop::sample::select(parts.to_vec()), 0..40).prop_map(|parts| parts.concat())
}

/// Whether `part` is `whole` without some of its characters.
fn is_within(part: &str, whole: &str) -> bool {
    let mut rest = whole.chars();
    part.chars().all(|char| rest.any(|other| other == char))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn every_letter_is_said_and_nothing_that_was_not_typed(text in hostile()) {
        let spans = spans(&text);
        let said = TextSpan::said(&spans);
        if !spans.is_empty() {
            prop_assert!(is_within(&said, &text), "{text:?} says {said:?}");
            // Where a link leads need not be said; the numbers of lists are shown by the list.
            let letters = |text: &str| text.chars().filter(|char| char.is_alphabetic() || *char == '👍').collect::<String>();
            if !text.contains("](") {
                prop_assert_eq!(letters(&said), letters(&text), "{:?}", text);
            }
        }
        prop_assert!(count(&spans) <= TEXT_SPANS_MAX && depth(&spans) <= TEXT_DEPTH_MAX);
        let travelled = serde_json::to_string(&TextSpan::tree(&spans)).unwrap();
        let read = wire::read::json::<Option<Vec<TextSpan>>>(&travelled).flatten().unwrap_or_default();
        prop_assert_eq!(read, spans, "{:?}", travelled);
    }

    #[test]
    fn any_text_is_read_without_a_panic(text in any::<String>()) {
        spans(&text);
    }
}
