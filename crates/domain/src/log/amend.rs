//! One transaction of the log's writer that changes a message: edited, deleted, reacted to, or that taken back (SPEC 4). Rule: what
//! is to be done is decided by one function of what the transaction found; the event and what it does to the message are stored
//! together.

use super::{
    change::{Changed, News, Recount, Settled, Wanted, ack, everybody, same},
    check,
    decide::{ContentHash, Finding, Wish},
    mentions as names, parts,
};
use crate::{
    emoji,
    fanout::members::{Members, MembersCache},
    rooms::change::digest,
    store::{Tx, amend, append, bids, groups, mentions, reactions, search},
};
use std::{collections::BTreeSet, sync::Arc};
use wire::{
    Amendment, Code, Event, EventKind, Message, MessageType, Role, RoomId, Seq, Time, UserId,
    limits::{REACTIONS_KINDS_MAX, REACTIONS_MAX},
    read::Tree,
};

/// An amendment that passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Checked {
    pub(crate) target: Seq,
    /// The text is trimmed, the emoji in its one spelling.
    pub(crate) step: Amendment,
    /// What comes with the text.
    more: Tree,
}

/// Judges what was typed.
pub(crate) fn check(target: Seq, amendment: Amendment) -> Result<Checked, Code> {
    let step = match amendment {
        Amendment::Edit { content } => Amendment::Edit { content: check::text(content)? },
        Amendment::Delete => Amendment::Delete,
        Amendment::React { emoji } => Amendment::React { emoji: emoji::check(&emoji)?.to_owned() },
        Amendment::Unreact { emoji } => Amendment::Unreact { emoji: emoji::check(&emoji)?.to_owned() },
    };
    let more = match &step {
        Amendment::Edit { content } => parts::of_text(content),
        _ => Tree::Nothing,
    };
    Ok(Checked { target, step, more })
}

impl Checked {
    /// Tells a retry from another use of the same cid.
    fn hash(&self) -> ContentHash {
        let (word, text) = match &self.step {
            Amendment::Edit { content } => ("edit message", content.as_str()),
            Amendment::Delete => ("delete message", ""),
            Amendment::React { emoji } => ("react", emoji.as_str()),
            Amendment::Unreact { emoji } => ("unreact", emoji.as_str()),
        };
        digest(&[word, &self.target.to_string(), text])
    }

    fn kind(&self) -> EventKind {
        match &self.step {
            Amendment::Edit { .. } => EventKind::Edited,
            Amendment::Delete => EventKind::Deleted,
            Amendment::React { .. } => EventKind::Reacted,
            Amendment::Unreact { .. } => EventKind::Unreacted,
        }
    }
}

/// The message that is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) author: UserId,
    pub(crate) kind: MessageType,
    /// None: it is deleted.
    pub(crate) content: Option<String>,
    /// What it carries.
    pub(crate) more: Tree,
}

/// Its reactions, as far as one person and one emoji are concerned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reacted {
    /// Whether the person reacts with the emoji.
    pub(crate) is_mine: bool,
    /// Whether anybody does.
    pub(crate) is_there: bool,
    /// Different emoji.
    pub(crate) kinds: usize,
    /// Over all emoji.
    pub(crate) count: usize,
}

/// What the transaction found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Facts {
    /// Why the person may not send in the room.
    pub(crate) barred: Option<Code>,
    pub(crate) role: Role,
    /// None: no message stands there, or none that the person may see.
    pub(crate) target: Option<Target>,
    pub(crate) reacted: Reacted,
}

/// Whether it is to be done.
pub(crate) fn decide(step: &Amendment, person: UserId, facts: &Facts) -> Result<(), Code> {
    match facts.barred {
        // Whoever may not speak may still take back what was said.
        Some(Code::Muted | Code::NotConnected) if *step == Amendment::Delete => {}
        Some(code) => return Err(code),
        None => {}
    }
    let target = facts.target.as_ref().ok_or(Code::NoSuchMessage)?;
    // The host's words are nobody's own.
    let is_own = target.author == person && target.kind != MessageType::System;
    match step {
        Amendment::Edit { .. } if !is_own => return Err(Code::NotAuthor),
        Amendment::Delete if !is_own && facts.role > Role::Admin => return Err(Code::NotAuthor),
        _ => {}
    }
    let content = target.content.as_ref().ok_or(Code::MessageDeleted)?;
    // What was agreed to, or is gone to, stays what it was.
    if matches!(step, Amendment::Edit { .. }) && matches!(target.kind, MessageType::Bid | MessageType::Location) {
        return Err(Code::NotEditable);
    }
    let Reacted { is_mine, is_there, kinds, count } = facts.reacted;
    match step {
        Amendment::Edit { content: text } if text == content => Err(Code::Unchanged),
        Amendment::React { .. } if is_mine => Err(Code::Unchanged),
        Amendment::Unreact { .. } if !is_mine => Err(Code::Unchanged),
        Amendment::React { .. } if count >= REACTIONS_MAX || (!is_there && kinds >= REACTIONS_KINDS_MAX) => {
            Err(Code::TooManyReactions)
        }
        _ => Ok(()),
    }
}

/// Looks, decides, writes.
pub(super) async fn settle(
    tx: &mut Tx,
    wanted: &Wanted,
    (room, checked): (RoomId, &Checked),
    cache: &MembersCache,
    at: Time,
    direct_anyone: bool,
) -> Settled {
    let (person, target) = (wanted.author.id, checked.target);
    let Some(held) = groups::hold(tx, room).await? else { return Ok(Err(Code::NotFound)) };
    let wish = Wish { author: person, cid: wanted.cid, room, hash: checked.hash() };
    let barred = match append::judge(tx, &[wish], direct_anyone).await?.pop() {
        Some(Finding::Known(known)) => return Ok(same(wanted.cid, known, room, wish.hash)),
        Some(Finding::Forbidden(code)) => Some(code),
        Some(Finding::Clear) | None => None,
    };
    let Some((role, found)) = amend::target(tx, room, person, target).await? else {
        return Ok(Err(barred.unwrap_or(Code::NotFound)));
    };
    let reacted = match &checked.step {
        Amendment::React { emoji } | Amendment::Unreact { emoji } => {
            reactions::reacted(tx, (room, target), emoji, person).await?
        }
        _ => Reacted::default(),
    };
    let facts = Facts { barred, role, target: found, reacted };
    if let Err(code) = decide(&checked.step, person, &facts) {
        return Ok(Err(code));
    }
    let more = facts.target.map(|target| target.more).unwrap_or_default();
    let members = match cache.get(room, held.members_rev) {
        Some(known) => known,
        None => everybody(tx, room, held.members_rev).await?,
    };
    let work = Work { wanted, room, checked, more, seq: held.head().next(), at };
    work.apply(tx, members).await.map(Ok)
}

/// An amendment that is allowed, about to be written.
struct Work<'a> {
    wanted: &'a Wanted,
    room: RoomId,
    checked: &'a Checked,
    /// What the message carries.
    more: Tree,
    seq: Seq,
    at: Time,
}

impl Work<'_> {
    async fn apply(self, tx: &mut Tx, members: Arc<Members>) -> sqlx::Result<Changed> {
        let Self { wanted, room, checked, seq, at, .. } = self;
        let (person, message) = (wanted.author.id, (room, checked.target));
        let (mut mentioned, mut recount, mut said) = (Vec::new(), None, Tree::Nothing);
        let text = match &checked.step {
            Amendment::Edit { content } => {
                said = checked.more.clone();
                let mut more = self.more.clone();
                more.drop("spans");
                more.put_all(&said);
                amend::edit(tx, message, (content, &more), seq, at).await?;
                search::put(tx, &[message]).await?;
                let before = mentions::take(tx, message).await?;
                mentioned = self.mention(tx, content, &members).await?;
                let named = |other: &UserId| before.contains(other) != mentioned.contains(other);
                let whose: BTreeSet<UserId> = before.iter().chain(&mentioned).copied().filter(named).collect();
                recount = (!whose.is_empty()).then_some(Recount { target: checked.target, whose: Some(whose) });
                Some(content)
            }
            Amendment::Delete => {
                amend::delete(tx, message, seq).await?;
                search::drop(tx, &[message]).await?;
                // One that is open is withdrawn with that.
                bids::erase(tx, room, (Seq(checked.target.0 - 1), checked.target), UserId(0)).await?;
                recount = Some(Recount { target: checked.target, whose: None });
                None
            }
            Amendment::React { emoji } => {
                reactions::insert(tx, message, emoji, person, seq).await?;
                Some(emoji)
            }
            Amendment::Unreact { emoji } => {
                reactions::remove(tx, message, emoji, person, seq).await?;
                Some(emoji)
            }
        };
        let event = Event {
            room,
            seq,
            cid: wanted.cid,
            kind: checked.kind(),
            author: wanted.author.clone(),
            at,
            message: text.map(|text| Message { more: said, ..Message::new(MessageType::Text, text.clone()) }),
            target: Some(checked.target),
            about: None,
            mentions: mentioned,
        };
        groups::insert_unseen(tx, &event, checked.hash()).await?;
        let ack = Some(ack(event.cid, room, seq, at));
        let (events, entered, gone, rows) = (vec![event], Vec::new(), Vec::new(), Vec::new());
        Ok(Changed { room, ack, news: Some(News { events, members, entered, gone, rows, listed: None, recount }) })
    }

    /// Finds and keeps who is named in the new text.
    async fn mention(&self, tx: &mut Tx, text: &str, members: &Members) -> sqlx::Result<Vec<UserId>> {
        let (room, author) = (self.room, self.wanted.author.id);
        let handles = names::handles(text);
        let wanted: BTreeSet<(RoomId, &str)> = handles.iter().flatten().map(|key| (room, key.as_str())).collect();
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let people = mentions::named(tx, &wanted).await?;
        let apart = |user| members.apart.contains(&(author, user));
        let meant = names::meant(room, author, &handles, &people, apart);
        if !meant.is_empty() {
            let rows: Vec<_> = meant.iter().map(|user| (room, self.checked.target, *user)).collect();
            mentions::insert(tx, &rows).await?;
        }
        Ok(meant)
    }
}

#[cfg(test)]
#[path = "amend_tests.rs"]
mod tests;
