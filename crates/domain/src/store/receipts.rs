//! Who holds and who has read one message, and since when. Rule: the times are those of the cursors' moves; a move is found
//! by the index, whatever the room's history.

use super::{Tx, each, users};
use wire::{Person, RoomId, Seq, Time, UserId};

/// A member who was in the room when something was written there.
#[derive(Clone, Debug)]
pub(crate) struct Witness {
    pub(crate) person: Person,
    /// Since when a device holds it.
    pub(crate) delivered_at: Option<Time>,
    /// Since when it is read.
    pub(crate) read_at: Option<Time>,
}

/// See [`of_event`].
pub(super) const OF_EVENT: &str = "select users.id, users.username, users.display_name, users.avatar,
        (
            select cursor_moves.at_ms
            from cursor_moves
            where cursor_moves.room_id = members.room_id
            and cursor_moves.user_id = members.user_id
            and cursor_moves.cursor = 'delivered'
            and cursor_moves.seq >= $2
            order by cursor_moves.seq
            limit 1
        ),
        (
            select cursor_moves.at_ms
            from cursor_moves
            where cursor_moves.room_id = members.room_id
            and cursor_moves.user_id = members.user_id
            and cursor_moves.cursor = 'read'
            and cursor_moves.seq >= $2
            order by cursor_moves.seq
            limit 1
        )
    from members
    join events on events.room_id = members.room_id and events.seq = $2
    join users on users.id = members.user_id
    where members.room_id = $1
    and members.joined_seq <= $2
    and members.user_id <> events.author_id
    and users.banned_at_ms is null
    and not exists (select 1 from blocks where blocks.user_id = $3 and blocks.other_id = members.user_id)
    and not exists (select 1 from blocks where blocks.user_id = members.user_id and blocks.other_id = $3)";

/// Everybody but its author who was a member when the event was stored, is one still, and is not banned; as far as this one
/// may know.
pub(crate) async fn of_event(tx: &mut Tx, room: RoomId, seq: Seq, viewer: UserId) -> sqlx::Result<Vec<Witness>> {
    let found: Vec<WitnessRow> = each!(tx, db => sqlx::query_as(OF_EVENT)
        .bind(room.0).bind(seq.0).bind(viewer.0).fetch_all(db).await)?;
    Ok(found.into_iter().map(Witness::from).collect())
}

/// Id, username, display name and picture; since when delivered and read, in milliseconds.
type WitnessRow = (i64, String, String, Option<Vec<u8>>, Option<i64>, Option<i64>);

impl From<WitnessRow> for Witness {
    fn from((id, username, display_name, avatar, delivered, read): WitnessRow) -> Self {
        let person = users::person((id, username, display_name, avatar));
        Self { person, delivered_at: delivered.map(Time), read_at: read.map(Time) }
    }
}
