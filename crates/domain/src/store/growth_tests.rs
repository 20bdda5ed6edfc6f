//! How much work the pages' questions are to SQLite, in steps of its machine. Rule: as many over a long history as over a short
//! one; steps are counted and not timed, so that a busy machine changes nothing.

use super::Store;
use crate::{CatchUp, Change, Chat, Draft, NewAccount, NewGroup, Page, Settings, Viewer};
use sqlx::AssertSqlSafe;
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use wire::{Cid, RoomId, Seq, frame::Held};

/// Lengths of the rooms' logs; catching up and what is unread are the same in both.
const SHORT: i64 = 400;
const LONG: i64 = 20_000;
/// Events that the viewer has not read, which is more than are counted.
const UNREAD: i64 = 150;
/// How exactly steps are counted.
const STEPS: i32 = 10;

async fn person(chat: &Chat, username: &str) -> Viewer {
    let account = NewAccount { username: username.to_owned(), display_name: None, password: None };
    chat.register(account).await.unwrap().viewer
}

/// All rooms get events up to this one, by the second person, who holds and reads them in small steps.
async fn grow(chat: &Chat, head: i64) {
    let Store::Sqlite { writer, .. } = &chat.inner.store else { panic!("not SQLite") };
    let numbers = format!(
        "with recursive numbers(number) as (select 1 union all select number + 1 from numbers where number < {head})"
    );
    let texts = [
        format!(
            "{numbers}
            insert into events
                (room_id, seq, author_id, cid, kind, message_type, content, content_hash, at_ms)
            select rooms.id, number, 2, randomblob(16), 'message', 'text', 'hello', randomblob(32), number
            from rooms
            cross join numbers
            where number > rooms.head"
        ),
        format!(
            "{numbers}
            insert into cursor_moves (room_id, user_id, cursor, seq, at_ms)
            select room_id, user_id, cursor.word, number, number
            from members
            cross join numbers
            cross join (select 'delivered' as word union all select 'read') as cursor
            where number % 5 = 0
            on conflict do nothing"
        ),
        format!("update rooms set head = {head}"),
        format!("update members set delivered_seq = {head}, read_seq = {head} - {UNREAD}"),
    ];
    for text in texts {
        sqlx::query(AssertSqlSafe(text)).execute(writer).await.unwrap();
    }
}

/// Counts what the one connection that reads and the one that writes do.
async fn counted(chat: &Chat) -> Arc<AtomicU64> {
    let count = Arc::new(AtomicU64::new(0));
    let Store::Sqlite { writer, readers } = &chat.inner.store else { panic!("not SQLite") };
    for pool in [writer, readers] {
        let mut connection = pool.acquire().await.unwrap();
        let count = count.clone();
        connection.lock_handle().await.unwrap().set_progress_handler(STEPS, move || {
            count.fetch_add(1, Ordering::Relaxed);
            true
        });
    }
    count
}

/// Asks everything once, and then again with a count for each.
async fn steps(chat: &Chat, viewer: &Viewer, (room, direct): (RoomId, RoomId), head: i64) -> Vec<(&'static str, u64)> {
    let count = counted(chat).await;
    let mut found = Vec::new();
    macro_rules! ask {
        ($name:literal, $question:expr) => {
            $question.await.unwrap();
            let before = count.load(Ordering::Relaxed);
            $question.await.unwrap();
            found.push(($name, (count.load(Ordering::Relaxed) - before) * STEPS.unsigned_abs() as u64));
        };
    }
    let (middle, end) = (Seq(head / 2), Seq(head));
    ask!("inbox", chat.inbox(viewer));
    ask!("room", chat.room_page(viewer, room));
    ask!("direct room", chat.room_page(viewer, direct));
    ask!("page before the middle", chat.history(viewer, room, Page::Before(middle), 50));
    ask!("page after the middle", chat.history(viewer, room, Page::After(middle), 50));
    ask!("page around the middle", chat.history(viewer, room, Page::Around(middle), 50));
    ask!("receipts at the start", chat.receipts(viewer, room, Seq(2)));
    ask!("receipts in the middle", chat.receipts(viewer, room, middle));
    ask!("receipts at the end", chat.receipts(viewer, room, end));
    ask!("details", chat.room_details(viewer, room, 0));
    ask!("lobby", chat.lobby(viewer, None));
    ask!("people", chat.people(viewer));
    ask!("welcome", chat.welcome(viewer));
    let held = Held { room, after: Some(Seq(head - UNREAD)) };
    ask!("catching up", async { chat.catch_up(viewer, &held, chat.epoch()).await.map(|_: CatchUp| ()) });
    ask!("reading", chat.mark_read(viewer, room, Seq(head - UNREAD)));
    ask!("writing", chat.append(viewer, draft(room)));
    found
}

fn draft(room: RoomId) -> Draft {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let mut random = [0; 10];
    random[..8].copy_from_slice(&NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    let (cid, content) = (Cid::new(1_795_168_799_123, random), "hello".to_owned());
    Draft::text(cid, room, content)
}

#[tokio::test]
async fn no_page_and_no_message_costs_more_for_a_longer_history() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = Settings::new(format!("sqlite:{}", folder.path().join("growth.db").display()));
    (settings.passwordless, settings.sends_per_window_max, settings.readers_max) = (true, u32::MAX, 1);
    let chat = Chat::open(settings).await.unwrap();
    let (ann, bob) = (person(&chat, "ann").await, person(&chat, "bob").await);
    chat.request_connection(&ann, "bob").await.unwrap();
    chat.accept_connection(&bob, "ann").await.unwrap();
    let direct = chat.direct_room(&ann, "bob").await.unwrap();
    let group = NewGroup { title: "Tea".to_owned(), topic: String::new(), is_public: true };
    let room = chat.create_group(&ann, Cid::new(1, [1; 10]), group).await.unwrap();
    chat.change_room(&bob, Cid::new(2, [2; 10]), room, Change::Join).await.unwrap();
    grow(&chat, SHORT).await;
    let short = steps(&chat, &ann, (room, direct), SHORT).await;
    grow(&chat, LONG).await;
    let long = steps(&chat, &ann, (room, direct), LONG).await;
    for ((name, before), (_, after)) in short.into_iter().zip(long) {
        println!("{name}: {before} steps over {SHORT} events, {after} over {LONG}");
        assert!(before > 0 && after <= before + before / 4 + 100, "{name}: {before} steps became {after}");
    }
    chat.close().await;
}
