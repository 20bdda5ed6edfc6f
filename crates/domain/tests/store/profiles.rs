//! What people show of themselves. Rule: whoever sees somebody's name sees what they made of it, and nobody else changes it.

use crate::support::world::{Place, assert_refused, connect, open, people};
use domain::{Change, Chat, Viewer};
use wire::{Code, Person, limits};

/// How `other` stands among the people of `viewer`.
async fn seen(chat: &Chat, viewer: &Viewer, other: &Viewer) -> Option<(String, String)> {
    let found = chat.find_people(viewer, &other.username).await.unwrap();
    let row = found.into_iter().find(|row| row.person.id == other.user)?;
    Some((row.person.display_name, row.person.status))
}

fn shown(person: &Person) -> (&str, &str) {
    (&person.display_name, &person.status)
}

pub async fn a_profile_is_seen_where_its_owner_is(place: &Place) {
    let chat = open(place, "profile", |_| ()).await;
    let [bob, alice, eve] = people(&chat, ["bob", "alice", "eve"]).await;
    connect(&chat, &alice, &bob).await;
    let room = chat.direct_room(&bob, "alice").await.unwrap();
    chat.set_profile(&alice, "  Alice Novak ", " At lunch 🍜 ").await.unwrap();
    assert_eq!(shown(&chat.profile(&alice).await.unwrap()), ("Alice Novak", "At lunch 🍜"));
    let summary = chat.room(&bob, room).await.unwrap();
    assert_eq!(
        (summary.title.as_str(), shown(summary.peer.as_ref().unwrap())),
        ("Alice Novak", ("Alice Novak", "At lunch 🍜"))
    );
    for viewer in [&bob, &eve] {
        let expected = ("Alice Novak".to_owned(), "At lunch 🍜".to_owned());
        assert_eq!(seen(&chat, viewer, &alice).await, Some(expected));
    }
    assert_eq!(chat.find_people(&eve, "novak").await.unwrap().len(), 1, "the new name is found");
    assert_eq!(shown(&chat.people(&bob).await.unwrap()[0].person), ("Alice Novak", "At lunch 🍜"));
    chat.set_profile(&alice, "Alice", "").await.unwrap();
    assert_eq!(seen(&chat, &eve, &alice).await, Some(("Alice".to_owned(), String::new())));
    chat.delete_account("alice").await.unwrap();
    chat.set_profile(&alice, "Back again", "Boo").await.unwrap();
    let gone = chat.room(&bob, room).await.unwrap().peer.unwrap();
    assert_eq!(shown(&gone), ("Deleted account", ""));
}

pub async fn what_is_refused_changes_nothing(place: &Place) {
    let chat = open(place, "profile_refused", |_| ()).await;
    let [alice] = people(&chat, ["alice"]).await;
    chat.set_profile(&alice, "Alice", "Here").await.unwrap();
    let long = |chars: usize| "é".repeat(chars);
    for name in ["", " \u{200b}", "a\nb", "a\u{202e}b", &long(limits::DISPLAY_NAME_CHARS_MAX + 1)] {
        assert_refused(chat.set_profile(&alice, name, "There").await, Code::BadDisplayName);
    }
    for status in ["a\0b", "a\nb", "\u{200b}", "a\u{2067}b", &long(limits::STATUS_CHARS_MAX + 1)] {
        assert_refused(chat.set_profile(&alice, "Bob", status).await, Code::BadStatus);
    }
    assert_eq!(shown(&chat.profile(&alice).await.unwrap()), ("Alice", "Here"));
}

pub async fn changes_are_limited(place: &Place) {
    let chat = open(place, "profile_rate", |_| ()).await;
    let [alice, bob] = people(&chat, ["alice", "bob"]).await;
    for number in 0..limits::PROFILE_CHANGES_MAX {
        chat.set_profile(&alice, &format!("Alice {number}"), "").await.unwrap();
    }
    let refused = chat.set_profile(&alice, "Once more", "").await.unwrap_err().refusal();
    assert_eq!(refused.code, Code::SlowDown);
    assert!(refused.wait_ms.is_some_and(|wait_ms| (1..=limits::PROFILE_WINDOW_MS).contains(&wait_ms)));
    assert_eq!(chat.profile(&alice).await.unwrap().display_name, "Alice 19");
    chat.set_profile(&bob, "Bob Novak", "").await.unwrap();
}

pub async fn a_blocked_person_reads_no_status(place: &Place) {
    let chat = open(place, "profile_blocked", |_| ()).await;
    let [alice, bob] = people(&chat, ["alice", "bob"]).await;
    connect(&chat, &alice, &bob).await;
    let room = chat.direct_room(&bob, "alice").await.unwrap();
    let cid = wire::Cid::from_bytes([7; 16]);
    let new = domain::NewGroup { title: "Walks".to_owned(), topic: String::new(), is_public: true };
    let group = chat.create_group(&alice, cid, new).await.unwrap();
    chat.change_room(&bob, wire::Cid::from_bytes([8; 16]), group, Change::Join).await.unwrap();
    chat.set_profile(&alice, "Alice", "With the dog").await.unwrap();
    let in_group = async |viewer: &Viewer| {
        let details = chat.room_details(viewer, group, 0).await.unwrap();
        let alice = details.members.into_iter().find(|member| member.person.id == alice.user).unwrap();
        (alice.person.display_name, alice.person.status)
    };
    assert_eq!(in_group(&bob).await.1, "With the dog");
    for blocker in [&alice, &bob] {
        let blocked = if blocker.user == alice.user { "bob" } else { "alice" };
        chat.block(blocker, blocked).await.unwrap();
        assert_eq!(chat.room(&bob, room).await.unwrap().peer.unwrap().status, "");
        assert_eq!(in_group(&bob).await, ("Alice".to_owned(), String::new()));
        assert_eq!(in_group(&alice).await.1, "With the dog", "her own");
        if blocker.user == bob.user {
            assert_eq!(seen(&chat, &bob, &alice).await, Some(("Alice".to_owned(), String::new())));
        }
        chat.unblock(blocker, blocked).await.unwrap();
    }
    assert_eq!(in_group(&bob).await.1, "With the dog");
}
