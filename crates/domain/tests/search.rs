//! What can be found, on both databases. Rule: the same cases give the same results on each; whoever looks finds what the rooms show
//! them, and nothing else.

mod cases;
mod limits;
mod sight;

use crate::support::{scene::fresh_cid, world::Place};
use domain::{Chat, Draft, Viewer};
use wire::search::{Found, Search};
use wire::{RoomId, Seq};

/// Says something; its position.
async fn say(chat: &Chat, author: &Viewer, room: RoomId, text: &str) -> Seq {
    let draft = Draft::text(fresh_cid(), room, text.to_owned());
    chat.append(author, draft).await.expect("a message").seq
}

/// Everything that was said can be found from here on.
async fn index(chat: &Chat) {
    while chat.index_part().await.expect("a part of the index") {}
}

fn words(words: &str) -> Search {
    Search { words: words.to_owned(), ..Search::default() }
}

async fn find(chat: &Chat, viewer: &Viewer, search: &Search) -> Found {
    chat.search(viewer, search).await.unwrap_or_else(|error| panic!("{search:?}: {error:?}"))
}

/// The texts that are found, the newest first.
async fn texts(chat: &Chat, viewer: &Viewer, search: &Search) -> Vec<String> {
    let found = find(chat, viewer, search).await;
    let text = |hit: wire::search::Hit| hit.parts.into_iter().map(|part| part.text).collect();
    found.hits.into_iter().map(text).collect()
}

macro_rules! on_both {
    ($($module:ident::$case:ident)*) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $case() {
                super::$module::$case(&super::Place::sqlite(), stringify!($case)).await;
            })*
        }

        #[tokio::test]
        async fn the_same_on_postgres() {
            let place = Place::postgres();
            $($module::$case(&place, stringify!($case)).await;)*
        }
    };
}

on_both! {
    cases::any_script_is_found_inside_a_word_also_by_two_characters_and_one
    cases::several_words_are_all_there_and_a_phrase_is_in_a_row
    cases::signs_mean_nothing_but_themselves
    cases::what_was_found_is_shown_with_its_place_and_what_was_said_around_it
    cases::filters_narrow_it_down
    limits::results_come_in_pages_the_newest_first
    limits::what_is_looked_for_has_limits_with_a_code
    limits::what_was_said_before_is_taken_up_part_by_part
    limits::the_writer_waits_for_few_long_messages_at_once
    sight::nobody_finds_what_is_not_theirs_to_see
    sight::a_message_is_found_by_what_it_says_now
    sight::what_is_erased_is_not_found
}
