//! What is looked for, as it was typed. Rule: every word has to be there; what stands in quotes is one word; no sign means anything
//! else than itself.

use super::fold::fold;
use crate::Error;
use wire::Code;
use wire::limits::{SEARCH_CHARS_MAX, SEARCH_WORDS_MAX};

/// The words, folded; none is empty, and none is there twice.
///
/// # Errors
/// [`Code::SearchTooLong`].
pub(crate) fn words(typed: &str) -> Result<Vec<String>, Error> {
    if typed.chars().count() > SEARCH_CHARS_MAX {
        return Err(Code::SearchTooLong.into());
    }
    let mut words: Vec<String> = Vec::new();
    let is_quote = |char: char| matches!(char, '"' | '“' | '”' | '„' | '«' | '»');
    // What follows a quote that is not closed are words like others.
    let parts: Vec<&str> = typed.split(is_quote).collect();
    for (at, part) in parts.iter().enumerate() {
        let is_phrase = at % 2 == 1 && at + 1 < parts.len();
        let found: Vec<&str> = if is_phrase { vec![part.trim()] } else { part.split_whitespace().collect() };
        for word in found.into_iter().map(fold).filter(|word| !word.trim().is_empty()) {
            if !words.contains(&word) {
                words.push(word);
            }
        }
    }
    if words.len() > SEARCH_WORDS_MAX { Err(Code::SearchTooLong.into()) } else { Ok(words) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_apart_and_quotes_keep_them_together() {
        let check = |typed: &str, expected: &[&str]| assert_eq!(words(typed).unwrap(), expected, "{typed:?}");
        check("", &[]);
        check("  \t\n", &[]);
        check("Two  words", &["two", "words"]);
        check("\"Two  words\" more", &["two words", "more"]);
        check("“上海 工作”", &["上海 工作"]);
        check("an \"open one", &["an", "open", "one"]);
        check("\"\" \" \"", &[]);
        check("same Same SAME", &["same"]);
        check("100% c++ * \\ _ ' a\"b\"c", &["100%", "c++", "*", "\\", "_", "'", "a", "b", "c"]);
    }

    #[test]
    fn what_is_too_long_is_refused() {
        assert!(words(&"x".repeat(SEARCH_CHARS_MAX)).is_ok());
        for long in ["x".repeat(SEARCH_CHARS_MAX + 1), "上".repeat(10_000), "\"".repeat(10_000)] {
            assert_eq!(words(&long).unwrap_err().code(), Code::SearchTooLong);
        }
        let many: Vec<String> = (0..=SEARCH_WORDS_MAX).map(|number| number.to_string()).collect();
        assert_eq!(words(&many.join(" ")).unwrap_err().code(), Code::SearchTooLong);
    }
}
