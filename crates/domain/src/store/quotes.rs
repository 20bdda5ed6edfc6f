//! What messages answer. Rule: of a message that its reader may not see nothing is read but where it stands.

use super::{Tx, each, parts, rows::Listed};
use serde_json::json;
use std::{collections::BTreeMap, sync::LazyLock};
use wire::{Event, Message, MessageType, Person, Quote, RoomId, Seq, UserId, limits::QUOTE_CHARS_MAX};

/// See [`find`].
pub(super) static FIND: LazyLock<Listed> = LazyLock::new(|| {
    let text = "with wanted(room_id, seq, viewer_id) as ({rows})
        select wanted.room_id, wanted.seq, wanted.viewer_id, users.id, users.username, users.display_name,
            substr(events.content, 1, {chars}), events.changed_seq,
            case when events.content = '' then events.parts end
        from wanted
        cross join events
        cross join users
        where events.room_id = wanted.room_id
        and events.seq = wanted.seq
        and events.kind = 'message'
        and users.id = events.author_id
        and exists (
            select 1
            from intervals
            where intervals.room_id = wanted.room_id
            and intervals.user_id = wanted.viewer_id
            and intervals.from_seq <= wanted.seq
            and (intervals.to_seq is null or intervals.to_seq >= wanted.seq)
        )";
    Listed::new(&["bigint", "bigint", "bigint"], &text.replace("{chars}", &QUOTE_CHARS_MAX.to_string()))
});

/// Room, position, who looks; who wrote it: number, username, name; the beginning of the text; what was folded in last; what it carries
/// instead of a text.
type Row = (i64, i64, i64, i64, String, String, Option<String>, Option<i64>, Option<String>);

/// The messages at these positions, as quotes for these viewers. What is no message, or not the viewer's to see, is left out.
pub(crate) async fn find(
    tx: &mut Tx,
    wanted: &[(RoomId, Seq, UserId)],
) -> sqlx::Result<BTreeMap<(RoomId, Seq, UserId), Quote>> {
    let rows = json!(wanted).to_string();
    let text = FIND.text(tx);
    let found: Vec<Row> = each!(tx, db => sqlx::query_as(text).bind(rows).fetch_all(db).await)?;
    let quote = |(room, seq, viewer, id, username, display_name, content, changed, carried): Row| {
        let author = Some(Person { id: UserId(id), username, display_name, ..Person::default() });
        let deleted = content.is_none();
        let said =
            Message { more: parts::tree(carried), ..Message::new(MessageType::Text, content.unwrap_or_default()) };
        let content = Quote::excerpt(said.gist());
        let changed = Seq(changed.unwrap_or_default());
        ((RoomId(room), Seq(seq), UserId(viewer)), Quote { seq: Seq(seq), author, content, deleted, changed })
    };
    Ok(found.into_iter().map(quote).collect())
}

/// Adds to messages what they answer, as far as the viewer may see it.
pub(crate) async fn add(tx: &mut Tx, viewer: UserId, events: &mut [Event]) -> sqlx::Result<()> {
    fn quote(event: &mut Event) -> Option<&mut Quote> {
        event.message.as_mut()?.reply_to.as_deref_mut()
    }
    let key = |event: &mut Event| Some((event.room, quote(event)?.seq, viewer));
    let wanted: Vec<_> = events.iter_mut().filter_map(key).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let found = find(tx, &wanted).await?;
    for event in events {
        if let Some(known) = key(event).and_then(|key| found.get(&key))
            && let Some(quote) = quote(event)
        {
            *quote = known.clone();
        }
    }
    Ok(())
}
