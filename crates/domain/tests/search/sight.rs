//! Whose words are whose to find. Rule: no hit lies outside of what its reader sees in the room itself.

use super::{find, index, say, texts, words};
use crate::support::{
    scene::{change, chat, circle, found, fresh_cid, invite, mute, remove},
    world::{Place, assert_refused},
};
use domain::{Change, Chat, Viewer};
use wire::search::Search;
use wire::{Amendment, Code, RoomId};

async fn seen(chat: &Chat, viewer: &Viewer) -> Vec<String> {
    texts(chat, viewer, &words("secret")).await
}

pub async fn nobody_finds_what_is_not_theirs_to_see(place: &Place, name: &str) {
    let chat = chat(place, name).await;
    let [ann, ben, cyd, eve] = circle(&chat, ["ann", "ben", "cyd", "eve"]).await;
    let room = found(&chat, &ann, "Club", false).await;
    change(&chat, &ann, room, invite(&ben)).await.unwrap();
    say(&chat, &ann, room, "secret one").await;
    change(&chat, &ann, room, invite(&cyd)).await.unwrap();
    say(&chat, &ann, room, "secret two").await;
    change(&chat, &ann, room, remove(&ben)).await.unwrap();
    change(&chat, &ann, room, mute(&cyd)).await.unwrap();
    say(&chat, &ann, room, "secret three").await;
    index(&chat).await;
    assert_eq!(seen(&chat, &ann).await, ["secret three", "secret two", "secret one"]);
    assert_eq!(seen(&chat, &cyd).await, ["secret three", "secret two"], "who came later, and is muted");
    let of_cyd = find(&chat, &cyd, &words("\"secret two\"")).await.hits;
    assert_eq!(of_cyd[0].before, None, "nor is what was said before shown beside it");
    assert!(seen(&chat, &eve).await.is_empty(), "a stranger");
    // As in the room itself: it is not theirs any more, until they come back.
    assert!(seen(&chat, &ben).await.is_empty(), "who was removed");
    change(&chat, &ann, room, invite(&ben)).await.unwrap();
    say(&chat, &ann, room, "secret four").await;
    index(&chat).await;
    assert_eq!(seen(&chat, &ben).await, ["secret four", "secret two", "secret one"], "both times that they were there");
    let in_room = |room| Search { room: Some(room), ..words("secret") };
    assert_refused(chat.search(&eve, &in_room(room)).await, Code::NotFound);
    assert_refused(chat.search(&eve, &in_room(RoomId(12_345))).await, Code::NotFound);
    let names: Vec<RoomId> =
        chat.searched_rooms(&eve, Some(room)).await.unwrap().into_iter().map(|(id, _)| id).collect();
    assert!(!names.contains(&room), "nor its name among the rooms to choose");
    assert_eq!(chat.searched_rooms(&ben, Some(room)).await.unwrap()[0], (room, "Club".to_owned()));
    chat.close().await;
}

pub async fn a_message_is_found_by_what_it_says_now(place: &Place, name: &str) {
    let chat = chat(place, name).await;
    let [ann] = circle(&chat, ["ann"]).await;
    let room = found(&chat, &ann, "Club", false).await;
    let amend = async |seq, amendment| chat.amend(&ann, fresh_cid(), room, seq, amendment).await.unwrap();
    let edit = |content: &str| Amendment::Edit { content: content.to_owned() };
    let first = say(&chat, &ann, room, "secret of old").await;
    let second = say(&chat, &ann, room, "secret that stays").await;
    amend(first, edit("secret before it was taken up")).await;
    index(&chat).await;
    assert_eq!(seen(&chat, &ann).await, ["secret that stays", "secret before it was taken up"]);
    assert!(texts(&chat, &ann, &words("old")).await.is_empty());
    amend(first, edit("secret of now")).await;
    assert!(texts(&chat, &ann, &words("taken")).await.is_empty(), "at once");
    index(&chat).await;
    assert_eq!(seen(&chat, &ann).await, ["secret that stays", "secret of now"], "at its place");
    assert_eq!(texts(&chat, &ann, &words("now")).await, ["secret of now"]);
    amend(second, Amendment::Delete).await;
    assert_eq!(seen(&chat, &ann).await, ["secret of now"]);
    assert_eq!(find(&chat, &ann, &words("now")).await.hits[0].after, None);
    index(&chat).await;
    assert!(texts(&chat, &ann, &words("stays")).await.is_empty());
    chat.close().await;
}

pub async fn what_is_erased_is_not_found(place: &Place, name: &str) {
    let chat = chat(place, name).await;
    let [ann, ben] = circle(&chat, ["ann", "ben"]).await;
    let room = found(&chat, &ann, "Club", true).await;
    change(&chat, &ben, room, Change::Join).await.unwrap();
    say(&chat, &ben, room, "secret of ben").await;
    say(&chat, &ann, room, "secret of ann").await;
    index(&chat).await;
    say(&chat, &ben, room, "secret that waits").await;
    chat.delete_account("ben").await.unwrap();
    while chat.erase_part().await.unwrap() {}
    assert_eq!(seen(&chat, &ann).await, ["secret of ann"]);
    index(&chat).await;
    assert_eq!(seen(&chat, &ann).await, ["secret of ann"]);
    assert_eq!(find(&chat, &ann, &words("secret")).await.hits[0].before, None, "nor beside another");
    chat.close().await;
}
