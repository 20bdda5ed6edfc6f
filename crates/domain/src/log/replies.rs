//! What the messages of a group answer. Rule: a group without answers costs no statement here, and one with many costs one.

use super::{decide::Finding, writer::Append};
use crate::store::{Tx, quotes};
use std::collections::BTreeMap;
use wire::{Code, Quote, RoomId, Seq, UserId};

/// What is quoted, for whoever quotes it.
pub(super) type Quotes = BTreeMap<(RoomId, Seq, UserId), Quote>;

/// Looks up what is answered, and forbids answers to what is not there or is gone.
pub(super) async fn judge(tx: &mut Tx, appends: &[Append], findings: &mut [Finding]) -> sqlx::Result<Quotes> {
    let key = |append: &Append| Some((append.draft.room, append.draft.reply_to?, append.author.id));
    let wanted: Vec<_> = appends.iter().filter_map(key).collect();
    if wanted.is_empty() {
        return Ok(Quotes::new());
    }
    let quotes = quotes::find(tx, &wanted).await?;
    for (append, finding) in appends.iter().zip(findings) {
        let Some(key) = key(append).filter(|_| *finding == Finding::Clear) else { continue };
        match quotes.get(&key) {
            None => *finding = Finding::Forbidden(Code::NoSuchMessage),
            Some(quote) if quote.deleted => *finding = Finding::Forbidden(Code::MessageDeleted),
            Some(_) => {}
        }
    }
    Ok(quotes)
}
