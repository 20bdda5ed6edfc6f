//! How often something was done, over all servers. Rule: taking and counting are one statement, so that however many take at once, each
//! is told its place.

use super::{Tx, each, rows::Listed};
use serde_json::json;
use std::sync::LazyLock;

/// See [`take`].
pub(super) static TAKE: LazyLock<Listed> = LazyLock::new(|| {
    // Servers lock the same keys in the same order.
    Listed::new(
        &["text", "bigint", "bigint", "bigint"],
        "with wanted(key, now_ms, until_ms, taken) as ({rows})
        insert into rates (key, until_ms, taken)
        select key, until_ms, taken
        from wanted
        where true
        order by key
        on conflict (key) do update
        set taken = case
                when rates.until_ms <= (select min(now_ms) from wanted) then excluded.taken
                else rates.taken + excluded.taken
            end,
            until_ms = case
                when rates.until_ms <= (select min(now_ms) from wanted) then excluded.until_ms
                -- No window ends later than one that begins now: a clock may have been set back.
                when rates.until_ms > excluded.until_ms then excluded.until_ms
                else rates.until_ms
            end
        returning key, until_ms, taken",
    )
});

/// Takes so many of each key, whose window would end then if it began now. When each window ends, and how many have been taken in it.
pub(crate) async fn take(
    tx: &mut Tx,
    now_ms: i64,
    wanted: &[(&str, i64, i64)],
) -> sqlx::Result<Vec<(String, i64, i64)>> {
    let rows: Vec<_> = wanted.iter().map(|(key, until_ms, count)| (key, now_ms, until_ms, count)).collect();
    let (text, rows) = (TAKE.text(tx), json!(rows).to_string());
    each!(tx, db => sqlx::query_as(text).bind(rows).fetch_all(db).await)
}

/// Forgets what is over.
pub(crate) async fn sweep(tx: &mut Tx, now_ms: i64) -> sqlx::Result<()> {
    each!(tx, db => sqlx::query(
        "delete from rates
        where until_ms <= $1",
    ).bind(now_ms).execute(db).await.map(|_| ()))
}
