//! What a reaction can be: one emoji that Unicode knows. Rule: one emoji has one spelling here, the fully qualified one, so that two
//! people who mean the same react with the same.

use wire::{Code, limits::EMOJI_BYTES_MAX};

/// The emoji that a text is, as it is stored.
///
/// # Errors
/// [`Code::BadEmoji`].
pub(crate) fn check(text: &str) -> Result<&'static str, Code> {
    let text = text.trim();
    // Before anything looks at ten thousand code points.
    if text.len() > EMOJI_BYTES_MAX {
        return Err(Code::BadEmoji);
    }
    Ok(emojis::get(text).ok_or(Code::BadEmoji)?.as_str())
}

/// All emoji in Unicode's groups, in the order in which people look for them: the heading, then each with its name. Those of a tone
/// of skin are left out.
pub fn groups() -> impl Iterator<Item = (&'static str, impl Iterator<Item = (&'static str, &'static str)>)> {
    let heading = |group| match group {
        emojis::Group::SmileysAndEmotion => "Smileys and emotion",
        emojis::Group::PeopleAndBody => "People",
        emojis::Group::AnimalsAndNature => "Animals and nature",
        emojis::Group::FoodAndDrink => "Food and drink",
        emojis::Group::TravelAndPlaces => "Travel and places",
        emojis::Group::Activities => "Activities",
        emojis::Group::Objects => "Objects",
        emojis::Group::Symbols => "Symbols",
        emojis::Group::Flags => "Flags",
    };
    emojis::Group::iter().map(move |group| (heading(group), group.emojis().map(|emoji| (emoji.as_str(), emoji.name()))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reaction_is_one_emoji_in_one_spelling() {
        for (typed, kept) in [
            ("👍", "👍"),
            (" 👍 ", "👍"),
            ("👍🏽", "👍🏽"),
            ("❤", "❤️"),
            ("❤️", "❤️"),
            ("👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦"),
            ("🏴󠁧󠁢󠁷󠁬󠁳󠁿", "🏴󠁧󠁢󠁷󠁬󠁳󠁿"),
            ("🇨🇭", "🇨🇭"),
            ("1️⃣", "1️⃣"),
        ] {
            assert_eq!(check(typed), Ok(kept), "{typed}");
        }
        let many = "👍".repeat(10_000);
        for bad in ["", " ", "a", "1", "ok", "👍👍", "👍a", "\u{fe0f}", "🇨", "<b>", "👍\0", &many] {
            assert_eq!(check(bad), Err(Code::BadEmoji), "{bad:.20}");
        }
    }

    #[test]
    fn every_emoji_that_is_offered_is_taken_and_fits() {
        let mut count = 0;
        for (heading, emoji) in groups() {
            for (emoji, name) in emoji {
                assert_eq!(check(emoji), Ok(emoji), "{heading}: {name}");
                count += 1;
            }
        }
        assert!(count > 1_500, "{count}");
        let tones = emojis::iter().filter_map(emojis::Emoji::skin_tones).flatten();
        assert!(tones.into_iter().all(|emoji| check(emoji.as_str()) == Ok(emoji.as_str())));
    }
}
