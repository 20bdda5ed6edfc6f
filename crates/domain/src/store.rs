//! The database: SQLite or Postgres behind one SQL text. Rule: every write is one explicit transaction in a task of its
//! own, so that a caller who goes away never leaves it half done (RELIABILITY F4).

pub(crate) mod admin;
pub(crate) mod amend;
pub(crate) mod append;
pub(crate) mod apps;
pub(crate) mod audience;
pub(crate) mod audit;
pub(crate) mod bids;
pub(crate) mod blocks;
#[cfg(feature = "bulk")]
pub(crate) mod bulk;
pub(crate) mod connections;
pub(crate) mod cursors;
pub(crate) mod deliveries;
pub(crate) mod erasures;
pub(crate) mod events;
pub(crate) mod groups;
pub(crate) mod lobby;
pub(crate) mod members;
pub(crate) mod mentions;
pub(crate) mod meta;
pub(crate) mod networks;
pub(crate) mod open;
pub(crate) mod parts;
pub(crate) mod presence;
pub(crate) mod profiles;
pub(crate) mod push;
pub(crate) mod quotes;
pub(crate) mod rates;
pub(crate) mod reactions;
pub(crate) mod receipts;
pub(crate) mod revocations;
pub(crate) mod rooms;
pub(crate) mod rows;
pub(crate) mod search;
pub(crate) mod sessions;
pub(crate) mod standing;
pub(crate) mod subjects;
pub(crate) mod tokens;
mod tx;
pub(crate) mod uploads;
pub(crate) mod users;
pub(crate) mod webhooks;

pub(crate) use tx::{Tx, count, each};

use crate::Error;
use futures::future::BoxFuture;
use sqlx::{PgPool, SqlitePool};
use tx::Held;

/// The two databases.
#[derive(Clone)]
pub(crate) enum Store {
    /// A file: one connection that writes, a few that read beside it.
    Sqlite {
        /// One connection.
        writer: SqlitePool,
        /// `query_only` connections.
        readers: SqlitePool,
    },
    /// A server.
    Postgres(PgPool),
}

impl Store {
    /// Whether several servers may be on it.
    pub(crate) fn is_shared(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// Runs `work` in one write transaction and commits it if `work` gave `Ok`. Once called, it runs to its end whether
    /// or not the caller waits for it.
    ///
    /// # Errors
    /// What `work` gave (nothing is stored then); [`Error::Unknown`] when the commit itself failed: stored or not.
    pub(crate) async fn write<T, F>(&self, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, Error>> + Send + 'static,
    {
        let store = self.clone();
        let task = tokio::spawn(async move {
            let mut tx = store.begin_write().await?;
            match work(&mut tx).await {
                Ok(value) => tx.commit().await.map(|()| value),
                Err(error) => {
                    tx.roll_back().await;
                    Err(error)
                }
            }
        });
        match task.await {
            Ok(result) => result,
            Err(error) if error.is_panic() => Err(Error::Internal(Box::new(error))),
            Err(_) => Err(Error::Unknown),
        }
    }

    /// A read transaction: all its statements see the same moment. Dropping it ends it.
    pub(crate) async fn read(&self) -> Result<Tx, Error> {
        Ok(match self {
            Self::Sqlite { readers, .. } => Tx::Sqlite(Held::Open(readers.begin_with("begin deferred").await?)),
            Self::Postgres(pool) => {
                let begin = "begin isolation level repeatable read read only deferrable";
                Tx::Postgres(Held::Open(pool.begin_with(begin).await?))
            }
        })
    }

    /// A connection for a single reading statement, without the price of a transaction.
    pub(crate) async fn read_once(&self) -> Result<Tx, Error> {
        Ok(match self {
            Self::Sqlite { readers, .. } => Tx::Sqlite(Held::Bare(readers.acquire().await?)),
            Self::Postgres(pool) => Tx::Postgres(Held::Bare(pool.acquire().await?)),
        })
    }

    async fn begin_write(&self) -> Result<Tx, Error> {
        Ok(match self {
            // A deferred transaction that reads first and writes then fails at once when another process wrote between.
            Self::Sqlite { writer, .. } => Tx::Sqlite(Held::Open(writer.begin_with("begin immediate").await?)),
            Self::Postgres(pool) => Tx::Postgres(Held::Open(pool.begin_with("begin deferrable").await?)),
        })
    }
}

#[cfg(test)]
#[path = "store/growth_tests.rs"]
mod growth;
#[cfg(test)]
#[path = "store/plans_tests.rs"]
mod plans;

#[cfg(test)]
#[path = "store/count_tests.rs"]
mod counts;
