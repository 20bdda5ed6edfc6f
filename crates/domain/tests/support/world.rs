//! An installation to try things on. Rule: every case has a database of its own, and each case runs on both kinds.

use super::postgres::Postgres;
use domain::{Attachment, Chat, Error, Login, NewAccount, Next, Settings, SignedIn, Viewer};

use std::net::{IpAddr, Ipv4Addr};
use wire::{Code, frame::ServerFrame};

/// Where databases are made.
pub enum Place {
    /// Files in a folder.
    Sqlite(tempfile::TempDir),
    /// Databases of a throw-away server.
    Postgres(Postgres),
}

impl Place {
    /// A folder for SQLite files.
    pub fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().expect("a temporary folder"))
    }

    /// A server.
    pub fn postgres() -> Self {
        Self::Postgres(Postgres::start())
    }

    /// The URL of a new, empty database.
    pub async fn database(&self, name: &str) -> String {
        match self {
            Self::Sqlite(folder) => format!("sqlite:{}", folder.path().join(name).with_extension("db").display()),
            Self::Postgres(server) => {
                run(&server.root_url(), sqlx::AssertSqlSafe(format!("create schema {name}"))).await;
                server.url(name)
            }
        }
    }
}

/// An account with the password "password" + its name.
pub fn account(username: &str) -> NewAccount {
    NewAccount { username: username.to_owned(), display_name: None, password: Some(format!("password {username}")) }
}

/// A login from 127.0.0.1.
pub fn login(username: &str, password: &str) -> Login {
    let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
    Login { username: username.to_owned(), password: Some(password.to_owned()), address }
}

/// A login by name alone.
pub fn login_by_name(username: &str) -> Login {
    Login { password: None, ..login(username, "") }
}

/// An installation on a new database, with settings that suit the case.
pub async fn open(place: &Place, name: &str, adjust: impl FnOnce(&mut Settings)) -> Chat {
    let mut settings = Settings::new(place.database(name).await);
    adjust(&mut settings);
    Chat::open(settings).await.expect("it opens")
}

/// Registers somebody.
pub async fn register(chat: &Chat, username: &str) -> SignedIn {
    chat.register(account(username)).await.expect("a new account")
}

/// Registers several people.
pub async fn people<const N: usize>(chat: &Chat, usernames: [&str; N]) -> [Viewer; N] {
    let mut viewers = Vec::new();
    for username in usernames {
        viewers.push(register(chat, username).await.viewer);
    }
    viewers.try_into().expect("as many as names")
}

/// Connects two people.
pub async fn connect(chat: &Chat, one: &Viewer, other: &Viewer) {
    chat.request_connection(one, &other.username).await.expect("a request");
    chat.accept_connection(other, &one.username).await.expect("a connection");
}

/// That it was refused, for this reason.
#[track_caller]
pub fn assert_refused<T: std::fmt::Debug>(result: Result<T, Error>, expected: Code) {
    match result {
        Err(Error::Refused(refusal)) => assert_eq!(refusal.code, expected),
        other => panic!("expected {expected}, got {other:?}"),
    }
}

/// Shows the socket's frames, one after the other, until `has_enough`; the rest of what was queued by then is dropped.
pub async fn hear(socket: &Attachment, mut has_enough: impl FnMut(&ServerFrame) -> bool) {
    use std::time::Duration;
    let wait = async {
        loop {
            match socket.next().await {
                Next::Frames(frames) => {
                    let mut frames = frames.iter().map(|text| serde_json::from_str(text).expect("a frame"));
                    if frames.any(|frame| has_enough(&frame)) {
                        return;
                    }
                }
                Next::Close(reason) => panic!("the socket was closed: {reason:?}"),
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(10), wait).await.expect("enough frames");
}

/// Runs a statement on the database from outside.
pub async fn change(url: &str, text: &'static str) {
    run(url, text).await;
}

async fn run(url: &str, text: impl sqlx::SqlSafeStr + Send) {
    use sqlx::{Connection as _, Executor as _};
    let text = sqlx::raw_sql(text);
    if url.starts_with("sqlite:") {
        let mut connection = sqlx::SqliteConnection::connect(url).await.expect("a connection");
        connection.execute(text).await.expect("a statement");
        connection.close().await.expect("its end");
    } else {
        let mut connection = sqlx::PgConnection::connect(url).await.expect("a connection");
        connection.execute(text).await.expect("a statement");
        connection.close().await.expect("its end");
    }
}

/// Waits until nobody is idle inside a transaction on this server: what was dropped is rolled back or discarded in the
/// background, long before the timeouts of the server would do it.
pub async fn no_transaction_stays_open(url: &str) {
    use sqlx::Connection as _;
    use std::time::{Duration, Instant};
    if url.starts_with("sqlite:") {
        return;
    }
    let mut connection = sqlx::PgConnection::connect(url).await.expect("a connection");
    let begun = Instant::now();
    loop {
        let (open,): (i64,) = sqlx::query_as(
            "select count(*)
            from pg_stat_activity
            where state like 'idle in transaction%'",
        )
        .fetch_one(&mut connection)
        .await
        .expect("the state of the server");
        if open == 0 {
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(4), "{open} transactions stay open");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
