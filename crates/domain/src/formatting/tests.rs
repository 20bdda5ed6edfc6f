//! What is formatting and what is not. Rule: what people type in a chat without thinking of formatting looks as they typed it.

use super::*;

/// The spans of a text, as they travel.
fn json(text: &str) -> String {
    serde_json::to_string(&tree(text)).unwrap()
}

fn check(text: &str, expected: &str) {
    assert_eq!(json(text), expected, "{text}");
}

/// It is shown as it was typed.
fn check_plain(text: &str) {
    check(text, "null");
}

#[test]
fn words_are_bold_italic_struck_and_code() {
    check("a **bold** word", r#"["a ",["b","bold"]," word"]"#);
    check("*italic* and _italic_", r#"[["i","italic"]," and ",["i","italic"]]"#);
    check("~~gone~~, here", r#"[["s","gone"],", here"]"#);
    check("run `cargo  test` now", r#"["run ",["code","cargo  test"]," now"]"#);
    check("**_~~all~~_**", r#"[["b",["i",["s","all"]]]]"#);
    check("`**as it is**`", r#"[["code","**as it is**"]]"#);
    check("(**bold**), \"*so*\"!", r#"["(",["b","bold"],"), \"",["i","so"],"\"!"]"#);
    check("这是**重点**吗", r#"["这是",["b","重点"],"吗"]"#);
    check("one\n**two**\n\nthree", r#"["one\n",["b","two"],"\n\nthree"]"#);
    check("  **moved in**", r#"["  ",["b","moved in"]]"#);
    check("👍 **👍**", r#"["👍 ",["b","👍"]]"#);
}

#[test]
fn what_people_type_in_a_chat_looks_as_it_was_typed() {
    for text in [
        "hello",
        "snake_case_name and __init__.py",
        "__dunder__ and ___three___",
        "2*3*4 = 24, 5 * 6 * 7",
        "a*b and c*d",
        "don`t and can`t",
        "* not * this",
        "word* see below",
        "~5 to ~6 and ~this~",
        "#5 and # a heading?",
        "# title\n## title",
        "title\n=====\ntext\n-----\n***\n---",
        "1. May is a holiday",
        "1) one\n2) two",
        "2. two\n2. two",
        "2025. A good year\n2026. A better one",
        "007. bond\n008. next",
        "- and then she left",
        "+ one\n+ two",
        ">:( no",
        ">_< oh",
        "a > b and b < c",
        "> ",
        "    four spaces",
        "\tand a tab",
        "¯\\_(ツ)_/¯",
        "\\*not italic\\*",
        "C:\\*.txt",
        "&amp; &lt;b&gt; &#42;x&#42;",
        "<b>bold</b> <!-- and --> <script>window.ran=1</script>",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "[1] a footnote[^1]\n[^1]: it",
        "[a]: https",
        "[x][y] and [z][]",
        "```\nnever closed",
        "```never closed\nby anything`",
        "two  \nlines\\\nthree",
        "::: ::: @ @@ @ana",
        "**",
        "****",
        "**** bold? ****",
        "*\u{a0}*",
        "multi *line\nemphasis* is none",
    ] {
        check_plain(text);
    }
}

#[test]
fn addresses_are_links() {
    check("see https://example.org/a_b_c*d*?e=[f].", r#"["see ",["a","https://example.org/a_b_c*d*?e=[f]"],"."]"#);
    check("https://example.org/_x_/**y**/z", r#"[["a","https://example.org/_x_/**y**/z"]]"#);
    check("**https://example.org**", r#"[["b",["a","https://example.org"]]]"#);
    check("(http://example.org)", r#"["(",["a","http://example.org"],")"]"#);
    check("<https://example.org/a>", r#"["<",["a","https://example.org/a"],">"]"#);
    check("ana@example.org!", r#"[["a","mailto:ana@example.org","ana@example.org"],"!"]"#);
    check("[the *page*](https://example.org/a)", r#"[["a","https://example.org/a","the ",["i","page"]]]"#);
    check("[write](mailto:ana@example.org)", r#"[["a","mailto:ana@example.org","write"]]"#);
    check("![a cat](https://example.org/cat.png)", r#"[["a","https://example.org/cat.png","a cat"]]"#);
    check("[a](https://example.org 'title') b", r#"[["a","https://example.org","a"]," b"]"#);
    check("<a href=\"https://example.org/\">x</a>", r#"["<a href=\"",["a","https://example.org/"],"\">x</a>"]"#);
    check("`https://example.org`", r#"[["code","https://example.org"]]"#);
    check_plain("ftp://example.org example.org www.example.org //example.org");
}

#[test]
fn links_lead_nowhere_but_where_they_say() {
    for text in [
        "[click](javascript:window.ran=1)",
        "[click](JaVaScRiPt:window.ran=1)",
        "[click](java\tscript:window.ran=1)",
        "[click](&#x6a;avascript:window.ran=1)",
        "[click](javascript&colon;window.ran=1)",
        "[click](<javascript:window.ran=1>)",
        "[click](\u{1}javascript:window.ran=1)",
        "![click](javascript:window.ran=1)",
        "<javascript:window.ran=1>",
        "[click](data:text/html,<script>window.ran=1</script>)",
        "[click](vbscript:x)",
        "[click](//evil.example)",
        "[click](/r/1)",
        "[click](#top)",
        "[click]()",
        "[click](ftp://evil.example)",
    ] {
        assert!(!json(text).contains("[\"a\""), "{text}: {}", json(text));
        assert!(tree(text).is_nothing(), "{text}: {}", json(text));
    }
    // Neither an address that is another's, nor one that nobody sees.
    check(
        "[https://bank.example](https://evil.example)",
        r#"["[",["a","https://bank.example"],"](",["a","https://evil.example"],")"]"#,
    );
    check(
        "[www.bank.example/x](https://evil.example)",
        r#"["[www.bank.example/x](",["a","https://evil.example"],")"]"#,
    );
    check(
        "[ana@bank.example](mailto:eve@evil.example)",
        concat!(
            r#"["[",["a","mailto:ana@bank.example","ana@bank.example"],"](mailto:","#,
            r#"["a","mailto:eve@evil.example","eve@evil.example"],")"]"#
        ),
    );
    check(
        "[https://www.a.example/b](https://a.example/b)",
        r#"[["a","https://a.example/b","https://www.a.example/b"]]"#,
    );
    check("[\u{200b}](https://evil.example)", "[\"[\u{200b}](\",[\"a\",\"https://evil.example\"],\")\"]");
    check("[](https://evil.example)", r#"["[](",["a","https://evil.example"],")"]"#);
    check(
        "[a [b](https://b.example) c](https://c.example)",
        r#"["[a ",["a","https://b.example","b"]," c](",["a","https://c.example"],")"]"#,
    );
    check("[x](https://example.org/\u{202e}gpj.exe)", "null");
    check(
        "[x](https://example.org/\"onmouseover=\"window.ran=1)",
        r#"["[x](",["a","https://example.org/"],"\"onmouseover=\"window.ran=1)"]"#,
    );
}

#[test]
fn code_between_fences_is_as_it_was_typed() {
    check("```\nlet a = 1;\n\n  **b**\n```", r#"[["pre","let a = 1;\n\n  **b**"]]"#);
    check("so:\n```rust\nfn main() {}\n```\nthen", r#"["so:",["pre","fn main() {}"],"then"]"#);
    check("```hello\nworld```", r#"[["pre","hello\nworld"]]"#);
    check("```one line``` here", r#"[["code","one line"]," here"]"#);
    check("a\n\n```\nb\n```\n\n\nc\nd", r#"["a",["pre","b"],"c\nd"]"#);
    check("```\n> a\n- b\n- c\n```\n```js\nx\n```", r#"[["pre","> a\n- b\n- c"],["pre","x"]]"#);
}

#[test]
fn a_quote_is_the_lines_that_begin_so() {
    check("> what?\nthis", r#"[["blockquote","what?"],"this"]"#);
    check("> a\n>\n> **b**\n\nc", r#"[["blockquote","a\n\n",["b","b"]],"c"]"#);
    check("> > a\n> b", r#"[["blockquote",["blockquote","a"],"b"]]"#);
    check("he said\n> - a\n> - b", r#"["he said",["blockquote",["ul",["li","a"],["li","b"]]]]"#);
    check("> ```\n> x\n> ```", r#"[["blockquote",["pre","x"]]]"#);
}

#[test]
fn lists_are_two_lines_or_more() {
    check("- a\n- **b**", r#"[["ul",["li","a"],["li",["b","b"]]]]"#);
    check("to buy:\n* milk\n* eggs\nthanks", r#"["to buy:",["ul",["li","milk"],["li","eggs"]],"thanks"]"#);
    check("3. c\n4. d\n4. e", r#"[["ol",3,["li","c"],["li","d"]],"4. e"]"#);
    check("1. a\n  - x\n  - y\n2. b", r#"[["ol",1,["li","a",["ul",["li","x"],["li","y"]]],["li","b"]]]"#);
    check("- a\n  - b\n    - c\nd", r#"[["ul",["li","a",["ul",["li","b",["ul",["li","c"]]]]]],"d"]"#);
    check("- a\n* b\n* c", r#"["- a",["ul",["li","b"],["li","c"]]]"#);
}

#[test]
fn the_example_of_the_protocol_is_what_is_made_of_its_text() {
    let golden = include_str!("../../../wire/tests/golden/server_event_formatted.json");
    let event: wire::Event = serde_json::from_str(golden).unwrap();
    let said = event.message.unwrap();
    assert_eq!(spans(&said.content), TextSpan::of(&said.more));
}
