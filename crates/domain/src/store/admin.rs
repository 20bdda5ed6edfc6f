//! All accounts and all rooms, for operators. Rule: a page is read along an index, whatever there is.

use super::{Tx, each, users};
use wire::{
    RoomId, RoomKind, Seq, Time,
    admin::{AccountRow, RoomRow},
};

macro_rules! accounts {
    ($rest:literal) => {
        concat!(
            "select id, username, display_name, avatar, is_operator, created_at_ms, last_seen_ms, banned_at_ms,
                coalesce(ban_reason, '') as ban_reason, login_network
            from users
            where ",
            $rest
        )
    };
}

/// See [`accounts`].
pub(super) const BY_USERNAME: &str = accounts!(
    "username_key >= $1 and username_key < $2 and username_key > $3 and deleted_at_ms is null
    order by username_key
    limit $4"
);
/// See [`accounts_named`].
pub(super) const BY_DISPLAY_NAME: &str = accounts!(
    "display_name_key >= $1 and display_name_key < $2 and deleted_at_ms is null
    order by display_name_key, id
    limit $3"
);
/// See [`rooms`].
pub(super) const ROOMS: &str = "select id, kind, title, is_public, archived_at_ms is not null as is_archived, head,
        active_at_ms, title_key, (select count(*) from members where members.room_id = rooms.id) as members
    from rooms
    where title_key >= $1
    and title_key < $2
    and (title_key, id) > ($3, $4)
    order by title_key, id
    limit $5";

/// What no text with this beginning comes after.
fn end_of(beginning: &str) -> String {
    format!("{beginning}\u{10ffff}")
}

#[derive(sqlx::FromRow)]
struct AccountFound {
    id: i64,
    username: String,
    display_name: String,
    avatar: Option<Vec<u8>>,
    is_operator: bool,
    created_at_ms: i64,
    last_seen_ms: Option<i64>,
    banned_at_ms: Option<i64>,
    ban_reason: String,
    login_network: Option<String>,
}

impl From<AccountFound> for AccountRow {
    fn from(row: AccountFound) -> Self {
        Self {
            person: users::person((row.id, row.username, row.display_name, row.avatar)),
            is_operator: row.is_operator,
            created_at: Time(row.created_at_ms),
            last_seen: row.last_seen_ms.map(Time),
            banned_at: row.banned_at_ms.map(Time),
            reason: row.ban_reason,
            network: row.login_network,
        }
    }
}

/// Accounts whose username begins so and comes after `after`, by username.
pub(crate) async fn accounts(tx: &mut Tx, begins: &str, after: &str, rows_max: i64) -> sqlx::Result<Vec<AccountRow>> {
    let found: Vec<AccountFound> = each!(tx, db => sqlx::query_as(BY_USERNAME)
        .bind(begins).bind(end_of(begins)).bind(after).bind(rows_max).fetch_all(db).await)?;
    Ok(found.into_iter().map(AccountRow::from).collect())
}

/// Accounts whose display name begins so, by display name.
pub(crate) async fn accounts_named(tx: &mut Tx, begins: &str, rows_max: i64) -> sqlx::Result<Vec<AccountRow>> {
    let found: Vec<AccountFound> = each!(tx, db => sqlx::query_as(BY_DISPLAY_NAME)
        .bind(begins).bind(end_of(begins)).bind(rows_max).fetch_all(db).await)?;
    Ok(found.into_iter().map(AccountRow::from).collect())
}

#[derive(sqlx::FromRow)]
struct RoomFound {
    id: i64,
    kind: String,
    title: String,
    is_public: bool,
    is_archived: bool,
    head: i64,
    active_at_ms: i64,
    title_key: String,
    members: i64,
}

/// Rooms whose title's key begins so and comes after that one, by title, each with its key. Direct rooms have no title.
pub(crate) async fn rooms(
    tx: &mut Tx,
    begins: &str,
    (after, room): (&str, RoomId),
    rows_max: i64,
) -> sqlx::Result<Vec<(String, RoomRow)>> {
    let found: Vec<RoomFound> = each!(tx, db => sqlx::query_as(ROOMS)
        .bind(begins).bind(end_of(begins)).bind(after).bind(room.0).bind(rows_max).fetch_all(db).await)?;
    let row = |row: RoomFound| {
        let found = RoomRow {
            id: RoomId(row.id),
            kind: RoomKind::of(&row.kind),
            title: row.title,
            is_public: row.is_public,
            is_archived: row.is_archived,
            members: row.members,
            head: Seq(row.head),
            active_at: Time(row.active_at_ms),
        };
        (row.title_key, found)
    };
    Ok(found.into_iter().map(row).collect())
}
