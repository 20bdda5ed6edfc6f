//! What the index holds of a message: its characters, pairs of neighbouring ones, and where, by whom and of which type it is. Rule: whatever is in
//! the text, all tokens of a word that it contains are among its own; so the index loses nothing, and the text itself decides.
//!
//! Pairs and not words, because many scripts put nothing between words, and not triples, because 上海 has two characters; and single
//! ones, because 海 is a word.

use std::collections::BTreeSet;
use wire::{RoomId, UserId};

/// Before what is no text; none of these is ever part of a pair.
const ROOM: char = '\u{e000}';
const AUTHOR: char = '\u{e001}';
const TYPE: char = '\u{e002}';
/// Every message has it.
pub(super) const ANY: char = '\u{e003}';

/// Where.
pub(crate) fn of_room(room: RoomId) -> String {
    format!("{ROOM}{room}")
}

/// By whom.
pub(crate) fn of_author(author: UserId) -> String {
    format!("{AUTHOR}{author}")
}

/// Of which type: lower-case ASCII letters.
pub(crate) fn of_type(name: &str) -> String {
    format!("{TYPE}{name}")
}

/// Of a folded text, each once.
pub(crate) fn of_text(folded: &str) -> BTreeSet<String> {
    let mut tokens = BTreeSet::new();
    let mut before = None;
    for char in folded.chars() {
        if !is_indexed(char) {
            before = None;
            continue;
        }
        if let Some(before) = before {
            tokens.insert(String::from_iter([before, char]));
        }
        tokens.insert(char.to_string());
        before = Some(char);
    }
    tokens
}

/// Of a folded word that is looked for: those without which no text contains it. A pair says all of its two characters.
pub(crate) fn of_word(folded: &str) -> BTreeSet<String> {
    let tokens = of_text(folded);
    let is_covered =
        |single: &String| tokens.iter().any(|pair| pair.len() > single.len() && pair.contains(single.as_str()));
    tokens.iter().filter(|token| token.chars().count() > 1 || !is_covered(token)).cloned().collect()
}

/// Letters, digits and signs that mean something; not what stands between words, nor what programs use for themselves.
fn is_indexed(char: char) -> bool {
    match char {
        '\0'..='\u{7f}' => char.is_ascii_alphanumeric(),
        '\u{80}'..='\u{bf}' | '\u{2000}'..='\u{206f}' | '\u{3000}'..='\u{303f}' => char.is_alphanumeric(),
        '\u{e000}'..='\u{f8ff}' | '\u{f0000}'.. => false,
        _ => !char.is_whitespace() && !char.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::fold::fold;
    use proptest::prelude::*;

    #[test]
    fn pairs_end_where_words_do() {
        let check = |text: &str, expected: &[&str]| {
            assert_eq!(of_text(text).iter().map(String::as_str).collect::<Vec<_>>(), expected, "{text}");
        };
        check("tea, at 5", &["5", "a", "at", "e", "ea", "t", "te"]);
        check("上海", &["上", "上海", "海"]);
        check("a上", &["a", "a上", "上"]);
        check("% * \" _ \\ '", &[]);
        check("\u{e000}7 \u{e001}", &["7"]);
    }

    #[test]
    fn a_word_asks_for_no_more_than_it_needs() {
        let check = |word: &str, expected: &[&str]| {
            assert_eq!(of_word(word).iter().map(String::as_str).collect::<Vec<_>>(), expected, "{word}");
        };
        check("上", &["上"]);
        check("上海", &["上海"]);
        check("tea", &["ea", "te"]);
        check("x", &["x"]);
        check("50%", &["50"]);
    }

    proptest! {
        #[test]
        fn no_text_lacks_a_token_of_what_it_contains(text in "\\PC{0,30}", from in 0..30_usize, length in 1..10_usize) {
            let folded = fold(&text);
            let word: String = folded.chars().skip(from).take(length).collect();
            prop_assert!(of_word(&word).is_subset(&of_text(&folded)));
        }
    }
}
