//! The files of a group's messages. Rule: a file belongs to one message, of who uploaded it, in the room for which it was uploaded; a
//! group without files costs no statement here.

use super::{
    decide::{Finding, Verdict},
    writer::Append,
};
use crate::store::{Tx, uploads};
use std::collections::{BTreeMap, BTreeSet};
use wire::{Attachment, Cid, Code, MessageType, Parts, UserId, read::Tree};

/// What the messages carry that have files, with what is known of these; by who sent them, and their cid.
pub(super) type Attached = BTreeMap<(UserId, Cid), (MessageType, Tree)>;

/// Looks the files up, and forbids messages with any that is not whole, not their author's for this room, or sent already.
pub(super) async fn judge(tx: &mut Tx, appends: &[Append], findings: &mut [Finding]) -> sqlx::Result<Attached> {
    let mut attached = Attached::new();
    let mut taken = BTreeSet::new();
    for (append, finding) in appends.iter().zip(findings) {
        let claimed = Parts::of(&append.draft.more).attachments;
        let key = (append.author.id, append.draft.cid);
        // The same message twice in one group is one.
        if claimed.is_empty() || *finding != Finding::Clear || attached.contains_key(&key) {
            continue;
        }
        match of_one(tx, append, &claimed, &mut taken).await? {
            Ok(files) => drop(attached.insert(key, carried(&append.draft.more, files))),
            Err(code) => *finding = Finding::Forbidden(code),
        }
    }
    Ok(attached)
}

/// The files of one message.
async fn of_one(
    tx: &mut Tx,
    append: &Append,
    claimed: &[Attachment],
    taken: &mut BTreeSet<Cid>,
) -> sqlx::Result<Result<Vec<Attachment>, Code>> {
    let mut files = Vec::with_capacity(claimed.len());
    for Attachment { id, .. } in claimed {
        let found = uploads::find(tx, *id).await?;
        let is_own = |found: &uploads::Upload| (found.user, found.room) == (append.author.id, append.draft.room);
        match found.filter(|found| is_own(found) && found.seq.is_none() && !taken.contains(id)) {
            None => return Ok(Err(Code::NoSuchUpload)),
            Some(uploads::Upload { whole: None, .. }) => return Ok(Err(Code::UploadUnfinished)),
            Some(uploads::Upload { whole: Some(file), .. }) => files.push(file),
        }
    }
    taken.extend(claimed.iter().map(|file| file.id));
    Ok(Ok(files))
}

/// What the message carries, and which type that makes it.
fn carried(claimed: &Tree, files: Vec<Attachment>) -> (MessageType, Tree) {
    let is_image = files.iter().all(Attachment::is_image);
    let mut more = claimed.clone();
    more.put("attachments", Attachment::list(&files));
    more.put("gist", Tree::Text(Attachment::gist(&files)));
    (if is_image { MessageType::Image } else { MessageType::File }, more)
}

/// The files belong to the messages that were stored.
pub(super) async fn bind(
    tx: &mut Tx,
    appends: &[Append],
    verdicts: &[Verdict],
    attached: &Attached,
) -> sqlx::Result<()> {
    for (append, verdict) in appends.iter().zip(verdicts) {
        let Verdict::Append(seq) = verdict else { continue };
        let Some((_, more)) = attached.get(&(append.author.id, append.draft.cid)) else { continue };
        for (place, file) in Parts::of(more).attachments.iter().enumerate() {
            uploads::bind(tx, file.id, *seq, place).await?;
        }
    }
    Ok(())
}
