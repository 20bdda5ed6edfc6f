//! What there is once: the name of this life of the database (C12), and the key that push services know the installation by. Rule: it is
//! made once and never changed by a server.

use super::{Tx, each};
use crate::Error;
use wire::Epoch;

/// The epoch, made of `fresh` if the database has none yet.
pub(crate) async fn epoch(tx: &mut Tx, fresh: &str) -> Result<Epoch, Error> {
    once(tx, "epoch", fresh).await.map(Epoch)
}

/// The key for push services, made of `fresh` if the database has none yet: however many servers start at once have the same.
pub(crate) async fn push_key(tx: &mut Tx, fresh: &str) -> Result<String, Error> {
    once(tx, "push_key", fresh).await
}

async fn once(tx: &mut Tx, key: &str, fresh: &str) -> Result<String, Error> {
    each!(tx, db => sqlx::query(
        "insert into meta (key, value)
        values ($1, $2)
        on conflict (key) do nothing",
    ).bind(key).bind(fresh).execute(db).await.map(|_| ()))?;
    let (value,): (String,) = each!(tx, db => sqlx::query_as(
        "select value
        from meta
        where key = $1",
    ).bind(key).fetch_one(db).await)?;
    Ok(value)
}

/// Makes concurrent holders wait for each other until they commit (on SQLite writers always do).
pub(crate) async fn lock(tx: &mut Tx) -> Result<(), Error> {
    each!(tx, db => sqlx::query(
        "update meta
        set value = value
        where key = 'epoch'",
    ).execute(db).await.map(|_| ()))?;
    Ok(())
}

/// Asks for something that is always there.
pub(crate) async fn answer(tx: &mut Tx) -> Result<(), Error> {
    each!(tx, db => sqlx::query(
        "select value
        from meta
        where key = 'epoch'",
    ).fetch_one(db).await.map(|_| ()))?;
    Ok(())
}
