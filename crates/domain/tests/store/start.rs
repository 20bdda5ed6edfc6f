//! Opening a database, also from two processes, and what a dropped request leaves behind. Rule: a database that would not
//! keep what it acknowledges is not opened.

use crate::support::world::{self, Place, login, people, register};
use domain::{Chat, Settings, StartError};
use std::future::Future;
use std::os::unix::fs::PermissionsExt as _;
use std::time::{Duration, Instant};
use wire::Relation;

pub async fn two_processes_share_one_database(place: &Place) {
    let url = place.database("shared").await;
    let server = Chat::open(Settings::new(&url)).await.unwrap();
    let command = Chat::open(Settings::new(&url)).await.unwrap();
    assert_eq!(server.epoch(), command.epoch());
    let signed_in = register(&server, "alice").await;
    command.ban("alice").await.unwrap();
    assert_eq!(server.viewer(&signed_in.token).await.unwrap(), None);
    command.close().await;
    server.ready().await.unwrap();
    server.close().await;
    let again = Chat::open(Settings::new(&url)).await.unwrap();
    assert_eq!(again.epoch(), server.epoch());
    again.unban("alice").await.unwrap();
    again.log_in(login("alice", "password alice")).await.unwrap();
}

pub async fn a_newer_database_is_refused(place: &Place) {
    let url = place.database("newer").await;
    Chat::open(Settings::new(&url)).await.unwrap().close().await;
    world::change(&url, "update _sqlx_migrations set version = 9999 where version = 1").await;
    let error = Chat::open(Settings::new(&url)).await.err().unwrap();
    assert!(matches!(error, StartError::Newer(9999)), "{error}");
}

/// Whoever ran a version in between has the higher number and not the lower one.
pub async fn a_migration_that_came_later_under_a_lower_number_is_carried_out(place: &Place) {
    let url = place.database("late").await;
    let before = Chat::open(Settings::new(&url)).await.unwrap();
    let alice = register(&before, "alice").await.viewer;
    before.close().await;
    let undone = "drop index users_by_avatar; drop index users_by_change;
        alter table users drop column avatar; alter table users drop column status;
        alter table users drop column profile_at_ms; delete from _sqlx_migrations where version = 13";
    world::change(&url, undone).await;
    let chat = Chat::open(Settings::new(&url)).await.unwrap();
    chat.set_profile(&alice, "Alice", "Back").await.unwrap();
    assert_eq!(chat.profile(&alice).await.unwrap().status, "Back");
}

/// RELIABILITY F4: sqlx 0.9.0 leaves a transaction open on a Postgres connection whose `begin` was dropped half-way.
pub async fn a_dropped_request_leaves_no_transaction_open(place: &Place) {
    let url = place.database("dropped").await;
    let chat = Chat::open(Settings::new(&url)).await.unwrap();
    let [alice, bob] = people(&chat, ["alice", "bob"]).await;
    for polls in 1..=4 {
        for _ in 0..3 {
            drop_after(polls, chat.inbox(&alice)).await;
        }
        world::no_transaction_stays_open(&url).await;
        drop_after(polls, chat.request_connection(&alice, "bob")).await;
        drop_after(polls, chat.cancel_request(&alice, "bob")).await;
    }
    world::no_transaction_stays_open(&url).await;
    chat.request_connection(&bob, "alice").await.unwrap();
    chat.accept_connection(&alice, "bob").await.unwrap();
    let elsewhere = Chat::open(Settings::new(&url)).await.unwrap();
    assert_eq!(elsewhere.people(&bob).await.unwrap()[0].relation, Relation::Connected, "what is stored is seen");
}

/// Polls the future so many times, then drops it.
async fn drop_after<T>(polls: u32, future: impl Future<Output = T>) {
    let mut future = std::pin::pin!(future);
    let mut left = polls;
    std::future::poll_fn(|context| {
        if left == 0 {
            return std::task::Poll::Ready(());
        }
        left -= 1;
        future.as_mut().poll(context).map(|_| ())
    })
    .await;
}

async fn refusal_of(url: String) -> StartError {
    Chat::open(Settings::new(url)).await.err().expect("it must not open")
}

pub async fn sqlite_refuses_what_it_cannot_keep(place: &Place) {
    let file = place.database("file").await;
    Chat::open(Settings::new(&file)).await.unwrap().close().await;
    let error = refusal_of(format!("{file}/below.db")).await;
    assert!(matches!(error, StartError::Unwritable { .. }), "{error}");
    let mode = std::fs::metadata(file.trim_start_matches("sqlite:")).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0, "the password hashes are nobody else's business");
    assert!(matches!(refusal_of("sqlite::memory:".to_owned()).await, StartError::Weak(_)));
    assert!(matches!(refusal_of("mysql://localhost/chat".to_owned()).await, StartError::Url(_)));
    let text = place.database("text").await;
    std::fs::write(text.trim_start_matches("sqlite:"), "not a database, but long enough to look like one".repeat(9))
        .unwrap();
    assert!(matches!(refusal_of(text).await, StartError::Database(_)));
}

pub async fn postgres_refuses_what_it_cannot_keep(place: &Place) {
    let url = place.database("weak").await;
    let error = refusal_of(format!("{url}&options[synchronous_commit]=off")).await;
    assert!(matches!(error, StartError::Weak(_)), "{error}");
    let begun = Instant::now();
    let error = refusal_of(url.replace("twotick-pg-", "twotick-no-")).await;
    assert!(matches!(error, StartError::Unreachable(_)), "{error}");
    assert!(error.to_string().contains("No such file"), "{error}");
    let error = refusal_of(url.replace("/postgres?", "/nothing?")).await;
    assert!(error.to_string().contains("\"nothing\" does not exist"), "{error}");
    assert!(begun.elapsed() < Duration::from_secs(10));
    assert!(matches!(refusal_of("postgres://host:port/name".to_owned()).await, StartError::Url(_)));
}
