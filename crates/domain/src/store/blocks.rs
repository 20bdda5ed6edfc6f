//! Who blocked whom. Rule: a block counts both ways, whoever of the two made it.

use super::{Tx, each};
use wire::UserId;

/// Whether two people may write to each other: connected (or anybody may), and neither blocked the other.
pub(crate) async fn may_meet(tx: &mut Tx, one: UserId, other: UserId, direct_anyone: bool) -> sqlx::Result<bool> {
    let (asked, asks, is_blocked): (bool, bool, bool) = each!(tx, db => sqlx::query_as(
        "select
            exists (select 1 from connections where user_id = $1 and other_id = $2),
            exists (select 1 from connections where user_id = $2 and other_id = $1),
            exists (
                select 1
                from blocks
                where (user_id = $1 and other_id = $2)
                or (user_id = $2 and other_id = $1)
            )",
    ).bind(one.0).bind(other.0).fetch_one(db).await)?;
    Ok(!is_blocked && (direct_anyone || (asked && asks)))
}
