//! What people are called and what they say. Rule: lengths are spread as in chats: most texts are short, some are long.

use super::chance::Chance;
use wire::{RoomId, UserId};

const FIRST: [&str; 16] = [
    "Ada", "Ben", "Chloé", "Dana", "Emil", "Fatima", "Goran", "Hana", "Igor", "Jun", "Karin", "Li", "Mira", "Noor",
    "Ole", "Zoë",
];
const LAST: [&str; 16] = [
    "Adler",
    "Brandt",
    "Costa",
    "Dumas",
    "Eriksen",
    "Fischer",
    "García",
    "Haddad",
    "Ito",
    "Jansen",
    "Kowalski",
    "Lindqvist",
    "Meyer",
    "Novák",
    "Okafor",
    "Weber",
];
const WORDS: [&str; 32] = [
    "the",
    "train",
    "at",
    "ten",
    "past",
    "eight",
    "we",
    "meet",
    "again",
    "tomorrow",
    "bring",
    "something",
    "to",
    "read",
    "and",
    "a",
    "coat",
    "because",
    "it",
    "may",
    "rain",
    "ok",
    "thanks",
    "see",
    "you",
    "there",
    "上海",
    "très",
    "bien",
    "👍",
    "who",
    "comes?",
];

/// A display name.
pub fn name(user: UserId) -> String {
    let number = usize::try_from(user.0).unwrap_or_default();
    format!("{} {}", FIRST[number % FIRST.len()], LAST[number / FIRST.len() % LAST.len()])
}

/// A room's title: no two are alike.
pub fn title(room: RoomId) -> String {
    let number = usize::try_from(room.0).unwrap_or_default();
    format!("{} and {} {}", WORDS[number % 16], WORDS[16 + number % 9], room.0)
}

/// What somebody says.
pub fn text(chance: &mut Chance) -> String {
    let count = match chance.below(20) {
        0 => 60,
        1..=5 => 20,
        _ => 5,
    };
    let words = 1 + chance.below(count);
    let mut text = String::new();
    for place in 0..words {
        if place > 0 {
            text.push(' ');
        }
        let word: &&str = chance.of(&WORDS);
        text.push_str(word);
    }
    text
}
