//! How many statements a page costs. Rule: as many for a hundred rooms as for one.

use super::tx::STATEMENTS;
use crate::{Chat, NewAccount, NewGroup, Settings, Viewer};
use wire::Cid;

const ROOMS: u8 = 100;

async fn person(chat: &Chat, username: &str) -> Viewer {
    let account = NewAccount { username: username.to_owned(), display_name: None, password: None };
    chat.register(account).await.unwrap().viewer
}

async fn found(chat: &Chat, viewer: &Viewer, number: u8, is_public: bool) {
    let group = NewGroup { title: format!("Room {number}"), topic: String::new(), is_public };
    chat.create_group(viewer, Cid::new(1_795_168_799_123, [number; 10]), group).await.unwrap();
}

/// What the page of all conversations asks, with what stands beside them.
async fn statements(chat: &Chat, viewer: &Viewer) -> u64 {
    // Read when it was outdated, and then not again.
    chat.inbox_beside(viewer).await.unwrap();
    let before = STATEMENTS.get();
    chat.inbox_beside(viewer).await.unwrap();
    STATEMENTS.get() - before
}

#[tokio::test]
async fn the_inbox_asks_as_much_for_a_hundred_rooms_as_for_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = Settings::new(format!("sqlite:{}", folder.path().join("counted.db").display()));
    (settings.passwordless, settings.sends_per_window_max) = (true, u32::MAX);
    let chat = Chat::open(settings).await.unwrap();
    let (ann, bob) = (person(&chat, "ann").await, person(&chat, "bob").await);
    found(&chat, &ann, 0, false).await;
    let few = statements(&chat, &ann).await;
    assert!((1..12).contains(&few), "{few}");
    for number in 1..ROOMS {
        found(&chat, &ann, number, number % 2 == 0).await;
        found(&chat, &bob, number + ROOMS, true).await;
    }
    for number in 0..20 {
        let guest = person(&chat, &format!("guest{number}")).await;
        chat.request_connection(&guest, "ann").await.unwrap();
    }
    assert_eq!(statements(&chat, &ann).await, few);
    assert_eq!(chat.inbox_beside(&ann).await.unwrap().1.requests, 20);
    chat.close().await;
}
