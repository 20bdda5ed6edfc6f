//! What was told, and is not to be seen any more. Rule: it is not told, or taken back, whichever comes first; nothing that was deleted
//! is ever in what is pushed.

use super::{brief, pushed, pushing, subscribe};
use crate::support::{
    scene::{change, circle, found, fresh_cid, invite, remove},
    talk::{pair, say},
    world::Place,
};
use domain::{Chat, Viewer};
use serde_json::json;
use wire::{Amendment, Level, RoomId, Seq};

async fn tells(chat: &Chat, author: &Viewer, room: RoomId, text: &str) -> Seq {
    say(chat, author.clone(), room, text).await.unwrap().seq
}

pub async fn what_is_read_in_time_is_not_pushed(place: &Place, name: &str) {
    let (chat, bell) = pushing(place, name).await;
    let (room, ann, bob) = pair(&chat, "ann", "bob").await;
    subscribe(&chat, &bob, "https://push.example.org/bob").await;
    let seq = tells(&chat, &ann, room, "Quick").await;
    chat.mark_read(&bob, room, seq).await.unwrap();
    assert_eq!(brief(&pushed(&chat, &bell).await), []);
    chat.close().await;
}

pub async fn what_is_read_elsewhere_is_taken_back(place: &Place, name: &str) {
    let (chat, bell) = pushing(place, name).await;
    let (room, ann, bob) = pair(&chat, "ann", "bob").await;
    subscribe(&chat, &bob, "https://push.example.org/bob").await;
    tells(&chat, &ann, room, "One").await;
    assert_eq!(brief(&pushed(&chat, &bell).await), [("bob", room.0, "One")]);
    let seq = tells(&chat, &ann, room, "Two").await;
    assert_eq!(brief(&pushed(&chat, &bell).await), [("bob", room.0, "Two")]);
    chat.mark_read(&bob, room, Seq(seq.0 - 1)).await.unwrap();
    assert_eq!(brief(&pushed(&chat, &bell).await), [], "the last one is still new");
    chat.mark_read(&bob, room, seq).await.unwrap();
    let gone = json!({ "room": room, "gone": true, "badge": 0 });
    assert_eq!(pushed(&chat, &bell).await, [("bob".to_owned(), gone)]);
    assert_eq!(brief(&pushed(&chat, &bell).await), [], "once");
    chat.close().await;
}

pub async fn what_is_deleted_is_not_pushed_and_taken_back(place: &Place, name: &str) {
    let (chat, bell) = pushing(place, name).await;
    let (room, ann, bob) = pair(&chat, "ann", "bob").await;
    subscribe(&chat, &bob, "https://push.example.org/bob").await;
    let delete = async |seq| chat.amend(&ann, fresh_cid(), room, seq, Amendment::Delete).await.unwrap();
    let seq = tells(&chat, &ann, room, "Wrong window").await;
    delete(seq).await;
    assert_eq!(brief(&pushed(&chat, &bell).await), []);
    tells(&chat, &ann, room, "Right window").await;
    let wrong = tells(&chat, &ann, room, "Wrong again").await;
    let wrong_too = tells(&chat, &ann, room, "And again").await;
    delete(wrong_too).await;
    assert_eq!(brief(&pushed(&chat, &bell).await), [("bob", room.0, "Wrong again")]);
    delete(wrong).await;
    assert_eq!(brief(&pushed(&chat, &bell).await), [("bob", room.0, "gone")]);
    let edited = tells(&chat, &ann, room, "At sicks").await;
    let edit = Amendment::Edit { content: "At six".to_owned() };
    chat.amend(&ann, fresh_cid(), room, edited, edit).await.unwrap();
    assert_eq!(brief(&pushed(&chat, &bell).await), [("bob", room.0, "At six")]);
    chat.close().await;
}

pub async fn whoever_leaves_or_wants_quiet_has_it_taken_back(place: &Place, name: &str) {
    let (chat, bell) = pushing(place, name).await;
    let [ann, bob, cal] = circle(&chat, ["ann", "bob", "cal"]).await;
    let room = found(&chat, &ann, "Garden", false).await;
    for guest in [&bob, &cal] {
        change(&chat, &ann, room, invite(guest)).await.unwrap();
        subscribe(&chat, guest, &format!("https://push.example.org/{}", guest.username)).await;
    }
    tells(&chat, &ann, room, "Beans").await;
    assert_eq!(brief(&pushed(&chat, &bell).await), [("bob", room.0, "ann: Beans"), ("cal", room.0, "ann: Beans")]);
    change(&chat, &ann, room, remove(&bob)).await.unwrap();
    chat.set_level(&cal, room, Level::None).await.unwrap();
    assert_eq!(brief(&pushed(&chat, &bell).await), [("bob", room.0, "gone"), ("cal", room.0, "gone")]);
    chat.close().await;
}

pub async fn from_a_browser_that_must_show_something_nothing_is_taken_back(place: &Place, name: &str) {
    let (chat, bell) = pushing(place, name).await;
    let (room, ann, bob) = pair(&chat, "ann", "bob").await;
    subscribe(&chat, &bob, "https://web.push.apple.com/bob").await;
    let seq = tells(&chat, &ann, room, "One").await;
    assert_eq!(brief(&pushed(&chat, &bell).await), [("bob", room.0, "One")]);
    chat.mark_read(&bob, room, seq).await.unwrap();
    assert_eq!(brief(&pushed(&chat, &bell).await), []);
    chat.close().await;
}
