//! A connection in use. Rule: an error at commit is "unknown", and one of the disk ends the process (RELIABILITY F3).

use crate::Error;
use sqlx::pool::PoolConnection;
use sqlx::{Database, Postgres, Sqlite, Transaction};
use std::ops::{Deref, DerefMut};

/// A connection, with or without a transaction, to either database. Used through `each!`.
pub(crate) enum Tx {
    /// To the file.
    Sqlite(Held<Sqlite>),
    /// To the server.
    Postgres(Held<Postgres>),
}

/// A connection of a pool. Dropping an open transaction rolls it back.
pub(crate) enum Held<DB: Database> {
    /// Each statement by itself.
    Bare(PoolConnection<DB>),
    /// Inside a transaction.
    Open(Transaction<'static, DB>),
}

impl<DB: Database> Deref for Held<DB> {
    type Target = DB::Connection;
    fn deref(&self) -> &DB::Connection {
        match self {
            Self::Bare(connection) => connection,
            Self::Open(transaction) => transaction,
        }
    }
}

impl<DB: Database> DerefMut for Held<DB> {
    fn deref_mut(&mut self) -> &mut DB::Connection {
        match self {
            Self::Bare(connection) => connection,
            Self::Open(transaction) => transaction,
        }
    }
}

/// Runs `$body` with `$db` as the connection of whichever database `$tx` (a `&mut Tx`) is on; each arm is typed by itself.
macro_rules! each {
    ($tx:expr, $db:ident => $body:expr) => {{
        $crate::store::count();
        match &mut *$tx {
            $crate::store::Tx::Sqlite(held) => {
                let $db: &mut sqlx::SqliteConnection = &mut *held;
                $body
            }
            $crate::store::Tx::Postgres(held) => {
                let $db: &mut sqlx::PgConnection = &mut *held;
                $body
            }
        }
    }};
}
pub(crate) use each;

#[cfg(test)]
thread_local! {
    /// Statements of this thread.
    pub(super) static STATEMENTS: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// A statement is about to be carried out: tests count them.
#[inline(always)]
pub(crate) fn count() {
    #[cfg(test)]
    STATEMENTS.set(STATEMENTS.get() + 1);
}

impl Tx {
    /// Commits. [`Error::Unknown`] on any error; does not return when SQLite reports that the disk failed.
    pub(super) async fn commit(self) -> Result<(), Error> {
        let result = match self {
            Self::Sqlite(Held::Open(transaction)) => transaction.commit().await.inspect_err(stop_if_disk_failed),
            Self::Postgres(Held::Open(transaction)) => transaction.commit().await,
            Self::Sqlite(Held::Bare(_)) | Self::Postgres(Held::Bare(_)) => Ok(()),
        };
        result.map_err(|error| {
            tracing::error!(%error, "a commit failed; whether it was stored is not known");
            Error::Unknown
        })
    }

    /// Rolls back and waits for it, so that the next user of the connection does not have to.
    pub(super) async fn roll_back(self) {
        let result = match self {
            Self::Sqlite(Held::Open(transaction)) => transaction.rollback().await,
            Self::Postgres(Held::Open(transaction)) => transaction.rollback().await,
            Self::Sqlite(Held::Bare(_)) | Self::Postgres(Held::Bare(_)) => Ok(()),
        };
        if let Err(error) = result {
            tracing::warn!(%error, "a rollback failed");
        }
    }
}

/// `SQLITE_IOERR`, the low byte of all its variants.
const SQLITE_IO_ERROR: i64 = 10;
/// `EX_IOERR` of sysexits.h.
const EXIT_IO_ERROR: i32 = 74;

/// After a failed fsync the row may or may not be in the file, and this process can no longer find out: only opening the
/// database anew (recovery) decides it.
fn stop_if_disk_failed(error: &sqlx::Error) {
    let code = error.as_database_error().and_then(|error| error.code()).and_then(|code| code.parse::<i64>().ok());
    if code.is_some_and(|code| code & 0xff == SQLITE_IO_ERROR) {
        tracing::error!(%error, "the disk failed at a commit; the server stops and recovers when it is started again");
        std::process::exit(EXIT_IO_ERROR);
    }
}
