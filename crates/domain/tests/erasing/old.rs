//! Messages that are too old. Rule: a day too early nothing has changed, and what is erased is one beginning of the log.

use crate::support::{
    scene::{change, fast, found, seen},
    talk::{self, say},
    world::Place,
};
use domain::{AuditOf, Change, Chat, Clock, Settings, Viewer};
use wire::{EventKind, RoomId, Seq};

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
const START_MS: i64 = 1_790_000_000_000;

async fn open(url: &str, clock: &Clock, days: Option<i64>) -> Chat {
    let mut settings = Settings::new(url);
    fast(&mut settings);
    settings.retention_days = days;
    Chat::open_at(settings, clock.clone()).await.unwrap()
}

/// Texts by position; none where one is deleted.
async fn texts(chat: &Chat, viewer: &Viewer, room: RoomId) -> Vec<Option<String>> {
    let messages = seen(chat, viewer, room).await.into_iter().filter(|event| event.kind == EventKind::Message);
    let text = |message: wire::Message| (!message.deleted).then_some(message.content);
    messages.map(|event| event.message.and_then(text)).collect()
}

async fn erased(chat: &Chat, viewer: &Viewer, room: RoomId) -> Vec<Option<Seq>> {
    let events = seen(chat, viewer, room).await.into_iter();
    events.filter(|event| event.kind == EventKind::Erased).map(|event| event.target).collect()
}

pub async fn messages_lose_their_content_after_so_many_days(place: &Place) {
    let url = place.database("old").await;
    let clock = Clock::manual(START_MS);
    let chat = open(&url, &clock, Some(30)).await;
    let (direct, ann, bob) = talk::pair(&chat, "ann", "bob").await;
    let room = found(&chat, &ann, "Tea", true).await;
    change(&chat, &bob, room, Change::Join).await.unwrap();
    for text in ["first", "second"] {
        say(&chat, bob.clone(), room, text).await.unwrap();
    }
    clock.set(START_MS + DAY_MS);
    say(&chat, ann.clone(), room, "a day later").await.unwrap();
    say(&chat, bob.clone(), direct, "a day later").await.unwrap();
    let all = || ["first", "second", "a day later"].map(|text| Some(text.to_owned())).to_vec();

    clock.set(START_MS + 30 * DAY_MS);
    chat.retain().await.unwrap();
    assert_eq!(texts(&chat, &bob, room).await, all(), "not yet");
    assert_eq!(chat.room(&ann, room).await.unwrap().unread.count, 2);
    clock.set(START_MS + 30 * DAY_MS + 1);
    chat.retain().await.unwrap();
    assert_eq!(texts(&chat, &bob, room).await, [None, None, Some("a day later".to_owned())]);
    assert_eq!(erased(&chat, &bob, room).await, [Some(Seq(4))]);
    let summary = chat.room(&ann, room).await.unwrap();
    assert_eq!((summary.unread.count, summary.head), (0, Seq(6)));
    let active_at = summary.active_at;
    assert_eq!(active_at.0, START_MS + DAY_MS, "a room does not come to the top for it");
    assert_eq!(summary.last.unwrap().seq, Seq(5));
    chat.retain().await.unwrap();
    assert_eq!(erased(&chat, &bob, room).await.len(), 1, "nothing was left to erase");
    assert_eq!(erased(&chat, &bob, direct).await, []);
    clock.set(START_MS + 31 * DAY_MS + 1);
    chat.retain().await.unwrap();
    assert_eq!(erased(&chat, &bob, room).await, [Some(Seq(4)), Some(Seq(5))]);
    assert_eq!(texts(&chat, &bob, direct).await, [None]);
    say(&chat, ann.clone(), room, "and on").await.unwrap();
    assert_eq!(chat.room(&bob, room).await.unwrap().unread.count, 1);
    chat.close().await;
}

pub async fn a_run_goes_on_where_the_last_one_ended(place: &Place) {
    let url = place.database("kept").await;
    let clock = Clock::manual(START_MS);
    let chat = open(&url, &clock, None).await;
    let (room, ann, bob) = talk::pair(&chat, "ann", "bob").await;
    for number in 0..5 {
        say(&chat, bob.clone(), room, &format!("line {number}")).await.unwrap();
    }
    clock.set(START_MS + 1_000 * DAY_MS);
    chat.retain().await.unwrap();
    assert!(texts(&chat, &ann, room).await.iter().all(Option::is_some), "without the setting everything is kept");
    chat.close().await;
    let chat = open(&url, &clock, Some(1)).await;
    chat.retain().await.unwrap();
    assert!(texts(&chat, &ann, room).await.iter().all(Option::is_none));
    assert_eq!(erased(&chat, &ann, room).await, [Some(Seq(5))]);
    let operator = Viewer { is_operator: true, ..ann };
    let log = chat.admin_audit(&operator, AuditOf::All, None).await.unwrap().rows;
    let entries: Vec<_> = log.iter().map(|row| (row.action.as_str(), row.detail.as_str())).collect();
    assert_eq!(entries, [("retention", "5")]);
    chat.close().await;
}
