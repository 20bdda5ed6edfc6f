//! Who somebody is, at a glance: a picture, and below it letters on a colour of their own, which are there without a request and wherever
//! there is no picture. Rule: decoration only; the name stands beside it.

use super::said::{Said, said};
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use wire::Person;
use wire::UserId;

const COLORS: i64 = 8;
/// What one sign that people see as a letter may be made of: a family of four is seven characters, and marks can be piled up without end.
const LETTER_CHARS_MAX: usize = 8;
const JOINER: char = '\u{200d}';

/// Letters of what is called so and is nobody.
#[cfg(feature = "ssr")]
pub fn letters(name: &str) -> impl IntoView + use<> {
    view! { <span class="avatar" data-color="0" aria-hidden="true">{initials(name)}</span> }
}

/// Somebody as they show themselves when the page is made.
#[cfg(feature = "ssr")]
pub fn face(person: &Person) -> impl IntoView + use<> {
    let letters = initials(&person.display_name);
    view! {
        <span class="avatar" data-color=color(person.id) data-face=person.id.to_string() aria-hidden="true">
            {letters}
            {picture(person.picture())}
        </span>
    }
}

/// What lies over the letters.
#[cfg(feature = "ssr")]
pub fn picture(path: Option<String>) -> impl IntoView + use<> {
    path.map(|path| view! { <img src=path alt=""/> })
}

/// Letters in a disc, and the picture over them; followed.
#[component]
pub fn Avatar(
    /// Whose; the colour depends on nothing else.
    person: Option<UserId>,
    /// Their name.
    title: Said<String>,
    /// The path of their picture.
    picture: Said<Option<String>>,
) -> impl IntoView {
    let color = color(person.unwrap_or_default());
    let initials = said(move || initials(&title()));
    view! { <span class="avatar" data-color=color aria-hidden="true">{initials}<img src=picture alt=""/></span> }
}

/// The color of somebody's face.
pub fn color(person: UserId) -> String {
    person.0.rem_euclid(COLORS).to_string()
}

/// The first letters of the first and the last word.
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().map(letter).filter(|letter| !letter.is_empty());
    let first = words.next().unwrap_or_default();
    first.to_owned() + words.next_back().unwrap_or_default()
}

/// What a word begins with, as people see it: a letter with its marks, an emoji with all of its parts.
fn letter(word: &str) -> &str {
    let word = word.trim_start_matches(|char: char| char.is_ascii_punctuation() || is_invisible(char));
    let mut chars = word.char_indices();
    let Some((_, first)) = chars.next() else { return "" };
    let mut before = first;
    let mut is_flag = is_flag_half(first);
    for (at, char) in chars.take(LETTER_CHARS_MAX - 1) {
        let belongs = is_mark(char) || before == JOINER || (is_flag && is_flag_half(char));
        if !belongs {
            return &word[..at];
        }
        is_flag = false;
        before = char;
    }
    let end = word.char_indices().nth(LETTER_CHARS_MAX).map_or(word.len(), |(at, _)| at);
    &word[..end]
}

/// Combining marks of the scripts that have many, joiners, variants of an emoji, skin tones and tags.
fn is_mark(char: char) -> bool {
    matches!(char,
        '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{93a}'..='\u{94f}'
        | '\u{9bc}'..='\u{9cd}' | '\u{bbe}'..='\u{bcd}' | '\u{e31}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}' | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}' | JOINER | '\u{20d0}'..='\u{20ff}' | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}'
        | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0020}'..='\u{e007f}')
        && char != '\u{e33}'
}

fn is_flag_half(char: char) -> bool {
    ('\u{1f1e6}'..='\u{1f1ff}').contains(&char)
}

fn is_invisible(char: char) -> bool {
    matches!(char, '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{ad}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expected: &str) {
        assert_eq!(initials(name), expected, "{name}");
    }

    #[test]
    fn initials_are_those_of_the_first_and_the_last_word() {
        check("Ana", "A");
        check("ana van der berg", "ab");
        check("  Bea \t Novak ", "BN");
        check("(Al) \"Ice\"", "AI");
        check("-", "");
        check("", "");
    }

    #[test]
    fn a_letter_of_any_script_stays_whole() {
        check("上海 小明", "上小");
        check("Åsa E\u{301}mile", "ÅE\u{301}");
        check("कि नी", "किनी");
        check("محمد علي", "مع");
        check("\u{200b}Zoe", "Z");
    }

    #[test]
    fn an_emoji_stays_whole() {
        check("👩‍👩‍👧 x", "👩‍👩‍👧x");
        check("👍🏽👍🏽", "👍🏽");
        check("🇸🇮🇦🇹", "🇸🇮");
        check("❤️ love", "❤️l");
    }

    #[test]
    fn marks_without_end_are_cut() {
        let pile = "z".to_owned() + &"\u{301}".repeat(60);
        assert_eq!(initials(&pile).chars().count(), LETTER_CHARS_MAX);
    }
}
