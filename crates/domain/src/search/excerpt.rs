//! What is shown of a message that was found. Rule: parts of its text, some of which are hits; never anything that is more than text.

use super::fold::Folded;
use wire::Event;
use wire::search::{Line, Part};

/// Characters of a message in a list of results.
const CHARS_MAX: usize = 300;
/// Of those, before the first hit.
const BEFORE_CHARS: usize = 80;
/// Characters of the line before or after it.
const LINE_CHARS: usize = 120;

/// The text around the first hit, in parts.
pub(super) fn parts(text: &str, words: &[String]) -> Vec<Part> {
    let folded = Folded::of(text);
    let (shown, hits) = (folded.shown.as_str(), folded.find(words));
    let first = hits.first().map_or(0, |hit| hit.start);
    let chars_before = shown[..first].chars().count();
    let is_whole = shown.chars().count() <= CHARS_MAX;
    let skipped = if is_whole { 0 } else { chars_before.saturating_sub(BEFORE_CHARS) };
    let start = nth(shown, skipped);
    let end = start + nth(&shown[start..], CHARS_MAX);
    let mut parts: Vec<Part> = Vec::new();
    let mut push = |text: &str, is_hit| {
        if !text.is_empty() {
            parts.push(Part { text: text.to_owned(), is_hit });
        }
    };
    push(if start > 0 { "…" } else { "" }, false);
    let mut at = start;
    for hit in hits {
        let (from, to) = (hit.start.clamp(at, end), hit.end.clamp(at, end));
        push(&shown[at..from], false);
        push(&shown[from..to], true);
        at = to;
    }
    push(&shown[at..end], false);
    push(if end < shown.len() { "…" } else { "" }, false);
    parts
}

/// The beginning of a message beside it, on one line.
pub(super) fn line(event: &Event, text: &str) -> Line {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let end = nth(&words, LINE_CHARS);
    let more = if end < words.len() { "…" } else { "" };
    Line { author: event.author.display_name.clone(), text: words[..end].to_owned() + more }
}

/// Where so many characters end.
fn nth(text: &str, chars: usize) -> usize {
    text.char_indices().nth(chars).map_or(text.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::fold::fold;

    fn check(text: &str, words: &[&str], expected: &str) {
        let words: Vec<String> = words.iter().map(|word| fold(word)).collect();
        let shown = |part: Part| if part.is_hit { format!("[{}]", part.text) } else { part.text };
        assert_eq!(parts(text, &words).into_iter().map(shown).collect::<String>(), expected);
    }

    #[test]
    fn hits_are_parts_of_the_text() {
        check("Tea at five", &["tea", "five"], "[Tea] at [five]");
        check("我在上海工作", &["上海"], "我在[上海]工作");
        check("<b>&amp;</b>", &["b"], "<[b]>&amp;</[b]>");
        check("nothing to mark", &[], "nothing to mark");
    }

    #[test]
    fn of_a_long_text_the_part_around_the_first_hit_is_shown() {
        let long = "x ".repeat(500) + "needle" + &" y".repeat(500);
        let shown = parts(&long, &["needle".to_owned()]);
        let texts: Vec<&str> = shown.iter().map(|part| part.text.as_str()).collect();
        assert!(texts[0] == "…" && texts.contains(&"needle") && texts[texts.len() - 1] == "…", "{texts:?}");
        assert_eq!(shown.iter().map(|part| part.text.chars().count()).sum::<usize>(), CHARS_MAX + 2);
        let wide = "上".repeat(10_000);
        assert_eq!(parts(&wide, &["上".repeat(200)]).iter().filter(|part| part.is_hit).count(), 1);
    }
}
