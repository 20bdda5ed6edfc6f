//! Texts as they are compared when something is looked for. Rule: what people write for the same word is the same here, and every
//! piece knows which part of the text it came from.
//!
//! Folded away: case, and what NFKC calls compatible (full width, ligatures, circled digits); accents and dots of scripts in which
//! people leave them out when they are in a hurry (Latin, Greek, Cyrillic: "café" is found by "cafe", "ёлка" by "елка"; the vowel signs
//! of Arabic and Hebrew); the letters that Arabic keyboards and schools write in two ways (أ إ آ ٱ as ا, ى as ي, ة as ه, the Persian
//! ی and ک); digits of Arabic and Persian; stretching (ـ), and what has no width. Kept: signs that make another letter where they
//! belong to it (が is not か, the vowels of Indic scripts and Thai).

use crate::names::{has_no_width, turns_direction};
use std::ops::Range;
use unicode_normalization::{UnicodeNormalization as _, char::canonical_combining_class, char::is_combining_mark};

/// A text and what it is compared as.
pub(crate) struct Folded {
    /// As it is shown.
    pub(crate) shown: String,
    /// As it is compared.
    pub(crate) text: String,
    /// For each piece that is not cut: where it ends in `text`, and in `shown`.
    ends: Vec<(usize, usize)>,
}

impl Folded {
    /// Composed first, so that a text is the same whichever way it was typed.
    pub(crate) fn of(text: &str) -> Self {
        let shown: String = text.nfc().collect();
        let mut folded = Self { shown: String::new(), text: String::with_capacity(shown.len()), ends: Vec::new() };
        let mut from = 0;
        for (at, char) in shown.char_indices() {
            if at > from && canonical_combining_class(char) == 0 {
                folded.push(&shown, from..at);
                from = at;
            }
        }
        if from < shown.len() {
            folded.push(&shown, from..shown.len());
        }
        folded.shown = shown;
        folded
    }

    fn push(&mut self, shown: &str, piece: Range<usize>) {
        let (text, end) = (&shown[piece.clone()], piece.end);
        if text.chars().all(char::is_whitespace) {
            // However much of it there is, it parts two words.
            if !self.text.ends_with(' ') {
                self.text.push(' ');
            }
        } else {
            let letters = text.nfkd().filter(|char| !is_left_out(*char)).flat_map(char::to_lowercase);
            let spelt = letters.flat_map(|char| spelling(char).chars().chain(same(char)).collect::<Vec<_>>());
            self.text.extend(spelt.nfc());
        }
        self.ends.push((self.text.len(), end));
    }

    /// The parts of `shown` in which these words are; they do not overlap, and come in order.
    pub(crate) fn find(&self, words: &[String]) -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> = words
            .iter()
            .flat_map(|word| self.text.match_indices(word.as_str()).map(|(at, word)| self.whole(at..at + word.len())))
            .collect();
        found.sort_by_key(|part| part.start);
        found.dedup_by(|next, part| {
            let is_near = next.start <= part.end;
            if is_near {
                part.end = part.end.max(next.end);
            }
            is_near
        });
        found
    }

    /// The pieces of `shown` that a part of `text` came from.
    fn whole(&self, part: Range<usize>) -> Range<usize> {
        let first = self.ends.partition_point(|(end, _)| *end <= part.start);
        let last = self.ends.partition_point(|(end, _)| *end < part.end);
        let start = first.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |(_, end)| *end);
        start..self.ends.get(last).map_or(self.shown.len(), |(_, end)| *end)
    }
}

/// A text as it is compared.
pub(crate) fn fold(text: &str) -> String {
    // Most of what is written; the same as below, sooner.
    if text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') && !text.contains("  ") {
        return text.to_ascii_lowercase();
    }
    Folded::of(text).text
}

/// What nobody types to find something.
fn is_left_out(char: char) -> bool {
    let is_mark = matches!(char, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5c7}')
        || matches!(char, '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6ed}')
        || matches!(char, '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}');
    (is_mark && is_combining_mark(char)) || char == '\u{640}' || has_no_width(char) || turns_direction(char)
}

/// Letters that are written as two.
fn spelling(char: char) -> &'static str {
    match char {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        _ => "",
    }
}

/// Letters that are written for one another.
fn same(char: char) -> Option<char> {
    Some(match char {
        'ß' | 'æ' | 'œ' | 'þ' => return None,
        'ς' => 'σ',
        'ø' => 'o',
        'ł' => 'l',
        'đ' | 'ð' => 'd',
        'ı' => 'i',
        'ٱ' => 'ا',
        'ى' | 'ی' => 'ي',
        'ة' => 'ه',
        'ک' => 'ك',
        '٠'..='٩' => digit(char, '٠'),
        '۰'..='۹' => digit(char, '۰'),
        other => other,
    })
}

fn digit(char: char, zero: char) -> char {
    let value = u32::from(char) - u32::from(zero);
    char::from_digit(value, 10).unwrap_or(char)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_people_write_for_the_same_word_is_the_same() {
        let check = |one: &str, other: &str| assert_eq!(fold(one), fold(other), "{one:?} {other:?}");
        check("CAFÉ", "cafe");
        check("cafe\u{301}", "cafe");
        check("Straße", "STRASSE");
        check("ＡＢＣ　１２", "abc 12");
        check("ﬁnal", "FINAL");
        check("ὈΔΥΣΣΕΎΣ", "οδυσσευς");
        check("Ёлка", "елка");
        check("Łódź", "lodz");
        check("العَرَبِيَّة", "العربيه");
        check("أحمد إلى آخر", "احمد الي اخر");
        check("العـــربية", "العربية");
        check("٣٫٥ ۳", "3٫5 3");
        check("שָׁלוֹם", "שלום");
        check("❤️", "❤");
        check("two\n\n lines", "Two lines");
        check("가", "\u{1100}\u{1161}");
    }

    #[test]
    fn what_makes_another_letter_stays() {
        for (one, other) in [("が", "か"), ("กำ", "กา"), ("कि", "का"), ("上", "土"), ("a b", "ab")]
        {
            assert_ne!(fold(one), fold(other), "{one} {other}");
        }
    }

    #[test]
    fn what_is_found_is_told_in_the_text_as_it_is_shown() {
        let check = |text: &str, word: &str, expected: &[&str]| {
            let folded = Folded::of(text);
            let found: Vec<_> = folded.find(&[fold(word)]).into_iter().map(|part| &folded.shown[part]).collect();
            assert_eq!(found, expected, "{text:?} {word:?}");
        };
        check("Two CAFÉS, one café", "cafe", &["CAFÉ", "café"]);
        check("我在上海工作", "上海", &["上海"]);
        check("في العَرَبِيَّة هنا", "عربية", &["عَرَبِيَّة"]);
        check("Straßen", "as", &["aß"]);
        check("aaaa", "aa", &["aaaa"]);
        check("one\n\ntwo", "e t", &["e\n\nt"]);
        check("nothing", "else", &[]);
    }

    proptest! {
        #[test]
        fn any_text_folds_the_same_again_and_is_found_in_itself(text in "\\PC{0,40}") {
            let folded = Folded::of(&text);
            prop_assert_eq!(&fold(&text), &folded.text);
            let whole = folded.find(std::slice::from_ref(&folded.text));
            prop_assert!(folded.text.is_empty() || whole.iter().all(|part| folded.shown.get(part.clone()).is_some()));
        }
    }
}
