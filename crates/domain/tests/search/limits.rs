//! Pages, limits, and catching up. Rule: nothing is told twice or left out from one page to the next.

use super::{find, index, say, words};
use crate::support::{
    scene::{chat, circle, found},
    world::{Place, assert_refused},
};
use wire::Code;
use wire::limits::{SEARCH_CANDIDATES_MAX, SEARCH_CHARS_MAX, SEARCH_HITS_MAX, SEARCH_PART_MAX};
use wire::search::Search;

pub async fn results_come_in_pages_the_newest_first(place: &Place, name: &str) {
    let chat = chat(place, name).await;
    let [ann] = circle(&chat, ["ann"]).await;
    let rooms = [found(&chat, &ann, "One", false).await, found(&chat, &ann, "Two", false).await];
    let mut said = Vec::new();
    for number in 0..45 {
        let room = rooms[number % 2];
        said.push((room, say(&chat, &ann, room, &format!("needle {number}")).await));
    }
    index(&chat).await;
    let (mut seen, mut sizes, mut before) = (Vec::new(), Vec::new(), None);
    loop {
        let page = find(&chat, &ann, &Search { before, ..words("needle") }).await;
        sizes.push(page.hits.len());
        seen.extend(page.hits.iter().map(|hit| (hit.room, hit.seq)));
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    said.reverse();
    assert_eq!((sizes, seen), (vec![SEARCH_HITS_MAX, SEARCH_HITS_MAX, 5], said));
    for odd in [i64::MIN, -1, 0, 1] {
        assert!(find(&chat, &ann, &Search { before: Some(odd), ..words("needle") }).await.hits.is_empty());
    }
    chat.close().await;
}

pub async fn what_is_looked_for_has_limits_with_a_code(place: &Place, name: &str) {
    let chat = chat(place, name).await;
    let [ann] = circle(&chat, ["ann"]).await;
    let room = found(&chat, &ann, "One", false).await;
    say(&chat, &ann, room, &"上".repeat(10_000)).await;
    index(&chat).await;
    for long in ["x".repeat(10 * 1024), "\" ".repeat(5_000), "上".repeat(SEARCH_CHARS_MAX + 1)] {
        assert_refused(chat.search(&ann, &words(&long)).await, Code::SearchTooLong);
    }
    let hits = find(&chat, &ann, &words(&"上".repeat(SEARCH_CHARS_MAX))).await.hits;
    assert!(hits[0].parts.iter().map(|part| part.text.chars().count()).sum::<usize>() < 400, "a part of it is shown");
    chat.close().await;
}

pub async fn what_was_said_before_is_taken_up_part_by_part(place: &Place, name: &str) {
    let chat = chat(place, name).await;
    let [ann] = circle(&chat, ["ann"]).await;
    let room = found(&chat, &ann, "One", false).await;
    let count = usize::try_from(SEARCH_PART_MAX).unwrap() + 10;
    say(&chat, &ann, room, "the first needle").await;
    for number in 1..count {
        say(&chat, &ann, room, &format!("z {number}")).await;
    }
    assert!(find(&chat, &ann, &words("needle")).await.hits.is_empty(), "nothing is taken up yet");
    assert!(chat.index_part().await.unwrap());
    assert_eq!(find(&chat, &ann, &words("needle")).await.hits.len(), 1);
    assert!(find(&chat, &ann, &words(&format!("\"z {}\"", count - 1))).await.hits.is_empty());
    assert!(chat.index_part().await.unwrap() && !chat.index_part().await.unwrap());
    assert_eq!(find(&chat, &ann, &words(&format!("\"z {}\"", count - 1))).await.hits.len(), 1);
    // Of signs the index knows nothing: so many of the newest messages are looked at as fit into one answer.
    say(&chat, &ann, room, "100%").await;
    index(&chat).await;
    assert!(count < SEARCH_CANDIDATES_MAX);
    assert_eq!(find(&chat, &ann, &words("%")).await.hits.len(), 1);
    chat.close().await;
}

pub async fn the_writer_waits_for_few_long_messages_at_once(place: &Place, name: &str) {
    let chat = chat(place, name).await;
    let [ann] = circle(&chat, ["ann"]).await;
    let room = found(&chat, &ann, "One", false).await;
    for _ in 0..40 {
        say(&chat, &ann, room, &"needle ".repeat(1_400)).await;
    }
    assert!(chat.index_part().await.unwrap());
    let found = find(&chat, &ann, &words("needle")).await.hits.len();
    assert_eq!(found, 16, "the rest would have kept whoever writes waiting");
    index(&chat).await;
    assert_eq!(find(&chat, &ann, &words("needle")).await.hits.len(), SEARCH_HITS_MAX);
    chat.close().await;
}
