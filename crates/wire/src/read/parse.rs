//! JSON into a [`Tree`]. Rule: anything that is not JSON is nothing at all, never a panic; depth is limited, whole numbers
//! only. In the browser this takes the place of serde_json's reader and of its tables for fractions (20 KB there).

use super::Tree;

/// Arrays and objects inside each other.
const DEPTH_MAX: usize = 64;

/// The tree of a JSON text, or none.
pub fn parse(text: &str) -> Option<Tree> {
    let mut parser = Parser { text, at: 0 };
    let tree = parser.value(0)?;
    parser.space();
    (parser.at == text.len()).then_some(tree)
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Skips this byte, if it is next.
    fn skip(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn word(&mut self, word: &str, tree: Tree) -> Option<Tree> {
        let is_next = self.text.as_bytes().get(self.at..)?.starts_with(word.as_bytes());
        self.at += word.len();
        is_next.then_some(tree)
    }

    fn value(&mut self, depth: usize) -> Option<Tree> {
        self.space();
        match self.peek()? {
            b'"' => self.string().map(Tree::Text),
            b'{' | b'[' if depth == DEPTH_MAX => None,
            b'{' => self.map(depth + 1),
            b'[' => self.list(depth + 1),
            b't' => self.word("true", Tree::Bool(true)),
            b'f' => self.word("false", Tree::Bool(false)),
            b'n' => self.word("null", Tree::Nothing),
            _ => self.number(),
        }
    }

    fn list(&mut self, depth: usize) -> Option<Tree> {
        let mut trees = Vec::new();
        self.at += 1;
        self.space();
        if self.skip(b']') {
            return Some(Tree::List(trees));
        }
        loop {
            trees.push(self.value(depth)?);
            self.space();
            if self.skip(b']') {
                return Some(Tree::List(trees));
            }
            self.skip(b',').then_some(())?;
        }
    }

    fn map(&mut self, depth: usize) -> Option<Tree> {
        let mut fields = Vec::new();
        self.at += 1;
        self.space();
        if self.skip(b'}') {
            return Some(Tree::Map(fields));
        }
        loop {
            self.space();
            (self.peek() == Some(b'"')).then_some(())?;
            let key = self.string()?;
            self.space();
            self.skip(b':').then_some(())?;
            fields.push((key, self.value(depth)?));
            self.space();
            if self.skip(b'}') {
                return Some(Tree::Map(fields));
            }
            self.skip(b',').then_some(())?;
        }
    }

    fn number(&mut self) -> Option<Tree> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')) {
            self.at += 1;
        }
        let text = &self.text[start..self.at];
        // A fraction, or more than 64 bits, is nothing that anybody here asks for.
        text.ends_with(|last: char| last.is_ascii_digit()).then(|| text.parse().map_or(Tree::Nothing, Tree::Number))
    }

    fn string(&mut self) -> Option<String> {
        self.at += 1;
        let mut out = String::new();
        loop {
            let start = self.at;
            while !matches!(self.peek()?, b'"' | b'\\' | ..0x20) {
                self.at += 1;
            }
            out.push_str(&self.text[start..self.at]);
            self.at += 1;
            match self.text.as_bytes()[self.at - 1] {
                b'"' => return Some(out),
                b'\\' => out.push(self.escaped()?),
                _ => return None,
            }
        }
    }

    fn escaped(&mut self) -> Option<char> {
        self.at += 1;
        Some(match self.text.as_bytes().get(self.at - 1)? {
            b'n' => '\n',
            b't' => '\t',
            b'r' => '\r',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'u' => return self.unicode(),
            byte @ (b'"' | b'\\' | b'/') => char::from(*byte),
            _ => return None,
        })
    }

    fn unicode(&mut self) -> Option<char> {
        let first = self.hex()?;
        if !(0xd800..0xdc00).contains(&first) {
            return char::from_u32(first);
        }
        let second = (self.skip(b'\\') && self.skip(b'u')).then(|| self.hex())??;
        let low = second.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
        char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + low)
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        self.at += 4;
        digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<Tree>) {
        assert_eq!(parse(text), expected, "{text}");
    }

    #[test]
    fn what_is_json_is_read_as_serde_reads_it() {
        for text in [
            "null",
            "true",
            " false ",
            "0",
            "-12",
            "9223372036854775807",
            "[]",
            "[ ]",
            "{}",
            "[1, 2,[3]]",
            "\"\"",
            r#""a\n\t\"\\\/\b\f\r\u00e9\ud83d\ude00é😀""#,
            r#"{"a": 1, "b" : [true, null], "c": {"d": "e"}}"#,
        ] {
            check(text, Some(serde_json::from_str(text).unwrap()));
        }
    }

    #[test]
    fn fractions_and_larger_numbers_are_nothing() {
        for text in ["1.5", "1e9", "9223372036854775808", "-0.0"] {
            check(text, Some(Tree::Nothing));
        }
    }

    #[test]
    fn what_is_not_json_is_none() {
        for text in [
            "",
            " ",
            "nul",
            "tru",
            "[",
            "[1",
            "[1,",
            "[1,]",
            "[1 2]",
            "{",
            "{\"a\"",
            "{\"a\":",
            "{\"a\":1,",
            "{a:1}",
            "\"",
            "\"a",
            "\"\\",
            "\"\\x\"",
            "\"\\u12\"",
            "\"\\ud800\"",
            "\"\\ud800\\u0041\"",
            "\"\n\"",
            "1 2",
            "-",
            "+",
            "e",
            "é",
            "\"\\u00é0\"",
            "tru\u{e9}",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn depth_is_limited() {
        check(&"[".repeat(100_000), None);
        assert!(parse(&("[".repeat(64) + &"]".repeat(64))).is_some());
    }
}
