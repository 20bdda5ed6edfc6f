//! Opening, migrating and checking the database. Rule: a database that could lose what it acknowledged is refused at the
//! start (C1; RELIABILITY design 8, F4, F6).

use super::Store;
use crate::{Settings, StartError};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, PgPool, SqlitePool};
use std::{path::Path, str::FromStr, time::Duration};

static SQLITE_MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/sqlite");
static POSTGRES_MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/postgres");

/// The first version without the WAL-reset corruption (F6).
const SQLITE_VERSION_MIN: (u32, u32, u32) = (3, 51, 3);
const SQLITE_BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// The write-ahead log is cut back to this after a checkpoint.
const SQLITE_LOG_BYTES_MAX: u32 = 64 * 1024 * 1024;
/// Pages of 4 KiB in the write-ahead log after which they are moved into the file.
const SQLITE_CHECKPOINT_PAGES: u32 = 4_000;
/// Rows that a connection's thread reads ahead of the task that asked.
const SQLITE_ROWS_BUFFERED: usize = 256;
/// How long the queue for the one writing connection may make a caller wait.
const SQLITE_WRITER_WAIT: Duration = Duration::from_secs(10);
/// Prepared statements of a connection; those over many rows come in eight sizes each.
const STATEMENTS_KEPT: usize = 256;
const CONNECTION_WAIT: Duration = Duration::from_secs(2);
const POSTGRES_WRITERS: u32 = 4;
const POSTGRES_START_WAIT: Duration = Duration::from_secs(5);

/// Opens the database that the settings name, brings it to this version and checks it.
pub(crate) async fn open(settings: &Settings) -> Result<Store, StartError> {
    let url = settings.database_url.as_str();
    if url.starts_with("sqlite:") {
        open_sqlite(url, settings.readers_max.max(1)).await
    } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
        open_postgres(url, settings.readers_max.max(1) + POSTGRES_WRITERS).await
    } else {
        Err(StartError::Url("it begins with neither".to_owned()))
    }
}

/// Gives back everything that the store holds; on SQLite the write-ahead log is emptied into the file first.
pub(crate) async fn close(store: &Store) {
    match store {
        Store::Sqlite { writer, readers } => {
            readers.close().await;
            if let Err(error) = sqlx::query("pragma wal_checkpoint(truncate)").execute(writer).await {
                tracing::warn!(%error, "the write-ahead log was not emptied; the next start does it");
            }
            writer.close().await;
        }
        Store::Postgres(pool) => pool.close().await,
    }
}

async fn open_sqlite(url: &str, readers_max: u32) -> Result<Store, StartError> {
    let options = SqliteConnectOptions::from_str(url)
        .map_err(|error| StartError::Url(words(&error)))?
        .create_if_missing(true)
        .foreign_keys(true)
        .busy_timeout(SQLITE_BUSY_TIMEOUT)
        .synchronous(SqliteSynchronous::Full)
        .pragma("journal_size_limit", SQLITE_LOG_BYTES_MAX.to_string())
        .row_buffer_size(SQLITE_ROWS_BUFFERED)
        .statement_cache_capacity(STATEMENTS_KEPT)
        .disable_statement_logging();
    let path = options.get_filename().to_owned();
    let unwritable = |why: String| StartError::Unwritable { path: path.display().to_string(), why };
    if url.contains(":memory:") || url.contains("mode=memory") {
        return Err(StartError::Weak("it would be in memory only".to_owned()));
    }
    make_private(&path).map_err(|error| unwritable(error.to_string()))?;
    let writer = sqlite_pool(1, SQLITE_WRITER_WAIT)
        .connect_with(
            options
                .clone()
                .journal_mode(SqliteJournalMode::Wal)
                .pragma("wal_autocheckpoint", SQLITE_CHECKPOINT_PAGES.to_string())
                // Statements over many rows keep a journal of their own, in a file for each unless it is in memory.
                .pragma("temp_store", "memory"),
        )
        .await
        .map_err(|error| sqlite_error(&error, unwritable))?;
    SQLITE_MIGRATIONS.run(&writer).await.map_err(|error| match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => sqlite_error(&error, unwritable),
        error => migrate_error(error),
    })?;
    check_sqlite(&writer).await?;
    let readers = sqlite_pool(readers_max, CONNECTION_WAIT)
        .connect_with(options.pragma("query_only", "on"))
        .await
        .map_err(|error| sqlite_error(&error, unwritable))?;
    Ok(Store::Sqlite { writer, readers })
}

/// Makes the file if it is not there, for nobody else to read; SQLite gives its log the same rights.
fn make_private(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    if let Some(folder) = path.parent().filter(|folder| *folder != Path::new("")) {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::OpenOptions::new().create(true).append(true).mode(0o600).open(path).map(|_| ())
}

fn sqlite_pool(connections_max: u32, wait: Duration) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .min_connections(1)
        .max_connections(connections_max)
        .acquire_timeout(wait)
        .max_lifetime(None)
        .idle_timeout(None)
        .test_before_acquire(false)
        .after_release(|connection, _| Box::pin(outside_sqlite_transaction(connection)))
}

/// Whether the connection can begin a transaction. On a full disk, for one, SQLite ends a transaction by itself; the
/// rollback that follows fails, and sqlx 0.9.0 then takes the transaction for open, for ever.
async fn outside_sqlite_transaction(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    if connection.is_in_transaction() {
        // A rollback may be under way; what is asked after it is answered after it.
        connection.ping().await?;
    }
    Ok(!connection.is_in_transaction())
}

fn sqlite_error(error: &sqlx::Error, unwritable: impl Fn(String) -> StartError) -> StartError {
    const READ_ONLY: i64 = 8;
    const CANNOT_OPEN: i64 = 14;
    let code = error.as_database_error().and_then(|error| error.code()).and_then(|code| code.parse::<i64>().ok());
    match code.map(|code| code & 0xff) {
        Some(READ_ONLY | CANNOT_OPEN) => unwritable(words(error)),
        _ => StartError::Database(words(error)),
    }
}

async fn check_sqlite(writer: &SqlitePool) -> Result<(), StartError> {
    let (version, journal, synchronous, foreign_keys): (String, String, i64, i64) = sqlx::query_as(
        "select sqlite_version(), journal.journal_mode, synchronous.synchronous, foreign_keys.foreign_keys
        from pragma_journal_mode as journal, pragma_synchronous as synchronous, pragma_foreign_keys as foreign_keys",
    )
    .fetch_one(writer)
    .await
    .map_err(|error| StartError::Database(words(&error)))?;
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
    let mut part = || parts.next().unwrap_or(0);
    if (part(), part(), part()) < SQLITE_VERSION_MIN {
        return Err(StartError::Weak(format!("SQLite {version} can corrupt its log, 3.51.3 does not")));
    }
    if journal != "wal" {
        return Err(StartError::Weak(format!("the journal mode is {journal} instead of wal")));
    }
    if synchronous < 2 || foreign_keys != 1 {
        return Err(StartError::Weak("synchronous must be full and foreign_keys on".to_owned()));
    }
    Ok(())
}

async fn open_postgres(url: &str, connections_max: u32) -> Result<Store, StartError> {
    let options = PgConnectOptions::from_str(url)
        .map_err(|error| StartError::Url(words(&error)))?
        .application_name("twotick")
        .options([
            ("statement_timeout", "10s"),
            ("lock_timeout", "5s"),
            ("idle_in_transaction_session_timeout", "10s"),
            ("default_transaction_deferrable", "off"),
            // The default is that of a spinning disk and makes it scan tables for a handful of rows.
            ("random_page_cost", "1.1"),
        ])
        .statement_cache_capacity(STATEMENTS_KEPT)
        .disable_statement_logging();
    // A pool tries again until its time is up and then says no more than that.
    let trial = tokio::time::timeout(POSTGRES_START_WAIT, PgConnection::connect_with(&options)).await;
    let unreachable = |error: sqlx::Error| StartError::Unreachable(words(&error));
    let trial = trial.map_err(|_| StartError::Unreachable("it does not answer".to_owned()))?.map_err(unreachable)?;
    trial.close().await.map_err(unreachable)?;
    let pool = PgPoolOptions::new()
        .max_connections(connections_max)
        .acquire_timeout(CONNECTION_WAIT)
        // The hook is the test.
        .test_before_acquire(false)
        .before_acquire(|connection, _| Box::pin(outside_transaction(connection)))
        .after_release(|connection, _| Box::pin(outside_transaction(connection)))
        .connect_with(options)
        .await
        .map_err(unreachable)?;
    POSTGRES_MIGRATIONS.run(&pool).await.map_err(migrate_error)?;
    check_postgres(&pool).await?;
    Ok(Store::Postgres(pool))
}

/// Whether the server is outside of any transaction; sqlx 0.9.0 does not know when a `begin` was dropped half-way, and
/// what is then executed on the connection vanishes (F4). Inside one, its start lies before that of the statement; those
/// of the store are also `deferrable`, which means nothing but can be seen.
async fn outside_transaction(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    use sqlx::{Executor, Row};
    // By the simple protocol: the extended one moves the statement's start between its messages.
    let question = sqlx::raw_sql(
        "select transaction_timestamp() = statement_timestamp()
            and current_setting('transaction_deferrable') = 'off'",
    );
    let row = connection.fetch_one(question).await?;
    let outside: bool = row.try_get(0)?;
    if !outside {
        tracing::warn!("a connection with an open transaction was discarded");
    }
    Ok(outside)
}

async fn check_postgres(pool: &PgPool) -> Result<(), StartError> {
    let settings: Vec<(String, String)> = sqlx::query_as(
        "select name, setting
        from pg_settings
        where name in ('fsync', 'synchronous_commit', 'full_page_writes')",
    )
    .fetch_all(pool)
    .await
    .map_err(|error| StartError::Database(words(&error)))?;
    match settings.iter().find(|(_, setting)| setting == "off") {
        Some((name, _)) => Err(StartError::Weak(format!("Postgres runs with {name} = off"))),
        None => Ok(()),
    }
}

/// What the error says, without what sqlx says about it.
fn words(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(error) => error.message().to_owned(),
        sqlx::Error::Io(error) => error.to_string(),
        sqlx::Error::Configuration(error) => error.to_string(),
        error => error.to_string(),
    }
}

fn migrate_error(error: MigrateError) -> StartError {
    match error {
        MigrateError::VersionMissing(version) | MigrateError::VersionTooNew(version, _) => StartError::Newer(version),
        error => StartError::Database(error.to_string()),
    }
}
