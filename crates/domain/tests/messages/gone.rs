//! Content that goes for good with an account or with time. Rule: what was said in edits, reactions and quotes goes with it.

use super::{amend, answer, edit, react};
use crate::support::{
    scene::{change, circle, fast, found, seen},
    talk::{self, say},
    world::Place,
};
use domain::{Change, Chat, Clock, Settings};
use sqlx::Connection as _;
use wire::{EventKind, Seq};

const SECRET: &str = "the cake is in the cellar";
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
const START_MS: i64 = 1_790_000_000_000;

/// How many earlier texts, reactions and mentions there are of messages at this position.
pub async fn rows(url: &str, seq: Seq) -> [i64; 3] {
    let mut counts = [0; 3];
    for (count, text) in counts.iter_mut().zip([
        "select count(*) from earlier_texts where seq = $1",
        "select count(*) from reactions where seq = $1",
        "select count(*) from mentions where seq = $1",
    ]) {
        *count = count_of(url, text, seq.0).await;
    }
    counts
}

async fn count_of(url: &str, text: &'static str, argument: i64) -> i64 {
    let (count,): (i64,) = if url.starts_with("sqlite:") {
        let mut connection = sqlx::SqliteConnection::connect(url).await.unwrap();
        sqlx::query_as(text).bind(argument).fetch_one(&mut connection).await.unwrap()
    } else {
        let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
        sqlx::query_as(text).bind(argument).fetch_one(&mut connection).await.unwrap()
    };
    count
}

/// How many events and earlier texts have a word of it.
async fn secrets(url: &str) -> i64 {
    let events = "select count(*) from events where content like '%cellar%' and seq > $1";
    let earlier = "select count(*) from earlier_texts where content like '%cellar%' and seq > $1";
    count_of(url, events, 0).await + count_of(url, earlier, 0).await
}

pub async fn a_deleted_account_takes_its_reactions_and_texts_along(place: &Place) {
    let url = place.database("account").await;
    let mut settings = Settings::new(url.clone());
    fast(&mut settings);
    let chat = Chat::open(settings).await.unwrap();
    let [ann, bob, cal] = circle(&chat, ["ann", "bob", "cal"]).await;
    let (room, quiet) = (found(&chat, &ann, "Tea", true).await, found(&chat, &ann, "Coffee", true).await);
    for guest in [&bob, &cal] {
        change(&chat, guest, room, Change::Join).await.unwrap();
    }
    change(&chat, &bob, quiet, Change::Join).await.unwrap();
    let hers = say(&chat, ann.clone(), room, "@bob hers stays").await.unwrap();
    let his = say(&chat, bob.clone(), room, SECRET).await.unwrap();
    amend(&chat, &bob, room, his.seq, edit(&format!("@ann {SECRET}"))).await.unwrap();
    amend(&chat, &ann, room, his.seq, react("👍")).await.unwrap();
    for (viewer, emoji) in [(&bob, "❤️"), (&cal, "🎂"), (&bob, "🎂")] {
        amend(&chat, viewer, room, hers.seq, react(emoji)).await.unwrap();
    }
    let quoting = answer(&chat, &ann, room, his.seq, "thanks").await.unwrap();
    let elsewhere = say(&chat, ann.clone(), quiet, "nobody answers").await.unwrap();
    amend(&chat, &bob, quiet, elsewhere.seq, react("👍")).await.unwrap();

    chat.delete_account("bob").await.unwrap();
    while chat.erase_part().await.unwrap() {}
    assert_eq!((secrets(&url).await, rows(&url, his.seq).await), (0, [0, 0, 0]));
    let events = seen(&chat, &cal, room).await;
    let at = |seq| events.iter().find(|event| event.seq == seq).unwrap().message.clone().unwrap();
    assert!(at(his.seq).deleted && at(his.seq).reactions.is_empty());
    let left = at(hers.seq).reactions;
    assert_eq!(left.len(), 1);
    assert_eq!((left[0].emoji.as_str(), left[0].by.as_slice()), ("🎂", [cal.user].as_slice()));
    assert_eq!(rows(&url, hers.seq).await, [0, 1, 1], "what ann said and cal felt stays");
    let quote = at(quoting.seq).reply_to.unwrap();
    assert!(quote.deleted && quote.content.is_empty());
    let reacted = events.iter().filter(|event| event.kind == EventKind::Reacted && event.author.id == bob.user);
    assert!(reacted.clone().count() == 2 && reacted.flat_map(|event| &event.message).all(|said| said.deleted));
    let last = seen(&chat, &ann, quiet).await.pop().unwrap();
    assert_eq!(last.kind, EventKind::Erased, "a reaction that is gone is told where nothing else is");
    chat.close().await;
}

pub async fn what_is_too_old_leaves_no_word_behind(place: &Place) {
    let url = place.database("too_old").await;
    let clock = Clock::manual(START_MS);
    let mut settings = Settings::new(url.clone());
    fast(&mut settings);
    settings.retention_days = Some(30);
    let chat = Chat::open_at(settings, clock.clone()).await.unwrap();
    let (room, ann, bob) = talk::pair(&chat, "ann", "bob").await;
    let old = say(&chat, ann.clone(), room, "the cake is in the attic").await.unwrap();
    clock.set(START_MS + 20 * DAY_MS);
    amend(&chat, &ann, room, old.seq, edit(&format!("@bob {SECRET}"))).await.unwrap();
    amend(&chat, &ann, room, old.seq, edit(&format!("@bob {SECRET}!"))).await.unwrap();
    amend(&chat, &bob, room, old.seq, react("🎂")).await.unwrap();
    let young = answer(&chat, &bob, room, old.seq, "@ann thanks").await.unwrap();
    amend(&chat, &ann, room, young.seq, react("👍")).await.unwrap();
    clock.set(START_MS + 30 * DAY_MS + 1);
    chat.retain().await.unwrap();
    assert_eq!((secrets(&url).await, rows(&url, old.seq).await), (0, [0, 0, 0]), "edits that are not old go, too");
    assert_eq!(rows(&url, young.seq).await, [0, 1, 1]);
    let events = seen(&chat, &bob, room).await;
    let young = events.iter().find(|event| event.seq == young.seq).unwrap().message.clone().unwrap();
    assert!(!young.deleted && young.reply_to.unwrap().deleted);
    clock.set(START_MS + 60 * DAY_MS);
    chat.retain().await.unwrap();
    assert_eq!(count_of(&url, "select count(*) from events where content is not null and seq > $1", 0).await, 0);
    assert_eq!(count_of(&url, "select count(*) from reactions where seq > $1", 0).await, 0);
    chat.close().await;
}
